"""Find what a registry lacks or has too old, office by office, and how to mend it.

Pure: takes the registry and a day, returns sentences with commands or search links. A gap is no mistake, and nothing is
judged here: for a stale holder the checks return "cannot tell" (docs/dev/design.md, section 5).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from shlex import quote
from types import MappingProxyType
from urllib.parse import quote as percent

from auditor.base.snapshot import Network
from auditor.base.text import N_, Scalar, Text
from auditor.base.weeks import day_end
from auditor.registry.found_pages import has_undecided_find
from auditor.registry.holders import (
    Deadline,
    Holder,
    deadline_of,
    has_rival_holder,
    holder_on,
    known_by,
    spans_of,
    stale_vacancy,
    under_review,
    vacancy_on,
)
from auditor.registry.models import Account, Office, Registry, Tenure

_SOON = timedelta(days=60)
"""The operator is warned this long before evidence becomes too old."""
_WHOLE_NAME = 3
"""Words of a full name: family name, given name, patronymic."""


class GapKind(IntEnum):
    """What a gap is about, in order of urgency: a lower number blocks more cells of an office."""

    HOLDER = 1
    DECISION = 2
    CONFIRMATION = 3
    PAGE = 4
    SEARCH = 5
    OPENING = 6
    MOVE = 7
    LOOK = 8
    WEBSITE = 9
    PATRONYMIC = 10
    SOON = 11

    @property
    def blocks(self) -> bool:
        """Return whether no cell of the office can be judged until this gap is closed."""
        return self < GapKind.SEARCH


@dataclass(frozen=True, slots=True)
class SearchLink:
    """A link that opens a search."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to do: what is missing, the commands that mend it, and where to look first."""

    kind: GapKind
    text: Text
    commands: tuple[str, ...] = ()
    links: tuple[SearchLink, ...] = ()
    expiring_kind: str = ""
    """Which evidence becomes too old soon: ``holder``, ``confirmation`` or ``search``; empty for another gap."""


@dataclass(frozen=True, slots=True)
class OfficeGaps:
    """An office with its gaps, the most urgent first."""

    office: Office
    bound: bool
    holder: str | None
    gaps: tuple[Gap, ...]

    @property
    def blocking_count(self) -> int:
        """How many gaps must be closed before any cell of the office can be judged."""
        unheld = any(gap.kind is GapKind.HOLDER for gap in self.gaps) and self.holder is None
        return sum(gap.kind.blocks for gap in self.gaps) + unheld  # an unknown holder's page is unknown too


def count_expiring(office_gaps: Iterable[OfficeGaps]) -> dict[str, int]:
    """Count the holders, confirmations and searches whose evidence becomes too old within sixty days."""
    counts = Counter(gap.expiring_kind for gaps in office_gaps for gap in gaps.gaps if gap.kind is GapKind.SOON)
    return {kind: counts[kind] for kind in ("holder", "confirmation", "search")}


def gaps_of(
    registry: Registry,
    today: date,
    offices: Sequence[Office] | None = None,
    moving: Mapping[str, str] = MappingProxyType({}),
    unseen: Mapping[str, Sequence[Gap]] = MappingProxyType({}),
) -> list[OfficeGaps]:
    """Return the gaps of each office on `today`; offices without gaps are left out.

    Offices that the directive binds come first, and among them those with the fewest blocking gaps. `moving`: posts
    that may say that their page moves, by the page's address. `unseen`: the gaps that the last look left, by office id.
    """
    asked = registry.offices if offices is None else offices
    finders = [_GapFinder(registry, office, today, moving, unseen.get(office.id, ())) for office in asked]
    office_gaps = [finder.find_all() for finder in finders]
    lacking = [gaps for gaps in office_gaps if gaps.gaps]
    return sorted(
        lacking, key=lambda gaps: (not gaps.bound, gaps.blocking_count == 0, gaps.blocking_count, gaps.gaps[0].kind)
    )


@dataclass(frozen=True, slots=True)
class _GapFinder:
    """Finds the gaps of one office on one day."""

    registry: Registry
    office: Office
    today: date
    moving: Mapping[str, str]
    unseen: Sequence[Gap]

    def find_all(self) -> OfficeGaps:
        holder = holder_on(known_by(self.office, self.today), self.today)
        gaps = sorted((*self.iter_gaps(holder), *self.unseen), key=lambda gap: gap.kind)
        name = holder.tenure.name if holder else None
        return OfficeGaps(self.office, self.registry.counted(self.office), name, tuple(gaps))

    def iter_gaps(self, holder: Holder | None) -> Iterator[Gap]:
        if not self.office.exists_on(self.today) or self.office.group == "institution":
            return
        if has_rival_holder(known_by(self.office, self.today), self.today, self.today):
            yield self._answered_gap(GapKind.HOLDER, _IN_DOUBT)
        else:
            yield from self.check_holder(holder) if holder else self.check_vacancy()
        if holder is not None:
            yield from self.check_pages(holder)
            yield from self.check_opening(holder) if self.registry.bound(self.office) else ()
            yield from self.check_name(holder)
        yield from self.check_website()

    def check_vacancy(self) -> Iterator[Gap]:
        """Yield a gap if neither a holder nor a vacancy is on record, or if the vacancy's evidence is too old."""
        vacancy = vacancy_on(self.office, self.today)
        if vacancy is not None:
            stale = stale_vacancy(vacancy, self.today, self.registry.policy)
            if stale is not None and vacancy.until is None:
                yield self._answered_gap(GapKind.HOLDER, _STALE, date=stale)
            return
        last_entry = next((span.entry for span in reversed(spans_of(self.office))), None)
        if (
            isinstance(last_entry, Tenure)
            and last_entry.until is None
            and last_entry.term_ends
            and last_entry.term_ends.last < self.today
        ):
            yield self._answered_gap(GapKind.HOLDER, _ENDED, name=last_entry.name, date=str(last_entry.term_ends))
        else:
            yield self._answered_gap(GapKind.HOLDER, _NOBODY)

    def check_holder(self, holder: Holder) -> Iterator[Gap]:
        """Yield a gap if no source dates the holder, or if the newest evidence is too old or soon will be."""
        policy, name = self.registry.policy, holder.tenure.name
        days = self._days("acting_valid_days" if holder.tenure.acting else "holder_valid_days")
        if holder.newest_evidence is None:
            yield self._answered_gap(GapKind.HOLDER, _UNDATED, name=name)
        elif stale := holder.stale_on(self.today, policy):
            yield self._answered_gap(GapKind.HOLDER, _STALE, name=name, date=stale)
        elif soon := holder.stale_on(self.today + _SOON, policy):
            gap = self._answered_gap(GapKind.SOON, _STALE_SOON, name=name, date=soon, last=soon + timedelta(days=days))
            yield replace(gap, expiring_kind="holder")

    def check_pages(self, holder: Holder) -> Iterator[Gap]:
        """Yield gaps for leads to decide about, confirmations too old, and a missing page or search."""
        judged = (*holder.judged_accounts, *holder.accounts_elsewhere)
        for page in holder.judged_accounts:
            yield from self.check_confirmation(page)
            yield from self.check_move(page)
        leads = [str(a.url) for a in holder.accounts if a.lead and a.kind == "personal"]
        if leads:
            command = f"auditor review {self.office.id}"
            yield Gap(
                GapKind.DECISION, Text(_DECIDE, {"pages": ", ".join(leads)}), (command,), self._search_links(holder)
            )
        elif not judged:
            yield from self.check_search(holder)

    def check_confirmation(self, page: Account) -> Iterator[Gap]:
        days, confirmed = self._days("confirmation_valid_days"), page.confirmed
        command = f"auditor accounts confirm {self.office.id} {quote(str(page.url))} --how … --source …"
        link = SearchLink(page.network.facts.name, page.url.url)
        if confirmed is not None and under_review(confirmed, self.today, days):
            message = Text(_CONFIRM, {"url": str(page.url), "date": confirmed.on, "days": days})
            yield Gap(GapKind.CONFIRMATION, message, (command,), (link,))
        elif confirmed is not None and under_review(confirmed, self.today + _SOON, days):
            valid_until = confirmed.on + timedelta(days=days)
            message = Text(_CONFIRM_SOON, {"url": str(page.url), "date": confirmed.on, "last": valid_until})
            yield Gap(GapKind.SOON, message, (command,), (link,), expiring_kind="confirmation")

    def check_move(self, page: Account) -> Iterator[Gap]:
        """Yield a gap if the page's last post may say that it moves: only a post that names the new page excuses."""
        if post := self.moving.get(page.url.url):
            command = f"auditor accounts confirm {self.office.id} … --how … --source {quote(post)}"
            yield Gap(
                GapKind.MOVE,
                Text(_MAY_MOVE, {"url": page.url.url}),
                (command,),
                (SearchLink(page.network.facts.name, post),),
            )

    def check_search(self, holder: Holder) -> Iterator[Gap]:
        """Yield a gap unless a recorded search covers the missing page for at least sixty days more."""
        newest_first = sorted(holder.searches, key=lambda search: search.on, reverse=True)
        newest_find = next((search for search in newest_first if not search.found_nothing), None)
        newest_search = next((search for search in newest_first if search.found_nothing), None)
        needed_networks = self.registry.searched_on(self.today)
        message, kind = Text(_NO_PAGE, {"name": holder.tenure.name}), GapKind.PAGE
        if newest_find is not None and has_undecided_find(self.office, holder):
            message = Text(_FOUND, {"date": newest_find.on, "found": newest_find.found})
        elif newest_search is not None:
            if (self.today - newest_search.on).days > self._days("search_valid_days"):
                message = Text(_SEARCH, {"name": holder.tenure.name, "date": newest_search.on})
            elif missing := [network for network in needed_networks if network not in newest_search.networks]:
                message = Text(_SEARCH_MORE, {"date": newest_search.on, "networks": ", ".join(missing)})
            elif (
                valid_until := newest_search.on + timedelta(days=self._days("search_valid_days"))
            ) < self.today + _SOON:
                message, kind = Text(_SEARCH_SOON, {"date": newest_search.on, "last": valid_until}), GapKind.SOON
            else:
                return
        office_id, links = self.office.id, self._search_links(holder)
        commands = f"auditor discover {office_id}", f"auditor review {office_id}"
        yield Gap(kind, message, commands, links, expiring_kind="search" if kind is GapKind.SOON else "")

    def check_opening(self, holder: Holder) -> Iterator[Gap]:
        """Yield a gap if the record alone leaves open whether a page was open in time."""
        deadline, name = deadline_of(self.registry, holder), holder.tenure.name
        confirmed = (page.confirmed for page in holder.accounts_elsewhere if page.confirmed is not None)
        dates = [date_of.first if (date_of := decision.of) else decision.on for decision in confirmed]
        dates += [day.first for report in holder.reports if (day := report.opened_on or report.opened_by) is not None]
        if not deadline.start_known and holder.newest_evidence is not None:
            yield self._answered_gap(GapKind.OPENING, _START, name=name)
        elif dates and not holder.judged_accounts and self._is_late(min(dates), deadline):
            yield self._answered_gap(GapKind.OPENING, _OPENING, name=name)

    def _is_late(self, day: date, deadline: Deadline) -> bool:
        return day_end(day, self.registry.zone) >= deadline.late_from

    def check_name(self, holder: Holder) -> Iterator[Gap]:
        """Yield a gap for a name without a patronymic: a search by it also finds namesakes."""
        if len(holder.tenure.name.split()) < _WHOLE_NAME:
            yield self._answered_gap(GapKind.PATRONYMIC, _PATRONYMIC, name=holder.tenure.name)

    def check_website(self) -> Iterator[Gap]:
        """Yield a gap if the body's site is not on record: its links are better evidence than any search."""
        if self.office.website is None:
            link = _web_search(f"официальный сайт администрация {self.office.municipality} {self._region}")
            yield Gap(GapKind.WEBSITE, Text(_WEBSITE), (self._fill,), (link,))

    @property
    def _region(self) -> str:
        region = self.registry.region.name if self.registry.region else ""
        return "" if region == self.office.municipality else region

    def _answered_gap(self, kind: GapKind, sentence: str, **params: Scalar) -> Gap:
        """Return a gap for which a source is to be found: what it says is taken in by the questions of one command."""
        search_text = f"{params.get('name') or ''} {self.office.title} {self._region}"
        return Gap(kind, Text(sentence, params), (self._fill,), (_web_search(search_text),))

    @property
    def _fill(self) -> str:
        return f"auditor registry fill {self.office.id}"

    def _search_links(self, holder: Holder) -> tuple[SearchLink, ...]:
        """Return links that search for the holder on each network and on the web."""
        family, *given = holder.tenure.name.split()
        name = " ".join([*given[:1], family])
        networks = " ".join(network.facts.russian_name or network.facts.name for network in Network)
        return (
            *(self._search_on(network, name) for network in Network),
            SearchLink("OK", f"https://ok.ru/dk?st.cmd=searchResult&st.mode=Users&st.query={_encode_query(name)}"),
            SearchLink("MAX", _web_search(f"site:max.ru {name} {self.office.municipality}").url),
            _web_search(f"{name} {self.office.title} страница {networks}"),
        )

    def _search_on(self, network: Network, name: str) -> SearchLink:
        """Return the network's own search of people, or a search of the web for its pages."""
        facts, query = network.facts, _encode_query(name)
        on_web = _web_search(f"site:{facts.host} {name} {self.office.municipality}").url
        return SearchLink(facts.name, facts.people_search.format(query=query) if facts.people_search else on_web)

    def _days(self, key: str) -> int:
        return self.registry.policy[key].number


def _encode_query(text: str) -> str:
    """Return `text` as part of a URL: blanks as `+`, other signs percent-encoded; letters stay readable."""
    return "".join(c if c.isalnum() else percent(c) for c in " ".join(text.split())).replace("%20", "+")


def _web_search(text: str) -> SearchLink:
    return SearchLink("Yandex", f"https://yandex.ru/search/?text={_encode_query(text)}")


_NOBODY = N_("Who holds the office today is not on record")
_IN_DOUBT = N_("By the dates on record two may hold the office today, so nothing is judged: write the whole days")
_ENDED = N_("The term of {name} ended {date}, and nobody is on record after it")
_UNDATED = N_("No source says when {name} held the office: a dated one is needed before anything is judged")
_STALE = N_("The newest evidence of who holds the office, or that it is vacant, is of {date}: too old")
_STALE_SOON = N_("The newest evidence that {name} holds the office is of {date} and counts until {last}")
_DECIDE = N_("A page waits for a decision: {pages}")
_CONFIRM = N_("{url} was confirmed on {date}, more than {days} days ago: look again")
_CONFIRM_SOON = N_("{url} was confirmed on {date}, which counts until {last}: look again")
_SEARCH_SOON = N_("The search of {date} that found nothing counts until {last}: search again")
_MAY_MOVE = N_("Does the last post of {url} say that the page moves? If so, confirm the new page")
_NO_PAGE = N_("No page of {name} is on record, and no search that found none")
_FOUND = N_("The search of {date} found something that is not on record: {found}")
_SEARCH = N_("The newest search for pages of {name} is of {date}: too old for “not found”")
_SEARCH_MORE = N_("The search of {date} left out {networks}")
_START = N_("When {name} took office is not on record: nobody is said to be late without it")
_OPENING = N_("No source on record dates a page of {name} by the last day: ask for one")
_WEBSITE = N_("The body's official site is not on record: its links tell more than any search")
_PATRONYMIC = N_("The registry has no patronymic, write it in: {name}. Without it namesakes are found too")
