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
from auditor.probes.base import Clock
from auditor.registry.models import AccountKind, Registry
from auditor.search.asked import NAME_FRESH, PAGE_FRESH, Asked, Row
from auditor.search.asking import PASSING, Asker, Budget
from auditor.search.pages import Page, Passage, Place
from auditor.search.scouts.base import CallResult, Door, Scout, Task
from auditor.search.weighing import handles
from auditor.search.weighing.judge import Lead, LeadKind, PageFound, judge
from auditor.search.weighing.lead import How, Mention, Origin, Person, Provenance
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
_SOURCES = "sources"
"""In the table of what was asked, pages on record stand in the place of a network."""
_TRIED = "?"
"""In the table, how many of a person's names were tried on a network, from the first."""
_SIGHT = TypeAdapter(Sight)


@dataclass(slots=True)
class PersonSearch:
    """What is known of one person's pages while the search runs."""

    person: Person
    sights: dict[Address, Sight] = field(default_factory=dict)
    origins: dict[Address, tuple[Origin, ...]] = field(default_factory=dict)
    """Every page that came up, seen or not, and how."""
    tried: dict[str, int] = field(default_factory=dict)
    """How many names got an answer, by the scout's name, earlier searches included."""
    decided: set[Address] = field(default_factory=set)
    numbers: set[Number] = field(default_factory=set)
    """The pages that a person has decided about already."""
    leads: list[Lead] = field(default_factory=list)
    """Best first."""

    def add(self, address: Address, origin: Origin) -> None:
        """Note that a page came up."""
        known = self.origins.get(address, ())
        self.origins[address] = known if origin in known else (*known, origin)

    def facts_of(self, address: Address) -> dict[str, Any]:
        """Return what is stored of a page; what may be otherwise in an hour is only an address."""
        known = self.sights[address]
        told = _SIGHT.dump_python(known, mode="json", exclude={"title"}, exclude_defaults=True)
        lasting = None if known.cause in _ASK_AGAIN else told
        return {"origins": list(self.origins.get(address, ())), "sight": lasting}

    def unseen(self, network: Network) -> list[Address]:
        """Return the addresses on a network that were not looked at yet."""
        seen = {a for a, known in self.sights.items() if known.exists is not None or known.cause is not None}
        return [a for a in self.origins if a.network is network and a not in seen]


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
        self._everybody, self._clock, self._budget, self._since = everybody, clock, budget, since
        self._asker = Asker(archive, run, scouts, budget, registry.controls)
        self._asked = Asked(archive, run, again=again)
        self._bodies, self._records = _bodies(registry), records(registry)
        self._progress = progress
        self._done, self._steps = 0, 0
        self._unread: dict[str, Cause] = {}
        self._moved: dict[str, str] = {}
        self._mentions: dict[Address, list[Mention]] = {}
        self._people = {person.office.id: _begun(person) for person in people}
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
            for name, row in self._asked.rows(one.person.key, network).items():
                if name != _TRIED:
                    address = Address(network, name)
                    one.origins[address] = tuple(map(Origin, row.facts["origins"]))
                    if row.facts["sight"] is not None and row.fresh(now, PAGE_FRESH):
                        one.sights[address] = _SIGHT.validate_python(row.facts["sight"])
        for account in one.person.holder.accounts:
            if account.lead:
                one.add(account.url, Origin.REGISTRY)

    # Pages on record

    def _read_source(self, source: Source) -> None:
        """Take what a page on record gives: from what an earlier search has read, or by reading it."""
        row = self._asked.rows(("", ""), _SOURCES).get(str(source.address))
        if row is None or not self._still(row):
            scout = self._asker.reader(source.address)
            if scout is None or not self._asker.may(scout, Task.READ):
                return
            got = self._asker.read(scout, partial(scout.read, source.address, self._since, self._on_record))
            if got.cut:
                return
            row = Row(self._clock(), self._facts_of(source, got))
            self._asked.note(("", ""), _SOURCES, {str(source.address): row.facts}, row.at)
        self._take(source, row.facts)

    def _still(self, row: Row) -> bool:
        """Tell whether a page on record was read lately, far enough back, for the people who are in office now."""
        far = datetime.fromisoformat(row.facts["since"]) <= self._since
        same = row.facts["people"] == self._in_office()
        return far and same and row.facts["cause"] not in _ASK_AGAIN and row.fresh(self._clock(), PAGE_FRESH)

    def _in_office(self) -> list[list[str]]:
        return [list(person.key) for person in self._everybody]

    def _facts_of(self, source: Source, got: CallResult) -> dict[str, Any]:
        page = next(iter(got.pages), None)
        mentions = [m for passage in _passages(got) for m in self._said(source, passage) if _kept(m, passage)]
        return {
            "since": self._since.isoformat(),
            "people": self._in_office(),
            "mentions": list(map(_mention_told, mentions)),
            "cause": got.cause,
            "moved": got.moved,
            "id": page.id if page is not None else None,
        }

    def _said(self, source: Source, passage: Passage) -> list[Mention]:
        own = source.own if passage.place in _OWN_TEXTS else None
        return said(passage, self._everybody, self._bodies, home=source.home, own=own)

    def _take(self, source: Source, facts: dict[str, Any]) -> None:
        if facts["cause"] is not None:
            self._unread[str(source.address)] = Cause(facts["cause"])
        if facts["moved"]:
            self._moved[str(source.address)] = facts["moved"]
        owner = self._people.get(source.own.office.id) if source.own is not None else None
        if owner is not None and facts["id"] is not None and isinstance(source.address, Address):
            owner.numbers.add((source.address.network, False, facts["id"]))
        holders = {person.office.id: person for person in self._everybody}
        for told in facts["mentions"]:
            mention = _mention(told, holders)
            self._mentions.setdefault(mention.address, []).append(mention)
            one = self._people.get(mention.person.office.id) if mention.person else None
            if one is not None and mention.how in {How.GIVEN, How.MENTIONED}:
                one.add(mention.address, Origin.LINK)

    def _on_record(self, page: Page) -> bool:
        """Tell whether a page is on record, or may be a page of somebody in office."""
        return page.address in self._records or any(fits(page) for fits in self._fits)

    # Names

    def _try_names(self, scout: Scout, network: Network, everyone: Sequence[PersonSearch]) -> None:
        """Try names a few for each person in turn. On a rationed route none is guessed for whom officials name."""
        rationed = scout.batch <= _SLICE
        names = {}
        for one in everyone:
            row = self._asked.rows(one.person.key, network).get(_TRIED)
            one.tried[scout.name] = row.facts if row is not None and row.fresh(self._clock(), NAME_FRESH) else 0
            every = handles.candidates(one.person, network)
            names[one.person.office.id] = list(islice(every, self._budget.names(network)))
        waiting = [one for one in everyone if not (rationed and self._known(one, network))]
        while waiting:
            waiting = [one for one in waiting if self._try_some(scout, network, one, names[one.person.office.id])]
        for one in everyone:
            self._step(f"{scout.name}: {one.person.municipality}")

    def _known(self, one: PersonSearch, network: Network) -> bool:
        """Tell whether no name need be guessed on a network: a page is given there, or claims so in its own search."""
        mine = [lead for lead in self._judged(one) if lead.network is network]
        claims = [lead for lead in mine if lead.provenance is Provenance.CLAIMED and Origin.SEARCH in lead.origins]
        return bool(claims) or any(lead.above for lead in mine)

    def _try_some(self, scout: Scout, network: Network, one: PersonSearch, names: Sequence[str]) -> bool:
        """Try the next few names of a person; tell whether there are more to try."""
        begun, fits = one.tried[scout.name], worth(one.person)
        if begun >= len(names) or not self._asker.may(scout, Task.NAMES):
            return False
        some = names[begun : begun + min(max(scout.batch, _SLICE), self._asker.room(scout))]
        got = self._asker.names(scout, partial(scout.try_names, some, fits), len(some))
        self._take_pages(one, filter(fits, got.pages), Origin.NAMES)
        tried = one.tried[scout.name] = begun + got.tried
        self._asked.note(one.person.key, network, {_TRIED: tried}, self._clock())
        return got.tried == len(some) and tried < len(names)

    # The networks' own search

    def _ask_search(self, one: PersonSearch) -> None:
        fits, now = worth(one.person), self._clock()
        for scout in self._asker.scouts.values():
            asked = self._asked.rows(one.person.key, f"search: {scout.name}")
            for words in _queries(one.person):
                if words in asked and asked[words].fresh(now, PAGE_FRESH):
                    continue
                if not self._asker.may(scout, Task.SEARCH):
                    continue
                got = self._asker.ask(scout, partial(scout.search, words, fits))
                self._take_pages(one, filter(fits, got.pages), Origin.SEARCH)
                if got.cause is None and not got.cut:
                    self._asked.note(one.person.key, f"search: {scout.name}", {words: None}, now)

    # Leads

    def _take_pages(
        self, one: PersonSearch, pages: Iterable[Page], origin: Origin | None, *, whole: bool = False
    ) -> None:
        """Take in what was seen of pages, and store it."""
        now = self._clock()
        facts: dict[Network, dict[str, Any]] = {}
        for page in pages:
            if origin is not None:
                one.add(page.address, origin)
            seen = sight(one.person, page, self._everybody, at=now, whole=whole)
            known = one.sights.get(page.address)
            if known is None or known.exists is None or (seen.exists is not None and not known.whole) or whole:
                one.sights[page.address] = seen
            facts.setdefault(page.address.network, {})[page.address.name] = one.facts_of(page.address)
        for network, pages_facts in facts.items():
            self._asked.note(one.person.key, network, pages_facts, now)

    def _look_at_unseen(self, some: Sequence[PersonSearch]) -> None:
        """See who is behind each address that so far is only an address."""
        for one in some:
            for scout, network in self._asker.namers():
                mine = one.unseen(network)
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
        if not seen:
            one.sights[lead.address] = replace(one.sights[lead.address], whole=True)
            facts = {lead.address.name: one.facts_of(lead.address)}
            self._asked.note(one.person.key, lead.network, facts, self._clock())
        if lead.kind in _MAYBE_OWN:
            for url in sorted(one.sights[lead.address].links):
                if "://" in url and Address.parse(url) not in self._bodies:
                    one.add(Address.parse(url), Origin.LINK)

    def _best(self, one: PersonSearch) -> Iterator[Lead]:
        leads = self._judged(one)
        for network in Network:
            mine = [lead for lead in leads if lead.network is network]
            yield from (
                lead for lead in mine[:_READ] if lead.address in one.sights and not one.sights[lead.address].whole
            )

    def _judged(self, one: PersonSearch) -> list[Lead]:
        """Judge what is known of a person's pages, less what a person has decided already."""
        pages: dict[object, PageFound] = {}
        for address, origins in one.origins.items():
            known = one.sights.get(address, Sight(address))
            if address not in one.decided and known.number not in one.numbers:
                page = PageFound(known, origins, tuple(self._mentions.get(address, ())))
                key = known.number or address
                pages[key] = _joined(pages[key], page) if key in pages else page
        return judge(one.person, list(pages.values()), self._bodies)


def _joined(one: PageFound, other: PageFound) -> PageFound:
    """Make one of what came up under two addresses and is one page: a VK number and the name that goes with it."""
    best = max(one, other, key=lambda page: (page.sight.whole, page.sight.address.number is None))
    return PageFound(best.sight, tuple(dict.fromkeys((*one.origins, *other.origins))), (*one.mentions, *other.mentions))


def _kept(mention: Mention, passage: Passage) -> bool:
    """Tell whether a mention is remembered: not of addresses with nobody near that may be a citizen's."""
    if mention.how is How.LINKED:
        return passage.place in _LISTED and mention.address.number is None
    return mention.how is How.WARNED or mention.person is not None


def _mention_told(mention: Mention) -> list[Any]:
    office = mention.person.office.id if mention.person is not None else ""
    at = mention.at.isoformat() if mention.at is not None else None
    return [mention.address.url, office, mention.how, mention.url, at, mention.evidence, mention.by_office]


def _mention(told: Sequence[Any], holders: dict[str, Person]) -> Mention:
    url, office, how, place, at, evidence, by_office = told
    moment = datetime.fromisoformat(at) if at else None
    return Mention(Address.parse(url), holders.get(office), How(how), place, moment, evidence, by_office)


def _begun(person: Person) -> PersonSearch:
    """Begin with the addresses and numbers of confirmed and rejected accounts."""
    decided = [a for a in person.holder.accounts if a.judged or a.rejected is not None]
    numbers: set[Number] = {(a.url.network, False, a.id) for a in decided if a.id is not None}
    return PersonSearch(person, decided={a.url for a in decided}, numbers=numbers)


def _passages(got: CallResult) -> Iterator[Passage]:
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
