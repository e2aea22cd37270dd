"""What the archive keeps of weeks that were judged: their audits, and the registry by which each was judged.

What reads an audit raises `ArchiveError` where it has lost its form.
"""

from datetime import datetime, timedelta

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.history import WEEKS
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.weeks import Week
from auditor.registry import Registry
from auditor.registry.loader import parse_stored


def stored_audit(archive: Archive, week: str, made: datetime | None = None) -> Audit | None:
    """Return the audit that stands for a week, or the last of it that was made at this moment; None: there is none."""
    text = archive.audits.text(week, made)
    return Audit.from_json(text) if text is not None else None


def previous_audit(archive: Archive, week: Week, as_of: datetime) -> Audit | None:
    """Return the last audit of a week before `week` made up to `as_of`."""
    text = archive.audits.previous(str(week), as_of)
    return Audit.from_json(text) if text is not None else None


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> list[Audit]:
    """Return the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Raises `ArchiveError` where one has lost its form.
    """
    return [Audit.from_json(text) for text in archive.audits.between(str(week.shift(1 - WEEKS)), str(week), as_of)]


def before_purge(archive: Archive, week: Week, purged: datetime) -> Audit | None:
    """Return the last audit of a week that was made before its comments were `purged`."""
    found = archive.audits.between(str(week), str(week.shift(1)), purged)
    return Audit.from_json(found[-1]) if found else None


_BEFORE = timedelta(weeks=4)
"""Looks of so long before a week are read whole: they may have seen posts of its window."""


def whole_since(archive: Archive, registry: Registry, week: Week, as_of: datetime) -> datetime:
    """Return the moment from which looks are read whole to judge `week`; earlier ones are read in brief.

    A history needs, of its weeks, those that have no audit.
    """
    audited = set(archive.audits.weeks(str(week.shift(1 - WEEKS)), str(week), as_of))
    unread = (back for back in range(WEEKS - 1, 0, -1) if str(week.shift(-back)) not in audited)
    before = max(_BEFORE, timedelta(days=registry.policy["thread_days"].number))
    return week.shift(-next(unread, 0)).starts - before


def registry_then(archive: Archive, week: str) -> Registry | None:
    """Return the registry that was kept with a week's audit; None where it is missing or cannot be read."""
    try:
        text = archive.audits.registry_of(week)
        return parse_stored(text, "the registry of the day") if text is not None else None
    except (ArchiveError, RegistryError):
        return None
