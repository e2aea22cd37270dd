"""An office a row: the directive, and apart from it the practice. The CSV has both side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.audit.document import Audit, AuditedOffice, AuditedStatement
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, Text
from auditor.checks import directive
from auditor.checks.check import Check
from auditor.checks.finding import Place
from auditor.report.checks import shown
from auditor.report.checks.shown import Column
from auditor.report.checks_shown import checks_at
from auditor.report.headline import alarms, change_kind, in_order, still_open, why_changed
from auditor.report.tables.model import (
    Frame,
    Link,
    Sheet,
    Spec,
    Value,
    Verdict,
    day_of,
    fill,
    last_word_in,
    name_of,
    since_in,
    standing,
    yes_no,
)
from auditor.report.words import CHANGES, GROUPS, OUTCOMES, SIGNS, deadline_note, reason_of, say

_Cell = Callable[[AuditedOffice, Frame], Value]
_Specs = tuple[Spec[AuditedOffice], ...]


def _verdict(office: AuditedOffice, frame: Frame) -> Value:
    """Name the outcome, if the directive binds the office."""
    if not office.bound:
        return frame.words.gettext(N_("outside the directive"))
    return Verdict(office.verdict, f"{SIGNS.get(office.verdict, '')} {say(OUTCOMES, office.verdict, frame.words)}")


def _cause(office: AuditedOffice, frame: Frame) -> Value:
    return (reason_of(office, frame.words) or None) if office.bound else None


def _rests(office: AuditedOffice, frame: Frame) -> Value:
    finding = office.finding(directive().name)
    note = deadline_note(office, frame.audit, frame.words)
    return ". ".join(filter(None, (finding.message if finding else "", note))) or None


def _change(office: AuditedOffice, frame: Frame) -> Value:
    if not office.bound or frame.audit.previous_week is None:
        return None
    word, why = say(CHANGES, change_kind(office), frame.words), why_changed(office, frame.words)
    return f"{word}: {why}" if why else word


def _before(office: AuditedOffice, frame: Frame) -> Value:
    known = office.bound and office.previous_verdict
    return say(OUTCOMES, office.previous_verdict or "", frame.words) if known else None


def _pages(office: AuditedOffice, _: Frame) -> Value:
    return " ".join(a.url for a in office.accounts if a.kind == "personal") or None


def _statement(office: AuditedOffice, frame: Frame) -> Value:
    said = (f"{s.text} ({s.who}, {frame.words.date(s.on)}; {s.source})" for s in office.statements)
    return "; ".join(said) or None


def _stated(office: AuditedOffice, frame: Frame) -> Value:
    """Name the statements by their days: their words have a sheet of their own, or one would fill a page."""
    days = (frame.words.say(N_("Statement of {date}"), date=s.on) for s in office.statements)
    return "; ".join(days) or None


def _corrected(office: AuditedOffice, frame: Frame) -> Value:
    return ", ".join(f"№ {c.number}" for c in frame.audit.corrections if c.office == office.id) or None


def _columns(check: Check[Any]) -> Iterator[Spec[AuditedOffice]]:
    """Yield the columns that a check declares."""
    for column in shown(check).columns:
        yield Spec(column.title, column.width, _figure(check, column))
    standing = shown(check).standing
    if standing is not None:
        yield Spec(standing, shown(check).standing_width, _standing(check))


def _figure(check: Check[Any], column: Column[Any]) -> _Cell:
    """Make a cell of a finding's value; it stays empty where nothing could be counted."""

    def value(office: AuditedOffice, frame: Frame) -> Value:
        finding = office.read(check)
        if finding is None or (column.bound_only and not office.bound):
            return None
        found = column.value(finding)
        if isinstance(found, Text):
            return frame.words.text(found)
        return day_of(found, frame) if isinstance(found, datetime) else shown(check).counted(finding, found)

    return value


def _standing(check: Check[Any]) -> _Cell:
    return lambda office, frame: standing(office.finding(check.name), frame)


def _attention(audit: Audit, words: Catalogue) -> _Specs:
    """Repeat the week's warnings in each row: rows of several weeks may be put into one table."""
    said = " ".join((*alarms(audit, words), *still_open(audit, words)))  # once for all rows
    return (Spec(N_("Attention"), 40, lambda *_: said or None),)


_TITLE: Spec[AuditedOffice] = Spec(N_("Office"), 30, lambda office, _: office.title)
_WHO: _Specs = (
    Spec(N_("Municipality"), 24, lambda office, _: office.municipality),
    Spec(N_("Holder"), 20, lambda office, _: name_of(office)),
)
_TENURE: _Specs = (
    Spec(N_("In office since"), 15, since_in),
    Spec(N_("Latest evidence of the holder, where it is not today's"), 15, last_word_in),
)
_OUTCOME: _Specs = (
    Spec(N_("Outcome"), 18, _verdict),
    Spec(N_("Cause"), 24, _cause),
    Spec(N_("What it rests on"), 44, _rests),
)
_CHANGE: Spec[AuditedOffice] = Spec(N_("Since the week before"), 20, _change)
_THEN: Spec[AuditedOffice] = Spec(N_("Outcome then"), 16, _before)
_PAGES: Spec[AuditedOffice] = Spec(N_("Personal pages"), 28, _pages)
_CORRECTED: Spec[AuditedOffice] = Spec(N_("Corrections"), 11, _corrected)
_WEEK: _Specs = (
    Spec(N_("Week"), 10, lambda _, frame: frame.audit.week),
    Spec(N_("As of"), 16, lambda _, frame: frame.audit.as_of),
    Spec(N_("Invented"), 10, lambda _, frame: yes_no(frame.audit.synthetic, frame)),
)
_OFFICE: _Specs = (
    Spec(N_("Office id"), 16, lambda office, _: office.id),
    _TITLE,
    Spec(N_("Group"), 22, lambda office, frame: say(GROUPS, office.group, frame.words)),
    Spec(N_("Bound by the directive"), 12, lambda office, frame: yes_no(office.bound, frame)),
)


@dataclass(frozen=True, slots=True)
class _Said:
    office: AuditedOffice
    statement: AuditedStatement


_STATEMENT: tuple[Spec[_Said], ...] = (
    Spec(N_("Municipality"), 26, lambda row, _: row.office.municipality),
    Spec(N_("Week"), 10, lambda row, _: row.statement.week),
    Spec(N_("When"), 12, lambda row, _: row.statement.on),
    Spec(N_("Who"), 26, lambda row, _: row.statement.who),
    Spec(N_("Statement"), 100, lambda row, _: row.statement.text),
    Spec(N_("Source"), 34, lambda row, _: Link(row.statement.source)),
)


def _directive() -> _Specs:
    statement: Spec[AuditedOffice] = Spec(N_("Statement"), 26, _statement)
    dates = (*_columns(directive()), _CHANGE, _THEN)
    return (*_TENURE, *_OUTCOME, *dates, _PAGES, statement, _CORRECTED)


def _practice(audit: Audit) -> _Specs:
    return tuple(spec for check in checks_at(Place.PRACTICE, audit) for spec in _columns(check))


def directive_sheet(frame: Frame) -> Sheet:
    """Return the bound offices with the outcome of the directive and what it rests on: as wide as a sheet of paper."""
    statement: Spec[AuditedOffice] = Spec(N_("Statement"), 12, _stated)
    columns = (*_WHO, *_OUTCOME, _CHANGE, _PAGES, statement, _CORRECTED)
    return fill(N_("Directive"), columns, _heads(frame), frame)


def dates_sheet(frame: Frame) -> Sheet:
    """Return what the outcome is reckoned from: since when the office is held, when the page opened, the last day."""
    columns = (*_WHO, *_TENURE, *_columns(directive()), _THEN)
    return fill(N_("Dates"), columns, _heads(frame), frame)


def statements_sheet(frame: Frame) -> Sheet:
    """Return what officials, or their press staff, say of the findings: a statement a row."""
    said = (_Said(office, statement) for office in in_order(frame.audit) for statement in office.statements)
    return fill(N_("Statements"), _STATEMENT, said, frame)


def _heads(frame: Frame) -> Iterator[AuditedOffice]:
    return (office for office in in_order(frame.audit) if office.bound)


def practice_sheet(frame: Frame) -> Sheet:
    """Return how the pages are kept. It is no duty, so nothing in it is met or not met."""
    offices = (o for o in in_order(frame.audit) if o.group != "institution")
    columns = (_WHO[0], _TITLE, _WHO[1], *_practice(frame.audit))
    return fill(N_("How the pages are kept"), columns, offices, frame, fixed=2)


def week_sheet(audit: Audit, words: Catalogue) -> Sheet:
    """Return all that is known of each office in one row; rows of several weeks can be put into one table."""
    columns = _WEEK + _attention(audit, words) + _OFFICE + _WHO + _directive() + _practice(audit)
    return fill(N_("Week"), columns, in_order(audit), Frame(audit, words))
