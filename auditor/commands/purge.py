"""``auditor purge``: remove what is older than the settings allow, and say what was removed."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from auditor.archive import Archive
from auditor.archive.connection import FILE
from auditor.archive.retention import Cutoffs, Purged
from auditor.base.archive_lock import hold_lock
from auditor.base.text import N_
from auditor.commands.console import echo
from auditor.commands.options import Common, single
from auditor.run.workspace import Workspace

app = single()

NOTHING_DUE = N_("Nothing is older than the settings allow.")
_DUE = N_(
    "Older than {comments_days} days (pages: {public_days}): answers of networks {answers}, looks {looks}, rows of "
    "comments {comments}. Their hashes, dates and sums stay."
)


@app.command()
def purge(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be removed, and remove nothing.")
    ] = False,
) -> None:
    """Remove answers and comments that are older than the settings allow.

    Hashes and sums stay, and the removal is recorded in the chain of manifests.
    """
    common: Common = context.obj
    session = common.open()
    done = run_purge(session, dry_run=dry_run)
    if not common.quiet:
        echo(render_purge(done, session, dry_run=dry_run))


def cutoffs_at(now: datetime, session: Workspace) -> Cutoffs:
    """Return the moments before which stored answers and comments are due for removal, by the settings."""
    settings = session.settings
    public, comments = timedelta(days=settings.keep_public_days), timedelta(days=settings.keep_comments_days)
    return Cutoffs(now - public, now - comments)


def run_purge(session: Workspace, *, dry_run: bool = False) -> Purged:
    """Remove what is due, or count it. Raises `LockedError` while a run or a search uses the archive."""
    now = session.clock()
    cutoffs = cutoffs_at(now, session)
    if dry_run or not (session.data / FILE).exists():
        with Archive.read(session.data) as archive:
            return archive.count_due(cutoffs, now)
    with hold_lock(session.data), hold_lock(session.data / "search"), Archive.open(session.data) as archive:
        return archive.purge(cutoffs, now)


def render_purge(done: Purged, session: Workspace, *, dry_run: bool) -> str:
    """Say what was removed, or would be."""
    words, settings = session.words, session.settings
    if not done:
        return words.gettext(NOTHING_DUE)
    due = words.translate(
        _DUE,
        comments_days=settings.keep_comments_days,
        public_days=settings.keep_public_days,
        answers=done.answers,
        looks=done.looks,
        comments=done.comments,
    )
    ends = N_("A dry run: nothing was removed.") if dry_run else N_("Removed, and written into the chain of manifests.")
    return f"{due}\n{words.gettext(ends)}"
