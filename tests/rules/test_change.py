"""What is called better or worse, and what is said of why a verdict is another."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from auditor.base.snapshot import Snapshot
from tests.cases import WEEK, account, day, posts
from tests.rules.helpers import (
    RECORD_CHANGED,
    channel,
    document,
    exemption,
    head,
    offices_of,
    outcomes_of,
)

BEFORE = WEEK.shift(-1)
BAD, GOOD = account(name="plohaya"), account(name="horoshaya")
OLD = posts(-24 * 30, -24 * 25, first_id=500)
STEADY = posts(*(24 * number + 9 for number in range(-7, 7)), first_id=1)


def looks(name: str, *, steady: bool, number: int, **fields: Any) -> Sequence[Snapshot]:
    """Looks at a channel after each of the two weeks: with posts on every day, or with none."""
    line = (*OLD, *(STEADY if steady else ()))
    moments = (week.ends + timedelta(hours=36) for week in (BEFORE, WEEK))
    return [
        channel(*(post for post in line if post.at < at), at=at, url=f"https://t.me/{name}", id=number, **fields)
        for at in moments
    ]


LOOKS = (*looks("plohaya", steady=False, number=1500000001), *looks("horoshaya", steady=True, number=1500000002))


# Item 9
def test_two_heads_whose_pages_are_swapped_in_the_registry_are_neither_better_nor_worse() -> None:
    """Pages that are others than last week's show no improvement: nobody wrote a post more."""
    then = document(head(1, BAD), head(2, GOOD), looks=LOOKS, week=BEFORE)
    now = offices_of(document(head(1, GOOD), head(2, BAD), looks=LOOKS, previous=then))
    told = {name: outcomes_of(row)["posts_per_week"] for name, row in now.items()}
    assert told == {"rayon-01": "passed", "rayon-02": "failed"}
    assert {name: row["change"] for name, row in now.items()} == {"rayon-01": "neutral", "rayon-02": "neutral"}


# Item 9
def test_a_head_whose_second_page_came_on_record_is_not_better() -> None:
    """It was there a week ago, and he kept it as he does."""
    then = document(head(1, BAD), looks=LOOKS, week=BEFORE)
    row = offices_of(document(head(1, BAD, GOOD), looks=LOOKS, previous=then))["rayon-01"]
    assert outcomes_of(row)["posts_per_week"] == "passed"
    assert row["change"] == "neutral"


# Item 9
def test_a_head_whose_good_page_was_taken_off_the_record_is_not_worse() -> None:
    """It turned out to be somebody else's."""
    then = document(head(1, BAD, GOOD), looks=LOOKS, week=BEFORE)
    row = offices_of(document(head(1, BAD), looks=LOOKS, previous=then))["rayon-01"]
    assert outcomes_of(row)["posts_per_week"] == "failed"
    assert row["change"] == "neutral"


# Item 39
def test_an_exemption_changes_the_record_and_is_no_evidence() -> None:
    """The verdict is another because the registry says something else than a week ago."""
    late = looks("plohaya", steady=True, number=1500000001, opened_at=day(-24 * 300), traces=())
    then = document(head(1, BAD), looks=late, week=BEFORE)
    row = offices_of(document(head(1, BAD, exemptions=[exemption(on="2026-11-16")]), looks=late, previous=then))
    assert offices_of(then)["rayon-01"]["verdict"] == "failed"
    assert row["rayon-01"]["verdict"] == "inapplicable"
    assert row["rayon-01"]["verdict_change"] == RECORD_CHANGED
    assert row["rayon-01"]["change"] == "neutral"
