"""A round of looks at every page: the next run continues one that was cut short."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from auditor.base.snapshot import RunSnapshot, Snapshot
from auditor.base.weeks import Week

_CONTINUED_FOR = timedelta(hours=36)
"""How long after its last look a round is continued: enough for a run a day at any hour."""


def seen_in_open_round(
    first_run: int | None, week: Week, as_of: datetime, snapshots: Iterable[RunSnapshot]
) -> frozenset[tuple[str, str]]:
    """Return route and address of what the week's unfinished round, which began with run `first_run`, has seen already.

    Left out are looks that failed for a passing cause and, once the week is over, looks from before its end, which do
    not show all of it.
    """
    rows = [row for row in snapshots if row.week == str(week)]
    round_snapshots = [row.snapshot for row in rows if first_run is not None and row.run >= first_run]
    if not round_snapshots or max(look.taken_at for look in round_snapshots) < as_of - _CONTINUED_FOR:
        return frozenset()
    after_week = [look for look in round_snapshots if week.ends > as_of or look.taken_at >= week.ends]
    return frozenset((look.route.value, look.url) for look in after_week if not _may_pass(look))


def _may_pass(look: Snapshot) -> bool:
    return any(cause is not None and cause.may_pass for cause in (look.cause, look.posts_cause))
