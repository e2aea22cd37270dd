"""``auditor demo``: the whole audit on an invented world, served on this machine as the real networks are."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import UsageError, os_error_text
from auditor.base.files import write_file
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.settings import load_settings
from auditor.base.text import phrase
from auditor.checks import catalogue
from auditor.commands.options import Common, single
from auditor.commands.publication import print_summary, run_weekly
from auditor.registry import Registry, load_registry
from auditor.registry.remarks import Remarks, load_remarks
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.yaml_files import corrections_yaml, statements_yaml

app = single()

_PAST = 30
"""How many weeks back the invented pages go: the first of 26 audited weeks has a month before it."""
_SEED = 2022
_MISSED, _HINDERED = 2, 3
"""How many weeks before the last one there was no look, and VK showed a captcha to every request."""


@app.command()
def demo(
    context: typer.Context,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, help="Weeks to audit, the last included.")] = 5,
) -> None:
    """Audit an invented world on this machine, in the folder --out, by default demo.

    The reports say on every page that they are invented.
    """
    common: Common = context.obj
    common.set_up_logs()
    with common.progress("demo") as progress:
        session, audit, page = run_demo(
            common.out or Path("demo"), seed=_SEED, lang=common.lang or "ru", weeks=weeks, progress=progress
        )
    if not common.quiet:
        print_summary(session, audit, page)


def run_demo(
    out: Path, *, seed: int, lang: str = "ru", weeks: int = 5, progress: Progress | None = None
) -> tuple[Workspace, Audit, Path]:
    """Audit `weeks` weeks of the invented world of `seed` into `out`; return the session, the last audit, its page.

    With four weeks or more, one is left out, as if the program had not been started, and in another VK answers with
    captchas. Raises `UsageError` when `out` holds an archive that is not a demonstration's: nothing real is
    overwritten.
    """
    world = World.build(seed=seed, past=_PAST)
    data = out / "data"
    if _clear(out, data):
        shutil.rmtree(out / "reports", ignore_errors=True)
    make_private_folder(data)
    book = out / "officials.yaml"
    before = _registry(book, world.registry_yaml(before=True))
    registry = _registry(book, world.registry_yaml())
    with Sandbox(world) as sandbox:
        session = _session(sandbox.settings(data), book, registry, data, lang, world.now)
        session = replace(session, remarks=_remarks(out, world, registry))
        for back in _weeks_back(weeks):
            earlier = replace(session, registry=before, as_of=world.now - timedelta(weeks=back))
            _walk(sandbox, earlier, back, progress)
        audit, page = _walk(sandbox, session, 0, progress)
    return session, audit, page


def _session(
    environment: Mapping[str, str], book: Path, registry: Registry, data: Path, lang: str, now: datetime
) -> Workspace:
    """Return a session at `now` with the registry of `book`; the `environment` points it at the sandbox."""
    return Workspace(
        settings=load_settings({**environment, "AUDITOR_CONTACT": "otchet@example.invalid"}, book.parent),
        registry=registry,
        registry_path=book,
        data=data,
        out=book.parent / "reports",
        words=Translator(lang, registry.zone),
        as_of=now,
    )


def _remarks(out: Path, world: World, registry: Registry) -> Remarks:
    """Write statements and corrections next to the registry, and read them."""
    statements, corrections = out / "statements.yaml", out / "corrections.yaml"
    write_file(statements, statements_yaml(world.ends).encode())
    write_file(corrections, corrections_yaml(world.ends).encode())
    checks = [check.name for check in catalogue()]
    return load_remarks(statements, corrections, offices=[o.id for o in registry.offices], checks=checks)


def _weeks_back(weeks: int) -> list[int]:
    """Return how many weeks before the last one the others are, oldest first."""
    return [back for back in range(weeks - 1, 0, -1) if back != _MISSED or weeks <= _MISSED + 1]


def _walk(sandbox: Sandbox, session: Workspace, back: int, progress: Progress | None) -> tuple[Audit, Path]:
    """Audit the week that lies `back` weeks before the last one, at its own moment."""
    sandbox.now = session.clock()
    if back == _HINDERED:
        sandbox.faults.on("vk_captcha")
    judged, page = run_weekly(session, session.week(None), progress=progress, synthetic=True)
    sandbox.faults.off("vk_captcha")
    return judged.audit, page


def _registry(path: Path, text: str) -> Registry:
    write_file(path, text.encode())
    return load_registry(path)


def _clear(out: Path, data: Path) -> bool:
    """Make the folder, without an earlier demonstration's archive; return whether there was one.

    That and nothing else is removed.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            phrase("{out}: cannot be a folder ({why}); choose another with --out", out=out, why=os_error_text(error))
        ) from error
    if not data.exists():
        return False
    with Archive.read(data) as archive:
        synthetic = archive.synthetic
    if not synthetic:
        raise UsageError(
            phrase("{data}: holds something that is not a demonstration's; choose another folder with --out", data=data)
        )
    shutil.rmtree(data)
    return True
