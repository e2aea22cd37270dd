"""A channel's posts and a linked group's comments as Telegram's messages, in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from telethon.tl import patched, types

from auditor.sandbox.mtproto.auth_keys import SignedInAccount
from auditor.sandbox.mtproto.peers import Peers, RequestedPeer, RpcError
from auditor.sandbox.state import SandboxState
from auditor.sandbox.world.model import PostKind, WorldAccount, WorldComment, WorldPost


@dataclass(frozen=True, slots=True)
class _MessageRow:
    """One message of a list: a post (or a part of its album), its copy in the group, or a comment."""

    id: int
    post: WorldPost
    comment: WorldComment | None = None
    part: int = 0
    copy: bool = False
    lost: bool = False


_PAGE = 100
"""Messages in a response, at most."""


class MessageLists:
    """Lists the messages of the world and writes pages of them."""

    def __init__(self, state: SandboxState, peers: Peers) -> None:
        """Show the world up to the moment of `state`."""
        self._state, self._peers = state, peers

    # Lists -------------------------------------------------------------------------------------------------------

    def rows(self, target: RequestedPeer) -> list[_MessageRow]:
        """Return all messages of a channel or a linked group, newest first."""
        messages = self._group(target.account) if target.linked else self._channel(target.account)
        return sorted(messages, key=lambda r: -r.id)

    def thread(self, target: RequestedPeer, number: int) -> list[_MessageRow]:
        """Return the comments under the post behind a message id, newest first. Raises `RpcError` if there is none.

        In a channel the id is that of the post, in a linked group that of its copy.
        """
        account = target.account
        for post in account.posts_at(self._state.now):
            if number == (post.copy_id if target.linked else post.id) and _is_open(account, post):
                return self._comments(post)
        raise RpcError("MSG_ID_INVALID")

    def _comments(self, post: WorldPost) -> list[_MessageRow]:
        rows = [_MessageRow(c.id, post, c) for c in post.comments_at(self._state.now) if not c.deleted]
        return sorted(rows, key=lambda r: -r.id)

    def _channel(self, account: WorldAccount) -> Iterator[_MessageRow]:
        for post in account.posts:
            if post.at <= self._state.now and (not post.lost or "mtproto_message_empty" in self._state.faults):
                yield from (_MessageRow(post.id + n, post, part=n, lost=post.lost) for n in range(post.extra + 1))

    def _group(self, account: WorldAccount) -> Iterator[_MessageRow]:
        for post in account.posts_at(self._state.now):
            if _is_open(account, post):
                yield _MessageRow(post.copy_id, post, copy=True)
                yield from self._comments(post)

    # Pages -------------------------------------------------------------------------------------------------------

    def answer(self, target: RequestedPeer, rows: list[_MessageRow], request: Any, login: SignedInAccount) -> Any:
        """Return the page selected by offset_id, add_offset and limit of a request, with every peer it mentions."""
        index = 0
        if request.offset_id:
            index = next((n for n, r in enumerate(rows) if r.id < request.offset_id), len(rows))
        start, limit = index + request.add_offset, min(max(request.limit, 0), _PAGE)
        page = rows[max(start, 0) : max(start + limit, 0)]
        chats, users = self._mentioned_peers(target, page, login)
        messages = [self._write(target, row) for row in page]
        return types.messages.ChannelMessages(1, len(rows), messages, [], chats, users)

    def _mentioned_peers(
        self, target: RequestedPeer, rows: list[_MessageRow], login: SignedInAccount
    ) -> tuple[list[Any], list[Any]]:
        account = target.account
        peers_by_id = {target.number: self._peers.chat(target, login)}
        if target.linked or any(r.comment for r in rows):
            for peer in (RequestedPeer(account), RequestedPeer(account, linked=True)):
                peers_by_id[peer.number] = self._peers.chat(peer, login)
        for row in rows:
            author = row.comment.author if row.comment is not None else row.post.origin
            if author is not None and author.id not in peers_by_id:
                peers_by_id[author.id] = self._peers.entity(author, login)
        users = [e for e in peers_by_id.values() if isinstance(e, types.User)]
        return [e for e in peers_by_id.values() if not isinstance(e, types.User)], users

    # Messages ----------------------------------------------------------------------------------------------------

    def _write(self, target: RequestedPeer, row: _MessageRow) -> Any:
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

    def _post(self, account: WorldAccount, row: _MessageRow) -> Any:
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
            replies=None if row.part else self._reply_count(account, post),
            post_author=post.signature or None,
            grouped_id=_album(account, post),
            media=_photo(row) if post.media in {"photo", "album"} else None,
        )

    def _forwarded(self, post: WorldPost) -> Any:
        if post.kind is not PostKind.REPOST:
            return None
        if post.origin is None:
            return types.MessageFwdHeader(post.at, from_name="Имярек скрытый")
        return types.MessageFwdHeader(post.at, from_id=self._peers.peer(post.origin), channel_post=1)

    def _reply_count(self, account: WorldAccount, post: WorldPost) -> Any:
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

    def _service(self, account: WorldAccount, post: WorldPost) -> Any:
        is_creation = post.text == "Channel created"
        return patched.MessageService(
            id=post.id,
            peer_id=types.PeerChannel(account.number),
            date=post.at,
            post=True,
            action=(types.MessageActionChannelCreate if is_creation else types.MessageActionChatEditTitle)(
                account.title
            ),
        )

    def _copy(self, account: WorldAccount, post: WorldPost) -> Any:
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

    def _comment(self, account: WorldAccount, post: WorldPost, comment: WorldComment) -> Any:
        nested = comment.answers is not None
        anonymous = comment.author.id == account.group_number
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


def _is_open(account: WorldAccount, post: WorldPost) -> bool:
    """Return whether a post has a thread: a copy in the linked group."""
    return account.group_name is not None and not post.closed and post.kind is not PostKind.SERVICE


def _album(account: WorldAccount, post: WorldPost) -> int | None:
    return account.number * 10_000 + post.id if post.extra else None


def _photo(row: _MessageRow) -> Any:
    return types.MessageMediaPhoto(photo=types.PhotoEmpty(id=row.id))
