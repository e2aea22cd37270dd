"""Users and communities of VK read as pages, and which of many names exist, in as few calls as possible.

This is the only code for VK that reads names of people. A `Page` lives in memory; `Roll` says what of it is stored.

A call asks for a thousand users or five hundred communities. VK leaves unknown names out of its answer, and answers
with nothing or an error if it knows none of them. The same may come from one name that it rejects. So the names are
asked for again together with one that is known to exist, an anchor; only if that fails too is the batch halved.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError, ValidationInfo, model_validator

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.probes.looks import Act, Ask, Call, Failure, Record, Stored
from auditor.probes.vk.codes import NO_SUCH, NOBODY, speaks_of_page
from auditor.probes.vk.forms import an_object, flag, whole
from auditor.probes.vk.pages import Page as VkPage
from auditor.probes.vk.speakers import numbered_names
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.scouts import vk_texts
from auditor.search.scouts.base import Worth, flags
from auditor.search.scouts.vk_texts import Raw, told

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


def read_person(raw: Raw) -> Page:
    """Read one object of users.get. Raises pydantic's `ValidationError` without an id."""
    vk = VkPage.model_validate(raw)
    # VK writes DELETED in place of the name of a page that its owner deleted.
    title = None if raw.get("first_name") == "DELETED" else " ".join(told(raw, "first_name", "last_name"))
    city = told(an_object(raw.get("city")), "title")
    return _read(
        vk,
        _own_texts(vk, vk.about),
        kind=PageKind.PROFILE,
        title=title or None,
        description=vk.status,
        place=", ".join(dict.fromkeys([*city, *told(raw, "home_town")])) or None,
        work="; ".join(dict.fromkeys(_work(raw))) or None,
    )


def read_community(raw: Raw) -> Page:
    """Read one object of groups.getById. Raises pydantic's `ValidationError` without an id."""
    vk = VkPage.model_validate({**raw, "id": -abs(whole(raw.get("id")) or 0) or None})
    own = _address(vk)
    return _read(
        vk,
        [*_own_texts(vk, vk.description), *vk_texts.listed(raw, own), *vk_texts.contacts(raw, own)],
        kind=PageKind.COMMUNITY,
        title="".join(told(raw, "name")) or None,
        description=vk.description,
        place="".join(told(an_object(raw.get("city")), "title")) or None,
        work="".join(told(raw, "activity")) or None,
        government=flag(raw.get("is_government_organization")),
    )


def _read(vk: VkPage, passages: Iterable[Passage], **facts: Any) -> Page:
    return Page(
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
    for place, text in ((Place.STATUS, vk.status), (Place.SITE, vk.site), (Place.DESCRIPTION, about)):
        if text:
            yield vk_texts.passage(place, vk_texts.shown(text), _address(vk))


def _work(raw: Raw) -> Iterator[str]:
    """Give where a person works: each place and post, the occupation first."""
    yield from told(an_object(raw.get("occupation")), "name")
    jobs = (", ".join(told(item, "position", "company", "city_name")) for item in vk_texts.objects(raw.get("career")))
    yield from (job for job in jobs if job)


# One answer ----------------------------------------------------------------------------------------------------------

USERS, GROUPS = "users.get", "groups.getById"
USER_SEARCH, GROUP_SEARCH = "users.search", "groups.search"
_IDS = {USERS: "user_ids", GROUPS: "group_ids"}
_FIELDS = {USERS: USER_FIELDS, GROUPS: GROUP_FIELDS}
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
class Sheet:
    """What was asked in one call, and the pages that came, which live in memory only."""

    method: str
    worth: Worth
    names: Sequence[str] = ()
    anchor: str | None = None
    """The name that was asked for beside them."""
    whole: bool = False
    """A page on record was asked for: its own words are stored."""
    kind: EvidenceKind = EvidenceKind.LEAD
    pages: list[Page] = field(default_factory=list, repr=False)
    named: set[str] = field(default_factory=set)
    """The names under which a page was found."""

    def ask(self) -> Ask["Roll"]:
        """Ask for the names. The stored address goes without them: some may be citizens'."""
        beside = [] if self.anchor in {None, *self.names} else [str(self.anchor)]
        spoken = [_NUMBERED.sub(r"\2", name) if _NUMBERED.fullmatch(name) else name for name in (*self.names, *beside)]
        fields = {"fields": ",".join(_FIELDS[self.method])}
        call = Call(self.method, {_IDS[self.method]: ",".join(spoken), **fields})
        hidden = f"{self.method}?{urlencode({**fields, 'names': len(self.names)})}"
        return Ask(call, Roll, self.kind, self, "" if self.whole else hidden)

    def weighed(self, items: Sequence[Any]) -> dict[str, Any]:
        """Read an answer's pages, and return what is kept of it.

        Raises `ValueError` where one cannot be read or the anchor is not there: then nothing is said of any name.
        """
        self.pages, asked, came, anchored = [], set(self.names), 0, False
        for raw in items:
            page = _READ[self.method](raw)
            names = _names(page, raw)
            anchored |= self.anchor in names
            under = sorted(names & asked)
            if self.anchor in names and not under:
                continue
            came += 1
            self.named.update(under)
            self.pages += [replace(page, address=Address(NETWORK, name)) for name in under] or [page]
        if items and self.anchor is not None and not anchored:
            raise ValueError("not even the known page")
        unique = {page.address: page for page in self.pages}
        self.pages = list(unique.values())
        kept = [_row(page, whole=self.whole) for page in self.pages if self.worth(page)]
        return {"asked": max(1, len(self.names)), "answered": came, "kept": kept, "empty": not items}


def _names(page: Page, raw: Raw) -> set[str]:
    """Return every name that a page answers to."""
    number = page.id or 0
    kinds = ("id",) if number > 0 else ("club", "public", "event")
    short = {name.casefold() for name in told(raw, "screen_name", "domain")}
    return short | {f"{kind}{abs(number)}" for kind in kinds} | {page.address.name}


def _row(page: Page, *, whole: bool) -> dict[str, Any]:
    """Return what is kept of a page that is worth it: nobody's title, place, work or words, for it may be a citizen's.

    Of one on record its own words are kept, without telephone numbers and mail.
    """
    row = {"address": page.address.url, "exists": page.exists, "government": page.government, "closed": page.closed}
    own = {"title": page.title, "texts": [passage.text for passage in page.passages]} if whole else {}
    return {**row, **flags(page), **own}


class Roll(Stored):
    """What is kept of an answer about pages: how many names were asked for, how many pages came, which are leads."""

    asked: int
    answered: int
    kept: tuple[dict[str, Any], ...] = ()
    empty: bool = False
    """Nothing came, not even a known page."""

    @model_validator(mode="before")
    @classmethod
    def _weighed(cls, raw: Any, info: ValidationInfo) -> Any:
        if not isinstance(info.context, Sheet):
            return raw
        items = raw.get("groups", raw.get("items"))
        if not isinstance(items, list):
            raise ValueError("no list of pages")
        try:
            return {"at": raw["at"], **info.context.weighed(items)}
        except (ValidationError, AttributeError):
            raise ValueError("a page that cannot be read") from None


# Which of many names exist -------------------------------------------------------------------------------------------

_MOST_SPLITS = 40
"""Halvings in one look-up: enough to single out three bad names of a thousand."""
_FIRST = {USERS: "id1", GROUPS: "club1"}
"""VK's first pages, tried as anchors if no other page is known yet (facts/vk.md 4.3)."""
_DENIED = 15
_ERROR = re.compile(rb'\s*\{\s*"error"')
"""An error by which VK says that it knows none of the names; it may be about one of them alone. An empty list is not."""


@dataclass(slots=True)
class LookedUp:
    """The result of a look-up. `answered` are the names that got a real answer, whether they exist or not."""

    pages: list[Page] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    """The names under which a page was found."""
    cause: Cause | None = None
    """Why some names got no answer."""


AskOnce = Callable[[Ask[Any], list[Record]], Any]


class Lookup:
    """Asks VK for many names at once, and remembers which methods will not answer."""

    def __init__(self, ask: AskOnce) -> None:
        """Ask through `ask`."""
        self.closed: dict[str, Cause] = {}
        """Methods that this key may not call."""
        self._ask_once = ask
        self._size = dict(BATCH)
        self._anchors: dict[str, str | None] = {}
        self._known: dict[str, str] = {}
        self._anchored: set[str] = set()

    def anchor(self, page_id: int) -> None:
        """Remember a page that exists, to be asked for together with names that may not."""
        self._known.setdefault(USERS if page_id > 0 else GROUPS, numbered_names(page_id)[0])

    def ask(self, question: Ask[Any], tape: list[Record]) -> Any:
        """Ask one thing, and note where the key may not: "access denied" says that of a look-up or a search."""
        answer = self._ask_once(question, tape)
        if isinstance(answer, Failure) and not speaks_of_page(answer):
            if answer.code == _DENIED:
                answer = answer.model_copy(update={"cause": Cause.NO_CREDENTIALS, "act": Act.CLOSE})
            if answer.cause is Cause.NO_CREDENTIALS:
                self.closed[question.call.method] = answer.cause
        return answer

    def find(self, sheet: Sheet) -> LookedUp:
        """Ask for all names of a sheet, in batches."""
        found, method = LookedUp(), sheet.method
        todo = deque(self._batches(method, sheet.names))
        splits, largest, culprit = 0, 0, False
        while todo and found.cause is None:
            batch = todo.popleft()
            failure = self._ask_for(replace(sheet, names=batch, anchor=self._beside(method)), found)
            if failure is None:
                largest = max(largest, len(batch) if splits else 0)
            elif not speaks_of_page(failure) or splits >= _MOST_SPLITS:
                found.cause = failure.cause
            elif len(batch) == 1:
                culprit = True
                _take_word(batch[0], failure, found)
            elif failure.code in NO_SUCH | NOBODY and method not in self._anchored:
                todo.extendleft(reversed(self._again(method, batch, found)))
            else:
                splits += 1
                half = (len(batch) + 1) // 2
                todo.extendleft((batch[half:], batch[:half]))
        if largest and not culprit and found.cause is None:
            self._size[method] = largest + 1  # no name was at fault: the batch was too large
        return found

    def _batches(self, method: str, names: Sequence[str]) -> list[Sequence[str]]:
        size = self._size[method] - (method in self._anchored)
        return [names[start : start + size] for start in range(0, len(names), size)]

    def _beside(self, method: str) -> str | None:
        return self._anchors.get(method) if method in self._anchored else None

    def _ask_for(self, sheet: Sheet, found: LookedUp) -> Failure | None:
        """Ask for some names in one call and take in the answer."""
        tape: list[Record] = []
        roll = self.ask(sheet.ask(), tape)
        answers = [record.answer() for record in tape if record.status is not None]
        found.answers += answers
        if isinstance(roll, Failure):
            return roll
        if roll.empty and _ERROR.match(tape[-1].received):
            return Failure(at=roll.at, cause=Cause.REFUSED, code=next(iter(NOBODY)))
        found.answered.update(sheet.names)
        found.named |= sheet.named
        found.pages += [page.read_from(answers[0].evidence.id) for page in sheet.pages]
        there = (page.address.name for page in sheet.pages if page.exists and page.cause is None)
        if self._anchors.get(sheet.method) is None and sheet.kind is EvidenceKind.LEAD:
            self._anchors |= {sheet.method: name for name in there}
        return None

    def _again(self, method: str, names: Sequence[str], found: LookedUp) -> list[Sequence[str]]:
        """Return what to ask for after an answer that knows none of the names: all of them beside an anchor.

        If no anchor can be found, "no such page" is taken to be about all of them.
        """
        if self._find_anchor(method, found):
            self._anchored.add(method)
            return self._batches(method, names)
        if found.cause is None:
            found.answered.update(names)
        return []

    def _find_anchor(self, method: str, found: LookedUp) -> bool:
        """Tell whether there is a page that this call finds, asking for it alone once in a run.

        If a page that is known to exist is not found, the call itself is at fault.
        """
        if method not in self._anchors:
            name = self._known.get(method, _FIRST[method])
            sheet = Sheet(method, lambda _page: False, [name])
            answer = self.ask(sheet.ask(), [])
            if isinstance(answer, Failure) and (not speaks_of_page(answer) or method in self._known):
                found.cause = answer.cause
                return False
            self._anchors[method] = name if name in sheet.named else None
        return self._anchors[method] is not None


def _take_word(name: str, failure: Failure, found: LookedUp) -> None:
    """Take in what VK says about one page: it is gone, private or withheld, or there is none."""
    found.answered.add(name)
    if failure.code not in NO_SUCH | NOBODY:
        exists = {Cause.GONE: False, Cause.PRIVATE: True}.get(failure.cause)
        # Content that VK withholds is this page's own trouble: `blocked` would speak of the route.
        cause = Cause.REFUSED if failure.cause is Cause.BLOCKED else failure.cause
        page = Page(Address(NETWORK, name), exists=exists, cause=cause, closed=exists is True)
        found.named.add(name)
        found.pages.append(page.read_from(found.answers[-1].evidence.id))
