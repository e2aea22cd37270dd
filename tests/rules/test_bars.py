"""What bars a judgement, and which of several bars counts: the first of section 5's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from auditor.base.snapshot import Outcome
from auditor.checks import catalogue
from auditor.registry.models import Group, Tenure, Vacancy
from tests.cases import account, case, judge, partial, report, search, tenure
from tests.rules.helpers import (
    PRACTICE,
    channel,
    document,
    elsewhere,
    exactly,
    exemption,
    head,
    in_office,
    of_office,
    offices_of,
    told,
    vk_page,
)

ALL = tuple(check.name for check in catalogue())
LATE = exactly("2023-02-14T12:00")
RED = channel(**LATE, subscribers=20_000, register_link=False)
"""A page that was opened late, is silent and has no link."""
EXEMPT = exemption(on="2026-10-01")
PREDECESSOR = "Имярек Борис Борисович"


def vacancy(since: str, **fields: Any) -> Vacancy:
    """A time without a holder."""
    return Vacancy(since=partial(since), source="https://example.invalid/vacancy", **fields)


def old(**fields: Any) -> Tenure:
    """A holder whose newest evidence is of 2022."""
    return tenure(accounts=[account()], known_from="2022-05-31", known_as_of="2022-06", **fields)


@dataclass(frozen=True)
class Barred:
    """Some bars together, and what every check says."""

    tenures: Sequence[Tenure]
    outcome: Outcome
    cause: str | None = None
    vacancies: Sequence[Vacancy] = ()
    link: tuple[str, str | None] | None = None
    """What `register_link` says where it is another matter."""


NO_ONE = Outcome.UNTESTED
ROWS = {
    "two holders": Barred(
        [tenure(PREDECESSOR, since="2019", until="2026-11"), tenure(since="2026-11-25", accounts=[account()])], NO_ONE
    ),
    "two holders, one exempt": Barred(
        [
            in_office(name=PREDECESSOR, until="2026-11", exemptions=[EXEMPT]),
            tenure(since="2026-11-25", accounts=[account()]),
        ],
        NO_ONE,
    ),
    "a successor who is stale": Barred(
        [
            tenure(PREDECESSOR, since="2019", until="2022", accounts=[account()]),
            tenure(known_from="2022-06", known_as_of="2022-07", accounts=[account()]),
        ],
        Outcome.CANT_TELL,
        "stale_holder",
    ),
    "vacancy": Barred([], Outcome.INAPPLICABLE, vacancies=[vacancy("2026-10")]),
    "vacancy after an exempt holder": Barred(
        [in_office(until="2026-09-30", exemptions=[EXEMPT])], Outcome.INAPPLICABLE, vacancies=[vacancy("2026-10-01")]
    ),
    "vacancy that is too old": Barred([], Outcome.CANT_TELL, "stale_holder", vacancies=[vacancy("2022")]),
    "nobody": Barred([], NO_ONE),
    "nobody any more": Barred([in_office(until="2026-09-30")], NO_ONE),
    "a term that has ended": Barred([in_office(term_ends="2026-09", known_as_of="2026-08")], NO_ONE),
    "exemption": Barred([in_office(exemptions=[EXEMPT])], Outcome.INAPPLICABLE, link=("failed", None)),
    "exemption of one who is stale": Barred(
        [old(exemptions=[EXEMPT])], Outcome.INAPPLICABLE, link=("cantTell", "stale_holder")
    ),
    "stale": Barred([old()], Outcome.CANT_TELL, "stale_holder"),
    "nothing is dated": Barred([tenure(known_from="2024-05", accounts=[account()])], Outcome.CANT_TELL, "stale_holder"),
}


@pytest.mark.parametrize("check", ALL)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_first_bar_counts_for_every_check(check: str, row: Barred) -> None:
    """Of the person and of each of his pages; an exemption is not of `register_link`."""
    found = [told(one) for one in judge(check, case(list(row.tenures), RED, vacancies=list(row.vacancies)))]
    verdict = (row.outcome.value, row.cause)
    if check == "register_link" and row.link is not None:
        assert found[0].verdict == row.link
        return
    assert found[0].verdict == verdict
    of_page = verdict if row.outcome is Outcome.CANT_TELL else ("inapplicable", None)
    assert {one.verdict for one in found[1:]} <= {of_page}


@pytest.mark.parametrize(
    "row",
    [ROWS["two holders"], ROWS["vacancy"], ROWS["nobody"], ROWS["stale"]],
    ids=["two", "vacancy", "nobody", "stale"],
)
def test_that_the_directive_does_not_bind_comes_first_and_is_of_its_own_check(row: Barred) -> None:
    """Nothing is asked by the deadline; the rest says what it says of a bound office."""
    what = case(list(row.tenures), RED, vacancies=list(row.vacancies), group=Group.CITY_DUMA)
    assert told(judge("opened_by_deadline", what)[0]).verdict == ("inapplicable", None)
    assert told(judge("posts_per_week", what)[0]).verdict == (row.outcome.value, row.cause)


def test_an_office_that_is_not_bound_is_judged_in_the_practice() -> None:
    """And what would fail of its pages' existence does not apply."""
    gone, fields = channel(exists=False, at=RED.taken_at), {"group": Group.CITY_DUMA}
    assert of_office("posts_per_week", [RED], **fields).outcome == "failed"
    assert of_office("opened_by_deadline", [RED], **fields).verdict == ("inapplicable", None)
    before = channel(exists=False, at=case([]).week.starts)
    assert of_office("account_exists", [before, gone], **fields).verdict == ("inapplicable", None)
    assert of_office("account_exists", [before, gone]).verdict == ("failed", None)
    nowhere = in_office(searches=[search("2026-11-18")]).model_copy(update={"listed": []})
    assert of_office("account_exists", [], person=nowhere).outcome == "failed"
    assert of_office("account_exists", [], person=nowhere, **fields).outcome == "inapplicable"


def test_that_two_may_have_held_it_earlier_in_the_week_bars_nothing() -> None:
    """It is asked who holds it at the week's end: the predecessor left in November, the successor came on the 20th."""
    people = [tenure(PREDECESSOR, since="2019", until="2026-11"), tenure(since="2026-11-20", accounts=[account()])]
    assert told(judge("opened_by_deadline", case(people, channel()))[0]).verdict == ("passed", None)
    assert told(judge("posts_per_week", case(people, channel()))[0]).verdict == ("inapplicable", None)


# Evidence ages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"since": "2019", "known_as_of": "2024-11-22"}, "passed"),
        ({"since": "2019", "known_as_of": "2024-11-21"}, "cantTell"),
        ({"since": "2024-11-22", "known_as_of": None}, "passed"),
        ({"since": "2024-11-21", "known_as_of": None}, "cantTell"),
        ({"since": "2019", "known_as_of": "2025"}, "passed"),
        ({"since": "2019", "known_as_of": "2024-11"}, "cantTell"),
        ({"since": "2019", "known_as_of": "2025-11-22", "acting": True}, "passed"),
        ({"since": "2019", "known_as_of": "2025-11-21", "acting": True}, "cantTell"),
    ],
)
def test_evidence_of_the_holder_ages(fields: dict[str, Any], outcome: str) -> None:
    """730 days before the week's end, 365 of an acting one; a month or year counts as its first day."""
    person = tenure(accounts=[account()], **fields)
    found = of_office("opened_by_deadline", [channel()], person=person)
    assert found.verdict == (outcome, None if outcome == "passed" else "stale_holder")


@pytest.mark.parametrize(("key", "acting"), [("holder_valid_days", False), ("acting_valid_days", True)])
def test_how_long_evidence_is_valid_is_the_policys(key: str, acting: bool) -> None:
    """`holder_valid_days` and `acting_valid_days` are computed with."""
    person = tenure(accounts=[account()], since="2019", known_as_of="2026-11-12", acting=acting)
    for days, outcome in ((10, "passed"), (9, "cantTell")):
        assert of_office("opened_by_deadline", [channel()], person=person, policy={key: days}).outcome == outcome


def test_neither_a_report_nor_a_confirmation_makes_old_evidence_new() -> None:
    """The later of `since` and `known_as_of`, and nothing else."""
    person = old(reports=[report(by="2026-10")])
    assert of_office("opened_by_deadline", [channel()], person=person).verdict == ("cantTell", "stale_holder")


# Exemptions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ["opened_by_deadline", *PRACTICE[:2]])
@pytest.mark.parametrize(
    ("on", "until", "outcome"),
    [
        ("2025-01-01", "2026-11-15", "failed"),
        ("2025-01-01", "2026-11-16", "inapplicable"),
        ("2025-01-01", None, "inapplicable"),
        ("2026-11-17", "2026-11-19", "inapplicable"),
        ("2026-11-22", "2026-12-31", "inapplicable"),
        ("2026-11-23", "2026-12-31", "failed"),
    ],
)
def test_an_exemption_bars_each_week_that_it_touches(check: str, on: str, until: str | None, outcome: str) -> None:
    """Also one that begins or ends within the week, or both; it was given long after the last day."""
    person = in_office(exemptions=[exemption(on=on, until=until)])
    assert of_office(check, [RED], person=person).outcome == outcome


def test_tenures_in_a_row_are_one_persons_exemptions_too() -> None:
    """Exempt as acting head until the end of the year, elected in September."""
    acting = in_office(until="2026-09-10", acting=True, exemptions=[exemption(on="2026-01-01", until="2026-12-31")])
    elected = tenure(since="2026-09-10")
    found = told(judge("posts_per_week", case([acting, elected], RED))[0])
    assert found.verdict == ("inapplicable", None)


# An office that is no more -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "left_out"), [("2026-11-22", True), ("2025-10-07", True), ("2026-11-23", False)])
def test_an_office_that_ceased_to_exist_is_left_out_from_then_on(day: str, left_out: bool) -> None:
    """It is in no count, and the others stay."""
    gone = head(1, account()).model_copy(update={"abolished": date.fromisoformat(day)})
    audit = document(gone, head(2, vk_page()), looks=[RED])
    assert list(offices_of(audit)) == (["rayon-02"] if left_out else ["rayon-01", "rayon-02"])
    assert audit.summary.bound == len(offices_of(audit))


# Nobody's page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person",
    [
        in_office().model_copy(update={"listed": []}),
        in_office(account(confirmed=False)),
        in_office().model_copy(update={"listed": [elsewhere()]}),
    ],
    ids=["none", "a lead", "elsewhere"],
)
def test_without_a_page_that_is_looked_at_everything_but_the_directive_is_untested(person: Tenure) -> None:
    """A lead is never judged, and gives no finding about itself."""
    for check in set(ALL) - {"opened_by_deadline"}:
        (found,) = judge(check, case([person], RED))
        assert told(found).verdict == ("untested", None)
        assert (told(found).values, found.evidence) == ({}, ())


def test_tenures_in_a_row_under_one_name_are_one_persons() -> None:
    """The page and the report of the acting head are the elected one's, and he is no newcomer again."""
    acting = tenure(
        known_from="2022-05-31",
        until="2022-09-07",
        acting=True,
        accounts=[vk_page()],
        reports=[report(by="2022-05-26")],
    )
    found = told(judge("opened_by_deadline", case([acting, tenure(since="2022-09-07")]))[0])
    assert found.verdict == ("passed", None)
    assert found.value("deadline") == "2022-05-31T17:00:00Z"
