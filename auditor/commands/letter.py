"""``auditor letter``: write to an office about its findings, and how it can answer."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.withdrawals import without_withdrawn
from auditor.base.errors import CannotRunError, UsageError, os_error_text
from auditor.base.files import write_file
from auditor.base.text import phrase
from auditor.base.weeks import Week as Weeks
from auditor.commands.console import echo
from auditor.commands.options import Common, program, week_option, who_argument
from auditor.commands.publication import withdrawn
from auditor.registry import Office
from auditor.report.site import card_page
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from auditor.run.judge_week import show_week
from auditor.run.workspace import Workspace


@program.command()
@who_argument
@week_option
@click.option("--to", type=Path, help="The file to write, .txt or .docx; by default it is printed.")
@click.pass_obj
def letter(common: Common, who: str, week: str | None, to: Path | None) -> None:
    """Write a letter to an office: what is not met or could not be told, and what would change it.

    From the archive, without any network.
    """
    workspace = common.open(publishes=True)
    text = letter_to(workspace, workspace.office(who), workspace.week(week))
    if to is None:
        echo(text)
        return
    if to.suffix.lower() not in {".txt", ".docx"}:
        raise UsageError(phrase("{path}: a letter is written as .txt or .docx", path=to))
    try:
        _save(text, to)
    except OSError as error:
        raise CannotRunError(
            phrase("{path}: cannot be written ({why}); choose another with --to", path=to, why=os_error_text(error))
        ) from None
    echo(str(to))


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


def _save(text: str, path: Path) -> None:
    if path.suffix.lower() != ".docx":
        write_file(path, f"{text}\n".encode())
        return
    from docx import Document

    document = Document()
    document.core_properties.author = "auditor"
    for line in filter(None, text.split("\n")):
        document.add_paragraph(line)
    document.save(str(path))
