"""What the archive keeps of weeks that were judged: their audits, and the registry by which each was judged."""

from datetime import datetime
from enum import StrEnum

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.history import WEEKS, PastAudit
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.weeks import Week
from auditor.registry import Registry, parse_registry


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> list[PastAudit]:
    """Return the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Raises `ArchiveError` where one has lost its form.
    """
    return [PastAudit.from_json(text) for text in archive.audits_between(str(week.shift(1 - WEEKS)), str(week), as_of)]


def previous_audit(archive: Archive, week: Week, as_of: datetime) -> Audit | None:
    """Return the last audit of a week before `week` made up to `as_of`. Raises `ArchiveError` as above."""
    text = archive.previous_audit(str(week), as_of)
    return Audit.from_json(text) if text is not None else None


_READ_WEEKS = 12
"""So many weeks of comments are read (`auditor.audit.reply_times`)."""
_BEFORE = 4
"""Weeks: looks of so long before a week may have seen posts of its window."""


def whole_since(archive: Archive, week: Week, as_of: datetime) -> datetime:
    """Return the moment from which looks are read whole to judge `week`; earlier ones are read in brief.

    The times to reply need the last 12 weeks; a history needs, of its 26, those that have no audit.
    """
    audited = set(archive.audited_weeks(str(week.shift(1 - WEEKS)), str(week), as_of))
    unread = (back for back in range(WEEKS - 1, 0, -1) if str(week.shift(-back)) not in audited)
    return week.shift(-max(next(unread, 0), _READ_WEEKS - 1) - _BEFORE).starts


class RegistryUsed(StrEnum):
    """Which registry the audit was made again by."""

    THEN = "then"
    NOW = "now"
    """None was kept with the audit."""
    NOW_DAMAGED = "now_damaged"
    """The one kept cannot be read."""


def registry_then(archive: Archive, now: Registry, week: str) -> tuple[Registry, RegistryUsed]:
    """Return the registry kept with a week's audit; `now`, the present one, where none was kept or it is damaged."""
    try:
        text = archive.registry_of(week)
        if text is None:
            return now, RegistryUsed.NOW
        return parse_registry(text, "the registry of the day", stored=True), RegistryUsed.THEN
    except (ArchiveError, RegistryError):
        return now, RegistryUsed.NOW_DAMAGED
