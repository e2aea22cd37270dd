"""docs/dev/requests.svg: the figures of docs/dev/requests.md as bars, readable without seeing them."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

DOCS = Path(__file__).parent.parent / "docs" / "dev"
PICTURE = DOCS / "requests.svg"
SVG = "{http://www.w3.org/2000/svg}"


def bars_of(picture: str) -> list[tuple[int, int]]:
    """The length of each bar and the figure beside it."""
    root = ET.fromstring(picture)
    lengths = [
        int(element.get("width", ""))
        for element in root.iter(f"{SVG}rect")
        if element.get("class") in {"plain", "ours"}
    ]
    texts = (element.text or "" for element in root.iter(f"{SVG}text"))
    return list(zip(lengths, [int(t.replace(",", "")) for t in texts if re.fullmatch(r"[\d,]+", t)], strict=True))


def test_each_bar_has_its_figure_and_is_as_long_as_that_says() -> None:
    """Twice the requests are twice the length, to a pixel."""
    bars = bars_of(PICTURE.read_text(encoding="utf-8"))
    longest, most = max(bars)
    assert [length for length, _ in bars] == [round(longest * figure / most) for _, figure in bars]


def test_the_picture_shows_what_the_page_says() -> None:
    """Each line of the table in docs/dev/requests.md is a bar; who cannot see it is told the same."""
    picture = PICTURE.read_text(encoding="utf-8")
    figures = [str(figure) for _, figure in bars_of(picture)]
    page = (DOCS / "requests.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| [a-z ,]+ \|((?: \d* ?\|){3})$", page, re.MULTILINE)
    by_look = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert [cell for route in zip(*by_look, strict=True) for cell in route if cell] == figures
    figures_in_text = re.findall(r"\d+", ET.fromstring(picture).findtext(f"{SVG}desc") or "")
    assert {*figures} <= {*figures_in_text}
