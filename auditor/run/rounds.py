"""A round of looks at every page: a run that was cut short is gone on with by the next."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, RunSnapshot
from auditor.base.weeks import Week

_GOES_ON = timedelta(hours=36)
"""So long after its last look a round is gone on with: a run a day, whenever it comes, does."""
_MAY_PASS = {Cause.THROTTLED, Cause.UNREACHABLE, Cause.NO_CREDENTIALS, Cause.BLOCKED}


def seen_in_open_round(
    begun: int | None, week: Week, as_of: datetime, seen: Iterable[RunSnapshot]
) -> frozenset[tuple[str, str]]:
    """Return route and address of what the week's unfinished round, which began with run `begun`, has seen already.

    What could not be seen for a cause that may pass is not in it; nor what was seen before the week's end, once it is
    over: it does not show all of it.
    """
    rows = [row for row in seen if row.week == str(week)]
    own = [row.snapshot for row in rows if begun is not None and row.run >= begun]
    if not own or max(look.taken_at for look in own) < as_of - _GOES_ON:
        return frozenset()
    timely = [look for look in own if week.ends > as_of or look.taken_at >= week.ends]
    sure = [look for look in timely if _MAY_PASS.isdisjoint({look.cause, look.posts_cause})]
    return frozenset((look.route.value, look.url) for look in sure)
