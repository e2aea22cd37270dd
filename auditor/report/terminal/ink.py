"""The pen of the terminal's card: harmless text in letters that the output has, wrapped between words."""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line, pieces, safe_url, show_url

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text as Line

    Row = tuple[Line, Line, Line]

# rich breaks lines at non-breaking spaces too. They are drawn as a private-use letter that becomes a space at the end:
# what is copied out of a terminal, or searched for in a file, has the spaces that people type.
_KEPT = re.compile(r"(?<=\d) (?=\d\d:\d\d)|(?<=:) (?=\d)")
"""A time keeps to its day, a number to what it counts."""
_NBSP, _GLUE = "\N{NO-BREAK SPACE}", "\ue000"
_TAIL = re.compile(r"(?:[ ]|\x1b\[[\d;]*m)+(?=\n|$)")
_RUSSIAN = chr(0x44F)
"""The alphabet's last letter: an encoding that has it has them all."""
_STAND_INS = str.maketrans(
    {
        "✓": "+", "✕": "x", "○": "o", "▽": "v", "▲": "^", "▼": "v", "█": "#", "▒": "=", "«": '"', "»": '"',
        "—": "-", "–": "-", "…": ".", "·": "-", "№": "N", _NBSP: " ", "≥": ">", "\N{REPLACEMENT CHARACTER}": "?",
    }
)  # fmt: skip
MARKS = {"ring": "✓", "down": "▽", "lock": "▽", "unknown": "?", "dots": "…", "dashed": "○", "cross": "○", "": "—"}
"""The hollow signs of what is not the directive: never a cross."""
_SIDE_BY_SIDE = 64
"""The narrowest terminal on which a row's parts are laid out side by side."""


def _latin(text: str) -> str:
    """Write Russian in Latin letters, for a terminal that has no others."""
    iuliia = import_module("iuliia")  # it carries no types, and few terminals need it
    return str(iuliia.WIKIPEDIA.translate(text))


class Ink:
    """Makes lines for one reader: in `said`'s language, for `width` columns, in letters of `encoding`."""

    def __init__(self, said: Catalogue, *, width: int, encoding: str = "utf-8") -> None:
        self.said = said
        self.width = width
        self.encoding = encoding

    @property
    def wide(self) -> bool:
        """Whether there is room for columns."""
        return self.width >= _SIDE_BY_SIDE

    def letters(self, text: str) -> str:
        """Return harmless `text` with what the encoding lacks replaced; what must not be parted is glued."""
        shown = _KEPT.sub(_NBSP, self.said.bind(one_line(text)))
        if not self.encoding.lower().startswith("utf"):
            shown = shown if self._has(_RUSSIAN) else _latin(shown)
            shown = "".join(letter if self._has(letter) else self._stand_in(letter) for letter in shown)
        return shown.replace(_NBSP, _GLUE)

    def _has(self, letter: str) -> bool:
        return letter.encode(self.encoding, "ignore") != b""

    def _stand_in(self, letter: str) -> str:
        instead = letter.translate(_STAND_INS)
        return instead if self._has(instead) else "?"

    def text(self, text: str, style: str = "") -> "Line":
        """Return a piece of a line."""
        from rich.text import Text as Line  # noqa: PLC0415 - rich is heavy, and only `check` prints a card

        return Line(self.letters(text), style=style)

    def link(self, url: str, text: str = "", style: str = "") -> "Line":
        """Return an address that a terminal opens, if a page may link to it."""
        line = self.text(text or show_url(one_line(url)), style)
        if safe_url(url):
            line.stylize(f"link {url}")
        return line

    def source(self, text: str, style: str = "") -> "Line":
        """Return a source's words with the addresses in them as links."""
        line = self.text("", style)
        for piece, url in pieces(text):
            line.append_text(self.link(url, show_url(piece)) if url else self.text(piece))
        return line

    def joined(self, between: str, parts: Iterable["Line | str"]) -> "Line":
        """Return parts on one line; empty ones are left out."""
        line = self.text("")
        for part in (part if not isinstance(part, str) else self.text(part) for part in parts):
            if part.plain:
                line.append_text(self.text(between) if line.plain else self.text("")).append_text(part)
        return line

    def title(self, text: str, aside: str = "") -> "Line":
        """Return a heading with an empty line above it."""
        line = self.text("").append("\n").append_text(self.text(text, "bold"))
        return line.append_text(self.text(f" · {aside}", "dim")) if aside else line

    def below(self, inner: "RenderableType", by: int = 2) -> "Padding":
        """Return `inner` moved to the right, however many lines it takes."""
        from rich.padding import Padding  # noqa: PLC0415 - as above

        return Padding(inner, (0, 0, 0, by), expand=False)

    def grid(self) -> "Table":
        """Return a table without lines, two spaces between its columns."""
        from rich.table import Table  # noqa: PLC0415 - as above

        return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))

    def rows(self, rows: Sequence["Row"]) -> Iterable["RenderableType"]:
        """Lay out (sign, what, said): in columns, or where it is narrow with what is said under what it is of."""
        if self.wide:
            table = self.grid()
            table.add_column(no_wrap=True)
            table.add_column(max_width=32)
            for row in rows:
                table.add_row(*row)
            yield self.below(table)
            return
        for sign, what, said in rows:
            yield self.item(sign, what)
            yield self.below(said, 4)

    def item(self, sign: "Line | str", said: "RenderableType") -> "RenderableType":
        """Return a list item: a sign, then what is said, wrapped to its own column."""
        table = self.grid()
        table.padding = (0, 1, 0, 0)
        table.add_column(no_wrap=True)
        table.add_row(self.text(sign) if isinstance(sign, str) else sign, said)
        return self.below(table)

    @staticmethod
    def dried(printed: str) -> str:
        """Return what was printed with plain spaces, none of them at a line's end."""
        text = printed.replace(_GLUE, " ").rstrip("\n")
        return _TAIL.sub(lambda found: found[0].replace(" ", ""), text) + "\n"
