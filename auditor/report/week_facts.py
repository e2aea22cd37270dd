"""The facts of a week that its templates are given: its figures, and its offices by outcome and change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.audit.document import Audit, AuditedCellChange, AuditedControl, AuditedOffice, CellChangeReason
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause
from auditor.base.weeks import PartialDate, Week
from auditor.checks import catalogue, check_of
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, Measure, ReportSection
from auditor.report.cards import KNOWN_OUTCOMES, ORDER, OfficeCard, last_allowed_day, office_cards, practice_checks

Measures = Mapping[str, Measure]


def measures(audit: Audit) -> Measures:
    """Return the figures of a week over the bound offices, by their keys.

    `opened` is out of all bound offices, with those of which it is not known as `open`; checks declare the others.
    """
    bound, summary = [office for office in audit.offices if audit.counts(office)], audit.summary
    opened = Measure(summary.passed, summary.bound, open=summary.cantTell + summary.untested)
    return {"opened": opened} | {
        check.headline.key: check.headline.count(_findings(bound, check), len(bound))
        for check in catalogue()
        if check.headline is not None
    }


def _findings(offices: Iterable[AuditedOffice], check: Check[Any]) -> Iterator[Finding[Any]]:
    return (finding for office in offices if (finding := office.read(check)) is not None)


def weeks_up_to(week: str, published: Mapping[str, Audit], max_weeks: int) -> list[str]:
    """Return at most `max_weeks` consecutive weeks up to `week`, none before the first published one."""
    names, last_week = [week], Week.parse(week, ZoneInfo("UTC"))
    first_week = min(published, default=week)
    while names[0] > first_week and len(names) < max_weeks:
        names.insert(0, str(last_week.shift(-len(names))))
    return names


def recorded_on(audit: Audit) -> date | None:
    """Return the newest date of the quoted confirmations, searches and holders' entries; None without any."""
    return max((day for office in audit.offices for day in _days_of(office)), default=None)


def _days_of(office: AuditedOffice) -> Iterator[date]:
    yield from (account.confirmed.on for account in office.accounts if account.confirmed is not None)
    yield from (search.on for search in office.searches)
    if office.holder is not None and office.holder.known_as_of is not None:
        yield PartialDate.parse(office.holder.known_as_of).first


def failed_controls(audit: Audit) -> list[AuditedControl]:
    """Return the first failed control of each route, whose looks are not judged."""
    first_failed: dict[str, AuditedControl] = {}
    for control in audit.controls:
        if control.outcome != "passed":
            first_failed.setdefault(control.route, control)
    return list(first_failed.values())


def cell_changes(audit: Audit) -> list[AuditedCellChange]:
    """Return the changed cells of a published week; a page's own practice and first looks are left out."""
    changes = audit.rejudged.cells if audit.rejudged else []
    return [
        change for change in changes if (change.account is None or _is_of_page(change)) and not _is_first_look(change)
    ]


def _is_of_page(change: AuditedCellChange) -> bool:
    check = check_of(change.check)
    return check is not None and check.section in {ReportSection.DIRECTIVE, ReportSection.PAGE}


def _is_first_look(change: AuditedCellChange) -> bool:
    """Return whether a page was first looked at after the publication, as after a `--budget`: no correction."""
    unseen = {"untested"} if change.account is None else {"untested", "inapplicable"}
    return change.before in unseen and change.why is CellChangeReason.EVIDENCE


def changed_verdicts(audit: Audit) -> dict[str, str | None]:
    """Return the first published verdict of each office whose verdict changed; None if it had none."""
    rejudged = audit.rejudged
    if rejudged is None:
        return {}
    changed_offices = {change.office for change in cell_changes(audit)}
    office_ids = (
        office_id
        for office_id in rejudged.offices
        if office_id in changed_offices or rejudged.before.get(office_id) != "untested"
    )
    return {name: rejudged.before.get(name) for name in office_ids}


def coverage(cards: Iterable[OfficeCard]) -> Counter[str]:
    """Count the bound offices, and those with a known head, with a page and with a judged practice."""
    counts: Counter[str] = Counter()
    for card in cards:
        if card.counted:
            counts["bound"] += 1
            counts["heads"] += card.office.holder is not None and card.office.verdict_cause != Cause.STALE_HOLDER
            counts["pages"] += card.has_page
            counts["judged"] += any(card.findings[check.name].outcome in KNOWN_OUTCOMES for check in card.practice)
    return counts


def untold_causes(audit: Audit, check: str) -> list[tuple[str, int]]:
    """Return why a check could not judge offices, with counts: causes of `cantTell`, or ``untested``."""
    findings = (office.finding(check) for office in audit.offices)
    untold = Counter(
        finding.cause or finding.outcome
        for finding in findings
        if finding is not None and finding.outcome in {"cantTell", "untested"}
    )
    return untold.most_common()


_CHANGES = ("verdict", "regression", "improvement", "incomparable", "neutral")


@dataclass(frozen=True)
class WeekFrame:
    """The facts for pages that show no findings of the week."""

    audit: Audit
    final_day: date
    span: str
    """The days of the week in words."""
    number: int
    program: str

    def plus(self, **facts: Any) -> dict[str, Any]:
        """Return what a template is given: these facts by their names, and those of its page."""
        return {**vars(self), **facts}


@dataclass(frozen=True)
class WeekFacts(WeekFrame):
    """The facts for all pages of a week."""

    previous: Audit | None
    """The compared week's audit."""
    cards: Sequence[OfficeCard]
    bound: Sequence[OfficeCard]
    by_outcome: Mapping[str, Sequence[OfficeCard]]
    by_change: Mapping[str, Sequence[OfficeCard]]
    by_group: Sequence[tuple[str, Sequence[OfficeCard]]]
    """The offices that are not bound."""
    measures: Measures
    previous_measures: Measures | None
    practice: Sequence[Check[Any]]
    bar_scales: Mapping[str, int]
    bound_bar_scales: Mapping[str, int]
    coverage: Mapping[str, int]
    recorded_on: date | None
    failed_controls: Sequence[AuditedControl]
    cell_changes: Sequence[AuditedCellChange]
    changes_by_reason: Mapping[str, int]
    changed_verdicts: Mapping[str, str | None]
    last_day: date | None


def week_facts(audit: Audit, published: Mapping[str, Audit], translator: Translator) -> WeekFacts:
    """Return the facts for all pages of a week; `published` has the audits that readers may see, by week.

    Of other weeks it reads their outcomes, holders and figures alone.
    """
    cards, previous = office_cards(audit, published), published.get(audit.previous_week or "")
    bound = [card for card in cards if card.counted]
    changes = cell_changes(audit)
    return WeekFacts(
        **vars(frame_facts(audit, translator)),
        previous=previous,
        cards=cards,
        bound=bound,
        by_outcome={outcome: [c for c in bound if c.office.verdict == outcome] for outcome in ORDER},
        by_change={kind: [c for c in bound if c.change == kind] for kind in _CHANGES},
        by_group=[(g, list(some)) for g, some in groupby(cards[len(bound) :], lambda card: card.office.group)],
        measures=measures(audit),
        previous_measures=measures(previous) if previous is not None else None,
        practice=[check for check in practice_checks() if any(c.name == check.name for c in audit.checks)],
        bar_scales=_bar_scales(cards),
        bound_bar_scales=_bar_scales(bound),
        coverage=coverage(cards),
        recorded_on=recorded_on(audit),
        failed_controls=failed_controls(audit),
        cell_changes=changes,
        changes_by_reason=Counter(change.why.value for change in changes),
        changed_verdicts=changed_verdicts(audit),
        last_day=last_allowed_day(audit),
    )


def frame_facts(audit: Audit, translator: Translator) -> WeekFrame:
    """Return the facts for pages that show no findings of the week."""
    week = Week.parse(audit.week, ZoneInfo(audit.timezone))
    span = _span(week.first_day, week.last_day, translator)
    return WeekFrame(audit, week.last_day, span, int(audit.week[-2:]), __version__)


def _span(first_day: date, last_day: date, translator: Translator) -> str:
    """Write a week's days, the month once if both are in it: ``16–22.11.2026``."""
    day = translator.date(first_day)
    return (
        f"{day[:2].rstrip(' .')}–{translator.date(last_day)}"
        if first_day.month == last_day.month
        else f"{day}–{translator.date(last_day)}"
    )


def _bar_scales(cards: Iterable[OfficeCard]) -> dict[str, int]:
    """Return the largest figure of each check with bars, so that all bars of a table have one scale."""
    findings = [(check, card.finding(check.name)) for check in catalogue() if check.bar for card in cards]
    largest: Counter[str] = Counter()
    for check, finding in findings:
        figure = getattr(finding.values, check.bar) if finding is not None else None
        largest[check.name] = max(largest[check.name], 1, figure or 0)
    return dict(largest)
