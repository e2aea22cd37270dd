"""The text of the reports on a demonstration's last week: `python -m tests.golden` writes it anew.

Tags are stripped, a block of a page is a line. One office of each outcome is stored. The tables are
beside the pages, a row a line, so that a diff shows what a change of the house moved.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor import __version__

FOLDER = Path(__file__).parent / "words" / "seed-2022"
WEEK = "2026-W47"
OFFICES = ("rayon-01", "rayon-04", "rayon-05", "rayon-06", "rayon-10", "rayon-12", "administration")
"""Met; not met because late; could not be told; not met by a search; exempt; no holder; an institution."""
PROOF = "rayon-04"
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "footer"),
        *("h1", "h2", "h3", "h4", "header", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "th", "thead", "tr", "ul"),
    ]
)
_BY_RUN = re.compile(
    r"\u00ad|(?<=ev-)[0-9a-f]{12}|\b[0-9a-f]{64}\b|(?<=127\.0\.0\.1):\d+|\b\d+ из \d+ в проверке \d+|(left|right):"
    rf"|\b{re.escape(__version__)}\b"
)
"""What is another in every run or version, and where a long word may be parted."""
_UNSEEN = frozenset({"script", "style", "head", "symbol", "pattern", "defs"})
_NARROW = "label"
"""The class of what is seen on a narrow screen alone: what the head of a table says."""


def words(html: str) -> str:
    """Return the visible text of a page, a line for each block; a drawing by its label."""
    lines: list[str] = [""]
    body = LexborHTMLParser(html).body
    assert body is not None
    _append_text(body, lines)
    plain = (_BY_RUN.sub("", " ".join(part.split())) for part in lines)
    return "".join(f"{line}\n" for line in plain if line)


def _append_text(node: LexborNode, lines: list[str]) -> None:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            lines[-1] += child.text_content or ""
        elif child.tag == "svg" and child.attributes.get("role") == "img":
            lines[-1] += f" [{child.attributes.get('aria-label')}] "
        elif child.tag not in _UNSEEN and child.tag != "svg" and child.attributes.get("class") != _NARROW:
            block = child.tag in _BLOCKS
            lines += [""] if block else []
            _append_text(child, lines)
            lines += [""] if block else []


def report_texts(reports: Path) -> Iterator[tuple[str, str]]:
    """Yield the texts of a folder of reports by their names: all kinds of page, tables, findings, the post."""
    pages = {"home": "index.html", "weeks": "weeks.html"}
    pages |= {name: f"{WEEK}/{path}.html" for name, path in (("week", "index"), ("method", "method"))}
    pages |= {f"office-{office}": f"o/{office}/index.html" for office in OFFICES}
    pages |= {"card": f"{WEEK}/o/{PROOF}.html", "proof": f"{WEEK}/proof/{PROOF}.html"}
    pages |= {"search": f"{WEEK}/proof/rayon-06.html"}
    for name, path in pages.items():
        if (reports / path).is_file():
            text = words((reports / path).read_text("utf-8"))
            yield f"{name}.txt", _sorted(text) if name in {"proof", "search"} else text
    for name in ("offices.csv", "posts.csv", "post.txt"):
        yield name, _BY_RUN.sub("", (reports / WEEK / name).read_text("utf-8"))


def _sorted(text: str) -> str:
    """Return the lines of a page in sorted order, as their own order differs in every run."""
    return "".join(sorted(text.splitlines(keepends=True)))
