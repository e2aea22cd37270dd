"""How much there is to ask about a page: from what is known of it, and where nothing is, as of a usual one."""

from collections.abc import Iterator
from datetime import timedelta

from auditor.base.snapshot import Cause, EvidenceKind, Snapshot
from auditor.probes.base import BEFORE_RED, Target, Window, may_redden
from auditor.probes.known import KnownPost

_USUAL = 3.0
"""Posts a week of a page of which nothing is known: as many as the guide asks for."""
_WEEK = timedelta(weeks=1)
_RECENT = 4 * _WEEK


_UNASKED = frozenset({Cause.THROTTLED, Cause.UNREACHABLE, Cause.BLOCKED, Cause.NO_CREDENTIALS, Cause.CONTROL_FAILED})
"""Why a look may not have asked for a page's posts at all, because its route or a method was closed."""


def is_new(target: Target) -> bool:
    """Tell whether no run has asked for a page yet; what was asked for in vain is expected to show nothing now."""
    return target.known.as_of is None


def was_asked(look: Snapshot) -> bool:
    """Tell whether a look, of which a brief will do, asked for its page's posts, in vain or not."""
    causes = {look.cause, look.posts_cause}
    asked = [one.status for one in look.evidence if one.kind is EvidenceKind.POSTS]
    if not asked:
        return _UNASKED.isdisjoint(causes)
    return Cause.THROTTLED not in causes or any(status is not None for status in asked)


def posts_to_read(target: Target, window: Window) -> float:
    """Return about how many posts there are to read: those since the newest known, or back through the window."""
    until = target.known.until
    if until is None:
        return _USUAL * ((window.ends - min(window.posts_from, window.gap_from)) / _WEEK) * is_new(target)
    return _a_week(target) * max(0.0, (window.ends - until) / _WEEK)


def new_threads(target: Target, window: Window) -> float:
    """Return about how many threads there are under posts that nobody has read yet."""
    until = target.known.until
    if until is None:
        return _USUAL * ((window.ends - window.comments_from) / _WEEK) * is_new(target)
    return _a_week(target) * max(0.0, (window.ends - max(until, window.comments_from)) / _WEEK)


def posts_asked(target: Target, window: Window) -> list[KnownPost]:
    """Return the known posts whose comments a look at this window reads."""
    return [one for one in target.known.posts if window.comments_from <= one.post.at < window.ends]


def read_long_ago(target: Target, window: Window) -> Iterator[KnownPost]:
    """Yield the posts whose comments are read again because silence may be held against the person."""
    asked, now = posts_asked(target, window), target.known.as_of
    if now is None or not may_redden((c for one in asked for c in one.post.comments), window):
        return
    talked = (one for one in asked if one.post.comments and one.read_at is not None)
    yield from (one for one in talked if one.read_at is not None and now - one.read_at >= BEFORE_RED)


def recent_posts(target: Target) -> list[KnownPost]:
    """Return the known posts of the four weeks before the newest look: by them it is told how many come in a week."""
    posts, until = target.known.posts, target.known.until
    return [one for one in posts if until is not None and until - _RECENT <= one.post.at < until]


def _a_week(target: Target) -> float:
    """Return how many posts a week a known page has, however seldom it wrote long ago."""
    recent, until = recent_posts(target), target.known.until
    if until is None or not recent:
        return 0.0
    return len(recent) / max(1.0, min(_RECENT, until - target.known.posts[0].post.at) / _WEEK)
