"""``auditor report``: a week's report from the archive alone."""

from typing import Annotated

import typer

from auditor.commands.options import Common, single, takes

app = single()

_Formats = Annotated[
    list[str] | None,
    typer.Option("--format", help="html,json,csv,xlsx,pdf,txt or all; by default all but pdf, which needs chromium."),
]


@app.command()
@takes("week", "registry", "data", "out", "as_of", "lang", "verbose", "quiet")
def report(common: Common, formats: _Formats = None) -> None:
    """Write a week's report from the archive, without any network.

    The same archive and the same --as-of give the same bytes.
    """
    from auditor.archive import Archive
    from auditor.commands.publish import pick_formats, print_summary, publish
    from auditor.run.week import exit_code, show_week

    kinds = pick_formats(formats or ())
    session = common.open()
    week = session.week(common.week)
    with Archive.read(session.data) as archive:
        audit = show_week(session, archive, week, session.clock())
    page = publish(session, audit, kinds)
    if not common.quiet:
        print_summary(session, audit, page)
    raise typer.Exit(exit_code(audit))
