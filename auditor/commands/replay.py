"""``auditor replay``: a week's audit made again from its stored answers."""

from typing import Annotated

import typer

from auditor.commands.console import say, say_json
from auditor.commands.options import Common, single, takes

app = single()


@app.command()
@takes("week", "registry", "data", "as_of", "lang", "quiet")
def replay(
    common: Common,
    as_json: Annotated[bool, typer.Option("--json", help="Print every difference as JSON.")] = False,
) -> None:
    """Make a week's audit again from its stored answers.

    No network is asked. Exit 1 where the result differs from the stored audit, 3 where not all could be made again.
    """
    from auditor.archive import Archive
    from auditor.commands.replay_text import render_replay, replay_document
    from auditor.run.replay import replay_week

    session = common.open()
    week = str(session.week(common.week))
    with Archive.read(session.data) as archive:
        done = replay_week(archive, session.registry, week)
    if as_json:
        say_json(replay_document(done))
    elif not common.quiet:
        say(render_replay(done, session.words))
    raise typer.Exit(0 if done.equal else 1 if done.differences else 3)
