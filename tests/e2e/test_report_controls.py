"""The page's controls in a real browser: by mouse, by keyboard alone, and what is left where scripts are off."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.audit_samples import sample_audit
from tests.e2e.conftest import Watched, watch

SHOWN = "rows => rows.filter(r => r.checkVisibility()).map(r => r.cells[0].querySelector('a').innerText.split(' ')[0])"
FOCUSABLE = """[...document.querySelectorAll('a[href], button, select, input, summary')]
    .filter(e => e.checkVisibility() && !(e.type === 'radio' && !e.checked)).length"""
FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e), label = e.labels?.[0];
    const ringed = s.outlineStyle !== 'none' || (label && getComputedStyle(label).outlineStyle !== 'none');
    const box = e.getBoundingClientRect();
    return {name: e.tagName, place: document.body === e ? -1 : [...document.querySelectorAll('*')].indexOf(e), ringed,
        seen: box.width > 0 && box.height > 0};
}"""
SAID = """() => { const copy = document.querySelector('main').cloneNode(true);
    copy.querySelectorAll('.share, #status, #every, .tools').forEach(e => e.remove());
    return copy.textContent.replace(/\\s+/g, ' '); }"""


@pytest.fixture
def opened(browser: Browser, reports: Path) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    watched = watch(context)
    watched.page.goto((reports / "plain.html").as_uri())
    yield watched
    assert watched.messages == []
    context.close()


def rows(page: Page) -> list[str]:
    """The municipalities of the first table that can be seen, in their order, by the first word."""
    found: list[str] = page.locator(".directive tbody tr").evaluate_all(SHOWN)
    return found


def card(page: Page, office: str) -> Locator:
    return page.locator("details.card", has=page.locator(f"#o-{office}"))


def test_the_rows_can_be_filtered(opened: Watched) -> None:
    """By outcome, network, change and words, together; how many are shown is said; one button shows all again."""
    page, status = opened.page, opened.page.locator("#status")
    page.locator("[data-by=network]").select_option("VK")
    on_vk = [o for o in sample_audit().offices if o.bound and any(a.network == "vk" for a in o.accounts)]
    assert set(rows(page)) == {o.municipality.split()[0] for o in on_vk}
    expect(status).to_have_text(f"Показано строк: {len(on_vk)} из 20")
    page.get_by_label("не установлено 5").check()
    assert set(rows(page)) == {"Девятый", "Четырнадцатый"}
    page.get_by_role("button", name="Показать все").click()
    assert len(rows(page)) == 20
    page.locator("[data-by=change]").select_option("regression")
    worse = {o.municipality.split()[0] for o in sample_audit().offices if o.bound and o.change == "regression"}
    assert worse
    assert set(rows(page)) == worse
    page.get_by_role("button", name="Показать все").click()
    page.get_by_label("Поиск").fill("ЧЕТВЁРТ")
    assert rows(page) == ["Четвёртый"]
    page.get_by_label("Поиск").fill("четверт дарья")
    assert rows(page) == ["Четвёртый"]
    expect(status).to_have_text("Показано строк: 1 из 20")
    page.get_by_label("Поиск").fill("такого нет")
    expect(status).to_have_text("Показано строк: 0 из 20")


def test_the_columns_can_be_sorted(opened: Watched) -> None:
    """Alphabetical at first; a column up and down by its dates; what is not known stands last both times."""
    page = opened.page
    alphabetical = rows(page)
    expect(page.locator(".directive thead th").first).to_have_attribute("aria-sort", "ascending")
    head = page.locator(".directive thead th").nth(2)
    for way, said in (("ascending", "по возрастанию"), ("descending", "по убыванию")):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", way)
        expect(page.locator("#status")).to_have_text(f"Порядок: Чем установлено, {said}")
        keys = page.locator(".directive .rests").evaluate_all("cells => cells.map(c => c.dataset.k)")
        known = [key for key in keys if key]
        assert known == sorted(known, reverse=way == "descending")
        assert len(known) > 8
        assert keys[len(known) :] == [""] * (20 - len(known))
    page.locator(".directive thead th").first.get_by_role("button").click()
    assert rows(page) == alphabetical


def test_posts_sort_as_numbers_and_the_unknown_last(opened: Watched) -> None:
    """Nine before twelve, and no page behind a block page among the zeros."""
    page = opened.page
    page.locator(".practice thead th").nth(1).get_by_role("button").click()
    keys = page.locator(".practice tbody:first-of-type tr").evaluate_all(
        "rows => rows.map(r => r.cells[1].dataset.k ?? '')"
    )
    known = [int(key) for key in keys if key]
    assert known == sorted(known)
    assert len(known) > 5
    assert keys[len(known) :] == [""] * (len(keys) - len(known))


def test_a_link_to_a_card_is_copied_and_opens_it(opened: Watched, browser: Browser) -> None:
    """The button says that it is done; the link opens that card in a page just loaded, and in this one."""
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card(page, "rayon-03").get_by_role("button", name="Скопировать ссылку на карточку").click()
    expect(card(page, "rayon-03").locator(".share")).to_have_text("Ссылка скопирована")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{page.url.partition('#')[0]}#o-rayon-03"
    closed = link.replace("#o-rayon-03", "#o-rayon-04")
    fresh = page.context.new_page()
    fresh.goto(closed)
    expect(card(fresh, "rayon-04").locator(".todo")).to_be_visible()
    page.evaluate("location.hash = 'o-rayon-01'")
    expect(card(page, "rayon-01").locator("summary").first).to_be_focused()
    assert card(page, "rayon-01").evaluate("d => d.open")


def test_without_a_clipboard_the_link_is_there_to_be_copied_by_hand(opened: Watched) -> None:
    """The link itself, selected, instead of a word that would not be true."""
    page = opened.page
    page.evaluate(
        "() => { Object.defineProperty(navigator, 'clipboard', {value: null}); document.execCommand = () => false; }"
    )
    one = card(page, "rayon-03")
    one.locator(".share").click()
    expect(one.locator(".share")).to_have_text("Скопируйте ссылку вручную")
    expect(one.locator("input[readonly]")).to_have_value(f"{page.url}#o-rayon-03")
    assert page.evaluate("getSelection().toString() || document.activeElement.value").endswith("#o-rayon-03")


def test_all_cards_open_and_close_at_once(opened: Watched) -> None:
    """One button for searching the whole page or reading it through."""
    page = opened.page
    page.get_by_role("button", name="Открыть все карточки").click()
    assert page.locator("details.card:not([open])").count() == 0
    page.get_by_role("button", name="Открыть все карточки").click()
    assert page.locator("details.card[open]").count() == 0


def test_a_keyboard_alone_reaches_everything(opened: Watched) -> None:
    """Tab goes through every link, control and card once, in the page's order, and each shows where it is."""
    page = opened.page
    wanted = page.evaluate(FOCUSABLE)
    places: list[int] = []
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["place"] < 0 or here["place"] in places:
            break
        assert here["ringed"], here
        places.append(here["place"])
    assert len(places) == wanted
    assert places == sorted(places)


def test_enter_and_space_work_the_controls(opened: Watched) -> None:
    """The skip link first; Enter opens a card; arrows choose an outcome; Space sorts."""
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    card(page, "rayon-01").locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert card(page, "rayon-01").evaluate("d => d.open")
    page.locator("#f-all").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert rows(page) == ["Двадцатый", "Пятый", "Третий"]
    page.locator(".directive .sort").first.focus()
    page.keyboard.press("Space")
    assert rows(page) == ["Третий", "Пятый", "Двадцатый"]


def test_a_screen_reader_meets_things_in_an_order_that_makes_sense(opened: Watched) -> None:
    """One h1; the headings go down a step at a time; the headline comes before the map, tables, cards, method."""
    page = opened.page
    levels = page.locator("h1, h2, h3, h4").evaluate_all("hs => hs.map(h => Number(h.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    landmarks = page.locator("header, nav, main, footer").evaluate_all("es => es.map(e => e.tagName)")
    assert landmarks[0] == "HEADER"
    assert landmarks[-2:] == ["MAIN", "FOOTER"]
    parts = page.locator("h1, h2").evaluate_all("hs => hs.map(h => h.innerText)")
    assert [p.split()[0] for p in parts] == ["Поручение", "Что", "Все", "Поручение", "Практика", "Карточки", "Методика"]


def test_without_scripts_nothing_is_lost_but_filter_and_sort(browser: Browser, reports: Path, opened: Watched) -> None:
    """The words are the same, no dead control is shown, and every card opens."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / "plain.html").as_uri())
    assert page.evaluate(SAID) == opened.page.evaluate(SAID)
    assert (
        page.locator("button, select, input:not([type=radio])").evaluate_all(
            "es => es.filter(e => e.checkVisibility()).length"
        )
        == 0
    )
    card(page, "rayon-01").locator("summary").first.click()
    expect(card(page, "rayon-01").locator(".todo")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "opened"), [(390, 3), (1440, 8)])
def test_a_telephone_begins_with_what_is_not_met(browser: Browser, reports: Path, width: int, opened: int) -> None:
    """There the cards of what could not be told wait to be opened; a link still opens the one that it names."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((reports / "plain.html").as_uri())
    assert page.locator("details.card[open]").count() == opened
    page.goto((reports / "plain.html").as_uri() + "#o-rayon-06")
    page.reload()
    assert page.locator("details.card[open] > #o-rayon-06").is_visible()
    context.close()
