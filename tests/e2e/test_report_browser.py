"""The report in a real browser: nothing moves sideways, nothing is asked for, everybody can read it."""

import re
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.conftest import watch

WIDTHS = [390, 768, 1440]
TALLEST_WHOLE = """es => Math.max(...es.filter(e => !e.matches('.card, .body > .main'))
    .filter(e => getComputedStyle(e).breakInside === 'avoid').map(e => e.getBoundingClientRect().height))"""
PAPER_WIDTH, PAPER_HEIGHT = 695, 1024
"""CSS pixels of A4 within the margins of the style sheet: 184 by 271 mm."""
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OVERFULL = """[...document.querySelectorAll('.tile')]
    .filter(t => t.scrollWidth > t.clientWidth + 1 || t.scrollHeight > t.clientHeight + 1).map(t => t.textContent)"""
NAME, SEEN = "t.querySelector('.name').textContent", "t.innerText"
NAMES_TOO = {"resultTypes": ["violations"], "rules": {"label-content-name-mismatch": {"enabled": True}}}
"""What axe leaves out by itself: a name that is spoken must hold the words that are seen."""


def size(width: int) -> dict[str, int]:
    return {"width": width, "height": 900}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_quiet_and_accessible(
    browser: Browser, reports: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    """With every card open: no violation of axe, no message, no request."""
    context = browser.new_context(viewport=size(width), color_scheme=scheme)
    watched = watch(context)
    watched.page.goto((reports / "map.html").as_uri())
    watched.page.evaluate(OPEN_ALL)
    results = Axe().run(watched.page, options=NAMES_TOO)
    assert results.violations_count == 0, results.generate_report()
    assert watched.messages == []
    assert watched.outside() == []
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_tile_is_called_by_its_whole_name_and_by_what_is_seen(browser: Browser, reports: Path, width: int) -> None:
    """On a telephone a tile shows a code and a short word: its name has both, and the municipality's name."""
    context = browser.new_context(viewport=size(width))
    page = context.new_page()
    page.goto((reports / "map.html").as_uri())
    tiles = page.locator(".tiles.real .tile").all()
    spoken = re.findall(r'link "(.+?)"', page.locator(".tiles.real").aria_snapshot())
    assert len(spoken) == len(tiles) == 20
    for name, tile in zip(spoken, tiles, strict=True):
        whole, seen = (str(tile.evaluate(f"t => {what}")).replace("\N{SOFT HYPHEN}", "") for what in (NAME, SEEN))
        assert name.startswith(f"{whole} ")
        assert all(word in name for word in seen.split())
    context.close()


@pytest.mark.parametrize("name", ["plain", "map", "hostile"])
def test_no_width_scrolls_sideways(browser: Browser, reports: Path, name: str) -> None:
    """At and between the breakpoints, with every card open; no tile holds more than it can show."""
    context = browser.new_context()
    page = context.new_page()
    page.goto((reports / f"{name}.html").as_uri())
    page.evaluate(OPEN_ALL)
    for width in (320, 360, 390, 480, 640, 641, 720, 721, 768, 900, 901, 1024, 1279, 1280, 1440, 1920):
        page.set_viewport_size(size(width))
        assert page.evaluate(SIDEWAYS) == 0, width
        if name != "hostile":
            assert page.evaluate(OVERFULL) == [], width
    context.close()


def test_a_link_opens_a_closed_card_without_scripts(browser: Browser, reports: Path) -> None:
    """From a tile to its card, with scripts off."""
    context = browser.new_context(viewport=size(1440), java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / "plain.html").as_uri())
    card = page.locator("details.card", has=page.locator("#o-rayon-04"))
    assert not card.locator(".todo").is_visible()
    page.locator('.tile[href="#o-rayon-04"]').click()
    card.locator(".todo").wait_for(state="visible")
    assert card.get_by_role("heading", name="Четвёртый район").is_visible()
    context.close()


def test_the_filter_works_without_scripts(browser: Browser, reports: Path) -> None:
    """A radio button leaves the rows of one outcome."""
    context = browser.new_context(viewport=size(1440), java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / "plain.html").as_uri())
    rows = page.locator(".directive tbody tr")
    assert sum(row.is_visible() for row in rows.all()) == 20
    page.get_by_label("не соблюдено 3").check()
    assert [row.locator("th a").inner_text() for row in rows.all() if row.is_visible()] == [
        "Двадцатый район",
        "Пятый район",
        "Третий район",
    ]
    context.close()


def test_every_sign_is_cut_in_one_colour(browser: Browser, reports: Path) -> None:
    """Tick, cross, question mark and dash are all the ground's colour, and are printed: no other rule reaches them."""
    context = browser.new_context()
    page = context.new_page()
    page.goto((reports / "plain.html").as_uri())
    strokes = page.locator("symbol .cut").evaluate_all("cuts => cuts.map(cut => getComputedStyle(cut).stroke)")
    assert strokes == ["rgb(255, 255, 255)"] * 4
    page.emulate_media(media="print")
    shown = page.locator("symbol .cut").evaluate_all("cuts => cuts.map(cut => getComputedStyle(cut).display)")
    assert "none" not in shown
    context.close()


def test_hostile_data_runs_nothing(browser: Browser, reports: Path) -> None:
    """Whatever names, addresses and messages hold, nothing runs, loads or leads out of the page."""
    context = browser.new_context(viewport=size(1440))
    watched = watch(context)
    watched.page.goto((reports / "hostile.html").as_uri())
    watched.page.evaluate(OPEN_ALL)
    assert (
        watched.page.evaluate("document.querySelectorAll('script, img, iframe, object').length") == 1
    )  # our own script
    schemes = watched.page.evaluate("[...new Set([...document.links].map(a => a.protocol))].sort()")
    assert set(schemes) <= {"file:", "http:", "https:"}
    assert watched.messages == []
    assert watched.outside() == []
    context.close()


def test_the_policy_would_stop_a_script(browser: Browser, reports: Path, tmp_path: Path) -> None:
    """The page's own policy blocks a script that got in by whatever way."""
    html = (reports / "plain.html").read_text(encoding="utf-8")
    spoiled = tmp_path / "spoiled.html"
    spoiled.write_text(html.replace("</main>", "<script>document.title='owned'</script></main>"), encoding="utf-8")
    context = browser.new_context(viewport=size(1440))
    watched = watch(context)
    watched.page.goto(spoiled.as_uri())
    assert watched.page.title() != "owned"
    assert any("Content Security Policy" in message for message in watched.messages)
    context.close()


def test_paper_shows_every_card_whole(browser: Browser, reports: Path) -> None:
    """In print every card is laid out, what may not be cut fits a page, hidden rows are back, colours are light."""
    context = browser.new_context(viewport={"width": PAPER_WIDTH, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto((reports / "map.html").as_uri())
    page.get_by_label("Поиск").fill("третий")
    page.emulate_media(media="print")
    shown = page.locator("button:not(.sort), select, input, .filter, .tools, #status, nav")
    assert not any(control.is_visible() for control in shown.all())
    assert all(row.is_visible() for row in page.locator(".directive tbody tr").all())
    assert page.locator(".sort").first.evaluate("b => getComputedStyle(b).display") == "contents"  # heads are repeated
    assert page.locator("details.card:not([open])").count() > 5
    heights = page.locator("details.card > .body").evaluate_all("bs => bs.map(b => b.getBoundingClientRect().height)")
    assert min(heights) > 100
    assert page.locator("body *").evaluate_all(TALLEST_WHOLE) < PAPER_HEIGHT
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()
