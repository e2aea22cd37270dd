"""``auditor discover``: look for accounts that may be a holder's. Nothing is written into the registry."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auditor import __version__
from auditor.base.errors import UsageError
from auditor.commands.console import say_json
from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.registry import Office
    from auditor.run.collect import Progress
    from auditor.run.session import Session
    from auditor.search import Budget, SearchResult

app = single()

_VK_NAMES = 1000
_TELEGRAM_NAMES, _TELEGRAM_NAMES_OF_MANY = 150, 50


@app.command()
@takes("registry", "data", "as_of", "lang", "verbose", "quiet")
def discover(
    common: Common,
    who: Annotated[str | None, typer.Argument(help="An office's id, a municipality or a holder's name.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Look for the holders of all offices.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every lead with every reason as JSON.")] = False,
    names: Annotated[
        int | None,
        typer.Option("--names", min=0, max=1000, help="Names of a person to try on t.me: 150, with --all 50."),
    ] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", min=1, help="At most so many requests on each route.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.0, max=100_000.0, help="At most so many minutes.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Read posts so many days back for links.")] = 182,
    again: Annotated[bool, typer.Option("--again", help="Forget how far earlier searches came.")] = False,
) -> None:
    """Look for accounts and say why each may be the holder's.

    Nothing is written into the registry.
    """
    if (who is None) is not everybody:
        raise UsageError("name one office, or all of them with --all")
    from auditor.commands.leads import leads_document, print_leads
    from auditor.search import Budget
    from auditor.search.asking import names_to_try

    session = common.open()
    offices = [session.office(who)] if who is not None else session.registry.offices
    one_by_one = names if names is not None else _TELEGRAM_NAMES if who is not None else _TELEGRAM_NAMES_OF_MANY
    budget = Budget(requests, minutes, names_to_try(one_by_one))
    with common.progress("discover") as progress:
        found = search_accounts(session, offices, budget=budget, days=days, again=again, progress=progress)
    if as_json:
        say_json(leads_document(found, session.words))
    elif not common.quiet:
        print_leads(found, session.words)
    raise typer.Exit(0 if found.complete else 3)


def search_accounts(
    session: "Session",
    offices: "Sequence[Office]",
    *,
    budget: "Budget",
    days: int,
    again: bool = False,
    progress: "Progress | None" = None,
) -> "SearchResult":
    """Look for accounts of the present holders of `offices`; posts on record are read `days` back for links.

    Raises `UsageError` where none of the offices has a holder on record.
    """
    from auditor.archive import Archive, hold_lock
    from auditor.search import Search, records, since_of
    from auditor.search.scouts import open_scouts
    from auditor.search.weighing.sources import people_of, sources_for

    started, registry = session.clock(), session.registry
    day = started.astimezone(registry.zone).date()
    people = people_of(registry, offices, day)
    if not people:
        raise UsageError(f"nobody is on record as holding {offices[0].id} on {day}; there is no one to look for")
    # A lock of its own: a search takes long, and the week's run must not wait for it.
    with hold_lock(session.data / "search"), Archive.open(session.data) as archive:
        scouts = open_scouts(
            session.settings,
            session.clock,
            data=session.data,
            own=records(registry),
            login=archive.login(),
        )
        run = archive.start_run(
            week="",
            command="discover",
            started_at=started,
            vantage=session.settings.vantage,
            tool_version=__version__,
        )
        try:
            search = Search(
                archive,
                run,
                registry,
                people,
                people_of(registry, registry.offices, day),
                scouts,
                session.clock,
                budget=budget,
                since=since_of(registry, started, days),
                again=again,
                progress=progress,
            )
            found = search.look(sources_for(registry, people))
        finally:
            for scout in scouts:
                login = getattr(scout, "login", None)  # the signed-in client's alone
                if login is not None:
                    archive.remember(login, session.clock())
                scout.close()
        archive.finish_run(run, found.finished_at)
    return found
