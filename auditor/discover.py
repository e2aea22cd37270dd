"""Look for the accounts of officials over every open route, and keep how far the search came.

What is asked is asked in the order of what it brings: pages on record that link to others, then names formed from a
person's own, tried on VK a thousand at once and on t.me a few for each person in turn, then the networks' own search,
and last the best leads themselves. Nothing is written into the registry, and of a page that is nobody's lead nothing
is written at all.
"""

__all__ = ["Budget", "PersonSearch", "Search", "SearchResult", "records", "since_of"]

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from auditor.archive import Archive
from auditor.discovery import handles
from auditor.discovery.agreement import worth
from auditor.discovery.lead import Lead, LeadKind, Origin, Person
from auditor.discovery.links import Mention, mentions
from auditor.discovery.rank import Found, rank
from auditor.discovery.reasons import Context
from auditor.discovery.sources import Source
from auditor.pages import Page, Passage, Place
from auditor.probes.base import Clock
from auditor.probes.scouting import Door, Haul, Scout, Task
from auditor.registry.address import Address
from auditor.registry.models import AccountKind, Control, Registry
from auditor.snapshot import Cause, Network, Outcome

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]

_SLICE = 10
"""Names of one person tried on t.me before it is the next person's turn: the likeliest of everybody come first."""
_READ = 3
"""Best leads of a person on each network that are read whole, for what they link to and how alive they are."""
_PASSING = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.CONTROL_FAILED}
_OWN_TEXTS = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.CONTACTS}
_MAYBE_OWN = {LeadKind.PERSONAL, LeadKind.UNKNOWN}
"""Leads whose links are followed: they may be the person's, and what they link to may say so."""
_GIVEN = {"linked", "linked_confirmed"}
_SEARCH_AGAIN = timedelta(days=30)
"""After so long the names that nobody had are tried anew."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is without bound.

    `names`: so many names of a person are tried on a network. VK takes a thousand in three requests, t.me one in one.
    """

    requests: int | None = None
    minutes: float | None = None
    names: dict[Network, int] = field(default_factory=lambda: {Network.VK: 1000, Network.TELEGRAM: 50})


@dataclass(slots=True)
class PersonSearch:
    """What is known of one person's pages while the search runs."""

    person: Person
    found: dict[Address, Found] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    """Names answered for, by the scout's name, those of an earlier run included."""
    wanted: dict[str, list[str]] = field(default_factory=dict)
    leads: list[Lead] = field(default_factory=list)
    own: list[Page] = field(default_factory=list)
    """Pages that are the person's or may be, read whole."""

    def add(self, page: Page, origin: Origin, said: Iterable[Mention] = ()) -> None:
        """Take in a page, or learn more of one."""
        known = self.found.get(page.address)
        if known is None:
            self.found[page.address] = Found(page, (origin,), tuple(said))
            return
        better = page if page.exists is not None or known.page.exists is None else known.page
        self.found[page.address] = _joined(better, known, Found(page, (origin,), tuple(said)))


def _joined(page: Page, one: Found, other: Found) -> Found:
    """Put together how a page came up and what was said of it."""
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    return Found(page, origins, (*one.mentions, *(m for m in other.mentions if m not in one.mentions)))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search came to. `complete` is False where a route failed on the way or the budget ran out."""

    people: tuple[PersonSearch, ...]
    doors: dict[str, tuple[Door, ...]]
    requests: dict[str, int]
    causes: dict[str, Cause]
    """Why a route that was open could not be asked to the end."""
    unread: dict[str, Cause]
    """Pages on record that could not be read for links, or not to the end."""
    spent: bool
    """The budget ran out; the next search goes on from here."""
    finished_at: datetime

    @property
    def complete(self) -> bool:
        """Tell whether everything that the open routes allow was asked."""
        return not (self.causes or self.unread or self.spent)


class Search:
    """One search for `people`. `run` is the archive's number of it."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        registry: Registry,
        people: Sequence[Person],
        everybody: Sequence[Person],
        scouts: Sequence[Scout],
        clock: Clock,
        *,
        budget: Budget,
        since: datetime,
        again: bool = False,
        progress: Progress | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what to look for, where, and how much it may cost.

        `everybody` are all holders on record: what is said of one must not become another's lead. `since`: posts are
        read for links back to this moment. `again` forgets how far earlier searches came.
        """
        self._archive, self._run, self._registry = archive, run, registry
        self._everybody = everybody
        self._scouts = {scout.name: scout for scout in scouts}
        self._clock, self._budget, self._since, self._again = clock, budget, since, again
        self._progress, self._monotonic = progress, monotonic
        self._began = monotonic()
        self._spent = False
        self._failed: dict[str, Cause] = {}
        self._unread: dict[str, Cause] = {}
        self._done, self._steps = 0, 0
        self._read: set[str] = set()
        self.people = [PersonSearch(person) for person in people]
        self._by_office = {one.person.office.id: one for one in self.people}
        self._bodies, self._records = _bodies(registry), records(registry)
        self._fits = [worth(person) for person in everybody]

    def look(self, sources: Sequence[Source]) -> SearchResult:
        """Walk the whole way; what was seen is stored as it comes, so an interrupted search is gone on with."""
        self._steps = len(sources) + len(self.people) * (len(self._scouts) + 1)
        self._controls()
        for one in self.people:
            self._recall(one)
        for source in sources:
            self._read_source(source)
            self._step(str(source.address))
        self._look_at_linked()
        self._try_names()
        self._ask_search()
        self._look_at_linked()
        for one in self.people:
            self._read_leads(one)
            self._step(one.person.municipality)
        for one in self.people:
            one.leads = self._ranked(one)
        return SearchResult(
            people=tuple(self.people),
            doors={name: scout.doors() for name, scout in self._scouts.items()},
            requests={name: scout.requests for name, scout in self._scouts.items()},
            causes=self._outages(),
            unread=dict(self._unread),
            spent=self._spent,
            finished_at=self._clock(),
        )

    def _step(self, label: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps, label)

    # What may be asked

    def _may(self, scout: Scout, task: Task) -> bool:
        """Tell whether a task is open, the route has not failed, and the budget is not spent."""
        if (task is Task.NAMES and scout.name in self._failed) or not any(
            door.task is task and door.open for door in scout.doors()
        ):
            return False
        most, minutes = self._budget.requests, self._budget.minutes
        over = most is not None and scout.requests >= most
        late = minutes is not None and self._monotonic() - self._began > minutes * 60
        self._spent |= over or late
        return not (over or late)

    def _call(self, scout: Scout, ask: Callable[[], Haul]) -> Haul:
        """Ask, keep the answers. A defect of ours costs this one answer, never the search."""
        try:
            haul = ask()
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            return Haul(cause=Cause.UNRECOGNISED_PAGE)
        self._archive.keep(self._run, haul.answers)
        return haul

    def _names_failed(self, scout: Scout, haul: Haul) -> None:
        """Remember why names could not be asked to the end; a page or a search that failed is that one alone."""
        if haul.cause is not None:
            self._failed.setdefault(scout.name, haul.cause)

    def _outages(self) -> dict[str, Cause]:
        """Return why routes that a key had opened failed on the way."""
        found = dict(self._failed)
        for name, scout in self._scouts.items():
            for door in scout.doors():
                if door.cause in _PASSING:
                    found.setdefault(name, door.cause)
        return found

    def _controls(self) -> None:
        """Look at each network's controls first: until a known page was seen, no absence is believed."""
        for scout in self._scouts.values():
            mine = [c for c in self._registry.controls if c.url.network is scout.network]
            for control in sorted(mine, key=lambda c: not c.exists):
                if self._may(scout, Task.NAMES):
                    self._control(scout, control)

    def _control(self, scout: Scout, control: Control) -> None:
        try:
            result, answers = scout.control(control)
        except Exception as error:  # noqa: BLE001 - as in `_call`
            log.error("%s: control: %s", scout.name, type(error).__name__)  # noqa: TRY400
            return
        self._archive.keep(self._run, answers)
        cause = Cause.CONTROL_FAILED if result.outcome is Outcome.FAILED else result.cause
        if result.outcome is not Outcome.PASSED and cause is not None:
            self._failed.setdefault(scout.name, cause)

    # Pages on record

    def _read_source(self, source: Source) -> None:
        scout = self._reader(source.address)
        if scout is None or not self._may(scout, Task.READ):
            return
        self._read.add(str(source.address))
        haul = self._call(scout, partial(scout.read, source.address, self._since, self._on_record))
        if haul.cause is not None:
            self._unread[str(source.address)] = haul.cause
        for page in haul.pages:
            if source.own is not None and source.own.office.id in self._by_office:
                self._take_own(self._by_office[source.own.office.id], page)
            for passage in page.passages:
                self._take_mentions(passage)

    def _on_record(self, page: Page) -> bool:
        """Tell whether a page is on record, or may be a page of somebody in office."""
        return page.address in self._records or any(fits(page) for fits in self._fits)

    def _reader(self, address: Address | str) -> Scout | None:
        network = address.network if isinstance(address, Address) else None
        able = [s for s in self._scouts.values() if s.network is network and _open(s, Task.READ)]
        return able[0] if able else None

    def _take_mentions(self, passage: Passage) -> None:
        """Give each address that a body's text ties to somebody to that person, as one more thing to look at."""
        for mention in mentions(passage, self._everybody, self._bodies):
            one = self._by_office.get(mention.person.office.id) if mention.person else None
            if one is not None and mention.strength > 0:
                one.add(Page(mention.address, None), Origin.LINK, (mention,))

    def _take_own(self, one: PersonSearch, page: Page) -> None:
        """Take the addresses that a page of the person gives as the person's other pages."""
        one.own.append(page)
        for passage in page.passages:
            if passage.place in _OWN_TEXTS:
                for address in passage.links:
                    if address != page.address and address not in self._bodies:
                        one.add(Page(address, None), Origin.LINK)

    # Names

    def _try_names(self) -> None:
        for scout in self._namers():
            network = scout.network
            assert network is not None
            for one in self.people:
                names = islice(handles.candidates(one.person, network), self._budget.names.get(network, 0))
                one.wanted[scout.name] = [candidate.name for candidate in names]
            rationed = scout.batch <= _SLICE
            waiting = [one for one in self.people if not (rationed and self._given(one, network))]
            while waiting:
                waiting = [one for one in waiting if self._try_some(scout, one)]
            for one in self.people:
                self._step(f"{scout.name}: {one.person.municipality}")

    def _given(self, one: PersonSearch, network: Network) -> bool:
        """Tell whether officials already give a page of the person on a network: no name need be guessed there."""
        return any(
            lead.network is network and lead.strong and any(reason.code in _GIVEN for reason in lead.reasons)
            for lead in self._ranked(one)
        )

    def _namers(self) -> list[Scout]:
        """Return the scouts that can be asked for names."""
        able = [s for s in self._scouts.values() if any(d.task is Task.NAMES for d in s.doors())]
        return [s for s in able if s.network is not None and s.batch > 0]

    def _try_some(self, scout: Scout, one: PersonSearch) -> bool:
        """Try the next few names of a person; tell whether there are more to try."""
        wanted, begun = one.wanted[scout.name], one.tried.get(scout.name, 0)
        some = wanted[begun : begun + max(scout.batch, _SLICE)]
        if not some or not self._may(scout, Task.NAMES):
            return False
        haul = self._call(scout, partial(scout.try_names, some, worth(one.person)))
        for page in haul.pages:
            if worth(one.person)(page):
                one.add(page, Origin.NAMES)
        one.tried[scout.name] = begun + haul.tried
        self._save(scout, one)
        if haul.tried < len(some):
            self._names_failed(scout, haul)
            return False
        return one.tried[scout.name] < len(wanted)

    def _recall(self, one: PersonSearch) -> None:
        """Go on where an earlier search of the same names stopped: what it found is looked at again, not sought."""
        for account in one.person.holder.accounts:
            if account.kind is AccountKind.PERSONAL and not account.judged and account.rejected is None:
                one.add(Page(account.url, None), Origin.REGISTRY)
        for stored in self._archive.searches(one.person.office.id, str(one.person.name)):
            scout = self._scouts.get(stored.scout)
            if scout is None or scout.network is None:
                continue
            state = json.loads(stored.state)
            fresh = self._clock() - stored.at < _SEARCH_AGAIN and state.get("names") == self._print(scout, one)
            if fresh and not self._again:
                one.tried[stored.scout] = stored.tried
            for url in state.get("found", ()):
                one.add(Page(Address.parse(url), None), Origin.NAMES)

    def _save(self, scout: Scout, one: PersonSearch) -> None:
        mine = [f for f in one.found.values() if f.page.address.network is scout.network and Origin.NAMES in f.origins]
        state = {"names": self._print(scout, one), "found": sorted(f.page.address.url for f in mine)}
        tried = one.tried.get(scout.name, 0)
        self._archive.save_search(
            self._run,
            one.person.office.id,
            str(one.person.name),
            scout.name,
            tried,
            json.dumps(state),
            self._clock(),
        )

    @staticmethod
    def _print(scout: Scout, one: PersonSearch) -> str:
        """Return a digest of the names in their order: after a change of the rules the search begins anew."""
        assert scout.network is not None
        names = [c.name for c in islice(handles.candidates(one.person, scout.network), 1000)]
        return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]

    # The networks' own search

    def _ask_search(self) -> None:
        for scout in self._scouts.values():
            for one in self.people:
                for words in _queries(one.person):
                    if self._may(scout, Task.SEARCH):
                        haul = self._call(scout, partial(scout.search, words, worth(one.person)))
                        for page in haul.pages:
                            if worth(one.person)(page):
                                one.add(page, Origin.SEARCH)

    # Leads

    def _look_at_linked(self) -> None:
        """See who is behind each address that so far is only an address."""
        for one in self.people:
            unseen = [f.page.address for f in one.found.values() if f.page.exists is None and f.page.cause is None]
            for scout in self._namers():
                mine = [a.asked for a in unseen if a.network is scout.network]
                for begin in range(0, len(mine), scout.batch):
                    if not self._may(scout, Task.NAMES):
                        break
                    some = mine[begin : begin + scout.batch]
                    haul = self._call(scout, partial(scout.try_names, some, _named_by_officials))
                    for page in haul.pages:
                        self._learn(one, page)
                    answered = {page.address for page in haul.pages}
                    for name in some[: haul.tried]:
                        address = Address(scout.network, name.lower())  # type: ignore[arg-type]
                        if address in one.found and address not in answered:
                            self._learn(one, replace(one.found[address].page, exists=False, cause=Cause.GONE))
                    self._names_failed(scout, haul)

    @staticmethod
    def _learn(one: PersonSearch, page: Page) -> None:
        known = one.found.get(page.address)
        if known is not None:
            one.found[page.address] = Found(page, known.origins, known.mentions)

    def _read_leads(self, one: PersonSearch) -> None:
        """Read the best leads whole; what they link to is looked at too, once."""
        for _ in range(2):
            for lead in self._best(one):
                scout = self._reader(lead.address)
                if scout is None or not self._may(scout, Task.READ):
                    continue
                self._read.add(str(lead.address))
                haul = self._call(scout, partial(scout.read, lead.address, self._since, _named_by_officials))
                for page in haul.pages:
                    if page.address == lead.address and page.exists:
                        self._learn(one, page)
                        if lead.kind in _MAYBE_OWN:
                            self._take_own(one, page)
            self._look_at_linked()

    def _best(self, one: PersonSearch) -> Iterator[Lead]:
        leads = self._ranked(one)
        for network in Network:
            mine = [lead for lead in leads if lead.network is network and str(lead.address) not in self._read]
            yield from mine[:_READ]

    def _ranked(self, one: PersonSearch) -> list[Lead]:
        """Weigh everything found, less what a person has decided already."""
        decided = {a.url for a in one.person.holder.accounts if a.judged or a.rejected is not None}
        numbers = {a.id for a in one.person.holder.accounts if a.id is not None and a.url in decided}
        found = [f for f in _by_number(one.found.values()) if f.page.address not in decided]
        context = Context(now=self._clock(), people=tuple(self._everybody), others=tuple(one.own), bodies=self._bodies)
        return rank(one.person, [f for f in found if f.page.id is None or f.page.id not in numbers], context)


def _by_number(found: Iterable[Found]) -> list[Found]:
    """Make one of what came up under two addresses and is one page: a VK number and the name that goes with it."""
    joined: dict[tuple[Network, int | str], Found] = {}
    for one in found:
        key = (one.page.address.network, one.page.id or one.page.address.name)
        other = joined.get(key)
        if other is None:
            joined[key] = one
            continue
        best = max(other, one, key=lambda f: (f.page.exists is not None, len(f.page.passages), _named(f.page)))
        joined[key] = _joined(best.page, other, one)
    return list(joined.values())


def _named(page: Page) -> bool:
    """Tell whether its address is a name rather than a number."""
    return page.id is None or page.address.name not in {f"id{page.id}", f"club{-page.id}"}


def _bodies(registry: Registry) -> frozenset[Address]:
    """Return the addresses on record that are nobody's personal page: bodies' pages and controls."""
    found = {control.url for control in registry.controls}
    for office in registry.offices:
        found |= {a.url for a in office.accounts}
        found |= {a.url for t in office.tenures for a in t.accounts if a.kind is AccountKind.INSTITUTION}
    return frozenset(found)


def records(registry: Registry) -> frozenset[Address]:
    """Return the addresses of bodies and of officials that are on record as theirs."""
    people = {a.url for office in registry.offices for t in office.tenures for a in t.accounts if a.judged}
    return _bodies(registry) | people


def _open(scout: Scout, task: Task) -> bool:
    return any(door.task is task and door.open for door in scout.doors())


def _named_by_officials(page: Page) -> bool:
    """Let through a page that an official text gives as somebody's in office, by its address and flags alone.

    Of a page without a title, which is how a scout asks about an address itself, it says no: it is not on record.
    """
    return page.title is not None


def _queries(person: Person) -> Iterator[str]:
    """Yield what to ask a network's search: the name as people write it, then with the place."""
    name = person.name
    if name.given:
        yield f"{name.given} {name.family}"
        yield f"{name.family} {person.municipality}"
    else:
        yield f"{name.family} {person.municipality}"


def since_of(registry: Registry, moment: datetime, days: int) -> datetime:
    """Return how far back posts are read for links: `days`, and never before the directive's month."""
    return max(moment - timedelta(days=days), registry.directive.deadline - timedelta(days=31)).astimezone(UTC)
