"""The world's accounts as Telegram's peers: channels, groups and users, with the access hashes they require."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon.tl import types

from auditor.sandbox.mtproto.auth_keys import SignedInAccount
from auditor.sandbox.state import SandboxState
from auditor.sandbox.world.model import CHANNELS_FROM, WorldAccount, WorldAuthor, matches

_CODE = 400
_SELF = 5_000_000_001
_JOINED = timedelta(days=3)
_LONG_AGO = datetime(2021, 6, 1, tzinfo=UTC)
"""When channels outside the world were created."""


class RpcError(Exception):
    """An rpc_error: its code and Telegram's word for it."""

    def __init__(self, word: str, code: int = _CODE) -> None:
        """Keep the error word and its code."""
        super().__init__(word)
        self.word, self.code = word, code


@dataclass(frozen=True, slots=True)
class RequestedPeer:
    """The peer of a request: a channel or group of the world, or a channel's linked group."""

    account: WorldAccount
    linked: bool = False

    @property
    def number(self) -> int:
        """Its bare id."""
        return self.account.group_number if self.linked else self.account.number


class Peers:
    """Makes Telegram's objects for the world's accounts and authors."""

    def __init__(self, state: SandboxState) -> None:
        """Show the world at the moment of `state`."""
        self._state = state

    # From a request to the world ---------------------------------------------------------------------------------

    def target(self, peer: Any, login: SignedInAccount) -> RequestedPeer:
        """Return the peer of an InputPeer or InputChannel. Raises `RpcError` for an unknown peer or a wrong hash."""
        number = getattr(peer, "channel_id", None)
        if number is None:
            raise RpcError("PEER_ID_INVALID")
        target = next((t for t in self._targets() if t.number == number), None)
        if target is None or getattr(peer, "access_hash", None) != self.hash(number, login):
            raise RpcError("CHANNEL_INVALID")
        return target

    def find_by_name(self, name: str) -> RequestedPeer | WorldAuthor | None:
        """Return the owner of a user name: an account, a linked group, the author of a comment, or None."""
        wanted = name.casefold()
        account = self._state.account("telegram", wanted, "mtproto")
        if account is not None and account.kind != "invite":
            return RequestedPeer(account)
        for target in self._targets():
            if target.linked and (self.group_name(target.account) or "").casefold() == wanted:
                return target
        pages = {target.number for target in self._targets()}  # their comments may still show former names
        authors = (a for a in self._authors() if a.id not in pages)
        return next((a for a in authors if (a.username or "").casefold() == wanted), None)

    def search(self, query: str) -> list[RequestedPeer]:
        """Return the channels, groups, people and bots that a search finds.

        The name begins with the query, or each word of the query begins a word of the title; names come first.
        """
        wanted = query.casefold().removeprefix("@")
        if not matches(query, query):  # no word to search for
            return []
        accounts = [a for a in self._state.visible_accounts("telegram") if a.kind != "invite"]
        by_name = [a for a in accounts if a.name.casefold().startswith(wanted)]
        by_title = [a for a in accounts if a not in by_name and matches(query, a.title)]
        return [RequestedPeer(account) for account in [*by_name, *by_title]]

    def _targets(self) -> Iterator[RequestedPeer]:
        for account in self._state.visible_accounts("telegram"):
            if account.kind in {"channel", "group"}:
                yield RequestedPeer(account)
                if account.group_name is not None:
                    yield RequestedPeer(account, linked=True)

    def _authors(self) -> Iterator[WorldAuthor]:
        for account in self._state.visible_accounts("telegram"):
            for post in account.posts:
                yield from (c.author for c in post.comments)
                if post.origin is not None:
                    yield post.origin

    # From the world to Telegram's objects ------------------------------------------------------------------------

    def hash(self, number: int, login: SignedInAccount) -> int:
        """Return the access hash of an id, valid for one sign-in."""
        digest = hmac.digest(login.secret, str(number).encode(), "sha256")
        return int.from_bytes(digest[:8], "little", signed=True)

    def group_name(self, account: WorldAccount) -> str | None:
        """Return the linked group's user name; None if it is private."""
        return None if self.group_closed(account) else account.group_name

    def group_closed(self, account: WorldAccount) -> bool:
        """Return whether the linked group is private."""
        faults = self._state.faults
        return "mtproto_group_private" in faults or f"mtproto_group_private:{account.name.lower()}" in faults

    def chat(self, target: RequestedPeer, login: SignedInAccount) -> Any:
        """Return a channel or group as a non-member sees it, or as a member for `telegram_member_of`."""
        account, name = target.account, target.account.name.lower()
        member = name in self._state.telegram_member_of and not target.linked
        restricted = not target.linked and "restricted" in self._state.telegram_flags.get(name, ())
        broadcast = account.kind == "channel" and not target.linked
        return types.Channel(
            target.number,
            account.group_identity.name if target.linked else account.title,
            types.ChatPhotoEmpty(),
            self._state.now - _JOINED if member else account.opened,
            left=None if member else True,
            broadcast=broadcast or None,
            megagroup=None if broadcast else True,
            verified=(account.verified and not target.linked) or None,
            restricted=restricted or None,
            restriction_reason=[types.RestrictionReason("all", "terms", "synthetic")] if restricted else None,
            access_hash=self.hash(target.number, login),
            username=self.group_name(account) if target.linked else account.name,
        )

    def peer(self, author: WorldAuthor) -> Any:
        """Return the peer of a message's author."""
        return types.PeerChannel(author.id) if self._is_channel(author) else types.PeerUser(author.id)

    def entity(self, author: WorldAuthor, login: SignedInAccount) -> Any:
        """Return the entity of an author as it accompanies the messages."""
        for target in self._targets():
            if target.number == author.id:
                return self.chat(target, login)
        if self._is_channel(author):
            return types.Channel(
                author.id,
                author.name,
                types.ChatPhotoEmpty(),
                _LONG_AGO,
                left=True,
                broadcast=True,
                access_hash=self.hash(author.id, login),
                username=author.username,
            )
        return self.user(author, login)

    def user(self, author: WorldAuthor, login: SignedInAccount, *, bot: bool = False) -> Any:
        """Return a person or a bot."""
        return types.User(
            author.id,
            access_hash=self.hash(author.id, login),
            first_name=author.name,
            username=author.username,
            bot=bot or None,
            bot_info_version=1 if bot else None,
        )

    def me(self, login: SignedInAccount) -> Any:
        """Return the signed-in account."""
        return types.User(
            _SELF,
            is_self=True,
            access_hash=self.hash(_SELF, login),
            first_name="Имярек Проверяющий",
            phone=self._state.telegram_phone.removeprefix("+"),
        )

    def _is_channel(self, author: WorldAuthor) -> bool:
        return author.community or author.id >= CHANNELS_FROM
