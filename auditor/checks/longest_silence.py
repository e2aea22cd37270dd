"""Check `longest_silence`: how many days have passed since the last post or repost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import DISTANT_PAST, Case, evidence_ids, why_posts_incomplete
from auditor.checks.definition import Check, days
from auditor.checks.finding import Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold

_LIMIT = Threshold(
    key="silence_days",
    value=7,
    least=1,
    most=3_650,
    wanted=N_("a whole number of days, 1 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней без публикаций и репостов",
    label=N_("Days without posts"),
    words=lambda value: Text(N_("not more than {days}"), {"days": days(value.number)}),
)

_LAST_DAY = Sentence(
    "longest_silence.last_day",
    N_("Last post or repost on {date}, the last day"),
    rests_on="The wall or channel, on all pages of the person",
    not_said="That it was the only one",
)
_LAST_POST = Sentence(
    "longest_silence.last_post",
    N_("The last post or repost that counts is of {date}; none is seen for {days} after it, advertisements aside"),
    rests_on="The time from that post to the end, read whole on every page of the person's where it is red",
    not_said="That nothing was posted and deleted before the first look",
    red=True,
)
_NONE_SINCE = Sentence(
    "longest_silence.none_since",
    N_("No post or repost that counts can be seen on the page, and {days} have passed since {date}"),
    rests_on="All pages read whole, from the day on which the time in office or the page began",
    not_said="That nothing was posted and deleted before the first look",
    red=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceValues(Values):
    """The days since the last post or repost, to the week's end or, in an open week, to the audit's moment."""

    days_since_last: int | None = value_field("whole days", "from the last post or repost to the end of the week")


def _judge(case: Case) -> Iterator[Finding[SilenceValues]]:
    yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[SilenceValues]:
    """Judge the days from the last post on any of the pages to the end of what is judged."""
    posts, limit = case.posts(pages, DISTANT_PAST), case.policy_value("silence_days")
    last_at = max(filter(None, (*(post.at for post in posts), _silence_begins(case, pages))), default=None)
    if last_at is None:
        return CHECK.cant_tell(case, why_posts_incomplete(pages, DISTANT_PAST) or Cause.TOO_LITTLE_DATA)
    day_count = (case.judged_until - last_at).days
    cause = why_posts_incomplete(pages, last_at) if day_count > limit or not posts else None
    if cause is None and day_count > limit and case.may_hide_own_posts(pages, last_at):
        cause = Cause.UNPROVED_IDENTITY
    evidence = evidence_ids(pages, EvidenceKind.POSTS)
    if cause is not None:
        return CHECK.cant_tell(case, cause, evidence=evidence)
    values = SilenceValues(days_since_last=day_count)
    outcome = Outcome.FAILED if day_count > limit else Outcome.PASSED
    message = _message(case, last_at, day_count, posted=bool(posts))
    return CHECK.finding(case, outcome, message, values, threshold=limit, evidence=evidence)


def _silence_begins(case: Case, pages: Sequence[ObservedPage]) -> datetime | None:
    """Return the earliest moment from which silence counts: in office, and with a page; None if neither is dated."""
    traces = [trace for page in pages if (trace := page.first_trace(case.zone)) is not None]
    return max(filter(None, (min(traces, default=None), case.tenure_start)), default=None)


def _message(case: Case, last_at: datetime, day_count: int, *, posted: bool) -> Text:
    if not posted:
        return _NONE_SINCE.fill(days=days(day_count), date=case.local_date(last_at))
    if day_count == 0:
        return _LAST_DAY.fill(date=case.local_date(last_at))
    return _LAST_POST.fill(date=case.local_date(last_at), days=days(day_count))


CHECK = Check(
    name="longest_silence",
    order=5,
    section=ReportSection.PRACTICE,
    title=N_("Without new posts"),
    passed=N_("No silence longer than the benchmark"),
    failed=N_("No posts can be seen for longer than the benchmark"),
    question=N_("How long was the page silent?"),
    method=N_("Whole days from the last post or repost to the end of the week, in the holder's own time."),
    values=SilenceValues,
    judge=_judge,
    threshold=_LIMIT,
)
