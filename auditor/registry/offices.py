"""What follows from the registry about an office: who held it on a day, since when, and by what deadline.

Dates in the registry may be partial or missing, so a start is a span of possible days. What follows from a span is
said only if it holds for each day in it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from auditor.base.errors import UsageError
from auditor.base.weeks import day_start
from auditor.registry.models import Account, Confirmation, Exemption, Office, Registry, Report, Search, Tenure, Vacancy


@dataclass(frozen=True, slots=True)
class Holder:
    """The person in an office on a day.

    `chain` are this person's consecutive tenures in the office up to that day, oldest first: an acting head who is
    then elected stays the same person with the same pages and does not become a newcomer again.
    """

    tenure: Tenure
    chain: tuple[Tenure, ...]
    predecessor: Tenure | None

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The person's accounts, each address once. Of two entries a decided one counts; of two of these, the later."""
        found: dict[str, Account] = {}
        for tenure in self.chain:
            for account in tenure.accounts:
                known = found.get(account.url.url)
                if known is None or (known.lead and not account.lead) or _later(account, known):
                    found[account.url.url] = account
        return tuple(found.values())

    @property
    def judged_accounts(self) -> tuple[Account, ...]:
        """The confirmed personal accounts: the only ones that are judged."""
        return tuple(a for a in self.accounts if a.kind == "personal" and a.judged)

    @property
    def institution_accounts(self) -> tuple[Account, ...]:
        """Institutions' pages listed with the person: shown, never counted as the person's."""
        return tuple(a for a in self.accounts if a.kind == "institution" and a.judged)

    @property
    def reports(self) -> tuple[Report, ...]:
        """Press reports that an account of this person exists or was opened."""
        return tuple(report for tenure in self.chain for report in tenure.reports)

    @property
    def searches(self) -> tuple[Search, ...]:
        """Recorded searches for this person's accounts."""
        return tuple(search for tenure in self.chain for search in tenure.searches)

    @property
    def took_office(self) -> tuple[date | None, date | None]:
        """The earliest and the latest day on which the person can have taken office; None is unbounded."""
        first = self.chain[0]
        if first.since is not None:
            return first.since.first, first.since.last
        known = first.known_from or first.known_as_of
        return None, known.last if known else None


def _later(account: Account, known: Account) -> bool:
    """Tell whether `account` is confirmed later than `known` is."""
    return account.confirmed is not None and known.confirmed is not None and account.confirmed.on > known.confirmed.on


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date | None
    what: Tenure | Vacancy


def _starts(tenure: Tenure) -> date | None:
    known = tenure.since or tenure.known_from or tenure.known_as_of
    return known.first if known else None


def _spans(office: Office) -> list[_Span]:
    starts: list[tuple[date, Tenure | Vacancy]] = []
    for tenure in office.tenures:
        begin = _starts(tenure)
        if begin is not None:  # a tenure without any date is on record, but covers no day
            starts.append((begin, tenure))
    starts += [(vacancy.since.first, vacancy) for vacancy in office.vacancies]
    starts.sort(key=lambda pair: pair[0])
    spans = []
    for place, (begin, what) in enumerate(starts):
        following = starts[place + 1][0] if place + 1 < len(starts) else None
        spans.append(_Span(begin, _ends(what, following), what))
    return spans


def _ends(what: Tenure | Vacancy, following: date | None) -> date | None:
    """Return the last day of a span: as written; else, if somebody followed, as far as sourced; else None."""
    if what.until is not None:
        return what.until.last
    if following is None:
        return None
    known = what.known_as_of if isinstance(what, Tenure) else None
    return min(known.last, following) if known else following - timedelta(days=1)


def _covering(office: Office, day: date) -> _Span | None:
    """Return the span that covers `day`; of several that share a boundary, the one that began last."""
    covering = [s for s in _spans(office) if s.first <= day and (s.last is None or day <= s.last)]
    return max(covering, key=lambda s: s.first, default=None)


def holder_on(office: Office, day: date) -> Holder | None:
    """Return who holds `office` on `day`, or None: vacant, or no holder on record for that day."""
    span = _covering(office, day)
    if span is None or not isinstance(span.what, Tenure):
        return None
    before = [s.what for s in _spans(office) if s.first <= span.first and s.what is not span.what]
    chain = [span.what]
    for what in reversed(before):
        if not isinstance(what, Tenure) or what.name != span.what.name:
            break
        chain.insert(0, what)
    others = [w for w in before if isinstance(w, Tenure) and w.name != span.what.name]
    return Holder(span.what, tuple(chain), others[-1] if others else None)


def vacancy_on(office: Office, day: date) -> Vacancy | None:
    """Return the vacancy that covers `day`, if one does."""
    span = _covering(office, day)
    return span.what if span is not None and isinstance(span.what, Vacancy) else None


def exemption_on(holder: Holder, day: date) -> Exemption | None:
    """Return the holder's exemption that holds on `day`. One without an end holds as long as the tenure."""
    for exemption in holder.tenure.exemptions:
        begun = exemption.on is None or exemption.on.first <= day
        if begun and (exemption.until is None or day <= exemption.until.last):
            return exemption
    return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The first moment that is too late for a person, UTC.

    `strict` and `lenient` differ if taking office is not known to the day: in time means before `strict`, late means
    after `lenient`. If `lenient` is None, the person cannot be called late.
    """

    strict: datetime
    lenient: datetime | None
    newcomer: bool = False
    """The person certainly took office so late that the deadline is a personal one."""


def deadline_of(registry: Registry, holder: Holder, newcomer_days: int) -> Deadline:
    """Return the holder's own deadline: the directive's, or `newcomer_days` after taking office if that is later.

    The day of taking office is not counted: since 2022-05-31, the last of 30 days is 2022-06-30 (DESIGN.md 5).
    """
    common = registry.directive.deadline
    first, last = holder.took_office

    def personal(day: date) -> datetime:
        return max(common, day_start(day + timedelta(days=newcomer_days + 1), registry.zone))

    strict = personal(first) if first is not None else common
    lenient = personal(last) if last is not None else None
    return Deadline(strict, lenient, newcomer=strict > common)


def find_offices(registry: Registry, who: str) -> list[Office]:
    """Return the offices that `who` may mean, in the registry's order: none, one, or several for the caller to list.

    Case and ё/е make no difference, and a name is that of any tenure, in any order of its words. The first of these
    that finds something counts: the id; the municipality; the whole name; whole words of one of them; beginnings of
    its words («стрежев»).
    """
    wanted = _plain(who)
    # «Петров И. П.», as the report prints it: initials are beginnings of words.
    words = wanted.replace(".", " ").split()
    if not words:
        return []
    ways: tuple[Callable[[Office], bool], ...] = (
        lambda office: _plain(office.id) == wanted,
        lambda office: _plain(office.municipality) == wanted,
        lambda office: any(_plain(tenure.name) == wanted for tenure in office.tenures),
        lambda office: any(all(word in said for word in words) for said in _said(office)),
        lambda office: any(all(any(s.startswith(word) for s in said) for word in words) for said in _said(office)),
    )
    for way in ways:
        found = [office for office in registry.offices if way(office)]
        if found:
            return found
    return []


def pick_office(registry: Registry, who: str) -> Office:
    """Return the one office that `who` names. Raises `UsageError` that lists them if there are several or none."""
    found = find_offices(registry, who)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(f"{office.id} ({office.municipality}, {office.title})" for office in found)
        raise UsageError(f"{who!r} names several offices, use an id: {listed}")
    close = ", ".join(nearest(registry, who))
    hint = f"did you mean: {close}" if close else "`auditor registry show` lists them"
    raise UsageError(f"no office, municipality or holder is called {who!r}; {hint}")


def nearest(registry: Registry, who: str, count: int = 3) -> list[str]:
    """Return the ids of up to `count` offices whose id, municipality or holder's name is like `who`, best first."""
    ids: dict[str, list[str]] = {}
    for office in registry.offices:
        for said in _said(office):
            for text in {" ".join(said), *said}:
                ids.setdefault(text, []).append(office.id)
    close = get_close_matches(_plain(who), ids, n=count * 3, cutoff=0.6)
    return list(dict.fromkeys(found for text in close for found in ids[text]))[:count]


def _plain(text: str) -> str:
    """Fold case, ё, dashes and blanks; compose letters that a keyboard took apart (й, ё)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


def _said(office: Office) -> Iterator[list[str]]:
    """Yield the words of each of an office's names."""
    yield re.split(r"[-_. ]", _plain(office.id))
    yield _plain(office.municipality).split()
    for tenure in office.tenures:
        yield _plain(tenure.name).split()


def office_urls(office: Office) -> set[str]:
    """Return the addresses of every account of the office and of all who held it; leads were never looked at."""
    people = (account for tenure in office.tenures for account in tenure.accounts)
    return {account.url.url for account in (*office.accounts, *people)}


def days_since(confirmation: Confirmation, day: date) -> int | None:
    """Return whole days from a confirmation to `day`; None if it was made later."""
    days = (day - confirmation.on).days
    return days if days >= 0 else None


def under_review(confirmation: Confirmation, day: date, valid_days: int) -> bool:
    """Tell whether a confirmation is older than `valid_days` on `day`. An account can change hands."""
    days = days_since(confirmation, day)
    return days is not None and days > valid_days
