"""``auditor doctor``: report what each key and route can do now, and the state of controls, clock and disk.

Each method is tried once. No response is stored or shown, only whether one came.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from auditor.archive import Archive
from auditor.base.errors import AuditorError, text_of
from auditor.base.files import packaged
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.safe import one_line
from auditor.base.snapshot import Cause, Route, Snapshot
from auditor.base.text import N_, Scalar, Text, verbatim
from auditor.commands.console import echo
from auditor.commands.next import expiry_lines, gaps_in, steps_of
from auditor.commands.options import Common, program
from auditor.commands.purge import NOTHING_DUE, cutoffs_at
from auditor.commands.what_next import print_steps
from auditor.probes.event_loop import run
from auditor.probes.plugins import PATIENCE, DiagnosisLine, Plugin, PluginContext, plugin_of
from auditor.run.workspace import Workspace

_EXPECTED_LINES = 16
"""About how many lines a diagnosis has, for the progress bar: the number is known only at the end."""
_LEAST_FREE = 500 * 1024 * 1024
_BUILT = datetime(2026, 11, 23, tzinfo=UTC)
"""When this version was made: a clock that shows an earlier time is wrong."""

_STRANGE = N_(
    "{count} of {of} pages came in a form that the program does not know at the last look, {first} first; see: auditor "
    "evidence show {ids}. If a browser shows them as ever, the layout has changed"
)
_DUE = N_(
    "kept longer than the settings allow: answers {answers}, rows of comments {comments}. `auditor purge` removes them"
)


_Result = TypeVar("_Result")

_HELP = """Say what each key and route can do now.

A line a route, with -v one a method; also registry, clock and disk. Exit 0 if what is set works, else 3.
"""


@program.command(help=_HELP)
@click.pass_obj
def doctor(common: Common) -> int:
    """Diagnose every route, the registry, the clock and the archive, and print what came of it."""
    workspace = common.open()
    with common.progress(workspace.translator.gettext(N_("Trying each route"))) as progress:
        lines = diagnose(workspace, progress, every_method=common.verbose)
    if not common.quiet:
        print_diagnosis(lines, workspace.translator)
        echo(_conclusion(lines, workspace.translator))
        print_steps(steps_of(workspace, gaps_in(workspace)), workspace.translator)
    return 0 if all(line.state in {"ok", "unset", "noted"} for line in lines) else 3


_ALL_WORKS = N_("All that is set works. How long a run takes: auditor weekly --plan")
_TO_MEND = N_("How to set and mend each: {page}")


def _conclusion(lines: Sequence[DiagnosisLine], translator: Translator) -> str:
    if all(line.state == "ok" for line in lines):
        return translator.gettext(_ALL_WORKS)
    return translator.translate(_TO_MEND, page=str(packaged("docs/ru/settings.md")))


def diagnose(
    workspace: Workspace,
    progress: Progress | None = None,
    *,
    every_method: bool = False,
    patience: float = PATIENCE,
) -> list[DiagnosisLine]:
    """Examine everything once, in the order in which a run needs it; `progress` is called after each line.

    A route gets one line, or with `every_method` one line for each of its methods. A route without any response after
    `patience` seconds is given up.
    """
    lines: list[DiagnosisLine] = []
    for line in chain(_machine(workspace), *_routes(workspace, patience, every_method=every_method)):
        lines.append(line)
        if progress is not None:
            progress(len(lines), _EXPECTED_LINES, str(line.subject))
    return lines


def _machine(workspace: Workspace) -> Iterator[DiagnosisLine]:
    count = len(workspace.registry.offices)
    yield DiagnosisLine(
        N_("registry"), "ok", _message(N_("{path}, {count} offices"), path=workspace.registry_path.name, count=count)
    )
    yield _clock(workspace)
    yield _disk(workspace.data)
    yield from retention_lines(workspace)
    yield from _layout(workspace)
    for line in expiry_lines(gaps_in(workspace), workspace.translator):
        yield DiagnosisLine(N_("what ages"), "noted", verbatim(line))


def _message(message: str, **params: Scalar | Text) -> Text:
    return Text(message, params)


def _read_archive(folder: Path, read: Callable[[Archive], _Result]) -> _Result | None:
    """Return what `read` reads from the archive in `folder`; None if it cannot be opened, which `_disk` reports."""
    try:
        with Archive.read(folder) as archive:
            return read(archive)
    except AuditorError:
        return None


def _clock(workspace: Workspace) -> DiagnosisLine:
    now = workspace.clock()
    last_run = _read_archive(workspace.data, Archive.last_run)
    week, ran = last_run or (None, None)
    if (now < _BUILT and workspace.as_of is None) or (ran is not None and now < datetime.fromisoformat(ran)):
        message = _message(N_("{now} is before this version was made, or before the last run in the archive"), now=now)
        return DiagnosisLine(N_("clock"), "wrong", message)
    return DiagnosisLine(
        N_("clock"), "ok", _message(N_("{now}; last run in the archive: week {week}"), now=now, week=week)
    )


def _disk(folder: Path) -> DiagnosisLine:
    try:
        with Archive.read(folder):
            pass
        existing_folder = folder
        while not existing_folder.exists():
            existing_folder = existing_folder.parent
        free = shutil.disk_usage(existing_folder).free
    except (AuditorError, OSError) as error:
        return DiagnosisLine(N_("archive"), "wrong", _message(N_("cannot be used: {error}"), error=text_of(error)))
    state = "ok" if free >= _LEAST_FREE else "wrong"
    return DiagnosisLine(N_("archive"), state, _message(N_("{free} MB free"), free=free // 1024 // 1024))


def retention_lines(workspace: Workspace) -> Iterator[DiagnosisLine]:
    """Yield lines about the archive: access for other users of this machine, and what is due for a purge."""
    if workspace.data.exists() and workspace.data.stat().st_mode & 0o077:
        message = _message(N_("{path} is open to others on this machine: chmod 700 {path}"), path=str(workspace.data))
        yield DiagnosisLine(N_("archive: rights"), "wrong", message)
    now = workspace.clock()
    due = _read_archive(workspace.data, lambda archive: archive.count_due(cutoffs_at(now, workspace), now))
    if due:
        message = _message(_DUE, answers=due.answers, comments=due.comments)
        yield DiagnosisLine(N_("archive: keeping"), "wrong", message)
    elif due is not None:
        yield DiagnosisLine(N_("archive: keeping"), "ok", Text(NOTHING_DUE))


def _layout(workspace: Workspace) -> Iterator[DiagnosisLine]:
    """Yield a line for each route: whether the last look at every account had a layout that the program knows."""
    latest = _read_archive(workspace.data, lambda archive: archive.snapshots.newest(workspace.clock())) or []
    for route in Route:
        route_looks = [look for look in latest if look.route is route and look.cause in {None, Cause.UNRECOGNISED_PAGE}]
        if route_looks:
            yield _layout_line(
                Text(N_("form of the pages: {route}"), {"route": Text(routes()[route.value].name)}), route_looks
            )


def _layout_line(subject: Text, looks: Sequence[Snapshot]) -> DiagnosisLine:
    unrecognised = [look for look in looks if _is_unrecognised(look)]
    if not unrecognised:
        return DiagnosisLine(subject, "ok", Text(N_("the last look at every page was recognised")))
    ids = ", ".join(look.evidence[-1].id for look in unrecognised[:3] if look.evidence)
    message = _message(_STRANGE, count=len(unrecognised), of=len(looks), first=unrecognised[0].url, ids=ids or "—")
    return DiagnosisLine(subject, "noted", message)


def _is_unrecognised(look: Snapshot) -> bool:
    causes = {look.cause, look.posts_cause, *(post.comments_cause for post in look.posts)}
    return Cause.UNRECOGNISED_PAGE in causes


def _routes(workspace: Workspace, patience: float, *, every_method: bool) -> Sequence[Sequence[DiagnosisLine]]:
    """Return the lines of each route: what it can do now. All are tried at once, so that one wait is enough for all."""
    login = _read_archive(workspace.data, lambda archive: archive.searches.login())
    plugin_context = PluginContext(
        workspace.settings, workspace.clock, workspace.data, login, live=workspace.as_of is None, patience=patience
    )

    async def try_route(plugin: Plugin) -> Sequence[DiagnosisLine]:
        controls = tuple(c for c in workspace.registry.controls if c.url.network is plugin.route.network)
        methods = _until_closed(await plugin.diagnose(replace(plugin_context, controls=controls)))
        return methods if every_method else [_summary_line(plugin.route, methods)]

    async def try_all() -> list[Sequence[DiagnosisLine]]:
        return await asyncio.gather(*map(try_route, map(plugin_of, Route)))

    return run(try_all())


def _until_closed(methods: Sequence[DiagnosisLine]) -> Sequence[DiagnosisLine]:
    """Return a route's lines up to the first that holds for the whole route: unreachable, not set, or set wrongly."""
    closing = (n for n, line in enumerate(methods, 1) if line.state in {"unreachable", "unset", "wrong"})
    return methods[: next(closing, len(methods))]


def _summary_line(route: Route, methods: Sequence[DiagnosisLine]) -> DiagnosisLine:
    """Return one line for a route: the worst of its methods, or that all of them work."""
    name = routes()[route.value].name
    worst = min(methods, key=lambda line: list(_STATES).index(line.state))
    detail = worst.detail if worst.state != "ok" or len(methods) == 1 else Text(_ANSWERS, {"n": len(methods)})
    return DiagnosisLine(name, worst.state, detail)


_ANSWERS = N_("all answers, asked in {n} ways")
_STATES = {
    "wrong": (N_("to mend"), "red"),
    "refused": (N_("refused"), "yellow"),
    "unreachable": (N_("closed from here"), "yellow"),
    "noted": (N_("take note"), "yellow"),
    "unset": (N_("not set, optional"), "dim"),
    "ok": (N_("works"), "green"),
}
"""The states with their label and colour, the worst first."""


def _subject_text(line: DiagnosisLine, translator: Translator) -> str:
    return translator.text(line.subject) if isinstance(line.subject, Text) else translator.gettext(line.subject)


def print_diagnosis(lines: Sequence[DiagnosisLine], translator: Translator) -> None:
    """Print the lines as a table, as plain text when piped; brackets in names are not read as markup.

    On a narrow terminal the details stand below, so that no setting's name is cut.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in lines:
        subject, state, detail = _cells(line, translator)
        if console.width >= _WIDE:
            table.add_row(subject, state, detail)
        else:
            console.print(subject, state, sep="  ")
            console.print(Padding(detail, (0, 0, 0, 4)))
    if table.row_count:
        console.print(table)


_WIDE = 120
"""Columns of a terminal in which three cells stand side by side."""


def _cells(line: DiagnosisLine, translator: Translator) -> tuple[RichText, RichText, RichText]:
    state, style = _STATES[line.state]
    return (
        RichText(one_line(_subject_text(line, translator).replace("https://", "")), overflow="fold"),
        RichText(translator.gettext(state), style=style),
        RichText(one_line(translator.text(line.detail)), overflow="fold"),
    )
