"""Users and communities of VK read as pages, their own texts as passages, and what is stored of them.

This is the only code for VK that reads names of people. They live in memory; `minimise_batch` decides what is stored.
Of texts (status, site, description, links, contacts, posts) both mentions (``[id1|words]``) and attached links are
read. A response of users.get, and a post, shortened:

    {"response": [{"id": 5, "first_name": "Анна", "last_name": "Имярек", "screen_name": "imyarek_anna", "verified": 0,
                   "followers_count": 120, "status": "Глава Первого района", "city": {"id": 1, "title": "Тестовск"}}]}
    {"id": 7, "date": 1790000000, "text": "Глава района: [id5|Анна Имярек]",
     "attachments": [{"type": "link", "link": {"url": "https://t.me/imyarek_anna", "title": "Канал"}}]}
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse
from auditor.probes.linked_text import Anchor, LinkedText
from auditor.probes.protocol import Call, MinimisedResponse, Request
from auditor.probes.vk.field_types import as_object, read_flag, read_whole
from auditor.probes.vk.profile import VkPage
from auditor.search.scouted_page import PageKind, PassagePlace, ScoutedPage
from auditor.search.scouts.account_links import make_passage
from auditor.search.scouts.scout import LeadFilter, Raw, flags, page_texts, with_minimal_body

NETWORK = Network("vk")

# Texts ---------------------------------------------------------------------------------------------------------------

_MENTION = re.compile(r"\[([^\s\[\]|]{1,200})\|([^\[\]]{0,300})\]")
_NUMBERED = re.compile(r"@?((?:id|club|public|event)[0-9]{1,12})(?::\S*)?")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d\s()–-]{4,}\d")
"""A mail address or a phone number."""


def as_linked_text(text: str, attached: Sequence[tuple[str, str]] = (), *, gap: str = "\n") -> LinkedText:
    """Return a text as VK shows it, with its links.

    `attached` are URL and title of links that are appended, each after a `gap`.
    """
    shown_text, end = "", 0
    anchors: list[Anchor] = []
    for match in _MENTION.finditer(text):
        href = _link_target(match[1])
        if href is not None:
            shown_text += text[end : match.start()]
            anchors.append(Anchor(len(shown_text), len(shown_text) + len(match[2]), href))
            shown_text += match[2]
            end = match.end()
    shown_text += text[end:]
    for url, title in attached:
        shown_text += f"{gap}{title} " if title else gap
        anchors.append(Anchor(len(shown_text), len(shown_text) + len(url), url))
        shown_text += url
    return LinkedText(shown_text, tuple(anchors))


def _link_target(target: str) -> str | None:
    """Return the URL behind a mention's target: ``id1``, ``club1:bp-1_2``, or a URL; None if it is no link."""
    numbered = _NUMBERED.fullmatch(target)
    if numbered:
        return f"https://{NETWORK.facts.host}/{numbered[1]}"
    if re.match(r"https?://", target, re.IGNORECASE):
        return target
    return f"https://{target}" if re.match(r"[\w.-]+\.[a-z]{2,}/", target, re.IGNORECASE) else None


def objects(value: object) -> Iterator[Raw]:
    """Yield the JSON objects of a list; none if `value` is not a list."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def _text_fields(raw: Raw, *keys: str) -> list[str]:
    """Return the texts in some fields that are present and not empty."""
    return [text for key in keys if isinstance(text := raw.get(key), str) and text]


def _page_link(value: object) -> list[tuple[str, str]]:
    """Return the URL of the page with an id, without a title; nothing without an id."""
    number = read_whole(value)
    return [(_numbered_address(number).url, "")] if number else []


def _numbered_address(number: int) -> Address:
    return Address(NETWORK, NETWORK.facts.name_of(number) or "")


def post_texts(raw: Raw) -> Iterator[tuple[LinkedText, bool]]:
    """Yield a post's own text with its attachments, then each post that it copies with a link to that one's wall.

    Each comes with whether it is copied.
    """
    text, attached = "".join(_text_fields(raw, "text")), _attached(raw)
    if text or attached:
        yield as_linked_text(text, attached), False
    for copied in objects(raw.get("copy_history")):
        links = [*_attached(copied), *_page_link(copied.get("owner_id"))]
        yield as_linked_text("".join(_text_fields(copied, "text")), links), True


def _attached(raw: Raw) -> list[tuple[str, str]]:
    """Return the URL and title of each attached link and community."""
    links = []
    for item in objects(raw.get("attachments")):
        link, group = (as_object(item.get(key)) for key in ("link", "group"))
        if url := "".join(_text_fields(link, "url")):
            links.append((url, "".join(_text_fields(link, "title"))))
        elif number := read_whole(group.get("id")):
            links.append((_numbered_address(-abs(number)).url, "".join(_text_fields(group, "name"))))
    return links


def _own_texts(vk: VkPage, raw: Raw) -> Iterator[tuple[PassagePlace, LinkedText]]:
    """Yield status, site and description, and a community's list of links, and contacts without phone and mail."""
    description = vk.about if vk.id > 0 else vk.description
    texts = {PassagePlace.STATUS: vk.status, PassagePlace.SITE: vk.site, PassagePlace.DESCRIPTION: description}
    yield from ((place, as_linked_text(text)) for place, text in texts.items() if text)
    for item in objects(raw.get("links")):
        for url in _text_fields(item, "url"):
            # In one line, as the words beside a link say whose it is.
            words = " ".join(_text_fields(item, "name", "desc"))
            yield PassagePlace.SITE, as_linked_text(words, [(url, "")], gap=" ")
    for item in objects(raw.get("contacts")):
        words = " ".join(_CONTACT.sub("", "".join(_text_fields(item, "desc"))).split())
        attached = _page_link(max(0, read_whole(item.get("user_id")) or 0))
        if words or attached:
            yield PassagePlace.CONTACTS, as_linked_text(words, attached, gap=" ")


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


def _read_page(vk: VkPage, raw: Raw) -> ScoutedPage:
    """Return one object of users.get or groups.getById as a page; the fields of the other kind are not in it."""
    addresses = (Address.read(f"{NETWORK.facts.host}/{name}") for name in (vk.screen_name, vk.domain) if name)
    address = next(filter(None, addresses), _numbered_address(vk.id))
    # VK writes DELETED in place of the name of a page that its owner deleted.
    title = "" if raw.get("first_name") == "DELETED" else " ".join(_text_fields(raw, "first_name", "last_name", "name"))
    places = [*_text_fields(as_object(raw.get("city")), "title"), *_text_fields(raw, "home_town")]
    return ScoutedPage(
        address,
        exists=not vk.deactivated,
        cause=Cause.GONE if vk.deactivated else Cause.PRIVATE if vk.closed and vk.id > 0 else None,
        id=vk.id,
        kind=PageKind.PROFILE if vk.id > 0 else PageKind.COMMUNITY,
        title=title or None,
        description=vk.status if vk.id > 0 else vk.description,
        place=", ".join(dict.fromkeys(places)) or None,
        work="; ".join(dict.fromkeys(_work(raw))) or None,
        verified=vk.verified,
        government=read_flag(raw.get("is_government_organization")),
        closed=vk.closed,
        subscribers=vk.subscribers,
        passages=tuple(make_passage(place, text, address) for place, text in _own_texts(vk, raw)),
    )


def _work(raw: Raw) -> Iterator[str]:
    """Yield where a person works, each job with position, company and city; of a community its sort."""
    yield from _text_fields(as_object(raw.get("occupation")), "name")
    jobs = (", ".join(_text_fields(item, "position", "company", "city_name")) for item in objects(raw.get("career")))
    yield from filter(None, jobs)
    yield from _text_fields(raw, "activity")


# One response --------------------------------------------------------------------------------------------------------

USERS, GROUPS = "users.get", "groups.getById"
USER_SEARCH, GROUP_SEARCH = "users.search", "groups.search"
_OF_GROUPS = {GROUPS, GROUP_SEARCH}
_IDS = {USERS: "user_ids", GROUPS: "group_ids"}
_FIELDS = {USERS: ",".join(USER_FIELDS), GROUPS: ",".join(GROUP_FIELDS)}
BATCH = {USERS: 1000, GROUPS: 500}


def methods_for(name: str) -> tuple[str, ...]:
    """Return the methods that may know a name: ``id5`` can only be a user, ``club5`` only a community."""
    number = NETWORK.facts.number(name)
    return (USERS, GROUPS) if number is None else (USERS,) if number > 0 else (GROUPS,)


@dataclass(slots=True)
class LookupBatch:
    """The names asked for in one call, or a search, and what of its pages is stored."""

    is_lead: LeadFilter
    names: Sequence[str] = ()
    method: str = ""
    """The method that is called; a name may have to be asked for by two."""
    on_record: bool = False
    """Whether a page on record is asked for, whose own texts are stored."""
    kind: EvidenceKind = EvidenceKind.LEAD

    def make_request(self) -> Request[MinimisedResponse]:
        """Return the request for the names. The recorded URL has only their count, as some may be citizens'."""
        fields = {"fields": _FIELDS[self.method]}
        numbers = map(NETWORK.facts.number, self.names)
        names = (name if number is None else str(abs(number)) for name, number in zip(self.names, numbers, strict=True))
        hidden = f"{self.method}?{urlencode({**fields, 'names': len(self.names)})}"
        call = Call(self.method, {_IDS[self.method]: ",".join(names), **fields})
        return Request(call, MinimisedResponse, self.kind, recorded_url="" if self.on_record else hidden)


def read_pages(batch: LookupBatch, response: Raw) -> list[ScoutedPage]:
    """Return a response's pages, once for each name under which they were asked for, or else under their own address.

    Raises anything if an object cannot be read: then nothing is known about any of the names.
    """
    pages = dict[Address, ScoutedPage]()
    for raw in response["groups"] if "groups" in response else response["items"]:
        number = read_whole(raw.get("id")) or 0
        vk = VkPage.model_validate({**raw, "id": (-abs(number) if batch.method in _OF_GROUPS else number) or None})
        page = _read_page(vk, raw)
        asked_names = sorted((vk.chosen_names | vk.numbered_names | {page.address.name}) & set(batch.names))
        addresses = [Address(NETWORK, name) for name in asked_names] or [page.address]
        pages |= {address: replace(page, address=address) for address in addresses}
    return list(pages.values())


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
