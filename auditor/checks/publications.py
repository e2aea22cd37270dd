"""Counting posts: what belongs to a week, and which posts on two networks are one publication."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import Network, Post, Snapshot

_SAME_WITHIN = timedelta(hours=72)
"""The same text on VK and Telegram within this time is one publication of the person (DESIGN.md section 5)."""


def own(snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Post, ...]:
    """Return own posts with ``start <= at < end``, oldest first."""
    return tuple(p for p in snapshot.posts_between(start, end) if not p.repost)


def reposts(snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Post, ...]:
    """Return reposts with ``start <= at < end``, oldest first."""
    return tuple(p for p in snapshot.posts_between(start, end) if p.repost)


@dataclass(slots=True)
class _Publication:
    at: datetime
    networks: set[Network]


def distinct_in(snapshots: Iterable[Snapshot], start: datetime, end: datetime) -> int:
    """Count the person's publications of ``start <= at < end`` over several accounts.

    A post joins an earlier one of the same text on *another* network within 72 h; the same text twice on one
    network is two. A publication belongs to the time of its first post, so a copy of last week's post made on
    Monday does not count again.
    """
    posts = sorted(
        ((p.at, s.network, p) for s in snapshots for p in own(s, start - _SAME_WITHIN, end)),
        key=lambda row: (row[0], row[1], row[2].id),
    )
    found: dict[str, list[_Publication]] = {}
    firsts: list[datetime] = []
    for at, network, post in posts:
        same = found.setdefault(post.text_key, []) if post.text_key else []
        earlier = next((p for p in same if network not in p.networks and at - p.at <= _SAME_WITHIN), None)
        if earlier is not None:
            earlier.networks.add(network)
            continue
        same.append(_Publication(at, {network}))
        firsts.append(at)
    return sum(at >= start for at in firsts)
