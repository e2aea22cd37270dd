"""``auditor letter``: what an office is told of its findings, and what it can answer."""

import re
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError, UsageError, os_error_text
from auditor.base.files import write_file
from auditor.base.text import phrase
from auditor.base.weeks import Week as Weeks
from auditor.commands.console import echo
from auditor.commands.options import Common, Week, Who, single
from auditor.commands.publication import withdrawn
from auditor.registry import Office
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from auditor.report.withdrawals import without_withdrawn
from auditor.run.judge_week import show_week
from auditor.run.workspace import Workspace

app = single()


@app.command()
def letter(
    context: typer.Context,
    who: Who,
    week: Week = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="The file to write, .txt or .docx; by default it is printed.")
    ] = None,
) -> None:
    """Write a letter to an office: what is not met or could not be told, and what would change it.

    From the archive, without any network.
    """
    common: Common = context.obj
    session = common.open(publishes=True)
    text = letter_to(session, session.office(" ".join(who)), session.week(week))
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


def letter_to(session: Workspace, office: Office, week: Weeks) -> str:
    """Return the letter to an office about a week, with an empty line between paragraphs.

    It may be answered until the next report is made: the Monday after the week that runs now.
    """
    gone = withdrawn(session, session.clock())
    if taken := gone.get(str(week)):
        raise UsageError(phrase("the report of week {week} is withdrawn; name another with --week", week=taken.week))
    with Archive.read(session.data) as archive:
        audit = without_withdrawn(show_week(session, archive, week, session.clock()), gone)
    asked = next((one for one in audit.offices if one.id == office.id), None)
    if asked is None:
        raise UsageError(phrase("the audit of week {week} has no office {id}", week=week, id=repr(office.id)))
    return _written(session, audit.model_copy(update={"offices": [asked]}))


def _written(session: Workspace, audit: Audit) -> str:
    zone = ZoneInfo(audit.timezone)
    words = session.words.in_zone(zone)
    facts = week_facts(audit, {audit.week: audit}, words)
    address, office = session.settings.report_url.rstrip("/"), audit.offices[0].id
    more = {
        "card": facts["cards"][0],
        "page": f"{address}/{audit.week}/o/{office}.html" if address and audit.seal else "",
        "answer_by": Weeks.last_ended(audit.as_of, zone).shift(2).first_day,
    }
    return _NEXT_POINT.sub("\n", "\n\n".join(render_lines("letter.txt", words, {**facts, **more}).splitlines()))


_NEXT_POINT = re.compile(r"(?<!:)\n\n(?=\d+\. )")
"""Between the points of a list no line is empty."""


def _save(text: str, to: Path) -> None:
    if to.suffix.lower() != ".docx":
        write_file(to, f"{text}\n".encode())
        return
    from docx import Document

    document = Document()
    document.core_properties.author = "auditor"
    for line in filter(None, text.split("\n")):
        document.add_paragraph(line)
    document.save(str(to))
