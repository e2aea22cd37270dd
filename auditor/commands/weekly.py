"""A whole week: looked at, judged, stored and published."""

from pathlib import Path

from auditor.archive import Archive, hold_lock
from auditor.audit.document import Audit
from auditor.audit.rejudged import rejudged
from auditor.base.errors import ArchiveError, UsageError
from auditor.base.weeks import Week
from auditor.run.app import Session, judge_week, look, remarked
from auditor.run.collect import Collection, Progress


def run_weekly(
    session: Session, week: Week, *, progress: Progress | None = None, synthetic: bool = False
) -> tuple[Audit, Path, Collection]:
    """Collect, judge and render one week; return the audit, the report's path and what the run did.

    Raises `UsageError` for a week that was judged and whose comments were purged since: its audit could not be as good.
    """
    with hold_lock(session.data), Archive.open(session.data) as archive:
        _refuse_purged(archive, str(week))
        if synthetic:
            archive.mark_synthetic()
        done = look(session, archive, week, command="weekly", progress=progress)
        audit = _told_anew(judge_week(session, archive, week, done.finished_at), archive)
        archive.save_audit(str(week), done.finished_at, audit.to_json(), session.registry.text)
    shown = remarked(session, audit, done.finished_at)
    from auditor.commands.publish import publish  # noqa: PLC0415 - `check` is quicker without the templates

    return shown, publish(session, shown), done


def _told_anew(audit: Audit, archive: Archive) -> Audit:
    """Return a week's audit; where one was stored before and a verdict is another now, the document says so."""
    text = archive.audit(audit.week)
    try:
        told = rejudged(audit, Audit.from_json(text)) if text is not None else audit
    except ArchiveError:  # damaged: this run mends it
        return audit
    return told if told.rejudged and told.rejudged.offices else audit


def _refuse_purged(archive: Archive, week: str) -> None:
    purged = archive.comments_purged(week)
    if purged is not None and archive.audit(week) is not None:
        said = f"the comments of {week} were purged on {purged:%Y-%m-%d}, so it stays as it was judged with them"
        raise UsageError(f"{said}; `auditor report --week {week}` shows it")
