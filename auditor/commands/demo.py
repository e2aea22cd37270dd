"""``auditor demo``: the whole audit on an invented world, served on this machine as the real networks are."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.files import write_file
from auditor.commands.console import say
from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.audit.document import Audit
    from auditor.base.logs import Progress
    from auditor.registry import Office, Registry
    from auditor.registry.remarks import Remarks
    from auditor.run.session import Session
    from auditor.sandbox import Sandbox, World

app = single()

_PAST = 30
"""How many weeks back the invented pages go: the first of 26 audited weeks has a month before it."""
_MISSED, _HINDERED = 2, 3
"""How many weeks before the last one there was no look, and VK showed a captcha to every request."""


@app.command()
@takes("lang", "verbose", "quiet")
def demo(
    common: Common,
    out: Annotated[Path, typer.Option("--out", help="Folder of the demonstration.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", help="Seed of the invented world.")] = 2022,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, help="Weeks to audit, the last included.")] = 5,
    search: Annotated[
        bool, typer.Option("--discover", help="Look for the accounts of invented heads instead.")
    ] = False,
) -> None:
    """Audit an invented world on this machine.

    The reports say on every page that they are invented.
    """
    common.set_up_logs()
    if search:
        _search(common, out, seed)
        return
    from auditor.commands.publish import print_summary

    with common.progress("demo") as progress:
        session, audit, page = run_demo(out, seed=seed, lang=common.lang or "ru", weeks=weeks, progress=progress)
    if not common.quiet:
        print_summary(session, audit, page)


def _search(common: Common, out: Path, seed: int) -> None:
    """Look for the accounts of the invented heads of whom the registry knows none yet.

    Raises `UsageError` as `run_demo` does.
    """
    from auditor.archive import Archive
    from auditor.commands.leads import render_leads, search_accounts
    from auditor.sandbox import Sandbox, World
    from auditor.search.asking import Budget

    data, book = out / "search", out / "search.yaml"
    _clear(out, data)
    with common.progress("discover") as progress, Sandbox(World.build(seed=seed)) as sandbox:
        registry = _registry(book, sandbox.registry_yaml())
        session = _session(sandbox.settings(), book, registry, data, common.lang or "ru", sandbox.world.now)
        with Archive.open(data) as archive:
            archive.mark_synthetic()
        unknown = [office for office in registry.offices if office.tenures and not _has_page(office)]
        found = search_accounts(session, unknown, budget=Budget(), days=182, progress=progress)
    if not common.quiet:
        say(render_leads(found, session.words))


def _has_page(office: "Office") -> bool:
    """Tell whether a page of the last holder's is on record and confirmed."""
    return any(account.judged for account in office.tenures[-1].accounts)


def run_demo(
    out: Path, *, seed: int, lang: str = "ru", weeks: int = 5, progress: "Progress | None" = None
) -> "tuple[Session, Audit, Path]":
    """Audit `weeks` weeks of the invented world of `seed` into `out`; return the session, the last audit, its page.

    With four weeks or more, one is left out, as if the program had not been started, and in another VK answers with
    captchas. Raises `UsageError` when `out` holds an archive that is not a demonstration's: nothing real is
    overwritten.
    """
    from auditor.base.locks import make_private_folder
    from auditor.sandbox import Sandbox, World

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
    environment: Mapping[str, str], book: Path, registry: "Registry", data: Path, lang: str, now: datetime
) -> "Session":
    """Return a session at `now` with the registry of `book`; the `environment` points it at the sandbox."""
    from auditor.base.i18n import Catalogue
    from auditor.base.settings import load_settings
    from auditor.run.session import Session

    return Session(
        settings=load_settings({**environment, "AUDITOR_CONTACT": "otchet@example.invalid"}, book.parent),
        registry=registry,
        registry_path=book,
        data=data,
        out=book.parent / "reports",
        words=Catalogue(lang, registry.zone),
        as_of=now,
    )


def _remarks(out: Path, world: "World", registry: "Registry") -> "Remarks":
    """Write statements and corrections next to the registry, and read them."""
    from auditor.checks import catalogue
    from auditor.registry.remarks import load_remarks
    from auditor.sandbox.world.yaml_files import corrections_yaml, statements_yaml

    statements, corrections = out / "statements.yaml", out / "corrections.yaml"
    write_file(statements, statements_yaml(world.ends).encode())
    write_file(corrections, corrections_yaml(world.ends).encode())
    checks = [check.name for check in catalogue()]
    return load_remarks(statements, corrections, offices=[o.id for o in registry.offices], checks=checks)


def _weeks_back(weeks: int) -> list[int]:
    """Return how many weeks before the last one the others are, oldest first."""
    return [back for back in range(weeks - 1, 0, -1) if back != _MISSED or weeks <= _MISSED + 1]


def _walk(sandbox: "Sandbox", session: "Session", back: int, progress: "Progress | None") -> "tuple[Audit, Path]":
    """Audit the week that lies `back` weeks before the last one, at its own moment."""
    from auditor.commands.publish import run_weekly

    sandbox.now = session.clock()
    if back == _HINDERED:
        sandbox.faults.on("vk_captcha")
    judged, page = run_weekly(session, session.week(None), progress=progress, synthetic=True)
    sandbox.faults.off("vk_captcha")
    return judged.audit, page


def _registry(path: Path, text: str) -> "Registry":
    from auditor.registry import load_registry

    write_file(path, text.encode())
    return load_registry(path)


def _clear(out: Path, data: Path) -> bool:
    """Make the folder, without an earlier demonstration's archive; return whether there was one.

    That and nothing else is removed.
    """
    from auditor.archive import Archive

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be a folder ({error.strerror}); choose another with --out") from error
    if not data.exists():
        return False
    with Archive.read(data) as archive:
        synthetic = archive.synthetic
    if not synthetic:
        raise UsageError(f"{data}: holds something that is not a demonstration's; choose another folder with --out")
    shutil.rmtree(data)
    return True
