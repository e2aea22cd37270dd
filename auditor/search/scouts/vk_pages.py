"""Users and communities of VK read as pages, and what of them is stored.

This is the only code for VK that reads names of people. A `Page` lives in memory; `kept_of` says what of it is stored.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse
from auditor.probes.protocol import Call, MinimisedResponse, Request
from auditor.probes.vk.field_types import an_object, flag, whole
from auditor.probes.vk.profile import VkPage as VkPage
from auditor.probes.vk.vk_anonymiser import numbered_names
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage
from auditor.search.scouts import vk_texts
from auditor.search.scouts.scout import LeadFilter, flags, with_minimal_body, words_of
from auditor.search.scouts.vk_texts import Raw, text_fields

NETWORK = Network("vk")

# Objects read as pages -----------------------------------------------------------------------------------------------

USER_FIELDS = [
    *("screen_name", "domain", "verified", "followers_count", "status", "site", "about"),
    *("city", "home_town", "occupation", "career"),
]
# is_government_organization is in no published list (vk.md 0.4): where it does not come it stays unknown.
GROUP_FIELDS = [
    *("screen_name", "verified", "is_government_organization", "members_count", "description", "status", "site"),
    *("activity", "city", "links", "contacts"),
]


def read_person(raw: Raw) -> ScoutedPage:
    """Read one object of users.get. Raises pydantic's `ValidationError` without an id."""
    vk = VkPage.model_validate(raw)
    # VK writes DELETED in place of the name of a page that its owner deleted.
    title = None if raw.get("first_name") == "DELETED" else " ".join(text_fields(raw, "first_name", "last_name"))
    city = text_fields(an_object(raw.get("city")), "title")
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
    """Read one object of groups.getById. Raises pydantic's `ValidationError` without an id."""
    vk = VkPage.model_validate({**raw, "id": -abs(whole(raw.get("id")) or 0) or None})
    own = _address(vk)
    return _read(
        vk,
        [*_own_texts(vk, vk.description), *vk_texts.link_passages(raw, own), *vk_texts.contacts(raw, own)],
        kind=PageKind.COMMUNITY,
        title="".join(text_fields(raw, "name")) or None,
        description=vk.description,
        place="".join(text_fields(an_object(raw.get("city")), "title")) or None,
        work="".join(text_fields(raw, "activity")) or None,
        government=flag(raw.get("is_government_organization")),
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
    """Return its address by the short name; by its number where VK sends none, or none that an address can have."""
    read = (Address.read(f"https://vk.com/{name}") for name in (vk.screen_name, vk.domain) if name)
    return next((address for address in read if address is not None), Address(NETWORK, numbered_names(vk.id)[0]))


def _own_texts(vk: VkPage, about: str | None) -> Iterator[Passage]:
    for place, text in (
        (PassagePlace.STATUS, vk.status),
        (PassagePlace.SITE, vk.site),
        (PassagePlace.DESCRIPTION, about),
    ):
        if text:
            yield vk_texts.passage(place, vk_texts.shown(text), _address(vk))


def _work(raw: Raw) -> Iterator[str]:
    """Give where a person works: each place and post, the occupation first."""
    yield from text_fields(an_object(raw.get("occupation")), "name")
    jobs = (
        ", ".join(text_fields(item, "position", "company", "city_name")) for item in vk_texts.objects(raw.get("career"))
    )
    yield from (job for job in jobs if job)


# One answer ----------------------------------------------------------------------------------------------------------

USERS, GROUPS = "users.get", "groups.getById"
USER_SEARCH, GROUP_SEARCH = "users.search", "groups.search"
_IDS = {USERS: "user_ids", GROUPS: "group_ids"}
_FIELDS = {USERS: ",".join(USER_FIELDS), GROUPS: ",".join(GROUP_FIELDS)}
_READ = {USERS: read_person, USER_SEARCH: read_person, GROUPS: read_community, GROUP_SEARCH: read_community}
BATCH = {USERS: 1000, GROUPS: 500}
_NUMBERED = re.compile(r"(id|club|public|event)(\d{1,15})")


def methods_for(name: str) -> tuple[str, ...]:
    """Return the methods that may know a name: ``id5`` can only be a user, ``club5`` a community."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return (USERS, GROUPS)
    return (USERS,) if match[1] == "id" else (GROUPS,)


@dataclass(slots=True)
class LookupBatch:
    """What is asked in one call."""

    method: str
    worth: LeadFilter
    names: Sequence[str] = ()
    whole: bool = False
    """A page on record is asked for: its own words are stored."""
    kind: EvidenceKind = EvidenceKind.LEAD

    def ask(self) -> Request[MinimisedResponse]:
        """Ask for the names. The stored address goes without them: some may be citizens'."""
        fields = {"fields": _FIELDS[self.method]}
        names = ",".join(match[2] if (match := _NUMBERED.fullmatch(name)) else name for name in self.names)
        hidden = f"{self.method}?{urlencode({**fields, 'names': len(self.names)})}"
        call = Call(self.method, {_IDS[self.method]: names, **fields})
        return Request(call, MinimisedResponse, self.kind, recorded_url="" if self.whole else hidden)


def read_pages(sheet: LookupBatch, items: Sequence[Any]) -> list[ScoutedPage] | None:
    """Read an answer's pages. A page gets the names under which it was asked for, or else its own.

    None where one cannot be read: then nothing is said of any name.
    """
    pages = dict[Address, ScoutedPage]()
    for raw in items:
        try:
            page = _READ[sheet.method](raw)
        except (ValidationError, AttributeError, TypeError):
            return None
        under = sorted(_names(page, raw) & set(sheet.names))
        addresses = [Address(NETWORK, name) for name in under] or [page.address]
        pages |= {address: replace(page, address=address) for address in addresses}
    return list(pages.values())


def _names(page: ScoutedPage, raw: Raw) -> set[str]:
    """Return every name that a page answers to."""
    number = page.id or 0
    kinds = ("id",) if number > 0 else ("club", "public", "event")
    short = {name.casefold() for name in text_fields(raw, "screen_name", "domain")}
    return short | {f"{kind}{abs(number)}" for kind in kinds} | {page.address.name}


def minimise_batch(sheet: LookupBatch, pages: Sequence[ScoutedPage], answer: StoredResponse) -> StoredResponse:
    """Keep how many names were asked for, how many pages came, and which of them are worth it.

    Of these nobody's title, place, work or words are kept: a namesake's page is a citizen's. Of one on record its own
    words are, without telephone numbers and mail.
    """
    kept = [
        {"address": page.address.url, "exists": page.exists, "government": page.government, "closed": page.closed}
        | flags(page)
        | (words_of(page) if sheet.whole else {})
        for page in pages
        if sheet.worth(page)
    ]
    came_back = len({page.id for page in pages})
    return with_minimal_body(answer, {"asked": max(1, len(sheet.names)), "answered": came_back, "kept": kept})


def objects_in(received: bytes) -> Any:
    """Return the list in an answer as it came; None for an error, by which VK may say that it knows nobody."""
    try:
        response = an_object(json.loads(received)).get("response")
    except (ValueError, RecursionError):
        return None
    return response.get("groups", response.get("items")) if isinstance(response, dict) else response
