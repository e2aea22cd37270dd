"""The cells of a published week that say another thing since: which, what they said, and what made them another."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.audit.document import Audit, AuditedFinding, AuditedTurn, Turned
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.checks import check_of
from auditor.checks.finding import Place
from auditor.report.tables.model import words_of
from auditor.report.words import CAUSES, place_of, say

WHY = {
    Turned.RULE.value: N_("by another rule"),
    Turned.REGISTRY.value: N_("by the registry"),
    Turned.EVIDENCE.value: N_("by other looks"),
    Turned.UNKNOWN.value: N_("the cause is not known"),
}
_PAGES_OWN = {Place.DIRECTIVE, Place.PAGE}
"""Checks whose finding about a single page is shown; of the practice only the person's is."""


@dataclass(frozen=True, slots=True)
class TurnedCell:
    """One such cell in the reader's words."""

    office: str
    """The office's id."""
    place: str
    check: str
    account: str | None
    before: str
    now: str
    why: str


def turned_cells(audit: Audit, words: Catalogue) -> list[TurnedCell]:
    """Return the cells that a reader of the published week saw and that are others now."""
    names = {office.id: place_of(office) for office in audit.offices}
    names |= audit.rejudged.gone if audit.rejudged else {}
    bases = {check.name: check.basis for check in audit.checks}
    return [_cell(turn, names.get(turn.office, turn.office), bases, words) for turn in _shown(audit)]


def turned_summary(audit: Audit, words: Catalogue) -> str:
    """Say how many cells are others and by what; empty where none is."""
    turns = _shown(audit)
    if not turns:
        return ""
    count = Counter(turn.why.value for turn in turns)
    parts = ", ".join(f"{words.gettext(WHY[why])}: {count[why]}" for why in WHY if count[why])
    one, many = NN_(
        "{n} cell of the published week is another now ({why}); it is listed with the corrections.",
        "{n} cells of the published week are others now ({why}); they are listed with the corrections.",
    )
    return words.count(one, many, len(turns), why=parts)


def _shown(audit: Audit) -> list[AuditedTurn]:
    turns = audit.rejudged.cells if audit.rejudged else []
    return [turn for turn in turns if turn.account is None or _place(turn) in _PAGES_OWN]


def _place(turn: AuditedTurn) -> Place | None:
    check = check_of(turn.check)
    return check.place if check is not None else None


def _cell(turn: AuditedTurn, name: str, bases: Mapping[str, str], words: Catalogue) -> TurnedCell:
    check, basis = check_of(turn.check), bases.get(turn.check, "")
    return TurnedCell(
        office=turn.office,
        place=name,
        check=words.gettext(check.title) if check is not None else turn.check,
        account=turn.account,
        before=_said(turn.before, turn.check, basis, words),
        now=_said(turn.now, turn.check, basis, words),
        why=words.gettext(WHY[turn.why.value]),
    )


def _said(cell: str | None, check: str, basis: str, words: Catalogue) -> str:
    if cell is None:
        return words.gettext(N_("was not in it"))
    outcome, _, cause = cell.partition(" ")
    said = say(words_of(AuditedFinding(check=check, outcome=outcome, basis=basis)), outcome, words)
    return f"{said} ({say(CAUSES, cause, words)})" if cause else said
