"""What changed since the last audited week, and why some things cannot be compared."""

from dataclasses import dataclass

from auditor.audit.document import AuditedOffice, Change
from auditor.base.snapshot import Outcome

_KNOWN = {Outcome.PASSED.value, Outcome.FAILED.value}


@dataclass(frozen=True, slots=True)
class _OfficeChange:
    """A change with the reason of a neutral one, in the words that `AuditedOffice.change_reason` lists."""

    change: Change
    reason: str | None = None


NOT_LOOKED = _OfficeChange(Change.NEUTRAL, "not_comparable")
"""In a week that nobody looked at, nothing was seen to change."""


def change_of(before: AuditedOffice | None, verdict: str, holder: str | None) -> _OfficeChange:
    """Compare a verdict with the last audited week's. A new holder's record is not the predecessor's."""
    if before is None:
        return _OfficeChange(Change.NEUTRAL, "no_previous")
    if (before.holder.name if before.holder else None) != holder:
        return _OfficeChange(Change.NEUTRAL, "new_holder")
    if before.verdict == verdict:
        return _OfficeChange(Change.NEUTRAL, "same")
    if before.verdict in _KNOWN and verdict in _KNOWN:
        better = verdict == Outcome.PASSED
        return _OfficeChange(Change.IMPROVEMENT if better else Change.REGRESSION)
    if before.verdict in _KNOWN and verdict == Outcome.CANT_TELL:
        return _OfficeChange(Change.NEUTRAL, "lost_sight")
    if before.verdict == Outcome.CANT_TELL and verdict in _KNOWN:
        return _OfficeChange(Change.NEUTRAL, "gained_sight")
    return _OfficeChange(Change.NEUTRAL, "not_comparable")
