"""The case of one office in one week, as its checks get it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from auditor.audit.cases import make_case
from auditor.base.weeks import Week
from tests.cases import NOW, TOMSK, WEEK, office, registry, tenure

EAST = ZoneInfo("Asia/Kamchatka")


def test_the_week_and_the_deadline_are_those_of_the_offices_own_zone() -> None:
    """Midnight where the office is, five hours before that of the registry."""
    here = office(tenure(since="2020"))
    there = here.model_copy(update={"timezone": "Asia/Kamchatka"})
    book = registry(there)
    case = make_case(book, there, WEEK, NOW, {})
    assert (case.week, case.week.starts) == (Week(WEEK.year, WEEK.number, EAST), WEEK.starts - timedelta(hours=5))
    ours, theirs = (of.directive.deadline.astimezone(zone) for of, zone in ((book, TOMSK), (case.registry, EAST)))
    assert ours.replace(tzinfo=None) == theirs.replace(tzinfo=None)
    assert make_case(book, here, WEEK, NOW, {}).registry is book
