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
from auditor.registry.holders import common_deadline
from auditor.registry.models import AccountKind, Registry
from auditor.search.scoring import handles
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.candidate import OWN_TEXTS, Candidate, PageKey, lead_filter, make_candidate
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person, Provenance
from auditor.search.scoring.record_pages import RecordPage
from auditor.search.scoring.score import Lead, LeadKind, score
from auditor.search.scout_runner import Budget, ScoutRunner
from auditor.search.scouted_page import Passage, PassagePlace, ScoutedPage
from auditor.search.scouts.scout import Capability, Scout, ScoutResult, Task
from auditor.search.search_cache import NAME_FRESH, PAGE_FRESH, CacheRow, SearchCache

_Progress = Callable[[int, int, str], None]

_NAMES_PER_TURN = 10
"""Names of one person tried on t.me before the next person's turn, so that everybody's likeliest names come first."""
_LEADS_READ = 3
"""How many of a person's best leads on each network are read with their posts, for their links and last post."""
_UNNAMED_LINK_PLACES = {PassagePlace.DESCRIPTION, PassagePlace.STATUS, PassagePlace.SITE, PassagePlace.WEBSITE}
"""Where a link on an official page is remembered although no person is named with it: not in contacts, nor in posts."""
_MAYBE_OWN = {LeadKind.PERSONAL, LeadKind.UNKNOWN}
"""Kinds of leads whose links are followed, because the page may be the person's own."""
_RETRY_CAUSES = {*(cause for cause in Cause if cause.may_pass), Cause.REFUSED, Cause.UNRECOGNISED_PAGE}
"""Causes after which a page is asked for again. A refusal or an odd page is one too: a lead left out is a loss."""
_SOURCES = "sources"
"""The cache key under which pages on record are stored, in place of a network."""
_TRIED = "tried"
"""The cache key under which the number of a person's names already tried is stored, by network."""
_CANDIDATE, _MENTIONS = TypeAdapter(Candidate), TypeAdapter(list[Mention])


@dataclass(slots=True)
class PersonSearch:
    """The pages and leads of one person while the search runs."""

    person: Person
    pages: dict[Address, Candidate] = field(default_factory=dict)
    """Every page that came up, whether it has been looked at or not."""
    tried: dict[str, int] = field(default_factory=dict)
    """How many names got a response, by the scout's name, earlier searches included."""
    names: dict[str, list[str]] = field(default_factory=dict)
    """The names to try, likeliest first, by the scout's name."""
    decided: set[Address | PageKey] = field(default_factory=set)
    """Addresses and page keys of the confirmed and rejected pages, which are not offered again."""
    leads: list[Lead] = field(default_factory=list)
    """Best first."""

    def add(self, address: Address, origin: Origin) -> None:
        """Add a page, or another origin of a page that is there already."""
        page = self.pages.setdefault(address, Candidate(address))
        if origin not in page.origins:
            self.pages[address] = replace(page, origins=(*page.origins, origin))

    def unseen_addresses(self, network: Network) -> list[Address]:
        """Return the addresses on a network that have not been looked at yet."""
        unseen = (page.address for page in self.pages.values() if page.exists is None and page.cause is None)
        return [address for address in unseen if address.network is network]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search for several people."""

    searches: tuple[PersonSearch, ...]
    capabilities: dict[str, tuple[Capability, ...]]
    requests: dict[str, int]
    causes: dict[str, Cause]
    """Why an open route failed before everything was asked, by the scout's name."""
    unread: dict[str, Cause]
    """Pages on record that could not be read for links, or only in part, with the cause."""
    moved: dict[str, str]
    """Official sites that redirect to another host, with the new address."""
    spent: bool
    """Whether the budget ran out; the next search continues from here."""
    finished_at: datetime

    @property
    def complete(self) -> bool:
        """Return whether everything that the open routes allow was asked."""
        return not (self.causes or self.unread or self.spent)


class AccountSearch:
    """One search for the accounts of some people."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        registry: Registry,
        people: Sequence[Person],
        all_holders: Sequence[Person],
        scouts: Sequence[Scout],
        clock: Clock,
        *,
        budget: Budget,
        since: datetime,
        again: bool = False,
        progress: _Progress | None = None,
    ) -> None:
        """Prepare a search for `people` within `budget`.

        `run` is the archive's number of the search. `all_holders` are all holders on record, so that a mention of one
        does not become a lead to another. Posts are read for links back to `since`. With `again` the cache of earlier
        searches is ignored. `progress` is called with the steps done, the steps in all and a label.
        """
        self._all_holders, self._clock, self._budget, self._since = all_holders, clock, budget, since
        self._runner = ScoutRunner(archive, run, scouts, budget, registry.controls)
        self._cache = SearchCache(archive, run, again=again)
        self._bodies, self._record_addresses = _bodies(registry), addresses_on_record(registry)
        self._progress = progress
        self._done, self._steps = 0, 0
        self._unread: dict[str, Cause] = {}
        self._moved: dict[str, str] = {}
        self._mentions: dict[Address, list[Mention]] = {}
        self._searches = {person.office.id: _begin_search(person) for person in people}
        self._lead_filters = [lead_filter(person) for person in all_holders]
        self._holder_names = [str(person.name) for person in all_holders]

    def run(self, record_pages: Sequence[RecordPage]) -> SearchResult:
        """Run the whole search. Results are stored as they come, so an interrupted search can be continued."""
        searches = tuple(self._searches.values())
        self._steps = len(record_pages) + len(searches) * (len(tuple(self._runner.namers())) + 1)
        for person_search in searches:
            self._recall(person_search)
        for record_page in record_pages:
            self._read_record_page(record_page)
            self._step(str(record_page.address))
        for person_search in searches:
            self._ask_search(person_search)
        self._look_at_unseen(searches)
        for scout, network in self._runner.namers():
            self._try_names(scout, network, searches)
        self._look_at_unseen(searches)
        for person_search in searches:
            self._read_leads(person_search)
            self._step(person_search.person.municipality)
        return self._result(searches)

    def _result(self, searches: tuple[PersonSearch, ...]) -> SearchResult:
        result = SearchResult(
            searches=searches,
            capabilities={name: scout.capabilities() for name, scout in self._runner.scouts.items()},
            requests={name: scout.requests for name, scout in self._runner.scouts.items()},
            causes=self._runner.outages(),
            unread=dict(self._unread),
            moved=dict(self._moved),
            spent=self._runner.spent,
            finished_at=self._clock(),
        )
        for person_search in searches:
            person_search.leads = self._score(person_search)
            self._cache.save_leads(person_search.person, person_search.leads, result.finished_at)
        return result

    def _step(self, label: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps, label)

    def _recall(self, person_search: PersonSearch) -> None:
        """Load the pages of earlier searches and the registry's unconfirmed leads."""
        now = self._clock()
        for network in Network:
            for row in self._cache.rows(person_search.person.key, network).values():
                page = _CANDIDATE.validate_python(row.facts)
                if not row.is_fresh(now, PAGE_FRESH) or page.cause in _RETRY_CAUSES:  # its facts may have changed
                    page = Candidate(page.address, origins=page.origins)
                person_search.pages[page.address] = page
        for account in person_search.person.holder.accounts:
            if account.lead:
                person_search.add(account.url, Origin.REGISTRY)

    def _store(self, person_search: PersonSearch, addresses: Sequence[Address]) -> None:
        """Store the facts about pages; all `addresses` are on one network."""
        facts = {
            address.name: _CANDIDATE.dump_python(
                person_search.pages[address], mode="json", exclude={"title"}, exclude_defaults=True
            )
            for address in addresses
        }
        if facts:
            self._cache.save(person_search.person.key, addresses[0].network, facts, self._clock())

    # Pages on record

    def _read_record_page(self, record_page: RecordPage) -> None:
        """Add the mentions on a page on record, from the cache or by reading the page."""
        row = self._cache.fresh(("", ""), _SOURCES, str(record_page.address), self._clock(), PAGE_FRESH)
        if row is None or not self._is_current(row.facts):
            scout = self._runner.reader(record_page.address)
            if scout is None or not self._runner.can_ask(scout, Task.READ):
                return
            result = self._runner.ask(scout, partial(scout.read, record_page.address, self._since, self._on_record))
            if result.interrupted:
                return
            row = CacheRow(self._clock(), self._facts_of(record_page, result))
            self._cache.save(("", ""), _SOURCES, {str(record_page.address): row.facts}, row.asked_at)
        self._add_mentions(record_page, row.facts)

    def _is_current(self, facts: dict[str, Any]) -> bool:
        """Return whether a page on record was read far enough back, and for today's holders."""
        reaches_back = datetime.fromisoformat(facts["since"]) <= self._since
        return reaches_back and facts["people"] == self._holder_names and facts["cause"] not in _RETRY_CAUSES

    def _facts_of(self, record_page: RecordPage, result: ScoutResult) -> dict[str, Any]:
        page = next(iter(result.pages), None)
        passages = (*result.passages, *(passage for read_page in result.pages for passage in read_page.passages))
        mentions = (row for passage in passages for row in self._mentions_in(record_page, passage))
        return {
            "since": self._since.isoformat(),
            "people": self._holder_names,
            "mentions": _MENTIONS.dump_python(list(mentions), mode="json", exclude_defaults=True),
            "cause": result.cause,
            "moved": result.moved,
            "id": page.id if page is not None else None,
        }

    def _mentions_in(self, record_page: RecordPage, passage: Passage) -> list[Mention]:
        """Return the mentions in a passage that may be stored."""
        owner = record_page.owner if passage.place in OWN_TEXTS else None
        mentions = mentions_in(passage, self._all_holders, self._bodies, head=record_page.head, owner=owner)
        return [mention for mention in mentions if _is_remembered(mention, passage)]

    def _add_mentions(self, record_page: RecordPage, facts: dict[str, Any]) -> None:
        if facts["cause"] is not None:
            self._unread[str(record_page.address)] = Cause(facts["cause"])
        if facts["moved"]:
            self._moved[str(record_page.address)] = facts["moved"]
        owner_search = self._searches.get(record_page.owner.office.id) if record_page.owner is not None else None
        if owner_search is not None and facts["id"] is not None and isinstance(record_page.address, Address):
            owner_search.decided.add((record_page.address.network, False, facts["id"]))
        for mention in _MENTIONS.validate_python(facts["mentions"]):
            self._mentions.setdefault(mention.address, []).append(mention)
            person_search = self._searches.get(mention.office)
            if person_search is not None and mention.how in {MentionKind.GIVEN, MentionKind.MENTIONED}:
                person_search.add(mention.address, Origin.LINK)

    def _on_record(self, page: ScoutedPage) -> bool:
        """Return whether a page is on record or may be a lead to any holder."""
        return page.address in self._record_addresses or any(is_lead(page) for is_lead in self._lead_filters)

    # Names

    def _try_names(self, scout: Scout, network: Network, searches: Sequence[PersonSearch]) -> None:
        """Try names, a few for each person in turn.

        On a route that takes only a few names a call, people who have a page given or claimed there are left out.
        """
        rationed = scout.batch <= _NAMES_PER_TURN
        for person_search in searches:
            row = self._cache.fresh(person_search.person.key, _TRIED, network, self._clock(), NAME_FRESH)
            person_search.tried[scout.name] = 0 if row is None else row.facts
            guesses = handles.guess_handles(person_search.person, network)
            person_search.names[scout.name] = list(islice(guesses, self._budget.names(network)))
        pending = [search for search in searches if not (rationed and self._needs_no_guess(search, network))]
        while pending:
            pending = [person_search for person_search in pending if self._try_some(scout, network, person_search)]
        for person_search in searches:
            self._step(f"{scout.name}: {person_search.person.municipality}")

    def _needs_no_guess(self, person_search: PersonSearch, network: Network) -> bool:
        """Return whether a person has a strong lead on a network, or a claimed one that its own search brought."""
        leads = [lead for lead in self._score(person_search) if lead.network is network]
        claimed = [lead for lead in leads if lead.provenance is Provenance.CLAIMED]
        return any(lead.is_strong for lead in leads) or any(Origin.SEARCH in lead.sight.origins for lead in claimed)

    def _try_some(self, scout: Scout, network: Network, person_search: PersonSearch) -> bool:
        """Try the next few names of a person, and return whether more are to be tried."""
        names = person_search.names[scout.name]
        start, is_lead = person_search.tried[scout.name], lead_filter(person_search.person)
        if start >= len(names) or not self._runner.can_ask(scout, Task.NAMES):
            return False
        batch = names[start : start + min(max(scout.batch, _NAMES_PER_TURN), self._runner.names_affordable(scout))]
        result = self._runner.ask(scout, partial(scout.try_names, batch, is_lead), len(batch))
        self._take_pages(person_search, filter(is_lead, result.pages), Origin.NAMES)
        tried = person_search.tried[scout.name] = start + result.tried
        self._cache.save(person_search.person.key, _TRIED, {network: tried}, self._clock())
        return result.tried == len(batch) and tried < len(names)

    # The networks' own search

    def _ask_search(self, person_search: PersonSearch) -> None:
        is_lead, now = lead_filter(person_search.person), self._clock()
        for scout in self._runner.scouts.values():
            asked = f"search: {scout.name}"
            for query in _queries(person_search.person):
                cached = self._cache.fresh(person_search.person.key, asked, query, now, PAGE_FRESH)
                if cached is not None or not self._runner.can_ask(scout, Task.SEARCH):
                    continue
                result = self._runner.ask(scout, partial(scout.search, query, is_lead))
                self._take_pages(person_search, filter(is_lead, result.pages), Origin.SEARCH)
                if result.cause is None and not result.interrupted:
                    self._cache.save(person_search.person.key, asked, {query: None}, now)

    # Leads

    def _take_pages(
        self, person_search: PersonSearch, pages: Iterable[ScoutedPage], origin: Origin | None, *, whole: bool = False
    ) -> None:
        """Add what a scout saw of pages on one network, and store it. `whole`: the pages were read with their posts."""
        scouted_pages = list(pages)
        for page in scouted_pages:
            if origin is not None:
                person_search.add(page.address, origin)
            previous = person_search.pages[page.address]
            if whole or previous.exists is None or (page.exists is not None and not previous.whole):
                candidate = make_candidate(person_search.person, page, self._all_holders, whole=whole)
                person_search.pages[page.address] = replace(candidate, origins=previous.origins)
        self._store(person_search, [page.address for page in scouted_pages])

    def _look_at_unseen(self, searches: Sequence[PersonSearch]) -> None:
        """Look at every page of which only the address is known."""
        for person_search in searches:
            for scout, network in self._runner.namers():
                addresses = person_search.unseen_addresses(network)
                while addresses and self._runner.can_ask(scout, Task.NAMES):
                    size = max(1, min(scout.batch, self._runner.names_affordable(scout)))
                    self._look_at(scout, person_search, addresses[:size])
                    addresses = addresses[size:]

    def _look_at(self, scout: Scout, person_search: PersonSearch, addresses: Sequence[Address]) -> None:
        names = [address.request_name for address in addresses]
        result = self._runner.ask(scout, partial(scout.try_names, names, _named_by_officials), len(names))
        shown_addresses = {page.address for page in result.pages}
        absent = [a for a in addresses[: result.tried] if a not in shown_addresses]
        pages = [page for page in result.pages if page.address in addresses]
        pages += [ScoutedPage(address, exists=False, cause=Cause.GONE) for address in absent]
        self._take_pages(person_search, pages, None)

    def _read_leads(self, person_search: PersonSearch) -> None:
        """Read the best leads with their posts, then look at the pages they link to and read the best of these."""
        for _ in range(2):
            for lead in self._unread_leads(person_search):
                scout = self._runner.reader(lead.address)
                if scout is not None and self._runner.can_ask(scout, Task.READ):
                    self._read_lead(scout, person_search, lead)
            self._look_at_unseen([person_search])

    def _read_lead(self, scout: Scout, person_search: PersonSearch, lead: Lead) -> None:
        result = self._runner.ask(scout, partial(scout.read, lead.address, self._since, _named_by_officials))
        if result.interrupted or result.cause in _RETRY_CAUSES:
            return
        person_search.pages[lead.address] = replace(person_search.pages[lead.address], whole=True)
        lead_pages = [page for page in result.pages if page.address == lead.address and page.exists]
        self._take_pages(person_search, lead_pages, None, whole=True)
        self._store(person_search, [lead.address])
        for url in sorted(person_search.pages[lead.address].links) if lead.kind in _MAYBE_OWN else ():
            if "://" in url and Address.parse(url) not in self._bodies:
                person_search.add(Address.parse(url), Origin.LINK)

    def _unread_leads(self, person_search: PersonSearch) -> Iterator[Lead]:
        leads = self._score(person_search)
        for network in Network:
            top_leads = [lead for lead in leads if lead.network is network][:_LEADS_READ]
            yield from (lead for lead in top_leads if not person_search.pages[lead.address].whole)

    def _score(self, person_search: PersonSearch) -> list[Lead]:
        """Score a person's pages without those already confirmed or rejected.

        Two addresses of one page, such as a VK number and its short name, are merged.
        """
        pages: dict[object, list[Candidate]] = {}
        for address, page in person_search.pages.items():
            if not person_search.decided & {address, page.page_key or address}:
                pages.setdefault(page.page_key or address, []).append(page)
        return score(person_search.person, map(self._merge_pages, pages.values()), self._bodies)

    def _merge_pages(self, pages: Sequence[Candidate]) -> tuple[Candidate, list[Mention]]:
        best = max(pages, key=lambda page: (page.whole, page.address.number is None))
        origins = tuple(dict.fromkeys(origin for page in pages for origin in page.origins))
        mentions = [mention for page in pages for mention in self._mentions.get(page.address, ())]
        return replace(best, origins=origins), mentions


def _is_remembered(mention: Mention, passage: Passage) -> bool:
    """Return whether a mention may be stored; a link without a person named near it may lead to a citizen's page."""
    if mention.how is MentionKind.LINKED:
        return passage.place in _UNNAMED_LINK_PLACES and mention.address.number is None
    return mention.how is MentionKind.WARNED or bool(mention.office)


def _begin_search(person: Person) -> PersonSearch:
    """Return a new search in which the confirmed and rejected accounts count as decided."""
    decided = [a for a in person.holder.accounts if a.judged or a.rejected is not None]
    numbers = ((a.url.network, False, a.id) for a in decided if a.id is not None)
    return PersonSearch(person, decided={*(a.url for a in decided), *numbers})


def _bodies(registry: Registry) -> frozenset[Address]:
    """Return the addresses on record that are not personal: pages of bodies, and controls."""
    urls = {control.url for control in registry.controls}
    for office in registry.offices:
        urls |= {a.url for a in office.accounts}
        urls |= {a.url for t in office.tenures for a in t.accounts if a.kind is AccountKind.INSTITUTION}
    return frozenset(urls)


def addresses_on_record(registry: Registry) -> frozenset[Address]:
    """Return the addresses on record: pages of bodies, controls, and confirmed pages of officials."""
    people = {a.url for office in registry.offices for t in office.tenures for a in t.accounts if a.judged}
    return _bodies(registry) | people


def _named_by_officials(page: ScoutedPage) -> bool:
    """Return whether the page of an address that came up already may be kept as a lead: any page that has a title.

    A page without a title is how a scout asks whether the address itself is on record, which it is not.
    """
    return page.title is not None


def _queries(person: Person) -> Iterator[str]:
    """Yield the queries for a network's search: given and family name, then the family name with the municipality."""
    if person.name.given:
        yield f"{person.name.given} {person.name.family}"
    yield f"{person.name.family} {person.municipality}"


def since_of(registry: Registry, moment: datetime, days: int) -> datetime:
    """Return how far back posts are read: `days` before `moment`, at most 31 days before the directive's deadline."""
    return max(moment - timedelta(days=days), common_deadline(registry) - timedelta(days=31)).astimezone(UTC)
