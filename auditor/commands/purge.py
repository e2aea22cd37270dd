"""Retention on request: what is older than the settings allow is removed, and it is said what went."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from auditor.archive import Archive, Cutoffs, Purged, hold_lock
from auditor.archive.opening import FILE
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.run.app import Session


def cutoffs_at(now: datetime, session: Session) -> Cutoffs:
    """Return before which moments what was stored is due at `now`, by the settings."""
    settings = session.settings
    return Cutoffs(now - timedelta(days=settings.keep_raw_days), now - timedelta(days=settings.keep_comments_days))


def run_purge(session: Session, *, dry_run: bool = False, forget_authors: bool = False) -> Purged:
    """Remove what is due, or count it. Neither a run nor a search goes on meanwhile: raises `LockedError`."""
    now = session.clock()
    cutoffs = cutoffs_at(now, session)
    if dry_run or not (session.data / FILE).exists():
        with Archive.read(session.data) as archive:
            return archive.count_due(cutoffs, now)
    with (
        hold_lock(session.data),
        hold_lock(session.data / "search"),
        Archive.open(session.data) as archive,
    ):
        return archive.purge(cutoffs, now, forget_authors=forget_authors)


def render_purge(done: Purged, session: Session, *, dry_run: bool) -> str:
    """Say what went, or would go, line by line."""
    said, settings = session.words, session.settings
    lines = list(_counts(done, said, settings.keep_raw_days, settings.keep_comments_days))
    if not lines:
        lines.append(said.gettext(N_("Nothing is older than the settings allow.")))
    elif dry_run:
        lines.append(said.gettext(N_("A dry run: nothing was removed.")))
    else:
        lines.append(said.gettext(N_("Removed, and written into the chain of manifests.")))
    return "\n".join(lines)


def _counts(done: Purged, said: Catalogue, raw: int, comments: int) -> Iterator[str]:
    if done.answers:
        yield said.count(
            *NN_(
                "{n} answer of the networks older than {days} days; its hashes stay",
                "{n} answers of the networks older than {days} days; their hashes stay",
            ),
            done.answers,
            days=str(raw),
        )
    if done.comments:
        yield said.count(
            *NN_(
                "{n} row of a comment older than {days} days; the sums stay",
                "{n} rows of comments older than {days} days; the sums stay",
            ),
            done.comments,
            days=str(comments),
        )
    if done.copies:
        yield said.count(
            *NN_("{n} copy of the archive in an earlier form", "{n} copies of the archive in an earlier form"),
            done.copies,
        )
    if done.authors:
        yield said.gettext(N_("The key of the authors' hashes: no stored comment can be tied to anybody any more"))
