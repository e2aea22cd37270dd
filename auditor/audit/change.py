"""What became of findings: since the last audited week, and where a published week is judged again."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.audit.document import (
    Audit,
    AuditedCellChange,
    AuditedDirective,
    AuditedMove,
    AuditedOffice,
    AuditedRejudged,
    CellChangeReason,
    Change,
)
from auditor.base.snapshot import Outcome
from auditor.checks import catalogue
from auditor.checks.finding import ReportSection
from auditor.registry.models import PolicyValue

_KNOWN = {Outcome.PASSED.value, Outcome.FAILED.value}
_NOT_DUE = {"newcomer", "not_due"}
"""Reasons of a directive that asks nothing yet (`AuditedOffice.verdict_reason`)."""


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """What became of an office since its last audited week."""

    change: Change = Change.NEUTRAL
    verdict: str | None = None
    """Why the verdict is another: deadline_passed, new_holder or record_changed."""
    moves: tuple[AuditedMove, ...] = ()


def change_of(
    before: AuditedOffice | None, now: AuditedOffice, people: Collection[str], *, same_rule: bool
) -> OfficeChange:
    """Compare an office with its last audited week.

    `people` are the names under which the registry has today's holder: a new holder's record is not the predecessor's.
    Where the rule, the holder or the pages are others nothing is better or worse. The verdict never is: what it says
    happened by the deadline.
    """
    if before is None:
        return OfficeChange()
    same_holder = before.holder.name in people if before.holder else now.holder is None
    alike = same_rule and same_holder and _pages(before) == _pages(now)
    moves = tuple(_moves(before, now, alike=alike))
    ways = {move.change for move in moves} - {Change.NEUTRAL.value}
    change = Change(ways.pop()) if len(ways) == 1 else Change.NEUTRAL
    return OfficeChange(change, _verdict_change(before, now, same_holder=same_holder), moves)


def _pages(office: AuditedOffice) -> set[str]:
    return {account.url for account in office.accounts if account.kind == "personal"}


def _verdict_change(before: AuditedOffice, now: AuditedOffice, *, same_holder: bool) -> str | None:
    """Name what made the verdict another; None where it is the same."""
    if before.verdict == now.verdict:
        return None
    if not same_holder:
        return "new_holder"
    ran_out = before.verdict == Outcome.INAPPLICABLE and before.verdict_reason in _NOT_DUE
    return "deadline_passed" if ran_out and now.verdict != Outcome.INAPPLICABLE else "record_changed"


def _moves(before: AuditedOffice, now: AuditedOffice, *, alike: bool) -> Iterator[AuditedMove]:
    """Compare each finding of the practice about the person as a whole."""
    for check in catalogue():
        then, today = before.finding(check.name), now.finding(check.name)
        if check.section is ReportSection.PRACTICE and then is not None and today is not None:
            change = _move(then.outcome, today.outcome) if alike else Change.NEUTRAL
            yield AuditedMove(check=check.name, change=change.value)


def _move(then: str, today: str) -> Change:
    if {then, today} != _KNOWN:
        return Change.NEUTRAL
    return Change.IMPROVEMENT if today == Outcome.PASSED else Change.REGRESSION


# The rule -----------------------------------------------------------------------------------------------------------


def other_rules(one: Audit, other: Audit) -> list[str]:
    """Return by which rules two audits were not judged alike: keys of the policy, and ``directive.*``."""
    return differing_rules(one.directive, one.policy, other)


def differing_rules(directive: AuditedDirective, policy: Mapping[str, PolicyValue], other: Audit) -> list[str]:
    """Return which rules are others than those of an audit. Basis and source of a number are no rule."""
    here, there = _rules(directive, policy), _rules(other.directive, other.policy)
    return sorted(key for key in here | there if here.get(key) != there.get(key))


def _rules(directive: AuditedDirective, policy: Mapping[str, PolicyValue]) -> dict[str, Any]:
    act = directive.model_dump(mode="json", include={"deadline", "binds", "neutral"})
    return {key: entry.value for key, entry in policy.items()} | {f"directive.{key}": act[key] for key in act}


# A published week that is judged again ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RejudgedAudits:
    """A week judged again as of the moment of its stored audit: what differs there is not by a later look."""

    by_rule: Audit
    """By the registry of then, the rules and the program of now."""
    by_registry: Audit
    """By the registry of now."""


def with_rejudged(audit: Audit, stored: Audit, at_that_time: RejudgedAudits | None = None) -> Audit:
    """Return `audit` with which verdicts and cells are others than in the audit of its week that was stored first.

    `stored` is the last one stored; where it was judged anew itself, it says what the first one held. `at_that_time`
    tells what a cell became other by.
    """
    then, now = _first(stored), {office.id: office.verdict for office in audit.offices}
    other = [name for name in then | now if then.get(name) != now.get(name)]
    names = {office.id: office.municipality for office in stored.offices} | _gone(stored)
    before = stored.rejudged
    told = AuditedRejudged(
        stored_as_of=before.stored_as_of if before else stored.as_of,
        offices=other,
        before={name: then[name] for name in other if name in then},
        gone={name: names[name] for name in other if name not in now},
        tool_version=before.tool_version if before else stored.tool_version,
        rules=sorted({*other_rules(audit, stored), *(before.rules if before else ())}),
        cells=_cell_changes(audit, stored, at_that_time),
    )
    return audit.model_copy(update={"rejudged": told})


Cell = tuple[str, str, str | None]
"""Where a finding stands: the office, the check, the account."""


def changed_offices(audit: Audit, stored: Audit) -> set[str]:
    """Return the ids of the offices of which a finding has another outcome or cause than was stored first."""
    return {turn.office for turn in _cell_changes(audit, stored, None)}


def _cell_changes(audit: Audit, stored: Audit, split: RejudgedAudits | None) -> list[AuditedCellChange]:
    """List the cells that are others, in the document's order; those that are gone come last."""
    then, now = _first_cells(stored), _cells(audit)
    known = {(t.office, t.check, t.account): t for t in (stored.rejudged.cells if stored.rejudged else ())}
    at_that_time = (_cells(split.by_rule), _cells(split.by_registry)) if split else None
    turns = []
    for place in {**now, **then}:
        was, is_now = then.get(place), now.get(place)
        if was == is_now:
            continue
        office, check, account = place
        made = AuditedCellChange(
            office=office, check=check, account=account, before=was, now=is_now, why=CellChangeReason.UNKNOWN
        )
        same = known.get(place)
        why = same.why if same and same.now == made.now else _change_reason(place, was, at_that_time)
        turns.append(made.model_copy(update={"why": why}))
    return turns


def _change_reason(
    place: Cell, was: str | None, at_that_time: tuple[Mapping[Cell, str], Mapping[Cell, str]] | None
) -> CellChangeReason:
    """Tell what made a cell another: the rule if that alone does it, else the registry, else later looks."""
    if at_that_time is None:
        return CellChangeReason.UNKNOWN
    by_rule, by_registry = at_that_time
    if by_rule.get(place) != was:
        return CellChangeReason.RULE
    return CellChangeReason.REGISTRY if by_registry.get(place) != was else CellChangeReason.EVIDENCE


def _cells(audit: Audit) -> dict[Cell, str]:
    """Return what each finding says, by its place: the outcome, and the cause if there is one."""
    return {
        (one.id, finding.check, finding.account): " ".join(filter(None, (finding.outcome, finding.cause)))
        for one in audit.offices
        for finding in one.findings
    }


def _first_cells(stored: Audit) -> dict[Cell, str]:
    """Return the cells as they were stored first."""
    cells = _cells(stored)
    for turn in stored.rejudged.cells if stored.rejudged else ():
        place = (turn.office, turn.check, turn.account)
        cells.pop(place, None)
        if turn.before is not None:
            cells[place] = turn.before
    return cells


def _first(stored: Audit) -> dict[str, str]:
    """Return the verdicts as they were stored first."""
    verdicts = {office.id: office.verdict for office in stored.offices}
    if stored.rejudged is None:
        return verdicts
    added = set(stored.rejudged.offices) - stored.rejudged.before.keys()
    return {name: verdict for name, verdict in (verdicts | stored.rejudged.before).items() if name not in added}


def _gone(stored: Audit) -> dict[str, str]:
    return stored.rejudged.gone if stored.rejudged else {}
