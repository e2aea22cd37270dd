"""One search, from the pages on record to the leads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from auditor import __version__
from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.base import Clock
from auditor.registry.models import AccountKind, Registry
from auditor.search.asking import PASSING, Asker, Budget
from auditor.search.pages import Page, Passage, Place
from auditor.search.scouts.base import CallResult, Door, Scout, Task
from auditor.search.stored import Cache, Notes, PageRead, digest, keep_leads
from auditor.search.weighing import handles
from auditor.search.weighing.judge import PageFound, judge
from auditor.search.weighing.lead import How, Lead, LeadKind, Mention, Origin, Person, Provenance
from auditor.search.weighing.said import said
from auditor.search.weighing.sights import Number, Sight, sight, worth
from auditor.search.weighing.sources import Source

_Progress = Callable[[int, int, str], None]

_SLICE = 10
"""Names of one person tried on t.me before it is the next person's turn: the likeliest of everybody come first."""
_READ = 3
"""Best leads of a person on each network that are read whole, for what they link to and how alive they are."""
_OWN_TEXTS = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.CONTACTS}
_LISTED = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.WEBSITE}
"""Where an official page's link is its own word even with nobody named: not a clerk among contacts, nor a post."""
_MAYBE_OWN = {LeadKind.PERSONAL, LeadKind.UNKNOWN}
"""Leads whose links are followed: they may be the person's, and what they link to may say so."""
_ASK_AGAIN = {*PASSING, Cause.REFUSED, Cause.NO_CREDENTIALS, Cause.UNRECOGNISED_PAGE}
"""Why a page was not read that may be otherwise the next time."""
_NAMES_VALID = timedelta(days=30)
"""After this time names that were free are tried again."""
_FINGERPRINT = 1000
"""So many names, from the first, tell whether the rules that form them are still the same."""


@dataclass(slots=True)
class PersonSearch:
    """What is known of one person's pages while the search runs."""

    person: Person
    notes: Notes = field(default_factory=Notes)
    tried: dict[str, int] = field(default_factory=dict)
    """How many names got an answer, by the scout's name, earlier searches included."""
    leads: list[Lead] = field(default_factory=list)
    """Best first."""

    def add(self, address: Address, origin: Origin) -> None:
        """Note that a page came up."""
        known = self.notes.origins.get(address, ())
        self.notes.origins[address] = known if origin in known else (*known, origin)

    def unseen(self, network: Network | None) -> list[Address]:
        """Return the addresses on a network that were not looked at yet."""
        seen = {a for a, one in self.notes.sights.items() if one.exists is not None or one.cause is not None}
        return [a for a in self.notes.origins if a.network is network and a not in seen]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search."""

    people: tuple[PersonSearch, ...]
    doors: dict[str, tuple[Door, ...]]
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
        self._archive, self._run = archive, run
        self._everybody, self._clock, self._budget, self._since = everybody, clock, budget, since
        self._asker = Asker(archive, run, scouts, budget, registry.controls)
        self._bodies, self._records = _bodies(registry), records(registry)
        rules = [__version__, *sorted(a.url for a in self._bodies)]
        self._cache = Cache(archive, run, everybody, rules, again=again)
        self._progress = progress
        self._done, self._steps = 0, 0
        self._prints: dict[tuple[str, str], str] = {}
        self._unread: dict[str, Cause] = {}
        self._moved: dict[str, str] = {}
        self._mentions: dict[Address, list[Mention]] = {}
        self._decided: dict[str, tuple[set[Address], set[Number]]] = {p.office.id: _decided(p) for p in people}
        self._people = {person.office.id: PersonSearch(person) for person in people}
        self._fits = [worth(person) for person in everybody]

    def look(self, sources: Sequence[Source]) -> SearchResult:
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
        for scout in self._asker.namers():
            self._try_names(scout, everyone)
        self._look_at_unseen(everyone)
        for one in everyone:
            self._read_leads(one)
            self._step(one.person.municipality)
        return self._result(everyone)

    def _result(self, everyone: tuple[PersonSearch, ...]) -> SearchResult:
        found = SearchResult(
            people=everyone,
            doors=self._asker.doors(),
            requests=self._asker.requests(),
            causes=self._asker.outages(),
            unread=dict(self._unread),
            moved=dict(self._moved),
            spent=self._asker.spent,
            finished_at=self._clock(),
        )
        for one in everyone:
            one.leads = self._judged(one)
            keep_leads(self._archive, self._run, one.person, one.leads, found.finished_at, complete=found.complete)
        return found

    def _step(self, label: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps, label)

    # Pages on record

    def _read_source(self, source: Source) -> None:
        """Take what a page on record gives: from what an earlier search has read, or by reading it."""
        page_read = self._cache.page_read(source.address, self._clock(), self._since)
        if page_read is None or page_read.cause in _ASK_AGAIN:
            scout = self._asker.reader(source.address)
            if scout is None or not self._asker.may(scout, Task.READ):
                return
            got = self._asker.read(scout, partial(scout.read, source.address, self._since, self._on_record))
            if got.cut:
                return
            page_read = self._page_read(source, got)
            self._cache.keep_page_read(source.address, scout.name, page_read, self._clock(), self._since)
        self._take(source, page_read)

    def _page_read(self, source: Source, got: CallResult) -> PageRead:
        page = next(iter(got.pages), None)
        told = (m for passage in _passages(got) for m in self._said(source, passage) if _kept(m, passage))
        return PageRead(tuple(told), got.cause, got.moved, page.id if page is not None else None)

    def _said(self, source: Source, passage: Passage) -> list[Mention]:
        own = source.own if passage.place in _OWN_TEXTS else None
        return said(passage, self._everybody, self._bodies, home=source.home, own=own)

    def _take(self, source: Source, page_read: PageRead) -> None:
        if page_read.cause is not None:
            self._unread[str(source.address)] = page_read.cause
        if page_read.moved:
            self._moved[str(source.address)] = page_read.moved
        own = self._decided.get(source.own.office.id) if source.own is not None else None
        if own is not None and page_read.id is not None and isinstance(source.address, Address):
            own[1].add((source.address.network, False, page_read.id))
        for mention in page_read.mentions:
            self._mentions.setdefault(mention.address, []).append(mention)
            one = self._people.get(mention.person.office.id) if mention.person else None
            if one is not None and mention.how in {How.GIVEN, How.MENTIONED}:
                one.add(mention.address, Origin.LINK)

    def _on_record(self, page: Page) -> bool:
        """Tell whether a page is on record, or may be a page of somebody in office."""
        return page.address in self._records or any(fits(page) for fits in self._fits)

    # Names

    def _try_names(self, scout: Scout, everyone: Sequence[PersonSearch]) -> None:
        """Try names a few for each person in turn. On a rationed route none is guessed for whom officials name."""
        assert scout.network is not None
        rationed = scout.batch <= _SLICE
        waiting = [one for one in everyone if not (rationed and self._known(one, scout.network))]
        names = {one.person.office.id: _names(one.person, scout.network, self._budget) for one in waiting}
        while waiting:
            waiting = [one for one in waiting if self._try_some(scout, one, names[one.person.office.id])]
        for one in everyone:
            self._step(f"{scout.name}: {one.person.municipality}")

    def _known(self, one: PersonSearch, network: Network) -> bool:
        """Tell whether no name need be guessed on a network: a page is given there, or claims so in its own search."""
        mine = [lead for lead in self._judged(one) if lead.network is network]
        claims = [lead for lead in mine if lead.provenance is Provenance.CLAIMED and Origin.SEARCH in lead.origins]
        return bool(claims) or any(lead.above for lead in mine)

    def _try_some(self, scout: Scout, one: PersonSearch, names: Sequence[str]) -> bool:
        """Try the next few names of a person; tell whether there are more to try."""
        begun, fits = one.tried.get(scout.name, 0), worth(one.person)
        if begun >= len(names) or not self._asker.may(scout, Task.NAMES):
            return False
        some = names[begun : begun + min(max(scout.batch, _SLICE), self._asker.room(scout))]
        got = self._asker.names(scout, partial(scout.try_names, some, fits), len(some))
        self._take_pages(one, filter(fits, got.pages), Origin.NAMES)
        one.tried[scout.name] = begun + got.tried
        self._cache.keep_tried(one.person, scout.name, self._print(one.person, scout), begun + got.tried, self._clock())
        return got.tried == len(some) and begun + got.tried < len(names)

    def _print(self, person: Person, scout: Scout) -> str:
        """Return the digest of the names that `scout` tries: after a change of the rules the search begins anew."""
        key = (person.office.id, scout.name)
        if key not in self._prints:  # a thousand names take 20 ms
            assert scout.network is not None
            self._prints[key] = digest(islice(handles.candidates(person, scout.network), _FINGERPRINT))
        return self._prints[key]

    def _recall(self, one: PersonSearch) -> None:
        """Begin with what an earlier search knows, and with the registry's leads."""
        now = self._clock()
        one.notes = self._cache.notes(one.person, now)
        for scout in self._asker.namers():
            names = self._print(one.person, scout)
            one.tried[scout.name] = self._cache.tried(one.person, scout.name, names, now, _NAMES_VALID)
        for account in one.person.holder.accounts:
            if account.lead:
                one.add(account.url, Origin.REGISTRY)

    # The networks' own search

    def _ask_search(self, one: PersonSearch) -> None:
        fits = worth(one.person)
        for scout in self._asker.scouts.values():
            for words in _queries(one.person):
                question = f"{scout.name}: {words}"
                if question in one.notes.asked or not self._asker.may(scout, Task.SEARCH):
                    continue
                got = self._asker.ask(scout, partial(scout.search, words, fits))
                if got.cause is None and not got.cut:
                    one.notes.asked[question] = self._clock()
                self._take_pages(one, filter(fits, got.pages), Origin.SEARCH)

    # Leads

    def _take_pages(
        self, one: PersonSearch, pages: Iterable[Page], origin: Origin | None, *, whole: bool = False
    ) -> None:
        """Take in what was seen of pages, and store it."""
        now = self._clock()
        for page in pages:
            if origin is not None:
                one.add(page.address, origin)
            seen = sight(one.person, page, self._everybody, at=now, whole=whole)
            known = one.notes.sights.get(page.address)
            if known is None or known.exists is None or (seen.exists is not None and not known.whole) or whole:
                one.notes.sights[page.address] = seen
        self._cache.keep_notes(one.person, _lasting(one.notes), now)

    def _look_at_unseen(self, some: Sequence[PersonSearch]) -> None:
        """See who is behind each address that so far is only an address."""
        for one in some:
            for scout in self._asker.namers():
                mine = one.unseen(scout.network)
                while mine and self._asker.may(scout, Task.NAMES):
                    room = max(1, min(scout.batch, self._asker.room(scout)))
                    self._look_at(scout, one, mine[:room])
                    mine = mine[room:]

    def _look_at(self, scout: Scout, one: PersonSearch, addresses: Sequence[Address]) -> None:
        names = [address.asked for address in addresses]
        got = self._asker.names(scout, partial(scout.try_names, names, _named_by_officials), len(names))
        answered = {page.address for page in got.pages}
        free = [a for a in addresses[: got.tried] if a not in answered]
        pages = [page for page in got.pages if page.address in addresses]
        self._take_pages(one, [*pages, *(Page(a, exists=False, cause=Cause.GONE) for a in free)], None)

    def _read_leads(self, one: PersonSearch) -> None:
        """Read the best leads whole; what they link to is looked at and read too, once."""
        for _ in range(2):
            for lead in self._best(one):
                scout = self._asker.reader(lead.address)
                if scout is not None and self._asker.may(scout, Task.READ):
                    self._read_lead(scout, one, lead)
            self._look_at_unseen([one])

    def _read_lead(self, scout: Scout, one: PersonSearch, lead: Lead) -> None:
        got = self._asker.read(scout, partial(scout.read, lead.address, self._since, _named_by_officials))
        if got.cut or got.cause in _ASK_AGAIN:
            return
        seen = [page for page in got.pages if page.address == lead.address and page.exists]
        self._take_pages(one, seen, None, whole=True)
        known = one.notes.sights.get(lead.address)
        if known is not None and not seen:
            one.notes.sights[lead.address] = replace(known, whole=True)
        if known is not None and lead.kind in _MAYBE_OWN:
            for url in sorted(one.notes.sights[lead.address].links):
                self._follow(one, url)

    def _follow(self, one: PersonSearch, url: str) -> None:
        """Look at what a lead calls its owner's other page."""
        if "://" in url and Address.parse(url) not in self._bodies:
            one.add(Address.parse(url), Origin.LINK)

    def _best(self, one: PersonSearch) -> Iterator[Lead]:
        leads = self._judged(one)
        sights = one.notes.sights
        for network in Network:
            mine = [lead for lead in leads if lead.network is network]
            yield from (lead for lead in mine[:_READ] if lead.address in sights and not sights[lead.address].whole)

    def _judged(self, one: PersonSearch) -> list[Lead]:
        """Judge what is known of a person's pages, less what a person has decided already."""
        decided, numbers = self._decided[one.person.office.id]
        sights = [one.notes.sights.get(address, Sight(address)) for address in one.notes.origins]
        found = [
            PageFound(s, one.notes.origins[s.address], tuple(self._mentions.get(s.address, ())))
            for s in sights
            if s.address not in decided and s.number not in numbers
        ]
        return judge(one.person, _by_number(found), self._bodies)


def _lasting(notes: Notes) -> Notes:
    """Leave out what may be otherwise in an hour."""
    lasting = {address: one for address, one in notes.sights.items() if one.cause not in _ASK_AGAIN}
    return replace(notes, sights=lasting)


def _kept(mention: Mention, passage: Passage) -> bool:
    """Tell whether a mention is remembered: not of addresses with nobody near that may be a citizen's."""
    if mention.how is How.LINKED:
        return passage.place in _LISTED and mention.address.number is None
    return mention.how is How.WARNED or mention.person is not None


def _by_number(found: Iterable[PageFound]) -> list[PageFound]:
    """Make one of what came up under two addresses and is one page: a VK number and the name that goes with it."""
    joined: dict[object, PageFound] = {}
    for one in found:
        key = one.sight.number or one.sight.address
        joined[key] = _joined(joined[key], one) if key in joined else one
    return list(joined.values())


def _joined(one: PageFound, other: PageFound) -> PageFound:
    best = max(one, other, key=lambda found: (found.sight.whole, found.sight.address.number is None))
    return PageFound(best.sight, tuple(dict.fromkeys((*one.origins, *other.origins))), (*one.mentions, *other.mentions))


def _decided(person: Person) -> tuple[set[Address], set[Number]]:
    """Return the addresses and numbers of confirmed and rejected accounts."""
    decided = [a for a in person.holder.accounts if a.judged or a.rejected is not None]
    return {a.url for a in decided}, {(a.url.network, False, a.id) for a in decided if a.id is not None}


def _passages(got: CallResult) -> Iterator[Passage]:
    yield from got.passages
    for page in got.pages:
        yield from page.passages


def _names(person: Person, network: Network, budget: Budget) -> list[str]:
    return list(islice(handles.candidates(person, network), budget.names(network)))


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
