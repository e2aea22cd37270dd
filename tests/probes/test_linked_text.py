"""Visible text with its links: a message's as written, a whole page's as laid out."""

from auditor.probes.linked_text import CLOSE, HEADING, OPEN, WALL, Anchor, LinkedText, linked_text
from auditor.probes.telegram.web.tme_html import parse


def read(body: str, *, flowing: bool) -> LinkedText:
    return linked_text(parse(f"<html><head><title>x</title></head><body>{body}</body></html>").body, flowing=flowing)


def test_text_is_read_as_a_message_or_as_a_page() -> None:
    """In a message white space stays and ``br`` alone breaks lines; a page is laid out without invisible elements."""
    for body, message, page in [
        ("a  b\n c", "a  b\n c", "a b c"),
        ("a<br>b<br/> c", "a\nb\n c", "a\nb\nc"),
        ("<p>a</p><p>b</p>", "ab", f"{OPEN}a{CLOSE}{OPEN}b{CLOSE}"),
        ("<h2>a</h2>b<table><tr><th>c</th></tr></table>", "abc", f"{HEADING}a{CLOSE}b{OPEN * 3}{HEADING}c{CLOSE * 4}"),
        ("<nav>a</nav>", "a", f"{WALL}a{CLOSE}"),
        ("<div class='page-footer'>b</div><div id=menu>c</div>", "bc", f"{WALL}b{CLOSE}{WALL}c{CLOSE}"),
        ("<div class='headers'>a</div>", "a", f"{OPEN}a{CLOSE}"),
        ("a<script>b</script><s>c</s><select><option>d</select>e", None, "ae"),
        ("<p><br>a</p>", "a", f"{OPEN}a{CLOSE}"),
        ("<i>a</i> <b>b</b>", "a b", "a b"),
    ]:
        assert message in (None, read(body, flowing=False).text)
        assert read(body, flowing=True).text == f"{OPEN}{page}{CLOSE}"


def test_links_have_their_places() -> None:
    """Positions count in the stripped text; only an ``a`` with an address is a link."""
    body = ' \n<a href="/1"> one </a> two <a>three</a><a href="/2"><b href="/x">four</b><br></a>'
    assert read(body, flowing=False) == LinkedText("one  two threefour", (Anchor(0, 3, "/1"), Anchor(14, 18, "/2")))
    assert read(body, flowing=True).anchors == (Anchor(1, 4, "/1"), Anchor(14, 18, "/2"))
    assert linked_text(None) == LinkedText()
    assert read("<div>" * 3000 + "x", flowing=True).text.strip(OPEN + CLOSE) == "x", "no stack of Python's is a limit"
