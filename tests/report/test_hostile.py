"""Words that mean harm, in every place of a report that data fills."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.hostile import FORMULAS, HALVES, LINKS, LONG, MARKUP, STEERING, everywhere, steers
from tests.pages import whole
from tests.report.read_report import RU, Files

TEXTS = [*MARKUP, *(text for text in STEERING.values() if text not in HALVES), *FORMULAS, *LONG]
OURS = r"https?://[a-z0-9.-]+(?:[/?]|$)|#|mailto:|(?:\.\./)*[a-z0-9][a-z0-9./~_#-]*"
"""A link of ours: to the web, within a page, to who answers, or to another file of the folder."""


@pytest.fixture(scope="module")
def hostile() -> str:
    audit, places = everywhere(TEXTS, LINKS)
    assert places > 5 * len(TEXTS)
    return whole(audit, RU)


def test_the_page_holds_no_element_that_data_made(hostile: str, drawn: Files) -> None:
    """Every element, attribute and address of the page is one that the template wrote."""
    templates = [path for path in drawn if path.endswith(".html")]
    plain, shown = LexborHTMLParser("\n".join(drawn[path].decode() for path in templates)), LexborHTMLParser(hostile)

    def attributes(page: LexborHTMLParser) -> set[str]:
        return {name for node in page.css("*") for name in node.attributes}

    assert {node.tag for node in shown.root.traverse()} <= {node.tag for node in plain.root.traverse()}
    assert attributes(shown) <= attributes(plain)
    assert not shown.css("style, iframe, object")
    assert {node.attributes.get("src") for node in shown.css("script")} <= {"look/site.js", "../look/site.js"}
    links = {node.attributes["href"] for node in shown.css("[href]")} - {None}
    assert [url for url in links if not re.match(OURS, url or "", re.IGNORECASE)] == []


def test_the_page_steers_no_eye(hostile: str) -> None:
    """No control, direction or unseen character, no half one, no pile of marks that covers its neighbours."""
    assert not set(steers(hostile)) - {"\n", "\t"}
    assert not re.search("[\u0300-\u036f\u20d0-\u20f0]{5}", hostile)
    hostile.encode("utf-8")
