"""What follows from the registry on a day: who held an office, since when, by what deadline.

Its dates may be partial or missing, so a tenure, an exemption and a vacancy are spans of possible days: what follows
from a span is said only if it holds for each day in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from auditor.base.weeks import PartialDate, day_start
from auditor.registry.models import (
    Account,
    AccountKind,
    Confirmation,
    Exemption,
    Office,
    OtherAccount,
    PolicyValue,
    PressReport,
    RecordedSearch,
    Registry,
    Tenure,
    Vacancy,
)

_What_co = TypeVar("_What_co", bound=Tenure | Vacancy | Exemption, covariant=True)


@dataclass(frozen=True, slots=True)
class Span(Generic[_What_co]):
    """A tenure, a vacancy or an exemption in time, by what its sources say.

    `since` and `until` are as written, `until` also the planned end of a term; `evidence` are the dates at which a
    source has it. Those that follow (`first`, `last`, …) count what is on record before and after it too.
    """

    entry: _What_co
    since: PartialDate | None
    until: PartialDate | None
    evidence: tuple[PartialDate, ...] = ()
    planned: bool = False
    """Whether the end is the planned one of a term, which is no evidence."""
    first_day: date = date.min
    """The first day on which it is named."""
    last_day: date = date.max
    """The last day on which it is named."""
    earliest_start: date = date.min
    """A day before which it cannot have begun."""
    latest_end: date = date.max
    """A day after which it cannot have lasted."""
    end_in_doubt: date | None = None
    """The day after which a partly known end may have come, where somebody is on record after it."""

    @property
    def starts(self) -> PartialDate:
        """Its start, where one is written."""
        assert self.since is not None
        return self.since

    def may_precede(self, other: "Span[Any]") -> bool:
        """Tell whether this one may have ended by the other's first day; they may share that day."""
        earliest_end = date.max if self.until is None else max(self.starts.first, self.until.first)
        start = other.starts.last
        return earliest_end <= (start if other.until is None else min(start, other.until.last))

    @property
    def known_from(self) -> date:
        """The first day of the earliest evidence: what the spans of an office are ordered by."""
        return self.since.first if self.since else min(known.first for known in self.evidence)

    @property
    def latest_start(self) -> date:
        """A day by which a source has it, whatever the day was on which it began."""
        return min(known.last for known in self.evidence)

    @property
    def last_sourced_day(self) -> date:
        """The last day on which a source surely has it."""
        return max(known.first for known in self.evidence)

    def bounded_by(self, before: "Span[Any] | None", after: "Span[Any] | None") -> Self:
        """Return the span as those before and after it in the same office leave it."""
        end = self.until
        if self.planned and after is not None and end is not None and end.last >= after.known_from:
            end = None  # somebody followed before the term was over
        begun = self.since.first if self.since else date.min
        ends = end.last if end else date.max
        return replace(
            self,
            first_day=self.named_from(before),
            last_day=ends if end is not None or after is None else self._sourced_to(after),
            earliest_start=max(begun, before.last_sourced_day) if before else begun,
            latest_end=min(ends, _day_before(after.latest_start)) if after else ends,
            end_in_doubt=end.first if end and after and not end.exact else None,
        )

    def named_from(self, before: "Span[Any] | None") -> date:
        """Return the first day of the earliest evidence: before it no source has anybody in the office."""
        return max(self.known_from, before.last_sourced_day) if before else self.known_from

    def _sourced_to(self, after: "Span[Any]") -> date:
        """Return the last day of one without an end that something followed: as far as sources go beyond its start."""
        known = [one.last for one in self.evidence if one is not self.since]
        follows = after.named_from(self)
        return min(max(known), follows) if known else _day_before(follows)

    def covers(self, day: date) -> bool:
        """Tell whether it is the one to be named on a day."""
        return self.first_day <= day <= self.last_day

    def touches(self, first: date, last: date) -> bool:
        """Tell whether it holds on a day of a stretch, counting partial dates to its full length."""
        begun = self.since is None or self.since.first <= last
        return begun and (self.until is None or first <= self.until.last)

    def unsure_in(self, first: date, last: date) -> bool:
        """Tell whether it may have lasted on a day of the stretch on which it did not surely last."""
        begin, end = max(first, self.earliest_start), min(last, self.latest_end)
        return begin <= end and not (self.latest_start <= begin and end <= self.last_sourced_day)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _given(*dates: PartialDate | None) -> tuple[PartialDate, ...]:
    return tuple(one for one in dates if one is not None)


def spans_of(office: Office) -> list[Span[Tenure | Vacancy]]:
    """Return an office's tenures and vacancies in the order of time; those without any date are left out."""
    found: list[Span[Tenure | Vacancy]] = [
        Span(t, t.since, t.until or t.term_ends, source_dates(t), planned=t.until is None) for t in office.tenures
    ]
    found += [Span(v, v.since, v.until, _given(v.since, v.until)) for v in office.vacancies]
    row = sorted((span for span in found if span.evidence), key=lambda span: (span.known_from, span.latest_start))
    return [span.bounded_by(*around) for span, *around in zip(row, [None, *row], [*row[1:], None], strict=False)]


def source_dates(tenure: Tenure) -> tuple[PartialDate, ...]:
    """Return every date at which a source has the person in the office.

    A report or a confirmation from before the tenure or after its end says nothing of the office; and the planned end
    of a term is no evidence. A confirmation counts by the date of its source, not by the day on which somebody decided.
    """
    reports = (report.opened_by or report.opened_on for report in tenure.reports)
    pages = (page for page in tenure.listed if page.kind is AccountKind.PERSONAL and page.judged)
    others = _given(*reports, *(page.confirmed.of for page in pages if page.confirmed))
    begun = tenure.since.first if tenure.since else date.min
    ended = tenure.until or tenure.term_ends
    within = (one for one in others if begun <= one.last and (ended is None or one.first <= ended.last))
    return (*_given(tenure.since, tenure.known_from, tenure.known_as_of, tenure.until), *within)


# The holder ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """The person in an office on a day.

    `chain` are this person's consecutive tenures in the office up to that day, oldest first: an acting head who is
    then elected stays the same person with the same pages, and does not become a newcomer again. `later` are those
    that follow: they show that the person held the office in between.
    """

    tenure: Tenure
    chain: tuple[Tenure, ...]
    predecessor: Tenure | None
    later: tuple[Tenure, ...] = ()

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The person's accounts, each address once. Of two entries a decided one counts; of two of these, the later."""
        found: dict[str, Account] = {}
        for tenure in self.chain:
            for account in tenure.accounts:
                found[account.url.url] = max(found.get(account.url.url, account), account, key=_decided)
        return tuple(found.values())

    @property
    def judged_accounts(self) -> tuple[Account, ...]:
        """The confirmed personal accounts: the only ones that are judged."""
        return tuple(a for a in self.accounts if a.kind == "personal" and a.judged)

    @property
    def accounts_elsewhere(self) -> tuple[OtherAccount, ...]:
        """The confirmed personal accounts on networks that the program does not look at."""
        found = [a for tenure in self.chain for a in tenure.elsewhere if a.kind == "personal" and a.judged]
        return tuple({a.url: a for a in found}.values())

    @property
    def has_lead(self) -> bool:
        """Tell whether a page on record may be the person's and nobody has decided yet."""
        elsewhere = (page for tenure in self.chain for page in tenure.elsewhere)
        return any(page.lead and page.kind == "personal" for page in (*self.accounts, *elsewhere))

    @property
    def institution_accounts(self) -> tuple[Account, ...]:
        """Institutions' pages listed with the person: shown, never counted as the person's."""
        return tuple(a for a in self.accounts if a.kind == "institution" and a.judged)

    @property
    def reports(self) -> tuple[PressReport, ...]:
        """Press reports that an account of this person exists or was opened."""
        return tuple(report for tenure in self.chain for report in tenure.reports)

    @property
    def searches(self) -> tuple[RecordedSearch, ...]:
        """Recorded searches for this person's accounts."""
        return tuple(search for tenure in self.chain for search in tenure.searches)

    @property
    def exemptions(self) -> tuple[Span[Exemption], ...]:
        """Releases of this person from the directive; one without an end ends with its tenure."""
        found = ((exemption, tenure.until) for tenure in self.chain for exemption in tenure.exemptions)
        return tuple(Span(one, one.on, one.until or until) for one, until in found)

    @property
    def took_office(self) -> tuple[date | None, date | None]:
        """The earliest and the latest day on which the person can have taken office; None is unbounded."""
        first = self.chain[0]
        return (first.since.first if first.since is not None else None), self.judged_from

    @property
    def judged_from(self) -> date | None:
        """The first day of the person's own time: what was before it is not his. None: no date says when it began.

        A start that is known to the month or year counts as its last day; without a start the time begins with the
        earliest dated evidence (docs/dev/design.md, section 5).
        """
        first = self.chain[0]
        return min((known.last for known in _given(first.since) or source_dates(first)), default=None)

    @property
    def newest_evidence(self) -> date | None:
        """The newest day on which a source has the person in the office; a month or year counts as its first day.

        That is the later of `since` and `known_as_of`, or the end where one is sourced (docs/dev/design.md, section 5).
        """
        held = (*self.chain, *self.later)
        known = _given(*(day for tenure in held for day in (tenure.since, tenure.known_as_of, tenure.until)))
        return max((day.first for day in known), default=None)

    def stale_on(self, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
        """Return the newest evidence that the person holds the office where it is too old on `day`, else None.

        A week is asked by its last day. Evidence of before and after the day spans it.
        """
        return _too_old(self.newest_evidence, day, policy, acting=self.tenure.acting)


def stale_vacancy(vacancy: Vacancy, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
    """Return the newest evidence of a vacancy where it is too old on `day`, else None: a vacancy ages as a holder."""
    known = max(one.first for one in _given(vacancy.since, vacancy.until))
    return _too_old(known, day, policy, acting=False)


def _too_old(newest: date | None, day: date, policy: Mapping[str, PolicyValue], *, acting: bool) -> date | None:
    valid = policy["acting_valid_days" if acting else "holder_valid_days"].number
    return newest if newest is not None and (day - newest).days > valid else None


def _decided(account: Account) -> tuple[bool, date]:
    """Order a person's entries of one page: one that was decided counts, and the later of two of these."""
    return not account.lead, account.confirmed.on if account.confirmed else date.min


def person_key(name: str) -> str:
    """Return a person's name for comparing: case, blanks and ё make no difference."""
    return " ".join(name.casefold().replace("ё", "е").split())


def _covering(spans: Sequence[Span[Tenure | Vacancy]], day: date) -> Span[Tenure | Vacancy] | None:
    """Return the span that covers `day`; of several that share a boundary, the one that began last."""
    return next((span for span in reversed(spans) if span.covers(day)), None)


def holder_on(office: Office, day: date) -> Holder | None:
    """Return who is named as holding `office` on `day`, or None: vacant, or no holder on record for that day."""
    spans = spans_of(office)
    span = _covering(spans, day)
    if span is None or not isinstance(span.entry, Tenure):
        return None
    held = [one.entry for one in spans]
    place = spans.index(span)
    chain = [span.entry, *_same_person(span.entry, reversed(held[:place]))][::-1]
    before = held[: place - len(chain) + 1]
    predecessor = next((what for what in reversed(before) if isinstance(what, Tenure)), None)
    return Holder(span.entry, tuple(chain), predecessor, tuple(_same_person(span.entry, held[place + 1 :])))


def _same_person(tenure: Tenure, others: Iterable[Tenure | Vacancy]) -> Iterator[Tenure]:
    """Yield the tenures next to `tenure` that are under the same name, with nobody between."""
    for other in others:
        if not isinstance(other, Tenure) or person_key(other.name) != person_key(tenure.name):
            return
        yield other


def vacancy_on(office: Office, day: date) -> Vacancy | None:
    """Return the vacancy that covers `day`, if one does."""
    span = _covering(spans_of(office), day)
    return span.entry if span is not None and isinstance(span.entry, Vacancy) else None


def has_rival_holder(office: Office, first: date, last: date) -> bool:
    """Tell whether, from `first` to `last`, another than who is named on `last` may have held the office.

    By partly known dates a predecessor, a successor or a vacancy on record may have lasted on one of these days; or the
    one who is named may have left, and somebody is on record after him. Nothing is judged of such a week.
    """
    spans = spans_of(office)
    named = _covering(spans, last)
    if named is None:
        return False
    holder = holder_on(office, last)
    own = (*holder.chain, *holder.later) if holder else (named.entry,)
    left = named.end_in_doubt is not None and last > named.end_in_doubt
    others = (span for span in spans if not any(span.entry is one for one in own))
    return left or any(span.unsure_in(first, last) for span in others)


def exemption_in(holder: Holder, first: date, last: date) -> Exemption | None:
    """Return an exemption of the person that holds from `first` to `last`."""
    return next((span.entry for span in holder.exemptions if span.touches(first, last)), None)


# The deadline -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a person's time to open a page was over."""

    at: datetime
    """The first moment that is too late, UTC: the end of the person's last day."""
    is_personal: bool = False
    """It is later than the directive's, by the day of taking office or an exemption."""
    grace_from: datetime | None = None
    """From here on a page is in time by the policy's grace alone; None: the grace does not decide."""
    start_known: bool = True
    """Without a known start the person may have held the office from of old: only `passed` can be said."""

    @property
    def due(self) -> datetime:
        """The first moment after the last day without the grace: days late are counted from that day."""
        return self.grace_from or self.at


def deadline_of(registry: Registry, holder: Holder) -> Deadline:
    """Return the holder's own deadline (docs/dev/design.md, section 5, Opened).

    The last day is the one before the directive's deadline plus the grace or, if later, the last of `newcomer_days`
    after taking office (since 2022-05-31, the last of 30 days is 2022-06-30); an exemption given by then moves it to
    as many days after its own last day. A date known to the month or year counts as its best day for him.
    """
    zone, days = registry.zone, registry.policy["newcomer_days"].number
    common = registry.directive.deadline
    graced = common + timedelta(days=registry.policy["deadline_grace_days"].number)
    first, last = holder.took_office
    at = max(graced, _days_after(last, days, zone)) if first is not None and last is not None else graced
    for span in holder.exemptions:
        exemption = span.entry
        given = exemption.on is None or day_start(exemption.on.first, zone) < at
        if given and exemption.until is not None:
            at = max(at, _days_after(exemption.until.last, days, zone))
    own = at > graced
    return Deadline(at, is_personal=own, grace_from=None if own else common, start_known=first is not None)


def _days_after(day: date, days: int, zone: ZoneInfo) -> datetime:
    """Return the end of the last of so many days after `day`."""
    return day_start(day + timedelta(days=days + 1), zone)


# Pages ----------------------------------------------------------------------------------------------------------------


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
    return (day - confirmation.on).days > valid_days
