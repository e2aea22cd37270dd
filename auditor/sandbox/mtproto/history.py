"""Messages: a channel's posts, and a linked group's copies of them with the comments, cut into pages as asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from telethon.tl import types

from auditor.sandbox.model import Account, Author, Post
from auditor.sandbox.mtproto.crypt import Login
from auditor.sandbox.mtproto.messages import STRANGER, Messages, Row, is_open
from auditor.sandbox.mtproto.peers import Failure, Peers, Target

if TYPE_CHECKING:
    from auditor.sandbox.server import Sandbox

PAGE = 100
"""Messages an answer has at most."""
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, newest first, and how many there are in all."""

    rows: list[Row]
    count: int


class History:
    """Lists and cuts the messages of the world."""

    def __init__(self, sandbox: "Sandbox", peers: Peers) -> None:
        """Speak of `sandbox`'s world up to its moment."""
        self._sandbox, self._peers = sandbox, peers
        self._messages = Messages(sandbox, peers)

    # Lists -------------------------------------------------------------------------------------------------------

    def rows(self, target: Target) -> list[Row]:
        """Return everything that stands in a channel or in a linked group, newest first."""
        listed = [*(self._group(target.account) if target.linked else self._channel(target.account))]
        if target.linked and "mtproto_group_chatter" in self._sandbox.faults:
            listed += _chatter(listed)
        return sorted(listed, key=lambda r: -r.id)

    def thread(self, target: Target, number: int) -> tuple[Post, list[Row]]:
        """Return the post behind a message id and its comments, newest first. Raises `Failure` where there are none.

        In a channel the id is the post's, in a linked group its copy's.
        """
        account, now = target.account, self._sandbox.now
        for post in account.posts_at(now):
            if number == (post.copy_id if target.linked else post.id) and is_open(account, post):
                rows = [Row(c.id, c.at, post, c) for c in post.comments_at(now) if not c.deleted]
                return post, sorted(rows, key=lambda r: -r.id)
        raise Failure("MSG_ID_INVALID")

    def _channel(self, account: Account) -> Iterator[Row]:
        for post in account.posts:
            if post.at <= self._sandbox.now and (not post.lost or "mtproto_message_empty" in self._sandbox.faults):
                yield from (Row(post.id + n, post.at, post, part=n, lost=post.lost) for n in range(post.extra + 1))

    def _group(self, account: Account) -> Iterator[Row]:
        for post in account.posts_at(self._sandbox.now):
            if is_open(account, post):
                yield Row(post.copy_id, post.at, post, copy=True)
                yield from self.thread(Target(account), post.id)[1]

    # Pages -------------------------------------------------------------------------------------------------------

    def page(self, rows: list[Row], asked: Any) -> Page:
        """Cut a page by offset_id, offset_date, add_offset, limit, max_id and min_id of a request."""
        place = 0
        if asked.offset_id:
            place = next((n for n, r in enumerate(rows) if r.id < asked.offset_id), len(rows))
        elif asked.offset_date is not None and asked.offset_date > _EPOCH:
            place = next((n for n, r in enumerate(rows) if r.at < asked.offset_date), len(rows))
        start, limit = place + asked.add_offset, min(max(asked.limit, 0), PAGE)
        cut = rows[max(start, 0) : max(start + limit, 0)]
        kept = [r for r in cut if (not asked.max_id or r.id < asked.max_id) and r.id > asked.min_id]
        return Page(kept, len(rows))

    def answer(self, target: Target, page: Page, login: Login) -> Any:
        """Write a page with every peer that it speaks of."""
        messages = [self._messages.write(target, row) for row in page.rows]
        chats, users = self._company(target, page.rows, login)
        return types.messages.ChannelMessages(1, page.count, messages, [], chats, users)

    def _company(self, target: Target, rows: list[Row], login: Login) -> tuple[list[Any], list[Any]]:
        account = target.account
        named = {target.number: self._peers.chat(target, login)}
        if target.linked or any(r.comment for r in rows):
            for one in (Target(account), Target(account, linked=True)):
                named[one.number] = self._peers.chat(one, login)
        for row in rows:
            author = row.comment.author if row.comment is not None else row.post.origin
            author = Author(STRANGER, "Имярек Посторонний") if row.chatter else author
            if author is not None and author.number not in named:
                named[author.number] = self._peers.entity(author, login)
        users = [e for e in named.values() if isinstance(e, types.User)]
        return [e for e in named.values() if not isinstance(e, types.User)], users

    def company(self, target: Target, login: Login) -> tuple[list[Any], list[Any]]:
        """Return the channel and its linked group, as they come along with a thread."""
        pair = (Target(target.account), Target(target.account, linked=True))
        return [self._peers.chat(one, login) for one in pair], []


def _chatter(rows: list[Row]) -> Iterator[Row]:
    """Fill the numbers that the world leaves free."""
    line, said = sorted(rows, key=lambda r: r.id), 0
    for before, after in pairwise(line):
        for number in range(before.id + 1, after.id):
            yield Row(number, before.at, before.post, chatter=True, part=said)
            said = number
