"""Walking a channel's history: back as far as the week needs, and to its first message (telegram.md 3.1, 3.4)."""

from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.probes.base import Answer, Window
from auditor.probes.tme.history import HistoryPage, Message
from auditor.probes.tme.web import Web

PAGES = 60
"""Pages of 20 messages that are read of one channel at most."""
_OPENING_REQUESTS = 12


@dataclass(slots=True)
class Walk:
    """What was read of a history. Without `cause` it is complete from its oldest message on, or `whole`."""

    messages: dict[int, Message] = field(default_factory=dict)
    cause: Cause | None = None
    older_cause: Cause | None = None
    """What ended the walk early, where that costs the week nothing."""
    whole: bool = False
    """The first message of all was reached."""

    @property
    def oldest(self) -> Message | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """From when on the messages are complete; None when all were read or none was."""
        return None if self.whole or self.oldest is None else self.oldest.at

    def add(self, page: HistoryPage) -> None:
        """Take in a page; a message seen before stays one."""
        for message in page.messages:
            self.messages.setdefault(message.id, message)


def read_back(
    web: Web,
    name: str,
    first: HistoryPage,
    window: Window,
    answers: list[Answer],
    kind: EvidenceKind = EvidenceKind.POSTS,
) -> Walk:
    """Read on from the newest page until the window is covered, with one post older than it, or history ends."""
    walk = Walk()
    walk.add(first)
    page, pages = first, 1
    while True:
        if page.damaged:
            walk.cause = Cause.UNRECOGNISED_PAGE
            return walk
        if page.before is None:
            walk.whole = True
            break
        if _covers(walk, window):
            break
        cursor = page.before
        if pages >= PAGES:
            walk.cause = Cause.TOO_LITTLE_DATA
            break
        seen = web.history(name, cursor, kind, answers)
        pages += 1
        if seen.page is None:
            walk.cause = seen.cause or Cause.UNRECOGNISED_PAGE
            break
        page = seen.page
        if not page.messages:
            # The page before said that older messages exist: "No posts found" out of place is a throttled client's.
            walk.cause = Cause.THROTTLED
            break
        if page.messages[-1].id >= cursor or (page.before is not None and page.before >= cursor):
            walk.cause = Cause.TOO_LITTLE_DATA  # `before` is not heeded: asking on would go round in a circle
            break
        walk.add(page)
    _settle(walk, window)
    return walk


def _covers(walk: Walk, window: Window) -> bool:
    """Tell whether everything from `posts_from` on was read, and a post older than the silence window."""
    posts = [m.at for m in walk.messages.values() if not m.service]
    oldest = walk.oldest
    return oldest is not None and oldest.at < window.posts_from and any(at < window.gap_from for at in posts)


def _settle(walk: Walk, window: Window) -> None:
    """Decide what an early stop costs: nothing that concerns the week when the week itself was reached."""
    posts = [m for m in walk.messages.values() if not m.service]
    if posts and all(m.hidden for m in posts):
        walk.cause = Cause.PREVIEW_OFF
    elif walk.cause is not None and walk.since is not None and walk.since < window.starts:
        walk.older_cause, walk.cause = walk.cause, None


def find_opening(web: Web, name: str, walk: Walk, answers: list[Answer]) -> tuple[datetime | None, Precision | None]:
    """Return when the channel was opened: exactly, by its birth message, or not later than its oldest message.

    Service messages and reposts are traces too. Without the history's end the lowest ids are asked for; with ids
    below 21 all deleted, the oldest message is looked for by halving.
    """
    found = dict(walk.messages)
    if not walk.whole and 1 not in found:
        found.update(_oldest_messages(web, name, min(found, default=None), answers))
    if not found:
        return None, None
    first = found.get(1)
    if first is not None and first.created:
        return first.at, Precision.EXACT
    return min(m.at for m in found.values()), Precision.NOT_LATER_THAN


def _oldest_messages(web: Web, name: str, bound: int | None, answers: list[Answer]) -> dict[int, Message]:
    """Ask below 21, 101, 501, … for a first page, then halve between what was empty and what was not."""
    found: dict[int, Message] = {}
    empty, upper = 0, 21
    for _ in range(_OPENING_REQUESTS):
        upper = upper if bound is None else min(upper, bound)
        if upper <= empty + 1:
            break
        seen = web.history(name, upper, EvidenceKind.OPENING, answers)
        page = seen.page
        if page is None or (page.messages and page.messages[-1].id >= upper):
            break
        found.update({m.id: m for m in page.messages})
        if page.messages and page.before is None:
            break
        if page.messages:
            bound = page.messages[0].id
        elif bound is None or upper >= bound:
            break
        else:
            empty = upper
        upper = _next(empty, bound, halving=bool(found))
    return found


def _next(empty: int, bound: int, *, halving: bool) -> int:
    if not halving:
        return (empty - 1) * 5 + 1
    # Within one page's reach of what was empty: that page holds the oldest of all.
    return bound if bound - empty <= 21 else (empty + bound) // 2 + 1
