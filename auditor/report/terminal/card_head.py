"""The top of the terminal's card: the outcome, the dates, who, since when, why, and what is said to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice, AuditedStatement
from auditor.base.i18n import short_name
from auditor.base.text import N_
from auditor.report import headline, words
from auditor.report.caveats import no_comparison, still_open
from auditor.report.deadline import deadline_note
from auditor.report.terminal.ink import Ink
from auditor.report.text import CHANGES

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as Line

_COLOURS = {"passed": "blue", "failed": "red", "cantTell": "yellow", "inapplicable": "", "untested": ""}
"""Colour belongs to the directive's outcome alone, as on the page."""
_ARROWS = {"improvement": "▲", "regression": "▼"}


def head(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Say the outcome of whom, by which dates, who holds the office, and which week this is."""
    said = ink.said
    if audit.synthetic:
        yield ink.text(said.gettext(N_("Demonstration. Names, districts, dates and figures are invented.")), "dim")
    for alarm in headline.alarms(audit, said):
        yield ink.item("!", ink.text(alarm, "bold"))
    yield _outcome(office, ink)
    if office.bound:
        yield from _grounds(office, audit, ink)
    if office.holder is not None or not (office.bound or office.group == "institution"):
        yield ink.below(_holder(office, ink))  # the outcome's own sentence has said that nobody holds it
    yield ink.below(_week(audit, ink))
    for still in still_open(audit, said):
        yield ink.below(ink.text(still))


def _outcome(office: AuditedOffice, ink: Ink) -> "Line":
    line = ink.text(f"{words.SIGNS[office.verdict if office.bound else 'inapplicable']} ")
    line.append_text(ink.text(_word(office, ink)))
    line.stylize(f"bold {_COLOURS[office.verdict] if office.bound else ''}".strip())
    return line.append_text(ink.text(f" · {office.municipality}, {office.title}", "bold"))


def _word(office: AuditedOffice, ink: Ink) -> str:
    if office.bound:
        return words.say(words.OUTCOMES, office.verdict, ink.said)
    voluntary = office.group == "city_duma"
    aside = N_("voluntary, outside the directive") if voluntary else N_("outside the directive")
    return ink.said.gettext(aside)


def _grounds(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Give the line of dates, or why there is none; then the person's own deadline, then the change."""
    said = ink.said
    yield ink.below(_why(office, ink) or ink.text(_message(office, ink)))
    if office.deadline is not None and office.verdict != "inapplicable":
        yield ink.below(ink.text(words.own_deadline(office, said)))
    note = deadline_note(office, audit, said)
    if note:
        yield ink.below(ink.text(note))
    kind, unlike = headline.change_kind(office), headline.why_neutral(office, said)
    change = words.say(CHANGES, kind, said)
    if kind in _ARROWS and office.previous_verdict:
        was = words.say(words.OUTCOMES, office.previous_verdict, said)
        before = said.say(N_("was: {outcome}"), outcome=was)
        yield ink.below(ink.text(f"{_ARROWS[kind]} {change}, {before}"))
    elif audit.previous_week is None:
        yield ink.below(ink.text(no_comparison(audit, said)))
    elif kind == "unlike" and unlike:
        yield ink.below(ink.text(f"{change}: {unlike}"))


def _message(office: AuditedOffice, ink: Ink) -> str:
    """Return the finding's sentence; where something was in the way, with what that was."""
    finding = office.finding("opened_by_deadline")
    return (finding.message if finding else "") or words.reason_of(office, ink.said)


def _why(office: AuditedOffice, ink: Ink) -> "Line | None":
    """Say by whom and why the directive does not apply, with the source."""
    said = ink.said
    if office.verdict != "inapplicable" or not (office.exemption or office.vacancy):
        return None
    if office.exemption is not None:
        one = office.exemption
        first = said.say(N_("Exempt by: {by}; {reason}"), by=one.by, reason=one.reason)
        parts, source = [first, said.partial(one.on) if one.on else "", _until(one.until, ink)], one.source
    else:
        assert office.vacancy is not None
        parts, source = [_message(office, ink), _until(office.vacancy.until, ink)], office.vacancy.source
    sourced = ink.text(said.gettext(N_("Source")) + ": ").append_text(ink.source(source))
    return ink.joined(". ", [ink.joined("; ", parts), sourced])


def _until(day: str | None, ink: Ink) -> str:
    return ink.said.say(N_("until {date}"), date=day) if day else ""


def _holder(office: AuditedOffice, ink: Ink) -> "Line":
    said, holder = ink.said, office.holder
    if holder is None:
        return ink.text(words.since_of(office, said))
    parts = [holder.name, words.since_of(office, said)]
    parts += [said.gettext(N_("acting"))] * holder.acting + [said.gettext(N_("new holder"))] * holder.newcomer
    parts += [said.gettext(N_("took office this week"))] * holder.changed_in_week
    if office.exemption is not None and office.verdict != "inapplicable":
        parts.append(said.gettext(N_("exempt")))
    line = ink.text(", ".join(parts))
    if holder.predecessor:
        line.append_text(ink.text("; " + said.say(N_("before: {name}"), name=short_name(holder.predecessor))))
    return line


def _week(audit: Audit, ink: Ink) -> "Line":
    said = ink.said
    week = said.say(N_("Week {n}, {span}"), n=str(words.week_number(audit.week)), span=words.week_span(audit, said))
    moment = said.say(N_("as of {moment}"), moment=audit.as_of)
    version = said.say(N_("version {n} of the report"), n=audit.version) if audit.version > 1 else ""
    return ink.joined(" · ", [week, moment, version])


def remarks(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Print what the official says to the findings, and the corrections of this office and of the whole report."""
    for statement in office.statements:
        yield from _statement(statement, audit, ink)
    for correction in audit.corrections:
        if correction.office in {None, office.id}:
            yield from _correction(correction, audit, ink)


def _statement(statement: AuditedStatement, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    said = ink.said
    earlier = statement.week != audit.week
    week = said.say(N_("on week {n}"), n=str(words.week_number(statement.week))) if earlier else ""
    yield ink.title(said.say(N_("Statement of {date}"), date=statement.on), week)
    yield ink.below(ink.text(f"«{statement.text}»" if said.lang == "ru" else f"“{statement.text}”"))
    source = ink.text(said.gettext(N_("Source")) + ": ").append_text(ink.source(statement.source))
    ends = said.gettext(N_("It does not change the outcome."))
    if statement.until:
        ends += " " + said.say(N_("Shown until {date}."), date=statement.until)
    yield ink.below(ink.joined(". ", [statement.who, source, ends]))


def _correction(correction: AuditedCorrection, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    said = ink.said
    titles = {check.name: check.title for check in audit.checks}
    about = titles.get(correction.check, correction.check) if correction.check else ""
    number = said.say(N_("Correction No. {n} of {date}"), n=correction.number, date=correction.on)
    yield ink.title(number, about)
    yield ink.below(ink.text(correction.text))
    if correction.source:
        yield ink.below(ink.source(correction.source))
