"""The main job on an invented world: two weeks of it, served on this machine, audited as the real networks are."""

__all__ = ["run_demo", "search_demo"]

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.app import Session, run_weekly, search_accounts
from auditor.archive import Archive
from auditor.archive.store import make_private_folder
from auditor.audit.document import Audit
from auditor.collect import Progress
from auditor.errors import UsageError
from auditor.i18n import Catalogue
from auditor.registry import Registry, load_registry
from auditor.sandbox import Sandbox, World
from auditor.settings import load_settings
from auditor.weeks import Week

if TYPE_CHECKING:
    from auditor.discover import SearchResult


def run_demo(
    out: Path, *, seed: int, lang: str = "ru", progress: Progress | None = None
) -> tuple[Session, Audit, Path]:
    """Audit the invented world of `seed` into `out`; return the session, the last audit and its report's path.

    Raises `UsageError` when `out` holds an archive that is not a demonstration's: nothing real is overwritten.
    """
    world = World.build(seed=seed)
    data = out / "data"
    _clear(data)
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
        )
        last = Week.last_ended(world.now, registry.zone)
        sandbox.now = world.now - timedelta(weeks=1)
        earlier = replace(session, registry=before, as_of=sandbox.now)
        run_weekly(earlier, last.shift(-1), progress=progress, synthetic=True)
        sandbox.now = world.now
        audit, path, _ = run_weekly(session, last, progress=progress, synthetic=True)
    return session, audit, path


def search_demo(out: Path, *, seed: int, lang: str = "ru", progress: Progress | None = None) -> "SearchResult":
    """Look for the accounts of an invented world whose registry knows none yet.

    Raises `UsageError` as `run_demo` does.
    """
    from auditor.discover import Budget  # noqa: PLC0415 - only for those who ask for it

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
