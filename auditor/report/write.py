"""Writes a week's report where readers find it: ``OUT/2026-W47/index.html`` and ``audit.json`` beside it."""

__all__ = ["write_report", "write_whole"]

import os
import tempfile
from pathlib import Path

from auditor.audit.document import Audit
from auditor.errors import CannotRunError
from auditor.i18n import Catalogue
from auditor.report.html import render_html
from auditor.report.place import Place


def write_report(audit: Audit, out: Path, catalogue: Catalogue, *, place: Place | None = None) -> Path:
    """Write the page and the document of `audit` and return the page's path; `place` is where the page stands.

    Each file appears whole or not at all: a reader never meets half a report. Raises `CannotRunError` where the
    folder cannot be written.
    """
    folder = out / audit.week
    page = render_html(audit, catalogue=catalogue, place=place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "audit.json", audit.to_json())
        write_whole(folder / "index.html", page)
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {folder}: {error.strerror or error}") from error
    return folder / "index.html"


def write_whole(path: Path, text: str) -> None:
    """Write beside the file, then rename over it: it is there whole or as it was. Raises `OSError`."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
