"""How long was the page silent?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Precision
from auditor.base.text import N_, NN_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight, obstacle_among
from auditor.checks.check import Check, SeenTwice, blocked, days, found, person_and_pages
from auditor.checks.finding import SIGNS, Cell, Column, Finding, Is, Place
from auditor.registry.models import PolicyValue

_LOOKED_AT = timedelta(days=30)
"""The longest gap is looked for in the 30 days that end with the week (DESIGN.md section 5)."""

_NEVER = Sentence("longest_silence.never", N_("No posts since the page was opened {gap} ago"))
_TODAY = Sentence(
    "longest_silence.today", N_("Last post less than a day before the end; longest silence in 30 days: {gap}")
)
_LAST = Sentence("longest_silence.last", N_("Last post {since} before the end; longest silence in 30 days: {gap}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(SeenTwice):
    """How long nothing was posted."""

    days_since_last: Annotated[int | None, Is("whole days", "from the last post or repost to the end of the week")] = (
        None
    )
    longest_gap_days: Annotated[int | None, Is("whole days", "the longest gap that reaches into the last 30 days")] = (
        None
    )


def longest_gap(moments: Sequence[datetime], end: datetime) -> int:
    """Return whole days of the longest gap that reaches into the 30 days before `end`.

    The open gap from the last of `moments` to `end` is one; a gap that began before the 30 days counts whole.
    """
    line = [*sorted(m for m in moments if m <= end), end]
    return max(((later - earlier).days for earlier, later in pairwise(line) if later > end - _LOOKED_AT), default=0)


def _judge(case: Case) -> Iterator[Finding[Silence]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Silence]:
    """Judge the person's pages together, or one of them: a post on any of them breaks the silence."""
    obstacle = obstacle_among(sights, case)
    seen = [s for s in sights if s.posts_obstacle(case) is None and s.current is not None]
    moments = [p.at for s in seen if s.current for p in s.current.posts if p.at <= case.horizon]
    limit = _limit(case)
    if obstacle is not None and (not moments or longest_gap(moments, case.horizon) >= limit):
        return blocked(CHECK, case, obstacle, sight=about)
    if not moments:
        return _never_posted(case, seen, about)
    gap = longest_gap(moments, case.horizon)
    if gap < limit and _may_be_longer(case, seen, moments):
        stopped = next((s.current.older_cause for s in seen if s.current and s.current.older_cause), None)
        unread = Obstacle(Outcome.CANT_TELL, stopped or Cause.TOO_LITTLE_DATA)
        return blocked(CHECK, case, unread, sight=about)
    since = (case.horizon - max(moments)).days
    return _judged(case, since, gap, seen, about)


def _may_be_longer(case: Case, seen: Sequence[Sight], moments: Sequence[datetime]) -> bool:
    """Tell whether the history was left before a post older than the 30 days: a longer gap may end in them.

    With several pages one that was read far enough suffices: each of its posts breaks the person's silence.
    """
    start = case.horizon - _LOOKED_AT
    if min(moments) < start:
        return False
    return all(s.current is not None and s.current.posts_since is not None for s in seen)


def _never_posted(case: Case, seen: Sequence[Sight], about: Sight | None) -> Finding[Silence]:
    """Judge pages whose whole history was read and is empty: silent since the opening, if that is known."""
    openings = [
        s.current.opened_at
        for s in seen
        if s.current and s.current.posts_since is None and s.current.opened_precision is Precision.EXACT
    ]
    known = [o for o in openings if o is not None]
    if len(known) < len(seen):
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=about)
    gap = (case.horizon - min(known)).days
    return _judged(case, None, gap, seen, about)


def _judged(case: Case, since: int | None, gap: int, seen: Sequence[Sight], about: Sight | None) -> Finding[Silence]:
    limit = _limit(case)
    return found(
        CHECK,
        case,
        Outcome.FAILED if gap >= limit else Outcome.PASSED,
        _message(since, gap),
        values=Silence(days_since_last=since, longest_gap_days=gap),
        threshold=limit,
        sights=seen,
        kinds=(EvidenceKind.POSTS,),
        about=about,
    )


def _message(since: int | None, gap: int) -> Text:
    if since is None:
        return _NEVER.say(gap=days(gap))
    if since == 0:
        return _TODAY.say(gap=days(gap))
    return _LAST.say(since=days(since), gap=days(gap))


def _limit(case: Case) -> int:
    value = case.value("silence_days")
    first = value[0] if isinstance(value, list) else value
    assert isinstance(first, int)
    return first


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(value: PolicyValue) -> Text:
    first = value.value[0] if isinstance(value.value, list) else value.value
    assert isinstance(first, int)
    return Text(N_("less than {days}"), {"days": days(first)})


def _cell(finding: Finding[Silence]) -> Cell | None:
    gap = finding.values.longest_gap_days
    if gap is None:
        return None
    return Cell(SIGNS[finding.outcome], days(gap), quiet=_since(finding.values.days_since_last), key=gap)


def _since(count: int | None) -> Text:
    if count is None:
        return Text(N_("no posts since it was opened"))
    if count == 0:
        return Text(N_("last less than a day before the end"))
    one, many = NN_("last {n} day before the end", "last {n} days before the end")
    return Text(one, {"n": count}, many, count)


CHECK = Check(
    name="longest_silence",
    order=5,
    place=Place.PRACTICE,
    title=N_("Longest silence"),
    passed=N_("No silence longer than the benchmark"),
    failed=N_("A silence longer than the benchmark"),
    question=N_("How long was the page silent?"),
    method=N_(
        "Whole days from the last post or repost to the end of the week, and the longest gap between posts in the 30 "
        "days that end there. A gap that began earlier is counted whole."
    ),
    values=Silence,
    judge=_judge,
    policy_key="silence_days",
    policy_title=N_("Days without posts"),
    threshold=_threshold,
    cell=_cell,
    share=22,
    columns=(
        Column(N_("Days since the last post"), 12, lambda finding: finding.values.days_since_last),
        Column(N_("Longest gap, days"), 12, lambda finding: finding.values.longest_gap_days),
    ),
    standing=N_("Gap: in words"),
)
