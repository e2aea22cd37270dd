"""A channel's history and its posts, as both of Telegram's routes read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    Evidence,
    EvidenceKind,
    Post,
    Precision,
    Side,
    Trace,
    TraceKind,
)
from auditor.base.threads import whole_or_none
from auditor.language.reading import read_post
from auditor.probes.base import Target, Window
from auditor.probes.known import Known, KnownPost


class _Message(Protocol):
    """A message as far as a history goes."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def is_post(self) -> bool: ...
    @property
    def created(self) -> bool: ...


class _Entry(Protocol):
    """A post or repost as it was read."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def repost(self) -> bool: ...
    @property
    def text(self) -> str: ...


_M = TypeVar("_M", bound=_Message)


@dataclass(slots=True)
class Walk(Generic[_M]):
    """What was read of a history. Without `cause` it is complete from its oldest message on, or `whole`."""

    messages: dict[int, _M] = field(default_factory=dict)
    cause: Cause | None = None
    older_cause: Cause | None = None
    """What ended the walk early, if the week loses nothing by it."""
    whole: bool = False
    """The first message of all was reached."""
    until: datetime | None = None
    """Nothing newer was read; None: up to the look."""
    earlier: datetime | None = None
    """From when on it is complete with what earlier looks read."""

    @property
    def oldest(self) -> _M | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """From when on the messages are complete; None when all were read or none was."""
        if self.whole or self.earlier is not None:
            return None if self.whole else self.earlier
        return None if self.oldest is None else self.oldest.at

    def add(self, messages: Iterable[_M]) -> None:
        """Take in messages; one that was read before stays as it was."""
        for message in messages:
            self.messages.setdefault(message.id, message)

    def covers(self, window: Window, *, late: bool = False) -> bool:
        """Tell whether everything from `posts_from` on was read, and a post older than the silence window.

        Of a week long ago: from where comments are read on, and a post older than the week.
        """
        since, before = (window.comments_from, window.starts) if late else (window.posts_from, window.gap_from)
        older = any(m.at < before for m in self.messages.values() if m.is_post)
        return self.oldest is not None and self.oldest.at < since and older

    def counts(self, window: Window) -> bool:
        """Tell whether all posts were read whose comments are read."""
        return self.oldest is not None and self.oldest.at < window.comments_from

    def meets(self, known: Known, window: Window) -> bool:
        """Tell whether all that is needed from here on down was read by earlier looks."""
        oldest = self.oldest
        reached = oldest is not None and known.until is not None and oldest.at <= known.until
        return reached and has_read(known, window)

    def after(self, known: Known, window: Window) -> bool:
        """Put everything aside and tell so where earlier looks read the whole window and these came later."""
        if known.until is None or known.until < window.ends or self.meets(known, window):
            return False
        if not has_read(known, window):
            return False
        self.messages, self.until = {}, known.until
        return True

    def joined(self, known: Known, window: Window) -> list[Post]:
        """Return the posts that earlier looks saw below what was read; the walk is complete from theirs on."""
        oldest = self.oldest
        if not has_read(known, window) or not (self.until == known.until or self.meets(known, window)):
            return []
        self._leave_cut_album(known)
        oldest = self.oldest
        if known.whole:
            self.whole = True
        else:
            self.earlier = known.since
        below = (k for k in known.posts if oldest is None or (k.post.at, k.post.id) < (oldest.at, oldest.id))
        return [carried(k) for k in below]

    def _leave_cut_album(self, known: Known) -> None:
        """Leave an album that the last page may have cut to the earlier look that read it whole."""
        album = getattr(self.oldest, "album", None)
        parts = [m for m in self.messages.values() if album is not None and getattr(m, "album", None) == album]
        if parts and any(k.post.at == parts[0].at and k.post.id <= parts[0].id for k in known.posts):
            self.messages = {n: m for n, m in self.messages.items() if m not in parts}


def has_read(known: Known, window: Window) -> bool:
    """Tell whether earlier looks read all that a window needs below the newest of them."""
    if known.until is None:
        return False
    older = any(k.post.at < window.starts for k in known.posts)
    return known.whole or (known.since is not None and known.since < window.comments_from and older)


def opening_by(messages: Mapping[int, _M]) -> Trace | None:
    """Return what shows when a channel was opened: its birth message, else its oldest message.

    Service messages and reposts are traces too.
    """
    if not messages:
        return None
    first = messages.get(1)
    if first is not None and first.created:
        return Trace(kind=TraceKind.CREATED, at=first.at)
    return Trace(kind=TraceKind.OLDEST_POST, at=min(m.at for m in messages.values()))


@dataclass(frozen=True, slots=True)
class Talk:
    """What was seen of one post's comments; the fields mean what those of `Post` mean."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    comments: tuple[Comment, ...] = ()
    all_there: bool = False
    """Whatever the `cause`, every comment was read: only who answers for the page is not known."""

    @property
    def kept(self) -> tuple[Comment, ...]:
        """The comments of which it is known what they answer."""
        return self.comments if self.all_there else whole_or_none(self.comments, self.cause)


def post_of(entry: _Entry, name: str, talk: Talk) -> Post:
    """Make a snapshot's post of one of the channel `name`."""
    return Post(
        id=entry.id,
        at=entry.at,
        url=f"https://t.me/{name}/{entry.id}",
        repost=entry.repost,
        comments_state=talk.state,
        comments_count=talk.count,
        comments_cause=talk.cause,
        comments=talk.kept,
        **read_post("" if entry.repost else entry.text),
    )


_ERID = re.compile(r"(?<![a-z])erid(?![a-z])", re.IGNORECASE)


def is_advertisement(text: str, links: Iterable[str]) -> bool:
    """Tell whether a post is marked by «erid», the token that the law on advertising asks for (38-ФЗ, 18.1)."""
    return any(_ERID.search(part) for part in (text, *links))


# Who may be whom ------------------------------------------------------------------------------------------------------


CHAT = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
"""A word by which a discussion group is called."""


def sounds_like(name: str, title: str, holder: Iterable[str]) -> bool:
    """Tell whether a display name is the channel's title, with a chat's word or without, or the holder's name.

    In whatever order: it may be the private linked group, the holder, or anybody. A name alone proves nothing.
    """
    words = sorted(plain_words(name))
    return (bool(words) and words == sorted(plain_words(title))) or any(_same_person(name, one) for one in holder)


def words_of(text: str) -> list[str]:
    """Return the words of a name in lower case."""
    return re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))


def plain_words(text: str) -> list[str]:
    """Return the words of a name without those of a chat."""
    return [word for word in words_of(text) if not CHAT.fullmatch(word)]


def _same_person(name: str, holder: str) -> bool:
    """Tell whether a name is a holder's, in any order, with or without the patronymic, which comes third."""
    shown, words = set(_letters(name)), _letters(holder)
    return len(words) > 1 and shown in ({*words}, {*words[:2]})


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold().replace("ё", "е"))


# What earlier looks saw ----------------------------------------------------------------------------------------------

LATE = timedelta(days=14)
"""A week that ended longer ago is looked at for what it shows to have been there: what is missing now tells nothing."""
LATE_REQUESTS = 16
"""Requests that a channel may take for such a week."""


def is_late(window: Window, at: datetime) -> bool:
    """Tell whether a look at `at` comes long after what it is to judge."""
    return at - window.ends > LATE


def known_opening(known: Known) -> Trace | None:
    """Return the opening as an earlier look has it, where a new one could tell no more of it."""
    page = known.page
    if page is None or not page.traces:
        return None
    exact = page.opened_precision is Precision.EXACT
    asked = [one.status for one in known.evidence if one.kind is EvidenceKind.OPENING]
    return page.traces[0] if exact or known.whole or (asked and set(asked) == {200}) else None


def asked_at(known: KnownPost | None) -> datetime | None:
    """Return when a post's comments were asked for to the end; None where they never were, or are not kept."""
    if known is None or known.post.comments_cause is not None or known.post.comments_purged is not None:
        return None
    return known.read_at or known.post.comments_read_at or known.seen_at


def told_otherwise(target: Target, known: KnownPost) -> bool:
    """Tell whether a known talk may hold somebody's words whom today's record tells otherwise: it is read again.

    Who asks is a citizen by any record. A talk that the newest look could not read is of an older one, and of the
    record of its moment nothing is known.
    """
    page = target.known.page
    assert page is not None
    of_today = page.sides == target.sides and known.seen_at >= page.taken_at
    return not of_today and _has_others(known.post.comments)


def _has_others(comments: Sequence[Comment]) -> bool:
    """Tell whether anybody has written under a post who asks nothing there."""
    ask = {comment.author for comment in comments if comment.question and comment.author is not None}
    return any(comment.author not in ask and not comment.question for comment in comments)


def carried(known: KnownPost) -> Post:
    """Return a post as an earlier look has it, with the moment at which its comments were read."""
    return known.post.model_copy(update={"comments_read_at": asked_at(known)})


def with_talk(post: Post, talk: Talk) -> Post:
    """Return a post with what was seen of its comments in this look."""
    return post.model_copy(
        update={
            "comments_state": talk.state,
            "comments_count": talk.count,
            "comments_cause": talk.cause,
            "comments": talk.kept,
            "comments_read_at": None,
        }
    )


def with_talk_of(post: Post, known: KnownPost) -> Post:
    """Return a post as it is seen now, with its comments as an earlier look has them."""
    old = carried(known)
    names = ("comments_state", "comments_count", "comments_cause", "comments", "comments_read_at")
    return post.model_copy(update={name: getattr(old, name) for name in names})


def behind(known: Known, posts: Iterable[Post]) -> tuple[Evidence, ...]:
    """Return the answers of earlier looks on which the posts that were taken over rest, those of their comments too."""
    rows = list(posts)
    if not rows:
        return ()
    since, ids = min(post.at for post in rows), {str(post.id) for post in rows}
    found = (e for e in known.evidence if e.fetched_at >= since and e.status in {200, None})
    return tuple(e for e in found if e.kind is EvidenceKind.POSTS or _is_of(e, ids))


def _is_of(evidence: Evidence, ids: set[str]) -> bool:
    """Tell whether it is of the comments under one of some posts, or of several posts at once."""
    if evidence.kind is not EvidenceKind.COMMENTS:
        return False
    parts = urlsplit(evidence.url)
    asked = parse_qs(parts.query).get("msg_id") or parts.path.split("/")[2:3]
    return not asked or not asked[0].isdecimal() or asked[0] in ids


def unanswered(posts: Iterable[Post], window: Window) -> int:
    """Count citizens' questions of the week that nobody of the owner's side has answered in words."""
    count = 0
    for post in posts:
        told = {c.answers or c.reply_to for c in post.comments if c.side in _ANSWER and c.has_words}
        count += sum(c.question and window.starts <= c.at < window.ends and c.id not in told for c in post.comments)
    return count


_ANSWER = frozenset({Side.OWNER})
