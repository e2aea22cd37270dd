"""A run looks at a week of every zone that an office is in."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from auditor.base.weeks import day_start
from auditor.probes.base import Window
from tests.cases import NOW, TOMSK, WEEK


def test_a_run_reads_the_weeks_of_all_zones() -> None:
    """From the first midnight to the last."""
    east, west = ZoneInfo("Asia/Kamchatka"), ZoneInfo("Europe/Kaliningrad")
    window = Window.of(WEEK, WEEK.ends + timedelta(days=3), [east, west])
    assert window.starts == day_start(WEEK.first_day, east)
    assert window.ends == day_start(WEEK.last_day + timedelta(days=1), west)
    assert Window.of(WEEK, NOW, [TOMSK]) == Window.of(WEEK, NOW)
