"""The week in a few lines, for a terminal or a messenger."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_
from auditor.report import headline, words
from auditor.report.caveats import still_open

CHANGES = {
    "improvement": N_("better"),
    "regression": N_("worse"),
    "unlike": N_("cannot be compared"),
    "same": N_("no change"),
}


def render_text(audit: Audit, catalogue: Catalogue) -> str:
    """Return how many of how many, the names by outcome with their causes, and what changed; ends with a newline."""
    said = catalogue.at(ZoneInfo(audit.timezone))
    return "\n".join(map(one_line, _lines(audit, said))) + "\n"


def _lines(audit: Audit, said: Catalogue) -> Iterator[str]:
    span = words.week_span(audit, said)
    yield said.say(N_("Week {n}, {span}"), n=str(words.week_number(audit.week)), span=span)
    if audit.synthetic:
        yield said.gettext(N_("Demonstration. Names, districts, dates and figures are invented."))
    yield from headline.alarms(audit, said)
    yield from still_open(audit, said)
    yield ", ".join(clause for _, clause in headline.clauses(audit, said))
    for row in headline.who(audit, said):
        outcome = words.say(words.OUTCOMES, row.key, said)
        yield f"{words.SIGNS[row.key]} {row.count} {outcome}: {_names(row)}"
    yield from _changes(audit, said)


def _changes(audit: Audit, said: Catalogue) -> Iterator[str]:
    if audit.previous_week is None:
        return
    rows = [row for row in headline.changes(audit, said) if row.count]
    parts = [words.say(CHANGES, row.key, said) + f" {row.count}" + _colon(row) for row in rows]
    since = said.say(N_("Since week {n}"), n=str(words.week_number(audit.previous_week)))
    yield f"{since}: {'; '.join(parts)}"


def _colon(row: headline.Row) -> str:
    return f": {_names(row)}" if row.names else ""


def _names(row: headline.Row) -> str:
    if row.groups:
        return "; ".join(f"{note}: " * bool(note) + ", ".join(n.name for n in names) for note, names in row.groups)
    return ", ".join(f"{named.name} ({named.note})" if named.note else named.name for named in row.names)
