"""Derive from the registry who held an office on a day, since when, and by what deadline.

Dates may be partial or missing, so a tenure, an exemption and a vacancy are spans of possible days. A conclusion is
drawn from a span only if it holds for each of these days.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from auditor.base.weeks import PartialDate, day_start
from auditor.registry.models import (
    Account,
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

_Entry_co = TypeVar("_Entry_co", bound=Tenure | Vacancy | Exemption, covariant=True)


@dataclass(frozen=True, slots=True)
class Span(Generic[_Entry_co]):
    """A tenure, a vacancy or an exemption in time, by its sources.

    `since` and `until` are as written, `until` also the planned end of a term; `evidence` are the dates at which a
    source attests it. The fields from `first_day` on also depend on the spans before and after it (`bounded_by`).
    """

    entry: _Entry_co
    since: PartialDate | None
    until: PartialDate | None
    evidence: tuple[PartialDate, ...] = ()
    planned: bool = False
    """Whether `until` is the planned end of a term, which is no evidence."""
    first_day: date = date.min
    """The first day on which the report names it."""
    last_day: date = date.max
    """The last day on which the report names it."""
    earliest_start: date = date.min
    """A day before which it cannot have begun."""
    latest_end: date = date.max
    """A day after which it cannot have lasted."""
    end_in_doubt: date | None = None
    """The first possible day of a partly known end; None if the end is exact or nothing follows it."""

    @property
    def starts(self) -> PartialDate:
        """Its start, where one is written."""
        assert self.since is not None
        return self.since

    def may_precede(self, other: "Span[Any]") -> bool:
        """Return whether this span may have ended by the first day of `other`; they may share that day."""
        earliest_end = date.max if self.until is None else max(self.starts.first, self.until.first)
        start = other.starts.last
        return earliest_end <= (start if other.until is None else min(start, other.until.last))

    @property
    def known_from(self) -> date:
        """The first day of the earliest evidence. The spans of an office are ordered by it."""
        return self.since.first if self.since else min(source_date.first for source_date in self.evidence)

    @property
    def latest_start(self) -> date:
        """The day by which it had begun for certain: the last day of its earliest evidence."""
        return min(source_date.last for source_date in self.evidence)

    @property
    def last_sourced_day(self) -> date:
        """The last day on which a source attests it for certain."""
        return max(source_date.first for source_date in self.evidence)

    def bounded_by(self, previous: "Span[Any] | None", following: "Span[Any] | None") -> Self:
        """Return the span with its days bounded by the spans before and after it in the same office."""
        end = self.until
        if self.planned and following is not None and end is not None and end.last >= following.known_from:
            end = None  # a successor followed before the term was over
        start = self.since.first if self.since else date.min
        end_day = end.last if end else date.max
        return replace(
            self,
            first_day=self.named_from(previous),
            last_day=end_day if end is not None or following is None else self._sourced_to(following),
            earliest_start=max(start, previous.last_sourced_day) if previous else start,
            latest_end=min(end_day, _day_before(following.latest_start)) if following else end_day,
            end_in_doubt=end.first if end and following and not end.exact else None,
        )

    def named_from(self, previous: "Span[Any] | None") -> date:
        """Return the first day to name it: the first of its evidence, but not before the last of `previous`."""
        return max(self.known_from, previous.last_sourced_day) if previous else self.known_from

    def _sourced_to(self, following: "Span[Any]") -> date:
        """Return the last day to name a span without an end: its latest evidence after its start, up to `following`.

        Without evidence after its start that is the day before `following` begins.
        """
        later_days = [source_date.last for source_date in self.evidence if source_date is not self.since]
        next_start = following.named_from(self)
        return min(max(later_days), next_start) if later_days else _day_before(next_start)

    def covers(self, day: date) -> bool:
        """Return whether the report names it on `day`."""
        return self.first_day <= day <= self.last_day

    def touches(self, first_day: date, last_day: date) -> bool:
        """Return whether it may hold on some day from `first_day` to `last_day`; partial dates count in full."""
        has_begun = self.since is None or self.since.first <= last_day
        return has_begun and (self.until is None or first_day <= self.until.last)

    def unsure_in(self, first_day: date, last_day: date) -> bool:
        """Return whether it is uncertain on some day from `first_day` to `last_day`: possible, but not attested."""
        begin, end = max(first_day, self.earliest_start), min(last_day, self.latest_end)
        return begin <= end and not (self.latest_start <= begin and end <= self.last_sourced_day)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _given_dates(*dates: PartialDate | None) -> tuple[PartialDate, ...]:
    return tuple(partial_date for partial_date in dates if partial_date is not None)


def spans_of(office: Office) -> list[Span[Tenure | Vacancy]]:
    """Return an office's tenures and vacancies in order of time, each bounded by its neighbours.

    Entries without any date are left out.
    """
    spans: list[Span[Tenure | Vacancy]] = [
        Span(t, t.since, t.until or t.term_ends, source_dates(t), planned=t.until is None) for t in office.tenures
    ]
    spans += [Span(v, v.since, v.until, _vacancy_dates(v)) for v in office.vacancies]
    ordered = sorted((span for span in spans if span.evidence), key=lambda span: (span.known_from, span.latest_start))
    return [
        span.bounded_by(*around) for span, *around in zip(ordered, [None, *ordered], [*ordered[1:], None], strict=False)
    ]


def source_dates(tenure: Tenure) -> tuple[PartialDate, ...]:
    """Return every date at which a source attests that the person held the office.

    A report or a confirmation speaks of a page, and the planned end of a term is no evidence.
    """
    return _given_dates(tenure.since, tenure.known_from, tenure.known_as_of, tenure.until)


def _vacancy_dates(vacancy: Vacancy) -> tuple[PartialDate, ...]:
    """Return every date at which a source attests that nobody held the office."""
    return _given_dates(vacancy.since, vacancy.known_as_of, vacancy.until)


def known_by(office: Office, day: date) -> Office:
    """Return an office as sources of `day` and before tell it: what is said to begin later is left aside.

    An end that is still to come is a planned one, and no evidence.
    """
    tenures = [known for tenure in office.tenures if (known := _tenure_known_by(tenure, day)) is not None]
    vacancies = [_vacancy_known_by(vacancy, day) for vacancy in office.vacancies if vacancy.since.first <= day]
    is_same = (tenures, vacancies) == (office.tenures, office.vacancies)
    return office if is_same else office.model_copy(update={"tenures": tenures, "vacancies": vacancies})


def _tenure_known_by(tenure: Tenure, day: date) -> Tenure | None:
    """Return a tenure without the dates after `day`; None if it has no others, unless only its end is to come."""
    to_come = [key for key in ("since", "known_from", "known_as_of", "until") if _is_after(getattr(tenure, key), day)]
    if not to_come:
        return tenure
    planned_end = {"term_ends": tenure.until} if "until" in to_come else {}
    known = tenure.model_copy(update=dict.fromkeys(to_come) | planned_end)
    is_known = bool(source_dates(known)) or to_come == ["until"]
    return known if is_known and "since" not in to_come else None


def _vacancy_known_by(vacancy: Vacancy, day: date) -> Vacancy:
    """Return a vacancy without the word of a source that is later than `day`."""
    is_later = _is_after(vacancy.known_as_of, day)
    return vacancy.model_copy(update={"known_as_of": None, "sources": []}) if is_later else vacancy


def _is_after(partial_date: PartialDate | None, day: date) -> bool:
    return partial_date is not None and partial_date.first > day


# The holder ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of an office on a day.

    `chain` are the holder's consecutive tenures in the office up to that day, oldest first: an acting head who is then
    elected keeps the same pages and is no newcomer again. `later` are the holder's tenures right after that day's: they
    are evidence for the time in between.
    """

    tenure: Tenure
    chain: tuple[Tenure, ...]
    predecessor: Tenure | None
    later: tuple[Tenure, ...] = ()

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The holder's accounts, each address once: a decided entry goes before a lead, the latest before others."""
        accounts_by_url: dict[str, Account] = {}
        for tenure in self.chain:
            for account in tenure.accounts:
                accounts_by_url[account.url.url] = max(
                    accounts_by_url.get(account.url.url, account), account, key=_decided
                )
        return tuple(accounts_by_url.values())

    @property
    def judged_accounts(self) -> tuple[Account, ...]:
        """The confirmed personal accounts, the only ones that are judged."""
        return tuple(a for a in self.accounts if a.kind == "personal" and a.judged)

    @property
    def accounts_elsewhere(self) -> tuple[OtherAccount, ...]:
        """The confirmed personal accounts on networks that the program does not look at."""
        pages = [a for tenure in self.chain for a in tenure.elsewhere if a.kind == "personal" and a.judged]
        return tuple({a.url: a for a in pages}.values())

    @property
    def has_lead(self) -> bool:
        """Whether a personal page on record still waits for a decision."""
        elsewhere = (page for tenure in self.chain for page in tenure.elsewhere)
        return any(page.lead and page.kind == "personal" for page in (*self.accounts, *elsewhere))

    @property
    def institution_accounts(self) -> tuple[Account, ...]:
        """Institutions' pages listed with the holder: shown, never counted as the holder's own."""
        return tuple(a for a in self.accounts if a.kind == "institution" and a.judged)

    @property
    def reports(self) -> tuple[PressReport, ...]:
        """Press reports that an account of the holder exists or was opened."""
        return tuple(report for tenure in self.chain for report in tenure.reports)

    @property
    def searches(self) -> tuple[RecordedSearch, ...]:
        """Recorded searches for the holder's accounts."""
        return tuple(search for tenure in self.chain for search in tenure.searches)

    @property
    def exemptions(self) -> tuple[Span[Exemption], ...]:
        """The holder's exemptions from the directive; one without an end ends with its tenure."""
        granted = ((exemption, tenure.until) for tenure in self.chain for exemption in tenure.exemptions)
        return tuple(Span(entry, entry.since or entry.on, entry.until or until) for entry, until in granted)

    @property
    def took_office(self) -> tuple[date | None, date | None]:
        """The earliest and the latest day on which the holder can have taken office; None is unbounded."""
        first_tenure = self.chain[0]
        return (first_tenure.since.first if first_tenure.since is not None else None), self.judged_from

    @property
    def judged_from(self) -> date | None:
        """The first day for which the holder answers; None without any date.

        A start that is known to the month or year counts as its last day, but as none after a day on which a source has
        the holder in office; without a start the first such day counts (docs/dev/design.md, section 5).
        """
        first_tenure = self.chain[0]
        attested = _given_dates(*(day for tenure in self.chain for day in (tenure.known_from, tenure.known_as_of)))
        starts = _given_dates(first_tenure.since, *attested) or source_dates(first_tenure)
        return min((start.last for start in starts), default=None)

    @property
    def newest_evidence(self) -> date | None:
        """The newest day on which a source attests the holder; a month or year counts as its first day.

        The latest of `since`, `known_as_of` and `until` of all the holder's tenures (docs/dev/design.md, section 5).
        """
        tenures = (*self.chain, *self.later)
        dates = _given_dates(*(day for tenure in tenures for day in (tenure.since, tenure.known_as_of, tenure.until)))
        return max((day.first for day in dates), default=None)

    def stale_on(self, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
        """Return the date of the newest evidence for the holder if it is too old on `day`, else None.

        For a week, pass its last day. Evidence from after `day` counts too.
        """
        return _too_old(self.newest_evidence, day, policy, acting=self.tenure.acting)


def stale_vacancy(vacancy: Vacancy, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
    """Return the date of a vacancy's newest evidence if it is too old on `day`, else None."""
    newest = max(source_date.first for source_date in _vacancy_dates(vacancy))
    return _too_old(newest, day, policy, acting=False)


def _too_old(newest: date | None, day: date, policy: Mapping[str, PolicyValue], *, acting: bool) -> date | None:
    valid_days = policy["acting_valid_days" if acting else "holder_valid_days"].number
    return newest if newest is not None and (day - newest).days > valid_days else None


def _decided(account: Account) -> tuple[bool, date]:
    """Return the sort key of a holder's entries for one page: decided ones last, in order of confirmation."""
    return not account.lead, account.confirmed.on if account.confirmed else date.min


def person_key(name: str) -> str:
    """Return a person's name for comparison, without case, ё, the coding of letters, and unseen signs."""
    composed = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    return " ".join("".join(sign for sign in composed if unicodedata.category(sign) not in {"Cf", "Mn"}).split())


def _covering(spans: Sequence[Span[Tenure | Vacancy]], day: date) -> Span[Tenure | Vacancy] | None:
    """Return the span that covers `day`; of several that share a boundary, the one that began last."""
    return next((span for span in reversed(spans) if span.covers(day)), None)


def holder_on(office: Office, day: date) -> Holder | None:
    """Return the holder whom the report names for `office` on `day`; None if it is vacant or none is on record.

    Where nothing dated covers the day it is whoever is on record without any date.
    """
    spans = spans_of(office)
    span = _covering(spans, day)
    if span is None:
        return next((Holder(tenure, (tenure,), None) for tenure in _undated_on(office, day)), None)
    if not isinstance(span.entry, Tenure):
        return None
    entries = [term.entry for term in spans]
    index = spans.index(span)
    chain = [span.entry, *_same_person(span.entry, reversed(entries[:index]))][::-1]
    earlier = entries[: index - len(chain) + 1]
    predecessor = next((entry for entry in reversed(earlier) if isinstance(entry, Tenure)), None)
    return Holder(span.entry, tuple(chain), predecessor, tuple(_same_person(span.entry, entries[index + 1 :])))


def _undated_on(office: Office, day: date) -> list[Tenure]:
    """Return the tenures that no source dates, the last of the file first, without terms that were over by `day`."""
    undated = (tenure for tenure in reversed(office.tenures) if not source_dates(tenure))
    return [tenure for tenure in undated if tenure.term_ends is None or day <= tenure.term_ends.last]


def _same_person(tenure: Tenure, others: Iterable[Tenure | Vacancy]) -> Iterator[Tenure]:
    """Yield the leading tenures among `others` under the same name as `tenure`, up to the first other entry."""
    for other in others:
        if not isinstance(other, Tenure) or person_key(other.name) != person_key(tenure.name):
            return
        yield other


def vacancy_on(office: Office, day: date) -> Vacancy | None:
    """Return the vacancy that covers `day`, if one does."""
    span = _covering(spans_of(office), day)
    return span.entry if span is not None and isinstance(span.entry, Vacancy) else None


def has_rival_holder(office: Office, first_day: date, last_day: date) -> bool:
    """Return whether someone other than the holder on `last_day` may have held the office since `first_day`.

    By partly known dates a predecessor, a successor or a vacancy on record may have lasted on one of these days, or the
    holder may have left and a successor is on record; or two are on record without any date. Such a week is not judged.
    """
    spans = spans_of(office)
    named_span = _covering(spans, last_day)
    if named_span is None:
        return len({person_key(tenure.name) for tenure in _undated_on(office, last_day)}) > 1
    holder = holder_on(office, last_day)
    own_entries = (*holder.chain, *holder.later) if holder else (named_span.entry,)
    may_have_left = named_span.end_in_doubt is not None and last_day > named_span.end_in_doubt
    others = (span for span in spans if not any(span.entry is entry for entry in own_entries))
    names = {person_key(entry.name) for entry in own_entries if isinstance(entry, Tenure)}
    has_undated = bool({person_key(tenure.name) for tenure in _undated_on(office, last_day)} - names)
    may_be_undated = bool(names) and has_undated and not _is_attested_on(own_entries, spans, last_day)
    return may_have_left or may_be_undated or any(span.unsure_in(first_day, last_day) for span in others)


def _is_attested_on(entries: Sequence[Tenure | Vacancy], spans: Sequence[Span[Tenure | Vacancy]], day: date) -> bool:
    """Return whether a source has one of these tenures in office on a day or later."""
    return any(day <= span.last_sourced_day for span in spans if any(span.entry is entry for entry in entries))


def exemption_in(holder: Holder, first_day: date, last_day: date) -> Exemption | None:
    """Return an exemption of the holder that may hold on some day from `first_day` to `last_day`."""
    return next((span.entry for span in holder.exemptions if span.touches(first_day, last_day)), None)


# The deadline -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of the holder's time to open a page."""

    late_from: datetime
    """The first moment that is too late, grace included, UTC: the end of the last day in time."""
    is_personal: bool = False
    """Whether it is later than the directive's, because of the day of taking office or an exemption."""
    grace_from: datetime | None = None
    """From this moment on a page is in time by the policy's grace alone; None if the grace plays no part."""
    start_known: bool = True
    """Whether the start in office is known. If not, it may be long ago, and only `passed` is a possible outcome."""

    @property
    def due(self) -> datetime:
        """The first moment that is too late without the grace; days of delay are counted from it."""
        return self.grace_from or self.late_from


_LONG_AGO = datetime.fromisoformat("1900-01-02T00:00+00:00")


def common_deadline(registry: Registry) -> datetime:
    """Return the directive's deadline; without a directive a moment before any, so that nothing waits for it."""
    return registry.directive.deadline if registry.directive is not None else _LONG_AGO


def deadline_of(registry: Registry, holder: Holder) -> Deadline:
    """Return the holder's own deadline (docs/dev/design.md, section 5, Opened).

    The last day is the one before the directive's deadline plus the grace or, if later, the last of `newcomer_days`
    after taking office (since 2022-05-31, the last of 30 days is 2022-06-30); an exemption granted by then moves it to
    as many days after its own last day. A date known to the month or year counts as its best day for the holder.
    """
    zone, days = registry.zone, registry.policy["newcomer_days"].number
    due = common_deadline(registry)
    with_grace = due + timedelta(days=registry.policy["deadline_grace_days"].number)
    earliest_start, latest_start = holder.took_office
    if earliest_start is not None and latest_start is not None:
        due = max(due, _days_after(latest_start, days, zone))
    for span in holder.exemptions:
        exemption = span.entry
        was_granted_by_then = exemption.on is None or day_start(exemption.on.first, zone) < max(due, with_grace)
        if was_granted_by_then and exemption.until is not None:
            due = max(due, _days_after(exemption.until.last, days, zone))
    return Deadline(
        max(due, with_grace),
        is_personal=due > with_grace,
        grace_from=due if due < with_grace else None,
        start_known=earliest_start is not None,
    )


def _days_after(day: date, days: int, zone: ZoneInfo) -> datetime:
    """Return the end of the last of `days` days after `day`, in UTC."""
    return day_start(day + timedelta(days=days + 1), zone)


# Pages ----------------------------------------------------------------------------------------------------------------


def office_urls(office: Office) -> set[str]:
    """Return the addresses of all accounts of the office and of everyone who held it, leads included."""
    people = (account for tenure in office.tenures for account in tenure.accounts)
    return {account.url.url for account in (*office.accounts, *people)}


def is_undated(page: Account | OtherAccount, holder: Holder | None) -> bool:
    """Return whether no source on record says since when a page is the holder's."""
    reports = holder.reports if holder is not None else ()
    return page.since is None and all(report.network != page.network for report in reports)


def under_review(confirmation: Confirmation, day: date, valid_days: int) -> bool:
    """Return whether a confirmation is older than `valid_days` on `day`: an account can change hands."""
    return (day - confirmation.on).days > valid_days
