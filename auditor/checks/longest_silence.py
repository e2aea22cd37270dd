"""How long was the page silent?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight, evidence_of
from auditor.checks.check import Check, SeenTwice, blocked, days, person_and_pages, say_excuse
from auditor.checks.finding import SIGNS, Cell, Column, Finding, Is, Place

_EVER = datetime.min.replace(tzinfo=UTC)

_LAST_DAY = Sentence("longest_silence.last_day", N_("Last post or repost on {date}, the last day"))
_LAST_POST = Sentence(
    "longest_silence.last_post",
    N_("The last post or repost that can be seen is of {date}; none is seen for {days} after it"),
)
_NONE_SINCE = Sentence("longest_silence.none_since", N_("No posts or reposts can be seen for {days}, from {date} on"))
_NEVER = Sentence("longest_silence.never", N_("No posts since the page was opened {gap} ago"))
_TODAY = Sentence(
    "longest_silence.today", N_("Last post less than a day before the end; longest silence in 30 days: {gap}")
)
_LAST = Sentence("longest_silence.last", N_("Last post {since} before the end; longest silence in 30 days: {gap}"))
"""The last three: what documents before version 0.3.0 say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(SeenTwice):
    """How long nothing was posted."""

    days_since_last: Annotated[int | None, Is("whole days", "from the last post or repost to the end of the week")] = (
        None
    )
    longest_gap_days: Annotated[int | None, Is("whole days", "the longest gap that touches the week; only shown")] = (
        None
    )


def _judge(case: Case) -> Iterator[Finding[Silence]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Silence]:
    """Judge the days since the last post on any of the pages, to the end of what is judged."""
    begin = _begin(case, sights)
    moments = sorted(p.at for s in sights for p in s.posts_between(begin or _EVER, case.horizon))
    last = moments[-1] if moments else begin
    days_since = (case.horizon - last).days if last is not None else None
    limit = case.policy["silence_days"].number
    quiet = last is None or days_since is None or days_since > limit
    if quiet or not moments:
        obstacle = case.absence(sights, last)
        if obstacle is not None:
            return blocked(CHECK, case, obstacle, sight=about)
    if last is None or days_since is None:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=about)
    values = Silence(
        days_since_last=days_since if moments else None,
        longest_gap_days=_longest_gap(case, moments or [last], begin),
    )
    outcome, message = Outcome.PASSED, _message(case, last, days_since, posted=bool(moments))
    if quiet:
        outcome = Outcome.FAILED
        if (excuse := case.all_excused(sights)) is not None:
            outcome, message = Outcome.INAPPLICABLE, say_excuse(excuse)
    read = (s for s in sights if s.posts_between(last, case.horizon) or s.posts_obstacle(case, last) is None)
    evidence = evidence_of(read, EvidenceKind.POSTS)
    return CHECK.finding(case, outcome, message, values, about=about, threshold=limit, evidence=evidence)


def _begin(case: Case, sights: Sequence[Sight]) -> datetime | None:
    """Return the first moment of which the holder's silence may be spoken: in office, and with a page."""
    traces = [trace for s in sights if (trace := s.first_trace(case)) is not None]
    own = case.practice_from
    first = min(traces, default=None)
    return max(first, own) if first is not None and own is not None else first or own


def _longest_gap(case: Case, moments: Sequence[datetime], begin: datetime | None) -> int | None:
    """Return whole days of the longest gap that touches the week; None where an earlier one may reach into it.

    The open gap from the last of `moments` to the end is one; a gap that began before the week counts whole.
    """
    if moments[0] >= case.week.starts and moments[0] != begin:
        return None
    line = [*moments, case.horizon]
    return max(((later - earlier).days for earlier, later in pairwise(line) if later >= case.week.starts), default=0)


def _message(case: Case, last: datetime, count: int, *, posted: bool) -> Text:
    if not posted:
        return _NONE_SINCE.say(days=days(count), date=case.day_of(last))
    if count == 0:
        return _LAST_DAY.say(date=case.day_of(last))
    return _LAST_POST.say(date=case.day_of(last), days=days(count))


# What readers are shown -------------------------------------------------------------------------------------------


def _cell(finding: Finding[Silence]) -> Cell | None:
    since, gap = finding.values.days_since_last, finding.values.longest_gap_days
    if since is None and gap is None:
        return None
    quiet = Text(N_("longest gap: {days}"), {"days": days(gap)}) if gap is not None else None
    if since is None:
        return Cell(SIGNS[finding.outcome], days(gap or 0), quiet=Text(N_("no posts seen in this time")), key=gap)
    return Cell(SIGNS[finding.outcome], days(since), quiet=quiet, key=since)


CHECK = Check(
    name="longest_silence",
    order=5,
    place=Place.PRACTICE,
    title=N_("Without new posts"),
    passed=N_("No silence longer than the benchmark"),
    failed=N_("No posts can be seen for longer than the benchmark"),
    question=N_("How long was the page silent?"),
    method=N_(
        "Whole days from the last post or repost to the end of the week, in the holder's own time. The longest gap "
        "between posts that touches the week is shown and judges nothing."
    ),
    values=Silence,
    judge=_judge,
    neutral_excuses=True,
    policy_key="silence_days",
    policy_title=N_("Days without posts"),
    threshold=lambda value: Text(N_("not more than {days}"), {"days": days(value.number)}),
    cell=_cell,
    share=22,
    columns=(
        Column(N_("Days since the last post"), 12, lambda finding: finding.values.days_since_last),
        Column(N_("Longest gap, days"), 12, lambda finding: finding.values.longest_gap_days),
    ),
    standing=N_("Gap: in words"),
)
