"""One person whose accounts are looked for: everything found so far, and how far the search has come."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.search.pages import Page
from auditor.search.weighing.lead import Found, Lead, Mention, Origin, Person

_FACTS = ("id", "subscribers", "opened_at", "not_earlier_than", "last_post_at", "opened_precision")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a page that was looked at. `lead` None: it is on record, or has another address.

    `beside` is a digest of everything that was known of the person: the verdict holds only with the same. `run` is
    the archive's number of the search in which the page was seen.
    """

    lead: Lead | None
    beside: str
    run: int
    at: datetime


@dataclass(slots=True)
class Notes:
    """How far the search for one person has come, names apart."""

    found: dict[Address, tuple[Origin, ...]] = field(default_factory=dict)
    verdicts: dict[Address, Verdict] = field(default_factory=dict)
    read: dict[Address, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    """Pages that were read whole, when, and what that told: numbers and dates."""
    needs: dict[Address, int] = field(default_factory=dict)
    """Pages whose reading the budget has ended: how many requests it takes at least."""
    asked: dict[str, datetime] = field(default_factory=dict)
    """Questions that a network's own search has answered."""
    refused: dict[str, datetime] = field(default_factory=dict)
    """Routes that have refused to search."""


@dataclass(slots=True)
class Quarry:
    """What is known of one person's pages while the search runs."""

    person: Person
    found: dict[Address, Found] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    """How many names got an answer, by the scout's name, earlier searches included."""
    own: list[Page] = field(default_factory=list)
    """Pages that are the person's or may be, read whole."""
    leads: list[Lead] = field(default_factory=list)
    """The leads that the search found, best first."""
    notes: Notes = field(default_factory=Notes)
    """How far earlier searches and this one have come."""

    def add(self, page: Page, origin: Origin, said: Iterable[Mention] = ()) -> None:
        """Take in a page, or learn more of one."""
        new = Found(page, (origin,), tuple(said))
        known = self.found.get(page.address)
        if known is None:
            self.found[page.address] = new
        else:
            seen = page if page.exists is not None or known.page.exists is None else known.page
            self.found[page.address] = _joined(seen, known, new)

    def learn(self, page: Page) -> None:
        """Replace what was known of a page by what was seen now, and add what an earlier reading found."""
        known = self.found.get(page.address)
        if known is not None:
            told = self.notes.read[page.address][1] if page.exists and page.address in self.notes.read else {}
            wanting = {key: value for key, value in told.items() if getattr(page, key) is None}
            self.found[page.address] = Found(replace(page, **wanting), known.origins, known.mentions)

    def unseen(self, network: Network | None) -> list[Address]:
        """Return the addresses on a network that were not looked at yet, or not since more is known of the person."""
        beside = self.beside()
        mine = (f.page for f in self.found.values() if f.page.address.network is network and _unseen(f.page))
        verdicts = self.notes.verdicts
        return [p.address for p in mine if p.address not in verdicts or verdicts[p.address].beside != beside]

    def beside(self) -> str:
        """Return a digest of everything known of the person's pages: with a new one, each verdict may change."""
        known = sorted(f"{a.url} {sorted(f.origins)} {_said(f)}" for a, f in self.found.items())
        return digest([*known, *sorted(a.url for a in self._decided()[0])])

    def settled(self) -> list[Lead]:
        """Return the leads that an earlier search has seen and this one has not."""
        decided, numbers = self._decided()
        seen = {f.page.id for f in self.found.values() if f.page.exists} - {None}
        leads = [self.notes.verdicts[address].lead for address in self._earlier()]
        return [
            lead for lead in leads if lead is not None and lead.address not in decided and lead.id not in numbers | seen
        ]

    def undecided(self) -> list[Found]:
        """Return what was found, less what a person has decided already and what `settled` has."""
        decided, numbers = self._decided()
        earlier = self._earlier()
        found = [f for address, f in self.found.items() if address not in earlier]
        return [one for one in _by_number(found) if one.page.address not in decided and one.page.id not in numbers]

    def judge(self, leads: Iterable[Lead], run: int, at: datetime) -> None:
        """Note the verdict on each page that was seen in this search, and which pages were found."""
        mine, beside = {lead.address: lead for lead in leads}, self.beside()
        for address, found in self.found.items():
            if found.page.exists is not None:
                self.notes.verdicts[address] = Verdict(mine.get(address), beside, run, at)
        self.notes.found = {address: found.origins for address, found in self.found.items()}

    def note_read(self, address: Address, page: Page | None, at: datetime) -> None:
        """Note that a page was read whole, and what that told in numbers."""
        self.notes.read[address] = (at, facts_of(page) if page is not None else {})
        self.notes.needs.pop(address, None)

    @property
    def apart(self) -> bool:
        """Tell whether not all pages were seen in one search: then a copy may not be known for one."""
        runs = {verdict.run for verdict in self.notes.verdicts.values() if verdict.lead is not None}
        return len(runs) > 1

    def _earlier(self) -> set[Address]:
        unseen = {address for address, found in self.found.items() if found.page.exists is None}
        return unseen & set(self.notes.verdicts)

    def _decided(self) -> tuple[set[Address], set[int]]:
        """Return the addresses and numbers of confirmed and rejected accounts."""
        decided = {a.url: a.id for a in self.person.holder.accounts if a.judged or a.rejected is not None}
        numbers = {*decided.values(), *(page.id for page in self.own if page.address in decided)}
        return set(decided), {number for number in numbers if number is not None}


def _unseen(page: Page) -> bool:
    return page.exists is None and page.cause is None


def _said(found: Found) -> list[str]:
    return sorted(f"{mention.why} {mention.passage.url}" for mention in found.mentions)


def _by_number(found: Iterable[Found]) -> list[Found]:
    """Make one of what came up under two addresses and is one page: a VK number and the name that goes with it."""
    joined: dict[tuple[Network, int | str], Found] = {}
    for one in found:
        key = (one.page.address.network, one.page.id or one.page.address.name)
        other = joined.get(key)
        if other is None:
            joined[key] = one
        else:
            best = max(other, one, key=lambda f: (f.page.exists is not None, len(f.page.passages), _named(f.page)))
            joined[key] = _joined(best.page, other, one)
    return list(joined.values())


def _joined(page: Page, one: Found, other: Found) -> Found:
    """Put together how a page came up and what was said of it."""
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    return Found(page, origins, (*one.mentions, *(m for m in other.mentions if m not in one.mentions)))


def _named(page: Page) -> bool:
    """Tell whether its address is a name rather than a number."""
    return page.id is None or page.address.name not in {f"id{page.id}", f"club{-page.id}"}


def digest(lines: Sequence[str]) -> str:
    """Return a short digest of lines in their order."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def facts_of(page: Page) -> dict[str, Any]:
    """Return what a reading tells of a page beyond a look, in numbers and dates."""
    told = {key: getattr(page, key) for key in _FACTS}
    return {key: value for key, value in told.items() if value is not None}
