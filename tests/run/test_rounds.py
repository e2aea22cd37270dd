"""A round that was cut short is continued by the next run: what it has seen is not requested again."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Route, RunSnapshot
from auditor.run.plan import seen_in_open_round
from tests.cases import WEEK
from tests.run.toy_runs import END, HOUR, MONDAY, snapshot_at

PAGE = (Route.TELEGRAM_PREVIEW.value, "https://t.me/perviy_rayon")


SEEN = [{}, {"run": 6}, {"hours": 36}, {"taken_at": END}, {"taken_at": END - HOUR, "hours": 0.9}]
SEEN += [{"cause": Cause.GONE, "exists": False}, {"cause": Cause.UNRECOGNISED_PAGE, "exists": None}]
UNSEEN = [
    {"run": 4},
    {"first_run": None},
    {"week": WEEK.shift(-1)},
    {"hours": 36.1},
    {"taken_at": END - HOUR, "hours": 1},
]
UNSEEN += [{"cause": cause, "exists": None} for cause in Cause if cause.may_pass]
UNSEEN += [{"posts_cause": Cause.THROTTLED}, {"posts_cause": Cause.CONTROL_FAILED}]


@pytest.mark.parametrize(
    ("case", "is_seen"), [(case, cases is SEEN) for cases in (SEEN, UNSEEN) for case in cases], ids=str
)
def test_a_page_that_a_round_has_seen_is_left_out(case: dict[str, Any], is_seen: bool) -> None:
    """For a day and a half, by the runs of the round; not beyond the week's end, nor after a passing failure."""
    fields = {"first_run": 5, "run": 5, "week": WEEK, "hours": 1, "taken_at": MONDAY, **case}
    first_run, run, week, hours = (fields.pop(name) for name in ("first_run", "run", "week", "hours"))
    row = RunSnapshot(str(week), snapshot_at(**fields), run=run)
    already_seen = seen_in_open_round(first_run, WEEK, fields["taken_at"] + timedelta(hours=hours), [row])
    assert already_seen == (frozenset({PAGE}) if is_seen else frozenset())


def test_a_round_is_as_old_as_its_last_look() -> None:
    """A run a day continues it, at any hour."""
    old, new = snapshot_at(MONDAY), snapshot_at(MONDAY + timedelta(hours=30), url="https://t.me/vtoroy_rayon")
    rows = [RunSnapshot(str(WEEK), look, run=5) for look in (old, new)]
    assert len(seen_in_open_round(5, WEEK, MONDAY + timedelta(hours=60), rows)) == 2
