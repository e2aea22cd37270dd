"""The pages over all weeks: each office for good, the list of weeks, the feed.

They are made of the documents that lie in the folder of reports, and of nothing else.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedOffice, AuditedPast
from auditor.base.i18n import Catalogue, languages
from auditor.base.text import N_
from auditor.base.weeks import Week
from auditor.report.page.cards import Card, cards_of
from auditor.report.page.dates import shared_marks
from auditor.report.page.frame import page_rules, week_frame
from auditor.report.page.templates import lay_out
from auditor.report.site import FEED, TRENDS, WEEKS, Public, Spot, card_page, office_page
from auditor.report.weeks.data import data_files
from auditor.report.weeks.feed import LONGEST, render_feed
from auditor.report.weeks.figures import Figures, figures_of
from auditor.report.weeks.page import drawn_weeks, render_weeks
from auditor.report.weeks.published_weeks import ShelvedOffice, Volume, read_audit, read_shelf
from auditor.report.weeks.sentence import week_sentence
from auditor.report.weeks.trends import Trend, TrendWeek, office_trend, said_figures, trends_context
from auditor.report.words import place_of, week_number, week_span

_ANY_ZONE = ZoneInfo("UTC")
"""A week's name and days are the same in every zone."""


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """One week of an office. What is not known says so, and is never zero."""

    week: str
    said: str
    path: str
    """The page that says more of it; empty where there is none."""
    verdict: str | None
    """None: there is no report of that week."""
    holder: str
    turned: bool
    """Whether the holder is another than in the week before, or is the first that is known."""
    figures: Figures
    posts: str
    reposts: int | None
    answered: str
    median: str


def lasting_pages(out: Path, *, catalogue: Catalogue, public: Public | None = None) -> Iterator[tuple[str, str]]:
    """Yield the pages over all weeks of the folder `out` with their paths.

    An office's page is in the language of the newest week that
    has it. The same folder gives the same bytes.
    """
    volumes = read_shelf(out)
    drawn = drawn_weeks(volumes)
    public = public or Public()
    yield from _offices(out, drawn, catalogue, public)
    yield WEEKS, render_weeks(volumes, catalogue=catalogue, public=public)
    trends = catalogue.at(ZoneInfo(known[-1].timezone if (known := [v.known for v in drawn if v.known]) else "UTC"))
    yield TRENDS, lay_out("trends.html", Spot(TRENDS), trends, trends_context(drawn, trends) | {"public": public})
    yield from data_files(out, drawn, catalogue=catalogue, public=public)
    read = (read_audit(out, v.week) for v in volumes[::-1] if v.known)
    audits = [*islice(filter(None, read), LONGEST)]
    if audits:
        folder = public.twin.here if public.twin else ""
        yield FEED, render_feed(audits, catalogue=catalogue, address=public.address, folder=folder)


def newest_audit(out: Path) -> Audit | None:
    """Return the newest week's document of the folder, a real one where there is any; None where none can be read."""
    volumes = drawn_weeks(read_shelf(out))
    return next(
        (a for v in volumes[::-1] if v.known and (a := read_audit(out, v.week)) is not None),
        None,
    )


def words_of(audit: Audit, catalogue: Catalogue) -> Catalogue:
    """Return the words of a document's language; where that is not one of ours, those of the page."""
    lang = audit.language if audit.language in languages() else catalogue.lang
    return Catalogue(lang, ZoneInfo(audit.timezone))


# Offices --------------------------------------------------------------------------------------------------------------


def _offices(out: Path, volumes: Sequence[Volume], catalogue: Catalogue, public: Public) -> Iterator[tuple[str, str]]:
    """Yield each office's page, from the newest week that has it."""
    last = {name: volume.week for volume in volumes if volume.known for name in volume.known.by_id}
    shelved = {volume.week: volume for volume in volumes}
    for week in sorted({*last.values()}):
        audit = read_audit(out, week)
        if audit is not None:
            names = {name for name, newest in last.items() if newest == week}
            yield from _office_pages(out, audit, names, shelved, words_of(audit, catalogue), public)


def _office_pages(
    out: Path,
    audit: Audit,
    names: Collection[str],
    shelved: Mapping[str, Volume],
    said: Catalogue,
    public: Public,
) -> Iterator[tuple[str, str]]:
    cards = cards_of(audit, said, only=names)
    context = week_frame(audit, said) | {"public": public}
    rules = page_rules(audit, said, "pages", "trend.bound", "trend.free")
    for card in cards:
        path, told = office_page(card.office.id), _told(card.office.id, shelved)
        weeks = _weeks(card.office, told, shelved, said)
        own = {
            "card": card,
            "proved": (out / card.proof_page).is_file(),
            "week_sentence": week_sentence(card.office, audit, said),
            "marks": shared_marks([card.line]),
            "weeks": weeks,
            "trend": _trend(card.office, weeks, said),
            "cite": _citation(card, audit, said, public.address),
        }
        yield path, lay_out("office.html", Spot(path, audit.week), said, {**context, **own}, rules)


def _told(office: str, shelved: Mapping[str, Volume]) -> dict[str, ShelvedOffice]:
    """Return by week what the reports have of an office."""
    known = {week: volume.known for week, volume in shelved.items() if volume.known}
    return {week: one.by_id[office] for week, one in known.items() if office in one.by_id}


def _citation(card: Card, audit: Audit, said: Catalogue, address: str) -> str:
    sentence = N_("Pages of heads in social networks: {place}. Week {n}, {span}, as of {moment}, version {version}.")
    text = said.say(
        sentence,
        place=place_of(card.office),
        n=week_number(audit.week),
        span=week_span(audit, said),
        moment=audit.as_of,
        version=audit.version,
    )
    where = f" {address}/{card_page(audit.week, card.office.id)}" if address else ""
    return f"{text}{where}"


def _trend(office: AuditedOffice, weeks: Iterable[OfficeWeek], said: Catalogue) -> Trend:
    """Draw the weeks, which come newest first, by the figures that the table beside tells."""
    dated = [(Week.parse(one.week, _ANY_ZONE).first_day, one) for one in weeks]
    rows = [TrendWeek(day, week_number(one.week), one.figures, one.holder or None) for day, one in dated]
    return office_trend(office.id, place_of(office), rows[::-1], said)


def _weeks(
    office: AuditedOffice, told: Mapping[str, ShelvedOffice], shelved: Mapping[str, Volume], said: Catalogue
) -> list[OfficeWeek]:
    """Return the office's weeks, the newest first and none left out between the first and the last."""
    past = {one.past.week: one.past for one in told.values() if one.past is not None}
    past |= {one.week: one for one in office.history}
    known = [week for week in {*past, *told} if week in told or past[week].verdict or past[week].posts is not None]
    line: list[OfficeWeek] = []
    before = ""
    for week in _calendar(known):
        one = _week(office.id, week, past.get(week), told.get(week), shelved.get(week), said)
        line.append(replace(one, said=_named(one.week, said), turned=bool(one.holder) and one.holder != before))
        before = one.holder or before
    return line[::-1]


def _calendar(weeks: Iterable[str]) -> list[str]:
    """Return all weeks from the first of these to the last."""
    known = sorted(weeks)
    if not known:
        return []
    first, last = Week.parse(known[0], _ANY_ZONE), Week.parse(known[-1], _ANY_ZONE)
    return [str(first.shift(n)) for n in range((last.first_day - first.first_day).days // 7 + 1)]


def _named(week: str, said: Catalogue) -> str:
    return f"{said.say(N_('week {n}'), n=week_number(week))}, {week[:4]}"


def _week(
    office: str,
    week: str,
    past: AuditedPast | None,
    told: ShelvedOffice | None,
    volume: Volume | None,
    said: Catalogue,
) -> OfficeWeek:
    """Return a week as its own report has it; where there is none, as the newest report looks back at it."""
    holder = told.holder.name if told and told.holder else past.holder if past else None
    seen = Figures(posts=past.posts, due=past.due, in_time=past.in_time) if past else Figures()
    figures = figures_of(told, volume.known) if told and volume and volume.known else seen
    posts, answered, half = said_figures(figures, said)
    return OfficeWeek(
        week=week,
        said="",
        path=card_page(week, office) if told else "",
        verdict=told.verdict if told else None,
        holder=holder or "",
        turned=False,
        figures=figures,
        posts=posts,
        reposts=past.reposts if past else None,
        answered=answered,
        median=half,
    )
