"""``auditor report``: publish a week's report from the archive alone."""

import click

from auditor.archive import Archive
from auditor.commands.options import Common, program, week_option
from auditor.commands.publication import print_summary, publish_weeks
from auditor.run.judge_week import exit_code, show_week


@program.command()
@week_option
@click.option(
    "--drop-week", "drop", metavar="WEEK", multiple=True, help="Take away a published week, which the archive has lost."
)
@click.pass_obj
def report(common: Common, week: str | None, drop: tuple[str, ...]) -> int:
    """Publish the folder of reports from the archive, without any network.

    The same archive and the same --as-of give the same bytes.
    """
    workspace = common.open(publishes=True, writes=["registry", "data"])
    shown_week, as_of = workspace.week(week), workspace.clock()
    with Archive.read(workspace.data) as archive:
        audit = show_week(workspace, archive, shown_week, as_of)
    page = publish_weeks(workspace, audit, as_of, drop=[str(workspace.week(week)) for week in drop])
    if not common.quiet:
        print_summary(workspace, audit, page)
    return exit_code(audit)
