"""The talk under a channel's posts, reduced to flags and numbered authors before anything is returned.

The widget does not name the channel's own discussion group. But only the group itself can speak with a *group's*
identity in its own discussion: a commenting handle whose landing page is a group's is the linked group, and it speaks
for the owner (telegram.md 4). Handles are asked for in memory only; none is written anywhere.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Identity, Post
from auditor.base.threads import resolved
from auditor.language.reading import read_comment
from auditor.probes.base import Authors
from auditor.probes.http import Reply
from auditor.probes.pacing import Breaker
from auditor.probes.tme.history import Talk
from auditor.probes.tme.pages import (
    Description,
    Discussion,
    DiscussionState,
    Kind,
    RawComment,
    decode,
    garbled,
    is_telegram,
    read_discussion,
    read_older,
)
from auditor.probes.tme.web import (
    CANONICAL,
    CAP,
    Played,
    Web,
    is_stub,
    minimised_discussion,
    restored_discussion,
    trouble,
)

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
_PAGES = 40
"""Pages of one discussion that are read at most."""
_LIMIT = "50"
_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")


@dataclass(frozen=True, slots=True)
class Side:
    """Who speaks for the channel, and who for other bodies: handles in lower case."""

    channel: Channel
    staff: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    """Of the holder's other confirmed channels."""
    institution: frozenset[str] = frozenset()
    holder: tuple[str, ...] = ()
    """What the holder is called."""
    authors: Authors = field(default_factory=Authors)

    def of(self, handle: str) -> Identity:
        """Tell on whose side a handle is that the registry knows."""
        if handle == self.channel.handle or handle in self.own:
            return Identity.OWNER
        if handle in self.staff:
            return Identity.STAFF
        if handle in self.institution:
            return Identity.INSTITUTION
        return Identity.OTHER_BODY if handle in self.others else Identity.CITIZEN


@dataclass(slots=True, repr=False)
class _Page:
    reply: Reply
    url: str
    discussion: Discussion | None
    cause: Cause | None

    @property
    def read(self) -> bool:
        return self.discussion is not None and self.discussion.state is not DiscussionState.UNRECOGNISED


@dataclass(slots=True, repr=False)
class _Thread:
    """One discussion in the raw."""

    post: int
    pages: list[_Page] = field(default_factory=list)
    cause: Cause | None = None
    stub: bool = False
    """The stub of a missing name came in its place."""

    @property
    def first(self) -> Discussion | None:
        return self.pages[0].discussion if self.pages else None

    @property
    def raw(self) -> dict[int, RawComment | Comment]:
        return {c.id: c for p in self.pages if p.discussion for c in p.discussion.comments}


def read_talks(web: Web, name: str, side: Side, posts: Sequence[int], answers: list[Answer]) -> dict[int, Talk]:
    """Read the discussions of `posts`, newest first, up to a cap; keep what was answered, minimised."""
    threads = [_Thread(post) for post in sorted(posts, reverse=True)]
    # One stub may mean one post that is not there. A route that fails, or a row of stubs, ends the asking.
    breaker, stubs = Breaker(), Breaker(limit=10)
    for thread in threads[:POSTS]:
        stopped = breaker.cause or stubs.cause
        if stopped is not None:
            thread.cause = stopped
            continue
        _read(web, name, thread)
        breaker.note(None if thread.stub else thread.cause)
        stubs.note(thread.cause if thread.stub else None)
    for thread in threads[POSTS:]:
        thread.cause = Cause.TOO_LITTLE_DATA
    everybody = [c for t in threads for c in t.raw.values()]
    linked = _find_linked_group(_authors(threads, side), side.channel, web.kind_of) if everybody else None
    return {t.post: _talk(web, t, _Reader(side, linked), answers) for t in threads}


def shows_talk(web: Web, name: str, post: int, answers: list[Answer]) -> bool:
    """Tell whether the widget shows that people can comment under a control's post. Nothing of a comment is kept."""
    thread = _Thread(post)
    _read(web, name, thread, whole=False)
    (page,) = thread.pages
    found = page.discussion if page.read else None
    stored = minimised_discussion(found, (), leads_on=False) if found is not None else _unread(page)
    judged = None if page.read else page.cause
    answers += web.keep(EvidenceKind.CONTROL, page.url, page.reply, stored, judged=judged, stub=thread.stub)
    return found is not None and found.state is DiscussionState.OPEN


def _read(web: Web, name: str, thread: _Thread, *, whole: bool = True) -> None:
    """Read one discussion: its page with the newest comments and, for the `whole`, older ones until there are none."""
    params = {"embed": "1", "discussion": "1", "comments_limit": _LIMIT}
    reply = web.http.get(f"/{name}/{thread.post}", params)
    cause = trouble(reply, web.http.host)
    if cause is None and reply.status != 200:
        cause = Cause.UNRECOGNISED_PAGE
    page = (_kept(reply) or read_discussion(decode(reply.body), web.http.host)) if cause is None else None
    if page is not None and page.state is DiscussionState.UNRECOGNISED:
        cause = Cause.THROTTLED if is_stub(decode(reply.body)) else Cause.UNRECOGNISED_PAGE
    url = f"{CANONICAL}/{name}/{thread.post}?{urlencode(params)}"
    thread.pages.append(_Page(reply, url, page, cause))
    thread.stub = reply.stub if isinstance(reply, Played) else page is not None and cause is Cause.THROTTLED
    thread.cause = cause or _cause_of(page)
    if thread.cause is None and page is not None and whole:
        thread.cause = _read_older(web, thread, page) or _contradiction(thread, page)


def _kept(reply: Reply) -> Discussion | None:
    """Return the page that a stored answer was read from."""
    return restored_discussion(reply.body) if isinstance(reply, Played) and reply.minimised else None


def _cause_of(page: Discussion | None) -> Cause | None:
    if page is None or page.state is DiscussionState.CLOSED:
        return None
    if page.state is DiscussionState.HIDDEN:
        return Cause.PREVIEW_OFF
    if page.state is DiscussionState.NO_POST:
        return Cause.TOO_LITTLE_DATA
    if page.damaged:
        return Cause.UNRECOGNISED_PAGE
    return None


def _read_older(web: Web, thread: _Thread, first: Discussion) -> Cause | None:
    """Ask for older comments as the page's own script does. Return why not all could be had."""
    before, path = first.before, _api_path(first.api)
    while before is not None:
        if first.form is None or path is None or len(thread.pages) >= _PAGES:
            return Cause.TOO_LITTLE_DATA
        form = {
            "peer": first.form.peer,
            "top_msg_id": first.form.top_msg_id,
            "discussion_hash": first.form.discussion_hash,
            "before_id": str(before),
            "method": "loadComments",
        }
        reply = web.http.post(path, form)
        cause, page = _older(reply, web.http.host)
        thread.pages.append(_Page(reply, older_url(form), page, cause))
        if page is None or cause is not None:
            return cause
        if page.before is not None and page.before >= before:
            return Cause.CONTRADICTION
        before = page.before
    return None


def _contradiction(thread: _Thread, first: Discussion) -> Cause | None:
    """Hold a talk that was read to its end against its own count: comments that come twice, or fewer than it counts."""
    shown = sum(len(page.discussion.comments) for page in thread.pages if page.discussion is not None)
    distinct = len(thread.raw)
    return Cause.CONTRADICTION if shown > distinct or distinct < (first.count or 0) else None


def older_url(form: Mapping[str, str]) -> str:
    """Return the address under which older comments are kept: what was asked for, without the page's own hash."""
    said = urlencode({"method": "loadComments", "top_msg_id": form["top_msg_id"], "before_id": form["before_id"]})
    return f"{CANONICAL}/api/method?{said}"


def _older(reply: Reply, host: str) -> tuple[Cause | None, Discussion | None]:
    if (restored := _kept(reply)) is not None:
        return (Cause.UNRECOGNISED_PAGE if restored.damaged else None), restored
    if reply.cause is not None or reply.status != 200:
        return trouble(reply, host) or Cause.UNRECOGNISED_PAGE, None
    text = decode(reply.body)
    page = read_older(text, host)
    if garbled(text):
        return Cause.UNRECOGNISED_PAGE, None
    if page.state is DiscussionState.UNRECOGNISED:
        foreign = not is_telegram(text) and not text.lstrip().startswith(("{", "["))
        return (trouble(reply, host) if foreign else None) or Cause.UNRECOGNISED_PAGE, None
    return (Cause.UNRECOGNISED_PAGE if page.damaged else None), page


def _api_path(api: str | None) -> str | None:
    """Return the path and query of the address that the page names; its host is never asked but the one set."""
    try:
        parts = urlsplit(api or "")
    except ValueError:
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _authors(threads: Iterable[_Thread], side: Side) -> list[_Author]:
    """List who comments under a handle, except those whose side is known, with how many others each replied to."""
    names: dict[str, str] = {}
    answered: dict[str, set[str]] = {}
    for thread in threads:
        raw = thread.raw
        for comment in raw.values():
            if (
                isinstance(comment, Comment)
                or comment.handle is None
                or side.of(comment.handle) is not Identity.CITIZEN
            ):
                continue
            names.setdefault(comment.handle, comment.name or "")
            to = raw.get(comment.reply_to) if comment.reply_to is not None else None
            other = (to.handle or to.name) if isinstance(to, RawComment) else None
            if other is not None and other != comment.handle:
                answered.setdefault(comment.handle, set()).add(other)
    return [_Author(h, name, len(answered.get(h, ()))) for h, name in names.items()]


@dataclass(frozen=True, slots=True, repr=False)
class _Reader:
    """Turns a raw comment into one without author and words."""

    side: Side
    linked: str | None

    def comment(self, raw: RawComment | Comment) -> Comment:
        if isinstance(raw, Comment):
            return raw
        mention, identity = _MENTION.match(raw.text), self._identity(raw)
        return Comment(
            id=raw.id,
            at=raw.at,
            identity=identity,
            author=self._author(raw),
            reply_to=raw.reply_to,
            mentions=self.side.authors.number(mention[1].casefold()) if mention else None,
            **read_comment(
                raw.text,
                identity,
                raw.at,
                addressed=self._named(mention[1].casefold(), raw.handle) if mention else None,
                names=self.side.holder,
            ),
        )

    def _named(self, who: str, author: str | None) -> Identity | None:
        """Tell on whose side somebody is whom a comment begins by mentioning; None for its own author."""
        if who == author:
            return None
        return Identity.OWNER if who == self.linked else self.side.of(who)

    def _identity(self, raw: RawComment) -> Identity:
        side = self.side
        if raw.handle is None:
            named = _sounds_like(raw.name, side.channel, side.holder)
            return Identity.UNPROVED if named else Identity.CITIZEN
        return Identity.OWNER if raw.handle == self.linked else side.of(raw.handle)

    def _author(self, raw: RawComment) -> int | None:
        if raw.handle is not None:
            return self.side.authors.number(raw.handle)
        # Without a handle there is only a name, which tells people apart within this look and no further.
        return self.side.authors.number(f"\n{raw.name}") if raw.name else None


def _talk(web: Web, thread: _Thread, reader: _Reader, answers: list[Answer]) -> Talk:
    raw = thread.raw
    read = {number: reader.comment(one) for number, one in raw.items()}
    if not any(isinstance(one, Comment) for one in raw.values()):  # what is read again was resolved then
        read = {one.id: one for one in resolved(read.values())}
    for page in thread.pages:
        judged = None if page.read else page.cause
        stored = _stored(page, read)
        answers += web.keep(EvidenceKind.COMMENTS, page.url, page.reply, stored, judged=judged, stub=thread.stub)
    first = thread.first
    state = {
        DiscussionState.OPEN: CommentsState.OPEN,
        DiscussionState.CLOSED: CommentsState.CLOSED,
    }.get(first.state if first is not None else DiscussionState.UNRECOGNISED, CommentsState.UNKNOWN)
    comments = tuple(one for _, one in sorted(read.items()))
    return Talk(state, first.count if first is not None else None, thread.cause, comments)


def _unread(page: _Page) -> bytes:
    """Return what may be kept of a page that was not read: its beginning, if it holds no talk."""
    talk = any(mark in page.reply.body for mark in (b"tgme_widget_message", b"comments_html"))
    return b"" if talk else page.reply.body[:CAP]


def _stored(page: _Page, read: Mapping[int, Comment]) -> bytes:
    """Return what may be kept: facts and flags of a page that was read; of another, its beginning if it has no talk."""
    found = page.discussion
    if found is None or not page.read:
        return _unread(page)
    leads_on = _api_path(found.api) is not None
    return minimised_discussion(found, [read[raw.id] for raw in found.comments], leads_on=leads_on)


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
