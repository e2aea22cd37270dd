"""Read the stored audits of weeks, and the registry by which each was judged.

Reading an audit that is malformed raises `ArchiveError`.
"""

from datetime import datetime, timedelta

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.history import WEEKS
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.weeks import Week
from auditor.registry import Registry
from auditor.registry.loader import parse_stored


def stored_audit(archive: Archive, week: str, as_of: datetime | None = None) -> Audit | None:
    """Return the audit in force for a week, or the last one made in the second of `as_of`; None if there is none."""
    text = archive.audits.text(week, as_of)
    return Audit.from_json(text) if text is not None else None


def previous_audit(archive: Archive, week: Week, as_of: datetime) -> Audit | None:
    """Return the last audit of a week before `week` made up to `as_of`."""
    text = archive.audits.previous(str(week), as_of)
    return Audit.from_json(text) if text is not None else None


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> list[Audit]:
    """Return the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Raises `ArchiveError` if one is malformed.
    """
    return [Audit.from_json(text) for text in archive.audits.between(str(week.shift(1 - WEEKS)), str(week), as_of)]


def before_purge(archive: Archive, week: Week, purged_at: datetime) -> Audit | None:
    """Return the last audit of a week that was made before its comments were purged."""
    audits = archive.audits.between(str(week), str(week.shift(1)), purged_at)
    return Audit.from_json(audits[-1]) if audits else None


_READ_BEFORE = timedelta(weeks=4)
"""How long before a week looks are read in full: they may show posts of its window."""


def whole_since(archive: Archive, registry: Registry, week: Week, as_of: datetime) -> datetime:
    """Return the moment from which looks are read in full to judge `week`; earlier ones are read without comments.

    A history also needs the looks of its weeks that have no audit.
    """
    audited = set(archive.audits.weeks(str(week.shift(1 - WEEKS)), str(week), as_of))
    unaudited = (weeks_back for weeks_back in range(WEEKS - 1, 0, -1) if str(week.shift(-weeks_back)) not in audited)
    read_before = max(_READ_BEFORE, timedelta(days=registry.policy["thread_days"].number))
    return week.shift(-next(unaudited, 0)).starts - read_before


def registry_then(archive: Archive, week: str) -> Registry | None:
    """Return the registry that was kept with a week's audit, or None if it is missing or cannot be read."""
    try:
        text = archive.audits.registry_of(week)
        return parse_stored(text, "the registry of the day") if text is not None else None
    except (ArchiveError, RegistryError):
        return None
