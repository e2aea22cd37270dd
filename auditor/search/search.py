"""One search, from the pages on record to the ranked leads."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.base import Clock
from auditor.registry.models import AccountKind, Registry
from auditor.search.asking import PASSING, Asker, Budget
from auditor.search.memory import Harvest, Memory
from auditor.search.pages import Page, Passage, Place
from auditor.search.quarry import Quarry
from auditor.search.scouts.base import Door, Haul, Scout, Task
from auditor.search.stored import keep_leads
from auditor.search.weighing import handles
from auditor.search.weighing.claims import worth
from auditor.search.weighing.lead import Lead, LeadKind, Mention, Origin, Person, ordered
from auditor.search.weighing.links import mentions
from auditor.search.weighing.rank import rank
from auditor.search.weighing.reasons import Context
from auditor.search.weighing.sources import Source

_Progress = Callable[[int, int, str], None]

_SLICE = 10
"""Names of one person tried on t.me before it is the next person's turn: the likeliest of everybody come first."""
_READ = 3
"""Best leads of a person on each network that are read whole, for what they link to and how alive they are."""
_OWN_TEXTS = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.CONTACTS}
_GIVEN = {"linked", "linked_confirmed"}
_MAYBE_OWN = {LeadKind.PERSONAL, LeadKind.UNKNOWN}
"""Leads whose links are followed: they may be the person's, and what they link to may say so."""
_ASK_AGAIN = {*PASSING, Cause.REFUSED, Cause.NO_CREDENTIALS, Cause.UNRECOGNISED_PAGE}
"""Why a page was not read that may be otherwise the next time."""
_NO_SEARCH = {Cause.REFUSED, Cause.NO_CREDENTIALS}
_SEARCH_AGAIN = timedelta(days=30)
"""After this time names that were free are tried again."""
_FINGERPRINT = 1000
"""So many names, from the first, tell whether the rules that form them are still the same."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search."""

    people: tuple[Quarry, ...]
    doors: dict[str, tuple[Door, ...]]
    requests: dict[str, int]
    causes: dict[str, Cause]
    """Why a route that was open could not be asked to the end."""
    unread: dict[str, Cause]
    """Pages on record that could not be read for links, or not to the end."""
    spent: bool
    """The budget ran out; the next search continues from here."""
    waiting: bool
    """Something is left that the next search can ask with the same budget."""
    wanting: dict[str, int]
    """Routes on which something is left that the whole budget is too small for, and how many requests it takes."""
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
        progress: _Progress | None = None,
    ) -> None:
        """Take what to look for, where, and how much it may cost.

        `everybody` are all holders on record: what is said of one must not become another's lead. `since`: posts are
        read for links back to this moment. `again` forgets how far earlier searches came.
        """
        self._archive, self._run, self._registry = archive, run, registry
        self._everybody = everybody
        self._asker = Asker(archive, run, scouts, budget, registry.controls)
        self._clock, self._budget, self._since, self._again = clock, budget, since, again
        self._progress = progress
        self._done, self._steps = 0, 0
        self._prints: dict[tuple[str, str], str] = {}
        self._unread: dict[str, Cause] = {}
        self._read: set[str] = set()
        self._quarries = {person.office.id: Quarry(person) for person in people}
        self._bodies, self._records = _bodies(registry), records(registry)
        self._fits = [worth(person) for person in everybody]
        self._memory = Memory(archive, run, clock, everybody, self._bodies, since=since, again=again)

    def look(self, sources: Sequence[Source]) -> SearchResult:
        """Run the whole search. What was seen is stored as it comes, so an interrupted search can be continued."""
        everyone = tuple(self._quarries.values())
        self._steps = len(sources) + len(everyone) * (len(tuple(self._asker.namers())) + 1)
        for one in everyone:
            self._recall(one)
        for source in sources:
            self._read_source(source)
            self._step(str(source.address))
        refused = {route for one in everyone for route in one.notes.refused}
        self._ask_search(everyone, set(self._asker.scouts) - refused)
        self._look_at_unseen(everyone)
        for scout in self._asker.namers():
            self._try_names(scout, everyone)
        self._look_at_unseen(everyone)
        for one in everyone:
            self._read_leads(one)
            self._step(one.person.municipality)
        if self._ask_search(everyone, refused):
            for one in everyone:
                self._read_leads(one)
        for one in everyone:
            self._note(one)
        return self._result(everyone)

    def _result(self, everyone: tuple[Quarry, ...]) -> SearchResult:
        found = self._told(everyone)
        for one in everyone:
            at = self._clock()
            keep_leads(self._archive, self._run, one.person, one.leads, at, complete=found.complete)
        return found

    def _told(self, everyone: tuple[Quarry, ...]) -> SearchResult:
        return SearchResult(
            people=everyone,
            doors=self._asker.doors(),
            requests=self._asker.requests(),
            causes=self._asker.outages(),
            unread=dict(self._unread),
            spent=self._asker.spent,
            waiting=self._asker.waiting,
            wanting=dict(self._asker.wanting),
            finished_at=self._clock(),
        )

    def _step(self, label: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps, label)

    # Pages on record

    def _read_source(self, source: Source) -> None:
        """Take what a page on record gives: from what an earlier search has read, or by reading it."""
        known = self._memory.harvest(source.address)
        if known is not None and not known.needs and known.cause not in _ASK_AGAIN:
            self._take(source, known)
            return
        scout = self._asker.reader(source.address)
        if scout is None or not self._asker.may(scout, Task.READ, known.needs if known else 1):
            return
        left = self._asker.left(scout)
        haul = self._asker.read(scout, partial(scout.read, source.address, self._since, self._on_record))
        if haul.cut:
            harvest = Harvest(needs=(left or 0) + 1)
            self._asker.lack(scout, harvest.needs)
        else:
            said = (mentions(passage, self._everybody, self._bodies) for passage in _passages(haul))
            harvest = Harvest(tuple(m for some in said for m in some), haul.pages if source.own else (), haul.cause)
            self._take(source, harvest)
        self._memory.keep_harvest(source.address, scout.name, harvest)

    def _take(self, source: Source, harvest: Harvest) -> None:
        self._read.add(str(source.address))
        if harvest.cause is not None:
            self._unread[str(source.address)] = harvest.cause
        own = self._quarries.get(source.own.office.id) if source.own is not None else None
        for page in harvest.own:
            if own is not None:
                self._take_own(own, page)
        self._take_mentions(harvest.mentions)

    def _on_record(self, page: Page) -> bool:
        """Tell whether a page is on record, or may be a page of somebody in office."""
        return page.address in self._records or any(fits(page) for fits in self._fits)

    def _take_mentions(self, some: Sequence[Mention]) -> None:
        """Give each address that a body's text ties to somebody to that person, as one more thing to look at."""
        for mention in some:
            one = self._quarries.get(mention.person.office.id) if mention.person else None
            if one is not None and mention.strength > 0:
                one.add(Page(mention.address, None), Origin.LINK, (mention,))

    def _take_own(self, one: Quarry, page: Page) -> None:
        """Take the addresses that a page of the person gives as the person's other pages."""
        one.own.append(page)
        for passage in page.passages:
            if passage.place in _OWN_TEXTS:
                for address in passage.links:
                    if address != page.address and address not in self._bodies:
                        one.add(Page(address, None), Origin.LINK)

    # Names

    def _try_names(self, scout: Scout, everyone: Sequence[Quarry]) -> None:
        """Try names a few for each person in turn. On a rationed route none is guessed for whom officials name."""
        assert scout.network is not None
        rationed = scout.batch <= _SLICE
        waiting = [one for one in everyone if not (rationed and self._given(one, scout.network))]
        names = {one.person.office.id: _names(one.person, scout.network, self._budget) for one in waiting}
        while waiting:
            waiting = [one for one in waiting if self._try_some(scout, one, names[one.person.office.id])]
        for one in everyone:
            self._step(f"{scout.name}: {one.person.municipality}")

    def _given(self, one: Quarry, network: Network) -> bool:
        """Tell whether no name need be guessed on a network: officials give the person's page there.

        What the network's own search has found above the line does as well: it finds a copy where it finds the page.
        """
        strong = [lead for lead in self._ranked(one) if lead.network is network and lead.strong]
        told = any(reason.code in _GIVEN for lead in strong for reason in lead.reasons)
        return told or any(Origin.SEARCH in lead.origins for lead in strong)

    def _try_some(self, scout: Scout, one: Quarry, names: Sequence[str]) -> bool:
        """Try the next few names of a person; tell whether there are more to try."""
        begun, fits = one.tried.get(scout.name, 0), worth(one.person)
        if begun >= len(names) or not self._asker.may(scout, Task.NAMES):
            return False
        some = names[begun : begun + min(max(scout.batch, _SLICE), self._asker.room(scout))]
        if not some:
            return False
        left = self._asker.left(scout)
        haul = self._asker.ask(scout, partial(scout.try_names, some, fits))
        for page in haul.pages:
            if fits(page):
                one.add(page, Origin.NAMES)
        one.tried[scout.name] = begun + haul.tried
        self._save(scout, one)
        if haul.cut:
            self._asker.lack(scout, (left or 0) + 2)  # one more than there was, and the control
        if haul.tried < len(some):
            self._asker.names_failed(scout, haul.cause)
            return False
        return one.tried[scout.name] < len(names)

    def _recall(self, one: Quarry) -> None:
        """Begin with the registry's leads, and go on where an earlier search for the same names stopped.

        What that search found is looked at again, not sought.
        """
        for account in one.person.holder.accounts:
            if account.lead:
                one.add(Page(account.url, None), Origin.REGISTRY)
        for stored in self._archive.searches(one.person.office.id, str(one.person.name)):
            scout = self._asker.scouts.get(stored.scout)
            if scout is None or scout.network is None:
                continue
            state = json.loads(stored.state)
            fresh = self._clock() - stored.at < _SEARCH_AGAIN and state.get("names") == self._print(one.person, scout)
            if fresh and not self._again:
                one.tried[stored.scout] = stored.tried
            for url in state.get("found", ()):
                one.add(Page(Address.parse(url), None), Origin.NAMES)
        one.notes = self._memory.notes(one.person)
        for address, origins in one.notes.found.items():
            for origin in origins:
                if origin is not Origin.REGISTRY:  # the registry says it anew
                    one.add(Page(address, None), origin)

    def _save(self, scout: Scout, one: Quarry) -> None:
        found = (f.page.address for f in one.found.values() if Origin.NAMES in f.origins)
        mine = sorted(address.url for address in found if address.network is scout.network)
        self._archive.save_search(
            self._run,
            one.person.office.id,
            str(one.person.name),
            scout.name,
            one.tried.get(scout.name, 0),
            json.dumps({"names": self._print(one.person, scout), "found": mine}),
            self._clock(),
        )

    def _print(self, person: Person, scout: Scout) -> str:
        """Return the digest of the names that `scout` tries. Made once: a thousand names take 20 ms."""
        key = (person.office.id, scout.name)
        if key not in self._prints:
            self._prints[key] = _digest(person, scout)
        return self._prints[key]

    # The networks' own search

    def _ask_search(self, everyone: Sequence[Quarry], routes: Collection[str]) -> bool:
        """Ask the search of `routes` for those whom it was not asked for yet; tell whether anything was found."""
        found = False
        for scout in (scout for name, scout in self._asker.scouts.items() if name in routes):
            for one in everyone:
                for words in _queries(one.person):
                    question = f"{scout.name}: {words}"
                    if question not in one.notes.asked and self._asker.may(scout, Task.SEARCH):
                        found |= self._search(scout, one, words, question)
        return found

    def _search(self, scout: Scout, one: Quarry, words: str, question: str) -> bool:
        fits, left = worth(one.person), self._asker.left(scout)
        haul = self._asker.ask(scout, partial(scout.search, words, fits))
        if haul.cut:
            self._asker.lack(scout, (left or 0) + 1)
        pages = list(filter(fits, haul.pages))
        for page in pages:
            one.add(page, Origin.SEARCH)
        if haul.cause in _NO_SEARCH:
            one.notes.refused[scout.name] = self._clock()
        elif not haul.cut and haul.cause is None:
            one.notes.asked[question] = self._clock()
            one.notes.refused.pop(scout.name, None)
        self._note(one)
        return bool(pages)

    # Leads

    def _look_at_unseen(self, some: Sequence[Quarry]) -> None:
        """See who is behind each address that so far is only an address."""
        for one in some:
            for scout in self._asker.namers():
                mine = one.unseen(scout.network)
                while mine and self._asker.may(scout, Task.NAMES):
                    room = min(scout.batch, self._asker.room(scout))
                    if room == 0:
                        break
                    self._look_at(scout, one, mine[:room])
                    mine = mine[room:]
            self._note(one)

    def _look_at(self, scout: Scout, one: Quarry, addresses: Sequence[Address]) -> None:
        names, left = [address.asked for address in addresses], self._asker.left(scout)
        haul = self._asker.ask(scout, partial(scout.try_names, names, _named_by_officials))
        for page in haul.pages:
            one.learn(page)
        answered = {page.address for page in haul.pages}
        for address in addresses[: haul.tried]:
            if address not in answered:
                one.learn(replace(one.found[address].page, exists=False, cause=Cause.GONE))
        if haul.cut:
            self._asker.lack(scout, (left or 0) + 2)
        if haul.tried < len(addresses):
            self._asker.names_failed(scout, haul.cause)

    def _read_leads(self, one: Quarry) -> None:
        """Read the best leads whole; what they link to is looked at and read too, once."""
        for _ in range(2):
            for lead in self._best(one):
                scout = self._asker.reader(lead.address)
                if scout is not None and self._asker.may(scout, Task.READ, one.notes.needs.get(lead.address, 1)):
                    self._read_lead(scout, one, lead)
            self._look_at_unseen([one])

    def _read_lead(self, scout: Scout, one: Quarry, lead: Lead) -> None:
        left = self._asker.left(scout)
        haul = self._asker.read(scout, partial(scout.read, lead.address, self._since, _named_by_officials))
        if haul.cut:
            one.notes.needs[lead.address] = (left or 0) + 1
            self._asker.lack(scout, (left or 0) + 1)
            return
        self._read.add(str(lead.address))
        seen = next((page for page in haul.pages if page.address == lead.address and page.exists), None)
        if haul.cause not in _ASK_AGAIN:
            one.note_read(lead.address, seen, self._clock())
        if seen is not None:
            one.learn(seen)
            if lead.kind in _MAYBE_OWN:
                self._take_own(one, seen)
        self._note(one)

    def _best(self, one: Quarry) -> Iterator[Lead]:
        leads = self._ranked(one)
        for network in Network:
            mine = [lead for lead in leads if lead.network is network and str(lead.address) not in self._read]
            yield from (lead for lead in mine[:_READ] if lead.address not in one.notes.read)

    def _note(self, one: Quarry) -> None:
        """Rank what was found of a person, and store how far the search has come."""
        one.leads = self._ranked(one)
        one.judge(one.leads, self._memory.run, self._clock())
        self._memory.keep_notes(one.person, one.notes)

    def _ranked(self, one: Quarry) -> list[Lead]:
        context = Context(now=self._clock(), people=tuple(self._everybody), others=tuple(one.own), bodies=self._bodies)
        return ordered([*rank(one.person, one.undecided(), context), *one.settled()])


def _passages(haul: Haul) -> Iterator[Passage]:
    yield from haul.passages
    for page in haul.pages:
        yield from page.passages


def _names(person: Person, network: Network, budget: Budget) -> list[str]:
    return [c.name for c in islice(handles.candidates(person, network), budget.names.get(network, 0))]


def _digest(person: Person, scout: Scout) -> str:
    """Return a digest of the names in their order: after a change of the rules the search begins anew."""
    assert scout.network is not None
    names = (c.name for c in islice(handles.candidates(person, scout.network), _FINGERPRINT))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _bodies(registry: Registry) -> frozenset[Address]:
    """Return the addresses on record that are no personal page: bodies' pages and controls."""
    found = {control.url for control in registry.controls}
    for office in registry.offices:
        found |= {a.url for a in office.accounts}
        found |= {a.url for t in office.tenures for a in t.accounts if a.kind is AccountKind.INSTITUTION}
    return frozenset(found)


def records(registry: Registry) -> frozenset[Address]:
    """Return the addresses of bodies and of officials that are on record as theirs."""
    people = {a.url for office in registry.offices for t in office.tenures for a in t.accounts if a.judged}
    return _bodies(registry) | people


def _named_by_officials(page: Page) -> bool:
    """Let through a page that an official text gives as somebody's in office, by its address and flags alone.

    Of a page without a title, which is how a scout asks about an address itself, it says no: it is not on record.
    """
    return page.title is not None


def _queries(person: Person) -> Iterator[str]:
    """Yield what to ask a network's search: the name as people write it, then with the place."""
    if person.name.given:
        yield f"{person.name.given} {person.name.family}"
    yield f"{person.name.family} {person.municipality}"


def since_of(registry: Registry, moment: datetime, days: int) -> datetime:
    """Return how far back posts are read for links: `days`, and never before the directive's month."""
    return max(moment - timedelta(days=days), registry.directive.deadline - timedelta(days=31)).astimezone(UTC)
