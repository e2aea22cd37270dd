"""Opening (section 5): what blocks a judgement, how evidence ages, and whether a page was open in time."""

from datetime import date, datetime
from typing import Any

import pytest

from auditor.base.snapshot import Network, TraceKind, Weight
from auditor.base.weeks import Week
from auditor.registry.models import (
    Account,
    AccountKind,
    OfficeGroup,
    OtherNetwork,
    Rejection,
    Tenure,
    Vacancy,
)
from tests.cases import NOW, TOMSK, WEEK, account, case, judge, judge_office, partial, report, search, tenure
from tests.rules.rule_rows import (
    CHECKS,
    Row,
    channel,
    confirmed,
    document,
    elsewhere,
    exactly,
    exemption,
    finding_summary,
    head,
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

DIRECTIVE, POSTS, EXISTS = "opened_by_deadline", "posts_per_week", "account_exists"
LATE, EARLY = exactly("2023-02-14T12:00"), exactly("2021-10-12T12:00")
UNDATED = {"opened_at": None, "opened_precision": None, "traces": ()}
BLIND = {"exists": None, "id": None, **UNDATED}
W22 = Week(2022, 22, TOMSK)
MAX, OTHER = OtherNetwork.MAX, OtherNetwork.OTHER
PAIR = in_office(account(), vk_page())


def opened(verdict: str, moment: str, **fields: Any) -> Row:
    """Return a row of a channel with an exact opening date."""
    return row(verdict, channel(**exactly(moment)), **fields)


def traced(verdict: str, moment: str, **fields: Any) -> Row:
    """Return a row of a channel that only its oldest post dates."""
    return row(verdict, channel(**not_later(moment)), **fields)


def two_traces(verdict: str, oldest: str, exact: str, **fields: Any) -> Row:
    """Return a row of a channel dated by its oldest post and by its creation."""
    traces = (*not_later(oldest)["traces"], *exactly(exact)["traces"])
    return row(verdict, channel(**{**exactly(exact), "traces": traces}), **fields)


def late(verdict: str, **fields: Any) -> Row:
    """Return a row of a holder whose channel was opened late; `fields` change the tenure."""
    return row(verdict, channel(**LATE), person=in_office().model_copy(update=fields))


def without_page(verdict: str, *searches: Any, since: str | None = "2019-09", **fields: Any) -> Row:
    """Return a row of a holder without a page on record, searched for on the days of `searches`."""
    person = {key: fields.pop(key) for key in ("reports", "accounts", "known_from", "known_as_of") if key in fields}
    searches_made = [search(s) if isinstance(s, str) else s for s in searches]
    return row(
        verdict, person=tenure(since=since, searches=searches_made, **person), **{"as_of": later(days=30)} | fields
    )


def exempt(verdict: str, given: str, until: str, page: str) -> Row:
    """Return a row of a holder who was exempt, and opened a page on the day `page`."""
    return opened(verdict, f"{page}T12:00", person=in_office(exemptions=[exemption(on=given, until=until)]))


def before_the_end(verdict: str, moment: str) -> Row:
    """Return a row of a page that could not be seen, judged at a moment of June 2022."""
    blind = channel(**{**BLIND, "cause": "blocked", "at": local(moment)})
    return row(verdict, blind, person=in_office(known_as_of="2022-06"), week=W22, as_of=local(moment))


ON, CAME = "2026-11-18", in_office(since="2023")
UNKNOWN_START = tenure(known_from="2022-05-31", known_as_of="2026", accounts=[account()])
LAST_DAY = {
    "long before": opened(
        "passed", "2021-10-12T09:00", days_late=-231, grace_used=False, deadline="2022-05-31T17:00:00Z"
    ),
    "the last second": opened("passed", "2022-05-31T23:59:59", days_late=0, grace_used=False),
    "the day of grace": opened("passed", "2022-06-01T00:00", days_late=1, grace_used=True, reason=None),
    "its last second": opened("passed", "2022-06-01T23:59:59", days_late=1, grace_used=True),
    "the day after": opened("failed", "2022-06-02T00:00", days_late=2, grace_used=False, reason="late"),
    "a trace in time": traced(
        "passed", "2022-03-14T10:00", grace_used=False, days_late=None, precision="not_later_than"
    ),
    "a later trace": traced("too_little_data", "2022-06-02T00:00", grace_used=False, days_late=None, reason=None),
    "30 days after the start": opened("passed", "2022-06-02T23:59:59", person=in_office(since="2022-05-03")),
    "31 days": opened("failed", "2022-06-03T00:00", person=in_office(since="2022-05-03"), reason="late"),
    "30 days after the month": opened("passed", "2022-06-30T23:59:59", person=in_office(since="2022-05")),
    "31 days after it": opened("failed", "2022-07-01T00:00", person=in_office(since="2022-05"), reason="late"),
    "30 days after the year": opened("passed", "2024-01-30T23:59:59", person=CAME),
    "deadline_grace_days of 0": opened("failed", "2022-06-01T12:00", policy={"deadline_grace_days": 0}),
    "a last day of one's own within the grace": opened(
        "passed", "2022-06-01T12:00", person=in_office(since="2022-05-02"), days_late=0, grace_used=False
    ),
    "a long grace forgives and does not count": opened(
        "failed", "2022-06-15T12:00", policy={"deadline_grace_days": 10}, days_late=15
    ),
    "newcomer_days of 33": opened("passed", "2024-02-02T12:00", person=CAME, policy={"newcomer_days": 33}),
    "30 days after an exemption": exempt("passed", "2022-05-30", "2024-12-31", "2025-01-30"),
    "31 days after an exemption": exempt("failed", "2022-05-30", "2024-12-31", "2025-01-31"),
    "given on the last day": exempt("passed", "2022-06-01", "2024-12-31", "2025-01-30"),
    "given after it": exempt("failed", "2022-06-02", "2024-12-31", "2025-01-10"),
    "given in a month, until a month": exempt("passed", "2022-05", "2024-12", "2025-01-30"),
    "not due within the grace": before_the_end("inapplicable", "2022-06-01T23:59:59"),
    "due after it": before_the_end("blocked", "2022-06-02T00:00"),
    "a newcomer whose time runs": without_page("inapplicable", "2026-11-20", since="2026-11-18", as_of=NOW),
    "an older trace beside an exact date": two_traces(
        "passed", "2022-06-01T23:30", "2022-06-02T12:00", grace_used=True
    ),
    "no start known, in time": opened("passed", "2022-06-01T12:00", person=UNKNOWN_START),
    "no start known, a trace": traced("passed", "2022-01-20T12:00", person=UNKNOWN_START),
    "no start known, later": opened("too_little_data", "2022-06-05T12:00", person=UNKNOWN_START, days_late=None),
    "no start known, not found": without_page("cantTell", ON, since=None, known_from="2022-05-31", known_as_of="2026"),
    "what is neutral since was not then": opened("failed", "2022-07-01T12:00", neutral=True, days_late=31),
}


@table(LAST_DAY)
def test_an_opening_is_held_against_the_last_day(row: Row) -> None:
    """The deadline and its grace, a newcomer's days or those after an exemption; days late are the zone's days."""
    row.holds(DIRECTIVE)


def rejected(network: Network, name: str, **fields: Any) -> Account:
    """Return a page that somebody found not to be the holder's."""
    decision = Rejection(on=date(2026, 11, 2), how="однофамилец")
    return account(network, name, confirmed=False).model_copy(update={"rejected": decision, **fields})


def beside(verdict: str, **vk: Any) -> Row:
    """Return a row of a late channel beside a VK page."""
    return row(verdict, channel(**LATE), profile(**vk), person=PAIR)


def doubted(verdict: str, weight: Weight, **fields: Any) -> Row:
    """Return a row of one look of a weight at a late channel."""
    return row(verdict, weighed(channel(**{**LATE, **fields}), weight), as_of=later(days=30))


OLD, PRESS = stale(account()), in_office(vk_page(), reports=[report(on="2022-06-10", network=Network.VK)])
OLD_LOOK = {"at": local("2026-10-01T12:00")}
LATE_ROWS = {
    "another in time": beside("passed", **exactly("2018-01-01T12:00")),
    "both late": beside("failed", **exactly("2024-01-01T12:00")),
    "a later trace of another": beside("too_little_data", **not_later("2024-01-01T12:00")),
    "another without a date": beside("too_little_data"),
    "another gone": beside("gone", exists=False, cause="gone"),
    "another never looked at": row("untested", channel(**LATE), person=PAIR),
    "another never looked at, in time": row("passed", channel(), person=PAIR),
    "never looked at": row("untested", person=in_office()),
    "an open lead": late("untested", listed=[account(), account(Network.VK, "mozhet_byt", confirmed=False)]),
    "a report of the day before": late("too_little_data", reports=[report(by="2023-02-13")]),
    "of its day": late("failed", reports=[report(by="2023-02-14")]),
    "without a day": late("failed", reports=[report()]),
    "a report in time": late("passed", reports=[report(by="2022-05-26")]),
    "a report of a network of no page": late("too_little_data", reports=[report(by="2024", network=Network.VK)]),
    "of no known network": late("failed", reports=[report(by="2024", network=OTHER)]),
    "a page elsewhere": late("too_little_data", listed=[account(), elsewhere("2024-01-01")]),
    "a page elsewhere, in time": late("passed", listed=[account(), elsewhere("2022-04")]),
    "its source is of before": late("too_little_data", listed=[confirmed(account(), "2026-09-01", of="2022-12")]),
    "its source is of after": late("failed", listed=[confirmed(account(), "2026-09-01", of="2023-06")]),
    "a post of before it was made": two_traces("too_little_data", "2022-11-01T12:00", "2023-02-14T12:00"),
    "a post of after": two_traces("failed", "2023-03-01T12:00", "2023-02-14T12:00"),
    "by a late look": doubted("failed", Weight.FULL, at=later(days=20)),
    "by a doubted one": doubted("cantTell", Weight.FAVOURABLE_ONLY),
    "in time by a doubted one": doubted("passed", Weight.FAVOURABLE_ONLY, **EARLY),
    "in time beside a phantom": doubted("cantTell", Weight.NONE, **EARLY),
    "on an old confirmation": row("stale", channel(**LATE), pages=[OLD]),
    "in time on an old one": row("passed", channel(), pages=[OLD]),
    "beside a late page on an old one": row("failed", channel(**LATE), profile(**LATE), pages=[OLD, vk_page()]),
    "found by a search, and not decided": late("untested", searches=[search(ON, found="https://vk.com/drugaya")]),
    "the one that a search found": late(
        "failed",
        searches=[search(ON, found="t.me/perviy_rayon, m.vk.com/id77")],
        listed=[account(), rejected(Network.VK, "drugaya", id=77)],
    ),
    "could not be seen": row("refused", channel(**BLIND, cause="refused")),
    "undated, and then not seen": row(
        "throttled", channel(**UNDATED, at=WEEK.ends), channel(**BLIND, cause="throttled")
    ),
    "seen before the week, undated": row("too_little_data", channel(**OLD_LOOK, **UNDATED)),
    "seen before, and gone": row("passed", channel(**OLD_LOOK), channel(exists=False, cause="gone", **UNDATED)),
    "seen before, and another's": row("passed", channel(**OLD_LOOK), channel(id=9, **LATE)),
    "a day of the press is no exact date, and is shown before a younger trace": row(
        "too_little_data", profile(**not_later("2022-07-01T12:00")), person=PRESS, opened_at="2022-06-10T16:59:59Z"
    ),
}


@table(LATE_ROWS)
def test_late_takes_an_exact_date_of_each_page_of_the_holder_and_nothing_that_says_otherwise(row: Row) -> None:
    """By looks that are trusted, on a valid confirmation; some trace in time is enough."""
    row.holds(DIRECTIVE)


HERE = ["vk", "telegram", "ok", "max"]
FOUND_TWO = search("2026-08-01", found="https://vk.com/odnofamilets: другой (ok.ru/profile/1?x=2)")
NAMESAKES = [
    rejected(Network.VK, "odnofamilets"),
    elsewhere().model_copy(
        update={
            "url": "https://ok.ru/profile/1",
            "confirmed": None,
            "rejected": Rejection(on=date(2026, 11, 2), how="он"),
        }
    ),
]
INSTITUTIONS = account(Network.VK, "adm", confirmed=False).model_copy(update={"kind": AccountKind.INSTITUTION})
IN_JUNE = {"known_as_of": "2022-06", "week": W22.shift(1), "as_of": local("2022-06-14T12:00")}
SEARCHED = tenure(since="2019-09", searches=[search(ON)])
NOT_FOUND = {
    "no search": without_page("untested", reason=None),
    "a valid one": without_page("failed", ON, reason="not_found"),
    "181 days before the week's end": without_page("untested", "2026-05-25"),
    "180 days": without_page("failed", "2026-05-26"),
    "14 days after it": without_page("failed", "2026-12-06"),
    "15 days": without_page("untested", "2026-12-07"),
    "made after the audit's moment": without_page("untested", "2026-11-25", as_of=NOW),
    "by search_valid_days": without_page("failed", "2026-05-20", policy={"search_valid_days": 186}),
    "by late_look_days": without_page("failed", "2026-12-08", policy={"late_look_days": 16}),
    "something was found": without_page("untested", search(ON, found="страница")),
    "something was found before": without_page("untested", search("2026-08-01", found="страница"), ON),
    "found, and rejected since": without_page("failed", FOUND_TWO, ON, accounts=[*NAMESAKES]),
    "found and rejected, and searched no more": without_page("untested", FOUND_TWO, accounts=[*NAMESAKES]),
    "one of two is rejected": without_page("untested", FOUND_TWO, ON, accounts=NAMESAKES[:1]),
    "rejected by its number": without_page(
        "failed", search("2026-08-01", found="m.vk.com/id77"), ON, accounts=[rejected(Network.VK, "borja", id=77)]
    ),
    "a newer find is not decided": without_page(
        "untested", FOUND_TWO, search("2026-09-01", found="@tretiy_kanal"), ON, accounts=[*NAMESAKES]
    ),
    "an older find than the one that was decided": without_page(
        "failed", search("2026-07-01", found="@tretiy_kanal"), FOUND_TWO, ON, accounts=[*NAMESAKES]
    ),
    "a page of the office was found": without_page(
        "failed", search("2026-08-01", found="vk.com/adm"), ON, accounts=[INSTITUTIONS]
    ),
    "of three networks": without_page("untested", search(ON, networks=HERE[:3])),
    "an open lead": without_page("untested", ON, accounts=[account(confirmed=False)]),
    "a report without a day": without_page("cantTell", ON, reports=[report()]),
    "a report of another network": without_page("failed", ON, reports=[report(by="2026", network=OTHER)]),
    "a report of no network": without_page("failed", ON, reports=[report(by="2026", network=None)]),
    "within the time allowed": without_page("untested", ON, since="2026-10-25"),
    "on the last day allowed": without_page("untested", "2022-06-01", **IN_JUNE),
    "the day after it": without_page("failed", "2022-06-02", **IN_JUNE),
    "of all but a neutral network": without_page("failed", search(ON, networks=["vk", "ok", "max"]), neutral=True),
    "a report in time": without_page("passed", reports=[report(by="2022-05-26")], grace_used=False, days_late=None),
    "a report of the month after": without_page("cantTell", reports=[report(by="2022-06")], days_late=None),
    "a page elsewhere": row("cantTell", person=SEARCHED.model_copy(update={"listed": [elsewhere(None)]})),
}


@table(NOT_FOUND)
def test_not_found_takes_one_search_of_every_network_that_is_valid_and_nothing_reported(row: Row) -> None:
    """After the holder's last day, from 180 days before to 14 after the week's end; a source alone can pass."""
    row.holds(DIRECTIVE)


def taken_over(verdict: str, on: str, *, since: str = "2019-09", look: Any = EARLY, **fields: Any) -> Row:
    """Return a row of a channel that passed from the holder before to this one on a day."""
    page = account().model_copy(update={"since": date.fromisoformat(on)})
    return row(verdict, channel(**look), person=in_office(page, since=since), **fields)


TAKEN_OVER = {
    "in time": taken_over("passed", "2022-05-31", opened_at="2022-05-31T16:59:59Z", precision="not_later_than"),
    "after the last day": taken_over("too_little_data", "2023-05-01", opened_at="2023-05-01T16:59:59Z"),
    "made late by another": taken_over("too_little_data", "2023-05-01", look=LATE, days_late=None),
    "by a newcomer": taken_over("passed", "2026-02-01", since="2026-01-20", opened_at="2026-02-01T16:59:59Z"),
}


@table(TAKEN_OVER)
def test_nothing_before_the_day_on_which_a_page_was_taken_over_is_the_holders(row: Row) -> None:
    """That day is a trace: the page is there, not later than then."""
    row.holds(DIRECTIVE)


def test_a_page_that_only_the_press_reports_is_told_so() -> None:
    """The reason in the document is the finding's, with a date or without."""
    for reports in ([report()], [report(by="2024")]):
        judged_case = case([tenure(since="2019-09", searches=[search(ON)], reports=reports)])
        finding = judge_office(DIRECTIVE, judged_case)
        assert (finding.outcome, finding.cause, finding.message.id) == (
            "cantTell",
            "too_little_data",
            "opened_by_deadline.reported",
        )
        assert judge_office(EXISTS, judged_case).outcome == "untested"


def test_every_trace_is_told_the_oldest_first() -> None:
    """Those of looks, of reports and of the page's own source."""
    person = in_office(confirmed(account(), "2026-09-01", of="2022-07"), reports=[report(by="2022-08-10")])
    values = of_office(DIRECTIVE, [channel(**not_later("2022-08-01T12:00"))], person=person).values
    assert [trace["kind"] for trace in values["traces"]] == ["report", TraceKind.OLDEST_POST, "report"]
    assert datetime.fromisoformat(values["opened_at"]) == local("2022-07-31T23:59:59")


RELATIONS = [("2019-09", "2018-03-05", ""), ("2026-10-01", "2025-03-05", "_office"), ("2026-10-01", "2026-10-12", "")]


@pytest.mark.parametrize(("since", "day", "office"), RELATIONS)
def test_before_taking_office_is_said_of_a_holder_with_another_last_day(since: str, day: str, office: str) -> None:
    """Of another, and of a page of after that day, the days before the last day are said."""
    finding = judge_office(DIRECTIVE, case([in_office(since=since)], channel(**exactly(day))))
    assert (finding.outcome, finding.message.params["relation"].id) == ("passed", f"relation.before{office}")


def test_a_page_that_nobody_ever_looked_at_is_not_said_to_be_unsettled() -> None:
    """One that was looked at, and that nothing dates, is."""
    _, undated, never = judge(DIRECTIVE, case([PAIR], channel(**UNDATED)))
    assert (undated.outcome, undated.message.id) == ("cantTell", "opened_by_deadline.undated")
    assert (never.outcome, never.message.id) == ("inapplicable", "look.not_yet")


# What bars a judgement ----------------------------------------------------------------------------------------------


def vacant(since: str) -> dict[str, Any]:
    """Return a case's fields for an office that is vacant since a day."""
    return {"vacancies": [Vacancy(since=partial(since), source="https://example.invalid/vacancy")]}


def old(**fields: Any) -> Tenure:
    """Return a tenure whose newest evidence is of 2022."""
    return tenure(accounts=[account()], known_from="2022-05-31", known_as_of="2022-06", **fields)


SEEN = channel(**LATE, subscribers=20_000, register_link=False)
"""A page that was opened late, is silent and has no link."""
EXEMPT = {"exemptions": [exemption(on="2026-10-01")]}
PREDECESSOR = "Имярек Борис Борисович"
SUCCESSOR, FORMER = tenure(since="2026-11-25", accounts=[account()]), tenure(PREDECESSOR, since="2019", until="2022")
KNOWN_SINCE = {"as_of": later(days=5)}
"""What begins after the audit's moment is left aside."""
BLOCKERS: dict[str, tuple[str, list[Tenure], dict[str, Any]]] = {
    "two holders": ("untested", [tenure(PREDECESSOR, since="2019", until="2026-11"), SUCCESSOR], KNOWN_SINCE),
    "two holders, one exempt": (
        "untested",
        [in_office(name=PREDECESSOR, until="2026-11", **EXEMPT), SUCCESSOR],
        KNOWN_SINCE,
    ),
    "a successor who is stale": ("stale_holder", [FORMER, tenure(known_from="2022-06", known_as_of="2022-07")], {}),
    "vacancy": ("inapplicable", [], vacant("2026-10")),
    "vacancy after an exempt holder": ("inapplicable", [in_office(until="2026-09-30", **EXEMPT)], vacant("2026-10-01")),
    "vacancy that is too old": ("stale_holder", [], vacant("2022")),
    "nobody": ("untested", [], {}),
    "a term that has ended": ("untested", [in_office(term_ends="2026-09", known_as_of="2026-08")], {}),
    "exemption": ("inapplicable", [in_office(**EXEMPT)], {}),
    "exemption of one who is stale": ("inapplicable", [old(**EXEMPT)], {}),
    "stale": ("stale_holder", [old()], {}),
    "nothing is dated": ("stale_holder", [tenure(known_from="2024-05", accounts=[account()])], {}),
}
LINK = {"exemption": "failed", "exemption of one who is stale": "stale_holder"}
"""Outcomes of `register_link`, from which nobody is exempt."""


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", BLOCKERS)
def test_the_first_bar_counts_for_every_check(check: str, name: str) -> None:
    """Of the person and of each of their pages; an exemption is not of `register_link`."""
    verdict, people, options = BLOCKERS[name]
    person, *pages = (finding_summary(finding).verdict for finding in judge(check, case(people, SEEN, **options)))
    if check == "register_link" and name in LINK:
        assert person == LINK[name]
        return
    assert person == verdict
    assert {*pages} <= {verdict if verdict == "stale_holder" else "inapplicable"}


@pytest.mark.parametrize("name", ["two holders", "vacancy", "nobody", "stale"])
def test_that_the_directive_does_not_bind_comes_first_and_is_of_its_own_check(name: str) -> None:
    """Nothing is asked by the deadline; the rest says what it says of a bound office."""
    verdict, people, options = BLOCKERS[name]
    judged_case = case(people, SEEN, group=OfficeGroup.CITY_DUMA, **options)
    assert finding_summary(judge(DIRECTIVE, judged_case)[0]).verdict == "inapplicable"
    assert finding_summary(judge(POSTS, judged_case)[0]).verdict == verdict


def aged(verdict: str, policy: Any = None, since: str = "2019", **fields: Any) -> tuple[str, Row]:
    """Return the directive's check and a row of a page in time; `fields` set the age of the holder's evidence."""
    return DIRECTIVE, row(verdict, channel(), person=in_office(since=since, **fields), policy=policy or {})


def exempted(verdict: str, on: str, until: str | None) -> tuple[str, Row]:
    """Return the check of posts and a row of a silent page whose holder has an exemption."""
    return POSTS, row(verdict, SEEN, person=in_office(exemptions=[exemption(on=on, until=until)]))


def unbound(check: str, verdict: str, *looks: Any, **fields: Any) -> tuple[str, Row]:
    """Return a check and a row of an office that the directive does not bind."""
    return check, row(verdict, *looks, group=OfficeGroup.CITY_DUMA, **fields)


GONE = (channel(exists=False, at=WEEK.starts), channel(exists=False))
MORE: dict[str, tuple[str, Row]] = {
    "exempt until the day before": exempted("failed", "2025-01-01", "2026-11-15"),
    "until its Monday": exempted("inapplicable", "2025-01-01", "2026-11-16"),
    "from its Sunday on": exempted("inapplicable", "2026-11-22", "2026-12-31"),
    "from the day after": exempted("failed", "2026-11-23", "2026-12-31"),
    "not bound, in the practice": unbound(POSTS, "inapplicable", SEEN, posts=0),
    "not bound, a page that is gone": unbound(EXISTS, "inapplicable", *GONE),
    "bound, a page that is gone": (EXISTS, row("failed", *GONE)),
    "not bound, nowhere": unbound(EXISTS, "inapplicable", person=SEARCHED),
    "bound, nowhere": (EXISTS, row("failed", person=SEARCHED)),
    "730 days": aged("passed", known_as_of="2024-11-22"),
    "731 days": aged("stale_holder", known_as_of="2024-11-21"),
    "731 days in office": aged("stale_holder", since="2024-11-21", known_as_of=None),
    "some day of a year": aged("passed", known_as_of="2025"),
    "some day of a month": aged("stale_holder", known_as_of="2024-11"),
    "365 days, acting": aged("passed", known_as_of="2025-11-22", acting=True),
    "366 days, acting": aged("stale_holder", known_as_of="2025-11-21", acting=True),
    "holder_valid_days of 9": aged("stale_holder", {"holder_valid_days": 9}, known_as_of="2026-11-12"),
    "acting_valid_days of 9": aged("stale_holder", {"acting_valid_days": 9}, known_as_of="2026-11-12", acting=True),
}


@pytest.mark.parametrize(("check", "row"), MORE.values(), ids=MORE.keys())
def test_whom_the_directive_binds_how_evidence_ages_and_which_weeks_an_exemption_touches(check: str, row: Row) -> None:
    """730 days before the week's end, 365 of an acting one; a month or year counts as its first day here."""
    row.holds(check)


EXEMPT_ACTING = in_office(until="2026-09-10", acting=True, exemptions=[exemption(on="2026-01-01", until="2026-12-31")])
REPORTED_ACTING = in_office(vk_page(), since="2022", until="2022-09-07", acting=True, reports=[report(by="2022-05-26")])
TWO = [tenure(PREDECESSOR, since="2019", until="2026-11"), tenure(since="2026-11-20", accounts=[account()])]


def test_tenures_in_a_row_are_one_persons_and_the_holder_is_asked_at_the_weeks_end() -> None:
    """Exempt while acting, or with a page then; that two may have held it within the week blocks nothing."""
    for check, people, looks, verdict in (
        (POSTS, [EXEMPT_ACTING, tenure(since="2026-09-10")], [SEEN], "inapplicable"),
        (DIRECTIVE, [REPORTED_ACTING, tenure(since="2022-09-07")], [], "passed"),
        (DIRECTIVE, TWO, [channel()], "passed"),
    ):
        assert finding_summary(judge(check, case(people, *looks))[0]).verdict == verdict


@pytest.mark.parametrize(("day", "left_out"), [("2026-11-22", True), ("2025-10-07", True), ("2026-11-23", False)])
def test_an_office_that_ceased_to_exist_is_left_out_from_then_on(day: str, left_out: bool) -> None:
    """It is in no count, and the others stay."""
    gone = head(1, account()).model_copy(update={"abolished": date.fromisoformat(day)})
    audit = document(gone, head(2, vk_page()), looks=[SEEN])
    assert [seat.id for seat in audit.offices] == (["rayon-02"] if left_out else ["rayon-01", "rayon-02"])
    assert audit.summary.bound == len(audit.offices)


@pytest.mark.parametrize("pages", [[], [account(confirmed=False)], [elsewhere()]], ids=["none", "a lead", "elsewhere"])
@pytest.mark.parametrize("check", [check for check in CHECKS if check != DIRECTIVE])
def test_without_a_page_that_is_looked_at_everything_but_the_directive_is_untested(check: str, pages: Any) -> None:
    """A lead is never judged, and gives no finding about itself."""
    (finding,) = judge(check, case([in_office().model_copy(update={"listed": pages})], SEEN))
    assert (finding.outcome, finding_summary(finding).values, finding.evidence) == ("untested", {}, ())
