"""How much there is to ask about a page: from what is known of it, and where nothing is, as of a usual one."""

import math
from datetime import timedelta

from auditor.probes.base import Target, Window

_USUAL = 3.0
"""Posts a week of a page of which nothing is known: as many as the guide asks for."""
_WEEK = timedelta(weeks=1)


def posts_to_read(target: Target, window: Window) -> int:
    """Return about how many posts there are to read: those since the newest known, or back through the window."""
    known = target.known
    if known.until is None:
        return math.ceil(_USUAL * ((window.ends - min(window.posts_from, window.gap_from)) / _WEEK))
    return math.ceil(_a_week(target) * max(0.0, (window.ends - known.until) / _WEEK))


def threads_to_read(target: Target, window: Window) -> int:
    """Return about how many threads there are to read: of new posts, and known ones that were not read or are due."""
    known = target.known
    if known.until is None:
        return math.ceil(_USUAL * ((window.ends - window.comments_from) / _WEEK))
    asked = [one for one in known.posts if window.comments_from <= one.post.at < window.ends]
    new = math.ceil(_a_week(target) * max(0.0, (window.ends - max(known.until, window.comments_from)) / _WEEK))
    return new + sum(one.read_at is None or one.due for one in asked if one.post.comments_count != 0)


def _a_week(target: Target) -> float:
    """Return how many posts a week a known page has."""
    known = target.known
    if not known.posts or known.until is None:
        return 0.0
    weeks = max(1.0, (known.until - known.posts[0].post.at) / _WEEK)
    return len(known.posts) / weeks
