"""The folder of reports in a real browser: everybody can read it, on every screen, with a script and without."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from auditor.base.i18n import Translator
from auditor.report.cards import Scale
from auditor.report.templates import environment_for
from tests.browser.conftest import watch

WEEK = "2026-W47"
PAGES = {
    "home": "index.html",
    "week": f"{WEEK}/index.html",
    "office": "o/rayon-01/index.html",
    "red office": "o/rayon-03/index.html",
    "card": f"{WEEK}/o/rayon-05.html",
    "proof": f"{WEEK}/proof/rayon-20.html",
    "proof of a search": f"{WEEK}/proof/rayon-05.html",
    "method": f"{WEEK}/method.html",
    "weeks": "weeks.html",
}
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TELEPHONE = 390
THOROUGH = pytest.mark.thorough


def opened(context: BrowserContext, reports: Path, name: str) -> Page:
    page = context.new_page()
    page.goto((reports / PAGES[name]).as_uri())
    return page


@THOROUGH
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_kept_out(browser: Browser, reports: Path, name: str, scheme: Any) -> None:
    """No rule of WCAG that a program can hold is broken, on a telephone and at a desk, by day and by night."""
    for width in (TELEPHONE, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        broken = Axe().run(opened(context, reports, name)).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == []
        context.close()


@pytest.mark.parametrize("width", [TELEPHONE, *(pytest.param(w, marks=THOROUGH) for w in (320, 768, 1280, 1440))])
def test_no_page_scrolls_sideways_and_the_first_screen_answers(browser: Browser, reports: Path, width: int) -> None:
    """The two sentences and the three measures are in sight at once; a week on a telephone is under 6,000 pixels."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    for name in PAGES:
        page = opened(context, reports, name)
        assert not page.evaluate(SCROLLS), name
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        assert not page.evaluate(SCROLLS), f"{name}, all of it unfolded"
        if name == "week" and width == TELEPHONE:
            assert page.evaluate("document.documentElement.scrollHeight") < 6_000
        for last in (page.locator("h1"), page.locator(".measures svg").last) if name == "home" and width > 320 else ():
            box = last.bounding_box()
            assert box["y"] + box["height"] <= 844
        page.close()
    context.close()


def test_a_filter_has_an_address_and_numbers_sort(browser: Browser, reports: Path) -> None:
    """Whoever is sent the address sees the same rows."""
    context = browser.new_context()
    page, messages = watch(context)
    page.goto((reports / PAGES["week"]).as_uri())
    page.get_by_label("Итог").select_option("failed")
    page.get_by_label("Страницы").select_option("none")
    rows = page.locator(".rows tbody tr:visible")
    assert rows.count() == 1
    assert "Пятый" in rows.first.inner_text()
    assert page.url.endswith("#outcome=failed&page=none")
    other = context.new_page()
    other.goto(page.url)
    assert other.locator(".rows tbody tr:visible").count() == 1
    page.get_by_label("Итог").select_option("")
    page.get_by_label("Страницы").select_option("")
    page.get_by_label("Поиск").fill("публикации за неделю")
    assert rows.count() == 0, "the labels of a narrow screen are no row's own words"
    page.get_by_label("Поиск").fill("")
    page.get_by_role("button", name="Публикации за неделю").click()
    posts = [int(text) for text in page.locator(".rows tbody").first.locator("td:nth-child(3) .num").all_inner_texts()]
    assert posts == sorted(posts, reverse=True)
    assert messages == []
    context.close()


def test_without_a_script_the_table_is_whole(browser: Browser, reports: Path) -> None:
    """Only the filter is missing; each page is what it is with one. On paper there is no menu."""
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, reports, "week")
    assert page.locator(".rows tbody tr:not(.group)").count() == 22
    assert not page.locator(".filter").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator(".strip").is_visible()
    context.close()


def test_the_first_page_finds_a_head_by_name(browser: Browser, reports: Path) -> None:
    """By the whole name, and the address keeps it; without a script each name that is on record can be seen."""
    context = browser.new_context()
    page, messages = watch(context)
    page.goto((reports / PAGES["home"]).as_uri())
    page.get_by_label("Поиск").fill("имярек борис")
    rows = page.locator(".heads tbody tr:not(.group):visible")
    names = page.locator(".heads .who:visible").all_inner_texts()
    assert (set(names), len(names)) == ({"Имярек\N{NO-BREAK SPACE}Б.\N{NO-BREAK SPACE}Б."}, rows.count())
    groups = page.locator(".heads tr.group:visible").count()
    assert 0 < groups < page.locator(".heads tr.group").count()
    other = context.new_page()
    other.goto(page.url)
    assert other.locator(".heads tbody tr:not(.group):visible").count() == rows.count()
    page.get_by_label("Поиск").fill("имярек Б. б.")
    assert page.locator(".heads .who:visible").all_inner_texts() == names
    assert messages == []
    context.close()
    bare = browser.new_context(java_script_enabled=False)
    plain = opened(bare, reports, "home")
    assert not plain.locator(".filter").is_visible()
    assert plain.locator(".heads .who:visible").count() == 19, "the vacant office has no name"
    bare.close()


HATCHED = """() => [...document.querySelectorAll('.dates .halo-text')].filter(label => {
  const text = label.getBoundingClientRect();
  return [...label.ownerSVGElement.querySelectorAll('[fill="url(#hatch)"]')].some(hatch => {
    const area = hatch.getBoundingClientRect();
    return area.left < text.right && text.left < area.right && area.top < text.bottom - 3 && text.top < area.bottom;
  });
}).length"""
"""How many labels of a line of dates lie on hatching; the last three pixels of a line of text are below its letters."""


@pytest.mark.parametrize("day", ["2022-08-03", "2025-12-01"])
def test_no_label_of_the_line_of_dates_is_struck_through(browser: Browser, reports: Path, day: str) -> None:
    """Wherever its day lies: the label of a late one stands to the left, above what is hatched."""
    context = browser.new_context(viewport={"width": TELEPHONE, "height": 844})
    page = opened(context, reports, "office")
    page.evaluate("drawn => { document.body.innerHTML = drawn }", line_of_dates(day))
    assert page.locator(".dates .halo-text").count() == 1
    assert page.evaluate(HATCHED) == 0
    context.close()


def line_of_dates(day: str) -> str:
    """A line of dates with one opening that is known not to be later than `day`."""
    draw: Any = environment_for(Translator("ru")).get_template("draw.html").module
    scale = Scale(range(2019, 2027))
    return draw.signs() + draw.dates(
        scale, "2020", "2026-11-22", "2022-05-31", "срок", [(day, False, f"VK, {day}")], ""
    )
