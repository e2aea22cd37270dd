"""``auditor next``: what is missing or too old, office by office, and what mends it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text
from auditor.commands.console import echo_paged
from auditor.commands.options import Common, single
from auditor.commands.pending_pages import pending_counts
from auditor.registry.gaps import Gap, GapKind, OfficeGaps, count_expiring, gaps_of
from auditor.run.workspace import Workspace

app = single()


@app.command()
def next_steps(
    context: typer.Context,
    who: Annotated[
        list[str] | None, typer.Argument(metavar="WHO", help="One office; with all its search links. By default all.")
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="All steps, not the first ten.")] = False,
) -> None:
    """Say what is missing or too old in the registry, the most useful first, and how to fix it."""
    common: Common = context.obj
    session = common.open()
    found = gaps_in(session, " ".join(who) if who else None)
    shown = found if who or whole else _first_steps(found, _FEW)
    lines = [*_lines(shown, session.words, whole=bool(who))]
    if left := sum(len(one.gaps) for one in found) - sum(len(one.gaps) for one in shown):
        more = NN_("{n} more step: auditor next --all", "{n} more steps: auditor next --all")
        lines.append(session.words.count(*more, left))
    echo_paged("\n".join([*lines, *expiry_lines(found, session.words)]) + "\n")


_FEW = 10


def _first_steps(found: Sequence[OfficeGaps], most: int) -> list[OfficeGaps]:
    """Return the first steps, so many of all offices together."""
    steps = [(one, gap) for one in found for gap in one.gaps][:most]
    chosen = {one.office.id: one for one, _ in steps}
    return [replace(one, gaps=tuple(gap for of, gap in steps if of is one)) for one in chosen.values()]


def expiry_lines(found: Sequence[OfficeGaps], words: Translator) -> Iterator[str]:
    """Yield a line that says what becomes too old soon, if anything does."""
    counted = count_expiring(found)
    if any(counted.values()):
        yield words.translate(_SOON, **counted)


_SOON = N_(
    "Within 60 days this becomes too old: who holds office, {holder}; confirmations, {confirmation}; searches, {search}"
)


def gaps_in(session: Workspace, who: str | None = None) -> list[OfficeGaps]:
    """Return what the offices lack today."""
    today = session.clock().astimezone(session.registry.zone).date()
    found = gaps_of(session.registry, today, [session.office(who)] if who is not None else None)
    waiting = pending_counts(session, [one.office for one in found])
    return [_with_leads(one, waiting.get(one.office.id, 0)) for one in found]


def _with_leads(one: OfficeGaps, n: int) -> OfficeGaps:
    """Return the gaps of an office; where a search found pages, the next step is to decide about them."""

    def told(gap: Gap) -> Gap:
        if gap.kind is not GapKind.PAGE or not n:
            return gap
        said = Text(*_FOUND[:1], {"n": n}, _FOUND[1], n)
        return replace(gap, kind=GapKind.DECISION, text=said, commands=gap.commands[-1:])

    return replace(one, gaps=tuple(map(told, one.gaps)))


_FOUND = NN_("{n} page that a search found waits for a decision", "{n} pages that a search found wait for a decision")


def next_commands(session: Workspace, most: int = 3) -> list[str]:
    """Return a line for each of the first steps: what is missing, and the command or link that mends it."""
    first = [(one, one.gaps[0]) for one in gaps_in(session) if one.blocking_count and one.bound][:most]
    words = session.words
    return [
        f"{one.office.municipality}: {words.text(gap.text)}\n    {next(iter(gap.commands), gap.links[0].url)}"
        for one, gap in first
    ]


def _lines(found: Sequence[OfficeGaps], words: Translator, *, whole: bool) -> Iterator[str]:
    if not found:
        yield words.gettext(N_("Nothing is missing, and nothing is too old."))
    for one in found:
        yield one_line(f"{one.office.municipality} — {one.holder or one.office.title} ({one.office.id})")
        yield from _steps(one.gaps, words, whole=whole)
        yield ""
    if found and not whole:
        yield words.gettext(N_("All about one, with every search link: auditor next WHO"))


def _steps(gaps: Sequence[Gap], words: Translator, *, whole: bool) -> Iterator[str]:
    """Yield the steps of one office; a command that mends several is said once, under the last of them."""
    for n, gap in enumerate(gaps, 1):
        yield one_line(f"  {n}. {words.text(gap.text)}")
        if whole or n == 1:
            yield from (f"     {link.name}: {link.url}" for link in gap.links)
        if n == len(gaps) or gaps[n].commands != gap.commands:
            yield from (f"     $ {command}" for command in gap.commands)
