"""Change (section 5): how an office's practice and verdict differ from its week before."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.change import RejudgedCells, cells_of, changed_offices, differing_rules, with_rejudged
from auditor.audit.document import Audit, CellChangeReason
from tests.cases import WEEK, account, audit, office, opened, posts, snapshot, tenure
from tests.rules.rule_rows import BOTH, document, exemption, head, profile, weighed

MANY, FEW = posts(1, 40, 80, 120, 160), posts(160)
OLD = posts(-400, -240, -150, -60, first_id=100)
NAME = "Имярек Анна Андреевна"
LATE, EARLY = "2023-01-01", "2021-01-01"


def look(shown_posts: Any = MANY, when: str = "2021-10-12", **fields: Any):
    """Return a look at the channel."""
    return snapshot(**opened(when), posts=(*OLD, *shown_posts), **fields)


def week(*looks: Any, name: str = NAME, pages: Any = None, **changed: Any) -> Audit:
    """Return the audit of the week of one office, after these looks."""
    seat = office(tenure(name, since="2020", accounts=pages or [account()]))
    return audit(seat, looks=looks).model_copy(update=changed)


def week_before(*looks: Any, verdict: dict[str, Any] | None = None, **fields: Any) -> Audit:
    """Return the audit of the week before; `verdict` changes fields of its office."""
    week_audit = week(*looks, week=str(WEEK.shift(-1)), **fields)
    return week_audit.model_copy(update={"offices": [week_audit.offices[0].model_copy(update=verdict or {})]})


BLIND, VK = snapshot(exists=None, cause="throttled"), profile(*OLD)
FIRST, NOW_LATE = week(look(FEW, EARLY)), week(look(MANY, LATE))
NEWCOMER = {"verdict": "inapplicable", "verdict_reason": "newcomer"}
ROWS: dict[str, tuple[Audit, list[Any], Any, str, str | None]] = {
    "more posts": (week_before(look(FEW)), [look()], None, "improvement", None),
    "fewer posts": (week_before(look()), [look(FEW)], None, "regression", None),
    "as many": (week_before(look()), [look()], None, "neutral", None),
    "lost from sight": (week_before(look()), [BLIND], None, "neutral", "record_changed"),
    "seen again": (week_before(BLIND), [look()], None, "neutral", "record_changed"),
    "found to be older": (week_before(look(when=LATE)), [look(when=EARLY)], None, "neutral", "record_changed"),
    "a newcomer's time ran out": (
        week_before(look(when=LATE), verdict=NEWCOMER), [look(when=LATE)], None, "neutral", "deadline_passed"
    ),
    "another holder": (
        week_before(look(FEW, LATE), name="Имярек Глеб Глебович"), [look()], None, "neutral", "new_holder"
    ),
    "a mended spelling": (week_before(look(FEW), name=NAME.upper()), [look()], None, "improvement", None),
    "another version": (
        week_before(look(FEW, LATE), tool_version="0.1.0"), [look()], None, "neutral", "record_changed"
    ),
    "another policy": (week_before(look(FEW, LATE), policy={}), [look()], None, "neutral", "record_changed"),
    "a page came": (week_before(look(FEW)), [look(), VK], BOTH, "neutral", None),
    "a page went": (week_before(look(), VK, pages=BOTH), [look(FEW)], None, "neutral", None),
}  # fmt: skip


@pytest.mark.parametrize(("previous", "looks", "pages", "change", "verdict_change"), ROWS.values(), ids=ROWS.keys())
def test_change_is_told_of_the_practice_of_one_holder_with_the_same_pages_and_rules(
    previous: Audit, looks: list[Any], pages: Any, change: str, verdict_change: str | None
) -> None:
    """The verdict is never better or worse: why it is another is named."""
    seat = office(tenure(NAME, since="2020", accounts=pages or [account()]))
    audited = audit(seat, looks=looks, previous=previous).offices[0]
    moves = {move.check: move.change for move in audited.moves}
    assert (moves["posts_per_week"], audited.change, audited.verdict_change) == (change, change, verdict_change)
    assert set(moves.values()) <= {change, "neutral"}


def test_findings_that_moved_both_ways_are_neither_better_nor_worse() -> None:
    """The office's change is neutral, each finding keeps its own; closed is what a look saw within two days."""
    previous_audit = week_before(look(posts(160, comments_state="open")))
    looks_now = [weighed(look(posts(157, 158, 159, comments_state="closed")))]
    (audited,) = audit(
        office(tenure(NAME, since="2020", accounts=[account()])), looks=looks_now, previous=previous_audit
    ).offices
    assert {move.change for move in audited.moves} == {"improvement", "regression", "neutral"}
    assert audited.change == "neutral"


@pytest.mark.parametrize(
    ("change", "rules"), [({"basis": "norm", "source": "elsewhere"}, []), ({"value": 5}, ["posts_per_week"])]
)
def test_another_source_or_basis_of_a_number_is_no_other_rule(change: dict[str, Any], rules: list[str]) -> None:
    """The value decides; the rules that are others are told of every judging, those of an earlier one too."""
    changed_policy = {**FIRST.policy, "posts_per_week": FIRST.policy["posts_per_week"].model_copy(update=change)}
    changed_audit = FIRST.model_copy(update={"policy": changed_policy})
    once = with_rejudged(changed_audit, FIRST)
    assert differing_rules(FIRST, changed_audit) == once.rejudged.rules == rules
    assert with_rejudged(once, once).rejudged.rules == rules


def test_an_exemption_changes_the_record_and_is_no_evidence() -> None:
    """So do two pages that are swapped in the registry: nobody wrote a post more."""
    late = [look(when=LATE, taken_at=end.ends + timedelta(hours=36)) for end in (WEEK.shift(-1), WEEK)]
    previous_audit = document(head(1), looks=late, week=WEEK.shift(-1))
    exempt = head(1, exemptions=[exemption(on="2026-11-16")])
    (audited,) = document(exempt, looks=late, previous=previous_audit).offices
    assert previous_audit.offices[0].verdict == "failed"
    assert (audited.verdict, audited.verdict_change, audited.change) == ("inapplicable", "record_changed", "neutral")
    other_looks = [look.model_copy(update={"url": "https://t.me/drugaya", "id": 2, "posts": OLD}) for look in late]
    pages, looks = [account(), account(name="drugaya")], [*late, *other_looks]
    previous_audit = document(head(1, pages[0]), head(2, pages[1]), looks=looks, week=WEEK.shift(-1))
    audited = document(head(1, pages[1]), head(2, pages[0]), looks=looks, previous=previous_audit)
    assert {seat.change for seat in audited.offices} == {"neutral"}


WITHOUT_OFFICES = FIRST.model_copy(update={"offices": []})
OPENED = ("perviy", "opened_by_deadline", None)


def cell_changes(audit: Audit) -> dict[tuple[str, str, str | None], tuple[Any, ...]]:
    """Return the changed cells by office, check and account: the outcome before, the outcome now, and the reason."""
    return {(t.office, t.check, t.account): (t.before, t.now, t.why) for t in audit.rejudged.cells}


def judged_again(by_rule: Audit, by_registry: Audit) -> RejudgedCells:
    """Return the week judged again by the rules of today, and by today's registry."""
    return {CellChangeReason.RULE: cells_of(by_rule), CellChangeReason.REGISTRY: cells_of(by_registry)}


WHYS = {
    "unknown": None,
    "rule_changed": judged_again(NOW_LATE, NOW_LATE),
    "registry": judged_again(FIRST, NOW_LATE),
    "new_evidence": judged_again(FIRST, FIRST),
}


@pytest.mark.parametrize(("why", "split"), WHYS.items())
def test_a_cell_that_is_another_is_told_with_what_made_it_so(split: RejudgedCells | None, why: str) -> None:
    """The rule if that alone does it, else the registry, else later looks; what is the same is not told."""
    rejudged_audit = with_rejudged(NOW_LATE, FIRST, split)
    assert (rejudged_audit.rejudged.offices, rejudged_audit.rejudged.before, rejudged_audit.rejudged.gone) == (
        ["perviy"],
        {"perviy": "passed"},
        {},
    )
    assert cell_changes(rejudged_audit)[OPENED] == ("passed", "failed", why)
    then_and_now = zip(FIRST.offices[0].findings, NOW_LATE.offices[0].findings, strict=True)
    others = {now.check for then, now in then_and_now if (now.outcome, now.cause) != (then.outcome, then.cause)}
    assert {check for _, check, _ in cell_changes(rejudged_audit)} == others > {"opened_by_deadline"}
    assert (changed_offices(NOW_LATE, FIRST), changed_offices(FIRST, FIRST)) == ({"perviy"}, set())


def test_a_week_that_is_judged_anew_again_is_held_against_what_was_stored_first() -> None:
    """Why a cell became another is kept; where all is as it was at first nothing is told."""
    once = with_rejudged(NOW_LATE, FIRST, judged_again(FIRST, FIRST))
    twice_rejudged, restored = with_rejudged(NOW_LATE, once), with_rejudged(FIRST, once)
    assert cell_changes(twice_rejudged)[OPENED] == ("passed", "failed", "new_evidence")
    assert (twice_rejudged.rejudged.before, twice_rejudged.rejudged.stored_as_of) == ({"perviy": "passed"}, FIRST.as_of)
    assert (restored.rejudged.offices, cell_changes(restored)) == ([], {})


def test_an_office_that_came_or_went_is_told_by_its_name() -> None:
    """Its cells have nothing before, or nothing now; one that came is not of the first audit."""
    went, came = with_rejudged(WITHOUT_OFFICES, FIRST), with_rejudged(NOW_LATE, WITHOUT_OFFICES)
    assert (went.rejudged.gone, cell_changes(went)[OPENED][:2]) == ({"perviy": "Первый район"}, ("passed", None))
    assert (came.rejudged.before, cell_changes(came)[OPENED][:2]) == ({}, (None, "failed"))
    assert cell_changes(with_rejudged(FIRST, came))[OPENED][:2] == (None, "passed")
    assert with_rejudged(WITHOUT_OFFICES, came).rejudged.offices == []
