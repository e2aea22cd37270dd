"""The page of all weeks in a real browser: quiet, accessible, never sideways, whole without scripts."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from auditor.base.i18n import Catalogue
from auditor.report.page.html import week_pages, week_sheet
from auditor.report.page.templates import shared_files
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import read_shelf
from tests.cases import TOMSK
from tests.e2e.conftest import watch
from tests.weeks_samples import back, shelve, week_audit

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('.w-lines td a, .w-lines thead a')].filter(a => a.checkVisibility())
    .map(a => a.getBoundingClientRect()).filter(r => r.width < 20 || r.height < 24).length"""


@pytest.fixture(scope="session")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """28 weeks with two missing, one whose document is damaged, a change of holder; the newest page is a real one."""
    out = tmp_path_factory.mktemp("weeks")
    for n in range(28):
        if n not in {9, 10}:
            shelve(out, week_audit(back(n), new_head_from=back(5)))
    (out / back(14) / "audit.json").write_text("[", encoding="utf-8")
    said = Catalogue("ru", TOMSK)
    newest = week_audit(back(0), new_head_from=back(5))
    pages = dict(week_pages(newest, catalogue=said)) | week_sheet(newest, said)
    files = {**shared_files(), **pages, "weeks.html": render_weeks(read_shelf(out), catalogue=said)}
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    return out / "weeks.html"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (768, "dark"), (1440, "light"), (1440, "dark")])
def test_the_page_of_weeks_is_quiet_and_accessible(browser: Browser, weeks: Path, width: int, scheme: str) -> None:
    """With every table open: no message, no request, no violation of axe, and nothing sideways."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = watch(context)
    watched.page.goto(weeks.as_uri())
    watched.page.evaluate(OPEN_ALL)
    assert watched.page.evaluate(SIDEWAYS) == 0
    assert watched.messages == []
    assert watched.outside() == []
    results = Axe().run(watched.page, options={"preload": False})  # it would ask for the style sheet once more
    assert results.violations_count == 0, results.generate_report()
    context.close()


def test_no_width_moves_the_weeks_sideways(browser: Browser, weeks: Path) -> None:
    """At and between the breakpoints; a cell stays large enough to be hit."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(weeks.as_uri())
    page.evaluate(OPEN_ALL)
    for width in (320, 360, 480, 640, 720, 721, 900, 901, 1024, 1180, 1181, 1279, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SIDEWAYS) == 0, width
        assert page.evaluate(SMALL) == 0, width
    context.close()


def test_a_phone_shows_twelve_weeks_of_each_office(browser: Browser, weeks: Path) -> None:
    """The newest ones, and the page says so; the others are a week's page away."""
    context = browser.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(weeks.as_uri())
    cells = page.locator(".w-lines").first.locator("tbody tr").first.locator("td:not(.w-held)")
    assert [cell.is_visible() for cell in cells.all()] == [False] * 14 + [True] * 12
    assert page.get_by_text("На узком экране видны последние 12 недель").is_visible()
    context.close()


def test_a_cell_leads_to_the_card_without_scripts(browser: Browser, weeks: Path) -> None:
    """By its words: to the page of that office in that week, with what is owed."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(weeks.as_uri())
    row = page.get_by_role("row", name="Двенадцатый район")
    row.get_by_role("link", name="неделя 47: соблюдено").click()
    assert page.url.endswith("/2026-W47/o/rayon-12.html")
    page.locator(".todo").first.wait_for(state="visible")
    context.close()


def test_a_keyboard_reaches_cells_and_the_years(browser: Browser, weeks: Path) -> None:
    """Tab goes from the head of the table into it; Enter opens a year of the list, and closes it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(weeks.as_uri())
    page.locator(".w-lines").first.locator("thead a").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("o/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("неделя 22: ")
    year = page.locator("details.w-year").first
    year.locator("summary").focus()
    page.keyboard.press("Enter")
    assert not year.evaluate("d => d.open")
    context.close()


def test_the_tables_stay_tables_for_a_screen_reader(browser: Browser, weeks: Path) -> None:
    """On a phone too, where they are laid out as a grid: the office heads its row, the week its column."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(weeks.as_uri())
    assert page.get_by_role("rowheader", name="Четвёртый район").first.is_visible()
    assert page.get_by_role("columnheader", name="неделя 47").count() >= 1
    assert "Неделя 47 2026" in page.get_by_role("img").first.get_attribute("aria-label").replace("\xa0", " ")
    context.close()
