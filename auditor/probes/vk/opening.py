"""When a VK page can have been opened, as far as its id tells.

VK gives no date of creation. Ids grow with time, so a page was made about when its neighbours were; the published
points below are known only roughly, hence the margin.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from auditor.base.snapshot import Precision

_USER_POINTS: tuple[tuple[int, datetime], ...] = (
    (1, datetime(2006, 9, 23, tzinfo=UTC)),
    (578_000_000, datetime(2020, 6, 20, tzinfo=UTC)),
    (670_000_000, datetime(2022, 6, 6, tzinfo=UTC)),
    (870_000_000, datetime(2025, 1, 8, tzinfo=UTC)),
)
"""Users' ids, rounded, and a day by which such an id existed: published observations (notes on VK, section 4.3)."""

_GROUP_POINTS: tuple[tuple[int, datetime], ...] = ((221_100_000, datetime(2023, 6, 10, tzinfo=UTC)),)
"""The same for communities' ids."""

_MARGIN = timedelta(days=90)
"""Taken off a point's day: the points are rounded, and ids are handed out from several ranges at once."""


def not_earlier_than(owner_id: int) -> datetime | None:
    """Return the moment before which the page of this signed id was not there; None where no point lies below it.

    The last published point at or below the id, less `_MARGIN`. It never decreases as ids grow.
    """
    points = _USER_POINTS if owner_id > 0 else _GROUP_POINTS
    below = [at for first, at in points if first <= abs(owner_id)]
    return below[-1] - _MARGIN if below else None


def bounds(owner_id: int, oldest: datetime | None, *, last: bool) -> dict[str, Any]:
    """Bound the opening, in a snapshot's words. `oldest` is the oldest post seen, `last` whether none is older.

    The id's bound stands only beside the truly oldest post, and gives way to an older one.
    """
    floor = not_earlier_than(owner_id)
    if oldest is None:
        return {"not_earlier_than": floor}
    beaten = floor is not None and floor > oldest
    return {
        "opened_at": oldest,
        "opened_precision": Precision.NOT_LATER_THAN,
        "not_earlier_than": floor if last and not beaten else None,
    }
