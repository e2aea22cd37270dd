"""``auditor weekly``: look at every account, judge the week, publish its report."""

import typer

from auditor.commands.options import Common, single, takes

app = single()


@app.command()
@takes("week", "registry", "data", "out", "as_of", "lang", "verbose", "quiet")
def weekly(common: Common) -> None:
    """Look at every account, judge the week, write the report.

    Running it again in the same week doubles nothing.
    """
    from auditor.commands.next import next_commands
    from auditor.commands.publish import print_summary, run_weekly
    from auditor.run.week import exit_code

    session = common.open()
    week = session.week(common.week)
    with common.progress(str(week)) as progress:
        audit, page, _ = run_weekly(session, week, progress=progress)
    if not common.quiet:
        print_summary(session, audit, page, next_commands(session))
    raise typer.Exit(exit_code(audit))
