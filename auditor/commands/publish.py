"""Publishes a week: its pages and files, the links between the weeks, the pages over all weeks, the feed.

`auditor.report.site` says where each page lies. What the bytes of ``OUT`` depend on: the audits, the language, the
public address, this program's version, and which weeks lay there at each step. The same audits published in the same
order into an empty folder give the same bytes in every file. Only what has changed is written. A page comes after those
that it leads to, so that a run that is killed leaves no link without its page.
"""

import fcntl
import json
import logging
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.archive import Archive
from auditor.audit.compare import ABSENT, compare_values
from auditor.audit.document import Audit
from auditor.base.errors import ArchiveError, CannotRunError, UsageError
from auditor.base.files import open_plain, remove_scraps, write_files
from auditor.base.i18n import Catalogue, languages
from auditor.base.logs import Progress
from auditor.base.text import N_, write_time
from auditor.base.weeks import Week
from auditor.commands.console import say
from auditor.report.headline import render_text
from auditor.report.notices import notices
from auditor.report.page.html import Place, home_page, render_html, week_pages, week_sheet
from auditor.report.page.templates import named_by_content, shared_files
from auditor.report.pdf import print_pdf
from auditor.report.post import render_post
from auditor.report.site import HOME, LOOK, OFFICES, PROOFS, WEEKS, Public, Twin
from auditor.report.tables.csv_file import render_csv
from auditor.report.tables.data import OFFICES as OFFICES_TABLE
from auditor.report.tables.data import POSTS as POSTS_TABLE
from auditor.report.tables.data import offices_table, posts_table
from auditor.report.tables.xlsx_file import render_xlsx
from auditor.report.weeks.lasting import lasting_pages, newest_audit, words_of
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import DOCUMENT, PAGE, read_audit, read_shelf, weeks_in
from auditor.report.words import ROUTES
from auditor.run.collect import Collected
from auditor.run.session import Session
from auditor.run.week import Judged, audit_week, show_week
from auditor.run.weekly import look

log = logging.getLogger(__name__)

_BEGINNING = re.compile(rb'.*?"as_of":"([^"]+)".*?"version":(\d+)', re.DOTALL)

FORMATS = {
    "html": "index.html",
    "json": "audit.json",
    "csv": "audit.csv",
    "xlsx": "audit.xlsx",
    "pdf": "report.pdf",
    "txt": "post.txt",
    "offices": OFFICES_TABLE,
    "posts": POSTS_TABLE,
}
"""What a report can be, each with its file, in the order in which the page offers them."""
USUAL = ("html", "json", "csv", "xlsx", "txt", "offices", "posts")
"""Without the PDF, which needs a browser."""


def publish(session: Session, audit: Audit, formats: Collection[str] = USUAL) -> Path:
    """Write the report of `audit` into the session's folder of reports, and all that links to it; return its page.

    One publisher works on a folder at a time, the next one waits; each file appears whole or not at all. ``html``
    implies ``json``, because the page of all weeks and the feed are made from the documents; without it only the files
    that were asked for are written. Raises `CannotRunError` where the folder cannot be written or, once all else is
    written, where the PDF cannot be printed.
    """
    formats = {*formats, "json"} if "html" in formats else formats
    other, both = other_than(session.words.lang), session.settings.report_both
    ours, *others = (edition for edition, _ in editions(session, session.out, other, audit))
    if others and not both:
        log.warning(
            "%s: AUDITOR_REPORT_BOTH is off, and this week is not added; remove it or set it again", others[0].out
        )
    told = [(one, _in_its_words(one, audit)) for one in others if both] + [(ours, audit)]  # ours lead to theirs
    printed = [_printed(*one) if "pdf" in formats else (None, None) for one in told]
    with _alone(session.out):
        faces = {edition.out: public for edition, public in editions(session, session.out, other, audit)}
        for (one, shown), (pdf, _) in zip(told, printed, strict=True):
            page = _publish_in(one, faces[one.out], shown, formats, pdf)
    for _, trouble in printed:
        if trouble is not None:
            raise trouble
    return page


def _publish_in(session: Session, public: Public, audit: Audit, formats: Collection[str], pdf: bytes | None) -> Path:
    """Write the report in one language, and all that links to it; return its page."""
    out, words = session.out, session.words
    weeks = sorted({*weeks_in(out), audit.week})
    place = place_of(weeks, audit.week)
    page = write_report(audit, out, words, place=place, formats=formats, pdf=pdf, public=public)
    if "html" in formats:
        _mend_neighbours(out, weeks, audit.week, public)
        _write_lasting(out, words, public)
    return page


def other_than(lang: str) -> str:
    """Return the other of the two languages that a report can be read in."""
    return next(one for one in languages() if one != lang)


def editions(session: Session, out: Path, other: str, told: Audit | None = None) -> list[tuple[Session, Public]]:
    """Return whose reports lie in `out`: the session's and, within its folder, those in the language `other`.

    Each comes with what the settings say of its folder on the web. `told` is about to be published. A week that was
    published again in the first language alone does not lead to the other's older version.
    """
    settings, words = session.settings, session.words
    face = Public(settings.report_url, settings.report_licence, settings.report_index)
    both = {told.week} if told and settings.report_both else set()
    shared = ({*weeks_in(out)} & {*weeks_in(out / other)}) | both
    if not shared and not weeks_in(out / other):
        return [(replace(session, out=out), face)]
    now = {told.week: (write_time(told.as_of), told.version)} if told else {}
    alike = {week for week in shared - both if now.get(week, _state(out, week)) == _state(out / other, week)}
    twin = Twin(other_than(other), here=other, there="", weeks=frozenset(shared))
    within = replace(face, address=f"{face.address}/{other}" if face.address else "", twin=twin)
    first = replace(twin, lang=other, here="", there=other, weeks=frozenset(alike | both))
    return [
        (replace(session, out=out), replace(face, twin=first)),
        (replace(session, out=out / other, words=Catalogue(other, words.zone)), within),
    ]


def _state(out: Path, week: str) -> tuple[str, int] | None:
    """Return the moment and the version of a published week, which its document begins with; None without one."""
    try:
        with open_plain(out / week / DOCUMENT) as file:
            found = _BEGINNING.match(file.read(1_000))
    except OSError:
        return None
    return (found[1].decode(), int(found[2])) if found else None


def _in_its_words(session: Session, audit: Audit) -> Audit:
    """Show the week of `audit` again, as of its own moment, in the session's language."""
    as_of = audit.as_of.astimezone(UTC)
    with Archive.read(session.data) as archive:
        return show_week(replace(session, as_of=as_of), archive, Week.parse(audit.week, session.registry.zone), as_of)


def run_weekly(
    session: Session,
    week: Week,
    *,
    progress: Progress | None = None,
    synthetic: bool = False,
    seconds: float | None = None,
) -> tuple[Judged, Path]:
    """Collect, judge and publish one week, and the earlier ones that it changed; return what was judged, and its page.

    Raises `LockedError` as `audit_week` does.
    """
    looking = partial(look, session, week=week, command="weekly", progress=progress, seconds=seconds)
    judged = audit_week(session, week, looking, synthetic=synthetic)
    for earlier in judged.again:
        publish(session, earlier)
    return judged, publish(session, judged.audit)


def besides(judged: Judged, words: Catalogue) -> Iterator[str]:
    """Say of which weeks `weekly` changed the audit besides, and which ids the registry does not have any more."""
    for earlier in judged.again:
        said = N_("Week {week} was judged again by what is known now, and is published anew")
        yield words.say(said, week=earlier.week)
    for name in judged.gone:
        said = N_("The registry has no office {id} any more, and the last audit has: its history stays under that id")
        yield words.say(said, id=name)


def print_summary(
    session: Session, audit: Audit, page: Path, steps: Sequence[str] = (), more: Iterable[str] = ()
) -> None:
    """Print a week's findings in short, what the operator should know of them, what to do next, where the report is."""
    say(render_text(audit, session.words).rstrip())
    for notice in (*notices(audit, session.words), *more):
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
    """Lock the folder itself, and clear it of what a killed process left: the kernel's lock ends with the process."""
    with _writing_to(out), ExitStack() as closing:
        out.mkdir(parents=True, exist_ok=True)
        folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
        closing.callback(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        remove_scraps(out)
        yield


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {folder}: {error.strerror or error}") from error


def place_of(weeks: Sequence[str], week: str, files: Sequence[str] = ()) -> Place:
    """Return the links of a week's page, which is one folder down."""
    at = weeks.index(week)
    before, after = weeks[max(at - 1, 0) : at], weeks[at + 1 : at + 2]
    return Place(
        previous=f"../{before[0]}/{PAGE}" if before else None,
        next=f"../{after[0]}/{PAGE}" if after else None,
        weeks=f"../{WEEKS}",
        files=tuple(files),
    )


def _mend_neighbours(out: Path, weeks: Sequence[str], week: str, public: Public) -> None:
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
        offered = place_of(weeks, near, beside(out / near))
        pages = week_pages(audit, catalogue=words, place=offered, public=public)
        made = chain(shared_files().items(), week_sheet(audit, words).items(), pages)
        _write(out, made, _lesser_pages(out / near))


def _write_lasting(out: Path, words: Catalogue, public: Public) -> None:
    """Write the pages over all weeks and the feed, from the documents in the folder; pages of no office go."""
    _write(out, pages_over_weeks(out, words, public), (out / OFFICES).glob(f"*/{PAGE}"))


def pages_over_weeks(out: Path, words: Catalogue, public: Public) -> Iterator[tuple[str, str]]:
    """Yield the pages over all weeks with their paths; the one that opens the folder comes last.

    Where no week's document can be read, the folder opens with the list of weeks.
    """
    yield from lasting_pages(out, catalogue=words, public=public)
    newest = newest_audit(out)
    if newest is None:
        yield HOME, render_weeks(read_shelf(out), catalogue=words, path=HOME, public=public)
    else:
        yield HOME, home_page(newest, catalogue=words_of(newest, words), public=public)


def _write(out: Path, made: Iterable[tuple[str, str | bytes]], older: Iterable[Path]) -> None:
    """Write those files whose bytes have changed, each as it is made, in this order; then remove `older` ones."""
    paths: set[str] = set()

    def changed() -> Iterator[tuple[Path, str | bytes]]:
        for path, content in made:
            paths.add(path)
            if not _lies(out / path, content):
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                yield out / path, content

    write_files(changed())
    for path in older:
        if path.relative_to(out).as_posix() not in paths:
            path.unlink()


def _lies(path: Path, content: str | bytes) -> bool:
    """Tell whether a file has these bytes."""
    try:
        with open_plain(path) as file:
            return file.read() == (content.encode() if isinstance(content, str) else content)
    except OSError:
        return False


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
    public: Public | None = None,
) -> Path:
    """Write `audit` in each of `formats` and return the first file's path; `place` is where the page stands.

    `pdf` is what `print_pdf` printed: it is written where there is one. All files appear or none does: a reader never
    meets a page beside another audit's tables. Raises `CannotRunError` where the folder cannot be written.
    """
    asked = [name for name in FORMATS if name in formats and (name != "pdf" or pdf is not None)]
    place = replace(place or Place(), files=tuple(FORMATS[name] for name in asked if name != "html"))
    made = make_files(audit, catalogue, asked, place, public or Public(), pdf)
    with _writing_to(out / audit.week):
        _write(out, made, _lesser_pages(out / audit.week) if "html" in asked else ())
    return out / audit.week / FORMATS[asked[0]] if asked else out / audit.week


def _lesser_pages(folder: Path) -> list[Path]:
    """Return a week's pages of single offices and findings: one of which there is no more would be left over."""
    return [page for name in (OFFICES, PROOFS) for page in (folder / name).glob("*.html")]


def make_files(
    audit: Audit, catalogue: Catalogue, formats: Collection[str], place: Place, public: Public, pdf: bytes | None = None
) -> Iterator[tuple[str, str | bytes]]:
    """Yield the files of a week by path; its page, which leads to them, comes last. The page offers `place.files`."""
    makers: dict[str, Callable[[], str | bytes]] = {
        "json": audit.to_json,
        "csv": lambda: render_csv(audit, catalogue=catalogue),
        "xlsx": lambda: render_xlsx(audit, catalogue=catalogue),
        "pdf": lambda: pdf or b"",
        "txt": lambda: render_post(audit, catalogue=catalogue, address=public.address),
        "offices": lambda: offices_table(audit),
        "posts": lambda: posts_table(audit),
    }
    yield from ((f"{audit.week}/{FORMATS[name]}", make()) for name, make in makers.items() if name in formats)
    if "html" in formats:
        yield from (shared_files() | week_sheet(audit, catalogue)).items()
        yield from week_pages(audit, catalogue=catalogue, place=place, public=public)


def beside(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that lie beside a week's page, in the order in which it offers them."""
    return tuple(name for kind, name in FORMATS.items() if kind != "html" and (folder / name).is_file())


# Published weeks held against the archive --------------------------------------------------------------------------

_MISSING = N_("the file is missing")
_NO_WEEKS = N_("no published week is here")
_NO_DOCUMENT = N_("this is no audit of the week, and cannot be compared with the archive")
_NOT_STORED = N_("the archive holds no audit of this week")
_OTHER = N_("this is not what the archive says: {where}")
_CHANGED = N_("this is not what is made of the week's audit")
_STRANGE = N_("no audit of the week has this page")
_UNKNOWN = N_("the program makes no such file, and nothing in the archive speaks for it: look at it, and take it away")
_BEHIND = N_(
    "ends with week {week}, and the other language goes on: remove the folder, or set AUDITOR_REPORT_BOTH again"
)
_UNTOLD = N_("not compared: made by version {version}")
_SENTENCES = N_("sound but for its sentences, which version {version} made: those are not compared")
_NO_PDF = N_("not compared: a printed page is never the same twice")


_WORDED = frozenset({"message", "title", "question", "method", "threshold", "told"})
"""Sentences, which each version words anew from the same facts."""


class _Line(NamedTuple):
    """What is said of one published file; one that is `harmless` is no reason to end with 1."""

    text: str
    harmless: bool = False


def compare_published(session: Session, archive: Archive, out: Path) -> list[_Line]:
    """Return a line for each published file that is not what the archive makes of its week, or was not compared.

    Each week is shown as of its own moment, in its own language, with the statements, corrections, contact and public
    address that are set now. Raises `CannotRunError` where the archive cannot be read.
    """
    if not weeks_in(out):
        return [_Line(f"{out}: {session.words.gettext(_NO_WEEKS)}")]
    inner = next((lang for lang in languages() if weeks_in(out / lang)), other_than(session.words.lang))
    found = editions(session, out, inner)
    lines = [line for one, public in found for line in _edition_lines(replace(session, out=one.out), public, archive)]
    if (ends := _ends_before(out, inner)) is not None:
        lines.append(_Line(f"{out / inner}: {session.words.say(_BEHIND, week=ends)}", harmless=True))
    return lines


def _ends_before(out: Path, inner: str) -> str | None:
    """Return the last week of the reports in the other language, if there are newer ones in this."""
    theirs = weeks_in(out / inner)
    return theirs[-1] if theirs and theirs[-1] < weeks_in(out)[-1] else None


def _edition_lines(session: Session, public: Public, archive: Archive) -> Iterator[_Line]:
    """Compare the weeks of one language and the pages over all of them."""
    out, weeks = session.out, weeks_in(session.out)
    for week in weeks:
        yield from _week_lines(session, public, archive, week)
    versions = {audit.tool_version for week in weeks if (audit := _audit_in(_read(out / week / DOCUMENT)))}
    old = bool(versions) and __version__ not in versions
    told = session.words.say(_UNTOLD, version=max(versions)) if old else session.words.gettext(_CHANGED)
    made = [dict(pages_over_weeks(out, Catalogue(lang, session.registry.zone), public)) for lang in languages()]
    for name in sorted(made[0]):
        if not (out / name).is_file():
            yield _Line(f"{out / name}: {session.words.gettext(_MISSING)}", harmless=old)
        elif not any(_lies(out / name, files[name]) for files in made):
            yield _Line(f"{out / name}: {told}", harmless=old)
    for path in _unknown(out, weeks, made[0]):
        yield _Line(f"{path}: {session.words.gettext(_UNKNOWN)}", harmless=old)


def _unknown(out: Path, weeks: Collection[str], lasting: Collection[str]) -> Iterator[Path]:
    """Yield the files that this program does not make. A week's pages are compared with its audit."""
    for path in sorted(one for one in out.rglob("*") if not one.is_dir() or one.is_symlink()):
        first, *rest = path.relative_to(out).parts
        of_week = first in weeks and (rest in ([name] for name in FORMATS.values()) or path.suffix == ".html")
        inner = first in languages() and weeks_in(out / first)
        shared = first == LOOK and path.name == named_by_content(path.name, _read(path) or "")
        if not (of_week or inner or shared or path.relative_to(out).as_posix() in lasting):
            yield path


def _week_lines(session: Session, public: Public, archive: Archive, week: str) -> Iterator[_Line]:
    said, path = session.words, session.out / week / DOCUMENT
    text = _read(path)
    published = _audit_in(text)
    if text is None or published is None or published.week != week:
        yield _Line(f"{path}: {said.gettext(_NO_DOCUMENT if path.exists() else _MISSING)}")
        return
    if archive.audits.text(week) is None:
        yield _Line(f"{path}: {said.gettext(_NOT_STORED)}")
        return
    made = _made_again(session, archive, published)
    where = _difference(published, made, text)
    if where is not None:
        yield _Line(f"{path}: {said.say(_OTHER, where=where)}")
        return
    if text != made.to_json():
        yield _Line(f"{path}: {said.say(_SENTENCES, version=published.tool_version)}", harmless=True)
    yield from _file_lines(session, public, made)


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode() if path.is_file() else None
    except (OSError, ValueError):
        return None


def _audit_in(text: str | None) -> Audit | None:
    try:
        return Audit.from_json(text) if text is not None else None
    except ArchiveError:
        return None


def _made_again(session: Session, archive: Archive, published: Audit) -> Audit:
    """Show the week from the archive, as of the published document's moment and in its language."""
    lang = published.language if published.language in languages() else session.words.lang
    zone, as_of = session.registry.zone, published.as_of.astimezone(UTC)
    then = replace(session, words=Catalogue(lang, zone), as_of=as_of)
    made = show_week(then, archive, Week.parse(published.week, zone), as_of)
    if published.comments_purged_at is None:  # it was published before retention took the comments
        return made.model_copy(update={"comments_purged_at": None})
    return made


def _difference(published: Audit, made: Audit, text: str) -> str | None:
    """Return where the published document differs first; None where it is the same.

    The sentences of a document of another version are not compared.
    """
    if text == made.to_json():
        return None
    old = published.tool_version == made.tool_version != __version__
    for path, here, _ in compare_values(json.loads(text), json.loads(made.to_json())):
        if not old or not (here == ABSENT or _WORDED & {*path}):
            return ".".join(path)
    return None if old else "JSON"


def _file_lines(session: Session, public: Public, audit: Audit) -> Iterator[_Line]:
    """Compare the other files of a week whose document is the archive's."""
    said, out = session.words, session.out
    folder, made = out / audit.week, _files(public, audit, out)
    old = audit.tool_version != __version__
    for path, content in made.items():
        if _lies(out / path, content) or (old and not (out / path).exists()):
            continue
        if not (out / path).exists():
            yield _Line(f"{out / path}: {said.gettext(_MISSING)}")
        elif old:
            yield _Line(f"{out / path}: {said.say(_UNTOLD, version=audit.tool_version)}", harmless=True)
        else:
            yield _Line(f"{out / path}: {said.gettext(_CHANGED)}")
    yield from _strange_pages(said, out, audit, made)
    if (folder / FORMATS["pdf"]).exists():
        yield _Line(f"{folder / FORMATS['pdf']}: {said.gettext(_NO_PDF)}", harmless=True)


def _strange_pages(said: Catalogue, out: Path, audit: Audit, made: Collection[str]) -> Iterator[_Line]:
    """Yield a line for each page of the week that is not made now."""
    for page in sorted((out / audit.week).rglob("*.html")):
        if page.relative_to(out).as_posix() not in made:
            yield _Line(f"{page}: {said.gettext(_STRANGE)}")


def _files(public: Public, audit: Audit, out: Path) -> dict[str, str | bytes]:
    """Make the files that lie in the week's folder; the page offers those that it offered, if they are there."""
    folder, words = out / audit.week, Catalogue(audit.language, ZoneInfo(audit.timezone))
    page = _read(folder / PAGE) or ""
    offered = [name for name in beside(folder) if f'href="{name}"' in page]
    place = place_of(weeks_in(out), audit.week, offered)
    kinds = [kind for kind, name in FORMATS.items() if (folder / name).is_file() and kind not in {"pdf", "json"}]
    return dict(make_files(audit, words, kinds, place, public))


def left_over(done: Collected, words: Catalogue) -> Iterator[str]:
    """Say what a run has not come to, as it was given only so long."""
    for name, count in done.left.items():
        said = N_("{route}: {count} pages were not looked at in this time; run `auditor weekly` again to go on")
        yield words.say(said, route=words.gettext(ROUTES[name]), count=count)
