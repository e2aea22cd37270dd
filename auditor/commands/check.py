"""``auditor check``: look at one office now and judge its week."""

import sys
import time

import click

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base import weeks
from auditor.base.logs import Progress
from auditor.base.text import N_
from auditor.commands.console import echo_error, echo_json, echo_paged
from auditor.commands.options import Common, program, week_option, who_argument
from auditor.commands.publication import unfinished_routes
from auditor.registry import Office
from auditor.registry.holders import holder_on
from auditor.report.notices import notices
from auditor.report.terminal import card_for
from auditor.run.collect_week import collect_week
from auditor.run.judge_week import exit_code, judge_week, with_remarks_and_contact
from auditor.run.workspace import Workspace

_LONGEST = 180
"""Seconds that one check may spend asking the networks."""


@program.command()
@who_argument
@week_option
@click.option("--json", "as_json", is_flag=True, help="Print this office's audit document.")
@click.option("--offline", is_flag=True, help="Judge from the archive, without any network.")
@click.pass_obj
def check(common: Common, *, who: str, week: str | None, as_json: bool, offline: bool) -> int:
    """Look at one office's accounts now and print the findings.

    WHO may also be the address of a page on record.
    """
    workspace = common.open(needs_office=True, writes=() if offline else ["registry", "data"])
    judged_week = workspace.week(week)
    office = workspace.existing_office(who, judged_week.last_day)
    title = workspace.translator.translate(N_("Looking at the pages: {place}"), place=office.municipality)
    with common.progress(title, wanted=not offline) as progress:
        audit, unfinished = (
            _judge_stored(workspace, judged_week, office)
            if offline
            else _look_and_judge(workspace, judged_week, office, progress)
        )
    if as_json:
        echo_json(audit.to_json())
    elif not common.quiet:
        echo_paged(_card(workspace, judged_week, office, audit), safe=True)
    for line in () if common.quiet else unfinished:
        echo_error(line)  # beside a document, not in it
    return exit_code(audit)


def _judge_stored(workspace: Workspace, week: weeks.Week, office: Office) -> tuple[Audit, list[str]]:
    """Judge the office's week from the archive alone; the list of unfinished routes is empty."""
    moment = workspace.clock()
    with Archive.read(workspace.data) as archive:
        return with_remarks_and_contact(workspace, judge_week(workspace, archive, week, moment, [office]), moment), []


def _look_and_judge(
    workspace: Workspace, week: weeks.Week, office: Office, progress: Progress
) -> tuple[Audit, list[str]]:
    """Look at the office's accounts and judge its week; return the audit and a line for each unfinished route."""
    workspace.require_own_time(routes=workspace.routes_to_pages)
    deadline = time.monotonic() + _LONGEST
    with Archive.open(workspace.data) as archive:
        run_result = collect_week(
            workspace, archive, week, command="check", offices=[office], progress=progress, ends=deadline
        )
        audit = judge_week(workspace, archive, week, run_result.finished_at, [office])
        return with_remarks_and_contact(workspace, audit, run_result.finished_at), list(
            unfinished_routes(run_result, workspace.translator)
        )


def _card(workspace: Workspace, week: weeks.Week, office: Office, audit: Audit) -> str:
    """Return the office's card, with the holder's unconfirmed accounts, which the audit document leaves out."""
    holder = holder_on(office, week.last_day)
    leads = [account.url.url for account in holder.accounts if account.lead] if holder else []
    return card_for(sys.stdout, audit, workspace.translator, leads=leads, notices=notices(audit, workspace.translator))
