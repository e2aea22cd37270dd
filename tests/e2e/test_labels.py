"""No label runs into another, none is cut in the middle of a word, nothing moves sideways: long names, all widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.page.html import render_html
from auditor.report.weeks.published_weeks import read_audit

WIDTHS = (320, 340, 360, 390, 414, 480, 560, 641, 721, 768, 901, 1024, 1180, 1280, 1440, 1920)
LONG = (
    "Александровский район", "Верхнекетский район", "Великонебывальский район", "Новоалександровский район",
    "Дальнеподгорненский район", "Заречно-Подгорненский район", "Кривовымышленский район",
)  # fmt: skip
"""Names as long as real ones are; no tile, row or scale may break under them."""
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLLISIONS = """() => [...document.querySelectorAll('svg')].filter(s => !s.closest('symbol, svg svg')).flatMap(svg => {
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
    return texts.flatMap(([said, a], n) => texts.slice(n + 1)
        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
        .map(([other]) => `${said} / ${other}`));
})"""
"""Texts of one drawing whose boxes meet; a box is three pixels taller than its letters at either end."""
BROKEN = """() => [...document.querySelectorAll('.tile .name, .tile .word span')].flatMap(name => {
    const text = name.firstChild, said = text ? text.textContent : '', box = document.createRange();
    const top = n => { box.setStart(text, n); box.setEnd(text, n + 1); return [...box.getClientRects()].at(-1)?.top; };
    const parts = [...said.matchAll(/[^\\s\\u00ad-]+/g)];
    return parts.filter(part => [...part[0]].some((_, n) => n && top(part.index + n) > top(part.index + n - 1) + 3))
        .map(part => said);
})"""
"""Names and words in tiles of which a line ends within a syllable."""


@pytest.fixture(scope="module")
def pages(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every page of the demonstration, and one more: its last week under long names."""
    audit = read_audit(demonstration, "2026-W47")
    assert audit is not None
    page = tmp_path_factory.mktemp("labels") / "long.html"
    page.write_text(render_html(renamed(audit), catalogue=Catalogue("ru")), encoding="utf-8")
    return [page, *sorted(demonstration.rglob("*.html"))]


def renamed(audit: Audit) -> Audit:
    offices = [
        office.model_copy(update={"municipality": LONG[n % len(LONG)]}) if office.bound else office
        for n, office in enumerate(audit.offices)
    ]
    return audit.model_copy(update={"offices": offices})


def test_no_page_moves_sideways_and_no_labels_meet(browser: Browser, pages: list[Path]) -> None:
    """Every page of the folder at sixteen widths from 320, with all that can be opened open."""
    context = browser.new_context()
    page = context.new_page()
    found = []
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate(OPEN_ALL)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            told = page.evaluate(SIDEWAYS), page.evaluate(COLLISIONS), page.evaluate(BROKEN)
            if told != (0, [], []):
                found.append((path.name, width, told))
    context.close()
    assert found == []
