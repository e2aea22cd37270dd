"""Some weeks of an invented world, served on this machine and audited as the real networks are."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.archive import Archive
from auditor.archive.opening import make_private_folder
from auditor.audit.document import Audit
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.settings import load_settings
from auditor.base.weeks import Week
from auditor.checks import catalogue
from auditor.commands.leads import search_accounts
from auditor.commands.publish import run_weekly
from auditor.registry import Registry, load_registry
from auditor.registry.remarks import Remarks, load_remarks
from auditor.report.weeks.published_weeks import read_shelf
from auditor.run.collect import Progress
from auditor.run.session import Session
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.yaml_files import corrections_yaml, statements_yaml

if TYPE_CHECKING:
    from auditor.search.search import SearchResult


_PAST = 30
"""How many weeks back the invented pages go: the first of 26 audited weeks has a month before it."""
_MISSED, _HINDERED = 2, 3
"""How many weeks before the last one there was no look, and VK showed a captcha to every request."""


def run_demo(
    out: Path, *, seed: int, lang: str = "ru", weeks: int = 5, progress: Progress | None = None
) -> tuple[Session, Audit, Path]:
    """Audit `weeks` weeks of the invented world of `seed` into `out`; return the session, the last audit, its page.

    With four weeks or more, one is left out, as if the program had not been started, and in another VK answers with
    captchas. Raises `UsageError` when `out` holds an archive that is not a demonstration's: nothing real is
    overwritten.
    """
    world = World.build(seed=seed, past=_PAST)
    data = out / "data"
    _clear(data)
    _clear_reports(out / "reports")
    out.mkdir(parents=True, exist_ok=True)
    book = out / "officials.yaml"
    before = _registry(book, world.registry_yaml(before=True))
    registry = _registry(book, world.registry_yaml())
    with Sandbox(world) as sandbox:
        session = Session(
            settings=load_settings(sandbox.settings(_private(data)), out),
            registry=registry,
            registry_path=book,
            data=data,
            out=out / "reports",
            words=Catalogue(lang, registry.zone),
            as_of=world.now,
            remarks=_remarks(out, world, registry),
        )
        for back in _weeks_back(weeks):
            earlier = replace(session, registry=before, as_of=world.now - timedelta(weeks=back))
            _walk(sandbox, earlier, back, progress)
        sandbox.now = world.now
        last = Week.last_ended(world.now, registry.zone)
        audit, path, _ = run_weekly(session, last, progress=progress, synthetic=True)
    return session, audit, path


def _remarks(out: Path, world: World, registry: Registry) -> Remarks:
    """Write statements and corrections next to the registry, and read them."""
    statements, corrections = out / "statements.yaml", out / "corrections.yaml"
    statements.write_text(statements_yaml(world.ends), encoding="utf-8")
    corrections.write_text(corrections_yaml(world.ends), encoding="utf-8")
    checks = [check.name for check in catalogue()]
    return load_remarks(statements, corrections, offices=[o.id for o in registry.offices], checks=checks)


def _weeks_back(weeks: int) -> list[int]:
    """Return how many weeks before the last one the others are, oldest first."""
    return [back for back in range(weeks - 1, 0, -1) if back != _MISSED or weeks <= _MISSED + 1]


def _walk(sandbox: Sandbox, session: Session, back: int, progress: Progress | None) -> None:
    """Audit one of the earlier weeks at its own moment."""
    sandbox.now = session.clock()
    hindered = ["vk_captcha"] if back == _HINDERED else []
    for fault in hindered:
        sandbox.faults.on(fault)
    run_weekly(session, Week.last_ended(sandbox.now, session.registry.zone), progress=progress, synthetic=True)
    for fault in hindered:
        sandbox.faults.off(fault)


def search_demo(out: Path, *, seed: int, lang: str = "ru", progress: Progress | None = None) -> "SearchResult":
    """Look for the accounts of an invented world whose registry knows none yet.

    Raises `UsageError` as `run_demo` does.
    """
    from auditor.search.asking import Budget

    data = out / "search"
    _clear(data)
    out.mkdir(parents=True, exist_ok=True)
    book = out / "hidden.yaml"
    with Sandbox(World.hidden(seed=seed, heads=24)) as sandbox:
        registry = _registry(book, sandbox.registry_yaml())
        session = Session(
            settings=load_settings(sandbox.settings(), out),
            registry=registry,
            registry_path=book,
            data=data,
            out=out / "reports",
            words=Catalogue(lang, registry.zone),
            as_of=sandbox.world.now,
        )
        with Archive.open(data) as archive:
            archive.mark_synthetic()
        return search_accounts(session, registry.offices, budget=Budget(), days=182, progress=progress)


def _private(folder: Path) -> Path:
    make_private_folder(folder)
    return folder


def _registry(path: Path, text: str) -> Registry:
    path.write_text(text, encoding="utf-8")
    return load_registry(path)


def _clear(data: Path) -> None:
    """Remove an earlier demonstration's archive, and only that."""
    if not data.exists():
        return
    with Archive.read(data) as archive:
        synthetic = archive.synthetic
    if not synthetic:
        raise UsageError(f"{data}: holds something that is not a demonstration's; choose another folder with --out")
    shutil.rmtree(data)


def _clear_reports(reports: Path) -> None:
    """Remove an earlier demonstration's weeks, which would mix with these on the page of all weeks."""
    for volume in read_shelf(reports):
        if volume.known and volume.known.synthetic:
            shutil.rmtree(reports / volume.week)
