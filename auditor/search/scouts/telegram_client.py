"""Telegram's own search, for somebody who is signed in.

Nothing else is asked here: names and pages are looked at on t.me, which answers the same, while a look-up by name over
this route is rationed (telegram.md 5: sixteen of them closed it for ten hours). A search costs one request.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Moment, Network, Precision, Route
from auditor.base.stored_response import StoredResponse
from auditor.probes.plugins import PluginContext, plugin_of
from auditor.probes.protocol import Call, Failure, MinimisedResponse, Request
from auditor.search.scouted_page import PageKind, ScoutedPage
from auditor.search.scouts.scout import (
    Capability,
    LeadFilter,
    Scout,
    ScoutResult,
    Task,
    flags,
    received_only,
    with_minimal_body,
)

_KEYS = "AUDITOR_TELEGRAM_API_ID, AUDITOR_TELEGRAM_API_HASH, AUDITOR_TELEGRAM_SESSION"
_NETWORK, _SEARCH = Network("telegram"), "contacts.search"
_MOST_FOUND = 50
_ONLY_PEOPLE = (b"BOT_METHOD_INVALID", b"USER_BOT_REQUIRED", b"BOT_ACCESS_FORBIDDEN")
"""How Telegram says that a bot's session may not search."""

Raw = Mapping[str, Any]
_moment = TypeAdapter[datetime | None](Moment | None).validate_python


class TelegramClientScout(Scout):
    """Searches Telegram. Without a session its door is closed."""

    name = "telegram_client"
    network = _NETWORK
    _bot = False
    """The session is a bot's, and may not search."""

    def capabilities(self) -> tuple[Capability, ...]:
        """Say whether it can search now."""
        cause = self._why_shut()
        return (Capability(Task.SEARCH, cause, _KEYS if cause is Cause.NO_CREDENTIALS else ""),)

    def _why_shut(self) -> Cause | None:
        if self.login is None:
            return Cause.NO_CREDENTIALS
        return Cause.REFUSED if self._bot else self._shut(_SEARCH)

    def search(self, words: str, worth: LeadFilter) -> ScoutResult:
        """Ask Telegram's search for `words`: channels, groups, people and bots that have a user name."""
        shut = self._why_shut()
        if shut is not None or not words.strip():
            return ScoutResult(cause=shut)
        tape: list[StoredResponse] = []
        call, url = Call(_SEARCH, {"q": words, "limit": _MOST_FOUND}), f"mtproto://{_SEARCH}?{urlencode({'q': words})}"
        found = self._ask(Request(call, MinimisedResponse, EvidenceKind.LEAD, recorded_url=url), tape)
        if isinstance(found, Failure):
            self._bot |= any(word in tape[-1].raw_body for word in _ONLY_PEOPLE)
            return ScoutResult(answers=received_only(tape), cause=found.cause)
        pages = list(_pages_in(json.loads(tape[-1].raw_body)))
        kept = [{"address": page.address.url, **flags(page)} for page in pages if worth(page)]
        answer = with_minimal_body(tape[-1], {"pages": kept, "others": len(pages) - len(kept)})
        pages = [replace(page, evidence=(answer.evidence.id,)) if worth(page) else page for page in pages]
        return ScoutResult(tuple(pages), (answer,))


def _pages_in(raw: Raw) -> Iterator[ScoutedPage]:
    """Yield whom a search found, in Telegram's order. Who has no user name has no address, and is left out."""
    entities = {(key, entity["id"]): entity for key in ("users", "chats") for entity in raw[key]}
    for peer in (*raw["my_results"], *raw["results"]):
        kind = ("users", peer["user_id"]) if "user_id" in peer else ("chats", peer.get("channel_id"))
        entity = entities.get(kind, {})
        more = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
        names = [name for name in (entity.get("username"), *more) if isinstance(name, str) and name]
        if names:
            yield _page(Address(_NETWORK, names[0].casefold()), entity)


def _page(address: Address, entity: Raw) -> ScoutedPage:
    person = entity["_"].startswith("User")
    kinds = (PageKind.BOT, PageKind.USER) if person else (PageKind.CHANNEL, PageKind.GROUP)
    words = (entity.get(key) for key in ("first_name", "last_name", "title"))
    born = _moment(entity.get("date")) if not person and entity.get("left") else None
    return ScoutedPage(
        address,
        exists=True,
        id=entity["id"],
        kind=kinds[0 if entity.get("bot" if person else "broadcast") else 1],
        title=" ".join(filter(None, words)) or None,
        verified=bool(entity.get("verified")),
        closed=entity["_"].endswith("Forbidden"),
        subscribers=entity.get("participants_count"),
        opened_at=born,
        opened_precision=Precision.EXACT if born is not None else None,
    )


def open_scout(wiring: PluginContext, _own: Collection[Address]) -> TelegramClientScout | None:
    """Return the signed-in scout; None without a session."""
    route = plugin_of(Route.TELEGRAM_CLIENT).open(wiring)
    return None if route is None else TelegramClientScout(route, wiring.clock)
