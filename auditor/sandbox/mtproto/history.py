"""A channel's posts and a linked group's comments as Telegram's messages, cut into pages as asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from telethon.tl import patched, types

from auditor.sandbox.mtproto.keys import Login
from auditor.sandbox.mtproto.peers import Failure, Peers, Target
from auditor.sandbox.state import State
from auditor.sandbox.world.model import Account, Comment, Post, PostKind


@dataclass(frozen=True, slots=True)
class _Row:
    """One message before it is written: a post (or a part of its album), its copy in the group, a comment."""

    id: int
    post: Post
    comment: Comment | None = None
    part: int = 0
    copy: bool = False
    lost: bool = False


_PAGE = 100
"""Messages an answer has at most."""


class History:
    """Lists the messages of the world, cuts and writes them."""

    def __init__(self, state: State, peers: Peers) -> None:
        """Speak of the world up to its moment."""
        self._state, self._peers = state, peers

    # Lists -------------------------------------------------------------------------------------------------------

    def rows(self, target: Target) -> list[_Row]:
        """Return all messages of a channel or a linked group, newest first."""
        listed = self._group(target.account) if target.linked else self._channel(target.account)
        return sorted(listed, key=lambda r: -r.id)

    def thread(self, target: Target, number: int) -> list[_Row]:
        """Return the comments under the post behind a message id, newest first. Raises `Failure` where there is none.

        In a channel the id is the post's, in a linked group its copy's.
        """
        account = target.account
        for post in account.posts_at(self._state.now):
            if number == (post.copy_id if target.linked else post.id) and _is_open(account, post):
                return self._said(post)
        raise Failure("MSG_ID_INVALID")

    def _said(self, post: Post) -> list[_Row]:
        rows = [_Row(c.id, post, c) for c in post.comments_at(self._state.now) if not c.deleted]
        return sorted(rows, key=lambda r: -r.id)

    def _channel(self, account: Account) -> Iterator[_Row]:
        for post in account.posts:
            if post.at <= self._state.now and (not post.lost or "mtproto_message_empty" in self._state.faults):
                yield from (_Row(post.id + n, post, part=n, lost=post.lost) for n in range(post.extra + 1))

    def _group(self, account: Account) -> Iterator[_Row]:
        for post in account.posts_at(self._state.now):
            if _is_open(account, post):
                yield _Row(post.copy_id, post, copy=True)
                yield from self._said(post)

    # Pages -------------------------------------------------------------------------------------------------------

    def answer(self, target: Target, rows: list[_Row], asked: Any, login: Login) -> Any:
        """Write the page that offset_id, add_offset and limit of a request ask for, with every peer it mentions."""
        place = 0
        if asked.offset_id:
            place = next((n for n, r in enumerate(rows) if r.id < asked.offset_id), len(rows))
        start, limit = place + asked.add_offset, min(max(asked.limit, 0), _PAGE)
        page = rows[max(start, 0) : max(start + limit, 0)]
        chats, users = self._company(target, page, login)
        messages = [self._write(target, row) for row in page]
        return types.messages.ChannelMessages(1, len(rows), messages, [], chats, users)

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

    # Messages ----------------------------------------------------------------------------------------------------

    def _write(self, target: Target, row: _Row) -> Any:
        """Return one row as Telegram's message."""
        if row.lost:
            return patched.MessageEmpty(id=row.id, peer_id=types.PeerChannel(target.number))
        if row.comment is not None:
            return self._comment(target.account, row.post, row.comment)
        if row.copy:
            return self._copy(target.account, row.post)
        if row.post.kind is PostKind.SERVICE:
            return self._service(target.account, row.post)
        return self._post(target.account, row)

    def _post(self, account: Account, row: _Row) -> Any:
        post = row.post
        reply = types.MessageReplyHeader(reply_to_msg_id=post.replies_to.id) if post.replies_to is not None else None
        return patched.Message(
            id=row.id,
            peer_id=types.PeerChannel(account.number),
            date=post.at,
            message="" if row.part or post.media == "poll" else post.text,
            post=True,
            fwd_from=self._forwarded(post),
            reply_to=reply,
            replies=None if row.part else self._counted(account, post),
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
        )

    def _service(self, account: Account, post: Post) -> Any:
        born = post.text == "Channel created"
        return patched.MessageService(
            id=post.id,
            peer_id=types.PeerChannel(account.number),
            date=post.at,
            post=True,
            action=(types.MessageActionChannelCreate if born else types.MessageActionChatEditTitle)(account.title),
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
            from_id=types.PeerChannel(account.number),
            fwd_from=header,
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
        )


def _is_open(account: Account, post: Post) -> bool:
    """Tell whether a post has a thread: a copy in the linked group."""
    return account.group_name is not None and not post.closed and post.kind is not PostKind.SERVICE


def _album(account: Account, post: Post) -> int | None:
    return account.number * 10_000 + post.id if post.extra else None
