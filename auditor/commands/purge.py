"""``auditor purge``: remove what is older than the settings allow, and report what was removed."""

from datetime import datetime, timedelta

import click

from auditor.archive import Archive
from auditor.archive.connection import FILE
from auditor.archive.retention import Cutoffs, Purged
from auditor.base.archive_lock import hold_lock
from auditor.base.text import N_
from auditor.commands.console import echo
from auditor.commands.options import Common, program
from auditor.run.workspace import Workspace

NOTHING_DUE = N_("Nothing is older than the settings allow.")
_DUE = N_(
    "Older than {comments_days} days (pages: {public_days}): answers of networks {answers}, looks {looks}, rows of "
    "comments {comments}. Their checksums, dates and sums stay."
)


@program.command()
@click.option("--dry-run", is_flag=True, help="Count what would be removed, and remove nothing.")
@click.pass_obj
def purge(common: Common, *, dry_run: bool) -> None:
    """Remove answers and comments that are older than the settings allow.

    Checksums and sums stay, and the removal is recorded in the chain of checksums.
    """
    workspace = common.open(writes=() if dry_run else ["data"])
    purged = run_purge(workspace, dry_run=dry_run)
    if not common.quiet:
        echo(render_purge(purged, workspace, dry_run=dry_run))


def cutoffs_at(now: datetime, workspace: Workspace) -> Cutoffs:
    """Return the moments before which stored responses and comments are due for removal, by the settings."""
    settings = workspace.settings
    public, comments = timedelta(days=settings.keep_public_days), timedelta(days=settings.keep_comments_days)
    return Cutoffs(now - public, now - comments)


def run_purge(workspace: Workspace, *, dry_run: bool = False) -> Purged:
    """Remove what is due, or only count it. Raises `LockedError` while a run or a search uses the archive."""
    now = workspace.clock()
    cutoffs = cutoffs_at(now, workspace)
    if dry_run or not (workspace.data / FILE).exists():
        with Archive.read(workspace.data) as archive:
            return archive.count_due(cutoffs, now)
    with hold_lock(workspace.data), hold_lock(workspace.data / "search"), Archive.open(workspace.data) as archive:
        return archive.purge(cutoffs, now)


def render_purge(purged: Purged, workspace: Workspace, *, dry_run: bool) -> str:
    """Return lines that count what was removed, or with `dry_run` what would be."""
    translator, settings = workspace.translator, workspace.settings
    if not purged:
        return translator.gettext(NOTHING_DUE)
    due = translator.translate(
        _DUE,
        comments_days=settings.keep_comments_days,
        public_days=settings.keep_public_days,
        answers=purged.answers,
        looks=purged.looks,
        comments=purged.comments,
    )
    ends = N_("A dry run: nothing was removed.") if dry_run else N_("Removed, and written into the chain of checksums.")
    return f"{due}\n{translator.gettext(ends)}"
