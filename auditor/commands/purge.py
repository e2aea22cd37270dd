"""``auditor purge``: remove what is older than the settings allow, and say what was removed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.text import N_, NN_
from auditor.commands.console import say
from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.archive.purge import Cutoffs, Purged
    from auditor.base.i18n import Catalogue
    from auditor.run.session import Session

app = single()


@app.command()
@takes("registry", "data", "as_of", "lang", "verbose", "quiet")
def purge(
    common: Common,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be removed, and remove nothing.")
    ] = False,
) -> None:
    """Remove answers and comments that are older than the settings allow.

    Hashes and sums stay, and the removal is recorded in the chain of manifests.
    """
    session = common.open()
    done = run_purge(session, dry_run=dry_run)
    if not common.quiet:
        say(render_purge(done, session, dry_run=dry_run))


def cutoffs_at(now: datetime, session: "Session") -> "Cutoffs":
    """Return the moments before which stored answers and comments are due for removal, by the settings."""
    from auditor.archive.purge import Cutoffs

    settings = session.settings
    public, comments = timedelta(days=settings.keep_public_days), timedelta(days=settings.keep_comments_days)
    return Cutoffs(now - public, now - comments)


def run_purge(session: "Session", *, dry_run: bool = False) -> "Purged":
    """Remove what is due, or count it. Raises `LockedError` while a run or a search uses the archive."""
    from auditor.archive import Archive
    from auditor.archive.opening import FILE
    from auditor.base.locks import hold_lock

    now = session.clock()
    cutoffs = cutoffs_at(now, session)
    if dry_run or not (session.data / FILE).exists():
        with Archive.read(session.data) as archive:
            return archive.count_due(cutoffs, now)
    with hold_lock(session.data), hold_lock(session.data / "search"), Archive.open(session.data) as archive:
        return archive.purge(cutoffs, now)


def render_purge(done: "Purged", session: "Session", *, dry_run: bool) -> str:
    """Say what was removed, or would be: one line a kind."""
    said, settings = session.words, session.settings
    lines = list(_counts(done, said, str(settings.keep_public_days), str(settings.keep_comments_days)))
    if not lines:
        lines.append(said.gettext(N_("Nothing is older than the settings allow.")))
    elif dry_run:
        lines.append(said.gettext(N_("A dry run: nothing was removed.")))
    else:
        lines.append(said.gettext(N_("Removed, and written into the chain of manifests.")))
    return "\n".join(lines)


def _counts(done: "Purged", said: "Catalogue", public: str, comments: str) -> Iterator[str]:
    kinds = (
        (
            done.answers,
            *NN_(
                "{n} answer of a network (comments, searches: {days} days; pages: {year}); its hashes stay",
                "{n} answers of networks (comments, searches: {days} days; pages: {year}); their hashes stay",
            ),
            comments,
        ),
        (
            done.looks,
            *NN_(
                "{n} look at a page older than {days} days; its dates stay",
                "{n} looks at pages older than {days} days; their dates stay",
            ),
            public,
        ),
        (
            done.comments,
            *NN_(
                "{n} row of a comment older than {days} days; the sums stay",
                "{n} rows of comments older than {days} days; the sums stay",
            ),
            comments,
        ),
    )
    return (said.count(one, many, n, days=days, year=public) for n, one, many, days in kinds if n)
