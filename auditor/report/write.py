"""Writes a week's report where readers find it: ``OUT/2026-W47/index.html`` and the other forms of it beside it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError, UsageError
from auditor.base.files import write_files
from auditor.base.i18n import Catalogue
from auditor.report.page.html import Place, render_html
from auditor.report.post import render_post
from auditor.report.tables.csv_file import render_csv
from auditor.report.tables.xlsx_file import render_xlsx

FORMATS = {
    "html": "index.html",
    "json": "audit.json",
    "csv": "audit.csv",
    "xlsx": "audit.xlsx",
    "pdf": "report.pdf",
    "txt": "post.txt",
}
"""What a report can be, each with its file, in the order in which the page offers them."""
USUAL = ("html", "json", "csv", "xlsx", "txt")
"""Without the PDF, which needs a browser."""


def pick_formats(asked: Iterable[str]) -> tuple[str, ...]:
    """Read ``html,csv`` or several of them, or ``all``; nothing asked is `USUAL`. Raises `UsageError` for others."""
    names = [name.strip().lower() for text in asked for name in text.split(",")]
    for name in names:
        if name not in {*FORMATS, "all"}:
            raise UsageError(f"there is no format {name!r}; choose among {', '.join(FORMATS)}, or all")
    return tuple(name for name in FORMATS if name in names or "all" in names) or USUAL


def write_report(
    audit: Audit,
    out: Path,
    catalogue: Catalogue,
    *,
    place: Place | None = None,
    formats: Collection[str] = USUAL,
    pdf: bytes | None = None,
    address: str = "",
) -> Path:
    """Write `audit` in each of `formats` and return the first file's path; `place` is where the page stands.

    `pdf` is what `render_pdf` printed: it is written where there is one. `address` is where all reports can be read by
    everybody. All files appear or none does: a reader never meets a page beside another audit's tables. Raises
    `CannotRunError` where the folder cannot be written.
    """
    folder = out / audit.week
    made = dict(_made(audit, catalogue, formats, place or Place(), pdf, address))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The page comes last: it leads to the others.
        write_files({folder / name: content for name, content in reversed(made.items())})
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {folder}: {error.strerror or error}") from error
    return folder / next(iter(made), "")


def _made(
    audit: Audit, catalogue: Catalogue, formats: Collection[str], place: Place, pdf: bytes | None, address: str
) -> Iterator[tuple[str, str | bytes]]:
    """Yield each file's name and content; the page knows which others are written with it."""
    asked = [name for name in FORMATS if name in formats and (name != "pdf" or pdf is not None)]
    files = tuple(FORMATS[name] for name in asked if name != "html")
    makers: dict[str, Callable[[], str | bytes]] = {
        "html": lambda: render_html(audit, catalogue=catalogue, place=replace(place, files=files)),
        "json": audit.to_json,
        "csv": lambda: render_csv(audit, catalogue=catalogue),
        "xlsx": lambda: render_xlsx(audit, catalogue=catalogue),
        "pdf": lambda: pdf or b"",
        "txt": lambda: render_post(audit, catalogue=catalogue, address=address),
    }
    yield from ((FORMATS[name], makers[name]()) for name in asked)


def beside(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that lie beside a week's page, in the order in which it offers them."""
    return tuple(name for kind, name in FORMATS.items() if kind != "html" and (folder / name).is_file())
