"""Users and communities of VK read as pages, and what is stored of them.

This is the only code for VK that reads names of people. They live in memory; `minimise_batch` decides what is stored.
A response of users.get, shortened:

    {"response": [{"id": 5, "first_name": "Анна", "last_name": "Имярек", "screen_name": "imyarek_anna", "verified": 0,
                   "followers_count": 120, "status": "Глава Первого района", "city": {"id": 1, "title": "Тестовск"}}]}
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse
from auditor.probes.protocol import Call, MinimisedResponse, Request
from auditor.probes.vk.field_types import as_object, read_flag, read_whole
from auditor.probes.vk.profile import VkPage
from auditor.probes.vk.vk_authors import numbered_names
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage
from auditor.search.scouts import vk_texts
from auditor.search.scouts.scout import LeadFilter, flags, page_texts, with_minimal_body
from auditor.search.scouts.vk_texts import Raw, text_fields

NETWORK = Network("vk")

# Objects read as pages -----------------------------------------------------------------------------------------------

USER_FIELDS = [
    *("screen_name", "domain", "verified", "followers_count", "status", "site", "about"),
    *("city", "home_town", "occupation", "career"),
]
# is_government_organization is not in VK's public schema (docs/dev/sources.md, VK): if absent it stays unknown.
GROUP_FIELDS = [
    *("screen_name", "verified", "is_government_organization", "members_count", "description", "status", "site"),
    *("activity", "city", "links", "contacts"),
]


def read_person(raw: Raw) -> ScoutedPage:
    """Read one object of users.get. Raise pydantic's `ValidationError` if it has no id."""
    vk = VkPage.model_validate(raw)
    # VK writes DELETED in place of the name of a page that its owner deleted.
    title = None if raw.get("first_name") == "DELETED" else " ".join(text_fields(raw, "first_name", "last_name"))
    city = text_fields(as_object(raw.get("city")), "title")
    return _read(
        vk,
        _own_texts(vk, vk.about),
        kind=PageKind.PROFILE,
        title=title or None,
        description=vk.status,
        place=", ".join(dict.fromkeys([*city, *text_fields(raw, "home_town")])) or None,
        work="; ".join(dict.fromkeys(_work(raw))) or None,
    )


def read_community(raw: Raw) -> ScoutedPage:
    """Read one object of groups.getById. Raise pydantic's `ValidationError` if it has no id."""
    vk = VkPage.model_validate({**raw, "id": -abs(read_whole(raw.get("id")) or 0) or None})
    own_address = _address(vk)
    return _read(
        vk,
        [
            *_own_texts(vk, vk.description),
            *vk_texts.link_passages(raw, own_address),
            *vk_texts.contacts(raw, own_address),
        ],
        kind=PageKind.COMMUNITY,
        title="".join(text_fields(raw, "name")) or None,
        description=vk.description,
        place="".join(text_fields(as_object(raw.get("city")), "title")) or None,
        work="".join(text_fields(raw, "activity")) or None,
        government=read_flag(raw.get("is_government_organization")),
    )


def _read(vk: VkPage, passages: Iterable[Passage], **facts: Any) -> ScoutedPage:
    return ScoutedPage(
        _address(vk),
        exists=not vk.deactivated,
        cause=Cause.GONE if vk.deactivated else Cause.PRIVATE if vk.closed and vk.id > 0 else None,
        id=vk.id,
        verified=vk.verified,
        closed=vk.closed,
        subscribers=vk.subscribers,
        passages=tuple(passages),
        **facts,
    )


def _address(vk: VkPage) -> Address:
    """Return the address by the short name, or by the number if VK sends no valid short name."""
    addresses = (Address.read(f"https://vk.com/{name}") for name in (vk.screen_name, vk.domain) if name)
    return next((address for address in addresses if address is not None), Address(NETWORK, numbered_names(vk.id)[0]))


def _own_texts(vk: VkPage, about: str | None) -> Iterator[Passage]:
    for place, text in (
        (PassagePlace.STATUS, vk.status),
        (PassagePlace.SITE, vk.site),
        (PassagePlace.DESCRIPTION, about),
    ):
        if text:
            yield vk_texts.make_passage(place, vk_texts.as_linked_text(text), _address(vk))


def _work(raw: Raw) -> Iterator[str]:
    """Yield where a person works: the occupation, then each job of the career with position, company and city."""
    yield from text_fields(as_object(raw.get("occupation")), "name")
    jobs = (
        ", ".join(text_fields(item, "position", "company", "city_name")) for item in vk_texts.objects(raw.get("career"))
    )
    yield from (job for job in jobs if job)


# One response --------------------------------------------------------------------------------------------------------

USERS, GROUPS = "users.get", "groups.getById"
USER_SEARCH, GROUP_SEARCH = "users.search", "groups.search"
_IDS = {USERS: "user_ids", GROUPS: "group_ids"}
_FIELDS = {USERS: ",".join(USER_FIELDS), GROUPS: ",".join(GROUP_FIELDS)}
_READ = {USERS: read_person, USER_SEARCH: read_person, GROUPS: read_community, GROUP_SEARCH: read_community}
BATCH = {USERS: 1000, GROUPS: 500}
_NUMBERED = re.compile(r"(id|club|public|event)(\d{1,15})")


def methods_for(name: str) -> tuple[str, ...]:
    """Return the methods that may know a name: ``id5`` can only be a user, ``club5`` only a community."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return (USERS, GROUPS)
    return (USERS,) if match[1] == "id" else (GROUPS,)


@dataclass(slots=True)
class LookupBatch:
    """The names asked for in one call, or a search, and what of its pages is stored."""

    method: str
    is_lead: LeadFilter
    names: Sequence[str] = ()
    on_record: bool = False
    """Whether a page on record is asked for, whose own texts are stored."""
    kind: EvidenceKind = EvidenceKind.LEAD

    def make_request(self) -> Request[MinimisedResponse]:
        """Return the request for the names. The recorded URL has only their count, as some may be citizens'."""
        fields = {"fields": _FIELDS[self.method]}
        names = ",".join(match[2] if (match := _NUMBERED.fullmatch(name)) else name for name in self.names)
        hidden = f"{self.method}?{urlencode({**fields, 'names': len(self.names)})}"
        call = Call(self.method, {_IDS[self.method]: names, **fields})
        return Request(call, MinimisedResponse, self.kind, recorded_url="" if self.on_record else hidden)


def read_pages(batch: LookupBatch, response: Raw) -> list[ScoutedPage]:
    """Return a response's pages, once for each name under which they were asked for, or else under their own address.

    Raises anything if an object cannot be read: then nothing is known about any of the names.
    """
    pages = dict[Address, ScoutedPage]()
    for raw in response["groups"] if "groups" in response else response["items"]:
        page = _READ[batch.method](raw)
        asked_names = sorted(_names(page, raw) & set(batch.names))
        addresses = [Address(NETWORK, name) for name in asked_names] or [page.address]
        pages |= {address: replace(page, address=address) for address in addresses}
    return list(pages.values())


def _names(page: ScoutedPage, raw: Raw) -> set[str]:
    """Return every name under which a page can be asked for."""
    page_id = page.id or 0
    prefixes = ("id",) if page_id > 0 else ("club", "public", "event")
    short_names = {name.casefold() for name in text_fields(raw, "screen_name", "domain")}
    return short_names | {f"{kind}{abs(page_id)}" for kind in prefixes} | {page.address.name}


def minimise_batch(batch: LookupBatch, pages: Sequence[ScoutedPage], response: StoredResponse) -> StoredResponse:
    """Return a response reduced to how many names were asked for, how many pages came, and the flags of leads.

    A lead's title, place, work and texts are left out, as it may be a namesake's page. For a page on record its title
    and texts stay, without the phone numbers and mail addresses of its contacts.
    """
    leads = [
        {"address": page.address.url, "exists": page.exists, "government": page.government, "closed": page.closed}
        | flags(page)
        | (page_texts(page) if batch.on_record else {})
        for page in pages
        if batch.is_lead(page)
    ]
    answered_count = len({page.id for page in pages})
    return with_minimal_body(response, {"asked": max(1, len(batch.names)), "answered": answered_count, "kept": leads})
