"""Telegram's own search, over the signed-in client.

Names and pages are not asked for here: t.me shows the same, while resolving names over this route is tightly limited
(docs/dev/sources.md, Telegram: 16 calls closed it for ten hours). A search costs one request. A response, shortened:

    {"_": "Found", "my_results": [], "results": [{"_": "PeerChannel", "channel_id": 1001}], "users": [],
     "chats": [{"_": "Channel", "id": 1001, "title": "Имярек Анна", "username": "imyarek_anna", "broadcast": true,
                "verified": false, "participants_count": 120}]}
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from pydantic import TypeAdapter

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Moment, Network, Precision
from auditor.base.stored_response import StoredResponse
from auditor.probes.plugins import OpenedRoute, PluginContext
from auditor.probes.protocol import Call, Failure, MinimisedResponse, Request
from auditor.search.scouted_page import PageKind, ScoutedPage
from auditor.search.scouts.scout import (
    LeadFilter,
    Raw,
    Scout,
    ScoutResult,
    Task,
    flags,
    with_minimal_body,
)

_NETWORK, _SEARCH = Network("telegram"), "contacts.search"
_MAX_RESULTS = 50

_moment = TypeAdapter[datetime | None](Moment | None).validate_python


class TelegramClientScout(Scout):
    """Searches Telegram by name."""

    name = "telegram_client"
    network = _NETWORK
    tasks = (Task.SEARCH,)
    key = "telegram_api_id, telegram_api_hash_file, `auditor login`"

    def _why_not(self, task: Task) -> Cause | None:
        del task
        return Cause.NO_CREDENTIALS if self.login is None else self._why_closed(_SEARCH)

    def _search(self, query: str, is_lead: LeadFilter) -> ScoutResult:
        """Search for `query`: channels, groups, people and bots that have a user name."""
        tape: list[StoredResponse] = []
        call, url = Call(_SEARCH, {"q": query, "limit": _MAX_RESULTS}), f"mtproto://{_SEARCH}?{urlencode({'q': query})}"
        pages = self._fetch(Request(call, MinimisedResponse, EvidenceKind.LEAD, recorded_url=url), tape, _pages_in)
        if isinstance(pages, Failure):
            return ScoutResult(responses=tuple(tape), cause=pages.cause)
        minimised = [{"address": page.address.url, **flags(page)} for page in pages if is_lead(page)]
        stored = with_minimal_body(tape[-1], {"pages": minimised, "others": len(pages) - len(minimised)})
        pages = [replace(page, evidence=(stored.evidence.id,)) if is_lead(page) else page for page in pages]
        return ScoutResult(tuple(pages), (stored,))


def _pages_in(raw: Raw) -> list[ScoutedPage]:
    """Return the search's results in Telegram's order, without those that have no user name and so no address."""
    entities = {(key, entity["id"]): entity for key in ("users", "chats") for entity in raw[key]}
    peers = (*raw["my_results"], *raw["results"])
    kinds = (("users", p["user_id"]) if "user_id" in p else ("chats", p.get("channel_id")) for p in peers)
    results = (entities.get(kind, {}) for kind in kinds)
    return [_page(Address(_NETWORK, name.casefold()), entity) for entity in results for name in _names(entity)[:1]]


def _names(entity: Raw) -> list[str]:
    other_names = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
    return [name for name in (entity.get("username"), *other_names) if isinstance(name, str) and name]


def _page(address: Address, entity: Raw) -> ScoutedPage:
    person = entity["_"].startswith("User")
    kinds = (PageKind.BOT, PageKind.USER) if person else (PageKind.CHANNEL, PageKind.GROUP)
    name_parts = (entity.get(key) for key in ("first_name", "last_name", "title"))
    created_at = _moment(entity.get("date")) if not person and entity.get("left") else None
    return ScoutedPage(
        address,
        exists=True,
        id=entity["id"],
        kind=kinds[0 if entity.get("bot" if person else "broadcast") else 1],
        title=" ".join(filter(None, name_parts)) or None,
        verified=bool(entity.get("verified")),
        closed=entity["_"].endswith("Forbidden"),
        subscribers=entity.get("participants_count"),
        opened_at=created_at,
        opened_precision=Precision.EXACT if created_at is not None else None,
    )


def open_scout(opened: OpenedRoute, context: PluginContext, _record_addresses: object) -> TelegramClientScout:
    """Return Telegram's search scout."""
    return TelegramClientScout(opened, context.clock)
