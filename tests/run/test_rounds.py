"""A round that was cut short is gone on with by the next run: what it has seen is not asked for again."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Route, StoredSnapshot
from auditor.run.rounds import seen_unfinished
from tests.cases import WEEK
from tests.run.helpers import END, HOUR, MONDAY, shown

PAGE = (Route.TELEGRAM_PREVIEW.value, "https://t.me/perviy_rayon")


def seen(look: dict[str, Any], begun: int | None = 5, run: int = 5, week: Any = WEEK, hours: float = 1) -> Any:
    """Return what an unfinished round has seen, of one look of a run, so many hours after it."""
    fields = {"at": MONDAY, **look}
    row = StoredSnapshot(str(week), shown(**fields), run=run)
    return seen_unfinished(begun, WEEK, fields["at"] + timedelta(hours=hours), [row])


@pytest.mark.parametrize(
    ("look", "round_", "is_seen"),
    [
        ({}, {}, True),
        ({}, {"run": 6}, True),
        ({}, {"run": 4}, False),
        ({}, {"begun": None}, False),
        ({}, {"week": WEEK.shift(-1)}, False),
        ({}, {"hours": 36}, True),
        ({}, {"hours": 36.1}, False),
        ({"at": END}, {}, True),
        ({"at": END - HOUR}, {"hours": 0.9}, True),
        ({"at": END - HOUR}, {"hours": 1}, False),
        ({"cause": Cause.GONE, "exists": False}, {}, True),
        ({"cause": Cause.UNRECOGNISED_PAGE, "exists": None}, {}, True),
        *(({"cause": cause, "exists": None}, {}, False) for cause in ("throttled", "unreachable", "no_credentials")),
        ({"cause": Cause.BLOCKED, "exists": None}, {}, False),
        ({"posts_cause": Cause.THROTTLED}, {}, False),
    ],
    ids=str,
)
def test_a_page_that_a_round_has_seen_is_left_out(look: dict[str, Any], round_: dict[str, Any], is_seen: bool) -> None:
    """For a day and a half, by the runs of the round; not over the week's end, nor for a cause that may pass."""
    assert seen(look, **round_) == (frozenset({PAGE}) if is_seen else frozenset())


def test_a_round_is_as_old_as_its_last_look() -> None:
    """A run a day goes on with it, whenever it comes."""
    old, new = shown(MONDAY), shown(MONDAY + timedelta(hours=30), url="https://t.me/vtoroy_rayon")
    rows = [StoredSnapshot(str(WEEK), look, run=5) for look in (old, new)]
    assert len(seen_unfinished(5, WEEK, MONDAY + timedelta(hours=60), rows)) == 2
