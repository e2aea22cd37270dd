"""Change (section 5): what became of an office since its last week, in its practice and in the directive's verdict."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.change import RejudgedAudits, changed_offices, other_rules, with_rejudged
from auditor.audit.document import Audit
from tests.cases import WEEK, account, audit, office, opened, posts, snapshot, tenure
from tests.rules.helpers import BOTH, document, exemption, head, profile, weighed

MANY, FEW = posts(1, 40, 80, 120, 160), posts(160)
OLD = posts(-400, -240, -150, -60, first_id=100)
NAME = "Имярек Анна Андреевна"
LATE, EARLY = "2023-01-01", "2021-01-01"


def look(shown: Any = MANY, when: str = "2021-10-12", **fields: Any):
    """A look at the channel."""
    return snapshot(**opened(when), posts=(*OLD, *shown), **fields)


def week(*seen: Any, name: str = NAME, pages: Any = None, **changed: Any) -> Audit:
    """The week of one office, after these looks."""
    seat = office(tenure(name, since="2020", accounts=pages or [account()]))
    return audit(seat, seen=seen).model_copy(update=changed)


def then(*seen: Any, verdict: dict[str, Any] | None = None, **more: Any) -> Audit:
    """The same a week before, perhaps with another verdict."""
    made = week(*seen, week=str(WEEK.shift(-1)), **more)
    return made.model_copy(update={"offices": [made.offices[0].model_copy(update=verdict or {})]})


BLIND, VK = snapshot(exists=None, cause="throttled"), profile(*OLD)
FIRST, NOW_LATE = week(look(FEW, EARLY)), week(look(MANY, LATE))
NEWCOMER = {"verdict": "inapplicable", "verdict_reason": "newcomer"}
ROWS: dict[str, tuple[Audit, list[Any], Any, str, str | None]] = {
    "more posts": (then(look(FEW)), [look()], None, "improvement", None),
    "fewer posts": (then(look()), [look(FEW)], None, "regression", None),
    "as many": (then(look()), [look()], None, "neutral", None),
    "lost from sight": (then(look()), [BLIND], None, "neutral", "record_changed"),
    "seen again": (then(BLIND), [look()], None, "neutral", "record_changed"),
    "found to be older": (then(look(when=LATE)), [look(when=EARLY)], None, "neutral", "record_changed"),
    "a newcomer's time ran out": (
        then(look(when=LATE), verdict=NEWCOMER), [look(when=LATE)], None, "neutral", "deadline_passed"
    ),
    "another holder": (
        then(look(FEW, LATE), name="Имярек Глеб Глебович"), [look()], None, "neutral", "new_holder"
    ),
    "another version": (then(look(FEW, LATE), tool_version="0.1.0"), [look()], None, "neutral", "record_changed"),
    "another policy": (then(look(FEW, LATE), policy={}), [look()], None, "neutral", "record_changed"),
    "a page came": (then(look(FEW)), [look(), VK], BOTH, "neutral", None),
    "a page went": (then(look(), VK, pages=BOTH), [look(FEW)], None, "neutral", None),
}  # fmt: skip


@pytest.mark.parametrize(("before", "seen", "pages", "change", "verdict_change"), ROWS.values(), ids=ROWS.keys())
def test_change_is_told_of_the_practice_of_one_holder_with_the_same_pages_and_rules(
    before: Audit, seen: list[Any], pages: Any, change: str, verdict_change: str | None
) -> None:
    """The verdict is never better or worse: why it is another is named."""
    seat = office(tenure(NAME, since="2020", accounts=pages or [account()]))
    made = audit(seat, seen=seen, previous=before).offices[0]
    moves = {move.check: move.change for move in made.moves}
    assert (moves["posts_per_week"], made.change, made.verdict_change) == (change, change, verdict_change)
    assert set(moves.values()) <= {change, "neutral"}


def test_findings_that_moved_both_ways_are_neither_better_nor_worse() -> None:
    """The office's change is neutral, each finding keeps its own."""
    before = then(look(posts(160, comments_state="open")))
    now = [weighed(look(posts(1, 40, 80, comments_state="closed")))]
    (made,) = audit(office(tenure(NAME, since="2020", accounts=[account()])), seen=now, previous=before).offices
    assert {move.change for move in made.moves} == {"improvement", "regression", "neutral"}
    assert made.change == "neutral"


@pytest.mark.parametrize(
    ("change", "rules"), [({"basis": "norm", "source": "elsewhere"}, []), ({"value": 5}, ["posts_per_week"])]
)
def test_another_source_or_basis_of_a_number_is_no_other_rule(change: dict[str, Any], rules: list[str]) -> None:
    """The value decides; the rules that are others are told of every judging, those of an earlier one too."""
    other = {**FIRST.policy, "posts_per_week": FIRST.policy["posts_per_week"].model_copy(update=change)}
    turned = FIRST.model_copy(update={"policy": other})
    once = with_rejudged(turned, FIRST)
    assert other_rules(FIRST, turned) == once.rejudged.rules == with_rejudged(once, once).rejudged.rules == rules


def test_an_exemption_changes_the_record_and_is_no_evidence() -> None:
    """So do two pages that are swapped in the registry: nobody wrote a post more."""
    late = [look(when=LATE, taken_at=end.ends + timedelta(hours=36)) for end in (WEEK.shift(-1), WEEK)]
    before = document(head(1), looks=late, week=WEEK.shift(-1))
    exempt = head(1, exemptions=[exemption(on="2026-11-16")])
    (now,) = document(exempt, looks=late, previous=before).offices
    assert before.offices[0].verdict == "failed"
    assert (now.verdict, now.verdict_change, now.change) == ("inapplicable", "record_changed", "neutral")
    other = [one.model_copy(update={"url": "https://t.me/drugaya", "id": 2, "posts": OLD}) for one in late]
    pages, looks = [account(), account(name="drugaya")], [*late, *other]
    before = document(head(1, pages[0]), head(2, pages[1]), looks=looks, week=WEEK.shift(-1))
    now = document(head(1, pages[1]), head(2, pages[0]), looks=looks, previous=before)
    assert {seat.change for seat in now.offices} == {"neutral"}


NOTHING_SAID = FIRST.model_copy(update={"offices": []})
OPENED = ("perviy", "opened_by_deadline", None)


def turns(audit: Audit) -> dict[tuple[str, str, str | None], tuple[Any, ...]]:
    """The cells that are said to be others: what they were, what they are, and why."""
    return {(t.office, t.check, t.account): (t.before, t.now, t.why) for t in audit.rejudged.cells}


WHYS = {
    "unknown": None,
    "rule_changed": RejudgedAudits(NOW_LATE, NOW_LATE),
    "registry": RejudgedAudits(FIRST, NOW_LATE),
    "new_evidence": RejudgedAudits(FIRST, FIRST),
}


@pytest.mark.parametrize(("why", "split"), WHYS.items())
def test_a_cell_that_is_another_is_told_with_what_made_it_so(split: RejudgedAudits | None, why: str) -> None:
    """The rule if that alone does it, else the registry, else later looks; what is the same is not told."""
    made = with_rejudged(NOW_LATE, FIRST, split)
    assert (made.rejudged.offices, made.rejudged.before, made.rejudged.gone) == (["perviy"], {"perviy": "passed"}, {})
    assert turns(made)[OPENED] == ("passed", "failed", why)
    assert {check for _, check, _ in turns(made)} == {"opened_by_deadline", "posts_per_week"}
    assert (changed_offices(NOW_LATE, FIRST), changed_offices(FIRST, FIRST)) == ({"perviy"}, set())


def test_a_week_that_is_judged_anew_again_is_held_against_what_was_stored_first() -> None:
    """Why a cell became another is kept; where all is as it was at first nothing is told."""
    once = with_rejudged(NOW_LATE, FIRST, RejudgedAudits(FIRST, FIRST))
    again, back = with_rejudged(NOW_LATE, once), with_rejudged(FIRST, once)
    assert turns(again)[OPENED] == ("passed", "failed", "new_evidence")
    assert (again.rejudged.before, again.rejudged.stored_as_of) == ({"perviy": "passed"}, FIRST.as_of)
    assert (back.rejudged.offices, turns(back)) == ([], {})


def test_an_office_that_came_or_went_is_told_by_its_name() -> None:
    """Its cells have nothing before, or nothing now; one that came is not of the first audit."""
    went, came = with_rejudged(NOTHING_SAID, FIRST), with_rejudged(NOW_LATE, NOTHING_SAID)
    assert (went.rejudged.gone, turns(went)[OPENED][:2]) == ({"perviy": "Первый район"}, ("passed", None))
    assert (came.rejudged.before, turns(came)[OPENED][:2]) == ({}, (None, "failed"))
    assert turns(with_rejudged(FIRST, came))[OPENED][:2] == (None, "passed")
    assert with_rejudged(NOTHING_SAID, came).rejudged.offices == []
