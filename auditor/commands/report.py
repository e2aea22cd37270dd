"""``auditor report``: a week's report from the archive alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.commands.console import say
from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.audit.document import Audit
    from auditor.run.session import Session

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
    from auditor.commands.publish import pick_formats, publish
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


def print_summary(session: "Session", audit: "Audit", page: Path) -> None:
    """Print a week's findings in short, what the operator should know of them, and where the report is."""
    from auditor.report.headline import render_text
    from auditor.report.notices import notices

    say(render_text(audit, session.words).rstrip())
    for notice in notices(audit, session.words):
        say(f"! {notice}")
    say(str(page))
