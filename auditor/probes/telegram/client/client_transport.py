"""Sends calls through the signed-in client: a call names a method, a response is Telegram's object as JSON.

Entities that this sign-in has met are known by id and access hash, which are valid in this sign-in only
(docs/dev/sources.md, Telegram). A call names a channel by its name or id; the hash is added here, and is part of no
call, record or log.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditor.base.snapshot import Cause
from auditor.probes.driver import Driver, Limits, Response
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.target import CallCount, Clock, FloodWait, LoginState, Peer
from auditor.probes.telegram.client.client_account import ClientAccount
from auditor.probes.telegram.client.minimise_tl import has_hash
from auditor.probes.telegram.client.rpc_errors import (
    NAME_NOT_OCCUPIED,
    NO_SUCH_PEER,
    ConnectionLost,
    RpcRefused,
    to_failure,
)

if TYPE_CHECKING:
    from auditor.probes.telegram.client.telethon_connection import TelethonConnection

RESOLVE = "contacts.resolveUsername"
"""The lookup of a name: 16 in 7 minutes closed it for ten hours (docs/dev/sources.md, Telegram)."""
_RESOLVE_INTERVAL = 75.0
"""Seconds between lookups: eight in ten minutes."""
_RESOLVES_PER_DAY = 100
"""Half of the limit that a developer of Telegram's own library once named."""
_MAX_TOTAL_WAIT = 1800.0
"""The most seconds that a run waits in all, for its turn or for short flood waits."""
_RESPONSE_TIMEOUT = 28.0
_FIRST_TIMEOUT = 24.0
"""Seconds for the first response, which takes 20 and more from Russia (docs/dev/sources.md, Telegram)."""
_DAY = timedelta(days=1)
_ENTITY_METHODS = {RESOLVE, "channels.getFullChannel", "channels.getChannels", "users.getUsers"}
_NOT_FOUND_WORDS = NO_SUCH_PEER | {NAME_NOT_OCCUPIED}
"""Error words that are a response to a lookup: there is no such entity."""


class ClientTransport:
    """Sends calls as a signed-in account. Without an account every call fails with `no_credentials`."""

    def __init__(
        self,
        account: ClientAccount | None,
        login: LoginState | None,
        clock: Clock,
        connection: "TelethonConnection | None" = None,
    ) -> None:
        """Use `login`, the state that an earlier run left, if it belongs to the same sign-in; else start with none."""
        self._account, self._clock, self._connection = account, clock, connection
        self._session = account.session.fingerprint if account is not None else ""
        self._login_state = login if login is not None and login.session == self._session else LoginState(self._session)
        self._peer_by_id = {peer.id: peer for peer in self._login_state.peers}
        self._hash_by_id = {peer.id: peer.access_hash for peer in self._login_state.peers}

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call once and return the response as JSON; a refusal is a response too."""
        if self._account is None:
            return self._unsent(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)
        fields = dict(call.params)
        subject = next((key for key in ("channel", "group", "user") if key in fields), "")
        peer = self._find_peer(fields.pop(subject)) if subject else None
        if subject and peer is None:  # this sign-in has not met the entity
            return self._unsent(Cause.TOO_LITTLE_DATA)
        if peer is not None and (peer[0] < 0) != (subject == "user"):
            return self._unsent(Cause.WRONG_KIND)
        if self._connection is None:
            from auditor.probes.telegram.client.telethon_connection import TelethonConnection  # noqa: PLC0415 - Telethon costs half a second

            self._connection = TelethonConnection(self._account)
        try:
            result = await self._connection.call(call.method, fields, seconds, peer and (abs(peer[0]), peer[1]))
        except RpcRefused as refusal:
            refused = {"error": refusal.word, "code": refusal.code, "seconds": refusal.seconds}
            return Response(self._clock(), abs(refusal.code) or None, json.dumps(refused).encode())
        except ConnectionLost as error:
            return Response(self._clock(), failure=to_failure(error, self._clock()))
        return Response(self._clock(), 200, _to_json(result).encode())

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return the response as JSON, also a refusal that says an entity is missing; else what a refusal means."""
        body: dict[str, Any] = json.loads(response.body)
        if "error" in body and not (body["error"] in _NOT_FOUND_WORDS and call.method in _ENTITY_METHODS):
            return to_failure(RpcRefused(body["error"], body["code"], body["seconds"]), response.at)
        self._remember_peers(call, body)
        return body

    async def aclose(self) -> None:
        """End the connection."""
        if self._connection is not None:
            await self._connection.aclose()

    @property
    def limits(self) -> Limits:
        """The rate limits of this account; a test server on this machine has none."""
        now, account = self._clock(), self._account
        closed = {
            flood.method: (flood.until - now).total_seconds() for flood in self._login_state.floods if flood.until > now
        }
        limits = Limits(
            account.interval if account else 0.0,
            closed_for=closed,
            response_timeout=_RESPONSE_TIMEOUT,
            first_timeout=_FIRST_TIMEOUT,
        )
        if account is None or (account.test_dc is not None and account.test_dc.is_local):
            return limits
        resolved = sum(
            call_count.count
            for call_count in self._login_state.spent
            if call_count.method == RESOLVE and call_count.since > now - _DAY
        )
        calls_left = {RESOLVE: max(0, _RESOLVES_PER_DAY - resolved)}
        return replace(
            limits,
            method_intervals={RESOLVE: _RESOLVE_INTERVAL},
            calls_left=calls_left,
            max_total_wait=_MAX_TOTAL_WAIT,
        )

    def state_to_save(self, driver: Driver) -> LoginState | None:
        """Return what the next run of this sign-in must know: entities met, methods closed, lookups used today."""
        if self._account is None:
            return None
        now, resolved = self._clock(), driver.requests[RESOLVE]
        call_counts = (CallCount(RESOLVE, now, resolved),) if resolved else ()
        floods = {
            flood.method: flood
            for flood in (*self._login_state.floods, *_open_floods(driver, now))
            if flood.until > now
        }
        peers = tuple(self._peer_by_id.values())
        return LoginState(self._session, peers, tuple(floods[method] for method in sorted(floods)), call_counts)

    # Entities that this sign-in has met ---------------------------------------------------------------------------

    def _find_peer(self, subject: str | int) -> tuple[int, int] | None:
        """Return the id and access hash for an id or a name, None if not met.

        A person's id is negative here, unlike in Telethon's marked ids, where a channel's is.
        """
        ids_by_name = (peer.id for peer in reversed(self._peer_by_id.values()) if peer.name == subject)
        entity_id = subject if isinstance(subject, int) else next(ids_by_name, None)
        if entity_id is None or entity_id not in self._hash_by_id:
            return None
        return entity_id, self._hash_by_id[entity_id]

    def _remember_peers(self, call: Call, body: Mapping[str, Any]) -> None:
        """Remember the access hashes in a response, and the entity that a name resolved to; the latest is kept last."""
        chats = _access_hashes(body.get("chats"))
        self._hash_by_id |= chats
        if call.method == RESOLVE:
            hashes = {
                **chats,
                **{-entity_id: access_hash for entity_id, access_hash in _access_hashes(body.get("users")).items()},
            }
            peer = body.get("peer") or {}
            entity_id = peer.get("channel_id") or -peer.get("user_id", 0)
            if entity_id in hashes:
                self._peer_by_id.pop(entity_id, None)
                self._peer_by_id[entity_id] = Peer(str(call.params["username"]), entity_id, hashes[entity_id])
                self._hash_by_id[entity_id] = hashes[entity_id]

    def _unsent(self, cause: Cause, act: FailureAction = FailureAction.DELIVER) -> Response:
        at = self._clock()
        return Response(at, failure=Failure(at=at, cause=cause, act=act, sent=False))


def _access_hashes(entities: Any) -> dict[int, int]:
    """Return access hashes by id; an entity in short form has no usable hash."""
    return {entity["id"]: entity["access_hash"] for entity in entities or () if has_hash(entity)}


def _open_floods(driver: Driver, now: datetime) -> Iterator[FloodWait]:
    """Yield the methods that Telegram closed in this run and has not opened since; our own rate limits do not count."""
    for method, (until, failure) in driver.closed.items():
        remaining_seconds = until - driver.timer.now()
        if failure.act is FailureAction.CLOSE_METHOD and failure.wait is not None and remaining_seconds > 0:
            yield FloodWait(method, now + timedelta(seconds=remaining_seconds))


def _to_json(result: Any) -> str:
    """Return Telethon's object, or a list of users, as JSON."""
    if isinstance(result, list):
        return f'{{"_": "Users", "users": [{", ".join(user.to_json() for user in result)}]}}'
    text: str = result.to_json()
    return text
