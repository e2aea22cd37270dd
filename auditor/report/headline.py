"""The week as a whole: warnings, how many of how many, who and why, what changed since the week before.

The page's first screen, the tables, the post and the terminal say these in their own form; `render_text` is the
shortest of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedOffice, AuditedRejudged
from auditor.base.i18n import Catalogue, alphabetical
from auditor.base.safe import one_line
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, NN_
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue, check_of
from auditor.checks.finding import Place
from auditor.report.site import MANY
from auditor.report.words import (
    CAUSES,
    CHANGES,
    GROUPS,
    ORDER,
    OUTCOMES,
    ROUTES,
    SIGNS,
    WHY,
    known_until,
    place_of,
    reason_of,
    say,
    shown_turns,
    week_number,
    week_span,
)


def caveats(audit: Audit, words: Catalogue, most: int | None = None) -> Iterator[str]:
    """Say what keeps the document from being the audit of a week that was looked at; name at the `most` so many."""
    if not audit.looked:
        said = N_("Nobody looked at the pages in this week; the outcomes rest on the registry and on earlier looks.")
        yield words.gettext(said)
    recorded = _recorded_on(audit)
    if recorded is not None and recorded > audit.as_of.astimezone(words.zone).date():
        said = N_("By the registry as of {date}: part of what it says was recorded after {as_of}.")
        yield words.say(said, date=recorded, as_of=words.date(audit.as_of))
    if audit.rejudged is not None and (others := _corrected(audit, audit.rejudged)):
        said = N_("Judged anew: in the audit of {made} the outcome was another for {names}.")
        named = _others(audit, audit.rejudged, others, words, most)
        yield words.say(said, made=audit.rejudged.stored_as_of, names=named)
    yield from filter(None, _turned(audit, words))


def _recorded_on(audit: Audit) -> date | None:
    """Return the newest day of which the registry says something that the document quotes: it was written later."""
    return max((day for office in audit.offices for day in _days_of(office)), default=None)


def _days_of(office: AuditedOffice) -> Iterator[date]:
    yield from (a.confirmed.on for a in office.accounts if a.confirmed is not None)
    yield from (search.on for search in office.searches)
    if office.holder is not None and office.holder.known_as_of is not None:
        yield PartialDate.parse(office.holder.known_as_of).first


def _turned(audit: Audit, words: Catalogue) -> Iterator[str]:
    """Say which rules are others since the week was published, where that turned a cell, and how many cells are."""
    told = audit.rejudged
    if told is None or not told.cells:
        return
    if told.tool_version and told.tool_version != audit.tool_version:
        said = N_("This week was published by version {old} of the rules and is judged here by version {new}.")
        yield words.say(said, old=told.tool_version, new=audit.tool_version)
    elif told.rules:
        yield words.gettext(N_("The rules are others than those by which this week was published."))
    yield _turned_summary(audit, words)


def _turned_summary(audit: Audit, words: Catalogue) -> str:
    """Say how many cells are others and by what; empty where none is."""
    turns = shown_turns(audit)
    if not turns:
        return ""
    count = Counter(turn.why.value for turn in turns)
    parts = ", ".join(f"{words.gettext(WHY[why])}: {count[why]}" for why in WHY if count[why])
    one, many = NN_(
        "{n} cell of the published week is another now ({why}); it is listed with the corrections.",
        "{n} cells of the published week are others now ({why}); they are listed with the corrections.",
    )
    return words.count(one, many, len(turns), why=parts)


def _corrected(audit: Audit, told: AuditedRejudged) -> list[str]:
    """Return the ids of the offices whose verdict was another; one that was only come to later had none yet."""
    seen = {turn.office for turn in shown_turns(audit)}
    return [name for name in told.offices if name in seen or told.before.get(name) != Outcome.UNTESTED.value]


def _others(audit: Audit, told: AuditedRejudged, others: Sequence[str], words: Catalogue, most: int | None) -> str:
    names = {office.id: place_of(office) for office in audit.offices} | told.gone
    named = ", ".join(f"{names.get(name, name)} ({_before(told, name, words)})" for name in others[:most])
    more = len(others) - len(others[:most])
    return f"{named} {words.say(N_('and {n} more'), n=more)}" if more else named


def _before(told: AuditedRejudged, name: str, words: Catalogue) -> str:
    was = told.before.get(name)
    return words.gettext(N_("was not in it")) if was is None else say(OUTCOMES, was, words)


def still_open(audit: Audit, words: Catalogue) -> Iterator[str]:
    """Say that the week's last questions can still be answered."""
    if not audit.closed:
        yield words.gettext(N_("The week is not closed yet: the time to answer its last comments is still running."))


def no_comparison(audit: Audit, words: Catalogue) -> str:
    """Say why the week is compared with none; empty where it is compared."""
    if not audit.looked:
        return words.gettext(N_("Nobody looked in this week, so it is not compared with another."))
    if audit.previous_week is None:
        return words.gettext(N_("This is the first audited week: there is nothing to compare with."))
    return ""


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
_OUTSIDE = N_("{n} more not assessed")
_OLD = 365
"""After so many days the last word on who holds an office is called old."""
_WHY_ANOTHER = {
    "deadline_passed": N_("the deadline has passed"),
    "new_holder": N_("new holder"),
    "record_changed": N_("what is known has changed"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """An office in a list, with the note after its name."""

    id: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the first screen: a kind with its number and its names, or the first of very many."""

    key: str
    count: int
    names: tuple[Named, ...]

    @property
    def more(self) -> int:
        """How many have no room among the names."""
        return self.count - len(self.names) if self.names else 0

    @property
    def groups(self) -> list[tuple[str, list[Named]]]:
        """Return the names by their notes, each said once, where two names share one; else nothing."""
        shared: dict[str, list[Named]] = {}
        for named in self.names:
            shared.setdefault(named.note, []).append(named)
        return list(shared.items()) if any(note and names[1:] for note, names in shared.items()) else []


def in_order(audit: Audit) -> Iterator[AuditedOffice]:
    """Yield the bound offices alphabetically by municipality, then the others by group in the registry's order."""
    groups = {group: n for n, group in enumerate(dict.fromkeys([*GROUPS, *(o.group for o in audit.offices)]), start=1)}
    yield from sorted(audit.offices, key=lambda office: _place(office, groups[office.group]))


def _place(office: AuditedOffice, group: int) -> tuple[int, tuple[str, ...]]:
    return (0, (*alphabetical(office.municipality), office.id)) if office.bound else (group, ())


def _bound(audit: Audit) -> Iterator[AuditedOffice]:
    return (office for office in in_order(audit) if office.bound)


def old_word(audit: Audit, words: Catalogue) -> str:
    """Say of how many bound offices the newest source for the holder is more than a year old; empty for none of them.

    The name shown is the last on record, and may not be today's.
    """
    limit = audit.week_ends.astimezone(words.zone).date() - timedelta(days=_OLD)
    held = (known_until(o.holder) for o in audit.offices if o.bound and o.holder is not None)
    n = sum(day < limit for day in held if day is not None)
    if not n:
        return ""
    sentence = NN_(
        "Of {n} office the last word on who holds it is more than a year old: named is the last holder on record.",
        "Of {n} offices the last word on who holds them is more than a year old: named are the last holders on record.",
    )
    return words.count(*sentence, n)


def coverage(audit: Audit, words: Catalogue) -> list[str]:
    """Say how much is known, where something is not: of the bound offices, and of bodies with a number of seats."""
    said, known = [], Counter[str]()
    for office in audit.offices:
        known.update(_known_of(office) if office.bound else ())
    if min(known["pages"], known["heads"]) < known["total"]:
        said.append(words.say(_COVERAGE, **{key: known[key] for key in ("heads", "pages", "judged", "total")}))
    for group, seats in audit.seats.items():
        people = {o.holder.name for o in audit.offices if o.group == group and o.holder is not None}
        name = say(GROUPS, group, words)
        said.append(words.say(N_("{group}: of {total} members {n} are known."), group=name, n=len(people), total=seats))
    return said


def _known_of(office: AuditedOffice) -> Iterator[str]:
    yield "total"
    if office.holder is not None and office.verdict_cause != Cause.STALE_HOLDER:
        yield "heads"
    if any(page.kind == "personal" for page in office.accounts):
        yield "pages"
    if any(f.outcome in _TOLD for f in office.findings if f.check in _PRACTICE):
        yield "judged"


def mostly_untold(audit: Audit) -> bool:
    """Tell whether of most bound offices nothing was established, so that how much is known comes first."""
    told = [office.verdict in {*_TOLD, "inapplicable"} for office in audit.offices if office.bound]
    return 2 * sum(told) < len(told)


_TOLD = {"passed", "failed"}
_PRACTICE = {check.name for check in catalogue() if check.place is Place.PRACTICE}
_COVERAGE = N_(
    "Known: who holds the office for {heads} of {total}, a page of the head for {pages} of {total}; how the page is "
    "kept was judged for {judged} of {total}."
)


def clauses(audit: Audit, words: Catalogue) -> list[tuple[str, str]]:
    """Return the headline as (outcome, clause), whose numbers add up to that of all bound offices. Zero is left out.

    What was not tested, or does not apply, is named by its word only where it is most of the offices; otherwise one
    clause without an outcome counts it.
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
    said += [(outcome, words.say(_NEXT[outcome], n=count[outcome])) for outcome in rest]
    outside = total - sum(count[outcome] for outcome in shown)
    return said + ([("", words.say(_OUTSIDE, n=outside))] if outside else [])


def who(audit: Audit, words: Catalogue) -> list[Row]:
    """List the names under each outcome, worst first, with the cause of what is neither passed nor failed."""
    rows: dict[str, list[Named]] = {outcome: [] for outcome in ORDER}
    for office in _bound(audit):
        rows.get(office.verdict, []).append(Named(office.id, place_of(office), reason_of(office, words)))
    return [Row(outcome, len(names), tuple(names[:MANY])) for outcome, names in rows.items() if names]


_NAMED = 5
"""So many offices are named in the sentence that is shown beside a link to the page."""


def in_short(audit: Audit, words: Catalogue) -> str:
    """Return the sum and the first names of those of whom the directive is not met, for a link's preview."""
    total = ", ".join(clause for _, clause in clauses(audit, words))
    failed = next((row for row in who(audit, words) if row.key == "failed"), Row("failed", 0, ()))
    names = ", ".join(named.name for named in failed.names[:_NAMED])
    more = f" {words.say(N_('and {n} more'), n=failed.count - _NAMED)}" if failed.count > _NAMED else ""
    said = f"{total}. {say(OUTCOMES, 'failed', words).capitalize()}: {names}{more}." if names else f"{total}."
    return one_line(" ".join([said, *still_open(audit, words)]))


def changes(audit: Audit, words: Catalogue) -> list[Row]:
    """Sort the bound offices by what changed since the last audited week; the rows add up to all of them."""
    rows: dict[str, list[Named]] = {kind: [] for kind in _KINDS}
    for office in _bound(audit):
        rows[change_kind(office)].append(Named(office.id, place_of(office), why_changed(office, words)))
    return [Row(kind, len(names), () if kind == "neutral" else tuple(names[:MANY])) for kind, names in rows.items()]


_KINDS = ("verdict", "improvement", "regression", "neutral")
"""What an office can have become, in the order in which a report lists it."""


def change_kind(office: AuditedOffice) -> str:
    """Sort an office's change: a verdict that is another comes before the practice, and is no better and no worse."""
    return "verdict" if office.verdict_change is not None else office.change


def why_changed(office: AuditedOffice, words: Catalogue) -> str:
    """Say what made the verdict another, or which figures of the practice moved; empty where nothing did."""
    kind = change_kind(office)
    if kind in {"improvement", "regression"}:
        checks = [check_of(move.check) for move in office.moves if move.change == kind]
        return ", ".join(words.gettext(check.title) for check in checks if check is not None)
    return say(_WHY_ANOTHER, office.verdict_change or "", words)


def alarms(audit: Audit, words: Catalogue, most: int | None = None) -> list[str]:
    """Return the warnings about the whole week, those of `caveats` first; at most `most` offices are named in one.

    After them come each route whose control pages failed, where nothing is judged, and a purge of the week's comments.
    """
    said: dict[str, str] = {}
    for control in audit.controls:
        route = control.route
        if control.outcome == "passed" or route in said:
            continue
        name = say(ROUTES, route, words)
        if control.cause:
            why = say(CAUSES, control.cause, words)
            said[route] = words.say(N_("{route} was not checked this week: {cause}"), route=name, cause=why)
        else:
            said[route] = words.say(
                N_("{route} was not checked this week: the control page did not come out as it must"), route=name
            )
    purged = audit.comments_purged_at
    if purged is not None:
        sentence = N_(
            "The comments of this week were purged on {day}: their figures are those of the last audit before"
        )
        said["purged"] = words.say(sentence, day=words.date(purged))
    return [*caveats(audit, words, most), *said.values()]


def render_text(audit: Audit, catalogue: Catalogue) -> str:
    """Return how many of how many, the names by outcome with their causes, and what changed; ends with a newline."""
    said = catalogue.at(ZoneInfo(audit.timezone))
    return "\n".join(map(one_line, _lines(audit, said))) + "\n"


def _lines(audit: Audit, said: Catalogue) -> Iterator[str]:
    span = week_span(audit, said)
    yield said.say(N_("Week {n}, {span}"), n=str(week_number(audit.week)), span=span)
    if audit.synthetic:
        yield said.gettext(N_("Demonstration. Names, districts, dates and figures are invented."))
    yield from alarms(audit, said)
    yield from still_open(audit, said)
    if mostly_untold(audit):
        yield from coverage(audit, said)
    yield ", ".join(clause for _, clause in clauses(audit, said))
    if not mostly_untold(audit):
        yield from coverage(audit, said)
    for row in who(audit, said):
        outcome = say(OUTCOMES, row.key, said)
        yield f"{SIGNS[row.key]} {row.count} {outcome}: {_names(row, said)}"
    yield from _changes(audit, said)


def _changes(audit: Audit, said: Catalogue) -> Iterator[str]:
    if audit.previous_week is None:
        return
    rows = [row for row in changes(audit, said) if row.count]
    parts = [say(CHANGES, row.key, said) + f" {row.count}" + _colon(row, said) for row in rows]
    since = said.say(N_("Since week {n}"), n=str(week_number(audit.previous_week)))
    yield f"{since}: {'; '.join(parts)}"


def _colon(row: Row, said: Catalogue) -> str:
    return f": {_names(row, said)}" if row.names else ""


def _names(row: Row, said: Catalogue) -> str:
    more = f" {said.say(N_('and {n} more'), n=row.more)}" if row.more else ""
    if row.groups:
        parts = (f"{note}: " * bool(note) + ", ".join(n.name for n in names) for note, names in row.groups)
        return "; ".join(parts) + more
    return ", ".join(f"{named.name} ({named.note})" if named.note else named.name for named in row.names) + more
