"""One office in the terminal, for `auditor check`: the same words and signs as on the page."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from auditor.audit.document import (
    Audit,
    AuditedAccount,
    AuditedCorrection,
    AuditedEvidence,
    AuditedOffice,
    AuditedStatement,
)
from auditor.base.i18n import Catalogue, short_name
from auditor.base.safe import show_url
from auditor.base.text import N_
from auditor.checks import directive
from auditor.report import headline, words
from auditor.report.checks.shown import Sign
from auditor.report.checks_shown import advice, notes_of
from auditor.report.headline import no_comparison, still_open
from auditor.report.notices import drift_notices, moved
from auditor.report.terminal.card_week import days, drawings, practice, weeks
from auditor.report.terminal.ink import MARKS, Ink
from auditor.report.words import CHANGES, deadline_note, opened_text, report_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as Line


_COLOURS = {"passed": "blue", "failed": "red", "cantTell": "yellow", "inapplicable": "", "untested": ""}
"""Only the directive's outcome is coloured, as on the page."""
_ARROWS = {"improvement": "▲", "regression": "▼"}
_NARROWEST, _WIDEST, _PIPED = 40, 160, 100
"""Columns. A terminal is written to at its width, within the first two; a pipe or a file at the third."""


def print_card(
    office: AuditedOffice,
    audit: Audit,
    catalogue: Catalogue,
    *,
    leads: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Print the card to the standard output: coloured and linked on a terminal, plain where it is piped.

    `leads` are unconfirmed accounts: shown to the operator, never judged and never in the document.
    """
    out = stream or sys.stdout
    out.write(card_for(out, office, audit, catalogue, leads=leads))


def card_for(
    stream: TextIO, office: AuditedOffice, audit: Audit, catalogue: Catalogue, *, leads: Sequence[str] = ()
) -> str:
    """Return the card as `stream` shows it best: its width, colours and letters."""
    width = shutil.get_terminal_size((_PIPED, 24)).columns
    color, encoding = wants_color(stream, os.environ), stream.encoding or "utf-8"
    return render_card(office, audit, catalogue, width=width, color=color, leads=leads, encoding=encoding)


def wants_color(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether colours and links are asked for: by a terminal or FORCE_COLOR, unless NO_COLOR or TERM forbid."""
    if environment.get("NO_COLOR") or environment.get("TERM") in {"dumb", "unknown"}:
        return False
    return stream.isatty() or bool(environment.get("FORCE_COLOR"))


def render_card(
    office: AuditedOffice,
    audit: Audit,
    catalogue: Catalogue,
    *,
    width: int = _PIPED,
    color: bool = False,
    leads: Sequence[str] = (),
    encoding: str = "utf-8",
) -> str:
    """Return the card as text of at most `width` columns; with `color`, with ANSI colours and OSC 8 links.

    A letter that `encoding` lacks has another in its place.
    """
    from rich.console import Console, Group  # noqa: PLC0415 - rich is heavy, and only `check` prints a card

    stream = StringIO()
    width = min(max(width, _NARROWEST), _WIDEST)
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    ink = Ink(catalogue.at(ZoneInfo(audit.timezone)), width=width, encoding=encoding)
    console.print(Group(*_blocks(office, audit, ink, leads)))
    return ink.dried(stream.getvalue())


def _blocks(office: AuditedOffice, audit: Audit, ink: Ink, leads: Sequence[str]) -> "Iterator[RenderableType]":
    """Say first what came of it, then what to do, then what is seen, and last what proves it."""
    yield from _head(office, audit, ink)
    yield from _remarks(office, audit, ink)
    yield from _steps(office, audit, ink)
    yield from _pages(office, audit, ink)
    if office.group != "institution":
        yield from practice(office, audit, ink)
        yield from drawings(office, audit, ink)
        yield from weeks(office, audit, ink)
        yield from days(office, audit, ink)
    yield from _evidence(office, audit, ink)
    yield from _for_operator(office, audit, ink, leads)


def _head(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
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
        yield ink.below(_holder(office, ink))  # otherwise the outcome's sentence has said that the office is vacant
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
    return words.outside(office.group, ink.said)


def _grounds(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Give the line of dates, or why there is none; then the person's own deadline, then the change."""
    said = ink.said
    yield ink.below(_why(office, ink) or ink.text(_message(office, ink)))
    own = words.own_deadline(office, said)
    if own:
        yield ink.below(ink.text(own))
    note = deadline_note(office, audit, said)
    if note:
        yield ink.below(ink.text(note))
    kind, unlike = headline.change_kind(office), headline.why_changed(office, said)
    change = words.say(CHANGES, kind, said)
    told = f"{_ARROWS.get(kind, '')} {change}: {unlike}".strip().removesuffix(":")
    if audit.previous_week is None:
        yield ink.below(ink.text(no_comparison(audit, said)))
    elif office.previous_verdict not in {None, office.verdict}:
        was = words.say(words.OUTCOMES, office.previous_verdict or "", said)
        before = said.say(N_("was: {outcome}"), outcome=was)
        yield ink.below(ink.text(f"{told}; {before}"))
    elif kind != "neutral":
        yield ink.below(ink.text(told))


def _message(office: AuditedOffice, ink: Ink) -> str:
    """Return the finding's sentence; where something was in the way, with what that was."""
    finding = office.finding(directive().name)
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


def _remarks(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
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


def _pages(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """List the pages on record, then what the press says and what was searched for."""
    yield ink.title(ink.said.gettext(N_("Pages")))
    if not office.accounts:
        yield ink.below(ink.text(ink.said.gettext(N_("No confirmed page is on record.")), "dim"))
    for account in office.accounts:
        yield ink.below(_name(account, ink))
        for line in (ink.text(_facts(account, ink)), _confirmed(account, ink), *_notes(office, account, audit, ink)):
            if line.plain:
                yield ink.below(line, 4)
    yield from _records(office, ink)


def _notes(office: AuditedOffice, account: AuditedAccount, audit: Audit, ink: Ink) -> "Iterator[Line]":
    """Say what is amiss with a page by a check of its own; that it is there needs no line."""
    for note in notes_of(account, office, audit, ink.said):
        if note.sign == Sign.DOWN:
            yield ink.text(f"{MARKS[note.sign]} {note.said}")


def _name(account: AuditedAccount, ink: Ink) -> "Line":
    said = ink.said
    whose = said.gettext(N_("personal") if account.kind == "personal" else N_("institution's"))
    parts = [words.say(words.NETWORKS, account.network, said), whose]
    parts += [said.gettext(N_("marked by the network"))] * bool(account.facts.verified)
    return ink.link(account.url).append_text(ink.text(f" — {', '.join(parts)}", "dim"))


def _facts(account: AuditedAccount, ink: Ink) -> str:
    said, facts, parts = ink.said, account.facts, []
    if account.kind == "personal":
        parts.append(opened_text(account, said))
    if facts.subscribers is not None:
        parts.append(said.say(N_("subscribers: {n}"), n=facts.subscribers))
    if account.snapshot_at is not None:
        parts.append(said.say(N_("looked at {moment}"), moment=account.snapshot_at))
    if account.renamed_to is not None:
        parts.append(said.say(N_("now at {address}"), address=show_url(account.renamed_to)))
    if account.cause is not None:
        parts.append(said.say(N_("could not be told: {cause}"), cause=words.say(words.CAUSES, account.cause, said)))
    return "; ".join(parts)


def _confirmed(account: AuditedAccount, ink: Ink) -> "Line":
    said, proof = ink.said, account.confirmed
    if account.kind != "personal":
        return ink.text(said.gettext(N_("for reference: it does not satisfy the directive")), "dim")
    if proof is None:
        return ink.text("")
    review = said.gettext(N_("confirmation under review")) if account.under_review else ""
    shown = [ink.source(source) for source in proof.sources]
    line = ink.text(said.say(N_("ownership confirmed: {how}"), how=proof.how))
    return ink.joined("; ", [line, said.date(proof.on), review, ink.joined(", ", shown)])


def _records(office: AuditedOffice, ink: Ink) -> "Iterator[RenderableType]":
    said = ink.said
    for trace in words.traces_of(office):
        line = ink.text(said.gettext(N_("Trace")) + f": {words.trace_text(trace, said)}")
        yield ink.below(ink.joined(". ", [line, ink.source(trace.source) if trace.source else ""]))
    for report in office.reports:
        line = ink.text(said.gettext(N_("Press")) + f": {report_text(report, said)}. ")
        yield ink.below(line.append_text(ink.source(report.source)))
    for one in office.searches:
        yield ink.below(ink.text(words.search_text(one, said)))


_ONE_LINE = 76
"""Columns that a row of evidence takes."""
_SHOWN = 12
"""So many rows of evidence are listed; the document has them all."""


def _steps(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Say what would put it right."""
    yield ink.title(ink.said.gettext(N_("What to do")))
    for n, step in enumerate(advice(office, audit, ink.said), start=1):
        yield ink.item(f"{n}.", ink.text(step))


def _evidence(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """List the answers behind the findings: id, kind, time, digest; and how to see them in full."""
    said, rows = ink.said, sorted(office.evidence.items(), key=words.proof_order)
    if not rows:
        return
    yield ink.title(said.gettext(N_("Evidence")), said.gettext(N_("the digest is SHA-256")))
    yield from _listed(rows[:_SHOWN], ink)
    if len(rows) > _SHOWN:
        yield ink.below(ink.text(said.say(N_("More evidence: {n}"), n=len(rows) - _SHOWN), "dim"))
    yield ink.below(_command(N_("One of them in full: {command}"), f"auditor evidence show {rows[0][0]}", ink))
    export = f"auditor evidence export {office.id} --week {audit.week}"
    yield ink.below(_command(N_("All of them for a dispute: {command}"), export, ink))


def _listed(rows: Sequence[tuple[str, AuditedEvidence]], ink: Ink) -> "Iterator[RenderableType]":
    kinds = [words.say(words.EVIDENCE, proof.kind, ink.said) for _, proof in rows]
    longest = max(map(len, kinds))
    for (name, proof), kind in zip(rows, kinds, strict=True):
        moment, digest = ink.said.moment(proof.at), ink.text(f"{proof.sha256[:8]}…{proof.sha256[-4:]}", "dim")
        if ink.width < _ONE_LINE:
            yield ink.below(ink.text(name))
            yield ink.below(ink.joined(", ", [kind, moment, digest]), 4)
        else:
            yield ink.below(ink.joined("  ", [name, kind.ljust(longest), moment, digest]))


def _command(sentence: str, command: str, ink: Ink) -> "RenderableType":
    # A command that fits on one line is kept on it, to be copied.
    whole = command.replace(" ", "\N{NO-BREAK SPACE}") if len(command) + 2 <= ink.width else command
    return ink.text(ink.said.say(sentence, command=whole), "dim")


def _for_operator(office: AuditedOffice, audit: Audit, ink: Ink, leads: Sequence[str]) -> "Iterator[RenderableType]":
    """Print what only the operator needs: leads, pages that moved, pages of an unknown form."""
    said = ink.said
    lines = [notice for account in office.accounts for notice in moved(office, account, said)]
    lines += drift_notices(audit, said)
    if not lines and not leads:
        return
    yield ink.title(said.gettext(N_("For the operator")), said.gettext(N_("not in the report")))
    for line in lines:
        yield ink.item("!", ink.text(line))
    if leads:
        named = ", ".join(map(show_url, leads))
        yield ink.item("·", ink.text(said.say(N_("Not confirmed, not judged: {leads}"), leads=named)))
