"""``auditor next``: list what is missing or too old, office by office, and how to fix it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import click

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedOffice
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text
from auditor.commands.console import echo_paged
from auditor.commands.look_gaps import look_gaps, passing_lines, route_lines
from auditor.commands.options import Common, program, words_argument
from auditor.commands.pending_pages import pending_counts
from auditor.commands.what_next import step_lines, what_next
from auditor.registry import Office
from auditor.registry.gaps import Gap, GapKind, OfficeGaps, count_expiring, gaps_of
from auditor.registry.holders import holder_on, known_by
from auditor.registry.requests import awaited_answers, progress
from auditor.run.stored_audits import previous_audit
from auditor.run.workspace import Workspace


@program.command(
    "next", help="Say what is missing or too old in the registry, the most useful first, and how to fix it."
)
@words_argument("who", "One office; with all its search links. By default all.")
@click.option("--all", "whole", is_flag=True, help="All steps, not the first ten.")
@click.pass_obj
def next_steps(common: Common, *, who: str, whole: bool) -> None:
    """Print how far the registry is, what is missing in it or too old, and how to fix it, the most useful first."""
    workspace = common.open(needs_office=True)
    lines = _lines_of_office(workspace, who) if who else _lines_of_all(workspace, whole=whole)
    echo_paged("\n".join(lines) + "\n")


def _lines_of_office(workspace: Workspace, who: str) -> Iterator[str]:
    """Yield every step of one office, and what needs none."""
    office, translator = workspace.existing_office(who, workspace.today), workspace.translator
    office_gaps = gaps_in(workspace, [office])
    audit = last_audit(workspace)
    passing = [line for audited in _audited(audit, office) for line in passing_lines(audited, translator)]
    if not office_gaps:
        yield one_line(translator.translate(_NOTHING_MISSING, office=office.municipality, title=office.title))
    yield from _lines(office_gaps, translator, whole=True)
    yield from map(one_line, passing)
    yield from request_lines(workspace, [office])
    yield from expiry_lines(office_gaps, translator)


_NOTHING_MISSING = N_("{office}, {title}: nothing is missing in the registry, and nothing in it is too old.")


def _audited(audit: Audit | None, office: Office) -> list[AuditedOffice]:
    return [audited for audited in (audit.offices if audit else ()) if audited.id == office.id]


def _lines_of_all(workspace: Workspace, *, whole: bool) -> Iterator[str]:
    """Yield how far the registry is, the steps, what was in the way to the networks, and what to do next."""
    translator, today = workspace.translator, workspace.today
    office_gaps, audit = gaps_in(workspace), last_audit(workspace)
    shown = office_gaps if whole else _first_steps(office_gaps, _FEW)
    yield ", ".join(map(translator.text, progress(workspace.registry, today)))
    yield ""
    if not office_gaps:
        yield translator.gettext(N_("Nothing is missing in the registry, and nothing in it is too old."))
    yield from _lines(shown, translator, whole=False)
    if remaining := sum(len(gaps.gaps) for gaps in office_gaps) - sum(len(gaps.gaps) for gaps in shown):
        more = NN_("{n} more step: auditor next --all", "{n} more steps: auditor next --all")
        yield translator.count(*more, remaining)
    yield from route_lines(audit.offices if audit else (), translator)
    yield from request_lines(workspace, workspace.registry.offices)
    yield from expiry_lines(office_gaps, translator)
    yield ""
    yield from step_lines(steps_of(workspace, office_gaps, is_list_shown=True), translator)


def steps_of(workspace: Workspace, office_gaps: Sequence[OfficeGaps], *, is_list_shown: bool = False) -> list[Text]:
    """Return what to do next, for the end of what a command prints."""
    audit = last_audit(workspace)
    is_week_due = audit is None or audit.week != str(workspace.week(None))
    return what_next(office_gaps, workspace.today, is_week_due=is_week_due, is_list_shown=is_list_shown)


_FEW = 10
"""Steps that are listed without ``--all``."""


def _first_steps(office_gaps: Sequence[OfficeGaps], limit: int) -> list[OfficeGaps]:
    """Return the offices of the first `limit` steps, each with those of its gaps that are among them."""
    steps = [(gaps, gap) for gaps in office_gaps for gap in gaps.gaps][:limit]
    chosen = {gaps.office.id: gaps for gaps, _ in steps}
    return [replace(gaps, gaps=tuple(gap for owner, gap in steps if owner is gaps)) for gaps in chosen.values()]


def request_lines(workspace: Workspace, offices: Iterable[Office]) -> Iterator[str]:
    """Yield which answers to requests are awaited and which are late."""
    awaited = [workspace.translator.text(line) for line in awaited_answers(offices, workspace.today)]
    if awaited:
        yield ""
        yield workspace.translator.gettext(N_("Answers to requests:"))
        yield from (one_line(f"  {line}") for line in awaited)


def expiry_lines(office_gaps: Sequence[OfficeGaps], translator: Translator) -> Iterator[str]:
    """Yield a line that counts what becomes too old within 60 days, if anything does."""
    counts = count_expiring(office_gaps)
    if any(counts.values()):
        yield translator.translate(_SOON, **counts)


_SOON = N_(
    "Within 60 days this becomes too old: who holds office, {holder}; confirmations, {confirmation}; searches, {search}"
)


def last_audit(workspace: Workspace) -> Audit | None:
    """Return the newest audit of a week that has ended; None without one that can be read."""
    try:
        with Archive.read(workspace.data) as archive:
            return previous_audit(archive, workspace.week(None).shift(1), workspace.clock())
    except ArchiveError:
        return None


def gaps_in(workspace: Workspace, offices: Sequence[Office] | None = None) -> list[OfficeGaps]:
    """Return today's gaps of every office, or of those given."""
    today, registry = workspace.today, workspace.registry
    office_gaps = gaps_of(registry, today, offices, _moving(workspace), _unseen(workspace, today))
    pending = pending_counts(workspace, [gaps.office for gaps in office_gaps])
    return [_with_pending(gaps, pending.get(gaps.office.id, 0)) for gaps in office_gaps]


def _unseen(workspace: Workspace, today: date) -> dict[str, list[Gap]]:
    """Return the steps about pages that the last audit could not see whole, by office id."""
    audit = last_audit(workspace)
    audited_by_id = {audited.id: audited for audited in audit.offices} if audit is not None else {}
    return {
        office.id: list(look_gaps(audited_by_id[office.id], holder_on(known_by(office, today), today)))
        for office in workspace.registry.offices
        if office.id in audited_by_id
    }


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


def _lines(office_gaps: Sequence[OfficeGaps], translator: Translator, *, whole: bool) -> Iterator[str]:
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
