"""Walking a channel's history: back as far as the week needs, and to its first message (telegram.md 3.4, 5)."""

from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.probes.base import Answer, Window
from auditor.probes.mtproto.asking import Ask
from auditor.probes.mtproto.caller import Asker, Trouble, Wanted
from auditor.probes.mtproto.minimise import page_from, page_row
from auditor.probes.mtproto.paging import PAGE, Page, page_of
from auditor.probes.mtproto.reading import Card, Message

PAGES = 60
"""Pages that are read of one channel at most."""
_OLDEST = 10


@dataclass(slots=True)
class Walk:
    """What was read of a history. Without `cause` it is complete from its oldest message on, or `whole`."""

    messages: dict[int, Message] = field(default_factory=dict)
    cause: Cause | None = None
    whole: bool = False

    @property
    def oldest(self) -> Message | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """From when on the messages are complete; None when all were read or none was."""
        return None if self.whole or self.oldest is None else self.oldest.at


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """A post or repost: one message, or an album under its smallest id. `parts` are all its ids."""

    id: int
    at: datetime
    repost: bool
    text: str
    comments: int | None
    parts: tuple[int, ...]


def read_back(caller: Asker, name: str, card: Card, window: Window, answers: list[Answer]) -> Walk:
    """Read from the newest message back until the window is covered, with one post older than it, or history ends."""
    walk, offset, seen = Walk(), 0, 0
    for _ in range(PAGES):
        try:
            page = caller.ask(_wanted(name, card, EvidenceKind.POSTS, offset_id=offset), answers)
        except Trouble as trouble:
            walk.cause = trouble.cause
            break
        last = page.last(seen)
        seen += page.raw
        if not seen and page.count != 0:
            walk.cause = Cause.UNRECOGNISED_PAGE  # no message, and no word that there is none
            break
        lowest = page.lowest
        if lowest is not None and offset and lowest >= offset:
            walk.cause = Cause.TOO_LITTLE_DATA  # the offset is not heeded: asking on would go round in a circle
            break
        walk.messages |= {m.id: m for m in page.messages}
        if last or lowest is None or lowest <= 1:
            walk.whole = True
            break
        if _covers(walk, window):
            break
        offset = lowest
    else:
        walk.cause = Cause.TOO_LITTLE_DATA
    if walk.cause is not None and walk.since is not None and walk.since < window.starts:
        walk.cause = None  # an early stop costs nothing that concerns the week when the week itself was reached
    return walk


def _covers(walk: Walk, window: Window) -> bool:
    """Tell whether everything from `posts_from` on was read, and a post older than the silence window."""
    oldest = walk.oldest
    older = any(m.at < window.gap_from for m in walk.messages.values() if not m.service)
    return oldest is not None and oldest.at < window.posts_from and older


def _wanted(
    name: str, card: Card, kind: EvidenceKind, *, offset_id: int, add: int = 0, limit: int = PAGE
) -> Wanted[Page[Message]]:
    assert card.access_hash is not None
    ask = Ask("messages.getHistory", peer=(card.id, card.access_hash), offset_id=offset_id, add_offset=add, limit=limit)
    about: dict[str, str | int] = {"channel": name, "offset_id": offset_id, "limit": limit}
    about |= {"add_offset": add} if add else {}
    return Wanted(ask, kind, about, lambda a: page_of(a, card.id), page_row, page_from)


def entries(walk: Walk) -> list[Entry]:
    """Return the posts among the messages, oldest first."""
    albums: dict[tuple[str, int], list[Message]] = {}
    for number, message in sorted(walk.messages.items()):
        if not message.service:
            key = ("message", number) if message.album is None else ("album", message.album)
            albums.setdefault(key, []).append(message)
    return [_entry(parts) for parts in albums.values()]


def _entry(parts: list[Message]) -> Entry:
    first, counts = parts[0], [m.comments for m in parts if m.comments is not None]
    repost = any(m.repost for m in parts)
    return Entry(
        id=first.id,
        at=first.at,
        repost=repost,
        text="" if repost else next((m.text for m in parts if m.text), ""),
        comments=max(counts, default=None),
        parts=tuple(m.id for m in parts),
    )


def find_opening(
    caller: Asker, name: str, card: Card, walk: Walk, answers: list[Answer]
) -> tuple[datetime | None, Precision | None]:
    """Return when the channel was opened: exactly, or not later than its oldest message.

    Its date is its creation for one who is not in it; for a member it is the day of joining, and then the message of
    its birth tells, where that is still there. A date after its oldest message is no creation.
    """
    oldest = walk.oldest
    if card.left and card.date is not None and (oldest is None or card.date <= oldest.at):
        return card.date, Precision.EXACT
    found = dict(walk.messages)
    if not walk.whole:
        try:
            wanted = _wanted(name, card, EvidenceKind.OPENING, offset_id=1, add=-_OLDEST, limit=_OLDEST)
            found |= {m.id: m for m in caller.ask(wanted, answers).messages}
        except Trouble:
            pass  # what was read already is a trace, if a younger one
    if not found:
        return None, None
    first = found.get(1)
    if first is not None and first.created:
        return first.at, Precision.EXACT
    return min(m.at for m in found.values()), Precision.NOT_LATER_THAN
