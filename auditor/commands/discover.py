"""One search for accounts: the scouts are opened, asked and closed, and the archive keeps how far they came."""

from collections.abc import Sequence

from auditor import __version__
from auditor.archive import Archive, hold_lock
from auditor.base.errors import UsageError
from auditor.registry import Office
from auditor.run.app import Session
from auditor.run.collect import Progress
from auditor.search import Budget, SearchResult


def search_accounts(
    session: Session,
    offices: Sequence[Office],
    *,
    budget: Budget,
    days: int,
    again: bool = False,
    progress: Progress | None = None,
) -> SearchResult:
    """Look for the accounts of who holds `offices` now; posts on record are read `days` back for links.

    Raises `UsageError` where nobody is on record for any of them.
    """
    from auditor.search import Search, records, since_of  # noqa: PLC0415 - only a search needs what it brings
    from auditor.search.scouts import open_scouts  # noqa: PLC0415
    from auditor.search.weighing.sources import people_of, sources_for  # noqa: PLC0415

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
            session=session.telegram_session,
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
