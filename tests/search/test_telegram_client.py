"""Telegram's own search over a signed-in account: whom it finds, what is kept of them, and when it is closed."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.probes.plugins import OpenedRoute
from auditor.probes.target import LoginState
from auditor.probes.telegram.client.client_account import ClientAccount
from auditor.probes.telegram.client.client_transport import ClientTransport
from auditor.probes.telegram.client.rpc_errors import ConnectionLost, RpcRefused
from auditor.search.scouted_page import PageKind
from auditor.search.scouts.scout import ScoutResult, Task
from auditor.search.scouts.telegram_client import TelegramClientScout
from tests.search.memory_scouts import any_page, instant_timer, named, stored_bodies, stored_text, titled_with

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPENED = datetime(2022, 5, 20, 6, tzinfo=UTC)
KEYS = "telegram_api_id, telegram_api_hash_file, `auditor login`"


def channel(number: int, **more: Any) -> dict[str, Any]:
    facts = {"username": f"imyarek_{number}", "title": "Имярек Анна", "access_hash": 9876543210}
    return {"_": "Channel", "id": number, "broadcast": True, "left": True, "date": OPENED.isoformat(), **facts, **more}


def user(number: int, **more: Any) -> dict[str, Any]:
    return {"_": "User", "id": number, "username": f"imyarek_{number}", "first_name": "Имярек", **more}


class SearchResponse(dict[str, Any]):
    """What Telegram sends, as Telethon holds it."""

    def to_json(self) -> str:
        return json.dumps(self)


@dataclass
class TelegramSearch:
    """Telegram's search in memory; `fails` is raised in place of a response."""

    chats: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    fails: Exception | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, method: str, fields: dict[str, Any], _seconds: float, _peer: object) -> SearchResponse:
        assert method == "contacts.search"
        self.requests.append(fields)
        if self.fails is not None:
            raise self.fails
        users = [{"_": "PeerUser", "user_id": user["id"]} for user in self.users]
        channels = [{"_": "PeerChannel", "channel_id": chat["id"]} for chat in self.chats]
        return SearchResponse(_="Found", my_results=users, results=channels, chats=self.chats, users=self.users)

    async def aclose(self) -> None: ...


def scout_of(
    telegram: TelegramSearch, login: LoginState | None = None, *, signed_in: bool = True
) -> TelegramClientScout:
    account = ClientAccount(1, "hash", interval=0.0) if signed_in else None
    transport = ClientTransport(account, login, lambda: NOW, telegram)
    return TelegramClientScout(
        OpenedRoute(transport, transport.limits, transport.state_to_save), lambda: NOW, instant_timer()
    )


def test_whom_it_finds_and_what_telegram_says_of_them() -> None:
    """Channels, groups, people and bots; an opening only if not joined; pages without a name are left out."""
    renamed = [{"username": "old", "active": False}, {"username": "New_4", "active": True}]
    chats = [
        channel(1, verified=True, participants_count=120),
        channel(2, broadcast=False, left=False),
        channel(3, username=None),
        channel(4, username=None, usernames=renamed),
        {"_": "ChannelForbidden", "id": 5, "title": "Имярек", "username": "shut_5", "broadcast": True},
    ]
    users = [user(6, last_name="Первый"), user(7, bot=True, first_name="", date=OPENED.isoformat())]
    telegram = TelegramSearch(chats, users)
    scout = scout_of(telegram)
    assert ([d.task for d in scout.capabilities()], scout.search("  ", any_page)) == ([Task.SEARCH], ScoutResult())
    result = scout.search("Имярек", any_page)
    assert [(p.address.name, p.id, p.kind, p.title, p.closed, p.opened_at) for p in result.pages] == [
        ("imyarek_6", 6, PageKind.USER, "Имярек Первый", False, None),
        ("imyarek_7", 7, PageKind.BOT, None, False, None),
        ("imyarek_1", 1, PageKind.CHANNEL, "Имярек Анна", False, OPENED),
        ("imyarek_2", 2, PageKind.GROUP, "Имярек Анна", False, None),
        ("new_4", 4, PageKind.CHANNEL, "Имярек Анна", False, OPENED),
        ("shut_5", 5, PageKind.CHANNEL, "Имярек", True, None),
    ]
    assert [p.opened_precision for p in result.pages[2:4]] == [Precision.EXACT, None]
    assert [(p.verified, p.subscribers, p.exists) for p in result.pages[2:4]] == [
        (True, 120, True),
        (False, None, True),
    ]
    assert (result.cause, telegram.requests) == (None, [{"q": "Имярек", "limit": 50}])


def test_of_those_found_only_who_is_worth_it_is_kept() -> None:
    """By address, number, kind and flags, without a name; the others are a number, and no hash is kept of anybody."""
    telegram = TelegramSearch([channel(1), channel(2, title="Чужой")], [user(6, first_name="Чужая")])
    scout = scout_of(telegram)
    result = scout.search("Анна", titled_with("Имярек"))
    (row,) = stored_bodies(result)
    assert [(p["address"], p["id"], p["kind"]) for p in row["pages"]] == [("https://t.me/imyarek_1", 1, "channel")]
    assert row["others"] == 2
    assert not [word for word in ("Имярек", "Чуж", "9876543210") if word in stored_text(result)]
    assert [(a.evidence.kind, bool(a.evidence.url)) for a in result.responses] == [(EvidenceKind.LEAD, True)]
    assert [p.evidence for p in result.pages] == [(), (result.responses[0].evidence.id,), ()]
    assert stored_bodies(scout.search("Анна", named())) == [{"pages": [], "others": 3}]
    assert scout.login is not None
    assert scout.login.peers == ()


def test_what_closes_the_search() -> None:
    """A long wait, of which the next run knows, a session signed out, a bot's session, three broken connections."""
    for fails, times, cause, key in (
        (RpcRefused("FLOOD_WAIT_X", 420, 4000), 1, Cause.THROTTLED, ""),
        (RpcRefused("AUTH_KEY_UNREGISTERED", 401), 1, Cause.NO_CREDENTIALS, KEYS),
        (RpcRefused("BOT_METHOD_INVALID", 400), 1, Cause.REFUSED, ""),
        (RpcRefused("USER_BOT_REQUIRED", 400), 1, Cause.REFUSED, ""),
        (ConnectionLost(), 3, Cause.UNREACHABLE, ""),
    ):
        telegram = TelegramSearch([channel(1)], fails=fails)
        scout = scout_of(telegram)
        for _ in range(times):
            assert scout.search("Имярек", any_page).cause is cause
        request_count = len(telegram.requests)
        assert scout.search("Имярек", any_page) == ScoutResult(cause=cause)
        assert len(telegram.requests) == request_count
        assert [(d.open, d.cause, d.key) for d in scout.capabilities()] == [(False, cause, key)]
        if cause is Cause.THROTTLED:
            assert [d.cause for d in scout_of(telegram, scout.login).capabilities()] == [cause]


def test_another_refusal_is_of_this_search_alone() -> None:
    """The next one is asked."""
    scout = scout_of(TelegramSearch(fails=RpcRefused("QUERY_TOO_SHORT", 400)))
    assert (scout.search("Имярек", any_page).cause, scout.capabilities()[0].open) == (Cause.REFUSED, True)


def test_without_a_session_nothing_is_asked() -> None:
    """The capability names the settings that would open it."""
    telegram = TelegramSearch()
    scout = scout_of(telegram, signed_in=False)
    assert [(d.open, d.cause, d.key) for d in scout.capabilities()] == [(False, Cause.NO_CREDENTIALS, KEYS)]
    assert scout.search("Имярек", any_page) == ScoutResult(cause=Cause.NO_CREDENTIALS)
    assert (scout.requests, scout.login, telegram.requests) == (0, None, [])
