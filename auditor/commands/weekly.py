"""``auditor weekly``: look at every account, judge the week, publish its report."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.audit.document import Audit
    from auditor.base.weeks import Week
    from auditor.run.collect import Collection, Progress
    from auditor.run.session import Session

app = single()


@app.command()
@takes("week", "registry", "data", "out", "as_of", "lang", "verbose", "quiet")
def weekly(common: Common) -> None:
    """Look at every account, judge the week, write the report.

    Running it again in the same week doubles nothing.
    """
    from auditor.commands.report import print_summary
    from auditor.run.week import exit_code

    session = common.open()
    week = session.week(common.week)
    with common.progress(str(week)) as progress:
        audit, page, _ = run_weekly(session, week, progress=progress)
    if not common.quiet:
        print_summary(session, audit, page)
    raise typer.Exit(exit_code(audit))


def run_weekly(
    session: "Session", week: "Week", *, progress: "Progress | None" = None, synthetic: bool = False
) -> "tuple[Audit, Path, Collection]":
    """Collect, judge and publish one week; return the audit as shown, its page and what the run did.

    Raises `UsageError` and `LockedError` as `audit_week` does.
    """
    from auditor.commands.publish import publish
    from auditor.run.week import audit_week, remarked

    audit, done = audit_week(session, week, progress=progress, synthetic=synthetic)
    shown = remarked(session, audit, done.finished_at)
    return shown, publish(session, shown), done
