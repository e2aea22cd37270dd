"""What became of verdicts: since the last audited week, and where a published week is judged again."""

from dataclasses import dataclass

from auditor.audit.document import Audit, AuditedOffice, AuditedRejudged, Change
from auditor.base.snapshot import Outcome

_KNOWN = {Outcome.PASSED.value, Outcome.FAILED.value}


@dataclass(frozen=True, slots=True)
class _OfficeChange:
    """A change with the reason of a neutral one, in the words that `AuditedOffice.change_reason` lists."""

    change: Change
    reason: str | None = None


NOT_LOOKED = _OfficeChange(Change.NEUTRAL, "not_comparable")
"""Without a look in the week no change can be seen."""


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


def rejudged(audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with which verdicts are others than in the audit of the same week that was stored first.

    `stored` is the last one stored; where it was judged anew itself, it says what the first one held.
    """
    then, now = _first(stored), {office.id: office.verdict for office in audit.offices}
    other = [name for name in then | now if then.get(name) != now.get(name)]
    names = {office.id: office.municipality for office in stored.offices} | _gone(stored)
    told = AuditedRejudged(
        stored_as_of=stored.rejudged.stored_as_of if stored.rejudged else stored.as_of,
        offices=other,
        before={name: then[name] for name in other if name in then},
        gone={name: names[name] for name in other if name not in now},
    )
    return audit.model_copy(update={"rejudged": told})


def _first(stored: Audit) -> dict[str, str]:
    """Return the verdicts as they were stored first."""
    verdicts = {office.id: office.verdict for office in stored.offices}
    if stored.rejudged is None:
        return verdicts
    added = set(stored.rejudged.offices) - stored.rejudged.before.keys()
    return {name: verdict for name, verdict in (verdicts | stored.rejudged.before).items() if name not in added}


def _gone(stored: Audit) -> dict[str, str]:
    return stored.rejudged.gone if stored.rejudged else {}
