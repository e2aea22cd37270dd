"""The page of all weeks, the ways from week to week, the feed, and the folder that they lie in."""

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedCorrection, AuditedVacancy
from auditor.base.errors import CannotRunError
from auditor.base.i18n import Catalogue
from auditor.base.settings import Settings
from auditor.commands.publish import publish
from auditor.report.weeks.charts import HEIGHT, LONGEST, WIDE, block_of, trend_of
from auditor.report.weeks.feed import render_feed
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import ShelvedWeek, Volume, read_shelf, weeks_in
from auditor.run.session import Session
from tests.audit_samples import hostile_audit, sample_registry
from tests.cases import TOMSK
from tests.weeks_samples import OUTCOMES, back, shelve, week_audit

RU = Catalogue("ru", TOMSK)
ATOM = "{http://www.w3.org/2005/Atom}"
WORDS = {
    "passed": "соблюдено",
    "failed": "не соблюдено",
    "cantTell": "не установлено",
    "inapplicable": "не применяется",
    "untested": "не проверялось",
}
STORIES = {"2026-W44": {}, "2026-W46": {}, "2026-W47": {}}
SECOND = "Имярек О. О.".replace(" ", "\N{NO-BREAK SPACE}")


def session(folder: Path, **settings: str) -> Session:
    """A session that only publishes."""
    book, _ = sample_registry()
    return Session(Settings(**settings), book, folder / "officials.yaml", folder / "data", folder / "out", RU)


def audits() -> list[Audit]:
    """Three weeks, and none of week 45; the fourth office has another head from week 46 on."""
    return [week_audit(week, new_head_from="2026-W46") for week in STORIES]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of reports after three weeks."""
    folder = tmp_path_factory.mktemp("weeks")
    for audit in audits():
        publish(session(folder), audit)
    return folder / "out"


@pytest.fixture(scope="module")
def page(out: Path) -> LexborHTMLParser:
    """The page of all weeks."""
    return LexborHTMLParser((out / "weeks.html").read_text(encoding="utf-8"))


def ways(out: Path, week: str) -> dict[str, str]:
    """What the masthead of a week's page leads to, by its words."""
    html = LexborHTMLParser((out / week / "index.html").read_text(encoding="utf-8"))
    return {plain(a.text()): a.attributes["href"] for a in html.css("nav.ways a")}


def plain(text: str) -> str:
    """Text with plain spaces, one between words."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def shelved(audit: Audit) -> Volume:
    """A week as it is read from its document."""
    return Volume(audit.week, ShelvedWeek.model_validate_json(audit.to_json()))


def row_of(page: LexborHTMLParser, name: str):
    """The line of an office in the first matrix."""
    return next(r for r in page.css(".w-lines tbody tr") if r.css_first("th").text() == name)


def test_a_week_leads_to_the_ones_before_and_after(out: Path) -> None:
    """The nearest weeks that have a page, and all weeks; the ends lead no further."""
    assert ways(out, "2026-W44") == {"все недели": "../weeks.html", "неделя 46 →": "../2026-W46/index.html"}
    assert ways(out, "2026-W46") == {
        "← неделя 44": "../2026-W44/index.html",
        "все недели": "../weeks.html",
        "неделя 47 →": "../2026-W47/index.html",
    }
    assert ways(out, "2026-W47") == {"← неделя 46": "../2026-W46/index.html", "все недели": "../weeks.html"}


def test_a_week_between_two_others_is_put_between_them(tmp_path: Path) -> None:
    """Whatever the order in which they are published."""
    for week in ("2026-W47", "2026-W44", "2026-W46"):
        publish(session(tmp_path), week_audit(week))
    assert ways(tmp_path / "out", "2026-W47")["← неделя 46"] == "../2026-W46/index.html"
    assert ways(tmp_path / "out", "2026-W44")["неделя 46 →"] == "../2026-W46/index.html"


def test_the_list_has_each_week_with_its_figures(page: LexborHTMLParser) -> None:
    """Newest first; as of when, which version, five outcomes with sign and word."""
    rows = page.css(".w-list tbody tr")
    assert [row.css_first("a").attributes["href"] for row in rows] == [
        f"{week}/index.html" for week in reversed(STORIES)
    ]
    for row, audit in zip(rows, reversed(audits()), strict=True):
        figures = [plain(cell.text()) for cell in row.css("td")]
        assert figures[:2] == [f"На момент {RU.moment(audit.as_of)}", "Версия 1"]
        told = audit.summary.model_dump()
        assert {f"✓ {told['passed']} соблюдено", f"✕ {told['failed']} не соблюдено"} < set(figures)
        assert sum(int(figure.split()[1]) for figure in figures[2:]) == told["bound"] == 20
    heads = plain(page.css_first(".w-list thead").text())
    assert all(word in heads for word in WORDS.values())


def test_each_cell_says_its_outcome_and_leads_to_that_weeks_card(out: Path, page: LexborHTMLParser) -> None:
    """Every office of every week, in words, and the place that it leads to is there."""
    for audit in audits():
        for office in (o for o in audit.offices if o.bound):
            link = row_of(page, office.municipality).css_first(f'a[href^="{audit.week}/"]')
            said = link.attributes["aria-label"].partition("; ")[0]
            assert said == f"неделя {int(audit.week[-2:])}: {WORDS[office.verdict]}"
            card = LexborHTMLParser((out / link.attributes["href"]).read_text(encoding="utf-8"))
            assert card.css_first("h1 bdi").text() == office.municipality


def test_offices_stand_alphabetically_the_bound_ones_first(page: LexborHTMLParser) -> None:
    """No rank and no share: the order is the alphabet's, and those whom the directive does not bind come after."""
    groups = page.css(".w-lines tbody")
    names = [row.css_first("th").text() for row in groups[0].css("tr")]
    assert names == sorted(names, key=lambda name: name.casefold().replace("ё", "е"))
    assert len(names) == 20
    assert "вне поручения" in groups[1].css_first("th").text()
    assert "%" not in page.css_first("main").text().replace("100%", "")


def test_a_week_without_a_report_is_hatched_and_said(page: LexborHTMLParser) -> None:
    """Nothing is known of it: no outcome, no link, a whole hatched column of the trend."""
    gaps = page.css(".w-lines td.gap")
    assert len(gaps) == 22
    assert {gap.text() for gap in gaps} == {"неделя 45: отчёта нет"}
    assert not any(gap.css("a") for gap in gaps)
    assert [rect.attributes["height"] for rect in page.css(".w-columns rect.gap")] == [str(HEIGHT - 1)]
    assert "За 1 неделю между ними отчёта нет" in plain(page.css_first(".w-lead").text())


def test_another_holder_is_marked_and_named(page: LexborHTMLParser) -> None:
    """A bar before the week, the name in the cell's words and beside the line."""
    row = row_of(page, "Четвёртый район")
    assert len(page.css("td.w-turn")) == 1
    assert row.css_first("td.w-turn a").attributes["aria-label"].endswith(f"; в должности: {SECOND}")
    assert plain(row.css_first(".w-held").text()).endswith("; с недели 46: Имярек О. О.")


def holders(*changes: dict[str, object]):
    """The line of the first office over consecutive weeks in which the holder was changed so."""
    volumes = []
    for n, change in enumerate(reversed(changes)):
        audit = week_audit(back(n), shaken=False)
        first = audit.offices[0].model_copy(update=change)
        volumes.append(shelved(audit.model_copy(update={"offices": [first, *audit.offices[1:]]})))
    block = block_of(volumes[::-1], RU)
    return next(line for line in block.sections[0].lines if line.id == "rayon-01")


def test_a_holder_not_on_record_is_no_change_of_holder() -> None:
    """Who is not known may be the same person: the line is told in words and not barred."""
    line = holders({}, {"holder": None}, {})
    assert not any(cell.turned for cell in line.cells)
    assert "имени главы в реестре нет" in line.holders


def test_a_vacancy_is_a_change_and_is_called_so() -> None:
    """It is recorded that nobody holds the office."""
    line = holders({}, {"holder": None, "vacancy": AuditedVacancy(since="2026-11", source="x")})
    assert [cell.turned for cell in line.cells] == [False, True]
    assert line.cells[1].label.endswith("; должность вакантна")
    assert plain(line.holders).endswith("с недели 47: вакансия")


def test_the_trend_shows_each_weeks_offices_in_full(page: LexborHTMLParser) -> None:
    """A week's pieces add up to the number of bound offices, and the sentence says the first and the last."""
    trend = trend_of([shelved(audit) for audit in audits()], RU)
    for column, audit in zip([c for c in trend.columns if c.volume], audits(), strict=True):
        place = trend.columns.index(column)
        slot = 100 / len(trend.columns)
        pieces = [p for p in trend.pieces if int(float(p.x) // slot) == place]
        assert sum(round((float(p.height) + 1) / HEIGHT * 20) for p in pieces) == audit.summary.bound
        assert {p.kind for p in pieces} == {k for k in OUTCOMES if getattr(audit.summary, k)}
    said = plain(page.css_first(".w-columns").attributes["aria-label"])
    last = audits()[-1].summary
    assert f"Неделя 47 2026 года, должностей 20: не соблюдено {last.failed}" in said
    assert "неизвестно: 1 неделя" in said


def test_the_page_runs_nothing_but_the_folders_own_script(page: LexborHTMLParser) -> None:
    """One file beside it, no picture from elsewhere, no style attribute; every link stays in the folder."""
    (script,) = page.css("script")
    assert script.attributes["src"].startswith("look/report-")
    assert not page.css("iframe, img, object, embed, form, base, [style]")
    assert all(link.attributes["href"].startswith("look/report-") for link in page.css("link[rel=stylesheet]"))
    assert all(not a.attributes["href"].startswith(("http", "/", "javascript")) for a in page.css("a"))
    assert page.css_first("meta[http-equiv]").attributes["content"].startswith("default-src 'none'; style-src 'sha256-")


def test_invented_weeks_say_so(out: Path, page: LexborHTMLParser) -> None:
    """On the page, and in the title and text of each entry of the feed."""
    assert "вымышлены" in page.css_first(".demo").text()
    for entry in ET.parse(out / "feed.xml").iter(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}title").endswith("(демонстрация)")
        assert "вымышлены" in entry.findtext(f"{ATOM}content")


def test_invented_weeks_beside_real_ones_are_listed_and_not_drawn() -> None:
    """What is about nobody is no week of anybody's line."""
    real = shelved(week_audit("2026-W44").model_copy(update={"synthetic": False}))
    html = LexborHTMLParser(render_weeks([real, shelved(week_audit("2026-W47"))], catalogue=RU))
    assert not html.css(".demo")
    assert not html.css('.w-lines a[href^="2026-W47"]')
    assert [tag.text() for tag in html.css(".w-list .tag")] == ["демонстрация"]
    assert "неделя 44" in plain(html.css_first("h2").text())


def spoil(text: str, **changes: object) -> str:
    return json.dumps(json.loads(text) | changes)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "[" * 100_000,
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: spoil(text, schema="auditor/audit/1"),
        lambda text: spoil(text, schema="auditor/audit/3"),
        lambda text: spoil(text, timezone="../../etc/passwd"),
        lambda text: spoil(text, week="2026-W01"),
        lambda text: spoil(text, offices=[{"id": "x"}]),
    ],
)
def test_a_damaged_document_is_named_and_costs_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[str], str]
) -> None:
    """Its week stays listed without figures, one line says which file, and the new week is published."""
    audit = week_audit("2026-W46")
    folder = shelve(tmp_path / "out", audit)
    (folder / "audit.json").write_text(damage(audit.to_json()), encoding="utf-8")
    before = (folder / "index.html").read_bytes()
    with caplog.at_level(logging.WARNING):
        publish(session(tmp_path), week_audit("2026-W47"))
    html = LexborHTMLParser((tmp_path / "out/weeks.html").read_text(encoding="utf-8"))
    listed = html.css(".w-list tbody tr")[1]
    assert "Данные этой недели не читаются" in listed.text()
    assert not listed.css("td.n")
    assert {cell.css_first("a").attributes["aria-label"] for cell in html.css("td.unread")} == {
        "неделя 46: данные не читаются"
    }
    assert (folder / "index.html").read_bytes() == before
    assert all("2026-W46" in record.message and "\n" not in record.message for record in caplog.records)
    assert caplog.records


def test_a_missing_document_is_as_a_damaged_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page that lies alone is listed."""
    folder = shelve(tmp_path, week_audit("2026-W46"))
    (folder / "audit.json").unlink()
    assert read_shelf(tmp_path) == [Volume("2026-W46")]
    assert "audit.json: cannot be read" in caplog.text
    assert "данные не читаются" in render_weeks(read_shelf(tmp_path), catalogue=RU).lower()


def test_only_weeks_with_a_page_are_weeks(tmp_path: Path) -> None:
    """Other folders, weeks that no year has, and folders without a page are passed over."""
    for name in ("2026-W47", "2026-W53", "2025-W53", "2026-W00", "2026-W7", "data", "2026-W47.old", "2026-W46"):
        (tmp_path / name).mkdir()
        if name != "2026-W46":
            (tmp_path / name / "index.html").touch()
    (tmp_path / "2026-W45").touch()
    assert weeks_in(tmp_path) == ["2026-W47", "2026-W53"]
    assert weeks_in(tmp_path / "nowhere") == []


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_weeks_in_the_same_order_give_the_same_bytes(out: Path, tmp_path: Path) -> None:
    """In another folder, every file."""
    for audit in audits():
        publish(session(tmp_path), audit)
    assert tree(tmp_path / "out") == tree(out)


def test_a_week_published_again_leaves_the_others_alone(tmp_path: Path) -> None:
    """Their pages lead to it already: nothing is written but its own files, the page of all weeks and the feed."""
    for audit in audits():
        publish(session(tmp_path), audit)
    others = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("2026-W4[47]/*")}
    before = tree(tmp_path / "out")
    publish(session(tmp_path), audits()[1])
    assert {path: path.stat().st_mtime_ns for path in others} == others
    assert tree(tmp_path / "out") == before


def test_a_page_alone_brings_its_document(tmp_path: Path) -> None:
    """Without it the page of all weeks would list the week without figures, or with those of an older look."""
    publish(session(tmp_path), week_audit("2026-W47"), ["html"])
    names = sorted(name for name in tree(tmp_path / "out") if not re.match("(2026-W47/)?(o|proof)/|look/|data/", name))
    assert names == [
        "2026-W47/audit.json",
        "2026-W47/index.html",
        "2026-W47/method.html",
        "feed.xml",
        "index.html",
        "trends.html",
        "weeks.html",
    ]
    assert read_shelf(tmp_path / "out")[0].known is not None


def test_a_week_that_was_taken_out_is_led_to_no_more(tmp_path: Path) -> None:
    """Its folder is removed and the week beside it published again: no page and no list leads to it."""
    for audit in audits():
        publish(session(tmp_path), audit)
    rmtree(tmp_path / "out/2026-W46")
    publish(session(tmp_path), audits()[-1])
    assert not any(b"2026-W46" in content for name, content in tree(tmp_path / "out").items() if "json" not in name)
    assert ways(tmp_path / "out", "2026-W44")["неделя 47 →"] == "../2026-W47/index.html"


def test_a_page_written_again_is_what_its_own_document_says(tmp_path: Path) -> None:
    """Its corrections and version, as they were published with it."""
    correction = AuditedCorrection(number=1, week="2026-W46", text="опечатка", on=date(2026, 11, 20))
    publish(session(tmp_path), week_audit("2026-W46").model_copy(update={"version": 2, "corrections": [correction]}))
    document = (tmp_path / "out/2026-W46/audit.json").read_bytes()
    publish(session(tmp_path), week_audit("2026-W47"))
    assert (tmp_path / "out/2026-W46/audit.json").read_bytes() == document
    html = LexborHTMLParser((tmp_path / "out/weeks.html").read_text(encoding="utf-8"))
    assert [plain(cell.text()) for cell in html.css(".w-list td.version")] == ["Версия 1", "Версия 2"]
    assert "неделя 47 →" in ways(tmp_path / "out", "2026-W46")


def test_the_feed_has_what_the_standard_requires(out: Path) -> None:
    """RFC 4287: id, title, updated and author of the feed; id, title, updated, a link and content of each entry."""
    feed = ET.parse(out / "feed.xml").getroot()
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for entry, audit in zip(entries, reversed(audits()), strict=True):
        assert all(len(entry.findall(f"{ATOM}{name}")) == 1 for name in ("id", "title", "updated", "content"))
        assert entry.findtext(f"{ATOM}updated") == audit.model_dump(mode="json")["as_of"]
        assert entry.find(f"{ATOM}content").attrib == {"type": "html"}
        assert f"Поручение соблюдено у {audit.summary.passed} " in plain(entry.findtext(f"{ATOM}content"))
        assert (out / entry.find(f"{ATOM}link").attrib["href"]).is_file()
    ids = [e.text for e in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == 4
    assert all(i.startswith("urn:uuid:") for i in ids)


def test_a_public_address_makes_the_feeds_links_whole_and_keeps_its_ids(out: Path) -> None:
    """A feed that moves is the same feed to its readers."""
    feed = ET.fromstring(render_feed(audits()[::-1], catalogue=RU, address="https://example.invalid/glavy"))
    links = [link.attrib["href"] for link in feed.iter(f"{ATOM}link")]
    assert links[:2] == ["https://example.invalid/glavy/feed.xml", "https://example.invalid/glavy/index.html"]
    assert links[2] == "https://example.invalid/glavy/2026-W47/index.html"
    known = [e.text for e in ET.parse(out / "feed.xml").iter(f"{ATOM}id")]
    assert [e.text for e in feed.iter(f"{ATOM}id")] == known


def test_a_correction_is_news(out: Path) -> None:
    """The entry keeps its id, and is updated on the day of the correction, in the registry's zone."""
    audit = audits()[-1]
    correction = AuditedCorrection(number=1, week=audit.week, text="опечатка", on=date(2026, 12, 1))
    feed = ET.fromstring(render_feed([audit.model_copy(update={"corrections": [correction]})], catalogue=RU))
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated") == "2026-11-30T17:00:00Z"
    assert entry.findtext(f"{ATOM}id") == ET.parse(out / "feed.xml").find(f"{ATOM}entry").findtext(f"{ATOM}id")


def test_a_week_rendered_again_keeps_the_day_on_which_it_was_published() -> None:
    """Only when it was updated moves."""
    audit = audits()[-1]
    later = audit.model_copy(update={"as_of": audit.as_of.replace(month=12), "first_as_of": audit.as_of})
    entry = ET.fromstring(render_feed([later], catalogue=RU)).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == audit.model_dump(mode="json")["as_of"]
    assert entry.findtext(f"{ATOM}updated") == later.model_dump(mode="json")["as_of"]


def test_an_invented_feed_is_another_feed() -> None:
    """A reader of the real one never meets a demonstration under its name."""
    one, other = (
        ET.fromstring(render_feed([week_audit("2026-W47").model_copy(update={"synthetic": s})], catalogue=RU))
        for s in (True, False)
    )
    assert not {e.text for e in one.iter(f"{ATOM}id")} & {e.text for e in other.iter(f"{ATOM}id")}


def test_hostile_names_reach_neither_page_nor_feed_as_markup(tmp_path: Path) -> None:
    """They are shown as they are written, and both documents stay well-formed."""
    audit = hostile_audit()
    act = audit.directive.model_copy(update={"title": "</subtitle>&\ufffe\x08<script>"})
    publish(session(tmp_path), audit.model_copy(update={"directive": act}))
    html = LexborHTMLParser((tmp_path / "out/weeks.html").read_text(encoding="utf-8"))
    assert not html.css("script:not([src]), img")
    assert "<img src=x onerror" in html.css_first(".w-lines").text()
    feed = ET.parse(tmp_path / "out/feed.xml")
    shown = LexborHTMLParser(feed.find(f"{ATOM}entry").findtext(f"{ATOM}content"))
    assert not shown.css("script, img")
    assert "</subtitle>" in feed.findtext(f"{ATOM}subtitle")


def test_publishers_at_once_leave_a_whole_folder(tmp_path: Path) -> None:
    """Each waits for the other: every week is listed and leads to its neighbours."""
    weeks = ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda week: publish(session(tmp_path), week_audit(week)), weeks))
    html = LexborHTMLParser((tmp_path / "out/weeks.html").read_text(encoding="utf-8"))
    assert [a.attributes["href"][:8] for a in html.css(".w-list tbody a")] == weeks[::-1]
    for before, after in pairwise(weeks):
        assert f"../{after}/index.html" in ways(tmp_path / "out", before).values()
        assert f"../{before}/index.html" in ways(tmp_path / "out", after).values()
    assert not list((tmp_path / "out").rglob(".*"))


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").touch()
    with pytest.raises(CannotRunError, match=r"the report cannot be written to [^\n]*$"):
        publish(session(tmp_path), week_audit("2026-W47"))


def test_ten_years_of_weeks_make_a_page_of_bounded_tables() -> None:
    """The newest half-year has the matrix and its figures; each older week is a link of a few bytes."""
    known = shelved(week_audit("2026-W47")).known
    volumes = [Volume(back(n), known.model_copy(update={"week": back(n)})) for n in range(519, -1, -1)]
    text, of_a_year = (render_weeks(some, catalogue=RU) for some in (volumes, volumes[-WIDE:]))
    html = LexborHTMLParser(text)
    assert {f"{back(n)}/index.html" for n in range(520)} <= {a.attributes["href"] for a in html.css("#weeks a")}
    assert len(text.encode()) - len(of_a_year.encode()) < 60 * (520 - WIDE)
    assert len(html.css(".w-list tbody tr")) == WIDE
    assert ["open" in d.attributes for d in html.css("details.w-year")][:2] == [True, False]
    assert len(html.css_first("table.w-lines").css("thead th")) - 2 == WIDE
    assert len(trend_of(volumes, RU).columns) == LONGEST
    assert "Более ранние недели" in html.text()


def test_a_year_of_53_weeks_loses_none() -> None:
    """2026 has a week 53, and week 1 of 2027 follows it."""
    known = shelved(week_audit("2026-W47")).known
    volumes = [Volume(w, known.model_copy(update={"week": w})) for w in ("2026-W52", "2027-W01")]
    columns = block_of(volumes, RU).columns
    assert [(c.number, c.volume is None) for c in columns] == [(52, False), (53, True), (1, False)]


def test_english_readers_have_the_page_too() -> None:
    """By the same catalogue."""
    html = LexborHTMLParser(render_weeks([shelved(week_audit("2026-W47"))], catalogue=Catalogue("en", TOMSK)))
    assert html.css_first("h1").text() == "All weeks"
    assert html.css_first(".w-lines td a").attributes["aria-label"].startswith("week 47: ")
