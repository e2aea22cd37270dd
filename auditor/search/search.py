"""One search, from the pages on record to the leads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.target import Clock
from auditor.registry.models import AccountKind, Registry
from auditor.search.scoring import handles
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.candidate import OWN_TEXTS, Candidate, Number, lead_filter, make_candidate
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person, Provenance
from auditor.search.scoring.record_pages import RecordPage
from auditor.search.scoring.score import Lead, LeadKind, score
from auditor.search.scout_runner import TRANSIENT_CAUSES, Budget, ScoutRunner
from auditor.search.scouted_page import Passage, PassagePlace, ScoutedPage
from auditor.search.scouts.scout import Capability, Scout, ScoutResult, Task
from auditor.search.search_cache import NAME_FRESH, PAGE_FRESH, CacheRow, SearchCache

_Progress = Callable[[int, int, str], None]

_SLICE = 10
"""Names of one person tried on t.me before it is the next person's turn: the likeliest of everybody come first."""
_READ = 3
"""Best leads of a person on each network that are read whole, for what they link to and how alive they are."""
_LISTED = {PassagePlace.DESCRIPTION, PassagePlace.STATUS, PassagePlace.SITE, PassagePlace.WEBSITE}
"""Where an official page's link is its own word even with nobody named: not a clerk among contacts, nor a post."""
_MAYBE_OWN = {LeadKind.PERSONAL, LeadKind.UNKNOWN}
"""Leads whose links are followed: they may be the person's, and what they link to may say so."""
_ASK_AGAIN = {*TRANSIENT_CAUSES, Cause.REFUSED, Cause.NO_CREDENTIALS, Cause.UNRECOGNISED_PAGE}
"""Why a page was not read that may be otherwise the next time."""
_SOURCES = "sources"
"""In the table of what was asked, pages on record stand in the place of a network."""
_TRIED = "tried"
"""In the table, how many of a person's names were tried on a network, from the first."""
_SIGHT, _MENTIONS = TypeAdapter(Candidate), TypeAdapter(list[Mention])


@dataclass(slots=True)
class PersonSearch:
    """What is known of one person's pages while the search runs."""

    person: Person
    pages: dict[Address, Candidate] = field(default_factory=dict)
    """Every page that came up, seen or not."""
    tried: dict[str, int] = field(default_factory=dict)
    """How many names got an answer, by the scout's name, earlier searches included."""
    decided: set[Address | Number] = field(default_factory=set)
    """The pages that a person has decided about already, by their addresses and numbers."""
    leads: list[Lead] = field(default_factory=list)
    """Best first."""

    def add(self, address: Address, origin: Origin) -> None:
        """Note that a page came up."""
        page = self.pages.setdefault(address, Candidate(address))
        if origin not in page.origins:
            self.pages[address] = replace(page, origins=(*page.origins, origin))

    def unseen(self, network: Network) -> list[Address]:
        """Return the addresses on a network that were not looked at yet."""
        mine = [page for page in self.pages.values() if page.address.network is network]
        return [page.address for page in mine if page.exists is None and page.cause is None]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search."""

    people: tuple[PersonSearch, ...]
    doors: dict[str, tuple[Capability, ...]]
    requests: dict[str, int]
    causes: dict[str, Cause]
    """Why a route that was open could not be asked to the end."""
    unread: dict[str, Cause]
    """Pages on record that could not be read for links, or not to the end."""
    moved: dict[str, str]
    """Official sites that lead to another address, and where."""
    spent: bool
    """The budget ran out; the next search continues from here."""
    finished_at: datetime

    @property
    def complete(self) -> bool:
        """Tell whether everything that the open routes allow was asked."""
        return not (self.causes or self.unread or self.spent)


class AccountSearch:
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
        self._everybody, self._clock, self._budget, self._since = everybody, clock, budget, since
        self._asker = ScoutRunner(archive, run, scouts, budget, registry.controls)
        self._asked = SearchCache(archive, run, again=again)
        self._bodies, self._records = _bodies(registry), records(registry)
        self._progress = progress
        self._done, self._steps = 0, 0
        self._unread: dict[str, Cause] = {}
        self._moved: dict[str, str] = {}
        self._mentions: dict[Address, list[Mention]] = {}
        self._people = {person.office.id: _begun(person) for person in people}
        self._fits = [lead_filter(person) for person in everybody]
        self._in_office = [str(person.name) for person in everybody]

    def run(self, sources: Sequence[RecordPage]) -> SearchResult:
        """Run the whole search. What was seen is stored as it comes, so an interrupted search can be continued."""
        everyone = tuple(self._people.values())
        self._steps = len(sources) + len(everyone) * (len(tuple(self._asker.namers())) + 1)
        for one in everyone:
            self._recall(one)
        for source in sources:
            self._read_source(source)
            self._step(str(source.address))
        for one in everyone:
            self._ask_search(one)
        self._look_at_unseen(everyone)
        for scout, network in self._asker.namers():
            self._try_names(scout, network, everyone)
        self._look_at_unseen(everyone)
        for one in everyone:
            self._read_leads(one)
            self._step(one.person.municipality)
        return self._result(everyone)

    def _result(self, everyone: tuple[PersonSearch, ...]) -> SearchResult:
        result = SearchResult(
            people=everyone,
            doors={name: scout.capabilities() for name, scout in self._asker.scouts.items()},
            requests={name: scout.requests for name, scout in self._asker.scouts.items()},
            causes=self._asker.outages(),
            unread=dict(self._unread),
            moved=dict(self._moved),
            spent=self._asker.spent,
            finished_at=self._clock(),
        )
        for one in everyone:
            one.leads = self._judged(one)
            self._asked.keep_leads(one.person, one.leads, result.finished_at)
        return result

    def _step(self, label: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps, label)

    def _recall(self, one: PersonSearch) -> None:
        """Begin with what earlier searches know, and with the registry's leads."""
        now = self._clock()
        for network in Network:
            for row in self._asked.rows(one.person.key, network).values():
                page = _SIGHT.validate_python(row.facts)
                # What may be otherwise in an hour is only an address.
                known = row.is_fresh(now, PAGE_FRESH) and page.cause not in _ASK_AGAIN
                one.pages[page.address] = page if known else Candidate(page.address, origins=page.origins)
        for account in one.person.holder.accounts:
            if account.lead:
                one.add(account.url, Origin.REGISTRY)

    def _store(self, one: PersonSearch, addresses: Sequence[Address]) -> None:
        """Store what is known of pages on one network."""
        facts = {
            address.name: _SIGHT.dump_python(one.pages[address], mode="json", exclude={"title"}, exclude_defaults=True)
            for address in addresses
        }
        if facts:
            self._asked.save(one.person.key, addresses[0].network, facts, self._clock())

    # Pages on record

    def _read_source(self, source: RecordPage) -> None:
        """Take what a page on record gives: from what an earlier search has read, or by reading it."""
        row = self._asked.rows(("", ""), _SOURCES).get(str(source.address))
        if row is None or not self._is_current(row):
            scout = self._asker.reader(source.address)
            if scout is None or not self._asker.can_ask(scout, Task.READ):
                return
            got = self._asker.ask(scout, partial(scout.read, source.address, self._since, self._on_record))
            if got.interrupted:
                return
            row = CacheRow(self._clock(), self._facts_of(source, got))
            self._asked.save(("", ""), _SOURCES, {str(source.address): row.facts}, row.at)
        self._add_mentions(source, row.facts)

    def _is_current(self, row: CacheRow) -> bool:
        """Tell whether a page on record was read lately, far enough back, for the people who are in office now."""
        far = datetime.fromisoformat(row.facts["since"]) <= self._since
        same = row.facts["people"] == self._in_office
        return far and same and row.facts["cause"] not in _ASK_AGAIN and row.is_fresh(self._clock(), PAGE_FRESH)

    def _facts_of(self, source: RecordPage, got: ScoutResult) -> dict[str, Any]:
        page = next(iter(got.pages), None)
        mentions = [
            m for passage in _passages(got) for m in self._mentions_in(source, passage) if _is_remembered(m, passage)
        ]
        return {
            "since": self._since.isoformat(),
            "people": self._in_office,
            "mentions": _MENTIONS.dump_python(mentions, mode="json", exclude_defaults=True),
            "cause": got.cause,
            "moved": got.moved,
            "id": page.id if page is not None else None,
        }

    def _mentions_in(self, source: RecordPage, passage: Passage) -> list[Mention]:
        own = source.own if passage.place in OWN_TEXTS else None
        return mentions_in(passage, self._everybody, self._bodies, home=source.head, own=own)

    def _add_mentions(self, source: RecordPage, facts: dict[str, Any]) -> None:
        if facts["cause"] is not None:
            self._unread[str(source.address)] = Cause(facts["cause"])
        if facts["moved"]:
            self._moved[str(source.address)] = facts["moved"]
        owner = self._people.get(source.own.office.id) if source.own is not None else None
        if owner is not None and facts["id"] is not None and isinstance(source.address, Address):
            owner.decided.add((source.address.network, False, facts["id"]))
        for mention in _MENTIONS.validate_python(facts["mentions"]):
            self._mentions.setdefault(mention.address, []).append(mention)
            one = self._people.get(mention.office)
            if one is not None and mention.how in {MentionKind.GIVEN, MentionKind.MENTIONED}:
                one.add(mention.address, Origin.LINK)

    def _on_record(self, page: ScoutedPage) -> bool:
        """Tell whether a page is on record, or may be a page of somebody in office."""
        return page.address in self._records or any(fits(page) for fits in self._fits)

    # Names

    def _try_names(self, scout: Scout, network: Network, everyone: Sequence[PersonSearch]) -> None:
        """Try names a few for each person in turn. On a rationed route none is guessed for whom officials name."""
        rationed = scout.batch <= _SLICE
        names = {}
        for one in everyone:
            row = self._asked.rows(one.person.key, _TRIED).get(network)
            one.tried[scout.name] = row.facts if row is not None and row.is_fresh(self._clock(), NAME_FRESH) else 0
            every = handles.guess_handles(one.person, network)
            names[one.person.office.id] = list(islice(every, self._budget.names(network)))
        waiting = [one for one in everyone if not (rationed and self._needs_no_guess(one, network))]
        while waiting:
            waiting = [one for one in waiting if self._try_some(scout, network, one, names[one.person.office.id])]
        for one in everyone:
            self._step(f"{scout.name}: {one.person.municipality}")

    def _needs_no_guess(self, one: PersonSearch, network: Network) -> bool:
        """Tell whether no name need be guessed on a network: a page is given there, or claims so in its own search."""
        return any(
            lead.is_strong or (lead.provenance is Provenance.CLAIMED and Origin.SEARCH in lead.sight.origins)
            for lead in self._judged(one)
            if lead.network is network
        )

    def _try_some(self, scout: Scout, network: Network, one: PersonSearch, names: Sequence[str]) -> bool:
        """Try the next few names of a person; tell whether there are more to try."""
        begun, fits = one.tried[scout.name], lead_filter(one.person)
        if begun >= len(names) or not self._asker.can_ask(scout, Task.NAMES):
            return False
        some = names[begun : begun + min(max(scout.batch, _SLICE), self._asker.names_affordable(scout))]
        got = self._asker.ask(scout, partial(scout.try_names, some, fits), len(some))
        self._take_pages(one, filter(fits, got.pages), Origin.NAMES)
        tried = one.tried[scout.name] = begun + got.tried
        self._asked.save(one.person.key, _TRIED, {network: tried}, self._clock())
        return got.tried == len(some) and tried < len(names)

    # The networks' own search

    def _ask_search(self, one: PersonSearch) -> None:
        fits, now = lead_filter(one.person), self._clock()
        for scout in self._asker.scouts.values():
            asked = self._asked.rows(one.person.key, f"search: {scout.name}")
            for words in _queries(one.person):
                if words in asked and asked[words].is_fresh(now, PAGE_FRESH):
                    continue
                if not self._asker.can_ask(scout, Task.SEARCH):
                    continue
                got = self._asker.ask(scout, partial(scout.search, words, fits))
                self._take_pages(one, filter(fits, got.pages), Origin.SEARCH)
                if got.cause is None and not got.interrupted:
                    self._asked.save(one.person.key, f"search: {scout.name}", {words: None}, now)

    # Leads

    def _take_pages(
        self, one: PersonSearch, pages: Iterable[ScoutedPage], origin: Origin | None, *, whole: bool = False
    ) -> None:
        """Take in what was seen of pages on one network, and store it."""
        came = list(pages)
        for page in came:
            if origin is not None:
                one.add(page.address, origin)
            known = one.pages[page.address]
            if whole or known.exists is None or (page.exists is not None and not known.whole):
                seen = make_candidate(one.person, page, self._everybody, whole=whole)
                one.pages[page.address] = replace(seen, origins=known.origins)
        self._store(one, [page.address for page in came])

    def _look_at_unseen(self, some: Sequence[PersonSearch]) -> None:
        """See who is behind each address that so far is only an address."""
        for one in some:
            for scout, network in self._asker.namers():
                mine = one.unseen(network)
                while mine and self._asker.can_ask(scout, Task.NAMES):
                    room = max(1, min(scout.batch, self._asker.names_affordable(scout)))
                    self._look_at(scout, one, mine[:room])
                    mine = mine[room:]

    def _look_at(self, scout: Scout, one: PersonSearch, addresses: Sequence[Address]) -> None:
        names = [address.request_name for address in addresses]
        got = self._asker.ask(scout, partial(scout.try_names, names, _named_by_officials), len(names))
        answered = {page.address for page in got.pages}
        free = [a for a in addresses[: got.tried] if a not in answered]
        pages = [page for page in got.pages if page.address in addresses]
        self._take_pages(one, [*pages, *(ScoutedPage(a, exists=False, cause=Cause.GONE) for a in free)], None)

    def _read_leads(self, one: PersonSearch) -> None:
        """Read the best leads whole; what they link to is looked at and read too, once."""
        for _ in range(2):
            for lead in self._best(one):
                scout = self._asker.reader(lead.address)
                if scout is not None and self._asker.can_ask(scout, Task.READ):
                    self._read_lead(scout, one, lead)
            self._look_at_unseen([one])

    def _read_lead(self, scout: Scout, one: PersonSearch, lead: Lead) -> None:
        got = self._asker.ask(scout, partial(scout.read, lead.address, self._since, _named_by_officials))
        if got.interrupted or got.cause in _ASK_AGAIN:
            return
        one.pages[lead.address] = replace(one.pages[lead.address], whole=True)
        seen = [page for page in got.pages if page.address == lead.address and page.exists]
        self._take_pages(one, seen, None, whole=True)
        self._store(one, [lead.address])
        for url in sorted(one.pages[lead.address].links) if lead.kind in _MAYBE_OWN else ():
            if "://" in url and Address.parse(url) not in self._bodies:
                one.add(Address.parse(url), Origin.LINK)

    def _best(self, one: PersonSearch) -> Iterator[Lead]:
        leads = self._judged(one)
        for network in Network:
            mine = [lead for lead in leads if lead.network is network][:_READ]
            yield from (lead for lead in mine if not one.pages[lead.address].whole)

    def _judged(self, one: PersonSearch) -> list[Lead]:
        """Judge what is known of a person's pages, less what a person has decided already.

        What came up under two addresses may be one page: a VK number and the name that goes with it.
        """
        pages: dict[object, list[Candidate]] = {}
        for address, page in one.pages.items():
            if not one.decided & {address, page.number or address}:
                pages.setdefault(page.number or address, []).append(page)
        return score(one.person, map(self._joined, pages.values()), self._bodies)

    def _joined(self, pages: Sequence[Candidate]) -> tuple[Candidate, list[Mention]]:
        best = max(pages, key=lambda page: (page.whole, page.address.number is None))
        origins = tuple(dict.fromkeys(origin for page in pages for origin in page.origins))
        mentions = [mention for page in pages for mention in self._mentions.get(page.address, ())]
        return replace(best, origins=origins), mentions


def _is_remembered(mention: Mention, passage: Passage) -> bool:
    """Tell whether a mention is remembered: not of addresses with nobody near that may be a citizen's."""
    if mention.how is MentionKind.LINKED:
        return passage.place in _LISTED and mention.address.number is None
    return mention.how is MentionKind.WARNED or bool(mention.office)


def _begun(person: Person) -> PersonSearch:
    """Begin with the addresses and numbers of confirmed and rejected accounts."""
    decided = [a for a in person.holder.accounts if a.judged or a.rejected is not None]
    numbers = ((a.url.network, False, a.id) for a in decided if a.id is not None)
    return PersonSearch(person, decided={*(a.url for a in decided), *numbers})


def _passages(got: ScoutResult) -> Iterator[Passage]:
    yield from got.passages
    for page in got.pages:
        yield from page.passages


def _bodies(registry: Registry) -> frozenset[Address]:
    """Return the addresses on record that are no personal page: bodies' pages and controls."""
    urls = {control.url for control in registry.controls}
    for office in registry.offices:
        urls |= {a.url for a in office.accounts}
        urls |= {a.url for t in office.tenures for a in t.accounts if a.kind is AccountKind.INSTITUTION}
    return frozenset(urls)


def records(registry: Registry) -> frozenset[Address]:
    """Return the addresses of bodies and of officials that are on record as theirs."""
    people = {a.url for office in registry.offices for t in office.tenures for a in t.accounts if a.judged}
    return _bodies(registry) | people


def _named_by_officials(page: ScoutedPage) -> bool:
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
