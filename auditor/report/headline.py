"""The first screen: how many, who and why, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue, alphabetical
from auditor.base.text import N_, NN_
from auditor.report.caveats import caveats
from auditor.report.words import CAUSES, ORDER, ROUTES, known_until, place_of, reason_of, say

_FIRST = {
    "passed": NN_("The directive is met by {n} head of {total}", "The directive is met by {n} heads of {total}"),
    "failed": NN_(
        "The directive is not met by {n} head of {total}", "The directive is not met by {n} heads of {total}"
    ),
    "cantTell": NN_(
        "Whether the directive is met could not be told of {n} head of {total}",
        "Whether the directive is met could not be told of {n} heads of {total}",
    ),
    "untested": NN_(
        "Whether the directive is met was not tested for {n} head of {total}",
        "Whether the directive is met was not tested for {n} heads of {total}",
    ),
    "inapplicable": NN_(
        "The directive does not apply to {n} head of {total}", "The directive does not apply to {n} heads of {total}"
    ),
}
_NEXT = {
    "failed": N_("not met by {n}"),
    "cantTell": N_("could not be told of {n}"),
    "untested": N_("not tested for {n}"),
}
_MANY = 5
"""With more names than this in a row, those with the same note stand together."""
_OLD = 365
"""After so many days the last word on who holds an office is called old."""
_WHY_NEUTRAL = {
    "lost_sight": N_("lost sight of"),
    "gained_sight": N_("in sight again"),
    "new_holder": N_("new holder"),
    "no_previous": N_("not audited before"),
    "not_comparable": N_("only outcomes that were established are compared"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """An office in a list, with what stands after its name."""

    id: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the first screen: a kind with its number and its names."""

    key: str
    count: int
    names: tuple[Named, ...]

    @property
    def groups(self) -> list[tuple[str, list[Named]]]:
        """Return the names with one shared note each, where there are so many that saying it once is clearer."""
        shared: dict[str, list[Named]] = {}
        for named in self.names:
            shared.setdefault(named.note, []).append(named)
        return list(shared.items()) if self.count > _MANY and any(shared) and len(shared) < self.count else []


def sort_key(office: AuditedOffice) -> tuple[str, str, str]:
    """Order offices alphabetically by municipality."""
    return (*alphabetical(office.municipality), office.id)


def _bound(audit: Audit) -> list[AuditedOffice]:
    return sorted((o for o in audit.offices if o.bound), key=sort_key)


def old_word(audit: Audit, words: Catalogue) -> str:
    """Say of how many bound offices the newest source for the holder is more than a year old; empty for none of them.

    Whoever is named there is the last on record, and nobody should read the list as today's.
    """
    limit = audit.week_ends.astimezone(words.zone).date() - timedelta(days=_OLD)
    held = [known_until(office.holder) for office in _bound(audit) if office.holder is not None]
    n = sum(day < limit for day in held if day is not None)
    if not n:
        return ""
    sentence = NN_(
        "Of {n} office the last word on who holds it is more than a year old: named is the last holder on record.",
        "Of {n} offices the last word on who holds them is more than a year old: named are the last holders on record.",
    )
    return words.count(*sentence, n)


def clauses(audit: Audit, words: Catalogue) -> list[tuple[str, str]]:
    """Return the headline as (outcome, clause). Zero is left out; the number of all bound offices always stays.

    What was not tested, or does not apply, is named only where it would otherwise hide most of the offices.
    """
    count = audit.summary.model_dump()
    total = count["bound"]
    if total == 0:
        return [("", words.gettext(N_("The directive binds no office of this registry")))]
    shown = [outcome for outcome in ("passed", "failed", "cantTell") if count[outcome]]
    judged = sum(count[outcome] for outcome in shown)
    if count["untested"] > judged or not (shown or count["inapplicable"]):
        shown.append("untested")
    if not shown:
        shown.append("inapplicable")
    first, *rest = shown
    said = [(first, words.count(*_FIRST[first], count[first], total=total))]
    return said + [(outcome, words.say(_NEXT[outcome], n=count[outcome])) for outcome in rest]


def who(audit: Audit, words: Catalogue) -> list[Row]:
    """List the names under each outcome, worst first, with the cause of what is neither passed nor failed."""
    rows = []
    for outcome in ORDER:
        offices = [o for o in _bound(audit) if o.verdict == outcome]
        names = tuple(Named(o.id, place_of(o), reason_of(o, words)) for o in offices)
        if names:
            rows.append(Row(outcome, len(names), names))
    return rows


def changes(audit: Audit, words: Catalogue) -> list[Row]:
    """Sort the bound offices by what changed since the last audited week; the rows add up to all of them."""
    sorted_out: dict[str, list[AuditedOffice]] = {"improvement": [], "regression": [], "unlike": [], "same": []}
    for office in _bound(audit):
        sorted_out[change_kind(office)].append(office)
    return [Row(kind, len(offices), _named(kind, offices, words)) for kind, offices in sorted_out.items()]


def _named(kind: str, offices: Sequence[AuditedOffice], words: Catalogue) -> tuple[Named, ...]:
    if kind == "same":
        return ()
    return tuple(Named(o.id, place_of(o), why_neutral(o, words)) for o in offices)


def change_kind(office: AuditedOffice) -> str:
    """Split "neutral" in two: the same as before, and what cannot be compared."""
    if office.change in {"improvement", "regression"}:
        return office.change
    return "same" if office.change_reason == "same" else "unlike"


def why_neutral(office: AuditedOffice, words: Catalogue) -> str:
    """Say why a change cannot be told."""
    return say(_WHY_NEUTRAL, office.change_reason, words) if office.change_reason in _WHY_NEUTRAL else ""


def alarms(audit: Audit, words: Catalogue, most: int | None = None) -> list[str]:
    """Say what is to be known of the whole week first (`auditor.report.caveats`, `most` too).

    Then of each route whose controls did not come out as they must that nothing seen there is judged, and of a week
    whose comments were purged since, that it stands as it was judged then.
    """
    said: dict[str, str] = {}
    for control in audit.controls:
        route = control.route or control.network
        if control.outcome == "passed" or route in said:
            continue
        name = say(ROUTES, route, words)
        if control.cause:
            why = say(CAUSES, control.cause, words)
            said[route] = words.say(
                N_("{route} is not judged this week: the control page did not open ({cause})"), route=name, cause=why
            )
        else:
            said[route] = words.say(
                N_("{route} is not judged this week: the control page did not come out as it must"), route=name
            )
    purged = audit.comments_purged_at
    if purged is not None:
        sentence = N_("The comments of this week were purged on {day}; shown is the audit made of them on {made}")
        said["purged"] = words.say(sentence, day=words.date(purged), made=words.date(audit.as_of))
    return [*caveats(audit, words, most), *said.values()]
