"""``auditor report``: publish a week's report from the archive alone."""

from typing import Annotated

import typer

from auditor.archive import Archive
from auditor.commands.options import Common, Week, single
from auditor.commands.publication import print_summary, publish_weeks
from auditor.run.judge_week import exit_code, show_week

app = single()

_Drop = Annotated[
    list[str] | None,
    typer.Option("--drop-week", metavar="WEEK", help="Take away a published week, which the archive has lost."),
]


@app.command()
def report(context: typer.Context, week: Week = None, drop: _Drop = None) -> None:
    """Publish the folder of reports from the archive, without any network.

    The same archive and the same --as-of give the same bytes.
    """
    common: Common = context.obj
    workspace = common.open(publishes=True)
    shown_week, as_of = workspace.week(week), workspace.clock()
    with Archive.read(workspace.data) as archive:
        audit = show_week(workspace, archive, shown_week, as_of)
    page = publish_weeks(workspace, audit, as_of, drop=[str(workspace.week(week)) for week in drop or ()])
    if not common.quiet:
        print_summary(workspace, audit, page)
    raise typer.Exit(exit_code(audit))
