"""What is filtered, sorted and sought stands in the address, and a link opens there in a fresh browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from auditor.base.i18n import Catalogue
from auditor.base.settings import Settings
from auditor.commands.publish import publish
from auditor.run.session import Session
from tests.audit_samples import sample_audit, sample_registry
from tests.cases import TOMSK
from tests.e2e.conftest import watch
from tests.weeks_samples import week_audit

NAMES = "rows => rows.filter(r => r.checkVisibility()).map(r => r.querySelector('th a').innerText.split(' ')[0])"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks, published in both languages."""
    folder = tmp_path_factory.mktemp("links")
    book, _ = sample_registry()
    session = Session(
        Settings(report_both=True),
        book,
        folder / "officials.yaml",
        folder / "data",
        folder / "out",
        Catalogue("ru", TOMSK),
    )
    publish(session, week_audit("2026-W46"))
    publish(session, sample_audit())
    return folder / "out"


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    watched = watch(context)
    yield watched.page
    assert watched.messages == []
    context.close()


def rows(page: Page, table: str) -> list[str]:
    """The first word of each office's row that can be seen."""
    found: list[str] = page.locator(f"{table} tbody tr:not(.group)").evaluate_all(NAMES)
    return found


def opened_elsewhere(browser: Browser, link: str, table: str) -> list[str]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link)
    found = rows(page, table)
    context.close()
    return found


def test_a_filtered_and_sorted_table_opens_so_elsewhere(fresh: Page, site: Path, browser: Browser) -> None:
    """The address holds what was chosen, and leads to the table that was touched last; «Показать все» clears it."""
    plain = (site / "2026-W47/index.html").as_uri()
    fresh.goto(plain)
    fresh.get_by_label("не соблюдено 3").check()
    fresh.get_by_label("Поиск").fill("район")
    fresh.locator(".directive thead th").nth(2).get_by_role("button").click()
    link = fresh.url
    assert link.startswith(f"{plain}?outcome=failed&text=")
    assert link.endswith("&directive=2-up#directive")
    assert len(rows(fresh, ".directive")) == 3
    assert opened_elsewhere(browser, link, ".directive") == rows(fresh, ".directive")
    fresh.locator(".directive thead th").first.get_by_role("button").click()
    fresh.get_by_role("button", name="Показать все").click()
    assert fresh.url == plain
    assert len(rows(fresh, ".directive")) == 20


def test_the_other_language_opens_at_the_same_place_with_the_same_rows(fresh: Page, site: Path) -> None:
    """Whether the choice came with the address or was made on the page."""
    fresh.goto((site / "2026-W47/index.html").as_uri() + "?outcome=failed&practice=1-down#practice")
    fresh.locator(".practice thead th").nth(1).get_by_role("button").click()
    before = fresh.url.partition("?")[2]
    assert before.endswith("#practice")
    fresh.locator(".twin a").click()
    assert fresh.url == (site / "en/2026-W47/index.html").as_uri() + f"?{before}"
    expect(fresh.locator("#f-failed")).to_be_checked()
    fresh.goto((site / "2026-W47/index.html").as_uri() + "#o-rayon-05")
    fresh.locator(".twin a").click()
    expect(fresh.locator(":target")).to_be_in_viewport()


def test_the_second_table_follows_the_first(fresh: Page, site: Path) -> None:
    """It shows the same offices, says how many, and is sorted on its own."""
    fresh.goto((site / "2026-W47/index.html").as_uri() + "?outcome=failed&practice=1-down#practice")
    assert sorted(rows(fresh, ".practice")) == sorted(rows(fresh, ".directive")) == ["Двадцатый", "Пятый", "Третий"]
    expect(fresh.locator(".practice thead th").nth(1)).to_have_attribute("aria-sort", "descending")
    expect(fresh.locator("#practice p.meta", has_text="Показано строк: 3 из")).to_be_visible()


def test_what_the_address_does_not_mean_shows_everything(fresh: Page, site: Path) -> None:
    """An old link, or one that was mistyped, hides nothing."""
    fresh.goto((site / "2026-W47/index.html").as_uri() + "?outcome=none&network=ok&practice=9-up&directive=x&a=b")
    assert len(rows(fresh, ".directive")) == 20


def test_offices_are_sought_in_all_weeks(fresh: Page, site: Path, browser: Browser) -> None:
    """The search reaches every line, and stands in the address."""
    fresh.goto((site / "weeks.html").as_uri())
    fresh.get_by_label("Поиск").fill("четверт")
    assert rows(fresh, ".w-lines") == ["Четвёртый"]
    assert opened_elsewhere(browser, fresh.url, ".w-lines") == ["Четвёртый"]


def test_a_link_to_a_cell_and_to_an_office_opens_there(fresh: Page, site: Path) -> None:
    """The row and the cell are in sight."""
    week = (site / "2026-W47/index.html").as_uri()
    for place in ("o-rayon-05", "o-rayon-01--posts_per_week"):
        fresh.goto("about:blank")
        fresh.goto(f"{week}#{place}")
        expect(fresh.locator(":target")).to_be_in_viewport()


def test_without_a_script_a_filtered_link_shows_everything(browser: Browser, site: Path) -> None:
    """The table is whole, and no control is shown that would do nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "2026-W47/index.html").as_uri() + "?outcome=failed")
    assert page.locator(".directive tbody tr").count() == 20
    expect(page.locator(".directive tbody tr").nth(19)).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    context.close()
