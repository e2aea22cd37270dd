"""A letter as a Word document: A4, in the reader's language, dated by the day on which it was written.

The same letter of the same day gives the same bytes, so that a file which somebody edited can be told from one that
nobody did.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from auditor.base.files import zip_bytes

_FONT, _POINTS = "Times New Roman", 12
_PAGE_MM, _MARGINS_MM = (210, 297), {"left": 30, "right": 15, "top": 20, "bottom": 20}
_HANGING_MM = 8
_POINT = re.compile(r"\d+[.)] ")
_PLACES = {"ru": "ru-RU", "en": "en-GB"}
"""The language of a document as Word names it, by ours."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: what stands at its head on the left and on the right, its subject, and its paragraphs."""

    subject: str
    paragraphs: tuple[str, ...]
    reference: tuple[str, ...] = ()
    """The date, and the place for a number."""
    addressee: tuple[str, ...] = ()


def word_document(letter: Letter, day: date, lang: str) -> bytes:
    """Return a letter as .docx, written on `day`."""
    from docx import Document  # noqa: PLC0415 - only who writes a letter for Word needs it

    document, place = Document(), _PLACES.get(lang, lang)
    _set_paper(document)
    _set_styles(document, place)
    _set_properties(document.core_properties, letter, day, place)
    _write(document, letter)
    stream = io.BytesIO()
    document.save(stream)
    return _dated(stream.getvalue(), day)


def _set_paper(document: Any) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = map(Mm, _PAGE_MM)
    for side, width in _MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(width))


def _set_styles(document: Any, place: str) -> None:
    """Set the font, the distances, and the language by which Word checks the spelling."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_POINTS)
    for script in ("w:cs", "w:eastAsia"):
        normal.element.rPr.rFonts.set(qn(script), _FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    roots = document.styles.element, document.settings.element
    for tag in (tag for root in roots for name in ("w:lang", "w:themeFontLang") for tag in root.iter(qn(name))):
        tag.set(qn("w:val"), place)


def _set_properties(properties: Any, letter: Letter, day: date, place: str) -> None:
    moment = datetime.combine(day, time.min)
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = "auditor"
    properties.title, properties.comments, properties.language = letter.subject, "", place


def _write(document: Any, letter: Letter) -> None:
    if letter.reference or letter.addressee:
        cells = document.add_table(rows=1, cols=2).rows[0].cells
        _write_lines(cells[0], letter.reference)
        _write_lines(cells[1], letter.addressee)
        document.add_paragraph()
        document.add_paragraph().add_run(letter.subject).bold = True
    for text in letter.paragraphs:
        _write_paragraph(document, text)


def _write_lines(cell: Any, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.text, paragraph.paragraph_format.space_after = line, 0


def _write_paragraph(document: Any, text: str) -> None:
    """Add a paragraph; the lines of a numbered point stand under its first word."""
    from docx.shared import Mm  # noqa: PLC0415

    point = _POINT.match(text)
    paragraph = document.add_paragraph(f"{text[: point.end() - 1]}\t{text[point.end() :]}" if point else text)
    if point:
        layout = paragraph.paragraph_format
        layout.left_indent, layout.first_line_indent = Mm(_HANGING_MM), Mm(-_HANGING_MM)


def _dated(document: bytes, day: date) -> bytes:
    """Return a document with each of its parts dated `day`, and without the picture of an empty page."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name != _THUMBNAIL}
    parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", parts["_rels/.rels"])
    return zip_bytes(parts, datetime.combine(day, time.min, UTC))


_THUMBNAIL = "docProps/thumbnail.jpeg"
