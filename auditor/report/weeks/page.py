"""The page of all weeks, made of what lies in the folder of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.report.page.templates import lay_out
from auditor.report.site import MANY, WEEKS, Public, Spot
from auditor.report.weeks.charts import WIDE, block_of, span_of, trend_of
from auditor.report.weeks.published_weeks import ShelvedWeek, Volume
from auditor.report.words import ORDER, SIGNS

_DOUBTED = ".w-columns .cantTell{fill:url(#doubt)}"
"""A style sheet in a file of its own may look for the pattern there; this rule stands in the page."""
_REPORTS = NN_("{n} report, {span}.", "{n} reports, {span}.")
_MISSING = NN_("{n} week between them has no report.", "{n} weeks between them have no report.")
_BINDS = NN_("The directive binds {n} office", "The directive binds {n} offices")
_OF_YEAR = NN_("{year}: {n} report", "{year}: {n} reports")


@dataclass(frozen=True, slots=True)
class _Row:
    """One week of the list. `known` is None where its figures cannot be read."""

    volume: Volume
    known: ShelvedWeek | None
    span: str
    tags: list[str]

    @property
    def href(self) -> str:
        """The week's page, relative to this one."""
        return f"{self.volume.week}/index.html"

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The bound offices by outcome, worst first; known weeks only."""
        return [(kind, getattr(self.known.summary, kind)) for kind in ORDER] if self.known else []


@dataclass(frozen=True, slots=True)
class _Year:
    """The weeks of one year of the calendar of weeks, newest first."""

    said: str
    rows: list[_Row]


def render_weeks(
    volumes: Sequence[Volume], *, catalogue: Catalogue, path: str = WEEKS, public: Public | None = None
) -> str:
    """Return the page of `volumes`, oldest first and at least one. The same volumes give the same bytes.

    Times are in the newest week's zone. Invented weeks are listed, and drawn only where there are no others.
    """
    known = [volume.known for volume in volumes if volume.known]
    said = catalogue.at(ZoneInfo(known[-1].timezone if known else "UTC"))
    return lay_out("weeks.html", Spot(path), said, _context(volumes, said) | {"public": public or Public()}, _DOUBTED)


def _context(volumes: Sequence[Volume], said: Catalogue) -> dict[str, Any]:
    invented = [volume.known.synthetic for volume in volumes if volume.known]
    drawn = drawn_weeks(volumes)
    rows = [_row(volume, said, mixed=not all(invented)) for volume in reversed(volumes)]
    latest = next((row for row in rows if row.volume in drawn[-1:]), rows[0])
    return {
        "lang": said.lang,
        "version": __version__,
        "synthetic": bool(invented) and all(invented),
        "rows": rows,
        "latest": latest,
        "lead": _lead(volumes, said),
        "bound": said.count(*_BINDS, latest.known.summary.bound) if latest.known else "",
        "years": _years(rows[:WIDE], said),
        "older": _years(rows[WIDE:], said),
        "trend": trend_of(drawn, said),
        "block": block_of(drawn, said) if drawn_lines(drawn) else None,
        "cut": len(span_of(drawn, WIDE + 1)) > WIDE,
        "order": ORDER,
        "signs": SIGNS,
        "span": said.span,
    }


def _lead(volumes: Sequence[Volume], said: Catalogue) -> str:
    """Say how many reports there are, of which days, and how many weeks between them have none."""
    span = said.span(volumes[0].monday, volumes[-1].sunday)
    lead = said.count(*_REPORTS, len(volumes), span=span)
    missing = (volumes[-1].monday - volumes[0].monday).days // 7 + 1 - len(volumes)
    return f"{lead} {said.count(*_MISSING, missing)}" if missing else lead


def drawn_weeks(volumes: Sequence[Volume]) -> list[Volume]:
    """Leave out invented weeks where there are real ones."""
    real = [volume for volume in volumes if not (volume.known and volume.known.synthetic)]
    return real if any(volume.known for volume in real) else list(volumes)


def drawn_lines(volumes: Sequence[Volume]) -> bool:
    """Tell whether each office has a line on the page: many have theirs on pages of their own alone."""
    return all(len(volume.known.offices) <= MANY for volume in volumes if volume.known)


def _row(volume: Volume, said: Catalogue, *, mixed: bool) -> _Row:
    known, tags = volume.known, []
    if known and known.synthetic and mixed:
        tags.append(said.gettext(N_("demonstration")))
    if known and not known.closed:
        tags.append(said.gettext(N_("the week is not closed")))
    if known and not known.looked:
        tags.append(said.gettext(N_("nobody looked")))
    return _Row(volume, known, said.span(volume.monday, volume.sunday), tags)


def _years(rows: Sequence[_Row], said: Catalogue) -> list[_Year]:
    years: dict[str, list[_Row]] = {}
    for row in rows:
        years.setdefault(row.volume.week[:4], []).append(row)
    return [_Year(said.count(*_OF_YEAR, len(listed), year=year), listed) for year, listed in years.items()]
