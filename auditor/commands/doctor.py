"""``auditor doctor``: what each key and route can do now."""

import typer

from auditor.base.text import N_
from auditor.commands.options import Common, single, takes

app = single()


@app.command()
@takes("registry", "data", "lang", "as_of", "verbose", "quiet")
def doctor(common: Common) -> None:
    """Say what each key and route can do now.

    Per network and method; also the controls, the clock and the disk. Exit 0 if all is well, else 3.
    """
    from auditor.commands.diagnosis import examine, print_diagnosis

    session = common.open()
    with common.progress(session.words.gettext(N_("Trying each route"))) as progress:
        lines = examine(session, progress)
    if not common.quiet:
        print_diagnosis(lines, session.words)
    raise typer.Exit(0 if all(line.state == "ok" for line in lines) else 3)
