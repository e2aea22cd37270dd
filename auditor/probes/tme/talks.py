"""The talk under a channel's posts, reduced to flags and numbered authors before anything is returned.

The widget does not name the channel's own discussion group. But only the group itself can speak with a *group's*
identity in its own discussion: a commenting handle whose landing page is a group's is the linked group, and it speaks
for the owner (telegram.md 4). Handles are asked for in memory only; none is written anywhere.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Post, Side
from auditor.base.threads import resolved
from auditor.language.reading import read_comment
from auditor.probes.base import Authors
from auditor.probes.pacing import Breaker
from auditor.probes.tme.history import Talk
from auditor.probes.tme.minimise import TalkPage, read_talk, with_comments
from auditor.probes.tme.pages import Description, DiscussionState, Kind, RawComment, decode
from auditor.probes.tme.web import Seen, Web

_MOST_ASKED = 4
_LEAST_ALIKE = 5
_CHAT = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
_NAMED = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)
_CHAT_BEFORE = re.compile(rf"(?:{_CHAT.pattern})[^\n@]{{0,30}}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Channel:
    """The audited channel as its pages name it; `handle` in lower case."""

    handle: str
    title: str | None = None
    description: Description | None = None


@dataclass(frozen=True, slots=True, repr=False)
class _Author:
    """A commenting identity with a handle, and how many other identities it replied to."""

    handle: str
    name: str
    answered: int


def _find_linked_group(
    authors: Iterable[_Author], channel: Channel, kind_of: Callable[[str], Kind | None]
) -> str | None:
    """Return the linked group's handle, or None.

    At most four handles are asked for by `kind_of`, likeliest first. Where no page can be had, a handle and a name
    that are both strongly alike the channel's are believed, and a handle that the channel's description calls its chat.
    """
    ranked = _ranked(list(authors), channel)[:_MOST_ASKED]
    unseen = []
    for author in ranked:
        kind = kind_of(author.handle)
        if kind is Kind.GROUP:
            return author.handle
        if kind is None:
            unseen.append(author)
    chats = _chats_in(channel.description)
    return next((a.handle for a in unseen if a.handle in chats or _strongly_alike(a, channel)), None)


def _sounds_like(name: str | None, channel: Channel, holder: Iterable[str]) -> bool:
    """Tell whether a display name alone equals the channel's title, or so with a chat word, or the holder's name.

    It may be the private linked group, the holder, or anybody: a name alone proves nothing.
    """
    core = _core(name or "")
    if not name or not core:
        return False
    return core == _core(channel.title or "") or any(_same_person(name, one) for one in holder)


def _same_person(name: str, holder: str) -> bool:
    """Tell whether a name is a holder's, in any order, with or without the patronymic, which comes third."""
    said, words = _name(name), _name(holder)
    return len(words) > 1 and set(said) in ({*words}, {*words[:2]})


def _name(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold().replace("ё", "е"))


def _ranked(authors: Sequence[_Author], channel: Channel) -> list[_Author]:
    named = _named_in(channel.description)
    scored = []
    for author in authors:
        by_handle, by_name = _alike_handles(author.handle, channel.handle), _alike_names(author, channel)
        calls_itself_chat = _CHAT.search(author.name.casefold()) is not None and author.answered > 0
        if author.handle in named or by_handle or by_name or calls_itself_chat or author.answered >= 2:
            likeness = 2 * (author.handle in named) + 2 * by_name + by_handle + calls_itself_chat
            scored.append((-likeness, -author.answered, author.handle, author))
    return [row[-1] for row in sorted(scored, key=lambda row: row[:3])]


def _strongly_alike(author: _Author, channel: Channel) -> bool:
    return _alike_handles(author.handle, channel.handle) and _alike_names(author, channel)


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
    words = re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))
    kept = [w for w in words if not _CHAT.fullmatch(w)]
    joined = "".join(kept)
    return re.sub(r"^(?:chat|group)|(?:chats?|group|talk|comments?)$", "", joined)


def _named_in(description: Description | None) -> set[str]:
    if description is None:
        return set()
    return {m[1].casefold() for text in (description.text, *description.links) for m in _NAMED.finditer(text)}


def _chats_in(description: Description | None) -> set[str]:
    """Return the handles that the description calls a chat: «Чат: @…»."""
    if description is None:
        return set()
    text = description.text
    return {m[1].casefold() for m in _NAMED.finditer(text) if _CHAT_BEFORE.search(text[: m.start()])}


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
    authors: Authors = field(default_factory=Authors)

    def of(self, handle: str) -> Side:
        """Tell on whose side a handle is that the registry knows."""
        if handle == self.channel.handle or handle in self.own:
            return Side.OWNER
        if handle in self.staff:
            return Side.OWNER
        if handle in self.institution:
            return Side.BODY
        return Side.BODY if handle in self.others else Side.CITIZEN


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
    if page is None or page.state is DiscussionState.CLOSED:
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
    reader = _Reader(side, _find_linked_group(_authors(threads, side), side.channel, web.kind_of))
    for thread in threads:
        known = {c.id: c for c in resolved(map(reader.comment, thread.raw.values()))}
        read = [page.raw is not None for page in thread.pages]
        thread.answers = [
            rewritten(answer, with_comments(answer.body, known)) if told else answer
            for answer, told in zip(thread.answers, read, strict=True)
        ]


def _authors(threads: Iterable[_Thread], side: Speakers) -> list[_Author]:
    """List who comments under a handle, except those whose side is known, with how many others each replied to."""
    names: dict[str, str] = {}
    answered: dict[str, set[str]] = {}
    for thread in threads:
        raw = thread.raw
        for comment in raw.values():
            if comment.handle is None or side.of(comment.handle) is not Side.CITIZEN:
                continue
            names.setdefault(comment.handle, comment.name or "")
            to = raw.get(comment.reply_to) if comment.reply_to is not None else None
            other = (to.handle or to.name) if to is not None else None
            if other is not None and other != comment.handle:
                answered.setdefault(comment.handle, set()).add(other)
    return [_Author(h, name, len(answered.get(h, ()))) for h, name in names.items()]


@dataclass(frozen=True, slots=True, repr=False)
class _Reader:
    """Turns a raw comment into one without author and words."""

    side: Speakers
    linked: str | None

    def comment(self, raw: RawComment) -> Comment:
        mention, identity, author = _MENTION.match(raw.text), self._identity(raw), self._author(raw)
        return Comment(
            id=raw.id,
            at=raw.at,
            side=identity,
            author=author,
            reply_to=raw.reply_to,
            mentions=self.side.authors.number(mention[1].casefold()) if mention else None,
            **read_comment(
                raw.text,
                identity,
                addressed=self._named(mention[1].casefold(), raw.handle) if mention else None,
                names=self.side.holder,
                repeated=self.side.authors.repeats(author, raw.text, raw.id),
            ),
        )

    def _named(self, who: str, author: str | None) -> Side | None:
        """Tell on whose side somebody is whom a comment begins by mentioning; None for its own author."""
        if who == author:
            return None
        return Side.OWNER if who == self.linked else self.side.of(who)

    def _identity(self, raw: RawComment) -> Side:
        side = self.side
        if raw.handle is None:
            named = _sounds_like(raw.name, side.channel, side.holder)
            return Side.UNKNOWN if named else Side.CITIZEN
        return Side.OWNER if raw.handle == self.linked else side.of(raw.handle)

    def _author(self, raw: RawComment) -> int | None:
        if raw.handle is not None:
            return self.side.authors.number(raw.handle)
        # Without a handle there is only a name, which tells people apart within this look and no further.
        return self.side.authors.number(f"\n{raw.name}") if raw.name else None


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
    """Return the posts without what tells nothing: closed comments under a forward, or before any post had a talk.

    A group may have been linked after them (telegram.md 4).
    """
    kept = tuple(posts)
    linked = min((post.at for post in kept if post.comments_state is CommentsState.OPEN), default=None)
    return tuple(
        post.model_copy(update={"comments_state": CommentsState.UNKNOWN})
        if post.comments_state is CommentsState.CLOSED and (post.repost or (linked is not None and post.at < linked))
        else post
        for post in kept
    )
