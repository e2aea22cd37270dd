"""``auditor check``: one office on the spot."""

import sys
import time
from typing import Annotated

import typer

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base import weeks
from auditor.base.logs import Progress
from auditor.base.text import N_
from auditor.commands.console import echo_paged, say_json
from auditor.commands.options import Common, Week, Who, single
from auditor.commands.publication import unfinished_routes
from auditor.registry import Office
from auditor.registry.holders import holder_on
from auditor.report.notices import notices
from auditor.report.terminal import card_for
from auditor.run.collect_week import collect_week
from auditor.run.judge_week import exit_code, judge_week, with_remarks_and_contact
from auditor.run.workspace import Workspace

app = single()

_LONGEST = 180
"""Seconds that the networks are asked for."""


@app.command()
def check(
    context: typer.Context,
    who: Who,
    week: Week = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print this office's audit document.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Judge from the archive, without any network.")] = False,
) -> None:
    """Look at one office's accounts now and print the findings.

    WHO may also be the address of a page on record.
    """
    common: Common = context.obj
    session = common.open()
    office, of = session.office(" ".join(who)), session.week(week)
    looking = session.words.translate(N_("Looking at the pages: {place}"), place=office.municipality)
    with common.progress(looking, wanted=not offline) as progress:
        audit, left = _judged(session, of, office) if offline else _looked(session, of, office, progress)
    if as_json:
        say_json(audit.to_json())
    elif not common.quiet:
        echo_paged(_card(session, of, office, audit), safe=True)
    for line in () if common.quiet else left:
        typer.echo(line, err=True)  # beside a document, not in it
    raise typer.Exit(exit_code(audit))


def _judged(session: Workspace, week: weeks.Week, office: Office) -> tuple[Audit, list[str]]:
    """Judge the office's week by what the archive holds."""
    moment = session.clock()
    with Archive.read(session.data) as archive:
        return with_remarks_and_contact(session, judge_week(session, archive, week, moment, [office]), moment), []


def _looked(session: Workspace, week: weeks.Week, office: Office, progress: Progress) -> tuple[Audit, list[str]]:
    """Look at the office's accounts and judge its week; say what was left out for want of time."""
    session.require_own_time()
    ends = time.monotonic() + _LONGEST
    with Archive.open(session.data) as archive:
        done = collect_week(session, archive, week, command="check", offices=[office], progress=progress, ends=ends)
        audit = judge_week(session, archive, week, done.finished_at, [office])
        return with_remarks_and_contact(session, audit, done.finished_at), list(unfinished_routes(done, session.words))


def _card(session: Workspace, week: weeks.Week, office: Office, audit: Audit) -> str:
    """Return the card; it lists the holder's unconfirmed accounts too, which the document does not hold."""
    holder = holder_on(office, week.last_day)
    leads = [account.url.url for account in holder.accounts if account.lead] if holder else []
    return card_for(sys.stdout, audit, session.words, leads=leads, notices=notices(audit, session.words))
