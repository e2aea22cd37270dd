"""The line of dates: each opening as a point, or as all that lies before a day, against the deadline.

Left of the line is in time, right of it late, across it cannot be told. Places are in hundredths of a per cent of the
scale's width, so that the same audit gives the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedAccount, AuditedOffice, AuditedReport
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.base.weeks import PartialDate
from auditor.report.words import coordinate, known_until, last_day, network_of, opened_text, report_text, since_of

_BEFORE = 3
"""Whole years shown before the year of the deadline."""


@dataclass(frozen=True, slots=True)
class _DateBar:
    """One row: a bar from `start` to `end`, or a point at `end`; places in per cent of the scale, as strings."""

    label: str
    text: str
    kind: str
    """tenure, acting, exact, before (known to be no later), unseen."""
    start: str = "0"
    width: str = "0"
    end: str = "0"
    rest: str = ""
    """Width of the hatched part after `end`, of which no source speaks; empty where there is none."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """The rows with their deadline and years."""

    deadline: str | None
    label: str
    years: tuple[tuple[str, str, int], ...]
    """Where a year starts, where its label goes, and the year."""
    strips: list[_DateBar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _SharedMarks:
    """Deadlines and years that many lines have in common, with the number of each: a page draws them once."""

    dues: dict[tuple[str, str], int]
    years: dict[tuple[tuple[str, str, int], ...], int]


def shared_marks(lines: Iterable[DateLine | None]) -> _SharedMarks:
    """Give the deadlines (place and label) and the scales of `lines` numbers, in the order of their first use."""
    marks = _SharedMarks({}, {})
    for line in lines:
        if line is None:
            continue
        if line.deadline is not None:
            marks.dues.setdefault((line.deadline, line.label), len(marks.dues) + 1)
        marks.years.setdefault(line.years, len(marks.years) + 1)
    return marks


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    last: datetime

    def place(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return min(max(share, 0.0), 1.0) * 100


def date_line(office: AuditedOffice, audit: Audit, words: Catalogue) -> DateLine | None:
    """Draw an office's dates; None where there is neither a holder nor a page."""
    if office.holder is None:
        return None
    zone = ZoneInfo(audit.timezone)
    common = audit.directive.deadline.astimezone(zone)
    deadline = (office.deadline or common).astimezone(zone)
    last = max(audit.week_ends.astimezone(zone).year, common.year, deadline.year)
    years = range(common.year - _BEFORE, last + 1)
    scale = _Scale(datetime(years[0], 1, 1, tzinfo=zone), datetime(years[-1] + 1, 1, 1, tzinfo=zone))
    return DateLine(
        deadline=coordinate(scale.place(deadline)) if office.bound else None,
        label=words.say(N_("deadline {date}"), date=last_day(deadline, words)) if office.bound else "",
        years=_years(scale, years, zone),
        strips=[
            _tenure(office, audit, scale, words),
            *(_account(a, scale, words) for a in office.accounts if a.kind == "personal"),
            *(_report(r, scale, words, zone) for r in office.reports if r.opened_on or r.opened_by),
        ],
    )


def _years(scale: _Scale, years: range, zone: ZoneInfo) -> tuple[tuple[str, str, int], ...]:
    places = []
    for year in years:
        start, middle = datetime(year, 1, 1, tzinfo=zone), datetime(year, 7, 1, tzinfo=zone)
        places.append((coordinate(scale.place(start)), coordinate(scale.place(middle)), year))
    return tuple(places)


def _tenure(office: AuditedOffice, audit: Audit, scale: _Scale, words: Catalogue) -> _DateBar:
    assert office.holder is not None
    label, text = words.gettext(N_("Office held")), since_of(office, words)
    if office.holder.since is None:
        return _DateBar(label, text, "none")
    first = PartialDate.parse(office.holder.since).first
    start = scale.place(datetime(first.year, first.month, first.day, tzinfo=scale.first.tzinfo))
    end = scale.place(min(audit.week_ends, audit.as_of))
    last = known_until(office.holder)
    known = min(end, scale.place(_noon(last, ZoneInfo(audit.timezone)))) if last else end
    kind = "acting" if office.holder.acting else "tenure"
    rest = coordinate(end - known) if known < end else ""
    return _DateBar(label, text, kind, coordinate(start), coordinate(max(known - start, 0.3)), coordinate(known), rest)


def _account(account: AuditedAccount, scale: _Scale, words: Catalogue) -> _DateBar:
    facts = account.facts
    label, text = words.value(network_of(account.network)), opened_text(account, words)
    if facts.opened_at is None:
        return _DateBar(label, text, "unseen", "0", "100", "100")
    end = scale.place(facts.opened_at)
    if facts.opened_precision == "exact":
        return _DateBar(label, text, "exact", coordinate(end), "0", coordinate(end))
    return _DateBar(label, text, "before", "0", coordinate(max(end, 0.3)), coordinate(end))


def _report(report: AuditedReport, scale: _Scale, words: Catalogue, zone: ZoneInfo) -> _DateBar:
    label = words.gettext(N_("Press"))
    written = report.opened_on or report.opened_by or ""
    end = scale.place(_noon(PartialDate.parse(written).last, zone))
    text = report_text(report, words)
    return _DateBar(label, text, "before", "0", coordinate(max(end, 0.3)), coordinate(end))


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)


def end_of_week(audit: Audit) -> date:
    """Return the week's Sunday in the registry's zone."""
    return (audit.week_ends - timedelta(seconds=1)).astimezone(ZoneInfo(audit.timezone)).date()
