"""Publishes the folder of reports from the archive, and holds a published one against it."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, Field, TypeAdapter

from auditor import __version__
from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError
from auditor.base.i18n import Catalogue
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week
from auditor.commands.console import say
from auditor.registry.remarks import Remarks
from auditor.report.notices import notices
from auditor.report.publish import NAME, compare, publish, read_published
from auditor.report.site import Face, keys, site
from auditor.report.week import facts_of
from auditor.report.withdrawn import Withdrawal, in_force, without
from auditor.report.words import lines
from auditor.run.collect import Collected
from auditor.run.session import Session
from auditor.run.week import Judged, audit_week, published_weeks, show_week
from auditor.run.weekly import look

log = logging.getLogger(__name__)

_NO_CONTACT = N_("AUDITOR_CONTACT is not set: the report will name nobody to write to")


def publish_weeks(session: Session, judged: Audit, as_of: datetime, *, drop: Collection[str] = ()) -> Path:
    """Publish every week of the archive up to a moment, `judged` among them as of it; return the page of that week.

    Raises `CannotRunError` as `auditor.report.publish.publish` does.
    """
    if not session.settings.contact:
        log.warning(session.words.gettext(_NO_CONTACT))
    with Archive.read(session.data) as archive:
        audits = published_weeks(session, archive, as_of, judged)
        held = archive.audits.weeks("0000-W01", "9999-W53", as_of)

    def draw(done: Collection[str]) -> Iterable[tuple[str, bytes]]:
        return site(audits, session.remarks.withdrawn, _face(session), session.words, as_of, done=done)

    made = _Made(as_of, judged.week, session.words.lang, _told(session))
    weeks = keys(audits, session.remarks.withdrawn, _face(session), session.words, as_of)
    # A week that nobody audited may be published, and is not missed when it goes.
    kept = {week: key for week, key in weeks.items() if week in held}
    publish(draw, session.out, kept, _made_adapter().dump_python(made, mode="json"), drop=drop)
    return session.out / judged.week / "index.html"


def _face(session: Session) -> Face:
    settings = session.settings
    return Face(settings.report_url, settings.report_licence, settings.report_index)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a folder says beside the archive. It stands in published.json: the folder can be made again as it was."""

    contact: str
    face: Face
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class _Made:
    """All that a folder was made of, beside the archive."""

    as_of: Annotated[AwareDatetime, Field(gt=datetime(1970, 1, 2, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
    week: Annotated[str, Field(pattern=r"^20\d\d-W\d\d$")]
    lang: Annotated[str, Field(pattern="^(ru|en)$")]
    told: _Told


@cache
def _made_adapter() -> TypeAdapter[_Made]:
    return TypeAdapter(_Made)


def _told(session: Session) -> _Told:
    return _Told(session.settings.contact, _face(session), session.remarks)


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
    return judged, publish_weeks(session, judged.audit, judged.done.finished_at)


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
    words = session.words.at(session.registry.zone)
    say(_summary(audit, withdrawn(session, audit.as_of), words))
    for notice in (*notices(audit, session.words), *more):
        say(f"! {notice}")
    if steps:
        say(session.words.gettext(N_("What would tell more next:")))
    for step in steps:
        say(f"  {step}")
    say(str(page))  # the last line, for scripts


def withdrawn(session: Session, as_of: datetime) -> dict[str, Withdrawal]:
    """Return the weeks whose reports are withdrawn at a moment."""
    return in_force(session.remarks.withdrawn, as_of.astimezone(session.registry.zone).date())


def _summary(audit: Audit, gone: Mapping[str, Withdrawal], words: Catalogue) -> str:
    if taken := gone.get(audit.week):
        said = N_("The report of week {week} is withdrawn ({day}): {reason}")
        return words.say(said, week=audit.week, day=words.date(taken.on), reason=taken.reason)
    shown = without(audit, gone)
    return lines("summary.txt", words, facts_of(shown, {shown.week: shown}, words)).rstrip()


def left_over(done: Collected, words: Catalogue) -> Iterator[str]:
    """Say what a run has not come to, as it was given only so long."""
    for name, count in done.left.items():
        said = N_("{route}: {count} pages were not looked at in this time; run `auditor weekly` again to go on")
        yield words.say(said, route=words.gettext(routes()[name].name), count=count)


# A published folder held against the archive --------------------------------------------------------------------------

_WRONG = {
    "missing": N_("this is missing"),
    "changed": N_("this was changed"),
    "differs": N_("this is not what the archive makes of it"),
    "unknown": N_("the archive makes this file, and it was not published"),
    "strange": N_("the program did not publish this file, and nothing in the archive speaks for it"),
}
_OTHERWISE = N_(
    "published with other remarks or settings than are set now ({names}); it is compared as it was published"
)
_UNTOLD = N_("made by version {version}, so only compared with what it says of itself")
_NO_WEEKS = N_("no published week is here")
_COMPARED = N_("compared with what the archive {data} makes as of {at}, files: {files}")


class Line(NamedTuple):
    """What is said of one published file."""

    text: str
    code: int = 1
    """How the command has to end for it: 0 for what is no mistake, 3 for what cannot be told."""


def compare_published(session: Session, archive: Archive, out: Path) -> list[Line]:
    """Return a line for each published file that is not what the archive makes now, or cannot be made again.

    The folder is made again with the arguments, remarks and settings that it was made with. Other settings than today's
    are no mistake; whether other remarks are the operator's cannot be told from the folder.
    """
    published = read_published(out)
    if not published.made:
        return [Line(f"{out}: {session.words.gettext(_NO_WEEKS)}")]
    if published.program != __version__:
        first = [Line(f"{out}: {session.words.say(_UNTOLD, version=published.program)}", 3)]
        return [*first, *_wrong(session, out, None)]
    made = _read_made(out, published.made)
    wrong = list(_wrong(session, out, _made_again(session, archive, made)))
    told = session.words.say(_COMPARED, files=len(published.files), at=made.as_of, data=str(session.data))
    return [*_otherwise(session, out, made.told), *wrong, Line(f"{out}: {told}", 0)]


def _wrong(session: Session, out: Path, made_again: Iterable[tuple[str, bytes]] | None) -> Iterator[Line]:
    for path, wrong in compare(out, made_again):
        # A file of the host's, as robots.txt; among our own pages a strange one would be taken for one of them.
        code = 0 if wrong == "strange" and "/" not in path and not path.endswith(".html") else 1
        yield Line(f"{out / path}: {session.words.gettext(_WRONG[wrong])}", code)


def _otherwise(session: Session, out: Path, then: _Told) -> Iterator[Line]:
    """Name what the folder says beside the archive and is set otherwise now."""
    now = _told(session)
    settings = {
        "AUDITOR_CONTACT": (then.contact, now.contact),
        "AUDITOR_REPORT_URL": (then.face.address, now.face.address),
        "AUDITOR_REPORT_LICENCE": (then.face.licence, now.face.licence),
        "AUDITOR_REPORT_INDEX": (then.face.listed, now.face.listed),
    }
    remarks = {
        "AUDITOR_STATEMENTS": (then.remarks.statements, now.remarks.statements),
        "AUDITOR_CORRECTIONS": (
            (then.remarks.corrections, then.remarks.withdrawn),
            (now.remarks.corrections, now.remarks.withdrawn),
        ),
    }
    for parts, code in ((settings, 0), (remarks, 3)):
        names = ", ".join(name for name, (published, set_now) in parts.items() if published != set_now)
        if names:
            yield Line(f"{out}: {session.words.say(_OTHERWISE, names=names)}", code)


def _read_made(out: Path, made: dict[str, Any]) -> _Made:
    try:
        return _made_adapter().validate_python(made)
    except ValueError:
        raise CannotRunError(
            phrase("{out}: does not say what the folder was made of; publish it again", out=out / NAME)
        ) from None


def _made_again(session: Session, archive: Archive, made: _Made) -> Iterator[tuple[str, bytes]]:
    """Yield all files of the folder by the archive of now."""
    zone, told = session.registry.zone, made.told
    words, week = Catalogue(made.lang, zone), Week.parse(made.week, zone)
    settings = replace(session.settings, contact=told.contact)
    then = replace(session, words=words, as_of=made.as_of, settings=settings, remarks=told.remarks)
    audits = published_weeks(then, archive, made.as_of, show_week(then, archive, week, made.as_of))
    return site(audits, told.remarks.withdrawn, told.face, words, made.as_of)
