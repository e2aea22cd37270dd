"""Changes of findings: since the last audited week, and since a published week was first judged."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.audit.document import (
    Audit,
    AuditedCellChange,
    AuditedMove,
    AuditedOffice,
    AuditedRejudged,
    Cell,
    CellChangeReason,
    Change,
)
from auditor.base.snapshot import Outcome
from auditor.checks import catalogue
from auditor.checks.finding import ReportSection
from auditor.registry.holders import person_key
from auditor.registry.models import Registry

_JUDGED = {Outcome.PASSED.value, Outcome.FAILED.value}
"""Outcomes that can be better or worse than each other; `cantTell` is neither."""
_NOT_DUE = {"newcomer", "not_due"}
"""Reasons of a verdict where the directive asks nothing yet (`AuditedOffice.verdict_reason`)."""


def as_compared(audit: Audit) -> Audit:
    """Return an audit without what no comparison asks for, so that of two only one is in memory as a whole."""
    return audit.map_offices(lambda office: office.model_copy(update=_NOT_COMPARED))


_NOT_COMPARED: dict[str, Any] = {
    "days": None,
    "posts": [],
    "history": [],
    "evidence": {},
    "searches": [],
    "reports": [],
}


def change_of(previous: AuditedOffice | None, current: AuditedOffice, *, same_rule: bool) -> dict[str, Any]:
    """Return the fields of `AuditedOffice` that compare it with its last audited week; none without one.

    A new holder's record is not compared with the predecessor's. If the rule, the holder or the pages differ, nothing
    is better or worse. The verdict never is: it is about what happened by the deadline.
    """
    if previous is None:
        return {}
    same_holder = has_same_holder(previous, current.holder.name if current.holder else None)
    comparable = same_rule and same_holder and personal_urls(previous) == personal_urls(current)
    moves = list(_moves(previous, current, comparable=comparable))
    directions = {move.change for move in moves} - {Change.NEUTRAL.value}
    return {
        "change": directions.pop() if len(directions) == 1 else Change.NEUTRAL.value,
        "previous_verdict": previous.verdict,
        "verdict_change": _verdict_change(previous, current, same_holder=same_holder),
        "moves": moves,
    }


def has_same_holder(stored: AuditedOffice, name: str | None) -> bool:
    """Return whether a stored audit has the holder of this name, however spelled, or nobody for None."""
    return is_same_person(stored.holder.name if stored.holder else None, name)


def is_same_person(name: str | None, other_name: str | None) -> bool:
    """Return whether two names are of one person, however spelled; None is nobody."""
    return name is other_name if name is None or other_name is None else person_key(name) == person_key(other_name)


def personal_urls(office: AuditedOffice) -> set[str]:
    """Return the addresses of the holder's own pages."""
    return {account.url for account in office.accounts if account.kind == "personal"}


def _verdict_change(previous: AuditedOffice, current: AuditedOffice, *, same_holder: bool) -> str | None:
    """Return why the verdict differs; None if it does not."""
    if previous.verdict == current.verdict:
        return None
    if not same_holder:
        return "new_holder"
    was_not_due = previous.verdict == Outcome.INAPPLICABLE and previous.verdict_reason in _NOT_DUE
    return "deadline_passed" if was_not_due and current.verdict != Outcome.INAPPLICABLE else "record_changed"


def _moves(previous: AuditedOffice, current: AuditedOffice, *, comparable: bool) -> Iterator[AuditedMove]:
    """Yield how each finding of the practice about the office as a whole changed."""
    for check in catalogue():
        finding_then, finding_now = previous.finding(check.name), current.finding(check.name)
        if check.section is ReportSection.PRACTICE and finding_then is not None and finding_now is not None:
            change = _outcome_change(finding_then.outcome, finding_now.outcome) if comparable else Change.NEUTRAL
            yield AuditedMove(check=check.name, change=change.value)


def _outcome_change(outcome_then: str, outcome_now: str) -> Change:
    if {outcome_then, outcome_now} != _JUDGED:
        return Change.NEUTRAL
    return Change.IMPROVEMENT if outcome_now == Outcome.PASSED else Change.REGRESSION


# The rule -----------------------------------------------------------------------------------------------------------


def differing_rules(left: Audit | Registry, right: Audit | Registry) -> list[str]:
    """Return the rules that differ: keys of the policy, and ``directive.*``. Basis and source of a number are none."""
    rules, other_rules = _rules(left), _rules(right)
    return sorted(key for key in rules | other_rules if rules.get(key) != other_rules.get(key))


def _rules(judged_by: Audit | Registry) -> dict[str, Any]:
    act, keys = judged_by.directive, {"deadline", "binds", "neutral"}
    values = act.model_dump(mode="json", include=keys) if act is not None else {}
    return {key: entry.value for key, entry in judged_by.policy.items()} | {
        f"directive.{key}": value for key, value in values.items()
    }


# A published week that is judged again ------------------------------------------------------------------------------


RejudgedCells = Mapping[CellChangeReason, Mapping[Cell, str]]
"""The cells of a week judged again as of its stored audit's moment: what differs there is not due to a later look.

`RULE` is by the registry of that time, with today's rules and program; `REGISTRY` by today's registry.
"""


def with_rejudged(audit: Audit, stored: Audit, rejudged_cells: RejudgedCells | None = None) -> Audit:
    """Return `audit` with the verdicts and cells that differ from the first stored audit of its week.

    `stored` is the last stored one; if it was judged again itself, it says what the first one held. `rejudged_cells`
    decide why a cell differs; without them the reason is unknown.
    """
    first = changes_since_first(stored)
    verdicts_then, verdicts_now = _first_verdicts(stored), {office.id: office.verdict for office in audit.offices}
    differing = [name for name in verdicts_then | verdicts_now if verdicts_then.get(name) != verdicts_now.get(name)]
    names = {office.id: office.municipality for office in stored.offices} | first.gone
    rejudged = AuditedRejudged(
        stored_as_of=first.stored_as_of,
        offices=differing,
        before={name: verdicts_then[name] for name in differing if name in verdicts_then},
        gone={name: names[name] for name in differing if name not in verdicts_now},
        tool_version=first.tool_version,
        rules=sorted({*differing_rules(audit, stored), *first.rules}),
        cells=_cell_changes(audit, stored, rejudged_cells or {}),
    )
    return audit.model_copy(update={"rejudged": rejudged})


def changes_since_first(stored: Audit) -> AuditedRejudged:
    """Return how a stored audit differs from the first one of its week: in nothing, if it is the first."""
    return stored.rejudged or AuditedRejudged(stored_as_of=stored.as_of, tool_version=stored.tool_version)


def changed_offices(audit: Audit, stored: Audit) -> set[str]:
    """Return the ids of the offices with a finding whose outcome or cause differs from the first stored one."""
    return {change.office for change in _cell_changes(audit, stored, {})}


def _cell_changes(audit: Audit, stored: Audit, rejudged_cells: RejudgedCells) -> list[AuditedCellChange]:
    """Return the cells that differ, in the document's order; cells that no longer exist come last."""
    cells_then, cells_now = _first_cells(stored), cells_of(audit)
    reasons = {(change.cell, change.now): change.why for change in changes_since_first(stored).cells}
    other_reason = CellChangeReason.EVIDENCE if rejudged_cells else CellChangeReason.UNKNOWN

    def change_of_cell(cell: Cell) -> AuditedCellChange:
        before, now = cells_then.get(cell), cells_now.get(cell)
        reason = next((why for why, cells in rejudged_cells.items() if cells.get(cell) != before), other_reason)
        office, check, account = cell
        why = reasons.get((cell, now), reason)
        return AuditedCellChange(office=office, check=check, account=account, before=before, now=now, why=why)

    differing = (cell for cell in {**cells_now, **cells_then} if cells_then.get(cell) != cells_now.get(cell))
    return [change_of_cell(cell) for cell in differing]


def cells_of(audit: Audit) -> dict[Cell, str]:
    """Return each finding's outcome, with its cause after a space if there is one."""
    return {
        (office.id, finding.check, finding.account): " ".join(filter(None, (finding.outcome, finding.cause)))
        for office in audit.offices
        for finding in office.findings
    }


def _first_cells(stored: Audit) -> dict[Cell, str]:
    """Return the cells of the first stored audit."""
    before = {change.cell: change.before for change in changes_since_first(stored).cells}
    unchanged = {cell: outcome for cell, outcome in cells_of(stored).items() if cell not in before}
    return unchanged | {cell: outcome for cell, outcome in before.items() if outcome is not None}


def _first_verdicts(stored: Audit) -> dict[str, str]:
    """Return the verdicts of the first stored audit, by office id."""
    first = changes_since_first(stored)
    verdicts = {office.id: office.verdict for office in stored.offices} | first.before
    return {name: verdicts[name] for name in verdicts if name in first.before or name not in first.offices}
