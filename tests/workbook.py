"""Reads an XLSX back with nothing but zip and XML: what a spreadsheet program would find in the file."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile


@dataclass(frozen=True)
class Cell:
    """A cell's kind (text, number, date, empty), its value, and the colour behind it."""

    kind: str
    value: Any
    fill: str = ""


class Book:
    """A workbook, part by part."""

    def __init__(self, content: bytes) -> None:
        self.zip = ZipFile(BytesIO(content))
        shared = self.xml("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in self.zip.namelist() else ()
        self.texts = ["".join(t.text or "" for t in item.iterfind(".//{*}t")) for item in shared]
        styles = self.xml("xl/styles.xml")
        formats = {f.get("numFmtId"): f.get("formatCode", "") for f in styles.iterfind(".//{*}numFmt")}
        fills = [fill.find(".//{*}fgColor") for fill in styles.iterfind("{*}fills/{*}fill")]
        used = styles.findall("{*}cellXfs/{*}xf")
        self.formats = [formats.get(xf.get("numFmtId"), "") for xf in used]
        colours = ["" if colour is None else colour.get("rgb", "") for colour in fills]
        self.fills = [colours[int(xf.get("fillId", 0))] for xf in used]
        sheets = self.xml("xl/workbook.xml").iterfind(".//{*}sheet")
        self.parts = {sheet.get("name", ""): f"xl/worksheets/sheet{n}.xml" for n, sheet in enumerate(sheets, start=1)}

    def xml(self, name: str) -> ET.Element:
        """Return a part of the file."""
        return ET.fromstring(self.zip.read(name))

    def sheet(self, name: str) -> ET.Element:
        """Return a sheet's own part."""
        return self.xml(self.parts[name])

    def rows(self, name: str) -> list[list[Cell]]:
        """Return a sheet's cells, row by row, with nothing left out."""
        cells: dict[int, dict[int, Cell]] = {}
        for cell in self.sheet(name).iterfind(".//{*}c"):
            letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", "")).groups()
            column = sum(26**n * (ord(letter) - 64) for n, letter in enumerate(reversed(letters))) - 1
            cells.setdefault(int(number), {})[column] = self._cell(cell)
        empty = Cell("empty", None)
        width = max(max(row) for row in cells.values()) + 1
        return [[cells.get(n, {}).get(c, empty) for c in range(width)] for n in range(1, max(cells) + 1)]

    def _cell(self, cell: ET.Element) -> Cell:
        style = int(cell.get("s", 0))
        if cell.get("t") == "inlineStr":  # of a book of very many offices
            return Cell("text", "".join(t.text or "" for t in cell.iterfind(".//{*}t")), self.fills[style])
        value = cell.find("{*}v")
        if value is None:
            return Cell("empty", None, self.fills[style])
        if cell.get("t") == "s":
            return Cell("text", self.texts[int(value.text)], self.fills[style])
        number = float(value.text)
        if "yy" in self.formats[style]:
            return Cell("date", datetime(1899, 12, 30) + timedelta(days=number), self.fills[style])
        return Cell("number", number, self.fills[style])
