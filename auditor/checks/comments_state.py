"""Whether people could comment under a post (docs/dev/design.md, section 5, Comments open).

Whoever finds comments closed days later does not know whether they were open before. Closed is therefore only what a
look saw soon after the post, or what holds for the whole page before and after it.
"""

from datetime import datetime

from auditor.base.snapshot import RECENT, CommentsState, Post, Side
from auditor.checks.observed_page import ObservedPage, WeightedLook


def comments_state(page: ObservedPage, post: Post) -> CommentsState:
    """Return whether people could comment under a post: open if it was ever seen open, closed if that is known."""
    looks = page.looks_at(post)
    if any(_shows_open(other) for _, other in looks):
        return CommentsState.OPEN
    soon = [pair for pair in looks if pair[0].full and pair[0].snapshot.taken_at - post.at <= RECENT]
    is_closed = any(_sees_closed(*pair) for pair in soon) or _is_shut_around(page, post)
    return CommentsState.CLOSED if is_closed else CommentsState.UNKNOWN


def was_seen_closed(page: ObservedPage, post: Post) -> bool:
    """Return whether a look saw its comments closed, however late, and none saw them open."""
    looks = page.looks_at(post)
    return any(_sees_closed(*pair) for pair in looks) and not any(_shows_open(other) for _, other in looks)


def _shows_open(post: Post) -> bool:
    """Return whether a look shows a post as open, or a citizen's comment under it."""
    return post.comments_state is CommentsState.OPEN or any(c.side is Side.CITIZEN for c in post.comments)


def _sees_closed(look: WeightedLook, post: Post) -> bool:
    """Return whether a look shows a post as closed, and its run read comments elsewhere by the same route."""
    return look.comments_readable and post.comments_state is CommentsState.CLOSED


def _is_shut_around(page: ObservedPage, post: Post) -> bool:
    """Return whether by some route the looks next before and after a post both saw that nobody can comment."""
    counting = [look for look in page.looks if look.trusted and not look.late and _speaks_of_comments(look)]
    for route in {look.snapshot.route for look in counting}:
        looks = [look for look in counting if look.snapshot.route is route]
        before = [look for look in looks if look.snapshot.taken_at < post.at]
        after = looks[len(before) :]
        if before and after and _is_shut(before[-1]) and _is_shut(after[0]):
            since, until = before[-1].snapshot.taken_at, after[0].snapshot.taken_at
            return not any(_shows_page_open(look, since, until) for look in page.looks)
    return False


def _shows_page_open(look: WeightedLook, since: datetime, until: datetime) -> bool:
    """Return whether a look of any weight and route saw between two moments that people can comment on the page."""
    return since <= look.snapshot.taken_at <= until and look.snapshot.page_comments is CommentsState.OPEN


def _speaks_of_comments(look: WeightedLook) -> bool:
    snapshot = look.snapshot
    has_recent = snapshot.comments_recent_from is not None and snapshot.posts_cause is None
    return bool(snapshot.exists) and (snapshot.page_comments is not None or has_recent)


def _is_shut(look: WeightedLook) -> bool:
    """Return whether the page lets nobody comment: by the network's word, or by its posts of the last two days."""
    snapshot, recent_from = look.snapshot, look.snapshot.comments_recent_from
    if snapshot.page_comments is not None or recent_from is None:
        return snapshot.page_comments is CommentsState.CLOSED
    recent = [post for post in snapshot.posts if post.at >= recent_from]
    return any(_sees_closed(look, post) for post in recent) and not any(_shows_open(post) for post in recent)
