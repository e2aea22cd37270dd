"""Read the stored audits of weeks and the registry by which each was judged, and make a new audit with them.

Reading an audit that is malformed raises `ArchiveError`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from auditor.archive import Archive
from auditor.audit.cases import SnapshotsByUrl
from auditor.audit.change import as_compared
from auditor.audit.controls import judged_controls
from auditor.audit.document import Audit
from auditor.audit.history import WEEKS
from auditor.audit.make_audit import StoredAudits, WeekRuns, make_audit
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.snapshot import ControlResult
from auditor.base.weeks import Week
from auditor.registry import Office, Registry
from auditor.registry.loader import parse_stored


def stored_audit(archive: Archive, week: str, as_of: datetime | None = None) -> Audit | None:
    """Return the audit in force for a week, or the last one made in the second of `as_of`; None if there is none."""
    text = archive.audits.text(week, as_of)
    return Audit.from_json(text) if text is not None else None


def previous_audit(archive: Archive, week: Week, as_of: datetime) -> Audit | None:
    """Return the last audit of a week before `week` made up to `as_of`."""
    text = archive.audits.previous(str(week), as_of)
    return Audit.from_json(text) if text is not None else None


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> Iterator[Audit]:
    """Yield the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Each is read when it is asked for, so that half a year of them is never in memory. Raises `ArchiveError` if one is
    malformed.
    """
    for earlier in (week.shift(-back) for back in range(WEEKS - 1, 0, -1)):
        yield from map(Audit.from_json, archive.audits.between(str(earlier), str(earlier.shift(1)), as_of))


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


def audit_with_stored(
    archive: Archive,
    registry: Registry,
    week: Week,
    as_of: datetime,
    snapshots: SnapshotsByUrl,
    controls: Iterable[tuple[int, ControlResult]],
    purged_at: datetime | None,
    *,
    offices: Sequence[Office] | None = None,
    behind: bool = False,
) -> Audit:
    """Judge a week by what its runs saw, beside the stored audits.

    `controls` are the week's, with their runs; comments were last purged at `purged_at`. `behind`: of the week's runs
    only those behind the stored audit count.
    """
    runs = WeekRuns(
        controls=judged_controls(controls),
        requests=archive.requests(str(week), as_of, behind=behind),
        vantage=archive.vantage(str(week), as_of),
        synthetic=archive.synthetic,
    )
    previous = previous_audit(archive, week, as_of)
    stored = StoredAudits(
        previous=as_compared(previous) if previous is not None else None,
        earlier=earlier_audits(archive, week, as_of),
        before_purge=None if purged_at is None else before_purge(archive, week, purged_at),
    )
    audit = make_audit(registry, week, as_of, snapshots, runs, stored, offices=offices)
    return audit.model_copy(update={"comments_purged_at": purged_at})
