"""``auditor demo``: run the whole audit on an invented world that the sandbox serves on this machine."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote
from shutil import which

import click

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import UsageError, os_error_text
from auditor.base.files import write_file
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.settings import a_url, load_settings
from auditor.base.text import N_, phrase, verbatim
from auditor.checks import catalogue
from auditor.commands.console import echo, warn_of_passing_copy
from auditor.commands.options import Common, program
from auditor.commands.publication import print_summary, run_weekly
from auditor.registry import Registry, load_registry
from auditor.registry.remarks import Remarks, load_remarks
from auditor.run.home_folder import SETTINGS_FILE
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.yaml_files import corrections_yaml, statements_yaml

_PAST = 30
"""How many weeks back the invented pages go: the first of at most 26 audited weeks has a month before it."""
_SEED = 2022
_MISSED, _HINDERED = 2, 3
"""Two weeks, counted back from the last: one without any look, one in which VK shows a captcha to every request."""


@program.command()
@click.option(
    "--weeks", type=click.IntRange(1, 26), default=5, show_default=True, help="Weeks to audit, the last included."
)
@click.pass_obj
def demo(common: Common, weeks: int) -> None:
    """Audit an invented world on this machine, in the folder --out, by default demo.

    The reports say on every page that they are invented. In the folder every command can be tried.
    """
    common.set_up_logs()
    out, translator = common.out or Path("demo"), Translator(common.lang or "ru")
    _require_demonstration(out)
    if not common.quiet:
        echo(translator.gettext(_STAGED))
    with common.progress("demo") as progress:
        workspace, audit, page = run_demo(out, seed=_SEED, lang=translator.lang, weeks=weeks, progress=progress)
    write_file(out / SETTINGS_FILE, "".join(_settings_lines(workspace, common.lang or "")))
    if not common.quiet:
        print_summary(workspace, audit, page, [verbatim(_next_line(out))])
        warn_of_passing_copy(translator)


_STAGED = N_("A demonstration: all of it is invented. Where a network is closed, that is staged: yours is not asked.")
_NETWORKS = N_("An invented world: its networks are closed on purpose, and its clock stands.")
_CONTACT = "otchet@example.invalid"
_CLOSED = "http://127.0.0.1:9"
"""A server of this machine that nothing listens at."""


def _next_line(out: Path) -> str:
    """Return a line for the shell by which the next command runs, also where the program stands on no search path."""
    activate = Path(sys.prefix, "bin", "activate")
    steps = [f"source {quote(os.path.relpath(activate))}"] if not which("auditor") and activate.exists() else []
    return " && ".join([*steps, f"cd {quote(str(out))}", "auditor next"])


def _settings_lines(workspace: Workspace, lang: str) -> Iterator[str]:
    """Yield the lines of an ``auditor.toml`` by which every command works in the folder and asks no real network."""
    yield f"# {workspace.translator.gettext(_NETWORKS)}\n"
    servers = (
        f"{facts.prefix}_{setting.name}"
        for facts in routes().values()
        for setting in (fields(facts.settings) if facts.settings is not None else ())
        if setting.metadata["read"] is a_url
    )
    values = {"data": "data", "out": "reports", "contact": _CONTACT, "as_of": workspace.clock().isoformat()}
    values |= dict.fromkeys([*servers, "website_proxy"], _CLOSED) | {"website_local": "yes"}
    values |= {"lang": lang} if lang else {}
    yield from (f'{name} = "{value}"\n' for name, value in values.items())


def run_demo(
    out: Path, *, seed: int, lang: str = "ru", weeks: int = 5, progress: Progress | None = None
) -> tuple[Workspace, Audit, Path]:
    """Audit `weeks` weeks of the invented world of `seed` into `out`; return the workspace, the last audit, its page.

    With four weeks or more, one is skipped, as if the program had not been started, and in another VK answers with
    captchas. Raises `UsageError` if `out` holds the archive of a real audit, which is never overwritten.
    """
    world = World.build(seed=seed, past=_PAST)
    data = out / "data"
    if _clear_folder(out, data):
        shutil.rmtree(out / "reports", ignore_errors=True)
    make_private_folder(data)
    registry_path = out / "officials.yaml"
    earlier_registry = _registry(registry_path, world.registry_yaml(week_earlier=True))
    registry = _registry(registry_path, world.registry_yaml())
    with Sandbox(world) as sandbox:
        workspace = _workspace(sandbox.settings(data), registry_path, registry, data, lang, world.now)
        workspace = replace(workspace, remarks=_remarks(out, world, registry))
        for weeks_ago in _weeks_back(weeks):
            earlier = replace(workspace, registry=earlier_registry, as_of=world.now - timedelta(weeks=weeks_ago))
            _audit_past_week(sandbox, earlier, weeks_ago, progress)
        audit, page = _audit_past_week(sandbox, workspace, 0, progress)
    return workspace, audit, page


def _workspace(
    environment: Mapping[str, str], registry_path: Path, registry: Registry, data: Path, lang: str, now: datetime
) -> Workspace:
    """Return a workspace whose clock stands at `now`; `environment` holds the settings that lead to the sandbox."""
    return Workspace(
        settings=load_settings({**environment, "AUDITOR_CONTACT": _CONTACT}, registry_path.parent),
        registry=registry,
        registry_path=registry_path,
        data=data,
        out=registry_path.parent / "reports",
        translator=Translator(lang, registry.zone),
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
    """Return the earlier weeks to audit, as numbers of weeks before the last one, oldest first."""
    return [weeks_ago for weeks_ago in range(weeks - 1, 0, -1) if weeks_ago != _MISSED or weeks <= _MISSED + 1]


def _audit_past_week(
    sandbox: Sandbox, workspace: Workspace, weeks_ago: int, progress: Progress | None
) -> tuple[Audit, Path]:
    """Audit one week at the workspace's moment; `weeks_ago` counts back from the last week. Return audit and page."""
    sandbox.now = workspace.clock()
    if weeks_ago == _HINDERED:
        sandbox.faults.on("vk_captcha")
    result, page = run_weekly(workspace, workspace.week(None), progress=progress, synthetic=True)
    sandbox.faults.off("vk_captcha")
    return result.audit, page


def _registry(path: Path, text: str) -> Registry:
    write_file(path, text.encode())
    return load_registry(path)


def _clear_folder(out: Path, data: Path) -> bool:
    """Make the folder `out`, remove an earlier demonstration's archive from it, and return whether there was one.

    Nothing else is removed. Raises `UsageError` if `data` is no demonstration's archive.
    """
    _require_demonstration(out)
    is_there = data.exists()
    if is_there:
        shutil.rmtree(data)
    return is_there


def _require_demonstration(out: Path) -> None:
    """Make the folder `out`. Raises `UsageError` if it holds an archive or settings that are no demonstration's."""
    data, settings_path = out / "data", out / SETTINGS_FILE
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            phrase("{out}: cannot be a folder ({why}); choose another with --out", out=out, why=os_error_text(error))
        ) from error
    if settings_path.exists() and load_settings({}, out).contact != _CONTACT:
        raise _not_ours(settings_path)
    if data.exists():
        with Archive.read(data) as archive:
            synthetic = archive.synthetic
        if not synthetic:
            raise _not_ours(data)


def _not_ours(path: Path) -> UsageError:
    return UsageError(
        phrase("{data}: holds something that is not a demonstration's; choose another folder with --out", data=path)
    )
