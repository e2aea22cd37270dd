"""A channel's posts and a linked group's comments as Telegram's messages, cut into pages as asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telethon.tl import patched, types

from auditor.sandbox.mtproto.keys import Login
from auditor.sandbox.mtproto.peers import Failure, Peers, Target
from auditor.sandbox.state import State
from auditor.sandbox.tme.pages import link_places
from auditor.sandbox.world.model import Account, Comment, Post, PostKind


@dataclass(frozen=True, slots=True)
class _Row:
    """One message before it is written: a post (or a part of its album), its copy in the group, a comment."""

    id: int
    at: datetime
    post: Post
    comment: Comment | None = None
    part: int = 0
    copy: bool = False
    lost: bool = False


class Messages:
    """Writes rows of one world."""

    def __init__(self, state: State, peers: Peers) -> None:
        """Count comments up to `sandbox`'s moment."""
        self._state, self._peers = state, peers

    def write(self, target: Target, row: _Row) -> Any:
        """Return one row as Telegram's message."""
        if row.lost:
            return self.empty(target, row.id)
        if row.comment is not None:
            return self._comment(target.account, row.post, row.comment)
        if row.copy:
            return self._copy(target.account, row.post)
        if row.post.kind is PostKind.SERVICE:
            return self._service(target.account, row.post)
        return self._post(target.account, row)

    def empty(self, target: Target, number: int) -> Any:
        """Return Telegram's placeholder for a message that is not there."""
        return patched.MessageEmpty(id=number, peer_id=types.PeerChannel(target.number))

    def _post(self, account: Account, row: _Row) -> Any:
        post = row.post
        reply = types.MessageReplyHeader(reply_to_msg_id=post.replies_to.id) if post.replies_to is not None else None
        return patched.Message(
            id=row.id,
            peer_id=types.PeerChannel(account.number),
            date=post.at,
            message="" if row.part or post.media == "poll" else post.text,
            entities=None if row.part or post.media == "poll" else _entities(post),
            post=True,
            pinned=post.pinned or None,
            fwd_from=self._forwarded(post),
            reply_to=reply,
            media=_media(post, row.part),
            views=post.id * 37 % 9000 + 1,
            forwards=post.id % 7,
            replies=None if row.part else self._counted(account, post),
            edit_date=post.at if post.edited and not row.part else None,
            post_author=post.signature or None,
            grouped_id=_album(account, post),
        )

    def _forwarded(self, post: Post) -> Any:
        if post.kind is not PostKind.REPOST:
            return None
        if post.origin is None:
            return types.MessageFwdHeader(post.at, from_name="Имярек скрытый")
        return types.MessageFwdHeader(post.at, from_id=self._peers.peer(post.origin), channel_post=1)

    def _counted(self, account: Account, post: Post) -> Any:
        if not _is_open(account, post):
            return None
        comments = [c for c in post.comments_at(self._state.now) if not c.deleted]
        latest = list(dict.fromkeys(c.author for c in reversed(comments)))[:3]
        return types.MessageReplies(
            len(comments),
            len(comments),
            comments=True,
            channel_id=account.group_number,
            recent_repliers=[self._peers.peer(a) for a in latest] or None,
            max_id=max((c.id for c in comments), default=None),
        )

    def _service(self, account: Account, post: Post) -> Any:
        pinned = post.text.split(" pinned «", 1)[1].removesuffix("»") if " pinned «" in post.text else None
        meant = None if pinned is None else next((p for p in account.posts if p.text.startswith(pinned)), None)
        return patched.MessageService(
            id=post.id,
            peer_id=types.PeerChannel(account.number),
            date=post.at,
            post=True,
            action=_action(account, post, pinned=pinned is not None),
            reply_to=types.MessageReplyHeader(reply_to_msg_id=meant.id) if meant is not None else None,
        )

    def _copy(self, account: Account, post: Post) -> Any:
        """Return the copy that Telegram forwards into the group: the root of the thread.

        A repost's copy names the repost's origin as the source, and the channel only as where it was saved from.
        """
        header = self._forwarded(post) or types.MessageFwdHeader(
            post.at, from_id=types.PeerChannel(account.number), channel_post=post.id, post_author=post.signature or None
        )
        header.saved_from_peer, header.saved_from_msg_id = types.PeerChannel(account.number), post.id
        return patched.Message(
            id=post.copy_id,
            peer_id=types.PeerChannel(account.group_number),
            date=post.at,
            message="" if post.media == "poll" else post.text,
            pinned=True,
            from_id=types.PeerChannel(account.number),
            fwd_from=header,
            media=_media(post, 0),
            replies=types.MessageReplies(len(post.comments_at(self._state.now)), 1),
            grouped_id=_album(account, post),
        )

    def _comment(self, account: Account, post: Post, comment: Comment) -> Any:
        nested = comment.answers is not None
        anonymous = comment.author.number == account.group_number
        return patched.Message(
            id=comment.id,
            peer_id=types.PeerChannel(account.group_number),
            date=comment.at,
            message=comment.text,
            from_id=None if anonymous and comment.id % 2 else self._peers.peer(comment.author),
            reply_to=types.MessageReplyHeader(
                reply_to_msg_id=comment.answers.id if comment.answers is not None else post.copy_id,
                reply_to_top_id=post.copy_id if nested else None,
            ),
            media=_sticker(comment) if comment.sticker else None,
        )


def _is_open(account: Account, post: Post) -> bool:
    """Tell whether a post has a thread: a copy in the linked group."""
    return account.group_name is not None and not post.closed and post.kind is not PostKind.SERVICE


def _album(account: Account, post: Post) -> int | None:
    return account.number * 10_000 + post.id if post.extra else None


def _media(post: Post, part: int) -> Any:
    if post.media in {"photo", "album"}:
        size = types.PhotoSize("m", 320, 240, 1000)
        return types.MessageMediaPhoto(photo=types.Photo(post.id * 100 + part, 1, b"", post.at, [size], 2))
    if post.media == "video":
        shape = types.DocumentAttributeVideo(27, 320, 240)
        return types.MessageMediaDocument(
            video=True, document=types.Document(post.id, 1, b"", post.at, "video/mp4", 1000, 2, [shape])
        )
    return _poll(post) if post.media == "poll" else None


def _poll(post: Post) -> Any:
    answers = [types.PollAnswer(_plain(word), bytes([n])) for n, word in enumerate(("За", "Против"))]
    return types.MessageMediaPoll(
        types.Poll(post.id, _plain(post.text), answers, 0), types.PollResults(total_voters=12)
    )


def _plain(text: str) -> Any:
    return types.TextWithEntities(text, [])


def _sticker(comment: Comment) -> Any:
    shape = types.DocumentAttributeSticker("", types.InputStickerSetEmpty())
    return types.MessageMediaDocument(
        document=types.Document(comment.id, 1, b"", comment.at, "image/webp", 1000, 2, [shape])
    )


def _action(account: Account, post: Post, *, pinned: bool) -> Any:
    if pinned:
        return types.MessageActionPinMessage()
    if post.text.startswith("Channel name was changed"):
        return types.MessageActionChatEditTitle(account.title)
    if post.text == "Channel photo updated":
        return types.MessageActionChatEditPhoto(types.PhotoEmpty(post.id))
    return types.MessageActionChannelCreate(account.title)


def _entities(post: Post) -> list[Any] | None:
    """Return the links of a post. Telegram counts in UTF-16 units."""
    found: list[Any] = []
    for start, end, url in link_places(post.text, post.anchors):
        place, length, shown = _units(post.text[:start]), _units(post.text[start:end]), post.text[start:end]
        if (shown, url) in post.anchors:
            found.append(types.MessageEntityTextUrl(place, length, url))
        elif shown.startswith("@"):
            found.append(types.MessageEntityMention(place, length))
        else:
            found.append(types.MessageEntityUrl(place, length))
    return found or None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# Pages of messages ---------------------------------------------------------------------------------------------------

_PAGE = 100
"""Messages an answer has at most."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, newest first, and how many there are in all."""

    rows: list[_Row]
    count: int


class History:
    """Lists and cuts the messages of the world."""

    def __init__(self, state: State, peers: Peers) -> None:
        """Speak of `sandbox`'s world up to its moment."""
        self._state, self._peers = state, peers
        self._messages = Messages(state, peers)

    # Lists -------------------------------------------------------------------------------------------------------

    def rows(self, target: Target) -> list[_Row]:
        """Return all messages of a channel or a linked group, newest first."""
        listed = self._group(target.account) if target.linked else self._channel(target.account)
        return sorted(listed, key=lambda r: -r.id)

    def thread(self, target: Target, number: int) -> tuple[Post, list[_Row]]:
        """Return the post behind a message id and its comments, newest first. Raises `Failure` where there are none.

        In a channel the id is the post's, in a linked group its copy's.
        """
        account = target.account
        for post in account.posts_at(self._state.now):
            if number == (post.copy_id if target.linked else post.id) and _is_open(account, post):
                return post, self._said(post)
        raise Failure("MSG_ID_INVALID")

    def _said(self, post: Post) -> list[_Row]:
        rows = [_Row(c.id, c.at, post, c) for c in post.comments_at(self._state.now) if not c.deleted]
        return sorted(rows, key=lambda r: -r.id)

    def _channel(self, account: Account) -> Iterator[_Row]:
        for post in account.posts:
            if post.at <= self._state.now and (not post.lost or "mtproto_message_empty" in self._state.faults):
                yield from (_Row(post.id + n, post.at, post, part=n, lost=post.lost) for n in range(post.extra + 1))

    def _group(self, account: Account) -> Iterator[_Row]:
        for post in account.posts_at(self._state.now):
            if _is_open(account, post):
                yield _Row(post.copy_id, post.at, post, copy=True)
                yield from self._said(post)

    # Pages -------------------------------------------------------------------------------------------------------

    def page(self, rows: list[_Row], asked: Any) -> Page:
        """Cut a page by offset_id, add_offset and limit of a request."""
        place = 0
        if asked.offset_id:
            place = next((n for n, r in enumerate(rows) if r.id < asked.offset_id), len(rows))
        start, limit = place + asked.add_offset, min(max(asked.limit, 0), _PAGE)
        return Page(rows[max(start, 0) : max(start + limit, 0)], len(rows))

    def answer(self, target: Target, page: Page, login: Login) -> Any:
        """Write a page with every peer that it mentions."""
        messages = [self._messages.write(target, row) for row in page.rows]
        chats, users = self._company(target, page.rows, login)
        return types.messages.ChannelMessages(1, page.count, messages, [], chats, users)

    def _company(self, target: Target, rows: list[_Row], login: Login) -> tuple[list[Any], list[Any]]:
        account = target.account
        named = {target.number: self._peers.chat(target, login)}
        if target.linked or any(r.comment for r in rows):
            for one in (Target(account), Target(account, linked=True)):
                named[one.number] = self._peers.chat(one, login)
        for row in rows:
            author = row.comment.author if row.comment is not None else row.post.origin
            if author is not None and author.number not in named:
                named[author.number] = self._peers.entity(author, login)
        users = [e for e in named.values() if isinstance(e, types.User)]
        return [e for e in named.values() if not isinstance(e, types.User)], users
