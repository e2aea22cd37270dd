"""The figures of a week that trends are drawn of: an office's, and those of several offices together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from statistics import median
from typing import TypeVar

from auditor.checks.check import Check
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import CLOSED, COUNTED_UNDER
from auditor.checks.finding import Values
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report.weeks.published_weeks import ShelvedOffice, ShelvedWeek

_SURE = 1.96
"""Standard errors of 95 %."""

_LEAST = 5
"""Questions for a share, where a document does not say."""

_Values = TypeVar("_Values", bound=Values)


@dataclass(frozen=True, slots=True)
class Figures:
    """A week of an office, or of several together. None is "not known"."""

    posts: int | None = None
    at_least: bool = False
    """There may be more posts: the week was not read whole, or not of every office."""
    due: int | None = None
    in_time: int | None = None
    unsure: int = 0
    """Comments of which two readers would differ whether they ask."""
    median: float | None = None
    """Hours in which half are answered; None with questions due: half were not answered as far as was seen."""
    least: int = _LEAST
    """From how many questions on a share or a median is told."""
    closed: bool = False
    """Comments were closed under all posts: there was nowhere to ask."""
    offices: int | None = None
    """Of several together: of how many the posts are known."""

    @property
    def few(self) -> bool:
        """Whether there were questions, and too few for a share."""
        return bool(self.due) and (self.due or 0) < self.least

    @property
    def share(self) -> float | None:
        """The part of the questions due that was answered in time; None where there were none, or few."""
        return None if not self.due or self.in_time is None or self.few else self.in_time / self.due

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Within what the share lies, with the unsure comments and by Wilson's interval of 95 %."""
        if not self.due or self.in_time is None:
            return None
        total = self.due + self.unsure
        return _wilson(self.in_time, total)[0], _wilson(self.in_time + self.unsure, total)[1]


def _wilson(n: int, total: int) -> tuple[float, float]:
    """Return the bounds of a share of which `n` of `total` were counted (Wilson 1927)."""
    part, square = n / total, _SURE**2
    middle = (part + square / (2 * total)) / (1 + square / total)
    half = _SURE * sqrt(part * (1 - part) / total + square / (4 * total**2)) / (1 + square / total)
    return (middle - half if n else 0.0), (middle + half if n < total else 1.0)


def figures_of(office: ShelvedOffice, week: ShelvedWeek) -> Figures:
    """Read a week of an office; what its document does not have, or has in another form, is not known."""
    posts, answers = _values(office, POSTS), _values(office, ANSWERED)
    policy = week.policy.get("least_questions")
    least = policy.value if policy is not None and isinstance(policy.value, int) else _LEAST
    told = Figures(least=least, closed=_closed(office))
    if answers is not None and not told.closed:
        in_time, unsure = answers.answered_in_time, answers.unsure or 0
        told = replace(told, due=answers.due, in_time=in_time, unsure=unsure, median=answers.median_hours)
    return told if posts is None else replace(told, posts=posts.distinct, at_least=bool(posts.at_least))


def _values(office: ShelvedOffice, check: Check[_Values]) -> _Values | None:
    found = next((f for f in office.findings if f.check == check.name and f.account is None), None)
    if check.name == ANSWERED.name and found is not None and found.cause not in {None, *COUNTED_UNDER}:
        return None  # not all questions were read, or it is not known who answered: that is no count
    try:
        return check.read(found.values) if found is not None else None
    except ValueError:  # of another version
        return None


def _closed(office: ShelvedOffice) -> bool:
    return any(f.check == ANSWERED.name and f.message_id == CLOSED.id for f in office.findings)


def together(weeks: Sequence[Figures]) -> Figures:
    """Add up a week of several offices; the median is that of the offices' medians."""
    posts = [one.posts for one in weeks if one.posts is not None]
    asked = [one for one in weeks if one.due is not None and one.in_time is not None]
    told = sorted(one.median if one.median is not None else inf for one in asked if one.share is not None)
    middle = median(told) if told else None
    return Figures(
        posts=sum(posts) if posts else None,
        at_least=len(posts) < len(weeks) or any(one.at_least for one in weeks),
        due=sum(one.due or 0 for one in asked) if asked else None,
        in_time=sum(one.in_time or 0 for one in asked) if asked else None,
        unsure=sum(one.unsure for one in asked),
        median=middle if middle is not None and middle < inf else None,
        least=max((one.least for one in weeks), default=_LEAST),
        offices=len(posts),
    )
