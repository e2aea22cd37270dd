"""The last 26 weeks of an office: as each was judged then, or as looks in time for that week show its posts."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from auditor.audit.change import is_same_person
from auditor.audit.document import Audit, AuditedOffice, AuditedWeek
from auditor.base.weeks import Week
from auditor.checks import catalogue, check_of
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.registry.holders import holder_on

WEEKS = 26
"""Weeks in a history, the audited one the last of them."""


def history_of(
    case: Case,
    verdict: str,
    findings: Iterable[Finding[Any]],
    earlier: Mapping[str, Mapping[str, AuditedWeek]],
    case_in: Callable[[Week], Case],
) -> list[AuditedWeek]:
    """Return the last weeks, oldest first; `verdict` and `findings` are of the case's own week, the last of them.

    `earlier` has what stored audits say of the offices, by week and id; `case_in` makes the case of another week.
    """
    weeks = [case.week.shift(-back) for back in range(WEEKS - 1, 0, -1)]
    office_findings = [f for f in findings if f.account is None and f.network is None]
    holder = case.holder.tenure.name if case.holder else None
    current = AuditedWeek(week=str(case.week), verdict=verdict, holder=holder, **_figures(office_findings))
    stored = [(week, earlier.get(str(week), {}).get(case.office.id)) for week in weeks]
    past = [_spelled_as(holder, then) if then else _as_seen_later(case, week, case_in) for week, then in stored]
    return [*past, current]


def as_judged_then(office_ids: Container[str], audit: Audit) -> tuple[str, dict[str, AuditedWeek]]:
    """Return an audit's week, and by id how it judged these offices."""
    return audit.week, {
        office.id: _as_judged(audit.week, office) for office in audit.offices if office.id in office_ids
    }


def _as_judged(week: str, office: AuditedOffice) -> AuditedWeek:
    findings = (office.read(check) for check in catalogue() if check.history_figures)
    figures = _figures(finding for finding in findings if finding is not None)
    holder = office.holder.name if office.holder else None
    return AuditedWeek(week=week, verdict=office.verdict, holder=holder, **figures)


def _spelled_as(name: str | None, past: AuditedWeek) -> AuditedWeek:
    """Return a week with the name of today's holder as it is spelled today."""
    return past.model_copy(update={"holder": name}) if is_same_person(past.holder, name) else past


def _figures(findings: Iterable[Finding[Any]]) -> dict[str, Any]:
    """Return the figures that checks keep of findings about the office as a whole, as fields of `AuditedWeek`."""
    checked = ((finding, check) for finding in findings if (check := check_of(finding.check)))
    figures = {figure.key: figure.value(finding) for finding, check in checked for figure in check.history_figures}
    fields = AuditedWeek.model_fields
    more = {key: value for key, value in figures.items() if key not in fields}
    return {key: value for key, value in figures.items() if key in fields} | {"more": more}


def _as_seen_later(case: Case, week: Week, case_in: Callable[[Week], Case]) -> AuditedWeek:
    """Return a week without an audit, with the figures that looks in time for it show if they read all of it."""
    holder = holder_on(case.office, week.last_day)
    without_figures = AuditedWeek(week=str(week), holder=holder.tenure.name if holder else None)
    if not any(look.snapshot.taken_at >= week.ends and look.trusted for page in case.pages for look in page.looks):
        return without_figures
    figures = dict(_figures_from_looks(case_in(week)))
    return without_figures.model_copy(update={**figures, "from_look": bool(figures)})


def _figures_from_looks(case: Case) -> Iterator[tuple[str, int]]:
    """Yield the figures of a week that checks read from looks after it, by their keys."""
    for check in catalogue():
        readers = {figure.key: figure.from_look for figure in check.history_figures if figure.from_look is not None}
        for finding in islice(check.judge(case), 1) if readers else ():
            figures = ((key, read(finding)) for key, read in readers.items())
            yield from ((key, figure) for key, figure in figures if figure is not None)
