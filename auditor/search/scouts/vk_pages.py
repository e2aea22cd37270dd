"""Users and communities of VK read as pages, and which of many names exist, in as few calls as possible.

This is the only code for VK that reads names of people. A `Page` lives in memory; `minimise` says what of it is stored.

A call asks for a thousand users or five hundred communities. VK leaves unknown names out of its answer, and answers
with an error if it knows none of them. The same error may come from one name that it rejects. So the names are asked
for again together with one that is known to exist, an anchor; only if that fails too is the batch halved.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.pacing import Breaker
from auditor.probes.vk.answers import Owner, flag, objects, read_group, read_user
from auditor.probes.vk.client import VkClient
from auditor.probes.vk.directory import number_name
from auditor.probes.vk.errors import Act, Exchange, Fact, Param, VkAnswer, VkFailure
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.scouts import vk_texts

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


def read_person(raw: Mapping[str, Any]) -> Page | None:
    """Read one object of users.get. None without an id."""
    owner = read_user(raw)
    if owner is None:
        return None
    address = _address(owner, raw)
    return _read_owner(
        owner,
        address,
        kind=PageKind.PROFILE,
        # VK writes DELETED in place of the name of a page that its owner deleted.
        title=None if raw.get("first_name") == "DELETED" else _joined(_told(raw, "first_name", "last_name"), " "),
        description=owner.texts.get("status"),
        place=_joined(dict.fromkeys([*_titles(raw.get("city")), *_told(raw, "home_town")]), ", "),
        work=_joined(_work(raw), "; "),
        passages=tuple(_own_texts(owner, address, "about")),
    )


def read_community(raw: Mapping[str, Any]) -> Page | None:
    """Read one object of groups.getById. None without an id."""
    owner = read_group(raw)
    if owner is None:
        return None
    address = _address(owner, raw)
    own = _own_texts(owner, address, "description")
    return _read_owner(
        owner,
        address,
        kind=PageKind.COMMUNITY,
        title=_joined(_told(raw, "name"), ""),
        description=owner.texts.get("description"),
        place=_joined(_titles(raw.get("city")), ""),
        work=_joined(_told(raw, "activity"), ""),
        government=flag(raw.get("is_government_organization")),
        passages=(*own, *vk_texts.listed(raw, address), *vk_texts.contacts(raw, address)),
    )


def _read_owner(owner: Owner, address: Address, **facts: Any) -> Page:
    private = owner.closed and owner.id > 0
    return Page(
        address=address,
        exists=not owner.deactivated,
        cause=Cause.GONE if owner.deactivated else Cause.PRIVATE if private else None,
        id=owner.id,
        verified=owner.verified,
        closed=owner.closed,
        subscribers=owner.subscribers,
        **facts,
    )


def _address(owner: Owner, raw: Mapping[str, Any]) -> Address:
    """Return its address by the short name; by its number where VK sends none, or none that an address can have."""
    read = (Address.read(f"https://vk.com/{name}") for name in _told(raw, "screen_name", "domain"))
    return next((address for address in read if address is not None), Address(_NETWORK, number_name(owner.id)))


def _own_texts(owner: Owner, address: Address, about: str) -> Iterable[Passage]:
    for place, key in ((Place.STATUS, "status"), (Place.SITE, "site"), (Place.DESCRIPTION, about)):
        if owner.texts.get(key):
            yield vk_texts.passage(place, vk_texts.shown(owner.texts[key]), address)


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


# Which of many names exist -------------------------------------------------------------------------------------------

USERS, GROUPS = "users.get", "groups.getById"
_IDS = {USERS: "user_ids", GROUPS: "group_ids"}
_FIELDS = {USERS: USER_FIELDS, GROUPS: GROUP_FIELDS}
BATCH = {USERS: 1000, GROUPS: 500}

_MOST_SPLITS = 40
"""Halvings in one look-up: enough to single out three bad names of a thousand."""
_FIRST = {USERS: "id1", GROUPS: "club1"}
"""VK's first pages, tried as anchors if no other page is known yet (facts/vk.md 4.3)."""
_NUMBERED = re.compile(r"(id|club|public|event)(\d{1,15})")

_NETWORK = Network("vk")


def methods_for(name: str) -> tuple[str, ...]:
    """Return the methods that may know a name: ``id5`` can only be a user, ``club5`` a community."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return (USERS, GROUPS)
    return (USERS,) if match[1] == "id" else (GROUPS,)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page with VK's own object of it, from which its evidence is made."""

    page: Page
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer: what was asked for, and the pages in it or why there are none."""

    method: str
    asked: int
    exchange: Exchange = field(repr=False)
    seen: tuple[Seen, ...] = ()
    failure: VkFailure | None = None


@dataclass(slots=True)
class LookedUp:
    """The result of a look-up. `answered` are the names that got a real answer, whether they exist or not."""

    sheets: list[Sheet] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    """The names under which a page was found."""
    cause: Cause | None = None
    """Why some names got no answer."""

    @property
    def pages(self) -> list[Page]:
        """The pages of all answers."""
        return [seen.page for sheet in self.sheets for seen in sheet.seen]


class Lookup:
    """Asks VK for many names at once, and remembers which methods will not answer."""

    def __init__(self, client: VkClient, breaker: Breaker) -> None:
        """Ask through `client`; `breaker` is the route's."""
        self.closed: dict[str, Cause] = {}
        """Methods that will not answer in this run, and why."""
        self._client = client
        self._breaker = breaker
        self._size = dict(BATCH)
        self._anchors: dict[str, str | None] = {}
        self._known: dict[str, str] = {}
        self._anchored: set[str] = set()

    def anchor(self, page_id: int, name: str) -> None:
        """Remember a page that exists, to be asked for together with names that may not."""
        self._known.setdefault(USERS if page_id > 0 else GROUPS, name)

    def ask(self, method: str, params: Mapping[str, Param]) -> VkAnswer | VkFailure:
        """Call `method`, unless it is closed."""
        if method in self.closed:
            return VkFailure(None, Act.STOP_METHOD, self.closed[method], sent=False)
        outcome = self._client.call(method, **params)
        failure = outcome if isinstance(outcome, VkFailure) else None
        # "Access denied" to a look-up or a search is what a key of the wrong kind gets (vk.md 0.2).
        if failure is not None and failure.code == 15 and failure.act is not Act.PAGE:
            failure = replace(failure, act=Act.STOP_METHOD, cause=Cause.NO_CREDENTIALS)
        self.note(method, failure)
        return outcome if failure is None else failure

    def note(self, method: str, failure: VkFailure | None) -> None:
        """Remember how a call ended: whether it closes the method or says something about the route."""
        if failure is None or failure.act is Act.PAGE:
            self._breaker.note(None)
        elif failure.act is Act.STOP_METHOD:
            self.closed[method] = failure.cause
        elif failure.sent:
            self._breaker.note(failure.cause)

    def find(self, method: str, names: Iterable[str]) -> LookedUp:
        """Ask `method` for all of `names`."""
        found = LookedUp()
        todo = deque(self._batches(method, list(names)))
        splits, largest, culprit = 0, 0, False
        while todo and found.cause is None:
            batch = todo.popleft()
            sheet = self._ask_for(method, batch, found)
            failure = sheet.failure if isinstance(sheet, Sheet) else sheet
            if failure is None:
                largest = max(largest, len(batch) if splits else 0)
                continue
            if failure.act is not Act.PAGE or splits >= _MOST_SPLITS:
                found.cause = failure.cause
            elif len(batch) == 1:
                culprit = True
                self._one(batch[0], failure, found)
            else:
                splits += failure.fact is not Fact.NO_SUCH or method in self._anchored
                smaller = self._smaller(method, batch, failure, found)
                todo.extendleft(reversed(smaller))
        if largest and not culprit and found.cause is None:
            self._size[method] = largest + 1  # no name was at fault: the batch was too large
        return found

    def _batches(self, method: str, names: Sequence[str]) -> list[Sequence[str]]:
        size = self._size[method] - (method in self._anchored)
        return [names[start : start + size] for start in range(0, len(names), size)]

    def _ask_for(self, method: str, names: Sequence[str], found: LookedUp) -> Sheet | VkFailure:
        """Ask for some names in one call and take in the answer; a failure before sending leaves no sheet."""
        anchor = self._anchors.get(method) if method in self._anchored else None
        spoken = [_NUMBERED.sub(r"\2", name) if _NUMBERED.fullmatch(name) else name for name in names]
        beside = [] if anchor is None or anchor in names else [_NUMBERED.sub(r"\2", anchor)]
        outcome = self._call(method, spoken + beside)
        if isinstance(outcome, VkFailure):
            if outcome.exchange is None or not outcome.came:
                return outcome
            sheet = Sheet(method, len(names), outcome.exchange, failure=outcome)
        else:
            sheet = self._read(method, names, outcome, anchor if beside else None)
        found.sheets.append(sheet)
        if sheet.failure is None:
            self._take(method, names, sheet, found)
        return sheet

    def _read(self, method: str, names: Sequence[str], answer: VkAnswer, anchor: str | None) -> Sheet:
        """Read an answer. One that cannot be read whole, or lacks the anchor, says nothing about any name."""
        value = answer.value.get("groups") if isinstance(answer.value, dict) else answer.value
        items = objects(value) or []
        read = [Seen(page, raw) for raw in items if (page := _page(method, raw)) is not None]
        mine = [seen for seen in read if anchor is None or anchor not in _names(seen) or _names(seen) & set(names)]
        forgot = anchor is not None and not any(anchor in _names(seen) for seen in read)
        broken = not isinstance(value, list) or len(read) < len(value) or forgot
        failure = VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=answer.exchange) if broken else None
        return Sheet(method, len(names), answer.exchange, tuple(mine), failure)

    def _take(self, method: str, names: Sequence[str], sheet: Sheet, found: LookedUp) -> None:
        """Take in an answer. A page gets the names under which it was asked for, or else its own."""
        found.answered.update(names)
        asked, pages = set(names), {}
        for seen in sheet.seen:
            under = sorted(_names(seen) & asked)
            found.named.update(under)
            for address in [Address(_NETWORK, name) for name in under] or [seen.page.address]:
                pages[address] = replace(seen, page=replace(seen.page, address=address))
            if seen.page.exists and seen.page.cause is None and self._anchors.get(method) is None:
                self._anchors[method] = seen.page.address.name
        found.sheets[-1] = replace(sheet, seen=tuple(pages.values()))

    def _one(self, name: str, failure: VkFailure, found: LookedUp) -> None:
        """Take in what VK says about one page: it is gone, private or withheld, or there is none."""
        found.answered.add(name)
        if failure.fact is not Fact.NO_SUCH:
            exists = {Fact.GONE: False, Fact.PRIVATE: True}.get(failure.fact) if failure.fact else None
            closed = failure.fact is Fact.PRIVATE
            # Content that VK withholds is this page's own trouble: `blocked` would speak of the route.
            cause = Cause.REFUSED if failure.fact is Fact.CONTENT_BLOCKED else failure.cause
            page = Page(Address(_NETWORK, name), exists=exists, cause=cause, closed=closed)
            found.named.add(name)
            found.sheets[-1] = replace(found.sheets[-1], seen=(Seen(page),))

    def _smaller(self, method: str, names: Sequence[str], failure: VkFailure, found: LookedUp) -> list[Sequence[str]]:
        """Return what to ask for next after an error about a page that may be any of `names`.

        If no anchor can be found, "no such page" is taken to be about all of them.
        """
        if failure.fact is Fact.NO_SUCH and method not in self._anchored:
            if self._find_anchor(method, found):
                self._anchored.add(method)
                return self._batches(method, names)
            if found.cause is None:
                found.answered.update(names)
            return []
        half = (len(names) + 1) // 2
        return [names[:half], names[half:]]

    def _find_anchor(self, method: str, found: LookedUp) -> bool:
        """Tell whether there is a page that this call finds, asking for it alone once in a run.

        If a page that is known to exist is not found, the call itself is at fault.
        """
        if method in self._anchors:
            return self._anchors[method] is not None
        name = self._known.get(method, _FIRST[method])
        outcome = self._call(method, [_NUMBERED.sub(r"\2", name)])
        if isinstance(outcome, VkFailure) and (outcome.act is not Act.PAGE or method in self._known):
            found.cause = outcome.cause
            return False
        seen = self._read(method, [name], outcome, None).seen if isinstance(outcome, VkAnswer) else ()
        self._anchors[method] = name if any(name in _names(one) for one in seen) else None
        return self._anchors[method] is not None

    def _call(self, method: str, names: Sequence[str]) -> VkAnswer | VkFailure:
        return self.ask(method, {_IDS[method]: list(names), "fields": _FIELDS[method]})


def _page(method: str, raw: Mapping[str, Any]) -> Page | None:
    return read_person(raw) if method == USERS else read_community(raw)


def _names(seen: Seen) -> set[str]:
    """Return every name that a page answers to."""
    number = abs(seen.page.id or 0)
    kinds = ("id",) if (seen.page.id or 0) > 0 else ("club", "public", "event")
    short = {text.casefold() for key in ("screen_name", "domain") if isinstance(text := seen.raw.get(key), str)}
    return short | {f"{kind}{number}" for kind in kinds} | {seen.page.address.name}
