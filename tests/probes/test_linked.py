"""The visible text of a page or a message, with its layout and its links."""

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.probes.linked import CLOSE, HEADING, OPEN, WALL, marked
from auditor.probes.telegram.web.pages import text_of


def test_a_page_is_laid_out_in_blocks() -> None:
    """A table's rows and cells, headings, and what surrounds every page; what is struck out or unseen is not there."""
    body = (
        "<nav>Меню</nav><div class='top-menu'>Ещё</div><h2>Главы</h2><table><tr><td>Район</td>"
        "<td><a href='/x'> канал </a></td></tr></table><p>одна<br>строка  и\n<del>нет</del><script>нет</script></p>"
    )
    page = marked(LexborHTMLParser(f"<body>{body}</body>").body, flowing=True)
    cells = f"{OPEN}Район{CLOSE}{OPEN}канал {CLOSE}"
    rows = f"{OPEN}{OPEN}{OPEN}{cells}{CLOSE}{CLOSE}{CLOSE}"
    walls = f"{WALL}Меню{CLOSE}{WALL}Ещё{CLOSE}"
    assert page.text == f"{OPEN}{walls}{HEADING}Главы{CLOSE}{rows}{OPEN}одна\nстрока и {CLOSE}{CLOSE}"
    (anchor,) = page.anchors
    assert (page.text[anchor.start : anchor.end], anchor.href) == ("канал", "/x")


def test_deep_pages_do_not_exhaust_the_stack() -> None:
    """Three thousand elements, one in another."""
    tree = LexborHTMLParser("<p><a href='https://t.me/deep_one'>" + "<b>" * 3000 + "x")
    assert [anchor.href for anchor in marked(tree.body, flowing=True).anchors] == ["https://t.me/deep_one"]


NESTED = st.recursive(
    st.text("ab <&\n@./", max_size=8), lambda inner: st.lists(inner, max_size=4).map("<a href=t.me/x>".join)
)


@given(NESTED)
def test_links_stay_within_the_text(body: str) -> None:
    """Whatever nests in whatever, on a page and in a message; both lay out the same words."""
    tree = LexborHTMLParser(f"<div> {body} </div>")
    for flowing in (False, True):
        whole = marked(tree.body, flowing=flowing)
        assert all(0 <= a.start <= a.end <= len(whole.text) for a in whole.anchors)
    assert marked(tree.body).text.split() == marked(tree.body, flowing=True).text.split()
    assert text_of(tree.body) == marked(tree.body).text
