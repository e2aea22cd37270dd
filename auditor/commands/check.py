"""``auditor check``: one office on the spot."""

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.text import N_
from auditor.commands.console import say_json, show
from auditor.commands.options import Common, Who, single, takes
from auditor.registry.holders import holder_on
from auditor.registry.models import Office

if TYPE_CHECKING:
    from auditor.audit.document import Audit
    from auditor.base.logs import Progress
    from auditor.base.weeks import Week
    from auditor.run.session import Session

app = single()


@app.command()
@takes("week", "registry", "data", "as_of", "lang", "verbose", "quiet")
def check(
    common: Common,
    who: Who,
    as_json: Annotated[bool, typer.Option("--json", help="Print this office's audit document.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Judge from the archive, without any network.")] = False,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=86400, help="Ask at most so long.")] = 180,
) -> None:
    """Look at one office's accounts now and print the findings.

    WHO may also be the address of a page on record.
    """
    from auditor.run.week import exit_code

    session = common.open()
    office, week = session.office(who), session.week(common.week)
    looking = session.words.say(N_("Looking at the pages: {place}"), place=office.municipality)
    with common.progress(looking, wanted=not offline) as progress:
        audit, left = _audit(session, week, office, None if offline else time.monotonic() + seconds, progress)
    if as_json:
        say_json(audit.to_json())
    elif not common.quiet:
        from auditor.report.notices import notices
        from auditor.report.terminal import card_for

        told = notices(audit, session.words)
        show(card_for(sys.stdout, audit, session.words, leads=_leads(office, week), notices=told), safe=True)
    for line in () if common.quiet else left:
        typer.echo(line, err=True)  # beside a document, not in it
    raise typer.Exit(exit_code(audit))


def _audit(
    session: "Session", week: "Week", office: Office, ends: float | None, progress: "Progress"
) -> tuple["Audit", list[str]]:
    """Judge the office's week, after a look at its accounts until `ends`; None: without a look. Say what was left."""
    from auditor.archive import Archive
    from auditor.run.week import judge_week, remarked

    if ends is not None:
        session.require_own_time()
    with Archive.read(session.data) if ends is None else Archive.open(session.data) as archive:
        moment, left = session.clock(), list[str]()
        if ends is not None:
            from auditor.commands.publish import left_over
            from auditor.run.weekly import look

            done = look(session, archive, week, command="check", offices=[office], progress=progress, ends=ends)
            moment, left = done.finished_at, list(left_over(done, session.words))
        return remarked(session, judge_week(session, archive, week, moment, [office]), moment), left


def _leads(office: Office, week: "Week") -> list[str]:
    """List the holder's unconfirmed accounts: the operator sees them, the document does not hold them."""
    holder = holder_on(office, week.last_day)
    return [a.url.url for a in holder.accounts if a.lead] if holder else []
