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
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week
from auditor.commands.console import echo
from auditor.registry.remarks import Remarks
from auditor.report.notices import notices
from auditor.report.publish import NAME, diff_folder, publish, read_published
from auditor.report.site import SiteOptions, content_keys, site
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from auditor.report.withdrawals import WithdrawalLike, in_force, without_withdrawn
from auditor.run.collect import RunResult
from auditor.run.collect_week import collect_week
from auditor.run.judge_week import WeeklyResult, audit_week, published_weeks, show_week
from auditor.run.workspace import Workspace

log = logging.getLogger(__name__)

_NO_CONTACT = N_("AUDITOR_CONTACT is not set: the report will name nobody to write to")


def publish_weeks(session: Workspace, judged: Audit, as_of: datetime, *, drop: Collection[str] = ()) -> Path:
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

    made = _FolderRecipe(as_of, judged.week, session.words.lang, _told(session))
    weeks = content_keys(audits, session.remarks.withdrawn, _face(session), session.words, as_of)
    # A week that nobody audited may be published, and is not missed when it goes.
    kept = {week: key for week, key in weeks.items() if week in held}
    publish(draw, session.out, kept, _made_adapter().dump_python(made, mode="json"), drop=drop)
    return session.out / judged.week / "index.html"


def _face(session: Workspace) -> SiteOptions:
    settings = session.settings
    return SiteOptions(settings.report_url, settings.report_licence, settings.report_index)


@dataclass(frozen=True, slots=True)
class _FolderInputs:
    """What a folder says beside the archive. It stands in published.json: the folder can be made again as it was."""

    contact: str
    face: SiteOptions
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class _FolderRecipe:
    """All that a folder was made of, beside the archive."""

    as_of: Annotated[AwareDatetime, Field(gt=datetime(1970, 1, 2, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
    week: Annotated[str, Field(pattern=r"^20\d\d-W\d\d$")]
    lang: Annotated[str, Field(pattern="^(ru|en)$")]
    told: _FolderInputs


@cache
def _made_adapter() -> TypeAdapter[_FolderRecipe]:
    return TypeAdapter(_FolderRecipe)


def _told(session: Workspace) -> _FolderInputs:
    return _FolderInputs(session.settings.contact, _face(session), session.remarks)


def run_weekly(
    session: Workspace,
    week: Week,
    *,
    progress: Progress | None = None,
    synthetic: bool = False,
    seconds: float | None = None,
) -> tuple[WeeklyResult, Path]:
    """Collect, judge and publish one week, and the earlier ones that it changed; return what was judged, and its page.

    Raises `LockedError` as `audit_week` does.
    """
    looking = partial(collect_week, session, week=week, command="weekly", progress=progress, seconds=seconds)
    judged = audit_week(session, week, looking, synthetic=synthetic)
    return judged, publish_weeks(session, judged.audit, judged.run_result.finished_at)


def other_changes(judged: WeeklyResult, words: Translator) -> Iterator[str]:
    """Say of which weeks `weekly` changed the audit besides, and which ids the registry does not have any more."""
    for earlier in judged.rejudged:
        said = N_("Week {week} was judged again by what is known now, and is published anew")
        yield words.translate(said, week=earlier.week)
    for name in judged.removed_ids:
        said = N_("The registry has no office {id} any more, and the last audit has: its history stays under that id")
        yield words.translate(said, id=name)


def print_summary(
    session: Workspace, audit: Audit, page: Path, steps: Sequence[str] = (), more: Iterable[str] = ()
) -> None:
    """Print a week's findings in short, what the operator should know of them, what to do next, where the report is."""
    words = session.words.in_zone(session.registry.zone)
    echo(_summary(audit, withdrawn(session, audit.as_of), words))
    for notice in (*notices(audit, session.words), *more):
        echo(f"! {notice}")
    if steps:
        echo(session.words.gettext(N_("What would tell more next:")))
    for step in steps:
        echo(f"  {step}")
    echo(str(page))  # the last line, for scripts


def withdrawn(session: Workspace, as_of: datetime) -> dict[str, WithdrawalLike]:
    """Return the weeks whose reports are withdrawn at a moment."""
    return in_force(session.remarks.withdrawn, as_of.astimezone(session.registry.zone).date())


def _summary(audit: Audit, gone: Mapping[str, WithdrawalLike], words: Translator) -> str:
    if taken := gone.get(audit.week):
        said = N_("The report of week {week} is withdrawn ({day}): {reason}")
        return words.translate(said, week=audit.week, day=words.date(taken.on), reason=taken.reason)
    shown = without_withdrawn(audit, gone)
    return render_lines("summary.txt", words, week_facts(shown, {shown.week: shown}, words)).rstrip()


def unfinished_routes(done: RunResult, words: Translator) -> Iterator[str]:
    """Say what a run has not come to, as it was given only so long."""
    for name, count in done.left.items():
        said = N_("{route}: {count} pages were not looked at in this time; run `auditor weekly` again to go on")
        yield words.translate(said, route=words.gettext(routes()[name].name), count=count)


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


class PublishedFileLine(NamedTuple):
    """What is said of one published file."""

    text: str
    code: int = 1
    """How the command has to end for it: 0 for what is no mistake, 3 for what cannot be told."""


def compare_published(session: Workspace, archive: Archive, out: Path) -> list[PublishedFileLine]:
    """Return a line for each published file that is not what the archive makes now, or cannot be made again.

    The folder is made again with the arguments, remarks and settings that it was made with. Other settings than today's
    are no mistake; whether other remarks are the operator's cannot be told from the folder.
    """
    published = read_published(out)
    if not published.made:
        return [PublishedFileLine(f"{out}: {session.words.gettext(_NO_WEEKS)}")]
    if published.program != __version__:
        first = [PublishedFileLine(f"{out}: {session.words.translate(_UNTOLD, version=published.program)}", 3)]
        return [*first, *_wrong(session, out, None)]
    made = _read_made(out, published.made)
    wrong = list(_wrong(session, out, _rebuild(session, archive, made)))
    told = session.words.translate(_COMPARED, files=len(published.files), at=made.as_of, data=str(session.data))
    return [*_changed_settings(session, out, made.told), *wrong, PublishedFileLine(f"{out}: {told}", 0)]


def _wrong(
    session: Workspace, out: Path, made_again: Iterable[tuple[str, bytes]] | None
) -> Iterator[PublishedFileLine]:
    for path, wrong in diff_folder(out, made_again):
        # A file of the host's, as robots.txt; among our own pages a strange one would be taken for one of them.
        code = 0 if wrong == "strange" and "/" not in path and not path.endswith(".html") else 1
        yield PublishedFileLine(f"{out / path}: {session.words.gettext(_WRONG[wrong])}", code)


def _changed_settings(session: Workspace, out: Path, then: _FolderInputs) -> Iterator[PublishedFileLine]:
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
            yield PublishedFileLine(f"{out}: {session.words.translate(_OTHERWISE, names=names)}", code)


def _read_made(out: Path, made: dict[str, Any]) -> _FolderRecipe:
    try:
        return _made_adapter().validate_python(made)
    except ValueError:
        raise CannotRunError(
            phrase("{out}: does not say what the folder was made of; publish it again", out=out / NAME)
        ) from None


def _rebuild(session: Workspace, archive: Archive, made: _FolderRecipe) -> Iterator[tuple[str, bytes]]:
    """Yield all files of the folder by the archive of now."""
    zone, told = session.registry.zone, made.told
    words, week = Translator(made.lang, zone), Week.parse(made.week, zone)
    settings = replace(session.settings, contact=told.contact)
    then = replace(session, words=words, as_of=made.as_of, settings=settings, remarks=told.remarks)
    audits = published_weeks(then, archive, made.as_of, show_week(then, archive, week, made.as_of))
    return site(audits, told.remarks.withdrawn, told.face, words, made.as_of)
