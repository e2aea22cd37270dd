"""``auditor doctor``: what each key and route can do now; also the controls, the clock and the disk.

Each method is tried once. Nothing is stored, and no answer is shown, only whether there was one.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Shown

from auditor.archive import Archive
from auditor.base.errors import AuditorError, text_of
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.safe import one_line
from auditor.base.snapshot import Cause, Route, Snapshot
from auditor.base.text import N_, Scalar, Text, verbatim
from auditor.commands.console import echo
from auditor.commands.next import expiry_lines, gaps_in
from auditor.commands.options import Common, single
from auditor.commands.purge import NOTHING_DUE, cutoffs_at
from auditor.probes.plugins import DiagnosisLine, PluginContext, plugin_of
from auditor.run.workspace import Workspace

_ABOUT = 16
"""How many things are examined, about: what there is to ask is known as it is asked."""
_LEAST_FREE = 500 * 1024 * 1024
_BUILT = datetime(2026, 11, 23, tzinfo=UTC)
"""A clock that shows an earlier time is wrong."""

_STRANGE = N_(
    "{count} of {of} pages came in a form that the program does not know at the last look, {first} first; see: auditor "
    "evidence show {ids}. If a browser shows them as ever, the layout has changed"
)
_DUE = N_(
    "kept longer than the settings allow: answers {answers}, rows of comments {comments}. `auditor purge` removes them"
)


_Told = TypeVar("_Told")

app = single()


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what each key and route can do now.

    A line a route, with -v one a method; also registry, clock and disk. Exit 0 if what is set works, else 3.
    """
    common: Common = context.obj
    session = common.open()
    with common.progress(session.words.gettext(N_("Trying each route"))) as progress:
        lines = diagnose(session, progress, whole=common.verbose)
    if not common.quiet:
        print_diagnosis(lines, session.words)
        echo(session.words.gettext(_ALL_WORKS if all(line.state == "ok" for line in lines) else _TO_MEND))
    raise typer.Exit(0 if all(line.state in {"ok", "unset", "noted"} for line in lines) else 3)


_ALL_WORKS = N_("All that is set works. Next: auditor weekly --plan")
_TO_MEND = N_("How to set and mend each: docs/settings.md")


def diagnose(session: Workspace, progress: Progress | None = None, *, whole: bool = False) -> list[DiagnosisLine]:
    """Examine everything once, in the order in which a run needs it; `progress` is called after each.

    A route is one line, unless each of its methods is to be told (`whole`).
    """
    lines: list[DiagnosisLine] = []
    for line in chain(_machine(session), *_routes(session, whole=whole)):
        lines.append(line)
        if progress is not None:
            progress(len(lines), _ABOUT, str(line.subject))
    return lines


def _machine(session: Workspace) -> Iterator[DiagnosisLine]:
    count = len(session.registry.offices)
    yield DiagnosisLine(
        N_("registry"), "ok", _said(N_("{path}, {count} offices"), path=session.registry_path.name, count=count)
    )
    yield _clock(session)
    yield _disk(session.data)
    yield from retention_lines(session)
    yield from _layout(session)
    for line in expiry_lines(gaps_in(session), session.words):
        yield DiagnosisLine(N_("what ages"), "noted", verbatim(line))


def _said(message: str, **params: Scalar | Text) -> Text:
    return Text(message, params)


def _ask(folder: Path, question: Callable[[Archive], _Told]) -> _Told | None:
    """Return what the archive in `folder` tells; None where it cannot be read, which the archive's own line says."""
    try:
        with Archive.read(folder) as archive:
            return question(archive)
    except AuditorError:
        return None


def _clock(session: Workspace) -> DiagnosisLine:
    now = session.clock()
    last = _ask(session.data, Archive.last_run)
    week, ran = last or (None, None)
    if (now < _BUILT and session.as_of is None) or (ran is not None and now < datetime.fromisoformat(ran)):
        said = _said(N_("{now} is before this version was made, or before the last run in the archive"), now=now)
        return DiagnosisLine(N_("clock"), "wrong", said)
    return DiagnosisLine(
        N_("clock"), "ok", _said(N_("{now}; last run in the archive: week {week}"), now=now, week=week)
    )


def _disk(folder: Path) -> DiagnosisLine:
    try:
        with Archive.read(folder):
            pass
        place = folder
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
    except (AuditorError, OSError) as error:
        return DiagnosisLine(N_("archive"), "wrong", _said(N_("cannot be used: {error}"), error=text_of(error)))
    state = "ok" if free >= _LEAST_FREE else "wrong"
    return DiagnosisLine(N_("archive"), state, _said(N_("{free} MB free"), free=free // 1024 // 1024))


def retention_lines(session: Workspace) -> Iterator[DiagnosisLine]:
    """Say what is kept longer than the settings allow, and whether others on this machine can look into the archive."""
    if session.data.exists() and session.data.stat().st_mode & 0o077:
        said = _said(N_("{path} is open to others on this machine: chmod 700 {path}"), path=str(session.data))
        yield DiagnosisLine(N_("archive: rights"), "wrong", said)
    now = session.clock()
    due = _ask(session.data, lambda archive: archive.count_due(cutoffs_at(now, session), now))
    if due:
        said = _said(_DUE, answers=due.answers, comments=due.comments)
        yield DiagnosisLine(N_("archive: keeping"), "wrong", said)
    elif due is not None:
        yield DiagnosisLine(N_("archive: keeping"), "ok", Text(NOTHING_DUE))


def _layout(session: Workspace) -> Iterator[DiagnosisLine]:
    """Say of each route whether the last look at every account came in a form that the program knows."""
    last = _ask(session.data, lambda archive: archive.snapshots.newest(session.clock())) or []
    for route in Route:
        mine = [look for look in last if look.route is route and look.cause in {None, Cause.UNRECOGNISED_PAGE}]
        if mine:
            yield _recognised(Text(N_("form of the pages: {route}"), {"route": Text(routes()[route.value].name)}), mine)


def _recognised(subject: Text, looks: Sequence[Snapshot]) -> DiagnosisLine:
    strange = [look for look in looks if _unrecognised(look)]
    if not strange:
        return DiagnosisLine(subject, "ok", Text(N_("the last look at every page was recognised")))
    ids = ", ".join(look.evidence[-1].id for look in strange[:3] if look.evidence)
    said = _said(_STRANGE, count=len(strange), of=len(looks), first=strange[0].url, ids=ids or "—")
    return DiagnosisLine(subject, "noted", said)


def _unrecognised(look: Snapshot) -> bool:
    causes = {look.cause, look.posts_cause, *(post.comments_cause for post in look.posts)}
    return Cause.UNRECOGNISED_PAGE in causes


def _routes(session: Workspace, *, whole: bool) -> Iterator[Iterator[DiagnosisLine]]:
    """Say of each route what it can do now."""
    login = _ask(session.data, lambda archive: archive.searches.login())
    wiring = PluginContext(session.settings, session.clock, session.data, login, live=session.as_of is None)
    for plugin in map(plugin_of, Route):
        controls = tuple(c for c in session.registry.controls if c.url.network is plugin.route.network)
        methods = _until_closed(plugin.diagnose(replace(wiring, controls=controls)))
        yield methods if whole else iter([_summed_up(plugin.route, list(methods))])


def _until_closed(methods: Iterator[DiagnosisLine]) -> Iterator[DiagnosisLine]:
    """Yield a route's methods up to one that tells of all: the rest would say the same."""
    for line in methods:
        yield line
        if line.state in {"unreachable", "unset"}:
            return


def _summed_up(route: Route, methods: Sequence[DiagnosisLine]) -> DiagnosisLine:
    """Return one line for a route: what hinders most of it, or that all of it answers."""
    name = routes()[route.value].name
    worst = min(methods, key=lambda line: list(_STATES).index(line.state))
    said = worst.detail if worst.state != "ok" or len(methods) == 1 else Text(_ANSWERS, {"n": len(methods)})
    return DiagnosisLine(name, worst.state, said)


_ANSWERS = N_("all answers, asked in {n} ways")
_STATES = {
    "wrong": (N_("to mend"), "red"),
    "refused": (N_("refused"), "yellow"),
    "unreachable": (N_("closed from here"), "yellow"),
    "noted": (N_("take note"), "yellow"),
    "unset": (N_("not set, optional"), "dim"),
    "ok": (N_("works"), "green"),
}
"""The worst first."""


def _named(line: DiagnosisLine, words: Translator) -> str:
    return words.text(line.subject) if isinstance(line.subject, Text) else words.gettext(line.subject)


def print_diagnosis(lines: Sequence[DiagnosisLine], words: Translator) -> None:
    """Print the lines as a table; plain text when piped. A name in brackets, of a person or a folder, is no markup."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in lines:
        state, style = _STATES[line.state]
        table.add_row(
            Shown(one_line(_named(line, words).replace("https://", "")), overflow="fold"),
            Shown(words.gettext(state), style=style),
            Shown(one_line(words.text(line.detail))),
        )
    console.print(table)
