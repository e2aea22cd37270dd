"""The whole way of the data over the sandbox's servers, without the command line."""

from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from auditor.base.settings import load_settings
from auditor.base.weeks import Week
from auditor.registry import Registry, parse_registry
from auditor.run import judge_week as weeks
from auditor.run.collect import RunResult
from auditor.run.collect_week import collect_week
from auditor.run.judge_week import judge_week
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox, World

FEW = ("rayon-01", "rayon-02", "rayon-04", "rayon-05", "rayon-14", "rayon-18", "administration")
"""For Telegram and for VK a head who keeps to everything, one who is late and silent, and one gone or private; and the
body that answers in their stead."""


def few(world: World, offices: Collection[str] = FEW) -> World:
    """The same world with these offices alone: what a fault does to them it does to all."""
    return replace(world, offices=[office for office in world.offices if office.id in offices])


@cache
def _read(registry_yaml: str) -> Registry:
    """Read a registry once, however many tests have it: YAML takes a fifth of a run."""
    return parse_registry(registry_yaml, "officials.yaml")


def workspace_of(world: World, folder: Path, environ: dict[str, str], now: datetime) -> Workspace:
    """Return a workspace on `world`'s registry with its folders under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    book, text = folder / "officials.yaml", world.registry_yaml()
    book.write_text(text, encoding="utf-8")
    registry = _read(text)
    return Workspace(
        settings=load_settings(environ, folder),
        registry=registry,
        registry_path=book,
        data=folder / "data",
        out=folder / "reports",
        translator=Translator("ru", registry.zone),
        as_of=now,
    )


@contextmanager
def sandboxed(world: World, folder: Path, *faults: str, now: datetime | None = None, **environ: str):
    """Yield the running sandbox and a workspace that looks at it."""
    with Sandbox(world) as sandbox:
        for fault in faults:
            sandbox.faults.on(fault)
        sandbox.now = now or world.now
        yield sandbox, workspace_of(world, folder, sandbox.settings() | environ, sandbox.now)


def audited(workspace: Workspace, week: Week | None = None) -> Audit:
    """Look at everything and judge the week."""
    chosen = week or Week.last_ended(workspace.clock(), workspace.registry.zone)
    with Archive.open(workspace.data) as archive:
        done = collect_week(workspace, archive, chosen, command="weekly")
        return judge_week(workspace, archive, chosen, done.finished_at)


def audit_week(workspace: Workspace, week: Week) -> tuple[Audit, RunResult]:
    """Look at a week, judge and store it, as the command does before it publishes."""
    looking = partial(collect_week, workspace, week=week, command="weekly")
    judged = weeks.audit_week(workspace, week, looking)
    return judged.audit, judged.run_result


def make_week(sandbox: Sandbox, folder: Path, now: datetime, client: Path | None = None, **environ: str) -> Workspace:
    """Look at the sandbox's world at `now`, judge and store the last week that has ended; return the workspace."""
    sandbox.now = now
    workspace = workspace_of(sandbox.world, folder, sandbox.settings(client) | environ, now)
    audit_week(workspace, Week.last_ended(now, workspace.registry.zone))
    return workspace
