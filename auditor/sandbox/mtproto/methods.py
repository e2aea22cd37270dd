"""What each method answers, and the named faults that answer in its place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from auditor.sandbox.mtproto.history import History, Messages, Page
from auditor.sandbox.mtproto.keys import Key, Login
from auditor.sandbox.mtproto.login import SignIn
from auditor.sandbox.mtproto.peers import Failure, Peers, Target
from auditor.sandbox.state import State
from auditor.sandbox.world.model import Account, Author

_SHORT_WAIT, _LONG_WAIT = 1, 36_468
_READING = ("contacts.", "channels.", "messages.")
_AT_MOST_IDS = 100
_CREATOR = Author(400_000_019, "Имярек Создатель")
"""Who made each linked group, and never writes in it."""


def method_name(request: Any) -> str:
    """Return a method as Telegram's documents write it: ``messages.getHistory``."""
    words, space = type(request).__name__.removesuffix("Request"), type(request).__module__.rsplit(".", 1)[1]
    word = words[0].lower() + words[1:]
    return word if space == "functions" else f"{space}.{word}"


class Methods:
    """Answers the methods of one data centre."""

    def __init__(self, state: State, dcs: dict[int, int], dc: int, other: int) -> None:
        """Serve the world of `state`; `dcs` gives the port of each data centre, filled before the first question."""
        self._state, self._dcs, self._dc = state, dcs, dc
        self._peers = Peers(state)
        self._history = History(state, self._peers)
        self._messages = Messages(state, self._peers)
        door = SignIn(state, self._peers, dc, other)
        auth, account = functions.auth, functions.account
        self._open: dict[type, Callable[[Any, Key], Any]] = {
            functions.help.GetConfigRequest: lambda _r, _k: self._config(),
            auth.SendCodeRequest: door.send_code,
            auth.SignInRequest: door.sign_in,
            account.GetPasswordRequest: lambda _, key: door.password(key),
            auth.CheckPasswordRequest: door.check_password,
        }
        self._closed: dict[type, Callable[[Any, Key], Any]] = {
            auth.LogOutRequest: lambda _, key: door.log_out(key),
            account.GetAuthorizationsRequest: lambda _, key: door.authorizations(key),
            functions.updates.GetStateRequest: lambda _r, _k: types.updates.State(1, 0, state.now, 1, 0),
            functions.updates.GetDifferenceRequest: lambda _r, _k: types.updates.DifferenceEmpty(state.now, 1),
        }
        channels, messages = functions.channels, functions.messages
        self._reading: dict[type, Callable[[Any, Login], Any]] = {
            functions.users.GetUsersRequest: self._users,
            functions.contacts.ResolveUsernameRequest: self._resolve,
            functions.contacts.SearchRequest: self._found,
            channels.GetChannelsRequest: self._channels,
            channels.GetFullChannelRequest: self._full,
            channels.GetMessagesRequest: self._by_number,
            channels.GetParticipantsRequest: self._administrators,
            messages.GetHistoryRequest: self._page,
            messages.GetRepliesRequest: self._replies,
            messages.GetDiscussionMessageRequest: self._discussion,
        }

    def call(self, request: Any, key: Key) -> Any:
        """Answer one method. Raises `Failure` for Telegram's rpc_error."""
        kind, name = type(request), method_name(request)
        self._stopped(name)
        if kind in self._open:
            return self._open[kind](request, key)
        self._refused(name)
        if key.login is None:
            raise Failure("AUTH_KEY_UNREGISTERED", 401)
        if kind in self._closed:
            return self._closed[kind](request, key)
        if kind not in self._reading:
            raise Failure("METHOD_NOT_FOUND_IN_SANDBOX")
        self._hindered(request, name)
        return self._reading[kind](request, key.login)

    # Faults ------------------------------------------------------------------------------------------------------

    def _refused(self, name: str) -> None:
        """Turn away an account that may do nothing any more."""
        if self._on("mtproto_auth_key_unregistered", name):
            raise Failure("AUTH_KEY_UNREGISTERED", 401)
        if self._on("mtproto_user_banned", name):
            raise Failure("USER_DEACTIVATED_BAN", 401)

    def _stopped(self, name: str) -> None:
        """Answer with the faults that are meant for one method."""
        faults = self._state.faults
        if f"mtproto_rpc_500:{name}" in faults:
            raise Failure("RPC_CALL_FAIL", 500)
        if f"mtproto_flood_long:{name}" in faults:
            raise Failure(f"FLOOD_WAIT_{_LONG_WAIT}", 420)
        if faults.spend(f"mtproto_flood_short:{name}", 1):
            raise Failure(f"FLOOD_WAIT_{_SHORT_WAIT}", 420)

    def _hindered(self, request: Any, name: str) -> None:
        faults = self._state.faults
        if not name.startswith(_READING):
            return
        if "mtproto_rpc_500" in faults or faults.spend("mtproto_rpc_500_once", 1):
            raise Failure("RPC_CALL_FAIL", 500)
        if faults.spend("mtproto_flood_short", 1):
            raise Failure(f"FLOOD_WAIT_{_SHORT_WAIT}", 420)
        if "mtproto_flood_long" in faults:
            raise Failure(f"FLOOD_WAIT_{_LONG_WAIT}", 420)
        threads = isinstance(
            request, functions.messages.GetRepliesRequest | functions.messages.GetDiscussionMessageRequest
        )
        if threads and self._on("mtproto_msg_id_invalid", name):
            raise Failure("MSG_ID_INVALID")

    def _on(self, fault: str, about: str) -> bool:
        return fault in self._state.faults or f"{fault}:{about}" in self._state.faults

    def _target(self, peer: Any, login: Login) -> Target:
        target = self._peers.target(peer, login)
        closed = self._peers.group_closed(target.account) if target.linked else False
        if closed or self._on("mtproto_channel_private", target.account.name.lower()):
            raise Failure("CHANNEL_PRIVATE")
        return target

    # Answers -----------------------------------------------------------------------------------------------------

    def _config(self) -> Any:
        now = self._state.now
        options = [types.DcOption(dc, "127.0.0.1", port, this_port_only=True) for dc, port in self._dcs.items()]
        return types.Config(
            now, now + timedelta(hours=1), True, self._dc, options, "", 200, 200_000, 100, 210_000, 5000, 30_000,
            300_000, 30_000, 1500, 60_000, 2, 172_800, 172_800, 172_800, 2419200, 200, 604_800, 20_000, 90_000, 30_000,
            10_000, "https://t.me/", 1024, 4096, self._dc,
        )  # fmt: skip

    def _users(self, request: Any, login: Login) -> Any:
        return [self._user(one, login) for one in request.id]

    def _user(self, asked: Any, login: Login) -> Any:
        """Answer about oneself, or about a person or a bot of the world whose hash this sign-in was given."""
        if isinstance(asked, types.InputUserSelf):
            return self._peers.me(login)
        account = self._person(asked, login)
        return self._peers.user(account.identity, login, bot=account.kind == "bot")

    def _person(self, asked: Any, login: Login) -> Account:
        number = getattr(asked, "user_id", None)
        people = (a for a in self._state.shown("telegram") if a.kind in {"user", "bot"})
        account = next((a for a in people if a.number == number), None)
        if account is None or getattr(asked, "access_hash", None) != self._peers.hash(account.number, login):
            raise Failure("USER_ID_INVALID")
        return account

    def _resolve(self, request: Any, login: Login) -> Any:
        found = self._peers.named(request.username)
        if found is None:
            raise Failure("USERNAME_NOT_OCCUPIED")
        if isinstance(found, Target) and found.account.kind in {"user", "bot"}:
            author = found.account.identity
            user = self._peers.user(author, login, bot=found.account.kind == "bot")
            return types.contacts.ResolvedPeer(types.PeerUser(author.number), [], [user])
        if isinstance(found, Target):
            return types.contacts.ResolvedPeer(types.PeerChannel(found.number), [self._peers.chat(found, login)], [])
        return self._resolved_author(found, login)

    def _resolved_author(self, author: Author, login: Login) -> Any:
        peer, entity = self._peers.peer(author), self._peers.entity(author, login)
        user = isinstance(entity, types.User)
        return types.contacts.ResolvedPeer(peer, [] if user else [entity], [entity] if user else [])

    def _found(self, request: Any, login: Login) -> Any:
        if not request.q.strip():
            raise Failure("SEARCH_QUERY_EMPTY")
        targets = self._peers.search(request.q)[: max(request.limit, 0)]
        people = [t.account for t in targets if t.account.kind in {"user", "bot"}]
        chats = [t for t in targets if t.account not in people]
        peers = [types.PeerUser(t.number) if t.account in people else types.PeerChannel(t.number) for t in targets]
        users = [self._peers.user(a.identity, login, bot=a.kind == "bot") for a in people]
        return types.contacts.Found([], peers, [self._peers.chat(t, login) for t in chats], users)

    def _channels(self, request: Any, login: Login) -> Any:
        return types.messages.Chats([self._peers.chat(self._target(one, login), login) for one in request.id])

    def _full(self, request: Any, login: Login) -> Any:
        target = self._target(request.channel, login)
        account = target.account
        group = account.group_number if account.group_name is not None else None
        full = types.ChannelFull(
            target.number,
            "" if target.linked else account.description,
            0,
            0,
            0,
            types.PhotoEmpty(0),
            types.PeerNotifySettings(),
            [],
            1,
            participants_count=account.subscribers // 3 if target.linked else account.subscribers,
            linked_chat_id=account.number if target.linked else group,
            pinned_msg_id=next((p.id for p in account.posts if p.pinned), None),
        )
        chats = [self._peers.chat(target, login)]
        if group is not None:
            chats.append(self._peers.chat(Target(account, linked=not target.linked), login))
        return types.messages.ChatFull(full, chats, [])

    def _administrators(self, request: Any, login: Login) -> Any:
        """Name a linked group's administrators, as Telegram does where the group does not hide them."""
        target = self._target(request.channel, login)
        account = target.account
        if not target.linked or (account.administrators and not account.names_administrators):
            raise Failure("CHAT_ADMIN_REQUIRED")
        people = [_CREATOR, *account.administrators]
        rights, users = types.ChatAdminRights(), [self._peers.user(one, login) for one in people]
        rows = [types.ChannelParticipantAdmin(one.number, 0, self._state.now, rights) for one in people]
        return types.channels.ChannelParticipants(len(rows), rows, [], users)

    def _by_number(self, request: Any, login: Login) -> Any:
        target = self._target(request.channel, login)
        rows = {r.id: r for r in self._history.rows(target)}
        numbers = [getattr(one, "id", 0) for one in request.id][:_AT_MOST_IDS]
        answer = self._history.answer(target, Page([rows[n] for n in numbers if n in rows], len(numbers)), login)
        written = {m.id: m for m in answer.messages}
        answer.messages = [written.get(n) or self._messages.empty(target, n) for n in numbers]
        return answer

    def _page(self, request: Any, login: Login) -> Any:
        target = self._target(request.peer, login)
        return self._history.answer(target, self._history.page(self._history.rows(target), request), login)

    def _replies(self, request: Any, login: Login) -> Any:
        target = self._target(request.peer, login)
        _, rows = self._history.thread(target, request.msg_id)
        group = Target(target.account, linked=True)
        return self._history.answer(group, self._history.page(rows, request), login)

    def _discussion(self, request: Any, login: Login) -> Any:
        target = self._target(request.peer, login)
        post, rows = self._history.thread(target, request.msg_id)
        group = Target(target.account, linked=True)
        root = next(r for r in self._history.rows(group) if r.copy and r.post is post)
        chats, users = self._history.company(target, login)
        latest = rows[0].id if rows else None
        message = self._messages.write(group, root)
        return types.messages.DiscussionMessage([message], 0, chats, users, max_id=latest)
