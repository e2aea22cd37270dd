"""A round that was cut short is gone on with by the next run: what it has seen is not asked for again."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Route, RunSnapshot
from auditor.run.rounds import seen_in_open_round
from tests.cases import WEEK
from tests.run.helpers import END, HOUR, MONDAY, shown

PAGE = (Route.TELEGRAM_PREVIEW.value, "https://t.me/perviy_rayon")


SEEN = [{}, {"run": 6}, {"hours": 36}, {"at": END}, {"at": END - HOUR, "hours": 0.9}]
SEEN += [{"cause": Cause.GONE, "exists": False}, {"cause": Cause.UNRECOGNISED_PAGE, "exists": None}]
UNSEEN = [{"run": 4}, {"begun": None}, {"week": WEEK.shift(-1)}, {"hours": 36.1}, {"at": END - HOUR, "hours": 1}]
UNSEEN += [{"cause": cause, "exists": None} for cause in ("throttled", "unreachable", "no_credentials", "blocked")]
UNSEEN += [{"posts_cause": Cause.THROTTLED}]


@pytest.mark.parametrize(
    ("case", "is_seen"), [(case, cases is SEEN) for cases in (SEEN, UNSEEN) for case in cases], ids=str
)
def test_a_page_that_a_round_has_seen_is_left_out(case: dict[str, Any], is_seen: bool) -> None:
    """For a day and a half, by the runs of the round; not over the week's end, nor for a cause that may pass."""
    about = {"begun": 5, "run": 5, "week": WEEK, "hours": 1, "at": MONDAY, **case}
    begun, run, week, hours = (about.pop(name) for name in ("begun", "run", "week", "hours"))
    row = RunSnapshot(str(week), shown(**about), run=run)
    found = seen_in_open_round(begun, WEEK, about["at"] + timedelta(hours=hours), [row])
    assert found == (frozenset({PAGE}) if is_seen else frozenset())


def test_a_round_is_as_old_as_its_last_look() -> None:
    """A run a day goes on with it, whenever it comes."""
    old, new = shown(MONDAY), shown(MONDAY + timedelta(hours=30), url="https://t.me/vtoroy_rayon")
    rows = [RunSnapshot(str(WEEK), look, run=5) for look in (old, new)]
    assert len(seen_in_open_round(5, WEEK, MONDAY + timedelta(hours=60), rows)) == 2
