"""Who is judged, evidence ages (section 5): what bars a judgement, and which of several bars counts."""

from datetime import date
from typing import Any

import pytest

from auditor.registry.models import Group, Tenure, Vacancy
from tests.cases import WEEK, account, case, judge, partial, report, search, tenure
from tests.rules.helpers import (
    CHECKS,
    Row,
    channel,
    document,
    elsewhere,
    exactly,
    exemption,
    head,
    in_office,
    offices_of,
    row,
    told,
    vk_page,
)

DIRECTIVE, POSTS, EXISTS = "opened_by_deadline", "posts_per_week", "account_exists"
STALE = "stale_holder"
SEEN = channel(**exactly("2023-02-14T12:00"), subscribers=20_000, register_link=False)
"""A page that was opened late, is silent and has no link."""
EXEMPT = exemption(on="2026-10-01")
PREDECESSOR = "Имярек Борис Борисович"


def vacancy(since: str, **fields: Any) -> Vacancy:
    """A time without a holder."""
    return Vacancy(since=partial(since), source="https://example.invalid/vacancy", **fields)


def old(**fields: Any) -> Tenure:
    """A holder whose newest evidence is of 2022."""
    return tenure(accounts=[account()], known_from="2022-05-31", known_as_of="2022-06", **fields)


SUCCESSOR = tenure(since="2026-11-25", accounts=[account()])
LATER = {"vacancies": [vacancy("2026-10-01")]}
BARS: dict[str, tuple[Any, list[Tenure], dict[str, Any]]] = {
    "two holders": ("untested", [tenure(PREDECESSOR, since="2019", until="2026-11"), SUCCESSOR], {}),
    "two holders, one exempt": (
        "untested", [in_office(name=PREDECESSOR, until="2026-11", exemptions=[EXEMPT]), SUCCESSOR], {}
    ),
    "a successor who is stale": (
        STALE,
        [
            tenure(PREDECESSOR, since="2019", until="2022", accounts=[account()]),
            tenure(known_from="2022-06", known_as_of="2022-07", accounts=[account()]),
        ],
        {},
    ),
    "vacancy": ("inapplicable", [], {"vacancies": [vacancy("2026-10")]}),
    "vacancy after an exempt holder": ("inapplicable", [in_office(until="2026-09-30", exemptions=[EXEMPT])], LATER),
    "vacancy that is too old": (STALE, [], {"vacancies": [vacancy("2022")]}),
    "nobody": ("untested", [], {}),
    "nobody any more": ("untested", [in_office(until="2026-09-30")], {}),
    "a term that has ended": ("untested", [in_office(term_ends="2026-09", known_as_of="2026-08")], {}),
    "exemption": ("inapplicable", [in_office(exemptions=[EXEMPT])], {}),
    "exemption of one who is stale": ("inapplicable", [old(exemptions=[EXEMPT])], {}),
    "stale": (STALE, [old()], {}),
    "nothing is dated": (STALE, [tenure(known_from="2024-05", accounts=[account()])], {}),
}  # fmt: skip
LINK = {"exemption": "failed", "exemption of one who is stale": STALE}
"""What `register_link` says, of which there is no exemption."""


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", BARS)
def test_the_first_bar_counts_for_every_check(check: str, name: str) -> None:
    """Of the person and of each of his pages; an exemption is not of `register_link`."""
    verdict, people, more = BARS[name]
    person, *pages = (told(one).verdict for one in judge(check, case(people, SEEN, **more)))
    if check == "register_link" and name in LINK:
        assert person == LINK[name]
        return
    assert person == verdict
    assert {*pages} <= {verdict if verdict == STALE else "inapplicable"}


@pytest.mark.parametrize("name", ["two holders", "vacancy", "nobody", "stale"])
def test_that_the_directive_does_not_bind_comes_first_and_is_of_its_own_check(name: str) -> None:
    """Nothing is asked by the deadline; the rest says what it says of a bound office."""
    verdict, people, more = BARS[name]
    what = case(people, SEEN, group=Group.CITY_DUMA, **more)
    assert told(judge(DIRECTIVE, what)[0]).verdict == "inapplicable"
    assert told(judge(POSTS, what)[0]).verdict == verdict


def aged(verdict: Any, **fields: Any) -> tuple[str, Row]:
    """Write a row of a holder with a page in time, whose evidence is of a day."""
    policy = fields.pop("policy", {})
    return DIRECTIVE, row(verdict, channel(), person=tenure(accounts=[account()], **fields), policy=policy)


def exempted(verdict: Any, on: str, until: str | None) -> dict[str, Row]:
    """Write the rows of an exemption, by their checks."""
    person = in_office(exemptions=[exemption(on=on, until=until)])
    return {check: row(verdict, SEEN, person=person) for check in (DIRECTIVE, POSTS, "longest_silence")}


MONDAY, GONE = channel(exists=False, at=WEEK.starts), channel(exists=False, at=SEEN.taken_at)
NOWHERE = in_office(searches=[search("2026-11-18")]).model_copy(update={"listed": []})
DUMA = {"group": Group.CITY_DUMA}
EXEMPTIONS = {
    "until the day before": exempted("failed", "2025-01-01", "2026-11-15"),
    "until its Monday": exempted("inapplicable", "2025-01-01", "2026-11-16"),
    "without an end": exempted("inapplicable", "2025-01-01", None),
    "within it": exempted("inapplicable", "2026-11-17", "2026-11-19"),
    "from its Sunday on": exempted("inapplicable", "2026-11-22", "2026-12-31"),
    "from the day after": exempted("failed", "2026-11-23", "2026-12-31"),
}
MORE: dict[str, tuple[str, Row]] = {
    **{f"exempt {name}: {check}": (check, r) for name, rows in EXEMPTIONS.items() for check, r in rows.items()},
    "not bound, in the practice": (POSTS, row("failed", SEEN, **DUMA)),
    "not bound, by the deadline": (DIRECTIVE, row("inapplicable", SEEN, **DUMA)),
    "not bound, a page that is gone": (EXISTS, row("inapplicable", MONDAY, GONE, **DUMA)),
    "bound, a page that is gone": (EXISTS, row("failed", MONDAY, GONE)),
    "not bound, nowhere": (EXISTS, row("inapplicable", person=NOWHERE, **DUMA)),
    "bound, nowhere": (EXISTS, row("failed", person=NOWHERE)),
    "730 days": aged("passed", since="2019", known_as_of="2024-11-22"),
    "731 days": aged(STALE, since="2019", known_as_of="2024-11-21"),
    "730 days in office": aged("passed", since="2024-11-22", known_as_of=None),
    "731 days in office": aged(STALE, since="2024-11-21", known_as_of=None),
    "some day of a year": aged("passed", since="2019", known_as_of="2025"),
    "some day of a month": aged(STALE, since="2019", known_as_of="2024-11"),
    "365 days, acting": aged("passed", since="2019", known_as_of="2025-11-22", acting=True),
    "366 days, acting": aged(STALE, since="2019", known_as_of="2025-11-21", acting=True),
    "a report is no evidence of the office": aged(
        STALE, known_from="2022-05-31", known_as_of="2022-06", reports=[report(by="2026-10")]
    ),
    **{
        f"{key} of {days}": aged(
            verdict, since="2019", known_as_of="2026-11-12", acting=key.startswith("acting"), policy={key: days}
        )
        for key in ("holder_valid_days", "acting_valid_days")
        for days, verdict in ((10, "passed"), (9, STALE))
    },
}


@pytest.mark.parametrize(("check", "row"), MORE.values(), ids=MORE.keys())
def test_whom_the_directive_binds_how_evidence_ages_and_which_weeks_an_exemption_touches(check: str, row: Row) -> None:
    """730 days before the week's end, 365 of an acting one; a month or year counts as its first day here."""
    row.holds(check)


IN_A_ROW = [
    in_office(until="2026-09-10", acting=True, exemptions=[exemption(on="2026-01-01", until="2026-12-31")]),
    tenure(since="2026-09-10"),
]
PAGE_OF_ACTING = [
    tenure(
        known_from="2022-05-31",
        until="2022-09-07",
        acting=True,
        accounts=[vk_page()],
        reports=[report(by="2022-05-26")],
    ),
    tenure(since="2022-09-07"),
]
TWO = [tenure(PREDECESSOR, since="2019", until="2026-11"), tenure(since="2026-11-20", accounts=[account()])]


@pytest.mark.parametrize(
    ("check", "people", "look", "verdict"),
    [
        (POSTS, IN_A_ROW, SEEN, "inapplicable"),
        (DIRECTIVE, PAGE_OF_ACTING, None, "passed"),
        (DIRECTIVE, TWO, channel(), "passed"),
        (POSTS, TWO, channel(), "inapplicable"),
    ],
    ids=["exempt while acting", "a page from then", "who came within the week", "and is not judged in it"],
)
def test_tenures_in_a_row_are_one_persons_and_the_holder_is_asked_at_the_weeks_end(
    check: str, people: list[Tenure], look: Any, verdict: Any
) -> None:
    """That two may have held it earlier in the week bars nothing."""
    assert told(judge(check, case(people, *([look] if look else [])))[0]).verdict == verdict


# An office that is no more -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "left_out"), [("2026-11-22", True), ("2025-10-07", True), ("2026-11-23", False)])
def test_an_office_that_ceased_to_exist_is_left_out_from_then_on(day: str, left_out: bool) -> None:
    """It is in no count, and the others stay."""
    gone = head(1, account()).model_copy(update={"abolished": date.fromisoformat(day)})
    audit = document(gone, head(2, vk_page()), looks=[SEEN])
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
    for check in set(CHECKS) - {"opened_by_deadline"}:
        (found,) = judge(check, case([person], SEEN))
        assert told(found).verdict == ("untested", None)
        assert (told(found).values, found.evidence) == ({}, ())
