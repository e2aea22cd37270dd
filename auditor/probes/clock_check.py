"""Whether an answer is of this moment: a wrong clock of ours, or an old copy from a cache, would misjudge a week.

If the clock is a week ahead, the week's posts are missing; a page that was cached on Monday has none of Sunday's. So
an answer whose ``Date`` is not this moment is stored and not believed, and posts from the future make the page
unreadable. This is checked only where the clock is the machine's, not where a moment was passed in.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, ControlResult, Outcome, Snapshot
from auditor.probes.base import Sighting
from auditor.probes.pacing import read_http_date

_TOLERANCE = timedelta(minutes=10)
"""No network's server is off by more, and no answer takes longer."""

log = logging.getLogger(__name__)


def said_dates(answers: Iterable[Answer]) -> list[tuple[datetime, datetime]]:
    """Return when each answer came, by our clock and by the server's; those without a date are left out."""
    found = []
    for answer in answers:
        text = next((value for name, value in answer.headers or () if name.casefold() == "date"), None)
        moment = read_http_date(text) if text is not None and answer.evidence.status == 200 else None
        if moment is not None:
            found.append((answer.evidence.fetched_at, moment))
    return found


def off_by(answers: Iterable[Answer]) -> timedelta | None:
    """Return how far our clock is ahead of the answer that differs most, or None where all are within `_TOLERANCE`."""
    apart = max((ours - theirs for ours, theirs in said_dates(answers)), key=abs, default=timedelta())
    return apart if abs(apart) > _TOLERANCE else None


def believed(result: ControlResult, answers: Iterable[Answer]) -> ControlResult:
    """Return a control's result; `failed` where its answers are not of this moment."""
    apart = off_by(answers)
    if apart is None or result.outcome is not Outcome.PASSED:
        return result
    _warn(result.url, apart)
    return result.model_copy(update={"outcome": Outcome.FAILED})


def believed_sighting(sighting: Sighting) -> Sighting:
    """Return what was seen of an account; an empty snapshot where the answers are not of this moment."""
    seen = sighting.snapshot
    apart = off_by(sighting.answers)
    if apart is not None and seen.exists is not None:
        _warn(seen.url, apart)
        nothing = Snapshot(
            network=seen.network,
            route=seen.route,
            url=seen.url,
            taken_at=seen.taken_at,
            vantage=seen.vantage,
            cause=Cause.CONTROL_FAILED,
            evidence=seen.evidence,
        )
        return replace(sighting, snapshot=nothing)
    if seen.posts_cause is None and any(post.at > seen.taken_at + _TOLERANCE for post in seen.posts):
        log.warning("%s: shows posts that are yet to come; nothing is concluded from its posts", seen.url)
        return replace(sighting, snapshot=seen.model_copy(update={"posts_cause": Cause.UNRECOGNISED_PAGE}))
    return sighting


def _warn(url: str, apart: timedelta) -> None:
    way = "ahead of" if apart > timedelta() else "behind"
    minutes = abs(apart) // timedelta(minutes=1)
    log.warning(
        "%s: this machine's clock is %d minutes %s the answer's own date, so it is not believed; set the clock right",
        url,
        minutes,
        way,
    )
