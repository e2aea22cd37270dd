"""Opened (section 5): was a page of his open by his last day: in time, late, not found, or not known."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, TraceKind, Weight
from auditor.base.weeks import Week
from auditor.registry.models import OtherNetwork
from tests.cases import TOMSK, account, case, judge, judge_office, report, search, tenure
from tests.rules.helpers import (
    Row,
    channel,
    confirmed,
    elsewhere,
    exactly,
    exemption,
    in_office,
    later,
    local,
    not_later,
    of_office,
    profile,
    row,
    stale,
    table,
    vk_page,
    weighed,
)

CHECK = "opened_by_deadline"
LATE, EARLY = exactly("2023-02-14T12:00"), exactly("2021-10-12T12:00")
UNDATED = {"opened_at": None, "opened_precision": None, "traces": ()}
BLIND = {"exists": None, "id": None, **UNDATED}
W22 = Week(2022, 22, TOMSK)
MAX, OTHER = OtherNetwork.MAX, OtherNetwork.OTHER
PAIR = in_office(account(), vk_page())


def at(verdict: Any, moment: str, **more: Any) -> Row:
    """Write a row of a channel that was opened at a moment exactly."""
    return row(verdict, channel(**exactly(moment)), **more)


def by(verdict: Any, moment: str, **more: Any) -> Row:
    """Write a row of a channel whose oldest post is of a moment."""
    return row(verdict, channel(**not_later(moment)), **more)


def both(verdict: Any, oldest: str, exact: str, **more: Any) -> Row:
    """Write a row of a channel that shows a post and when it was made."""
    traces = (*not_later(oldest)["traces"], *exactly(exact)["traces"])
    return row(verdict, channel(**{**exactly(exact), "traces": traces}), **more)


def late(verdict: Any, **fields: Any) -> Row:
    """Write a row of one whose channel was opened late, with more on record."""
    return row(verdict, channel(**LATE), person=in_office().model_copy(update=fields))


def nowhere(verdict: Any, *searches: Any, since: str = "2019-09", **more: Any) -> Row:
    """Write a row of one without a page that is judged, looked for on some days."""
    case = {key: more.pop(key) for key in ("policy", "neutral", "as_of", "week") if key in more}
    values = {key: more.pop(key) for key in ("reason", "grace_used", "days_late") if key in more}
    person = tenure(**{"since": since, "searches": [search(s) if isinstance(s, str) else s for s in searches]} | more)
    return row(verdict, person=person, **{"as_of": later(days=30)} | case, **values)


def first_and_last(since: str, inclusive: str) -> dict[str, Row]:
    """Write the rows of the last moment that is in time and the first that is not."""
    last, person = date.fromisoformat(inclusive), in_office(since=since)
    return {
        f"since {since}, on {last}": at("passed", f"{last}T23:59:59", person=person),
        f"since {since}, after {last}": at("failed", f"{last + timedelta(days=1)}T00:00", person=person, reason="late"),
    }


def exempt(verdict: Any, given: str, until: str, page: str) -> Row:
    """Write a row of one who was exempt, and opened a page on a day."""
    return at(verdict, f"{page}T12:00", person=in_office(exemptions=[exemption(on=given, until=until)]))


def before_the_end(verdict: Any, moment: str) -> Row:
    """Write a row of a page that could not be seen, judged at a moment."""
    blind = channel(**{**BLIND, "cause": "blocked", "at": local(moment)})
    return row(verdict, blind, person=in_office(known_as_of="2022-06"), week=W22, as_of=local(moment))


PRESS = in_office(vk_page(), reports=[report(on="2022-06-10", network=Network.VK)])
UNKNOWN_START = tenure(known_from="2022-05-31", known_as_of="2026", accounts=[account()])
LAST_DAY = {
    "long before": at("passed", "2021-10-12T09:00", days_late=-231, grace_used=False, deadline="2022-05-31T17:00:00Z"),
    "the last day": at("passed", "2022-05-31T00:00", days_late=0, grace_used=False),
    "its last second": at("passed", "2022-05-31T23:59:59", days_late=0, grace_used=False),
    "the day of grace": at("passed", "2022-06-01T00:00", days_late=1, grace_used=True, reason=None),
    "its last second too": at("passed", "2022-06-01T23:59:59", days_late=1, grace_used=True),
    "the day after": at("failed", "2022-06-02T00:00", days_late=2, grace_used=False, reason="late"),
    "months after": at("failed", "2023-02-14T12:00", days_late=259, reason="late"),
    "a trace in time": by("passed", "2022-03-14T10:00", grace_used=False, days_late=None, precision="not_later_than"),
    "a trace in the grace": by("passed", "2022-06-01T10:00", grace_used=True, days_late=None),
    "a later trace": by("too_little_data", "2022-06-02T00:00", grace_used=False, days_late=None, reason=None),
    **first_and_last("2022-05-02", "2022-06-01"),
    **first_and_last("2022-05-03", "2022-06-02"),
    **first_and_last("2022-05", "2022-06-30"),
    **first_and_last("2023-01-10", "2023-02-09"),
    **first_and_last("2023-02", "2023-03-30"),
    **first_and_last("2023", "2024-01-30"),
    "a month's better day, by a trace": by("passed", "2024-04-30T23:00", person=in_office(since="2024-03")),
    "deadline_grace_days of 0": at("failed", "2022-06-01T12:00", policy={"deadline_grace_days": 0}),
    "newcomer_days of 33": at(
        "passed", "2023-02-12T12:00", person=in_office(since="2023-01-10"), policy={"newcomer_days": 33}
    ),
    "30 days after an exemption": exempt("passed", "2022-05-30", "2024-12-31", "2025-01-30"),
    "31 days after it": exempt("failed", "2022-05-30", "2024-12-31", "2025-01-31"),
    "given on the last day": exempt("passed", "2022-06-01", "2024-12-31", "2025-01-30"),
    "given after it": exempt("failed", "2022-06-02", "2024-12-31", "2025-01-10"),
    "until a month": exempt("passed", "2022-05-30", "2024-12", "2025-01-30"),
    "given in a month": exempt("passed", "2022-05", "2024-12-31", "2025-01-30"),
    "which ended before": exempt("failed", "2022-04-01", "2022-04-30", "2022-06-02"),
    "not due within the grace": before_the_end("inapplicable", "2022-06-01T23:59:59"),
    "due after it": before_the_end("blocked", "2022-06-02T00:00"),
    "a newcomer whose time runs": nowhere(
        "inapplicable", "2026-11-20", since="2026-11-18", as_of=local("2026-11-24T12:00")
    ),
    "a newcomer with a page": row("passed", channel(), person=in_office(since="2026-11-18")),
    "an older trace beside an exact date": both("passed", "2022-06-01T23:30", "2022-06-02T12:00", grace_used=True),
    "and without need of grace": both("passed", "2022-05-31T23:30", "2022-06-01T12:00", grace_used=False),
    "no start known, in time": at("passed", "2022-06-01T12:00", person=UNKNOWN_START),
    "no start known, a trace": by("passed", "2022-01-20T12:00", person=UNKNOWN_START),
    "no start known, later": at("too_little_data", "2022-06-05T12:00", person=UNKNOWN_START, days_late=None),
    "no start known, not found": row(
        "cantTell", person=tenure(known_from="2022-05-31", known_as_of="2026", searches=[search("2026-11-18")])
    ),
    "what is neutral since was not then": at("failed", "2022-07-01T12:00", neutral=True, days_late=31),
}


@table(LAST_DAY)
def test_an_opening_is_held_against_his_last_day(row: Row) -> None:
    """The deadline and its grace, a newcomer's days or those after an exemption; days late are the zone's days."""
    row.holds(CHECK)


def beside(verdict: Any, **vk: Any) -> Row:
    """Write a row of a late channel beside a VK page."""
    return row(verdict, channel(**LATE), profile(**vk), person=PAIR)


def doubted(verdict: Any, weight: Weight, **fields: Any) -> Row:
    """Write a row of one look of a weight."""
    return row(verdict, weighed(channel(**{**LATE, **fields}), weight), as_of=later(days=30))


OLD_LOOK = {"at": local("2026-10-01T12:00")}
LATE_ROWS = {
    "another in time": beside("passed", **exactly("2018-01-01T12:00")),
    "a trace of another in time": beside("passed", **not_later("2022-05-01T12:00")),
    "both late": beside("failed", **exactly("2024-01-01T12:00")),
    "a later trace of another": beside("too_little_data", **not_later("2024-01-01T12:00")),
    "another without a date": beside("too_little_data"),
    "another closed": beside("private", cause="private"),
    "another banned": beside("banned", exists=None, cause="banned"),
    "another gone": beside("gone", exists=False, cause="gone"),
    "another never looked at": row("untested", channel(**LATE), person=PAIR),
    "another never looked at, in time": row("passed", channel(), person=PAIR),
    "never looked at": row("untested", person=in_office()),
    "an open lead": late("untested", listed=[account(), account(Network.VK, "mozhet_byt", confirmed=False)]),
    "a report of before": late("too_little_data", reports=[report(by="2022-11-01")]),
    "of the day before": late("too_little_data", reports=[report(by="2023-02-13")]),
    "of its day": late("failed", reports=[report(by="2023-02-14")]),
    "without a day": late("failed", reports=[report()]),
    "a report in time": late("passed", reports=[report(by="2022-05-26")]),
    "a report of a network of no page": late("too_little_data", reports=[report(by="2024", network=Network.VK)]),
    "of MAX": late("too_little_data", reports=[report(network=MAX)]),
    "of no known network": late("failed", reports=[report(by="2024", network=OTHER)]),
    "of none of these, in time": late("passed", reports=[report(by="2022-05-26", network=OTHER)]),
    "a page elsewhere": late("too_little_data", listed=[account(), elsewhere("2024-01-01")]),
    "a page elsewhere, in time": late("passed", listed=[account(), elsewhere("2022-04")]),
    "its source is of before": late("too_little_data", listed=[confirmed(account(), "2026-09-01", of="2022-12")]),
    "its source is of in time": late("passed", listed=[confirmed(account(), "2026-09-01", of="2022-05")]),
    "its source is of after": late("failed", listed=[confirmed(account(), "2026-09-01", of="2023-06")]),
    "a post of before it was made": both("too_little_data", "2022-11-01T12:00", "2023-02-14T12:00"),
    "a post of in time": both("passed", "2022-05-31T12:00", "2023-02-14T12:00"),
    "a post of after": both("failed", "2023-03-01T12:00", "2023-02-14T12:00"),
    "in full": doubted("failed", Weight.FULL),
    "by a late look": doubted("failed", Weight.FULL, at=later(days=20)),
    "by a doubted one": doubted("cantTell", Weight.FOR_HIM),
    "in time by a doubted one": doubted("passed", Weight.FOR_HIM, **EARLY),
    "in time beside a phantom": doubted("cantTell", Weight.NONE, **EARLY),
    "on an old confirmation": row("stale", channel(**LATE), person=in_office(stale(account()))),
    "in time on an old one": row("passed", channel(), person=in_office(stale(account()))),
    "beside a late page on an old one": row(
        "failed", channel(**LATE), profile(**LATE), person=in_office(stale(account()), vk_page())
    ),
    **{
        cause: row(cause, channel(**BLIND, cause=cause))
        for cause in ("unreachable", "throttled", "refused", "no_credentials", "wrong_kind")
    },
    "seen before the week, undated": row("too_little_data", channel(**OLD_LOOK, **UNDATED)),
    "seen before, and gone": row("passed", channel(**OLD_LOOK), channel(exists=False, cause="gone", **UNDATED)),
    "seen before, and another's": row("passed", channel(**OLD_LOOK), channel(id=9, **LATE)),
    "a day of the press is no exact date": row(
        "too_little_data", profile(), person=PRESS, precision="not_later_than", days_late=None
    ),
    "and is shown before a younger trace": row(
        "too_little_data",
        profile(**not_later("2022-07-01T12:00")),
        person=PRESS,
        opened_at="2022-06-10T16:59:59Z",
        days_late=None,
    ),
}


@table(LATE_ROWS)
def test_late_takes_an_exact_date_of_each_of_his_pages_and_nothing_that_says_otherwise(row: Row) -> None:
    """By looks that are trusted, on a valid confirmation; some trace in time is enough."""
    row.holds(CHECK)


HERE = ["vk", "telegram", "ok", "max"]
ON = "2026-11-18"
NOT_FOUND = {
    "no search": nowhere("untested", reason=None),
    "a valid one": nowhere("failed", ON, reason="not_found"),
    "181 days before the week's end": nowhere("untested", "2026-05-25"),
    "180 days": nowhere("failed", "2026-05-26"),
    "14 days after it": nowhere("failed", "2026-12-06"),
    "15 days": nowhere("untested", "2026-12-07"),
    "made after the audit's moment": nowhere("untested", "2026-11-25", as_of=local("2026-11-24T12:00")),
    "by search_valid_days": nowhere("failed", "2026-05-20", policy={"search_valid_days": 186}),
    "by late_look_days": nowhere("failed", "2026-12-08", policy={"late_look_days": 16}),
    "something was found": nowhere("untested", search(ON, found="страница")),
    "something was found before": nowhere("untested", search("2026-08-01", found="страница"), ON),
    "of three networks": nowhere("untested", search(ON, networks=HERE[:3])),
    "of two, and one of all": nowhere("failed", search(ON, networks=HERE[:2]), "2026-10-01"),
    "an open lead": nowhere("untested", ON, accounts=[account(confirmed=False)]),
    "a report of MAX": nowhere("cantTell", ON, reports=[report(by="2026-10", network=MAX)]),
    "a report": nowhere("cantTell", ON, reports=[report(by="2026-10")]),
    "a report without a day": nowhere("cantTell", ON, reports=[report()]),
    "a report of another network": nowhere("failed", ON, reports=[report(by="2026", network=OTHER)]),
    "a report of no network": nowhere("failed", ON, reports=[report(by="2026", network=None)]),
    "within his time": nowhere("untested", ON, since="2026-10-25"),
    "on his last day": nowhere(
        "untested", "2022-06-01", known_as_of="2022-06", week=W22.shift(1), as_of=local("2022-06-14T12:00")
    ),
    "the day after it": nowhere(
        "failed", "2022-06-02", known_as_of="2022-06", week=W22.shift(1), as_of=local("2022-06-14T12:00")
    ),
    "of all but a neutral network": nowhere("failed", search(ON, networks=["vk", "ok", "max"]), neutral=True),
    "which was not neutral then": nowhere(
        "untested",
        search("2025-05-31", networks=["vk", "ok", "max"]),
        neutral=True,
        policy={"search_valid_days": 900},
    ),
    "a report in time": nowhere("passed", reports=[report(by="2022-05-26")], grace_used=False, days_late=None),
    "a report of the month": nowhere("passed", reports=[report(by="2022-05")], grace_used=False),
    "a report in the grace": nowhere("passed", reports=[report(on="2022-06-01")], grace_used=True, days_late=None),
    "a report of the month after": nowhere("cantTell", reports=[report(by="2022-06")], days_late=None),
    "a report of the year": nowhere("cantTell", reports=[report(by="2022")]),
    "a report of MAX in time": nowhere("passed", reports=[report(by="2022-05-26", network=MAX)]),
    "a report of another in time": nowhere("passed", reports=[report(by="2022-05-26", network=OTHER)]),
}


@table(NOT_FOUND)
def test_not_found_takes_one_search_of_every_network_that_is_valid_and_nothing_reported(row: Row) -> None:
    """After his last day, from 180 days before to 14 after the week's end; a report alone can pass."""
    row.holds(CHECK)


@pytest.mark.parametrize(("of", "outcome"), [("2022-04", "passed"), ("2023-04-01", "cantTell"), (None, "cantTell")])
def test_a_page_elsewhere_counts_by_its_source(of: str | None, outcome: str) -> None:
    """The program does not look there."""
    person = tenure(since="2019-09", searches=[search(ON)]).model_copy(update={"listed": [elsewhere(of)]})
    assert of_office(CHECK, [], person=person).outcome == outcome


def test_every_trace_is_told_the_oldest_first() -> None:
    """Those of looks, of reports and of the page's own source."""
    person = in_office(confirmed(account(), "2026-09-01", of="2022-07"), reports=[report(by="2022-08-10")])
    found = of_office(CHECK, [channel(**not_later("2022-08-01T12:00"))], person=person)
    assert [trace["kind"] for trace in found.values["traces"]] == ["report", TraceKind.OLDEST_POST, "report"]
    assert datetime.fromisoformat(found.values["opened_at"]) == local("2022-07-31T23:59:59")


@pytest.mark.parametrize(
    ("since", "moment", "relation"),
    [
        ("2019-09", "2018-03-05T12:00", "relation.before"),
        ("2026-10-01", "2025-03-05T12:00", "relation.before_office"),
        ("2026-10-01", "2026-10-12T12:00", "relation.before"),
    ],
)
def test_before_taking_office_is_said_of_who_has_a_last_day_of_his_own(since: str, moment: str, relation: str) -> None:
    """Of another, and of a page of after that day, the days before the last day are said."""
    found = judge_office(CHECK, case([in_office(since=since)], channel(**exactly(moment))))
    assert (found.outcome, found.message.params["relation"].id) == ("passed", relation)


def test_a_page_that_nobody_ever_looked_at_is_not_said_to_be_unsettled() -> None:
    """One that was looked at, and that nothing dates, is."""
    found = {one.account: one for one in judge(CHECK, case([PAIR], channel(**UNDATED)))}
    undated, never = (found[page.url.url] for page in (account(), vk_page()))
    assert (undated.outcome, undated.message.id) == ("cantTell", "opened_by_deadline.undated")
    assert (never.outcome, never.message.id) == ("inapplicable", "look.not_yet")
