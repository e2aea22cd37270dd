"""What the archive keeps of weeks that were judged: their audits, and the registry by which each was judged."""

from datetime import datetime
from enum import StrEnum

from auditor.archive import Archive
from auditor.audit.history import WEEKS, PastAudit
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.weeks import Week
from auditor.registry import Registry, parse_registry


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> list[PastAudit]:
    """Return the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Raises `ArchiveError` where one has lost its form.
    """
    texts = archive.audits_between(str(week.shift(1 - WEEKS)), str(week), as_of)
    return [PastAudit.from_json(text) for text in texts]


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
