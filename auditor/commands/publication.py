"""Publish the folder of reports from the archive, and compare a published folder with the archive."""

import json
import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter

from auditor import __version__
from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.withdrawals import Withdrawal, in_force, without_withdrawn
from auditor.base.errors import ArchiveError, CannotRunError
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.settings import can_be_reached
from auditor.base.text import N_, Text, phrase
from auditor.base.weeks import Week
from auditor.commands.console import echo
from auditor.commands.what_next import print_steps
from auditor.registry.remarks import Remarks
from auditor.report.drawing import drawing_digest
from auditor.report.notices import notices
from auditor.report.publish import NAME, PublishedFolder, diff_folder, digest, publish, read_published
from auditor.report.site import DOCUMENT, WITHDRAWN, SiteOptions, content_keys, site
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from auditor.run.collect import RunResult
from auditor.run.collect_week import collect_week
from auditor.run.judge_week import WeeklyResult, audit_week, published_weeks, show_week
from auditor.run.workspace import Workspace

log = logging.getLogger(__name__)

_NO_CONTACT = N_("contact is not set in auditor.toml: the report will name nobody to write to")
_VAGUE_CONTACT = N_("contact in auditor.toml is no e-mail, link or telephone: readers cannot write to it")


def publish_weeks(workspace: Workspace, judged: Audit, as_of: datetime, *, drop: Collection[str] = ()) -> Path:
    """Publish every week of the archive up to `as_of`, and `judged` as of that moment; return the page of its week.

    `drop`: published weeks that may go although the archive lacks them. Raises `CannotRunError` as `publish` does, and
    if published weeks were audited after `as_of`.
    """
    if not can_be_reached(workspace.settings.contact):
        message = _VAGUE_CONTACT if workspace.settings.contact else _NO_CONTACT
        log.warning(workspace.translator.gettext(message))
    recipe = _FolderRecipe(as_of, judged.week, workspace.translator.lang, judged.seal, _inputs_digest(workspace, as_of))
    with Archive.read(workspace.data) as archive:
        arguments = _site_arguments(workspace, archive, judged, as_of)

        def draw(unchanged_weeks: Collection[str]) -> Iterable[tuple[str, bytes]]:
            return site(*arguments, unchanged_weeks=unchanged_weeks)

        week_keys = _week_keys(archive, arguments)
        _refuse_to_forget(workspace.out, archive, as_of, week_keys)
        publish(draw, workspace.out, week_keys, _recipe_adapter().dump_python(recipe, mode="json"), drop=drop)
    return workspace.out / judged.week / "index.html"


def _refuse_to_forget(out: Path, archive: Archive, as_of: datetime, week_keys: Collection[str]) -> None:
    """Raise `CannotRunError` if published weeks are in the archive, but were audited only after `as_of`."""
    stored_weeks = archive.audits.weeks(*_ALL_WEEKS, datetime.max.replace(tzinfo=UTC))
    later_weeks = [week for week in stored_weeks if week in read_published(out).weeks and week not in week_keys]
    if later_weeks:
        message = phrase(
            "{out}: shows {weeks}, audited later than {moment}; as of that moment the folder would lose what is right, "
            "so nothing was changed. Leave --as-of out, or name another folder with --out",
            out=out,
            weeks=", ".join(later_weeks),
            moment=as_of,
        )
        raise CannotRunError(message)


_ALL_WEEKS = ("0000-W01", "9999-W53")
_SiteArguments = tuple[Iterable[Audit], Sequence[Withdrawal], SiteOptions, Translator, datetime]


def _site_arguments(workspace: Workspace, archive: Archive, shown: Audit, as_of: datetime) -> _SiteArguments:
    """Return what `site` draws: every week of the archive up to `as_of`, and `shown` as of that moment."""
    audits = published_weeks(workspace, archive, as_of, shown)
    return audits, workspace.remarks.withdrawn, _site_options(workspace), workspace.translator, as_of


def _week_keys(archive: Archive, arguments: _SiteArguments) -> dict[str, str]:
    """Return the key of each week that has to stay published; one without a stored audit may be, and may go."""
    stored_weeks = archive.audits.weeks(*_ALL_WEEKS, arguments[-1])
    return {week: key for week, key in content_keys(*arguments).items() if week in stored_weeks}


def _site_options(workspace: Workspace) -> SiteOptions:
    settings = workspace.settings
    return SiteOptions(settings.report_url, settings.report_licence, settings.report_index)


@dataclass(frozen=True, slots=True)
class _FolderRecipe:
    """What a folder was made from, apart from the archive, as `published.json` has it."""

    as_of: Annotated[AwareDatetime, Field(gt=datetime(1970, 1, 2, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
    week: Annotated[str, Field(pattern=r"^20\d\d-W\d\d$")]
    lang: Annotated[str, AfterValidator(lambda lang: Translator(lang).lang)]
    seal: str = ""
    """The seal that its newest pages print; empty for auditor 1.0, which did not record it."""
    inputs: str = ""
    """`_inputs_digest` of remarks and settings, which themselves stay out; empty for auditor 1.0."""


@cache
def _recipe_adapter() -> TypeAdapter[_FolderRecipe]:
    return TypeAdapter(_FolderRecipe)


def _inputs_digest(workspace: Workspace, as_of: datetime) -> str:
    """Return the digest of what is published at `as_of` besides the archive, without remarks of a later day."""
    remarks = workspace.remarks.up_to(as_of.astimezone(workspace.registry.zone).date())
    inputs = (remarks, workspace.settings.contact, _site_options(workspace))
    return digest(TypeAdapter(tuple[Remarks, str, SiteOptions]).dump_json(inputs))


def run_weekly(
    workspace: Workspace,
    week: Week,
    *,
    progress: Progress | None = None,
    synthetic: bool = False,
    seconds: float | None = None,
) -> tuple[WeeklyResult, Path]:
    """Collect, judge and publish one week, and the earlier weeks that it changed; return the result and its page.

    `seconds` limits the time for asking the networks. Raises `LockedError` as `audit_week` does.
    """
    collect = partial(collect_week, workspace, week=week, command="weekly", progress=progress, seconds=seconds)
    result = audit_week(workspace, week, collect, synthetic=synthetic)
    return result, publish_weeks(workspace, result.audit, result.run_result.finished_at)


def other_changes(result: WeeklyResult, translator: Translator) -> Iterator[str]:
    """Yield a line for each earlier week that was judged again, and for each office id that left the registry."""
    for week in result.rejudged:
        sentence = N_("Week {week} was judged again by what is known now, and is published anew")
        yield translator.translate(sentence, week=week)
    for office_id in result.removed_ids:
        sentence = N_(
            "The registry has no office {id} any more, and the last audit has: its history stays under that id"
        )
        yield translator.translate(sentence, id=office_id)


def print_summary(
    workspace: Workspace, audit: Audit, page: Path, steps: Sequence[Text] = (), more: Iterable[str] = ()
) -> None:
    """Print a summary of a week's findings, notices for the operator, the next steps, and the path of the report."""
    translator = workspace.translator.in_zone(workspace.registry.zone)
    echo(week_summary(audit, withdrawn(workspace, audit.as_of), translator))
    for notice in (*notices(audit, workspace.translator), *more):
        echo(f"! {notice}")
    if steps:
        print_steps(steps, workspace.translator)
    echo(str(page))  # the last line, for scripts


def withdrawn(workspace: Workspace, as_of: datetime) -> dict[str, Withdrawal]:
    """Return the withdrawals in force at a moment, by week."""
    return in_force(workspace.remarks.withdrawn, as_of.astimezone(workspace.registry.zone).date())


def week_summary(
    audit: Audit, withdrawn_weeks: Mapping[str, Withdrawal], translator: Translator, template: str = "summary.txt"
) -> str:
    """Return a week in a few lines, of a template that has the facts of a week; of a withdrawn one why it is."""
    if withdrawal := withdrawn_weeks.get(audit.week):
        sentence = N_("The report of week {week} is withdrawn ({day}): {reason}")
        return translator.translate(
            sentence, week=audit.week, day=translator.date(withdrawal.on), reason=withdrawal.reason
        )
    shown = without_withdrawn(audit, withdrawn_weeks)
    return render_lines(template, translator, week_facts(shown, {shown.week: shown}, translator).plus()).rstrip()


def unfinished_routes(run_result: RunResult, translator: Translator) -> Iterator[str]:
    """Yield a line for each route on which the run ran out of time: how many pages were not looked at."""
    for route, count in run_result.pending.items():
        sentence = N_("{route}: {count} pages were not looked at in this time; run `auditor weekly` again to go on")
        yield translator.translate(sentence, route=translator.gettext(routes()[route].name), count=count)


# A published folder compared with the archive -------------------------------------------------------------------------

_DIFFERS = N_("this is not what the archive makes of it")
_WRONG = {
    "missing": N_("this is missing"),
    "changed": N_("this was changed"),
    "differs": _DIFFERS,
    "unknown": N_("the archive makes this file, and it was not published"),
    "strange": N_("the program did not publish this file, and nothing in the archive speaks for it"),
}
_OTHERWISE = N_("published with other remarks or settings than are set now; what depends on them could not be compared")
_UNTOLD = N_("drawn by another version of the program ({version}), so of its pages only audit.json could be compared")
_NO_WEEKS = N_("no published week is here")
_COMPARED = N_("compared with what the archive {data} makes as of {at}, files: {files}")


class PublishedFileLine(NamedTuple):
    """A line about one published file, or about the folder."""

    text: str
    code: int = 1
    """Exit code that it calls for: 0 if nothing is wrong, 1 if something is, 3 if that cannot be decided."""


def compare_published(workspace: Workspace, archive: Archive, out: Path) -> list[PublishedFileLine]:
    """Return a line for each published file that differs from what the archive makes, and one about the whole.

    A folder that other code or templates drew, or that was made with other remarks or settings than today's, cannot be
    made again: its code is 3, unless its files contradict its list, or what does not depend on them the archive.
    """
    published = read_published(out)
    if not published.made:
        return [PublishedFileLine(f"{out}: {workspace.translator.gettext(_NO_WEEKS)}")]
    recipe = _read_recipe(out, published.made)
    past = replace(workspace, translator=Translator(recipe.lang, workspace.registry.zone), as_of=recipe.as_of)
    shown = show_week(past, archive, Week.parse(recipe.week, past.registry.zone), recipe.as_of)
    arguments = _site_arguments(past, archive, shown, recipe.as_of)
    keys, otherwise = _week_keys(archive, arguments), _why_otherwise(workspace, published, recipe)
    if otherwise is None or published.weeks == keys:  # a week's key also covers remarks, settings and drawing
        made = _recipe_adapter().dump_python(replace(recipe, seal=shown.seal), mode="json")
        rebuilt = {"program": __version__, "drawing": drawing_digest(), **made, **keys}
        lines = [*_file_lines(workspace, out, site(*arguments)), *_list_lines(workspace, out, rebuilt)]
    else:
        is_judged_anew = archive.audits.text(recipe.week, recipe.as_of) is None
        unknown_week = recipe.week if is_judged_anew and published.drawing != drawing_digest() else None
        audits, facts = (audit for audit in arguments[0] if audit.week != unknown_week), {**keys, "seal": shown.seal}
        lines = [*_file_lines(workspace, out, None), *_fact_lines(workspace, out, published, audits, facts)]
    comparison = workspace.translator.translate(
        _COMPARED, files=len(published.files), at=recipe.as_of, data=str(workspace.data)
    )
    return [*lines, PublishedFileLine(f"{out}: {otherwise or comparison}", 3 if otherwise else 0)]


def _why_otherwise(workspace: Workspace, published: PublishedFolder, recipe: _FolderRecipe) -> str | None:
    """Return why a folder says that it cannot be made again, or None."""
    if (published.program, published.drawing) != (__version__, drawing_digest()):
        return workspace.translator.translate(_UNTOLD, version=published.drawn_by)
    same = recipe.inputs == _inputs_digest(workspace, recipe.as_of)
    return None if same else workspace.translator.gettext(_OTHERWISE)


def _file_lines(
    workspace: Workspace, out: Path, rebuilt: Iterable[tuple[str, bytes]] | None
) -> Iterator[PublishedFileLine]:
    for path, difference in diff_folder(out, rebuilt):
        code = 0 if difference == "strange" and _OF_THE_HOST.fullmatch(path) else 1
        yield PublishedFileLine(f"{out / path}: {workspace.translator.gettext(_WRONG[difference])}", code)


_OF_THE_HOST = re.compile(r"robots\.txt|CNAME|\.nojekyll|favicon\.ico|\.well-known/[a-z/-]+(?:\.txt|\.json)?")
"""Files that a web server or its host may need beside the report; a reader takes none of them for one of its pages."""


def _list_lines(workspace: Workspace, out: Path, rebuilt: Mapping[str, object]) -> Iterator[PublishedFileLine]:
    """Yield a line for each key of the list, its files aside, that the archive makes otherwise or not at all."""
    listed = json.loads((out / NAME).read_bytes())
    recorded = {**listed, **listed["made"], **listed["weeks"]}
    for name in sorted((recorded.keys() | rebuilt.keys()) - {"made", "weeks", "files"}):
        if recorded.get(name) != rebuilt.get(name):
            yield _differing(workspace, out / NAME, name)


def _fact_lines(
    workspace: Workspace, out: Path, published: PublishedFolder, audits: Iterable[Audit], facts: Mapping[str, str]
) -> Iterator[PublishedFileLine]:
    """Yield a line for what neither settings nor version change: the seal, which weeks there are, and their audits."""
    recorded = {**published.weeks, "seal": published.made.get("seal", facts["seal"])}  # auditor 1.0 recorded no seal
    for name in sorted(recorded.keys() ^ facts.keys()) + ["seal"] * (recorded["seal"] != facts["seal"]):
        yield _differing(workspace, out / NAME, name)
    withdrawn_weeks = {week for week, key in published.weeks.items() if key == WITHDRAWN}
    withdrawn_weeks |= {withdrawal.week for withdrawal in workspace.remarks.withdrawn}
    for audit in audits:
        path = out / audit.week / DOCUMENT
        if published.weeks.get(audit.week) == WITHDRAWN:
            continue
        if _judged(_read_document(path), withdrawn_weeks) != _judged(audit, withdrawn_weeks):
            yield PublishedFileLine(f"{path}: {workspace.translator.gettext(_DIFFERS)}")


def _read_document(path: Path) -> Audit | None:
    try:
        return Audit.from_json(path.read_bytes())
    except (OSError, ArchiveError):
        return None


def _judged(audit: Audit | None, withdrawn_weeks: Collection[str]) -> str | None:
    """Return an audit's text without remarks, contact and withdrawn weeks, which are the operator's to change."""
    if audit is None:
        return None
    bare = audit.model_copy(update={"contact": "", "version": 1, "corrections": []})
    bare = bare.map_offices(lambda office: office.model_copy(update={"statements": []}))
    return without_withdrawn(bare, withdrawn_weeks).to_stored()


def _differing(workspace: Workspace, path: Path, name: str) -> PublishedFileLine:
    return PublishedFileLine(f"{path}: {name}: {workspace.translator.gettext(_DIFFERS)}")


def _read_recipe(out: Path, stored: dict[str, Any]) -> _FolderRecipe:
    try:
        return _recipe_adapter().validate_python(stored)
    except ValueError:
        raise CannotRunError(
            phrase("{out}: does not say what the folder was made of; publish it again", out=out / NAME)
        ) from None
