"""The folder of reports in a real browser: every kind of page, with scripts and without, by keyboard, at all widths."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from selectolax.lexbor import LexborHTMLParser

from auditor.base.i18n import Catalogue
from auditor.base.settings import Settings
from auditor.commands.publish import publish
from auditor.run.session import Session
from tests.audit_samples import remarked, sample_audit, sample_registry
from tests.cases import TOMSK
from tests.e2e.conftest import watch
from tests.weeks_samples import week_audit

KINDS = (
    "index.html",
    "weeks.html",
    "trends.html",
    "o/rayon-03/index.html",
    "2026-W47/index.html",
    "2026-W47/o/rayon-03.html",
    "2026-W47/method.html",
    "2026-W47/proof/rayon-03.html",
    "data/index.html",
    "en/index.html",
    "en/2026-W47/index.html",
    "many/2026-W47/index.html",
    "many/2026-W47/part-1.html",
)
WIDTHS = (320, 340, 360, 390, 412, 480, 600, 640, 641, 720, 721, 768, 900, 901, 1024, 1440)
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """[...document.querySelectorAll('.band use:is([href^="#due"], [href^="#years"])')].filter(use => {
    const text = use.getBoundingClientRect(), box = use.closest('svg').getBoundingClientRect();
    const shown = getComputedStyle(document.querySelector(use.getAttribute('href'))).overflow === 'visible';
    return text.left < (shown ? 0 : box.left - 1) || text.right > (shown ? innerWidth : box.right + 1);
}).map(use => use.getAttribute('href'))"""

BROKEN = r"""() => {
    const broken = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const lines = (text, from, to) => {
        const range = document.createRange();
        range.setStart(text, from);
        range.setEnd(text, to);
        return new Set([...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top))).size;
    };
    const clipped = e => e && (getComputedStyle(e).clipPath !== "none" || clipped(e.parentElement));
    for (let text; (text = walk.nextNode());) {
        if (!text.parentElement.checkVisibility() || clipped(text.parentElement)) continue;
        for (const word of text.data.matchAll(/[а-яё]{2,}/gi)) {  // a hyphen before it may be drawn a line above
            const hyphen = text.data[word.index - 1] === "\u00ad" ? 1 : 0;
            if (lines(text, word.index + hyphen, word.index + word[0].length) > 1) broken.push(word[0]);
        }
        if (text.parentElement.closest(".practice td"))
            for (const sum of text.data.matchAll(/\d (?=[а-яё])/g))
                if (lines(text, sum.index, sum.index + 3) > 1) broken.push(text.data);
    }
    return broken;
}"""
"""Words of ours that are cut without a hyphen, and figures of the practice that are parted from their noun."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks, published as any others; the newest with statements and corrections, and in English too.

    In a folder of its own lies a week with so many offices that its tables are in parts.
    """
    folder = tmp_path_factory.mktemp("site")
    out, newest = folder / "out", remarked(sample_audit())
    publish(_session(folder, out), week_audit("2026-W46"))
    publish(_session(folder, out / "en", "en"), newest.model_copy(update={"language": "en"}))
    publish(_session(folder, out), newest)
    offices = [o.model_copy(update={"id": f"{o.id}-{n}"}) for n in range(5) for o in newest.offices]
    publish(_session(folder, out / "many"), newest.model_copy(update={"offices": offices, "corrections": []}))
    return out


def _session(folder: Path, out: Path, lang: str = "ru") -> Session:
    book, _ = sample_registry()
    return Session(Settings(), book, folder / "officials.yaml", folder / "data", out, Catalogue(lang, TOMSK))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_every_kind_of_page_is_quiet_and_accessible(
    browser: Browser, site: Path, kind: str, width: int, scheme: str
) -> None:
    """With everything open: no message, no request beyond the folder, no violation of axe."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = watch(context)
    watched.page.goto((site / kind).as_uri())
    watched.page.evaluate(OPEN_ALL)
    assert watched.messages == []
    assert watched.outside() == []
    results = Axe().run(watched.page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_accessible_without_our_script(browser: Browser, site: Path, kind: str) -> None:
    """Axe is itself a script, so only the page's own is kept away."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    context.route("**/look/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto((site / kind).as_uri())
    page.evaluate(OPEN_ALL)
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_no_width_moves_a_page_sideways(browser: Browser, site: Path, kind: str) -> None:
    """At 16 widths from 320 on, with everything open."""
    for page, width in at_each_width(browser, site / kind):
        assert page.evaluate(SIDEWAYS) == 0, width


def at_each_width(browser: Browser, path: Path) -> Iterator[tuple[Page, int]]:
    """Show a page with everything open at one width after the other."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield page, width
    context.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("en/")])
def test_no_word_is_cut_and_no_figure_stands_alone(browser: Browser, site: Path, kind: str) -> None:
    """A line ends between words or at a hyphen, and in the practice not between a number and what it counts."""
    for page, width in at_each_width(browser, site / kind):
        assert page.evaluate(BROKEN) == [], width


@pytest.mark.parametrize("kind", ["2026-W47/o/rayon-03.html", "en/2026-W47/o/rayon-03.html"])
def test_no_date_of_the_line_is_cut(browser: Browser, site: Path, kind: str) -> None:
    """Deadline and years leave neither the screen nor the box that they are drawn in, unless that shows them."""
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / kind).as_uri())
    for width in (320, 340, 360, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT) == [], width
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_keyboard_walks_every_link(browser: Browser, site: Path, kind: str) -> None:
    """Tab reaches each link that is seen, in their order, and what has the focus is in sight."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=True)
    page = context.new_page()
    page.goto((site / kind).as_uri())
    links = page.evaluate("[...document.querySelectorAll('a[href]')].filter(a => a.checkVisibility()).length")
    reached: list[int] = []
    here = "[...document.querySelectorAll('a[href]')].filter(a => a.checkVisibility()).indexOf(document.activeElement)"
    for _ in range(links + 60):
        page.keyboard.press("Tab")
        at = page.evaluate(here)
        if at >= 0:
            reached.append(at)
        if at == links - 1:
            break
    assert reached == list(range(links))
    context.close()


def test_the_week_is_short_on_a_telephone(browser: Browser, site: Path) -> None:
    """Under 6,000 pixels at 390, as it is without scripts too."""
    for scripts in (True, False):
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        page = context.new_page()
        page.goto((site / "2026-W47/index.html").as_uri())
        assert page.locator("html").bounding_box()["height"] < 6_000
        context.close()


def test_a_link_of_the_single_page_finds_its_row_and_the_row_leads_on(browser: Browser, site: Path) -> None:
    """Without scripts: the row of the office is in sight, and its name leads to the card."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "2026-W47/index.html").as_uri() + "#o-rayon-03")
    row = page.locator('[id="o-rayon-03"]')
    assert 0 <= row.bounding_box()["y"] < 900
    row.locator("th a").click()
    assert page.url.endswith("/2026-W47/o/rayon-03.html")
    page.get_by_role("link", name="Должность по всем неделям").click()
    assert page.url.endswith("/o/rayon-03/index.html")
    context.close()


def test_every_link_within_the_folder_has_its_page_and_its_place(site: Path) -> None:
    """On every page, and none leads out of the folder by an absolute path."""
    pages = {path.as_uri(): LexborHTMLParser(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    missing = set()
    for address, html in pages.items():
        for link in html.css("a[href], link[href], script[src]"):
            href = link.attributes.get("href") or link.attributes.get("src") or ""
            target, place = urldefrag(urljoin(address, href))
            if not target.startswith("file:"):
                continue
            assert not href.startswith("/")
            there = Path(unquote(target.removeprefix("file://")))
            if not there.is_file() or (place and not pages[target].css_first(f'[id="{unquote(place)}"]')):
                missing.add((address.rpartition("/out/")[2], href))
    assert not missing


def test_what_a_figure_is_held_against_leads_to_its_row_of_the_method(browser: Browser, site: Path) -> None:
    """From the head of a table and from a card, without scripts."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for place, link in (
        ("2026-W47/index.html", ".practice thead .meta a"),
        ("2026-W47/index.html", ".directive thead .meta a"),
        ("2026-W47/o/rayon-03.html", ".norm"),
    ):
        page.goto((site / place).as_uri())
        page.locator(link).first.click()
        assert "/2026-W47/method.html#m-" in page.url
        assert page.locator("tr:target").count() == 1
    context.close()


def test_a_page_of_proof_prints_short(browser: Browser, site: Path) -> None:
    """Its table is printed as one: no column of hashes over many sheets."""
    page = browser.new_page()
    page.goto((site / "2026-W47/proof/rayon-03.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("table.proofs").first.evaluate("e => getComputedStyle(e).display") == "table"
    page.close()


@pytest.mark.parametrize(
    "place", ["method", "limits", "unknowable", "corrections", "correction-4", "directive", "practice", "voluntary"]
)
def test_places_of_the_single_page_are_still_there(site: Path, place: str) -> None:
    """What a link of before may name."""
    html = LexborHTMLParser((site / "2026-W47/index.html").read_text(encoding="utf-8"))
    assert html.css_first(f'[id="{place}"]') is not None
