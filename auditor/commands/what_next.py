"""What to do next: how `start`, `doctor`, `weekly` and `next` end, in the same words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from auditor.base.i18n import Translator
from auditor.base.text import N_, Text
from auditor.commands.console import echo
from auditor.registry.gaps import GapKind, OfficeGaps
from auditor.registry.requests import is_awaited

_MOST = 3
"""Steps at most: a longer list is read by nobody."""


def what_next(
    office_gaps: Sequence[OfficeGaps], today: date, *, is_week_due: bool, is_list_shown: bool = False
) -> list[Text]:
    """Return up to three steps, the most useful first, each a command and what it is for.

    `is_week_due`: the last week that ended has no audit. `is_list_shown`: each step of each office stands above.
    """
    steps = [Text(message, {"count": count}) for message, count in _counted_steps(office_gaps, today) if count]
    steps += [Text(_WEEKLY)] if is_week_due else []
    steps = steps[: _MOST - (not is_list_shown)] or [Text(_NOTHING)]
    return [*steps, Text(_LIST)] if office_gaps and not is_list_shown else steps


def _counted_steps(office_gaps: Iterable[OfficeGaps], today: date) -> Iterator[tuple[str, int]]:
    """Yield what is done for several offices by one command, and for how many of those that the directive binds."""
    bound = [gaps for gaps in office_gaps if gaps.bound]
    yield _DECIDE, sum(_has(gaps, GapKind.DECISION) for gaps in bound)
    yield _ASK, sum(gaps.blocking_count > 0 and not is_awaited(gaps.office, today) for gaps in bound)
    yield _FILL, sum(_has(gaps, GapKind.HOLDER, GapKind.OPENING) for gaps in bound)


def _has(gaps: OfficeGaps, *kinds: GapKind) -> bool:
    return any(gap.kind in kinds for gap in gaps.gaps)


_DECIDE = N_("auditor review — decide about the pages that were found, offices: {count}")
_ASK = N_("auditor letter --ask — ask the offices what only they know, letters: {count}")
_FILL = N_("auditor registry fill — take in what an answer or the press says, offices: {count}")
_WEEKLY = N_("auditor weekly — look at the pages and write the week's report")
_LIST = N_("auditor next — each step of each office")
_NOTHING = N_("nothing now: once the week has ended, auditor weekly")


def print_steps(steps: Iterable[Text], translator: Translator) -> None:
    """Print what to do next."""
    echo("\n".join(step_lines(steps, translator)))


def step_lines(steps: Iterable[Text], translator: Translator) -> Iterator[str]:
    """Yield the heading and the steps, each a line."""
    yield translator.gettext(N_("What to do next:"))
    yield from (f"  {translator.text(step)}" for step in steps)
