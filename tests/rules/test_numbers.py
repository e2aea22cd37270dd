"""The numbers that readers are given."""

from datetime import timedelta

from tests.cases import WEEK, posts
from tests.rules.helpers import asked, channel, comment, of_office, post, replies

OLD = posts(-24 * 20, first_id=90)
SUNDAY_NIGHT = 168 - 3


# Item 41
def test_the_median_is_over_the_questions_that_were_due() -> None:
    """Three of five due were answered within two hours: those not yet due, three hours old, tell nothing of it."""
    due = (*asked(5), *replies("owner", 1, 2, 3, after=2), *replies("owner", 4, 5, after=6))
    pending = tuple(comment(n, "citizen", SUNDAY_NIGHT) for n in range(11, 15))
    look = channel(*OLD, post(1, *due, *pending), at=WEEK.ends + timedelta(minutes=1))
    found = of_office("comments_answered", [look], as_of=WEEK.ends + timedelta(hours=30))
    assert (found.value("due"), found.value("pending")) == (5, 4)
    assert found.value("median_hours") == 2


# Item 41
def test_there_is_no_median_where_fewer_than_half_are_answered() -> None:
    """Two of five due were answered; that the rest were seen last after a day makes no half of them."""
    late = tuple(comment(n, "citizen", SUNDAY_NIGHT - 24) for n in (11, 12, 13))
    due = (*asked(2), *replies("owner", 1, after=2), *replies("owner", 2, after=40))
    look = channel(*OLD, post(1, *due, *late), at=WEEK.ends + timedelta(minutes=1))
    found = of_office("comments_answered", [look], as_of=WEEK.ends + timedelta(hours=30))
    assert (found.value("due"), found.value("no_reply_found")) == (5, 3)
    assert found.value("median_hours") is None
