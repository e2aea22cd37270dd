"""VK's objects of users and communities read as pages, for weighing whose they are.

Here, and nowhere else among VK's probes, names are read. A `Page` lives in memory; `minimise` says what of it stays.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.pages import Page, PageKind, Passage, Place
from auditor.probes.vk import texts
from auditor.probes.vk.answers import Owner, flag, objects, read_group, read_user
from auditor.probes.vk.directory import number_name
from auditor.probes.vk.opening import not_earlier_than

USER_FIELDS = [
    *("screen_name", "domain", "verified", "followers_count", "status", "site", "about"),
    *("city", "home_town", "occupation", "career"),
]
# is_government_organization is in no published list (vk.md 0.4): where it does not come it stays unknown.
GROUP_FIELDS = [
    *("screen_name", "verified", "is_government_organization", "members_count", "description", "status", "site"),
    *("activity", "city", "links", "contacts"),
]


def read_person(raw: Mapping[str, Any]) -> Page | None:
    """Read one object of users.get. None without an id."""
    owner = read_user(raw)
    if owner is None:
        return None
    address = _address(owner, raw)
    return _page(
        owner,
        address,
        kind=PageKind.PROFILE,
        # VK writes DELETED in place of the name of a page that its owner deleted.
        title=None if raw.get("first_name") == "DELETED" else _joined(_told(raw, "first_name", "last_name"), " "),
        description=owner.texts.get("status"),
        place=_joined(dict.fromkeys([*_titles(raw.get("city")), *_told(raw, "home_town")]), ", "),
        work=_joined(_work(raw), "; "),
        passages=tuple(_own_texts(owner, address, Place.STATUS, status="status", about="about")),
    )


def read_community(raw: Mapping[str, Any]) -> Page | None:
    """Read one object of groups.getById. None without an id."""
    owner = read_group(raw)
    if owner is None:
        return None
    address = _address(owner, raw)
    own = _own_texts(owner, address, Place.STATUS, status="status", about="description")
    return _page(
        owner,
        address,
        kind=PageKind.COMMUNITY,
        title=_joined(_told(raw, "name"), ""),
        description=owner.texts.get("description"),
        place=_joined(_titles(raw.get("city")), ""),
        work=_joined(_told(raw, "activity"), ""),
        government=flag(raw.get("is_government_organization")),
        passages=(*own, *texts.listed(raw, address), *texts.contacts(raw, address)),
    )


def _page(owner: Owner, address: Address, **facts: Any) -> Page:
    private = owner.closed and owner.id > 0
    return Page(
        address=address,
        exists=not owner.gone,
        cause=Cause.GONE if owner.gone else Cause.PRIVATE if private else None,
        id=owner.id,
        verified=owner.verified,
        closed=owner.closed,
        subscribers=owner.subscribers,
        not_earlier_than=not_earlier_than(owner.id),
        **facts,
    )


def _address(owner: Owner, raw: Mapping[str, Any]) -> Address:
    """Return its address by the short name; by its number where VK sends none, or none that an address can have."""
    for key in ("screen_name", "domain"):
        if isinstance(raw.get(key), str):
            try:
                return Address.parse(f"https://vk.com/{raw[key]}")
            except ValueError:
                continue
    return Address(Network.VK, number_name(owner.id))


def _own_texts(owner: Owner, address: Address, first: Place, *, status: str, about: str) -> Iterable[Passage]:
    for place, key in ((first, status), (Place.SITE, "site"), (Place.DESCRIPTION, about)):
        if owner.texts.get(key):
            yield texts.passage(place, owner.texts[key], url=address.url, own=address)


def _work(raw: Mapping[str, Any]) -> list[str]:
    """Read where a person works: each place and post once, the occupation first."""
    occupation = raw.get("occupation")
    told = _told(occupation, "name") if isinstance(occupation, dict) else []
    for item in objects(raw.get("career")) or []:
        told += [", ".join(_told(item, "position", "company", "city_name"))]
    return list(dict.fromkeys(text for text in told if text))


def _titles(value: object) -> list[str]:
    return _told(value, "title") if isinstance(value, dict) else []


def _told(raw: Mapping[str, Any], *keys: str) -> list[str]:
    return [text for key in keys if isinstance(text := raw.get(key), str) and text]


def _joined(words: Iterable[str], between: str) -> str | None:
    return between.join(words) or None
