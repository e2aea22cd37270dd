"""``auditor next``: list what is missing or too old, office by office, and how to fix it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import click

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text
from auditor.commands.console import echo_paged
from auditor.commands.options import Common, program, words_argument
from auditor.commands.pending_pages import pending_counts
from auditor.registry import Office
from auditor.registry.gaps import Gap, GapKind, OfficeGaps, count_expiring, gaps_of
from auditor.registry.requests import awaited_answers
from auditor.run.workspace import Workspace


@program.command(
    "next", help="Say what is missing or too old in the registry, the most useful first, and how to fix it."
)
@words_argument("who", "One office; with all its search links. By default all.")
@click.option("--all", "whole", is_flag=True, help="All steps, not the first ten.")
@click.pass_obj
def next_steps(common: Common, *, who: str, whole: bool) -> None:
    """Print what is missing or too old in the registry, the most useful first, and how to fix it."""
    workspace = common.open(needs_office=True)
    office_gaps = gaps_in(workspace, who or None)
    shown = office_gaps if who or whole else _first_steps(office_gaps, _FEW)
    lines = [*_lines(shown, workspace.translator, whole=bool(who))]
    if remaining := sum(len(gaps.gaps) for gaps in office_gaps) - sum(len(gaps.gaps) for gaps in shown):
        more = NN_("{n} more step: auditor next --all", "{n} more steps: auditor next --all")
        lines.append(workspace.translator.count(*more, remaining))
    offices = [workspace.office(who)] if who else workspace.registry.offices
    lines += request_lines(workspace, offices, office_gaps)
    echo_paged("\n".join([*lines, *expiry_lines(office_gaps, workspace.translator)]) + "\n")


_FEW = 10
"""Steps that are listed without ``--all``."""


def _first_steps(office_gaps: Sequence[OfficeGaps], limit: int) -> list[OfficeGaps]:
    """Return the offices of the first `limit` steps, each with those of its gaps that are among them."""
    steps = [(gaps, gap) for gaps in office_gaps for gap in gaps.gaps][:limit]
    chosen = {gaps.office.id: gaps for gaps, _ in steps}
    return [replace(gaps, gaps=tuple(gap for owner, gap in steps if owner is gaps)) for gaps in chosen.values()]


def request_lines(workspace: Workspace, offices: Iterable[Office], office_gaps: Sequence[OfficeGaps]) -> Iterator[str]:
    """Yield which answers to requests are awaited and which are late; without any, how the offices are asked."""
    today = workspace.clock().astimezone(workspace.registry.zone).date()
    awaited = [workspace.translator.text(line) for line in awaited_answers(offices, today)]
    if awaited:
        yield ""
        yield workspace.translator.gettext(N_("Answers to requests:"))
        yield from (one_line(f"  {line}") for line in awaited)
        yield ""
    elif any(gaps.bound and gaps.blocking_count for gaps in office_gaps):
        yield workspace.translator.gettext(_ASK_THEM)


_ASK_THEM = N_("What only the offices know: a letter to each is written by auditor letter --ask")


def expiry_lines(office_gaps: Sequence[OfficeGaps], translator: Translator) -> Iterator[str]:
    """Yield a line that counts what becomes too old within 60 days, if anything does."""
    counts = count_expiring(office_gaps)
    if any(counts.values()):
        yield translator.translate(_SOON, **counts)


_SOON = N_(
    "Within 60 days this becomes too old: who holds office, {holder}; confirmations, {confirmation}; searches, {search}"
)


def gaps_in(workspace: Workspace, query: str | None = None) -> list[OfficeGaps]:
    """Return today's gaps of every office, or of the office that `query` names."""
    today = workspace.clock().astimezone(workspace.registry.zone).date()
    offices = [workspace.office(query)] if query is not None else None
    office_gaps = gaps_of(workspace.registry, today, offices, _moving(workspace))
    pending = pending_counts(workspace, [gaps.office for gaps in office_gaps])
    return [_with_pending(gaps, pending.get(gaps.office.id, 0)) for gaps in office_gaps]


def _moving(workspace: Workspace) -> dict[str, str]:
    """Return the last own post of each page that may say that the page moves, by the page's address."""
    try:
        with Archive.read(workspace.data) as archive:
            snapshots = archive.snapshots.newest(workspace.clock())
    except ArchiveError:
        return {}
    own_posts = ((snapshot.url, post) for snapshot in snapshots for post in snapshot.posts if not post.repost)
    last_posts = dict(sorted(own_posts, key=lambda row: row[1].at))  # of either route: one may not have read the posts
    return {url: post.url for url, post in last_posts.items() if post.may_have_moved}


def _with_pending(gaps: OfficeGaps, count: int) -> OfficeGaps:
    """Return an office's gaps; if `count` pages wait for a decision, the gap of a missing page asks for that."""

    def decide_pages(gap: Gap) -> Gap:
        if gap.kind is not GapKind.PAGE or not count:
            return gap
        message = Text(*_FOUND[:1], {"n": count}, _FOUND[1], count)
        return replace(gap, kind=GapKind.DECISION, text=message, commands=gap.commands[-1:])

    return replace(gaps, gaps=tuple(map(decide_pages, gaps.gaps)))


_FOUND = NN_("{n} page that a search found waits for a decision", "{n} pages that a search found wait for a decision")


def next_commands(workspace: Workspace, limit: int = 3) -> list[str]:
    """Return the first step of up to `limit` bound offices: what is missing, and the command or link that fixes it."""
    first_steps = [(gaps, gaps.gaps[0]) for gaps in gaps_in(workspace) if gaps.blocking_count and gaps.bound][:limit]
    translator = workspace.translator
    return [
        f"{gaps.office.municipality}: {translator.text(gap.text)}\n    {next(iter(gap.commands), gap.links[0].url)}"
        for gaps, gap in first_steps
    ]


def _lines(office_gaps: Sequence[OfficeGaps], translator: Translator, *, whole: bool) -> Iterator[str]:
    if not office_gaps:
        yield translator.gettext(N_("Nothing is missing in the registry, and nothing in it is too old."))
    for gaps in office_gaps:
        yield one_line(f"{gaps.office.municipality} — {gaps.holder or gaps.office.title} ({gaps.office.id})")
        yield from _steps(gaps.gaps, translator, whole=whole)
        yield ""
    if office_gaps and not whole:
        yield translator.gettext(N_("All about one, with every search link: auditor next WHO"))


def _steps(gaps: Sequence[Gap], translator: Translator, *, whole: bool) -> Iterator[str]:
    """Yield the steps of one office; a command that fixes several in a row is printed once, under the last."""
    for number, gap in enumerate(gaps, 1):
        yield one_line(f"  {number}. {translator.text(gap.text)}")
        if whole or number == 1:
            yield from (f"     {link.name}: {link.url}" for link in gap.links)
        if number == len(gaps) or gaps[number].commands != gap.commands:
            yield from (f"     $ {command}" for command in gap.commands)
