"""What a page says of itself to whoever is sent a link to it, and to search engines."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.base.i18n import Catalogue
from auditor.report.page.html import home_page, render_html, week_pages
from auditor.report.site import HOME, Public, card_page, method_page, week_page
from tests.audit_samples import hostile_audit, sample_audit

RU = Catalogue("ru")
LISTED = Public("https://reports.example/heads", listed=True)
WEEK = "2026-W47"
KINDS = (HOME, week_page(WEEK), card_page(WEEK, "rayon-05"), method_page(WEEK))


def pages(public: Public | None = None, *, synthetic: bool = False) -> dict[str, LexborHTMLParser]:
    """Return the pages of the invented week, called invented or not."""
    audit = sample_audit(synthetic=synthetic)
    made = dict(week_pages(audit, catalogue=RU, public=public)) | {HOME: home_page(audit, catalogue=RU, public=public)}
    return {path: LexborHTMLParser(html) for path, html in made.items()}


def said(page: LexborHTMLParser, name: str) -> str | None:
    """Return what the page's head says under a name."""
    found = page.css_first(f'head meta[name="{name}"], head meta[property="{name}"]')
    return found.attributes["content"] if found else None


def test_a_link_to_the_week_shows_the_sum_with_names() -> None:
    """A preview names those of whom the directive is not met, and adds up."""
    shown = said(pages()[HOME], "description")
    assert shown == (
        "Поручение соблюдено у 8 глав из 20, не соблюдено у 3, не установлено у 5, ещё 4 — вне оценки. "
        "Не соблюдено: Двадцатый, Пятый, Третий."
    )


def test_a_link_to_an_office_shows_its_outcome() -> None:
    """With the week that it is of."""
    shown = said(pages()[card_page(WEEK, "rayon-05")], "og:description") or ""
    assert shown.startswith("Пятый район: поручение не соблюдено. Неделя 47, ")


def test_each_page_has_a_title_a_sentence_and_the_feed() -> None:
    """Open Graph says the same as the head; the feed is found from every folder."""
    for path, page in pages().items():
        assert said(page, "og:title") == page.css_first("title").text()
        assert said(page, "og:description") == said(page, "description")
        assert said(page, "og:locale") == "ru_RU"
        feed = page.css_first('link[rel="alternate"][type="application/atom+xml"]').attributes["href"]
        assert feed == "../" * path.count("/") + "feed.xml"


@pytest.mark.parametrize("path", KINDS)
def test_a_page_has_a_lasting_address_where_the_folder_has_one(path: str) -> None:
    """Without an address it names none."""
    page = pages(LISTED)[path]
    assert page.css_first('link[rel="canonical"]').attributes["href"] == f"https://reports.example/heads/{path}"
    assert said(page, "og:url") == f"https://reports.example/heads/{path}"
    assert not pages()[path].css('link[rel="canonical"], meta[property="og:url"]')


def test_search_engines_list_a_page_only_where_that_was_set() -> None:
    """A page that names people is not listed unasked."""
    assert {said(page, "robots") for page in pages().values()} == {"noindex,nofollow"}
    assert {said(page, "robots") for page in pages(LISTED).values()} == {"index,follow"}


def test_a_demonstration_is_never_listed_and_says_so_in_a_preview() -> None:
    """Who is sent a link does not see the banner at the top."""
    for page in pages(LISTED, synthetic=True).values():
        assert said(page, "robots") == "noindex,nofollow"
        assert (said(page, "description") or "").startswith("Демонстрация. Имена, районы, даты и числа вымышлены. ")


def test_a_page_that_stands_alone_promises_nothing() -> None:
    """It has no address, and no feed lies beside it."""
    page = LexborHTMLParser(render_html(sample_audit(), catalogue=RU))
    assert not page.css('link[rel="canonical"], link[rel="alternate"], meta[property]')


def test_hostile_names_stay_within_the_head() -> None:
    """A quote in a name ends no attribute."""
    audit = hostile_audit()
    for html in dict(week_pages(audit, catalogue=RU, public=LISTED)).values():
        page = LexborHTMLParser(html)
        assert not page.css("head script:not([src]), head img")
        assert {tag.tag for tag in page.css("head > *")} <= {"meta", "title", "link", "style"}
