"""Reading a channel: its history back as far as the week needs, its opening, and the talk under its posts.

Requests for a channel's comments: none where no post of the window has any; else one for who administers the linked
group, one for each 100 messages of the
linked group since the oldest commented post; and one for each 100 comments of a post where the group cannot be read, or
where its own talk makes that the shorter way (telegram.md 3.4, 5).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Side, Trace, TraceKind
from auditor.base.threads import resolved
from auditor.probes.base import Window
from auditor.probes.known import NOTHING, Known
from auditor.probes.mtproto.asking import Ask, Asker, Trouble, Wanted
from auditor.probes.mtproto.minimise import (
    administrators_from,
    administrators_row,
    page_from,
    page_row,
    talk_from,
    talk_row,
    with_answers,
)
from auditor.probes.mtproto.reading import (
    PAGE,
    Card,
    Message,
    Page,
    Said,
    Speakers,
    administrators_of,
    group_page,
    page_of,
    thread_page,
)
from auditor.probes.tme.history import LATE_REQUESTS, Talk, Walk, known_opening, opening_by

_PAGES = 60
"""Pages that are read of one channel at most."""
_OLDEST = 10
_FEW = 20


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """A post or repost: one message, or an album under its smallest id. `parts` are all its ids."""

    id: int
    at: datetime
    repost: bool
    text: str
    comments: int | None
    parts: tuple[int, ...]


def read_back(
    caller: Asker,
    name: str,
    card: Card,
    window: Window,
    answers: list[Answer],
    *,
    pages: int = _PAGES,
    known: Known = NOTHING,
    late: bool = False,
) -> Walk[Message]:
    """Read from the newest message back until the window is covered, with one post older than it, or history ends.

    Of a history that needs more than `pages` the rest is left unread. A week long ago (`late`) is begun at its end.
    What earlier looks read is left to them below where comments are read: a page counts the comments of a post.
    """
    walk, offset, seen = Walk[Message](), 0, 0
    if late and walk.after(known, window):
        return walk
    walk.until = window.ends if late else None
    for _ in range(pages):
        if late and len(answers) >= LATE_REQUESTS:
            walk.cause = Cause.SEEN_LATE
            break
        date = walk.until if not offset else None
        try:
            page = caller.ask(_wanted(name, card, EvidenceKind.POSTS, offset_id=offset, date=date), answers)
        except Trouble as trouble:
            walk.cause = trouble.cause
            break
        last = page.raw == 0 if late else page.last(seen)
        seen += page.raw
        if not seen and page.count != 0 and not (late and page.count):
            # No message, and no word that there is none, or the word that there are some.
            walk.cause = Cause.UNRECOGNISED_PAGE if page.count is None else Cause.CONTRADICTION
            break
        lowest = page.lowest
        if lowest is not None and offset and lowest >= offset:
            walk.cause = Cause.CONTRADICTION  # what was asked for is older: asking further would go in a circle
            break
        if page.damaged:
            walk.cause = Cause.UNRECOGNISED_PAGE
            break
        if page.disordered or (last and not late and page.count is not None and seen < page.count):
            walk.cause = Cause.CONTRADICTION
            break
        walk.messages |= {m.id: m for m in page.messages}
        if last or lowest is None or lowest <= 1:
            walk.whole = True
            break
        if walk.covers(window, late=late) or (walk.counts(window) and walk.meets(known, window)):
            break
        offset = lowest
    else:
        walk.cause = Cause.TOO_LITTLE_DATA
    if walk.cause is not None and walk.since is not None and walk.since < window.starts:
        # An early stop costs nothing that concerns the week when the week itself was reached.
        walk.cause, walk.older_cause = None, walk.cause
    return walk


def _wanted(
    name: str,
    card: Card,
    kind: EvidenceKind,
    *,
    offset_id: int,
    date: datetime | None = None,
    add: int = 0,
    limit: int = PAGE,
) -> Wanted[Page[Message]]:
    assert card.access_hash is not None
    ask = Ask(
        "messages.getHistory",
        peer=(card.id, card.access_hash),
        offset_id=offset_id,
        offset_date=date,
        add_offset=add,
        limit=limit,
    )
    about: dict[str, str | int] = {"channel": name, "offset_id": offset_id, "limit": limit}
    about |= {"add_offset": add} if add else {}
    about |= {"offset_date": date.isoformat()} if date is not None else {}
    return Wanted(ask, kind, about, lambda a: page_of(a, card.id), page_row, page_from)


def entries(walk: Walk[Message]) -> list[Entry]:
    """Return the posts among the messages, oldest first."""
    albums: dict[tuple[str, int], list[Message]] = {}
    for number, message in sorted(walk.messages.items()):
        if not message.service:
            key = ("message", number) if message.album is None else ("album", message.album)
            albums.setdefault(key, []).append(message)
    return [_entry(parts) for parts in albums.values() if all(part.is_post for part in parts)]


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
    caller: Asker, name: str, card: Card, walk: Walk[Message], answers: list[Answer], known: Known = NOTHING
) -> list[Trace]:
    """Return what shows when the channel was opened, first what says most.

    Its date is its creation for one who is not in it; for a member it is the day of joining, and then the message of
    its birth tells, where that is still there. A date after its oldest message is no creation.
    """
    oldest = walk.oldest
    read = [] if oldest is None else [Trace(kind=TraceKind.OLDEST_POST, at=min(m.at for m in walk.messages.values()))]
    read += (t for t in (known.page.traces if known.page is not None else ()) if t.kind is TraceKind.OLDEST_POST)
    traced = sorted(read, key=lambda trace: trace.at)[:1]
    if card.left and card.date is not None and (oldest is None or card.date <= oldest.at):
        return [Trace(kind=TraceKind.CHANNEL_DATE, at=card.date), *traced]
    told = known_opening(known)
    if told is not None:
        return [told]
    found = dict(walk.messages)
    if not walk.whole:
        try:
            wanted = _wanted(name, card, EvidenceKind.OPENING, offset_id=1, add=-_OLDEST, limit=_OLDEST)
            found |= {m.id: m for m in caller.ask(wanted, answers).messages}
        except Trouble:
            pass  # what was read already is a trace, if a younger one
    trace = opening_by(found)
    return [trace] if trace is not None else []


def look_inside(caller: Asker, name: str, card: Card, answers: list[Answer]) -> tuple[bool | None, bool | None]:
    """Tell whether a control shows posts and one of them a thread; None where there is nothing to be shown."""
    wanted = _wanted(name, card, EvidenceKind.CONTROL, offset_id=0, limit=_FEW)
    try:
        page = caller.ask(replace(wanted, stored=lambda p: page_row(_without_words(p))), answers)
    except Trouble:
        return False, None
    posts = [m for m in page.messages if not m.service]
    talked = next((m for m in posts if m.comments), None)
    if talked is None:
        return bool(posts), None
    assert card.access_hash is not None
    ask = Ask("messages.getReplies", peer=(card.id, card.access_hash), message=talked.id, limit=1)
    about: dict[str, str | int] = {"channel": name, "msg_id": talked.id, "limit": 1}
    many = Wanted(ask, EvidenceKind.CONTROL, about, lambda a: page_of(a, card.id).raw, _raw_row, _raw_from)
    try:
        return True, caller.ask(many, answers) > 0
    except Trouble:
        return True, False


def _without_words(page: Page[Message]) -> Page[Message]:
    return replace(page, messages=[replace(message, text="") for message in page.messages])


def _raw_row(raw: int) -> dict[str, Any]:
    """Keep of a control's thread how many messages came."""
    return {"raw": raw}


def _raw_from(row: Mapping[str, Any]) -> int:
    return int(row["raw"])


_THREAD_PAGES = 40
"""Pages of one post's thread that are read at most."""
_GROUP_PAGES = 400
"""Pages of one group that are read at most."""
_ANSWERED = timedelta(days=7)
"""So long after a week its talks are read on: there answers stand."""
_CLOSED_WAY = {Cause.PRIVATE, Cause.REFUSED}


class _Placed(Protocol):
    """A message as far as its place in a talk goes."""

    @property
    def id(self) -> int: ...
    @property
    def copy_of(self) -> int | None: ...
    @property
    def reply_to(self) -> int | None: ...
    @property
    def top(self) -> int | None: ...
    @property
    def service(self) -> bool: ...


_P = TypeVar("_P", bound=_Placed)


@dataclass(slots=True, repr=False)
class _Threads(Generic[_P]):
    """Messages by their post, and the ids of each post's copies in the group."""

    comments: dict[int, dict[int, _P]] = field(default_factory=dict)
    roots: dict[int, set[int]] = field(default_factory=dict)


def sort_threads(messages: Iterable[_P], posts: Mapping[int, int]) -> _Threads[_P]:
    """Sort a group's messages. `posts` leads from each id of a post, an album's parts too, to the post.

    A copy of a post is the root of its thread and no comment; who forwards the post again later comments. What belongs
    to no thread is the group's own talk and is left out.
    """
    threads, place, copied = _Threads[_P](), dict[int, int](), set[int]()
    for message in sorted(messages, key=lambda m: m.id):
        post = posts.get(message.copy_of) if message.copy_of is not None else None
        if post is not None and message.copy_of is not None and message.copy_of not in copied:
            copied.add(message.copy_of)
            threads.roots.setdefault(post, set()).add(message.id)
            place[message.id] = post
            continue
        parent = message.top if message.top is not None else message.reply_to
        under = place.get(parent) if parent is not None else None
        if under is not None and not message.service:
            place[message.id] = under
            threads.comments.setdefault(under, {})[message.id] = message
    return threads


@dataclass(slots=True)
class _Reading:
    """The state of reading one channel's comments."""

    caller: Asker
    name: str
    card: Card
    side: Speakers
    answers: list[Answer]
    late: Window | None = None
    """A week long ago, of which no more is asked for than `LATE_REQUESTS`."""
    unnamed: Cause | None = None
    """Why it is not known who administers the linked group. Then nobody but who only asks is surely a citizen."""
    found: dict[int, dict[int, Comment]] = field(default_factory=dict)
    causes: dict[int, Cause] = field(default_factory=dict)
    first: int = 0
    """The place of its first answer: those before it are of another reading."""

    def __post_init__(self) -> None:
        """Begin after the answers that are there."""
        self.first = len(self.answers)

    @property
    def spent(self) -> bool:
        """Tell whether nothing more is to be asked for."""
        return self.late is not None and len(self.answers) >= LATE_REQUESTS


def read_talks(
    caller: Asker,
    name: str,
    card: Card,
    group: Card | None,
    side: Speakers,
    posts: Sequence[Entry],
    answers: list[Answer],
    *,
    late: Window | None = None,
) -> dict[int, Talk]:
    """Read the comments under `posts`; keep what was answered, minimised. `late`: a week long ago."""
    reading = _Reading(caller, name, card, side, answers, late)
    wanted = sorted((p for p in posts if p.comments), key=lambda p: p.id)
    left = wanted
    if group is None or group.access_hash is None or group.closed:
        reading.unnamed = Cause.PRIVATE  # only its members see the group
    elif wanted and not reading.spent:
        reading.side = side.with_staff(_administrators(reading, group, group.access_hash))
        left = _in_bulk(reading, group, group.access_hash, wanted)
    _one_by_one(reading, left)
    _resolve(reading)
    return {p.id: _talk(p, reading) for p in posts}


def _administrators(reading: _Reading, group: Card, access_hash: int) -> frozenset[int]:
    """Return who administers the group, and so answers for the channel; note it where that could not be read.

    Whether Telegram names them to one who has not joined is not known (telegram.md, last section): it is asked once.
    """
    ask = Ask("channels.getParticipants", peer=(group.id, access_hash), limit=PAGE)
    about: dict[str, str | int] = {"group_of": reading.name}
    wanted = Wanted(
        ask,
        EvidenceKind.COMMENTS,
        about,
        administrators_of,
        administrators_row,
        administrators_from,
        lambda _, named: named,  # by whom each comment is told apart, before it is stored
    )
    try:
        return reading.caller.ask(wanted, reading.answers) or frozenset()
    except Trouble as trouble:
        reading.unnamed = trouble.cause
        return frozenset()


def _resolve(reading: _Reading) -> None:
    """Say of each comment what it answers, now that all are read, in what is kept of the talks too."""
    reading.found = {post: {c.id: c for c in resolved(found.values())} for post, found in reading.found.items()}
    if reading.unnamed is not None:
        reading.found = _without_citizens(reading.found)
    told = {number: comment for found in reading.found.values() for number, comment in found.items()}
    for place, answer in enumerate(reading.answers[reading.first :], reading.first):
        if answer.evidence.kind is EvidenceKind.COMMENTS and answer.evidence.minimised:
            reading.answers[place] = rewritten(answer, with_answers(answer.body, told))


def _without_citizens(found: Mapping[int, Mapping[int, Comment]]) -> dict[int, dict[int, Comment]]:
    """Call everybody unknown who may administer the group: all citizens but those who ask and answer nobody."""
    rows = {number: comment for talk in found.values() for number, comment in talk.items()}
    ask = {comment.author for comment in rows.values() if comment.question and comment.author is not None}
    sure = ask - {comment.author for comment in rows.values() if _answers_another(comment, rows)}
    return {post: {number: _told(c, sure) for number, c in talk.items()} for post, talk in found.items()}


def _answers_another(comment: Comment, rows: Mapping[int, Comment]) -> bool:
    """Tell whether a comment answers somebody else who is not on record."""
    to = rows.get(comment.answers) if comment.answers is not None else None
    return to is not None and to.side in {Side.CITIZEN, Side.UNKNOWN} and to.author != comment.author


def _told(comment: Comment, sure: Collection[int | None]) -> Comment:
    citizen = comment.side is not Side.CITIZEN or comment.author in sure
    return comment if citizen else comment.model_copy(update={"side": Side.UNKNOWN})


def _talk(post: Entry, reading: _Reading) -> Talk:
    if post.comments is None:
        return Talk(CommentsState.CLOSED)
    comments = tuple(c for _, c in sorted(reading.found.get(post.id, {}).items()))
    cause = reading.causes.get(post.id)
    if cause is None and post.comments and not comments:
        cause = Cause.CONTRADICTION  # it counts comments and shows none
    unnamed = reading.unnamed if cause is None and post.comments else None
    return Talk(CommentsState.OPEN, post.comments, cause or unnamed, comments, all_there=unnamed is not None)


def _in_bulk(reading: _Reading, group: Card, access_hash: int, wanted: Sequence[Entry]) -> list[Entry]:
    """Read the group back to the oldest root. Return the posts that are better asked for one by one."""
    posts = {part: p.id for p in wanted for part in p.parts}
    messages, rooted = dict[int, Said](), set[int]()
    offset, seen, cause = 0, 0, None
    # Where a group's own talk makes it longer than asking post by post, that is done for what is left.
    longest = min(sum(-(-(p.comments or 0) // PAGE) for p in wanted) + 1, _GROUP_PAGES)
    for _ in range(longest):
        if reading.spent:
            break
        try:
            page = reading.caller.ask(_group_wanted(reading, group, access_hash, offset), reading.answers)
        except Trouble as trouble:
            cause = trouble.cause
            break
        if page.damaged or page.disordered:
            return list(wanted)
        last, lowest = page.last(seen), page.lowest
        seen += page.raw
        messages |= {m.id: m for m in page.messages}
        rooted |= {posts[m.copy_of] for m in page.messages if m.copy_of in posts}
        done = rooted >= {p.id for p in wanted}
        past = page.oldest is not None and page.oldest < wanted[0].at
        if done or past or last or lowest is None or (offset and lowest >= offset):
            break
        offset = lowest
    return _settle(reading, sort_threads(messages.values(), posts), wanted, cause)


def _settle(reading: _Reading, threads: _Threads[Said], wanted: Sequence[Entry], cause: Cause | None) -> list[Entry]:
    left = []
    for post in wanted:
        roots = threads.roots.get(post.id, set())
        own = threads.comments.get(post.id, {})
        reading.found[post.id] = _comments(own, roots)
        if roots and len(own) >= (post.comments or 0):
            continue  # back to its root, and as many as the post counts
        if cause is None or cause in _CLOSED_WAY:
            left.append(post)
        else:
            reading.causes[post.id] = cause
    return left


def _comments(said: Mapping[int, Said], roots: Collection[int]) -> dict[int, Comment]:
    """Return the comments. What answers one of the `roots` answers the post, and no comment."""
    found = {n: m.comment for n, m in said.items() if m.comment is not None}
    return {n: c.model_copy(update={"reply_to": None}) if c.reply_to in roots else c for n, c in found.items()}


def _group_wanted(reading: _Reading, group: Card, access_hash: int, offset: int) -> Wanted[Page[Said]]:
    date = reading.late.ends + _ANSWERED if reading.late is not None and not offset else None
    ask = Ask("messages.getHistory", peer=(group.id, access_hash), offset_id=offset, offset_date=date, limit=PAGE)
    about: dict[str, str | int] = {"group_of": reading.name, "offset_id": offset, "limit": PAGE}
    about |= {"offset_date": date.isoformat()} if date is not None else {}
    side, channel = reading.side, reading.card.id
    return Wanted(ask, EvidenceKind.COMMENTS, about, lambda a: group_page(a, channel, side), talk_row, talk_from)


def _one_by_one(reading: _Reading, posts: Sequence[Entry]) -> None:
    """Ask for each post's thread through the channel, newest post first. A way that is shut is not tried again."""
    shut: Cause | None = None
    for post in sorted(posts, key=lambda p: -p.id):
        if shut is not None or reading.spent:
            reading.causes[post.id] = shut or Cause.SEEN_LATE
            continue
        try:
            _read_thread(reading, post)
        except Trouble as trouble:
            # MSG_ID_INVALID speaks of this post alone: it has no thread, though it counts comments.
            own = trouble.cause is Cause.REFUSED
            reading.causes[post.id] = Cause.TOO_LITTLE_DATA if own else trouble.cause
            shut = None if own else trouble.cause


def _read_thread(reading: _Reading, post: Entry) -> None:
    messages: dict[int, Said] = {}
    offset, seen = 0, 0
    try:
        for _ in range(_THREAD_PAGES):
            page = reading.caller.ask(_thread_wanted(reading, post, offset), reading.answers)
            last, lowest = page.last(seen), page.lowest
            seen += page.raw
            messages |= {m.id: m for m in page.messages}
            if page.damaged:
                reading.causes[post.id] = Cause.UNRECOGNISED_PAGE
                return
            if page.disordered or (offset and lowest is not None and lowest >= offset):
                reading.causes[post.id] = Cause.CONTRADICTION
                return
            if last or lowest is None:
                if seen < max(page.count or 0, post.comments or 0):
                    reading.causes[post.id] = Cause.CONTRADICTION
                return
            offset = lowest
        reading.causes[post.id] = Cause.TOO_LITTLE_DATA
    finally:
        roots = _roots(messages)
        reading.found[post.id] = {**reading.found.get(post.id, {}), **_comments(messages, roots)}


def _roots(messages: Mapping[int, Said]) -> set[int]:
    """Return the root of a thread, which does not come along with it: what its messages lead to and is none of them."""
    return {
        parent
        for m in messages.values()
        if (parent := m.top if m.top is not None else m.reply_to) is not None and parent not in messages
    }


def _thread_wanted(reading: _Reading, post: Entry, offset: int) -> Wanted[Page[Said]]:
    assert reading.card.access_hash is not None
    peer = (reading.card.id, reading.card.access_hash)
    ask = Ask("messages.getReplies", peer=peer, message=post.id, offset_id=offset, limit=PAGE)
    about: dict[str, str | int] = {"channel": reading.name, "msg_id": post.id, "offset_id": offset, "limit": PAGE}
    side, channel = reading.side, reading.card.id
    return Wanted(ask, EvidenceKind.COMMENTS, about, lambda a: thread_page(a, channel, side), talk_row, talk_from)
