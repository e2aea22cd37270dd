"""How it was found out and what it rests on: the sheet that keeps a table from being read as more than it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from auditor.audit.document import AuditedControl
from auditor.base.text import N_
from auditor.report import words
from auditor.report.headline import alarms, clauses, still_open
from auditor.report.tables.model import Column, Frame, Sheet, Value, day_of, yes_no
from auditor.report.turned import turned_cells
from auditor.report.words import LIMITS, UNKNOWABLE

_Row = tuple[Value, ...]

_HEADS = (
    (N_("Part"), 27),
    (N_("What"), 34),
    (N_("Value"), 46),
    (N_("Basis"), 13),
    (N_("Source"), 40),
    (N_("Left out this week"), 14),
    (N_("Note"), 60),
)
_READING = (
    (
        N_("An empty cell"),
        N_("Not known, or nothing to count: it is never zero. The column in words says which, and why."),
    ),
    (
        N_("Outcome"),
        N_("Of the directive alone. An analogue or a convention binds nobody: to be below one is no violation."),
    ),
    (
        N_("Before and after the deadline"),
        N_("Calendar days after the last day allowed; below zero: before it. Empty where no exact day is known."),
    ),
    (N_("Times"), N_("All in the registry's zone, which is named above.")),
)


def method_sheet(frame: Frame) -> Sheet:
    """Return what the figures are, with every threshold, its basis and source, and what was left out."""
    columns = tuple(Column(frame.words.gettext(title), width) for title, width in _HEADS)
    parts = (
        (N_("Report"), _report),
        (N_("How to read it"), _reading),
        (N_("Outcomes"), _outcomes),
        (N_("Checks"), _checks),
        (N_("Policy"), _policy),
        (N_("Control pages"), _controls),
        (N_("Corrections"), _corrections),
        (N_("What this report does not claim"), _limits),
        (N_("What no run can know"), _unknowable),
    )
    rows = [(frame.words.gettext(name), *row) for name, make in parts for row in make(frame)]
    return Sheet(frame.words.gettext(N_("Method")), columns, rows, fixed=2)


def _line(what: str, value: Value, *, basis: str = "", source: str = "", left: str = "", note: str = "") -> _Row:
    return what, value, basis or None, source or None, left or None, note or None


def _report(frame: Frame) -> Iterator[_Row]:
    audit, said = frame.audit, frame.words
    act = audit.directive
    if audit.synthetic:
        demonstration = said.gettext(N_("Demonstration. Names, districts, dates and figures are invented."))
        yield _line(said.gettext(N_("Attention")), demonstration)
    for alarm in (*alarms(audit, said), *still_open(audit, said)):
        yield _line(said.gettext(N_("Attention")), alarm)
    yield _line(said.gettext(N_("Week")), f"{audit.week}, {words.week_span(audit, said)}")
    yield _line(said.gettext(N_("As of")), audit.as_of)
    yield _line(said.gettext(N_("Time zone")), words.zone_name(audit, said), note=audit.timezone)
    yield _line(said.gettext(N_("Week closed")), yes_no(audit.closed, frame))
    yield _line(said.gettext(N_("Version of the report")), audit.version)
    yield _line(said.gettext(N_("Program")), f"auditor {audit.tool_version}")
    yield _line(said.gettext(N_("Looked at from")), audit.vantage or said.gettext(N_("not named")))
    yield _line(said.gettext(N_("Where to write")), audit.contact or None)
    yield _line(said.gettext(N_("The act")), f"{act.title} ({act.issuer})", source=act.source, note=act.note)
    yield _line(said.gettext(N_("Date of the act")), act.issued)
    yield _line(
        said.gettext(N_("Last day allowed")), day_of(act.deadline - timedelta(seconds=1), frame), note=_own(frame)
    )


def _own(frame: Frame) -> str:
    """Say that the deadline of some is their own, where it is."""
    theirs = any(o.bound and o.deadline is not None for o in frame.audit.offices)
    return frame.words.gettext(N_("who took office later has a deadline of their own")) if theirs else ""


def _reading(frame: Frame) -> Iterator[_Row]:
    for what, meaning in _READING:
        yield _line(frame.words.gettext(what), frame.words.gettext(meaning))


def _outcomes(frame: Frame) -> Iterator[_Row]:
    said, summary = frame.words, frame.audit.summary.model_dump()
    yield _line(said.gettext(N_("In one sentence")), ", ".join(clause for _, clause in clauses(frame.audit, said)))
    yield _line(said.gettext(N_("Bound by the directive")), summary["bound"])
    for outcome in ("passed", "failed", "cantTell", "inapplicable", "untested"):
        yield _line(f"{words.SIGNS[outcome]} {words.say(words.OUTCOMES, outcome, said)}", summary[outcome])


def _checks(frame: Frame) -> Iterator[_Row]:
    said = frame.words
    for check in frame.audit.checks:
        yield _line(
            f"{check.title}: {check.question}",
            check.threshold or None,
            basis=words.say(words.BASES, check.basis, said),
            source=check.source,
            left=said.say(N_("{n} of {total}"), n=check.left_out, total=check.applies),
            note=f"{check.method} {check.told}".strip(),
        )


def _policy(frame: Frame) -> Iterator[_Row]:
    for key, entry in frame.audit.policy.items():
        yield _line(
            words.say(words.POLICY, key, frame.words),
            _threshold(entry.value, frame),
            basis=words.say(words.BASES, entry.basis, frame.words),
            source=entry.source,
            note=entry.note,
        )


def _threshold(value: Any, frame: Frame) -> Value:
    if isinstance(value, bool):
        return yes_no(value, frame)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return " / ".join(frame.words.number(step) for step in value)
    return value if isinstance(value, int | float | str) else None


def _controls(frame: Frame) -> Iterator[_Row]:
    for control in frame.audit.controls:
        what = f"{words.say(words.ROUTES, control.route, frame.words)}: {control.url}"
        yield _line(what, _came_out(control, frame), note=_expected(control, frame))


def _came_out(control: AuditedControl, frame: Frame) -> str:
    word = words.say(words.CONTROLS, control.outcome, frame.words)
    return f"{word}: {words.say(words.CAUSES, control.cause, frame.words)}" if control.cause else word


def _expected(control: AuditedControl, frame: Frame) -> str:
    return frame.words.gettext(N_("must exist") if control.expected else N_("must not exist"))


def _corrections(frame: Frame) -> Iterator[_Row]:
    names = {office.id: words.place_of(office) for office in frame.audit.offices}
    for one in frame.audit.corrections:
        of = names.get(one.office, one.office) if one.office else frame.words.gettext(N_("the whole report"))
        yield _line(f"№ {one.number}: {of}", one.text, source=one.source, note=frame.words.date(one.on))
    for cell in turned_cells(frame.audit, frame.words):
        where = f"{cell.place}: {cell.check}" + (f" {cell.account}" if cell.account else "")
        yield _line(where, f"{cell.before} → {cell.now}", note=cell.why)


def _limits(frame: Frame) -> Iterator[_Row]:
    for limit in LIMITS:
        yield _line(frame.words.gettext(N_("Not claimed")), frame.words.gettext(limit).rstrip(";."))


def _unknowable(frame: Frame) -> Iterator[_Row]:
    for one in UNKNOWABLE:
        yield _line(frame.words.gettext(N_("Not known")), frame.words.gettext(one).rstrip(";."))
