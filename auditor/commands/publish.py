"""Publishes a week: its page and files, the links between the weeks, the page of all weeks, the feed.

A report is `OUT/2026-W47/index.html` and its other forms in the same folder. What the bytes of ``OUT`` depend on: the
audits, the language, the public address, this program's version, and which weeks lay there at each step. The same
audits published in the same order into an empty folder give the same bytes in every file. A page already there is
written again only where the way to the week before or after it has changed.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError, UsageError
from auditor.base.files import write_file, write_files
from auditor.base.i18n import Catalogue, languages
from auditor.base.text import N_
from auditor.base.weeks import Week
from auditor.commands.console import say
from auditor.report.headline import render_text
from auditor.report.notices import notices
from auditor.report.page.html import Place, render_html
from auditor.report.pdf import print_pdf
from auditor.report.post import render_post
from auditor.report.tables.csv_file import render_csv
from auditor.report.tables.xlsx_file import render_xlsx
from auditor.report.weeks.feed import LONGEST, render_feed
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import PAGE, Volume, read_audit, read_shelf, weeks_in
from auditor.run.collect import Collected, Progress
from auditor.run.session import Session
from auditor.run.week import audit_week, remarked

log = logging.getLogger(__name__)

_FEED = "feed.xml"
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


def publish(session: Session, audit: Audit, formats: Collection[str] = USUAL) -> Path:
    """Write the report of `audit` into the session's folder of reports, and all that links to it; return its page.

    One publisher works on a folder at a time, the next one waits; each file appears whole or not at all. ``html``
    implies ``json``, because the page of all weeks and the feed are made from the documents; without it only the files
    that were asked for are written. Raises `CannotRunError` where the folder cannot be written or, once all else is
    written, where the PDF cannot be printed.
    """
    out, words, address = session.out, session.words, session.settings.report_url
    formats = {*formats, "json"} if "html" in formats else formats
    pdf, trouble = _printed(session, audit) if "pdf" in formats else (None, None)
    with _alone(out):
        weeks = sorted({*weeks_in(out), audit.week})
        place = _place(weeks, audit.week)
        page = write_report(audit, out, words, place=place, formats=formats, pdf=pdf, address=address)
        if "html" in formats:
            _mend_neighbours(out, weeks, audit.week)
            _write_overview(out, words, address)
    if trouble is not None:
        raise trouble
    return page


def run_weekly(
    session: Session, week: Week, *, progress: Progress | None = None, synthetic: bool = False
) -> tuple[Audit, Path, Collected]:
    """Collect, judge and publish one week; return the audit as shown, its page and what the run did.

    Raises `UsageError` and `LockedError` as `audit_week` does.
    """
    audit, done = audit_week(session, week, progress=progress, synthetic=synthetic)
    shown = remarked(session, audit, done.finished_at)
    return shown, publish(session, shown), done


def print_summary(session: Session, audit: Audit, page: Path, steps: Sequence[str] = ()) -> None:
    """Print a week's findings in short, what the operator should know of them, what to do next, where the report is."""
    say(render_text(audit, session.words).rstrip())
    for notice in notices(audit, session.words):
        say(f"! {notice}")
    if steps:
        say(session.words.gettext(N_("What would tell more next:")))
    for step in steps:
        say(f"  {step}")
    say(str(page))  # the last line, for scripts


def _printed(session: Session, audit: Audit) -> tuple[bytes | None, CannotRunError | None]:
    """Print the PDF before anything is locked; if that fails, the error is raised when all else is written."""
    try:
        page = render_html(audit, catalogue=session.words)
        return print_pdf(page, audit, browser=session.settings.browser), None
    except CannotRunError as trouble:
        return None, trouble


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Lock the folder itself: the kernel's lock leaves no file and ends with the process."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {out}: {error.strerror or error}") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {out}: {error.strerror or error}") from error
    finally:
        os.close(folder)


def _place(weeks: Sequence[str], week: str, files: Sequence[str] = ()) -> Place:
    """Return the links of a week's page, which is one folder down."""
    at = weeks.index(week)
    before, after = weeks[max(at - 1, 0) : at], weeks[at + 1 : at + 2]
    return Place(
        previous=f"../{before[0]}/{PAGE}" if before else None,
        next=f"../{after[0]}/{PAGE}" if after else None,
        weeks=f"../{PAGE}",
        files=tuple(files),
    )


def _mend_neighbours(out: Path, weeks: Sequence[str], week: str) -> None:
    """Write the pages before and after again, each from its own document, if they do not link here yet."""
    at = weeks.index(week)
    for near in (*weeks[max(at - 1, 0) : at], *weeks[at + 1 : at + 2]):
        page = out / near / PAGE
        if f"../{week}/{PAGE}" in page.read_text(encoding="utf-8", errors="replace"):
            continue
        audit = read_audit(out, near)
        if audit is None or audit.language not in languages():
            log.warning("%s: left as it is, without a link to week %s", page, week)
            continue
        words = Catalogue(audit.language, ZoneInfo(audit.timezone))
        write_file(page, render_html(audit, catalogue=words, place=_place(weeks, near, _beside(out / near))))


def _write_overview(out: Path, words: Catalogue, address: str) -> None:
    """Write the page of all weeks and the feed, from the documents in the folder."""
    volumes = read_shelf(out)
    write_file(out / PAGE, render_weeks(volumes, catalogue=words, feed=_FEED))
    audits = _newest(out, volumes)
    if audits:
        write_file(out / _FEED, render_feed(audits, catalogue=words, address=address))


def _newest(out: Path, volumes: Sequence[Volume]) -> list[Audit]:
    """Return as many documents as the feed holds, newest first; what cannot be read is left out."""
    weeks = [volume.week for volume in reversed(volumes) if volume.known]
    return [audit for week in weeks[:LONGEST] if (audit := read_audit(out, week, brief=True)) is not None]


# A week's own files --------------------------------------------------------------------------------------------------


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

    `pdf` is what `print_pdf` printed: it is written where there is one. `address` is where all reports can be read by
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


def _beside(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that lie beside a week's page, in the order in which it offers them."""
    return tuple(name for kind, name in FORMATS.items() if kind != "html" and (folder / name).is_file())
