"""The response of each method, and the faults that replace it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from auditor.sandbox.mtproto.auth import SignIn
from auditor.sandbox.mtproto.auth_keys import SandboxKey, SignedInAccount
from auditor.sandbox.mtproto.message_lists import MessageLists
from auditor.sandbox.mtproto.peers import Peers, RequestedPeer, RpcError
from auditor.sandbox.state import SandboxState
from auditor.sandbox.world.model import WorldAuthor

_READING = ("contacts.", "channels.", "messages.")
_REFUSALS = {
    "mtproto_auth_key_unregistered": ("AUTH_KEY_UNREGISTERED", 401),
    "mtproto_user_banned": ("USER_DEACTIVATED_BAN", 401),
    "mtproto_rpc_500": ("RPC_CALL_FAIL", 500),
    "mtproto_rpc_500_once": ("RPC_CALL_FAIL", 500),
    "mtproto_flood_short": ("FLOOD_WAIT_1", 420),
    "mtproto_flood_long": ("FLOOD_WAIT_36468", 420),
}
"""The errors of faults. Those of 401 affect every method but signing in, the others the methods that read."""
_CREATOR = WorldAuthor(400_000_019, "Имярек Создатель")
"""The creator of each linked group, who never writes in it."""


def method_name(request: Any) -> str:
    """Return a method as Telegram's documents write it: ``messages.getHistory``."""
    words, space = type(request).__name__.removesuffix("Request"), type(request).__module__.rsplit(".", 1)[1]
    word = words[0].lower() + words[1:]
    return word if space == "functions" else f"{space}.{word}"


class Methods:
    """Responds to the methods."""

    def __init__(self, state: SandboxState, dc: int, port: int) -> None:
        """Serve the world of `state` as the data centre `dc` on `port`."""
        self._state, self._dc, self._port = state, dc, port
        self._peers = Peers(state)
        self._history = MessageLists(state, self._peers)
        sign_in = SignIn(state, self._peers)
        auth, account = functions.auth, functions.account
        self._open: dict[type, Callable[[Any, SandboxKey], Any]] = {
            functions.help.GetConfigRequest: lambda _r, _k: self._config(),
            auth.SendCodeRequest: sign_in.send_code,
            auth.SignInRequest: sign_in.sign_in,
            account.GetPasswordRequest: lambda _, key: sign_in.password(key),
            auth.CheckPasswordRequest: sign_in.check_password,
        }
        self._closed: dict[type, Callable[[Any, SandboxKey], Any]] = {
            auth.LogOutRequest: lambda _, key: sign_in.log_out(key),
            account.GetAuthorizationsRequest: lambda _, key: sign_in.authorizations(key),
            # Telethon calls these by itself once it is signed in.
            functions.updates.GetStateRequest: lambda _r, _k: types.updates.State(1, 0, state.now, 1, 0),
            functions.updates.GetDifferenceRequest: lambda _r, _k: types.updates.DifferenceEmpty(state.now, 1),
        }
        channels, messages = functions.channels, functions.messages
        self._reading: dict[type, Callable[[Any, SignedInAccount], Any]] = {
            functions.users.GetUsersRequest: self._users,
            functions.contacts.ResolveUsernameRequest: self._resolve,
            functions.contacts.SearchRequest: self._search,
            channels.GetChannelsRequest: self._channels,
            channels.GetFullChannelRequest: self._full,
            channels.GetParticipantsRequest: self._administrators,
            messages.GetHistoryRequest: self._page,
            messages.GetRepliesRequest: self._replies,
        }

    def call(self, request: Any, key: SandboxKey) -> Any:
        """Respond to one method. Raises `RpcError` for Telegram's rpc_error."""
        kind, name = type(request), method_name(request)
        self._refuse(name, before_sign_in=kind in self._open)
        if kind in self._open:
            return self._open[kind](request, key)
        if key.login is None:
            raise RpcError("AUTH_KEY_UNREGISTERED", 401)
        if kind in self._closed:
            return self._closed[kind](request, key)
        if kind not in self._reading:
            raise RpcError("METHOD_NOT_FOUND_IN_SANDBOX")
        return self._reading[kind](request, key.login)

    # Faults ------------------------------------------------------------------------------------------------------

    def _refuse(self, name: str, *, before_sign_in: bool) -> None:
        """Raise the error of a fault that is on, for this method or for all."""
        faults = self._state.faults
        for fault, (word, code) in _REFUSALS.items():
            to_every_method = not before_sign_in if code == 401 else name.startswith(_READING)
            for switch in (f"{fault}:{name}", fault) if to_every_method else (f"{fault}:{name}",):
                if faults.spend(switch, 1) if fault.endswith(("_once", "_short")) else switch in faults:
                    raise RpcError(word, code)

    def _on(self, fault: str, about: str) -> bool:
        return fault in self._state.faults or f"{fault}:{about}" in self._state.faults

    def _target(self, peer: Any, login: SignedInAccount) -> RequestedPeer:
        target = self._peers.target(peer, login)
        closed = self._peers.group_closed(target.account) if target.linked else False
        if closed or self._on("mtproto_channel_private", target.account.name.lower()):
            raise RpcError("CHANNEL_PRIVATE")
        return target

    # Answers -----------------------------------------------------------------------------------------------------

    def _config(self) -> Any:
        now = self._state.now
        options = [types.DcOption(self._dc, "127.0.0.1", self._port, this_port_only=True)]
        return types.Config(
            now, now + timedelta(hours=1), True, self._dc, options, "", 200, 200_000, 100, 210_000, 5000, 30_000,
            300_000, 30_000, 1500, 60_000, 2, 172_800, 172_800, 172_800, 2419200, 200, 604_800, 20_000, 90_000, 30_000,
            10_000, "https://t.me/", 1024, 4096, self._dc,
        )  # fmt: skip

    def _users(self, request: Any, login: SignedInAccount) -> Any:
        return [self._user(peer, login) for peer in request.id]

    def _user(self, peer: Any, login: SignedInAccount) -> Any:
        """Return the signed-in account, or a person or bot of the world whose access hash this sign-in was given."""
        if isinstance(peer, types.InputUserSelf):
            return self._peers.me(login)
        number = getattr(peer, "user_id", None)
        people = (a for a in self._state.visible_accounts("telegram") if a.kind in {"user", "bot"})
        account = next((a for a in people if a.number == number), None)
        if account is None or getattr(peer, "access_hash", None) != self._peers.hash(account.number, login):
            raise RpcError("USER_ID_INVALID")
        return self._peers.user(account.identity, login, bot=account.kind == "bot")

    def _resolve(self, request: Any, login: SignedInAccount) -> Any:
        peer = self._peers.find_by_name(request.username)
        if peer is None:
            raise RpcError("USERNAME_NOT_OCCUPIED")
        if isinstance(peer, WorldAuthor):
            entity = self._peers.entity(peer, login)
        elif peer.account.kind in {"user", "bot"}:
            entity = self._peers.user(peer.account.identity, login, bot=peer.account.kind == "bot")
        else:
            entity = self._peers.chat(peer, login)
        if isinstance(entity, types.User):
            return types.contacts.ResolvedPeer(types.PeerUser(entity.id), [], [entity])
        return types.contacts.ResolvedPeer(types.PeerChannel(entity.id), [entity], [])

    def _search(self, request: Any, login: SignedInAccount) -> Any:
        if not request.q.strip():
            raise RpcError("SEARCH_QUERY_EMPTY")
        targets = self._peers.search(request.q)[: max(request.limit, 0)]
        people = [t.account for t in targets if t.account.kind in {"user", "bot"}]
        chats = [t for t in targets if t.account not in people]
        peers = [types.PeerUser(t.number) if t.account in people else types.PeerChannel(t.number) for t in targets]
        users = [self._peers.user(a.identity, login, bot=a.kind == "bot") for a in people]
        return types.contacts.Found([], peers, [self._peers.chat(t, login) for t in chats], users)

    def _channels(self, request: Any, login: SignedInAccount) -> Any:
        return types.messages.Chats([self._peers.chat(self._target(peer, login), login) for peer in request.id])

    def _full(self, request: Any, login: SignedInAccount) -> Any:
        target = self._target(request.channel, login)
        account = target.account
        group = account.group_number if account.group_name is not None else None
        nothing: tuple[Any, ...] = (0, 0, 0, types.PhotoEmpty(0), types.PeerNotifySettings(), [], 1)
        full = types.ChannelFull(
            target.number,
            "" if target.linked else account.description,
            *nothing,
            participants_count=account.subscribers // 3 if target.linked else account.subscribers,
            linked_chat_id=account.number if target.linked else group,
        )
        chats = [self._peers.chat(target, login)]
        if group is not None:
            chats.append(self._peers.chat(RequestedPeer(account, linked=not target.linked), login))
        return types.messages.ChatFull(full, chats, [])

    def _administrators(self, request: Any, login: SignedInAccount) -> Any:
        """Return a linked group's administrators, as Telegram does unless the group hides them."""
        target = self._target(request.channel, login)
        account = target.account
        if not target.linked or (account.administrators and not account.names_administrators):
            raise RpcError("CHAT_ADMIN_REQUIRED")
        people = [_CREATOR, *account.administrators]
        rights, users = types.ChatAdminRights(), [self._peers.user(person, login) for person in people]
        rows = [types.ChannelParticipantAdmin(person.id, 0, self._state.now, rights) for person in people]
        return types.channels.ChannelParticipants(len(rows), rows, [], users)

    def _page(self, request: Any, login: SignedInAccount) -> Any:
        target = self._target(request.peer, login)
        return self._history.answer(target, self._history.rows(target), request, login)

    def _replies(self, request: Any, login: SignedInAccount) -> Any:
        target = self._target(request.peer, login)
        rows = self._history.thread(target, request.msg_id)
        return self._history.answer(RequestedPeer(target.account, linked=True), rows, request, login)
