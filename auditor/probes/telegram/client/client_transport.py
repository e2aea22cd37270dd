"""The signed-in client as a way to Telegram: a call names a method, a reply is what came, as JSON.

Whom this sign-in has met it knows by number and access hash, which are good in this sign-in only (telegram.md 5). A
call names a channel by its name or number; its hash is put in here, and is part of no call, record or log.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditor.base.snapshot import Cause
from auditor.probes.driver import Driver, Limits, Response
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.target import CallCount, Clock, FloodWait, LoginState, Peer
from auditor.probes.telegram.client.client_account import ClientAccount
from auditor.probes.telegram.client.minimise_tl import has_hash
from auditor.probes.telegram.client.rpc_errors import FREE, STALE, ConnectionLost, RpcRefused, to_failure

if TYPE_CHECKING:
    from auditor.probes.telegram.client.telethon_connection import TelethonConnection

RESOLVE = "contacts.resolveUsername"
"""The look-up of a name: sixteen in seven minutes froze it for ten hours (telegram.md 5)."""
_RESOLVES_APART = 75.0
"""Seconds: eight in ten minutes."""
_RESOLVES_A_DAY = 100
"""Half of what a developer of Telegram's own library once named."""
_PATIENCE = 1800.0
"""Seconds that a run waits for its turn or a short flood wait, at most."""
_ANSWER = 60.0
_DAY = timedelta(days=1)
_WHO = {RESOLVE, "channels.getFullChannel", "channels.getChannels", "users.getUsers"}
_ANSWERS = STALE | {FREE}
"""Words that answer the question who somebody is: nobody."""


class ClientTransport:
    """Telegram as an account that is signed in. Without an account everything is `no_credentials`."""

    def __init__(
        self,
        account: ClientAccount | None,
        login: LoginState | None,
        clock: Clock,
        wire: "TelethonConnection | None" = None,
    ) -> None:
        """Take what an earlier run of the same sign-in remembers; another sign-in's is of no use."""
        self._account, self._clock, self._wire = account, clock, wire
        self._session = account.session.name if account is not None else ""
        self._known = login if login is not None and login.session == self._session else LoginState(self._session)
        self._peers = {peer.id: peer for peer in self._known.peers}
        self._hashes = {peer.id: peer.access_hash for peer in self._known.peers}

    def send(self, call: Call, seconds: float) -> Response:
        """Send a call and return what came, a refusal too, as JSON."""
        if self._account is None:
            return self._unsent(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)
        fields = dict(call.params)
        subject = next((key for key in ("channel", "group", "user") if key in fields), "")
        peer = self._peer(fields.pop(subject)) if subject else None
        if subject and peer is None:  # nobody of this name was met
            return self._unsent(Cause.TOO_LITTLE_DATA)
        if peer is not None and (peer[0] < 0) != (subject == "user"):
            return self._unsent(Cause.WRONG_KIND)
        if self._wire is None:
            from auditor.probes.telegram.client.telethon_connection import TelethonConnection  # noqa: PLC0415 - Telethon costs half a second

            self._wire = TelethonConnection(self._account)
        try:
            answer = self._wire.call(call.method, fields, seconds, peer and (abs(peer[0]), peer[1]))
        except RpcRefused as refusal:
            word = {"error": refusal.word, "code": refusal.code, "seconds": refusal.seconds}
            return Response(self._clock(), abs(refusal.code) or None, json.dumps(word).encode())
        except ConnectionLost as lost:
            return Response(self._clock(), failure=to_failure(lost, self._clock()))
        return Response(self._clock(), 200, _json(answer).encode())

    def read(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
        """Return an answer, or a refusal that is one, as a form takes it; else what the refusal means."""
        answer: dict[str, Any] = json.loads(reply.body)
        if "error" in answer and not (answer["error"] in _ANSWERS and call.method in _WHO):
            return to_failure(RpcRefused(answer["error"], answer["code"], answer["seconds"]), reply.at)
        self._remember_peers(call, answer)
        return answer

    def close(self) -> None:
        """End the connection."""
        if self._wire is not None:
            self._wire.close()

    @property
    def limits(self) -> Limits:
        """How fast this account may ask; a test server rations nothing."""
        now, account = self._clock(), self._account
        closed = {f.method: (f.until - now).total_seconds() for f in self._known.floods if f.until > now}
        if account is None or (account.dc is not None and account.dc.local):
            return Limits(account.interval if account else 0.0, closed_for=closed, response_timeout=_ANSWER)
        spent = sum(s.count for s in self._known.spent if s.method == RESOLVE and s.since > now - _DAY)
        left = {RESOLVE: max(0, _RESOLVES_A_DAY - spent)}
        return Limits(account.interval, {RESOLVE: _RESOLVES_APART}, left, closed, _ANSWER, _PATIENCE)

    def login(self, driver: Driver) -> LoginState | None:
        """Return what the next run of this sign-in needs not ask again: whom it met, what is closed, what it spent."""
        if self._account is None:
            return None
        now, resolved = self._clock(), driver.requests[RESOLVE]
        spent = (CallCount(RESOLVE, now, resolved),) if resolved else ()
        floods = {flood.method: flood for flood in (*self._known.floods, *_floods(driver, now)) if flood.until > now}
        peers = tuple(self._peers.values())
        return LoginState(self._session, peers, tuple(floods[method] for method in sorted(floods)), spent)

    # Whom this sign-in has met ------------------------------------------------------------------------------------

    def _peer(self, subject: str | int) -> tuple[int, int] | None:
        """Return the number and access hash of a number or a name; the number of a person is below zero."""
        named = (peer.id for peer in reversed(self._peers.values()) if peer.name == subject)
        number = subject if isinstance(subject, int) else next(named, None)
        return None if number is None or number not in self._hashes else (number, self._hashes[number])

    def _remember_peers(self, call: Call, answer: Mapping[str, Any]) -> None:
        """Remember the access hashes that came along, and who was found by a name; the newest who had it comes last."""
        chats = _access_hashes(answer.get("chats"))
        self._hashes |= chats
        if call.method == RESOLVE:
            met = {**chats, **{-number: key for number, key in _access_hashes(answer.get("users")).items()}}
            peer = answer.get("peer") or {}
            number = peer.get("channel_id") or -peer.get("user_id", 0)
            if number in met:
                self._peers.pop(number, None)
                self._peers[number] = Peer(str(call.params["username"]), number, met[number])
                self._hashes[number] = met[number]

    def _unsent(self, cause: Cause, act: FailureAction = FailureAction.DELIVER) -> Response:
        at = self._clock()
        return Response(at, failure=Failure(at=at, cause=cause, act=act, sent=False))


def _access_hashes(entities: Any) -> dict[int, int]:
    """Return access hashes by number; the hash of an entity in short form opens nothing."""
    return {entity["id"]: entity["access_hash"] for entity in entities or () if has_hash(entity)}


def _floods(driver: Driver, now: datetime) -> Iterator[FloodWait]:
    """Yield the methods that the network has closed in this run, and not yet opened; a rest of our own is no flood."""
    for method, (until, failure) in driver.closed.items():
        ahead = until - driver.timer.now()
        if failure.act is FailureAction.CLOSE_METHOD and failure.wait is not None and ahead > 0:
            yield FloodWait(method, now + timedelta(seconds=ahead))


def _json(answer: Any) -> str:
    """Write Telethon's object, or a list of people."""
    if isinstance(answer, list):
        return f'{{"_": "Users", "users": [{", ".join(user.to_json() for user in answer)}]}}'
    text: str = answer.to_json()
    return text
