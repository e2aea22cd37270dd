"""``auditor letter``: write to an office about its findings, or ask it for what the registry lacks."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.withdrawals import without_withdrawn
from auditor.base.errors import CannotRunError, UsageError, os_error_text
from auditor.base.files import write_file
from auditor.base.text import N_, NN_, phrase
from auditor.base.weeks import Week as Weeks
from auditor.commands.accounts import carry_out, registry_file
from auditor.commands.console import echo
from auditor.commands.options import Common, program, week_option, words_argument
from auditor.commands.publication import withdrawn
from auditor.commands.request_letter import request_letter
from auditor.registry import Office, pick_office
from auditor.registry.answer_sheet import answer_sheet
from auditor.registry.lookup import require_existing
from auditor.registry.requests import (
    awaited_answers,
    by_file,
    lacking_offices,
    lacking_unasked,
    open_request,
    plan_sent,
    sent_day,
)
from auditor.report.site import card_page
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from auditor.report.word_letter import Letter, word_document
from auditor.run.judge_week import show_week
from auditor.run.workspace import Workspace


@program.command()
@words_argument(
    "who",
    "An office's id, a municipality or a holder's name, in any case. With --ask one or several; by default all that "
    "the directive binds and of which something is missing.",
)
@week_option
@click.option(
    "--to", type=Path, help="The file to write, .txt or .docx; by default it is printed. With --ask: a new folder."
)
@click.option("--ask", is_flag=True, help="Ask for what the registry lacks: a letter an office, and answers.xlsx.")
@click.option(
    "--sent",
    help="With --ask: write no letter, but record the day they were sent; another day mends it, «no» takes it back.",
)
@click.option("--yes", is_flag=True, help="With --sent: write without asking.")
@click.pass_obj
def letter(
    common: Common, who: str, week: str | None, to: Path | None, *, ask: bool, sent: str | None, yes: bool
) -> None:
    """Write a letter to an office: what is not met or could not be told, and what would change it.

    With --ask: for what the registry lacks of it. From the archive and the registry, without any network.
    """
    workspace = common.open(needs_office=True, publishes=True, writes=["registry"] if ask else ())
    if ask and sent is not None:
        _record_sent(workspace, common, who, sent, yes=yes)
    elif ask:
        _write_requests(workspace, who, to)
    elif sent is not None or not who:
        raise UsageError(phrase("name an office; or give --ask to ask all of which something is missing"))
    else:
        judged_week = workspace.week(week)
        office = workspace.existing_office(who, judged_week.last_day)
        _write_letter(workspace, letter_to(workspace, office, judged_week), to)


def _write_letter(workspace: Workspace, text: str, to: Path | None) -> None:
    if to is None:
        echo(text)
        return
    if to.suffix.lower() not in {".txt", ".docx"}:
        raise UsageError(phrase("{path}: a letter is written as .txt or .docx", path=to))
    content = f"{text}\n".encode()
    if to.suffix.lower() == ".docx":
        subject = workspace.translator.gettext(N_("On personal pages in social networks"))
        lines = tuple(filter(None, text.split("\n")))
        content = word_document(Letter(subject, lines), workspace.today, workspace.translator.lang)
    _write_new({to: content})


def _write_new(files: Mapping[Path, bytes]) -> None:
    """Write files and name them. Raises `UsageError`, and writes none, if one is there with other content."""
    try:
        for path, content in files.items():
            if path.is_file() and path.read_bytes() != content:
                raise UsageError(
                    phrase("{path}: holds something else, perhaps your changes; name another with --to", path=path)
                )
        for path, content in files.items():
            write_file(path, content)
            echo(str(path))
    except OSError as error:
        raise CannotRunError(
            phrase("{path}: cannot be written ({why}); choose another with --to", path=path, why=os_error_text(error))
        ) from None


# Requests -------------------------------------------------------------------------------------------------------------


def _write_requests(workspace: Workspace, who: str, folder: Path | None) -> None:
    """Write a letter to each office of which something is missing, and a sheet for their answers."""
    today, translator = workspace.today, workspace.translator
    offices = _asked_offices(workspace, who, today)
    place = folder or _home_folder(workspace) / f"letters-{today}"
    files = {
        place / f"{office.id}.docx": word_document(request_letter(workspace, office, today), today, translator.lang)
        for office in offices
    }
    _make_folder(place)
    _write_new({**files, place / "answers.xlsx": answer_sheet(workspace.registry, offices, today)})
    echo(translator.count(*_WRITTEN, len(offices)))
    if not workspace.settings.contact:
        echo(translator.gettext(N_("contact is not set in auditor.toml: write in each letter whom to answer")))
    command = " ".join(filter(None, ("auditor letter --ask", who, f"--sent {translator.date(today)}")))
    echo(translator.translate(_THEN, command=command))


_WRITTEN = NN_(
    "{n} letter is written. Read it, give it a number, sign and send it.",
    "{n} letters are written. Read them, give each a number, sign and send them.",
)
_THEN = N_("Then record the day on which it was sent: {command}")


def _home_folder(workspace: Workspace) -> Path:
    """Return the folder that the command uses, as short as it can be named."""
    return Path() if workspace.home.folder == Path.cwd() else workspace.home.folder


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(
            phrase("{path}: cannot be written ({why}); choose another with --to", path=folder, why=os_error_text(error))
        ) from None


def _asked_offices(workspace: Workspace, who: str, today: date) -> list[Office]:
    """Return the offices to ask: those that `who` names, else those that lack something and need not be waited for."""
    lacking = lacking_offices(workspace.registry, today, _named_offices(workspace, who) if who else None)
    offices = lacking if who else lacking_unasked(workspace.registry, today)
    if not offices:
        awaited = [workspace.translator.text(line) for line in awaited_answers(lacking, today)]
        raise UsageError(phrase("nothing is to be asked: nothing is missing, or the answer is awaited"), awaited)
    return offices


def _named_offices(workspace: Workspace, who: str) -> list[Office]:
    """Return the office that `who` names, or one for each of its words or of its parts between commas."""
    parts = [part.strip() for part in who.split(",") if part.strip()]
    try:
        return [_named_office(workspace, part) for part in parts]
    except UsageError:
        if len(parts) == 1 and len(words := who.split()) > 1:
            with suppress(UsageError):  # of a name that is none in parts either, the whole is spoken of
                return [_named_office(workspace, word) for word in words]
        raise


def _named_office(workspace: Workspace, name: str) -> Office:
    """Return the office that `name` names, of several the one that the directive binds: a town's name is its head."""
    registry = workspace.registry
    bound = registry.model_copy(update={"offices": [office for office in registry.offices if registry.counted(office)]})
    try:
        office = pick_office(bound, name)
    except UsageError:
        office = workspace.office(name)
    require_existing(office, workspace.today)
    return office


def _sent_offices(workspace: Workspace, day: date | None) -> list[Office]:
    """Return the offices of a record that names none: those to ask, else those whose record is to be mended."""
    awaited = [office for office in workspace.registry.offices if open_request(office) is not None]
    is_mended = awaited and not lacking_unasked(workspace.registry, workspace.today)
    return awaited if is_mended or (awaited and day is None) else _asked_offices(workspace, "", workspace.today)


def _record_sent(workspace: Workspace, common: Common, who: str, sent: str, *, yes: bool) -> None:
    """Record, once it is agreed to, that letters were sent on a day."""
    today = workspace.today
    day = sent_day(sent, today)
    offices = _named_offices(workspace, who) if who else _sent_offices(workspace, day)
    file = registry_file(workspace, common)
    for group in by_file(file, workspace.registry, offices):
        echo(carry_out(partial(plan_sent, file, group, day), workspace.translator, yes=yes))


# A week's findings ----------------------------------------------------------------------------------------------------


def letter_to(workspace: Workspace, office: Office, week: Weeks) -> str:
    """Return the letter to an office about a week. Raises `UsageError` if the report is withdrawn or lacks the office.

    It asks for an answer by the Monday after the current week, when the next report is made.
    """
    withdrawn_weeks = withdrawn(workspace, workspace.clock())
    if withdrawal := withdrawn_weeks.get(str(week)):
        raise UsageError(
            phrase("the report of week {week} is withdrawn; name another with --week", week=withdrawal.week)
        )
    with Archive.read(workspace.data) as archive:
        audit = without_withdrawn(show_week(workspace, archive, week, workspace.clock()), withdrawn_weeks)
    audited = next((entry for entry in audit.offices if entry.id == office.id), None)
    if audited is None:
        raise UsageError(phrase("the audit of week {week} has no office {id}", week=week, id=repr(office.id)))
    return _render_letter(workspace, audit.model_copy(update={"offices": [audited]}))


def _render_letter(workspace: Workspace, audit: Audit) -> str:
    zone = ZoneInfo(audit.timezone)
    translator = workspace.translator.in_zone(zone)
    facts = week_facts(audit, {audit.week: audit}, translator)
    report_url, page = workspace.settings.report_url.rstrip("/"), card_page(audit.week, audit.offices[0].id)
    letter_facts = facts.plus(
        card=facts.cards[0],
        page=f"{report_url}/{page}" if report_url and audit.seal else "",
        answer_by=Weeks.last_ended(audit.as_of, zone).shift(2).first_day,
    )
    return _NEXT_POINT.sub("\n", "\n\n".join(render_lines("letter.txt", translator, letter_facts).splitlines()))


_NEXT_POINT = re.compile(r"(?<!:)\n\n(?=\d+\. )")
"""An empty line before a numbered point: removed, except after the colon that introduces the list."""
