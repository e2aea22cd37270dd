"""No sentence is said twice where a reader's eye takes it in at once: a cell, a row, a line of a list."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.archive import Archive
from auditor.base.i18n import Catalogue
from auditor.commands.demo import run_demo
from auditor.report.page.html import render_html
from auditor.run.session import open_session
from auditor.run.week import show_week
from tests.audit_samples import remarked, sample_audit

PLACES = "td, th, li, dd, dt, p, summary, h1, h2, h3, h4, caption, blockquote"
"""What is read at one look."""
_END = re.compile(r"[.;:()\n]+")
_INITIALS = re.compile(r"\b(\w)\.\s?(\w)\.")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, and what stands between its brackets, without the short ones."""
    for part in _END.split(_INITIALS.sub(r"\1\2", text)):
        words = part.replace("\N{NO-BREAK SPACE}", " ").casefold().split()
        if len(words) > 2:
            yield " ".join(words)


def twice(html: str) -> set[tuple[str, str]]:
    """Every sentence that a place, or a table's row, says twice, with its place."""
    tree = LexborHTMLParser(html)
    found = {(node.tag, said) for node in tree.css(PLACES) for said in _repeated(_texts(node))}
    rows = {("tr", said) for row in tree.css("tr") for said in _repeated(_texts(row)) if len(said.split()) > 3}
    return found | rows - {("tr", "could not be told")}  # an outcome, which each cell of a row has


def _texts(node: LexborNode) -> str:
    return node.text(separator="\n") if node.css_first("li, p, td") else node.text()


def _repeated(text: str) -> list[str]:
    return [said for said, times in Counter(sentences(text)).items() if times > 1]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demonstration")
    run_demo(folder, seed=2022, weeks=2)
    return folder


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_no_page_of_the_demonstration_says_a_sentence_twice_in_one_place(demonstration: Path, lang: str) -> None:
    """Each page of the folder in Russian, and its weeks in English: no cell, row or line repeats itself."""
    pages = {path: path.read_text() for path in (demonstration / "reports").rglob("*.html")} if lang == "ru" else {}
    for week in ("2026-W46", "2026-W47"):
        as_of = "2026-11-24T12:00+07:00"
        session = open_session(
            registry=demonstration / "officials.yaml", data=demonstration / "data", as_of=as_of, lang=lang
        )
        with Archive.read(demonstration / "data") as archive:
            audit = show_week(session, archive, session.week(week), datetime.fromisoformat(as_of))
        pages[Path(week)] = render_html(audit, catalogue=Catalogue(lang))
    assert {str(path): sorted(found) for path, html in pages.items() if (found := twice(html))} == {}


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("broken", [False, True])
def test_nor_does_the_sample_with_statements_and_corrections(lang: str, broken: bool) -> None:
    """Also where a network's control failed."""
    assert twice(render_html(remarked(sample_audit(lang, broken=broken)), catalogue=Catalogue(lang))) == set()


def test_a_sentence_said_twice_is_found() -> None:
    """In a cell, over the cells of a row, and not over two rows."""
    row = "<tr><td>the page is not there</td><td>{}</td></tr>"
    same, other = row.format("the page is not there"), row.format("5 posts")
    assert twice(f"<table>{same}</table>") == {("tr", "the page is not there")}
    assert twice(f"<table>{other}{other}</table>") == set()
    assert twice("<p>It is not there. Still it is not there; it is not there</p>") == {("p", "it is not there")}


def test_no_page_shows_its_own_markup(demonstration: Path) -> None:
    """A heading that was escaped once too often would stand there as «<h3>»."""
    for path in (demonstration / "reports").rglob("*.html"):
        assert not re.search(r"&lt;/?(h\d|p|b|a|span|div)\b", path.read_text()), path
