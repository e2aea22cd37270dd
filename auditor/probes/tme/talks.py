"""The talk under a channel's posts, reduced to flags and numbered authors before anything is returned.

The widget does not name the channel's own discussion group. But only the group itself can speak with a *group's*
identity in its own discussion: a commenting handle whose landing page is a group's is the linked group, and it speaks
for the owner (telegram.md 4). A handle whose page is a person's is a citizen's. Of whom neither was found out it is not
known whose words he writes, unless he only asks. Handles are asked for in memory only; none is written anywhere.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Post, Side
from auditor.base.threads import resolved
from auditor.language.reading import read_comment
from auditor.probes.base import Authors
from auditor.probes.pacing import Breaker
from auditor.probes.tme.history import CHAT, Talk, plain_words, sounds_like, words_of
from auditor.probes.tme.minimise import TalkPage, read_talk, with_comments
from auditor.probes.tme.pages import Description, DiscussionState, Kind, RawComment, decode
from auditor.probes.tme.web import Seen, Web

_MOST_ASKED = 12
"""Landing pages of commenters that are asked for at most, under the posts of one channel."""
_LOST = 3
"""So many in a row that tell nothing end the asking."""
_LEAST_ALIKE = 5
_NAMED = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Channel:
    """The audited channel as its pages name it; `handle` in lower case."""

    handle: str
    title: str | None = None
    description: Description | None = None


@dataclass(frozen=True, slots=True, repr=False)
class _Author:
    """Somebody who comments and is not on record: by his handle, or by his display name alone."""

    handle: str | None
    name: str
    answered: int = 0
    """How many others, of whom nobody is on record, he replied to."""
    asks: bool = False
    unread: bool = False
    """The page shows no author that can be read."""

    @property
    def only_asks(self) -> bool:
        """Whether he asks and answers nobody: nobody of the owner's side does so."""
        return self.asks and not self.answered


@dataclass(slots=True)
class _Waiting:
    """Questions that nobody on record has answered, each with the handles of those who replied to it in words."""

    replies: list[set[str]] = field(default_factory=list)

    def without(self, group: str | None) -> bool:
        """Tell whether one is left that the linked group did not answer either."""
        return any(group not in handles for handles in self.replies)


def _kinds(
    authors: Iterable[_Author], waiting: _Waiting, channel: Channel, kind_of: Callable[[str], Kind | None]
) -> dict[str, Kind | None]:
    """Ask what the commenting handles are, likeliest to be the linked group first; None where a page does not tell.

    While a question waits each counts that does more than ask; else only those who ask, whose questions count.
    """
    kinds: dict[str, Kind | None] = {}
    group, lost = None, 0
    for handle, asks in _ranked(authors, channel):
        if len(kinds) == _MOST_ASKED or lost == _LOST:
            break
        if not asks and not waiting.without(group):
            continue
        kinds[handle] = kind = kind_of(handle)
        group = handle if kind is Kind.GROUP else group
        lost = lost + 1 if kind is None else 0
    return kinds


def _ranked(authors: Iterable[_Author], channel: Channel) -> list[tuple[str, bool]]:
    """Return the handles of those who may not be citizens, and whether they ask: who is most like the channel first."""
    named, rows = _named_in(channel.description), []
    for author in authors:
        if author.handle is None:
            continue
        likeness = _likeness(author, author.handle, channel, named)
        if likeness or not author.only_asks:
            rows.append((-likeness, -author.answered, author.handle, author.asks))
    return [(handle, asks) for _, _, handle, asks in sorted(rows)]


def _likeness(author: _Author, handle: str, channel: Channel, named: Collection[str]) -> int:
    chat = CHAT.search(author.name.casefold()) is not None and author.answered > 0
    return 2 * (handle in named) + 2 * _alike_names(author, channel) + _alike_handles(handle, channel.handle) + chat


def _is_chat(name: str) -> bool:
    """Tell whether a display name has a chat's word in it: nobody is called so, a private linked group is."""
    return any(map(CHAT.fullmatch, words_of(name)))


def _alike_handles(one: str, other: str) -> bool:
    """Tell whether one handle, without its chat word, begins or ends the other, or they share a long beginning."""
    a, b = sorted((_core(one), _core(other)), key=len)
    if len(a) < _LEAST_ALIKE:
        return a == b and bool(a)
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return b.startswith(a) or b.endswith(a) or shared >= max(_LEAST_ALIKE, round(0.7 * len(b)))


def _alike_names(author: _Author, channel: Channel) -> bool:
    """Tell whether a name holds the channel's title, or its handle where the title is not Latin or not seen."""
    name = _core(author.name)
    for wanted in (_core(channel.title or ""), _core(channel.handle)):
        if len(wanted) >= 4 and (wanted in name or (name in wanted and len(name) >= 0.6 * len(wanted))):
            return True
    return False


def _core(text: str) -> str:
    """Return letters and digits in lower case, without chat words."""
    return re.sub(r"^(?:chat|group)|(?:chats?|group|talk|comments?)$", "", "".join(plain_words(text)))


def _named_in(description: Description | None) -> set[str]:
    if description is None:
        return set()
    return {m[1].casefold() for text in (description.text, *description.links) for m in _NAMED.finditer(text)}


POSTS = 150
"""Posts whose discussions are read of one channel at most, newest first."""
SAMPLE = 5
"""So many of the newest discussions and of the oldest tell that a channel has none."""
_PAGES = 40
"""Pages of one discussion that are read at most."""
_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks for the channel, and who for other bodies: handles in lower case."""

    channel: Channel
    staff: frozenset[str] = frozenset()
    others: AbstractSet[str] = frozenset()
    own: AbstractSet[str] = frozenset()
    """Of the holder's other confirmed channels."""
    institution: AbstractSet[str] = frozenset()
    holder: tuple[str, ...] = ()
    """What the holder is called."""
    staff_unseen: bool = False
    """Some of the staff are on record by a number, which the pages do not show: any person may be one of them."""
    authors: Authors = field(default_factory=Authors)

    def of(self, handle: str | None) -> Side | None:
        """Tell on whose side a handle is; None for one that is not on record."""
        if handle is None:
            return None
        if handle == self.channel.handle or handle in self.own or handle in self.staff:
            return Side.OWNER
        return Side.BODY if handle in self.institution or handle in self.others else None

    def unrecorded(self, author: _Author, kind: Kind | None, *, waiting: bool) -> Side:
        """Tell on whose side somebody is who is not on record and whose landing page, if it was seen, is of `kind`.

        Where no question is `waiting` nobody's page was asked for, and who comments is taken for a citizen.
        """
        if kind is Kind.GROUP:
            return Side.OWNER
        chat = author.handle is None and _is_chat(author.name)
        if author.unread or chat or kind not in {None, Kind.USER}:
            return Side.UNKNOWN
        if sounds_like(author.name, self.channel.title or "", self.holder):
            return Side.UNKNOWN
        if author.only_asks:
            return Side.CITIZEN
        person = author.handle is None or kind is Kind.USER or not waiting
        return Side.CITIZEN if person and not self.staff_unseen else Side.UNKNOWN


@dataclass(slots=True, repr=False)
class _Thread:
    """One discussion: its pages, newest comments first, and the record of each that has one."""

    post: int
    pages: list[Seen[TalkPage]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    cause: Cause | None = None
    stub: bool = False
    """The stub of a missing name came in its place."""

    @property
    def first(self) -> TalkPage:
        return (self.pages[0].page if self.pages else None) or TalkPage()

    @property
    def raw(self) -> dict[int, RawComment]:
        """The comments before they were minimised; none in a replay."""
        return {c.id: c for page in self.pages if page.raw is not None for c in page.raw.comments}


def read_talks(
    web: Web,
    name: str,
    side: Speakers,
    posts: Sequence[int],
    answers: list[Answer],
    *,
    week: Collection[int] = (),
    most: int | None = None,
) -> dict[int, Talk]:
    """Read the discussions of `posts`, newest first, up to a cap; keep what was answered, minimised.

    Where the newest and the oldest of many are closed, those between are not asked for, and tell nothing; `week` are
    the posts that are judged by whether they are open. With `most` requests allowed, the rest is `seen_late`.
    """
    threads = [_Thread(post) for post in sorted(posts, reverse=True)]
    cap = POSTS if most is None else max(most, 0)
    for thread in threads[cap:]:
        thread.cause = Cause.TOO_LITTLE_DATA if most is None else Cause.SEEN_LATE
    threads, late = threads[:cap], threads[cap:]
    # One stub may mean one post that is not there. A route that fails, or a row of stubs, ends the asking.
    breaker, stubs = Breaker(), Breaker(limit=10)
    for thread in _in_turn(threads, week):
        _ask(web, name, thread, breaker, stubs)
    _tell(web, threads, side)
    return {t.post: _talk(t, answers) for t in (*threads, *late)}


def _in_turn(threads: Sequence["_Thread"], week: Collection[int]) -> Iterator["_Thread"]:
    """Yield the discussions to ask for, newest first; of many that are all closed only a sample.

    It holds half of the week's where five more make it so: of fewer it may not be said that comments are closed.
    """
    many = len(threads) > 2 * SAMPLE
    yield from threads[:SAMPLE]
    if not (many and all(map(_is_closed, threads[:SAMPLE]))):
        yield from threads[SAMPLE:]
        return
    yield from threads[-SAMPLE:]
    between = threads[SAMPLE:-SAMPLE]
    if not all(map(_is_closed, threads[-SAMPLE:])):
        yield from between
        return
    inner = [thread for thread in between if thread.post in week]
    known = sum(thread.post in week for thread in (*threads[:SAMPLE], *threads[-SAMPLE:]))
    lacking = -(-(len(inner) + known) // 2) - known
    if 0 < lacking <= SAMPLE:
        yield from inner[:lacking]


def _is_closed(thread: "_Thread") -> bool:
    return thread.cause is None and thread.first.state is DiscussionState.CLOSED


def _ask(web: Web, name: str, thread: "_Thread", breaker: Breaker, stubs: Breaker) -> None:
    """Read one discussion, unless the route has failed."""
    stopped = breaker.cause or stubs.cause
    if stopped is not None:
        thread.cause = stopped
        return
    _read(web, name, thread)
    breaker.note(None if thread.stub else thread.cause)
    stubs.note(thread.cause if thread.stub else None)


def shows_talk(web: Web, name: str, post: int, answers: list[Answer]) -> bool | None:
    """Tell whether the widget shows that people can comment under a control's post; None where it was not asked.

    Nothing of a comment is kept.
    """
    seen = web.talk(name, post, EvidenceKind.CONTROL, answers, rows=False)
    if seen.unasked:
        return None
    return seen.page is not None and seen.page.state is DiscussionState.OPEN


def _read(web: Web, name: str, thread: _Thread) -> None:
    """Read one discussion: its page with the newest comments and older ones until there are none."""
    seen = web.talk(name, thread.post, EvidenceKind.COMMENTS, thread.answers)
    thread.pages.append(seen)
    thread.stub = seen.stub
    thread.cause = seen.cause or _cause_of(seen.page)
    if thread.cause is None and seen.page is not None:
        thread.cause = _read_older(web, thread, seen) or _contradiction(thread, seen.page)


def _cause_of(page: TalkPage | None) -> Cause | None:
    if page is None or page.state is DiscussionState.UNRECOGNISED:
        return Cause.UNRECOGNISED_PAGE
    if page.state is DiscussionState.CLOSED:
        return None
    if page.state is DiscussionState.HIDDEN:
        return Cause.PREVIEW_OFF
    if page.state is DiscussionState.NO_POST:
        return Cause.TOO_LITTLE_DATA
    if page.damaged:
        return Cause.UNRECOGNISED_PAGE
    return None


def _read_older(web: Web, thread: _Thread, first: Seen[TalkPage]) -> Cause | None:
    """Ask for older comments until there are none. Return why not all could be had."""
    before = thread.first.before
    while before is not None:
        if thread.first.top is None or not thread.first.leads_on or len(thread.pages) >= _PAGES:
            return Cause.TOO_LITTLE_DATA
        seen = web.older(first, before, thread.answers)
        thread.pages.append(seen)
        if seen.page is None or seen.page.damaged:
            return seen.cause or Cause.UNRECOGNISED_PAGE
        if seen.page.before is not None and seen.page.before >= before:
            return Cause.CONTRADICTION
        before = seen.page.before
    return None


def _contradiction(thread: _Thread, first: TalkPage) -> Cause | None:
    """Hold a talk that was read to its end against its own count: comments that come twice, or fewer than it counts."""
    shown = [number for page in thread.pages if page.page is not None for number in page.page.ids]
    distinct = len(set(shown))
    return Cause.CONTRADICTION if len(shown) > distinct or distinct < (first.count or 0) else None


def _tell(web: Web, threads: Sequence[_Thread], side: Speakers) -> None:
    """Say of each comment who wrote it, what it says and what it answers, now that all are read, in what is stored."""
    if not any(thread.raw for thread in threads):
        return
    authors, waiting = _authors(threads, side)
    kinds = _kinds(authors.values(), waiting, side.channel, web.kind_of)
    group = next((handle for handle, kind in kinds.items() if kind is Kind.GROUP), None)
    left = waiting.without(group)
    told = {who: kinds.get(author.handle) if author.handle else None for who, author in authors.items()}
    sides = {who: side.unrecorded(author, told[who], waiting=left) for who, author in authors.items()}
    reader = _Reader(side, sides)
    for thread in threads:
        known = {c.id: c for c in resolved(map(reader.comment, thread.raw.values()))}
        read = [page.raw is not None for page in thread.pages]
        thread.answers = [
            rewritten(answer, with_comments(answer.body, known)) if is_read else answer
            for answer, is_read in zip(thread.answers, read, strict=True)
        ]


def _authors(threads: Iterable[_Thread], side: Speakers) -> tuple[dict[str, _Author], _Waiting]:
    """List who comments and is not on record, and which questions nobody on record has answered."""
    reader, authors, waiting = _Reader(replace(side, authors=Authors()), {}), dict[str, _Author](), _Waiting()
    answered: dict[str, set[str]] = {}
    for thread in threads:
        raw = thread.raw
        comments = resolved(map(reader.comment, raw.values()))
        for comment in comments:
            one, to = raw[comment.id], raw.get(comment.answers or 0)
            if side.of(one.handle) is not None:
                continue
            who = _who(one)
            if to is not None and side.of(to.handle) is None and _who(to) != who:
                answered.setdefault(who, set()).add(_who(to))
            asks = comment.question or (who in authors and authors[who].asks)
            authors[who] = _Author(one.handle, one.name or "", len(answered.get(who, ())), asks, one.unread)
        waiting.replies += _unanswered(comments, raw, side)
    return authors, waiting


def _unanswered(comments: Iterable[Comment], raw: Mapping[int, RawComment], side: Speakers) -> Iterator[set[str]]:
    """Yield for each question of a thread that nobody on record has answered the handles of who replied to it."""
    rows = [(comment, raw[comment.id].handle) for comment in comments]
    for question in (c for c, handle in rows if c.question and side.of(handle) is None):
        handles = {handle for c, handle in rows if c.answers == question.id and c.has_words and handle is not None}
        if Side.OWNER not in map(side.of, handles):
            yield handles


def _who(raw: RawComment) -> str:
    """Return what tells an author from others within the look: a handle, or a display name and nothing more."""
    if raw.handle is not None:
        return raw.handle
    return f"\n{'?' if raw.unread else ''}\n{raw.name or ''}"


@dataclass(frozen=True, slots=True, repr=False)
class _Reader:
    """Turns a raw comment into one without author and words."""

    side: Speakers
    sides: Mapping[str, Side]
    """Of those who are not on record."""

    def comment(self, raw: RawComment) -> Comment:
        mention, side, author = _MENTION.match(raw.text), self._side(raw), self._author(raw)
        return Comment(
            id=raw.id,
            at=raw.at,
            side=side,
            author=author,
            reply_to=raw.reply_to,
            same_as=self.side.authors.same_as(author, raw.text, raw.id),
            mentions=self.side.authors.number(mention[1].casefold()) if mention else None,
            **read_comment(
                raw.text,
                side,
                addressed=self._named(mention[1].casefold(), raw.handle) if mention else None,
                names=self.side.holder,
            ),
        )

    def _side(self, raw: RawComment) -> Side:
        return self.side.of(raw.handle) or self.sides.get(_who(raw), Side.CITIZEN)

    def _named(self, who: str, author: str | None) -> Side | None:
        """Tell on whose side somebody is whom a comment begins by mentioning; None for its own author."""
        if who == author:
            return None
        return self.side.of(who) or self.sides.get(who, Side.CITIZEN)

    def _author(self, raw: RawComment) -> int | None:
        # Without a handle there is only a name, which tells people apart within this look and no further.
        return self.side.authors.number(_who(raw)) if raw.handle is not None or raw.name else None


def _talk(thread: _Thread, answers: list[Answer]) -> Talk:
    """Read a discussion from what is stored of it."""
    answers += thread.answers
    stored = [read_talk(decode(answer.body)) for answer in thread.answers]
    state = {
        DiscussionState.OPEN: CommentsState.OPEN,
        DiscussionState.CLOSED: CommentsState.CLOSED,
    }.get(thread.first.state, CommentsState.UNKNOWN)
    known = {comment.id: comment for page in stored for comment in page.comments}
    return Talk(state, thread.first.count, thread.cause, tuple(one for _, one in sorted(known.items())))


def told_closed(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return the posts without what tells nothing, now that all are seen.

    Closed comments under a forward, or before any post had a talk: a group may have been linked after them (telegram.md
    4). And where some talk is open, those that were not asked for because a sample was closed were not read.
    """
    kept = tuple(posts)
    linked = min((post.at for post in kept if post.comments_state is CommentsState.OPEN), default=None)
    return tuple(post.model_copy(update=_told(post, linked)) for post in kept)


def _told(post: Post, linked: datetime | None) -> dict[str, Any]:
    """Return what a post's talk does not tell, where the first post with an open one is of `linked`."""
    if post.comments_state is CommentsState.CLOSED and (post.repost or (linked is not None and post.at < linked)):
        return {"comments_state": CommentsState.UNKNOWN}
    unasked = post.comments_state is CommentsState.UNKNOWN and post.comments_cause is None
    return {"comments_cause": Cause.TOO_LITTLE_DATA} if unasked and linked is not None else {}
