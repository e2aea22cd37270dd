"""The end of the terminal's card: what to do, the evidence with the command that shows it, and the operator's lines."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.audit.document import Audit, AuditedEvidence, AuditedOffice
from auditor.base.safe import show_url
from auditor.base.text import N_
from auditor.report import words
from auditor.report.advice import advice
from auditor.report.drift import drift_notices
from auditor.report.notices import moved
from auditor.report.terminal.ink import Ink
from auditor.report.view import proof_order

if TYPE_CHECKING:
    from rich.console import RenderableType

_ONE_LINE = 76
"""Columns that a row of evidence takes."""
_SHOWN = 12
"""So many rows of evidence are listed; the document has them all."""


def steps(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Say what would put it right."""
    yield ink.title(ink.said.gettext(N_("What to do")))
    for n, step in enumerate(advice(office, audit, ink.said), start=1):
        yield ink.item(f"{n}.", ink.text(step))


def evidence(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """List the answers behind the findings: id, kind, time, digest; and how to see them in full."""
    said, rows = ink.said, sorted(office.evidence.items(), key=proof_order)
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
    table = ink.grid()
    for name, proof in rows:
        kind, moment = words.say(words.EVIDENCE, proof.kind, ink.said), ink.said.moment(proof.at)
        digest = f"{proof.sha256[:8]}…{proof.sha256[-4:]}"
        if ink.width < _ONE_LINE:
            yield ink.below(ink.text(name))
            yield ink.below(ink.joined(", ", [kind, moment, ink.text(digest, "dim")]), 4)
        table.add_row(*map(ink.text, (name, kind, moment)), ink.text(digest, "dim"))
    if ink.width >= _ONE_LINE:
        yield ink.below(table)


def _command(sentence: str, command: str, ink: Ink) -> "RenderableType":
    # A command stands on one line, to be copied, wherever it fits on one.
    whole = command.replace(" ", "\N{NO-BREAK SPACE}") if len(command) + 2 <= ink.width else command
    return ink.text(ink.said.say(sentence, command=whole), "dim")


def for_operator(office: AuditedOffice, audit: Audit, ink: Ink, leads: Sequence[str]) -> "Iterator[RenderableType]":
    """Say what is for the operator alone: leads, pages that moved, pages of an unknown form."""
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
