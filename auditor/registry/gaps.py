"""What is missing or too old in a registry, office by office, and what mends it.

Pure: the registry and a day in, sentences with commands or search links out. None of it is a mistake, and none of it
is judged here: the checks say of a stale holder that nothing can be told (docs/dev/design.md, section 5).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from shlex import quote
from urllib.parse import quote as percent

from auditor.base.text import N_, Scalar, Text
from auditor.registry.holders import Holder, holder_on, spans_of, stale_vacancy, under_review, vacancy_on
from auditor.registry.models import Account, Office, Registry, Tenure

_SOON = timedelta(days=60)
"""How long before evidence becomes too old the operator is warned."""
_WHOLE_NAME = 3
"""Family name, given name, patronymic."""


class GapKind(IntEnum):
    """What a gap is about; the lower, the more of an office's cells wait for it."""

    HOLDER = 1
    DECISION = 2
    CONFIRMATION = 3
    PAGE = 4
    SEARCH = 5
    WEBSITE = 6
    PATRONYMIC = 7
    SOON = 8

    @property
    def blocks(self) -> bool:
        """Tell whether no cell of the office can be judged before this is mended."""
        return self < GapKind.SEARCH


@dataclass(frozen=True, slots=True)
class SearchLink:
    """A search that is ready to be opened."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to do: what is missing, the commands that mend it if any do, and where to look first.

    What a person has to read in the news is written into the file by hand.
    """

    kind: GapKind
    text: Text
    commands: tuple[str, ...] = ()
    links: tuple[SearchLink, ...] = ()
    expiring_kind: str = ""
    """What becomes too old soon: ``holder``, ``confirmation`` or ``search``."""


@dataclass(frozen=True, slots=True)
class OfficeGaps:
    """An office with what it lacks, the most useful first."""

    office: Office
    bound: bool
    holder: str | None
    gaps: tuple[Gap, ...]

    @property
    def blocking_count(self) -> int:
        """How many gaps keep every cell of the office from being judged."""
        unheld = any(gap.kind is GapKind.HOLDER for gap in self.gaps) and self.holder is None
        return sum(gap.kind.blocks for gap in self.gaps) + unheld  # an unknown holder's page is unknown too


def count_expiring(found: Iterable[OfficeGaps]) -> dict[str, int]:
    """Count what becomes too old within sixty days: holders, confirmations and searches."""
    counted = Counter(gap.expiring_kind for one in found for gap in one.gaps if gap.kind is GapKind.SOON)
    return {kind: counted[kind] for kind in ("holder", "confirmation", "search")}


def gaps_of(registry: Registry, today: date, offices: Sequence[Office] | None = None) -> list[OfficeGaps]:
    """Return what each office lacks on `today`, the most useful first; offices that lack nothing are left out.

    Those that the directive binds come first, and among them those that the fewest steps keep from being judged.
    """
    found = [
        _GapFinder(registry, office, today).find_all() for office in (registry.offices if offices is None else offices)
    ]
    lacking = [one for one in found if one.gaps]
    return sorted(
        lacking, key=lambda one: (not one.bound, one.blocking_count == 0, one.blocking_count, one.gaps[0].kind)
    )


@dataclass(frozen=True, slots=True)
class _GapFinder:
    """One office on one day."""

    registry: Registry
    office: Office
    today: date

    def find_all(self) -> OfficeGaps:
        holder = holder_on(self.office, self.today)
        gaps = sorted(self.all(holder), key=lambda gap: gap.kind)
        name = holder.tenure.name if holder else None
        return OfficeGaps(self.office, self.registry.bound(self.office), name, tuple(gaps))

    def all(self, holder: Holder | None) -> Iterator[Gap]:
        abolished = self.office.abolished is not None and self.office.abolished <= self.today
        if abolished or self.office.group == "institution":
            return
        yield from self.check_holder(holder) if holder else self.check_vacancy()
        if holder is not None:
            yield from self.pages(holder)
            yield from self.name(holder)
        yield from self.website()

    def check_vacancy(self) -> Iterator[Gap]:
        """Yield that nobody is on record, or a vacancy that nobody has looked at for too long."""
        vacancy = vacancy_on(self.office, self.today)
        if vacancy is not None:
            old = stale_vacancy(vacancy, self.today, self.registry.policy)
            if old is not None and vacancy.until is None:
                yield self._manual_gap(GapKind.HOLDER, _STALE, date=old)
            return
        last = next((span.entry for span in reversed(spans_of(self.office))), None)
        if isinstance(last, Tenure) and last.until is None and last.term_ends and last.term_ends.last < self.today:
            yield self._manual_gap(GapKind.HOLDER, _ENDED, name=last.name, date=str(last.term_ends))
        else:
            yield self._manual_gap(GapKind.HOLDER, _NOBODY)

    def check_holder(self, holder: Holder) -> Iterator[Gap]:
        """Yield a holder whose newest evidence is too old, or soon will be."""
        policy, name = self.registry.policy, holder.tenure.name
        days = self._days("acting_valid_days" if holder.tenure.acting else "holder_valid_days")
        if stale := holder.stale_on(self.today, policy):
            yield self._manual_gap(GapKind.HOLDER, _STALE, name=name, date=stale)
        elif soon := holder.stale_on(self.today + _SOON, policy):
            gap = self._manual_gap(GapKind.SOON, _STALE_SOON, name=name, date=soon, last=soon + timedelta(days=days))
            yield replace(gap, expiring_kind="holder")

    def pages(self, holder: Holder) -> Iterator[Gap]:
        """Yield a lead to decide about, a confirmation that is too old, a page or a search that is missing."""
        judged = (*holder.judged_accounts, *holder.accounts_elsewhere)
        for page in holder.judged_accounts:
            yield from self.confirmation(page)
        leads = [str(a.url) for a in holder.accounts if a.lead and a.kind == "personal"]
        if leads:
            command = f"auditor review {quote(self.office.id)}"
            yield Gap(GapKind.DECISION, Text(_DECIDE, {"pages": ", ".join(leads)}), (command,), self._pages_of(holder))
        elif not judged:
            yield from self.search(holder)

    def confirmation(self, page: Account) -> Iterator[Gap]:
        days, confirmed = self._days("confirmation_valid_days"), page.confirmed
        command = f"auditor accounts confirm {quote(self.office.id)} {quote(str(page.url))} --how … --source …"
        link = SearchLink(page.network.facts.name, page.url.url)
        if confirmed is not None and under_review(confirmed, self.today, days):
            said = Text(_CONFIRM, {"url": str(page.url), "date": confirmed.on, "days": days})
            yield Gap(GapKind.CONFIRMATION, said, (command,), (link,))
        elif confirmed is not None and under_review(confirmed, self.today + _SOON, days):
            last = confirmed.on + timedelta(days=days)
            said = Text(_CONFIRM_SOON, {"url": str(page.url), "date": confirmed.on, "last": last})
            yield Gap(GapKind.SOON, said, (command,), (link,), expiring_kind="confirmation")

    def search(self, holder: Holder) -> Iterator[Gap]:
        """Yield that a page is to be looked for, and that the search is to be recorded."""
        newest = max(holder.searches, key=lambda one: one.on, default=None)
        needed = self.registry.directive.searched_on(self.today)
        said, what = Text(_NO_PAGE, {"name": holder.tenure.name}), GapKind.PAGE
        if newest is not None:
            if not newest.found_nothing:
                said = Text(_FOUND, {"date": newest.on, "found": newest.found})
            elif (self.today - newest.on).days > self._days("search_valid_days"):
                said = Text(_SEARCH, {"name": holder.tenure.name, "date": newest.on})
            elif missing := [network for network in needed if network not in newest.networks]:
                said = Text(_SEARCH_MORE, {"date": newest.on, "networks": ", ".join(missing)})
            elif (last := newest.on + timedelta(days=self._days("search_valid_days"))) < self.today + _SOON:
                said, what = Text(_SEARCH_SOON, {"date": newest.on, "last": last}), GapKind.SOON
            else:
                return
        name, links = quote(self.office.id), self._pages_of(holder)
        commands = f"auditor discover {name}", f"auditor review {name}"
        yield Gap(what, said, commands, links, expiring_kind="search" if what is GapKind.SOON else "")

    def name(self, holder: Holder) -> Iterator[Gap]:
        """Yield a name without a patronymic: a search by it finds namesakes."""
        if len(holder.tenure.name.split()) < _WHOLE_NAME:
            yield self._manual_gap(GapKind.PATRONYMIC, _PATRONYMIC, name=holder.tenure.name)

    def website(self) -> Iterator[Gap]:
        """Yield that the body's site is not on record: its links tell more than any search."""
        if self.office.website is None:
            link = _web(f"официальный сайт администрация {self.office.municipality} {self._region}")
            yield Gap(GapKind.WEBSITE, Text(_WEBSITE), links=(link,))

    @property
    def _region(self) -> str:
        region = self.registry.region.name if self.registry.region else ""
        return "" if region == self.office.municipality else region

    def _manual_gap(self, what: GapKind, sentence: str, **params: Scalar) -> Gap:
        """Return a gap that a person fills in after reading the news."""
        asked = f"{params.get('name') or ''} {self.office.title} {self._region}"
        return Gap(what, Text(sentence, params), links=(_web(asked),))

    def _pages_of(self, holder: Holder) -> tuple[SearchLink, ...]:
        """Return a search for the holder on each network, and one of the web."""
        family, *given = holder.tenure.name.split()
        name = " ".join([*given[:1], family])
        return (
            SearchLink("VK", f"https://vk.com/search?c%5Bsection%5D=people&c%5Bq%5D={_asked(name)}"),
            SearchLink("Telegram", _web(f"site:t.me {name} {self.office.municipality}").url),
            SearchLink("OK", f"https://ok.ru/dk?st.cmd=searchResult&st.mode=Users&st.query={_asked(name)}"),
            SearchLink("MAX", _web(f"site:max.ru {name} {self.office.municipality}").url),
            _web(f"{name} {self.office.title} страница ВКонтакте Telegram"),
        )

    def _days(self, key: str) -> int:
        return self.registry.policy[key].number


def _asked(words: str) -> str:
    """Return words as a part of an address; letters stay readable, as a browser shows them."""
    return "".join(c if c.isalnum() else percent(c) for c in " ".join(words.split())).replace("%20", "+")


def _web(words: str) -> SearchLink:
    return SearchLink("Yandex", f"https://yandex.ru/search/?text={_asked(words)}")


_NOBODY = N_("Who holds the office today is not on record")
_ENDED = N_("The term of {name} ended {date}, and nobody is on record after it")
_STALE = N_("The newest evidence of who holds the office, or that it is vacant, is of {date}: too old")
_STALE_SOON = N_("The newest evidence that {name} holds the office is of {date} and counts until {last}")
_DECIDE = N_("A page waits for a decision: {pages}")
_CONFIRM = N_("{url} was confirmed on {date}, more than {days} days ago: look again")
_CONFIRM_SOON = N_("{url} was confirmed on {date}, which counts until {last}: look again")
_SEARCH_SOON = N_("The search of {date} that found nothing counts until {last}: search again")
_NO_PAGE = N_("No page of {name} is on record, and no search for one")
_FOUND = N_("The search of {date} found something that is not on record: {found}")
_SEARCH = N_("The newest search for pages of {name} is of {date}: too old for “not found”")
_SEARCH_MORE = N_("The search of {date} left out {networks}")
_WEBSITE = N_("The body's official site is not on record: its links tell more than any search")
_PATRONYMIC = N_("The name is not whole, without a patronymic namesakes are found too: {name}")
