"""The time to reply: the share of questions with a public answer, rising with the hours, and how sure that is.

Paths are drawn in a box of `_WIDTH` by `_HEIGHT` units, two an hour, stretched to its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.audit.document import Audit, AuditedOffice, AuditedReplyTimes
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import CLOSED
from auditor.report.words import Cell, policy_number

_HOURS, _PER_HOUR, _HEIGHT = 96, 2, 60
"""The picture is drawn to half an hour and a sixtieth, two pixels: the sentence above it has the figures."""
_WIDTH = _HOURS * _PER_HOUR
_FOLD = 2
"""A curve is drawn from twice as many questions on as a share is told of: below, its band is nearly the whole plot."""
_TICKS = 60
"""With more questions than this no marks are drawn for those last seen without an answer."""

_Points = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Plot:
    """The paths: the share, its band of 95 %, and where questions were last seen without an answer."""

    line: str
    band: str
    ticks: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The sentences on the time to reply, and the plot; no plot where there is too little data for one."""

    said: tuple[str, ...]
    note: str
    plot: _Plot | None
    sign: str = ""
    """The hollow sign before the words where there is no plot."""


def weeks_asked(audit: Audit) -> int:
    """Return over how many weeks the times are."""
    return next((o.reply_times.weeks for o in audit.offices if o.reply_times is not None), 12)


def curve_of(office: AuditedOffice, audit: Audit, words: Catalogue) -> Curve | None:
    """Draw an office's times to reply; None if no questions could be read, or none were asked."""
    times = office.reply_times
    if times is None or times.questions == 0:
        return None
    note = _note(times, words)
    if times.questions < least_questions(audit):
        few = NN_("Too little data: {n} question in all these weeks.", "Too little data: {n} questions in these weeks.")
        return Curve((words.count(*few, times.questions),), note, None, "dots")
    if not times.answered:
        none = words.gettext(N_("No public reply was found to any of the questions by the time of the look."))
        return Curve((none,), note, None)
    drawn = times.questions >= _FOLD * least_questions(audit)
    return Curve(tuple(_sentences(times, _reply_within(audit), words)), note, _plot(times) if drawn else None)


def least_questions(audit: Audit) -> int:
    """Return from how many questions on a share or a time is told."""
    return policy_number(audit, "least_questions", 5)


def _reply_within(audit: Audit) -> int:
    return policy_number(audit, "reply_within_hours", 24)


# The words -----------------------------------------------------------------------------------------------------------


def _note(times: AuditedReplyTimes, words: Catalogue) -> str:
    """Say of how many questions and weeks the estimate is, and how many had no answer."""
    unanswered = times.questions - times.answered
    counted = {"n": times.questions, "seen": times.weeks_seen, "weeks": times.weeks}
    if not unanswered:
        said = N_("Questions: {n}; weeks in sight: {seen} of {weeks}; a public reply was found to each of them.")
        return words.say(said, **counted)
    return words.say(
        N_(
            "Questions: {n}; weeks in sight: {seen} of {weeks}; no public reply found by the time of the look: {open}, "
            "these are counted too (Kaplan-Meier)."
        ),
        **counted,
        open=unanswered,
    )


def _sentences(times: AuditedReplyTimes, within: int, words: Catalogue) -> Iterator[str]:
    reached = [step for step in times.steps if step[0] <= within]
    followed = max([*times.censored, *(step[0] for step in times.steps)])
    if reached:
        _, share, low, high = (round(part * 100) for part in reached[-1])
        said = N_(
            "Within {hours} h a public reply was found to {share} % of the questions (95 %: from {low} to {high} %)."
        )
        yield words.say(said, hours=within, share=share, low=low, high=high)
    elif followed >= within:
        yield words.say(N_("Within {hours} h no public reply was found to any of the questions."), hours=within)
    yield _half(times, words)


def _half(times: AuditedReplyTimes, words: Catalogue) -> str:
    low, high = times.median_low, times.median_high
    if times.median_hours is None:
        if low is None:
            return words.gettext(N_("Half of the questions got no public reply as far as was seen."))
        said = N_("Half of the questions got no public reply as far as was seen; half takes {low} at the least (95 %).")
        return words.say(said, low=_hours(low, words))
    median = _hours(times.median_hours, words)
    if low is None or high is None:
        said = N_("Half of the questions get a public reply within {median} (95 %: from {low}, no upper bound).")
        return words.say(said, median=median, low=_hours(low or 0, words))
    said = N_("Half of the questions get a public reply within {median} (95 %: from {low} to {high}).")
    return words.say(said, median=median, low=_hours(low, words), high=_hours(high, words))


def half_of(office: AuditedOffice, audit: Audit, words: Catalogue) -> Cell:
    """Return the table's cell: the hours in which half are answered, with the band of 95 %."""
    times = office.reply_times
    if times is None:
        return Cell("", "", quiet="—")
    if times.questions == 0:
        return Cell("", "", quiet="—" if _closed(office) else words.gettext(N_("no questions seen")))
    if times.questions < least_questions(audit):
        return Cell("dots", words.say(N_("too little data: {n}"), n=times.questions))
    if not times.answered:
        return Cell(
            "", words.gettext(N_("no public reply found")), quiet=words.say(N_("questions: {n}"), n=times.questions)
        )
    low, high = times.median_low, times.median_high
    if times.median_hours is None:
        quiet = words.say(N_("at the least {hours}"), hours=_hours(low, words)) if low is not None else ""
        return Cell("", words.gettext(N_("half are without a reply")), quiet=quiet)
    if low is None or high is None:
        quiet = words.say(N_("at the least {hours}"), hours=_hours(low or 0, words))
    else:
        quiet = words.say(N_("{low}–{high} h"), low=_short(low), high=_short(high))
    return Cell("", _hours(times.median_hours, words), quiet=quiet, key=times.median_hours)


def _closed(office: AuditedOffice) -> bool:
    """Tell whether comments were closed under all posts: where nobody can ask, no questions tell nothing."""
    found = office.finding(ANSWERED.name)
    return found is not None and found.message_id == CLOSED.id


def _hours(hours: float, words: Catalogue) -> str:
    return words.say(N_("{hours} h"), hours=_short(hours))


def _short(hours: float) -> float:
    return round(hours, 1) if hours < 10 else round(hours)


# The picture ---------------------------------------------------------------------------------------------------------


def _plot(times: AuditedReplyTimes) -> _Plot:
    end = min(_HOURS, max([*times.censored, *(step[0] for step in times.steps)]))
    steps = [step for step in times.steps if step[0] <= end]
    share, low, high = (_stairs([(s[0], s[n]) for s in steps], end) for n in (1, 2, 3))
    return _Plot(
        line=_path([(0, _HEIGHT), *share]),
        band=_path([*high, *reversed(low)]) + "z" if steps else "",
        ticks="".join(_ticks(times, share, end)) if times.questions <= _TICKS else "",
    )


def _stairs(steps: Iterable[tuple[float, float]], end: float) -> _Points:
    """Return the corners of a rising stair from its first step to `end`; without a step, the ground."""
    corners: _Points = []
    level = _HEIGHT
    for hours, part in steps:
        place = _across(hours)
        corners += [(place, level)] if corners else []
        level = _HEIGHT - round(part * _HEIGHT)
        corners.append((place, level))
    return [*corners, (_across(end), level)]


def _across(hours: float) -> int:
    return round(hours * _PER_HOUR)


def _path(points: _Points) -> str:
    """Return a path along the points by steps across and down, each as long as it goes straight on."""
    (x, y), *others = points
    steps: list[tuple[str, int]] = []
    for across, down in others:
        for way, step in (("h", across - x), ("v", down - y)):
            on = steps.pop()[1] if step and steps and steps[-1][0] == way and steps[-1][1] * step > 0 else 0
            steps += [(way, on + step)] if step else []
        x, y = across, down
    return f"M{points[0][0]} {points[0][1]}" + "".join(f"{way}{step}" for way, step in steps)


def _ticks(times: AuditedReplyTimes, share: _Points, end: float) -> Iterator[str]:
    for hours in sorted({_across(h) for h in times.censored if h <= end}):
        level = next((y for x, y in reversed(share) if x <= hours), _HEIGHT)
        yield f"M{hours} {level - 3}v6"
