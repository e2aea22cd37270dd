"""How far a probe reads back."""

from datetime import timedelta

from auditor.probes.target import Window
from tests.cases import NOW, WEEK

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_a_window_reaches_back_as_far_as_the_policy_counts() -> None:
    """Posts as far as threads, or three weeks beyond the silence limit if longer; comments as far as threads."""
    for now, more, posts, gap, comments in [
        (NOW, {}, 28, 28, 14),
        (NOW, {"thread_days": 40}, 40, 28, 40),
        (NOW, {"silence_days": 20}, 41, 41, 14),
        (WEEK.ends - DAY, {}, 28, 28, 14),
    ]:
        window = Window.of(WEEK, now, **more)
        assert (window.starts, window.ends) == (WEEK.starts, min(WEEK.ends, now))
        assert (window.starts - window.posts_from, window.ends - window.gap_from) == (posts * DAY, gap * DAY)
        assert window.starts - window.comments_from == comments * DAY
