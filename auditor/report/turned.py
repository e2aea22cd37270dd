"""The cells of a published week that say another thing since: which, what they said, and what made them another."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.audit.document import Audit, AuditedFinding, AuditedTurn
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.checks import check_of
from auditor.report.words import CAUSES, WHY, place_of, say, shown_turns, words_of


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
    return [_cell(turn, names.get(turn.office, turn.office), bases, words) for turn in shown_turns(audit)]


def _cell(turn: AuditedTurn, name: str, bases: Mapping[str, str], words: Catalogue) -> TurnedCell:
    check, basis = check_of(turn.check), bases.get(turn.check, "")
    return TurnedCell(
        office=turn.office,
        place=name,
        check=words.gettext(check.title) if check is not None else turn.check,
        account=turn.account,
        before=_said(turn.before, turn.check, basis, words),
        now=_said(turn.now, turn.check, basis, words) if turn.now else words.gettext(N_("not judged any more")),
        why=words.gettext(WHY[turn.why.value]),
    )


def _said(cell: str | None, check: str, basis: str, words: Catalogue) -> str:
    if cell is None:
        return words.gettext(N_("was not in it"))
    outcome, _, cause = cell.partition(" ")
    said = say(words_of(AuditedFinding(check=check, outcome=outcome, basis=basis)), outcome, words)
    return f"{said} ({say(CAUSES, cause, words)})" if cause else said
