"""What became of an office since its last week: of its practice, and of the directive's verdict."""

from typing import Any

import pytest

from auditor.audit.change import change_of, other_rules
from auditor.audit.document import Audit, AuditedOffice
from auditor.base.snapshot import Cause, Network, Route
from auditor.registry.models import PolicyValue
from tests.cases import WEEK, account, office, opened, posts, snapshot, tenure
from tests.test_audit import audit

MANY, FEW = posts(1, 40, 80, 120, 160), posts(160)


def head(name: str = "Имярек Анна Андреевна", **fields: Any):
    return office(tenure(name, **{"since": "2020", "accounts": [account()]} | fields))


def look(shown=MANY, when: str = "2021-10-12", **fields: Any):
    return snapshot(**opened(when), posts=(*posts(-400, -240, -150, -60, first_id=100), *shown), **fields)


def last_week(*offices, seen, **fields: Any) -> Audit:
    return audit(*offices, seen=seen).model_copy(update={"week": str(WEEK.shift(-1)), **fields})


def compared(before: Audit, *offices, seen) -> AuditedOffice:
    return audit(*offices, seen=seen, previous=before).offices[0]


def moves(made: AuditedOffice) -> dict[str, str]:
    return {move.check: move.change for move in made.moves}


@pytest.mark.parametrize(
    ("before", "now", "change"), [(FEW, MANY, "improvement"), (MANY, FEW, "regression"), (MANY, MANY, "neutral")]
)
def test_change_is_told_of_each_practice_finding_against_the_same_holders_last_week(before, now, change) -> None:
    """The office's is theirs where they moved one way."""
    made = compared(last_week(head(), seen=[look(before)]), head(), seen=[look(now)])
    assert moves(made)["posts_per_week"] == change
    assert made.change == change
    assert made.verdict_change is None


def test_losing_sight_of_somebody_is_not_getting_worse() -> None:
    """Nor is seeing again getting better."""
    hidden = snapshot(exists=None, cause=Cause.THROTTLED)
    lost = compared(last_week(head(), seen=[look()]), head(), seen=[hidden])
    found = compared(last_week(head(), seen=[hidden]), head(), seen=[look()])
    assert (moves(lost)["posts_per_week"], lost.change) == ("neutral", "neutral")
    assert (moves(found)["posts_per_week"], found.change) == ("neutral", "neutral")


def test_findings_that_moved_both_ways_are_neither_better_nor_worse() -> None:
    """The office's change is neutral, each finding keeps its own."""
    before = last_week(head(), seen=[look(FEW)])
    turned = [
        f.model_copy(update={"outcome": "passed" if f.check == "longest_silence" else f.outcome})
        for f in before.offices[0].findings
    ]
    before = before.model_copy(update={"offices": [before.offices[0].model_copy(update={"findings": turned})]})
    after = audit(head(), seen=[look()])
    worse = [
        f.model_copy(update={"outcome": "failed"}) if f.check == "longest_silence" else f
        for f in after.offices[0].findings
    ]
    told = change_of(
        before.offices[0],
        after.offices[0].model_copy(update={"findings": worse}),
        {"Имярек Анна Андреевна"},
        same_rule=True,
    )
    assert {move.change for move in told.moves} == {"improvement", "regression", "neutral"}
    assert told.change == "neutral"


def test_the_verdict_is_never_better_or_worse() -> None:
    """A page found to be older, or later, than was known is another record, not a change in what the person does."""
    for then, now in (("2023-01-01", "2021-01-01"), ("2021-01-01", "2023-01-01")):
        made = compared(last_week(head(), seen=[look(when=then)]), head(), seen=[look(when=now)])
        assert (made.change, made.verdict_change) == ("neutral", "record_changed")


def test_a_deadline_that_passed_is_named_as_what_changed_the_verdict() -> None:
    """A newcomer's time ran out."""
    before = last_week(head(), seen=[look(when="2023-01-01")])
    fresh = before.offices[0].model_copy(update={"verdict": "inapplicable", "verdict_reason": "newcomer"})
    made = compared(before.model_copy(update={"offices": [fresh]}), head(), seen=[look(when="2023-01-01")])
    assert (made.verdict, made.verdict_change, made.change) == ("failed", "deadline_passed", "neutral")


def test_another_holder_is_named_as_what_changed_the_verdict() -> None:
    """And nothing is compared with the predecessor's record."""
    before = last_week(head("Имярек Глеб Глебович"), seen=[look(FEW, when="2023-01-01")])
    made = compared(before, head(), seen=[look()])
    assert (made.change, made.verdict_change) == ("neutral", "new_holder")
    assert set(moves(made).values()) == {"neutral"}


def test_where_a_page_came_or_went_all_is_neutral() -> None:
    """More posts on more pages are no better practice."""
    two = head(accounts=[account(), account(Network.VK, "perviy")])
    vk = look((), network=Network.VK, route=Route.VK, url="https://vk.com/perviy", kind="profile", id=7)
    made = compared(last_week(head(), seen=[look(FEW)]), two, seen=[look(), vk])
    assert set(moves(made).values()) == {"neutral"}


@pytest.mark.parametrize("fields", [{"tool_version": "0.1.0"}, {"policy": {}}], ids=["version", "policy"])
def test_where_the_rule_or_the_version_is_another_all_is_neutral(fields: dict[str, Any]) -> None:
    """The same practice judged by another rule would be called better or worse."""
    made = compared(last_week(head(), seen=[look(FEW, when="2023-01-01")], **fields), head(), seen=[look()])
    assert (made.change, made.verdict_change) == ("neutral", "record_changed")
    assert set(moves(made).values()) == {"neutral"}


def test_another_source_or_basis_of_a_number_is_no_other_rule() -> None:
    """The value decides."""
    one = audit(head(), seen=[look()])
    number = one.policy["posts_per_week"]
    moved = {**one.policy, "posts_per_week": PolicyValue(value=number.value, basis="norm", source="elsewhere")}
    higher = {**one.policy, "posts_per_week": PolicyValue(value=5, basis="norm", source="elsewhere")}
    assert other_rules(one, one.model_copy(update={"policy": moved})) == []
    assert other_rules(one, one.model_copy(update={"policy": higher})) == ["posts_per_week"]
