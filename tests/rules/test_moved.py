"""Excused (section 5): a page whose own last post says that it moves, and for how long nothing on it counts."""

from typing import Any

import pytest

from auditor.base.snapshot import Network, Post
from auditor.registry.models import Tenure
from tests.cases import NOW, account, case, day, judge_office, posts, report
from tests.rules.helpers import (
    Row,
    channel,
    elsewhere,
    in_office,
    of_office,
    profile,
    row,
    table,
    vk_page,
)

SILENCE = "longest_silence"
OLD = posts(-24 * 60, first_id=90)


def moved(days: float, to: str | None = "max", **fields: Any) -> Post:
    """An own post so many days before the week's end that says that the page moves."""
    (post,) = posts(168 - 24 * days, first_id=fields.pop("first_id", 1), **fields)
    return post.model_copy(update={"moved": True, "moved_to": to})


def holder(*pages: Any, **fields: Any) -> Tenure:
    """Who has a VK page, and others."""
    return in_office(**fields).model_copy(update={"listed": [vk_page(), *pages]})


def went(verdict: Any, days: float, to: str = "max", *pages: Any, new: tuple[Post, ...] = (), **more: Any) -> Row:
    """Write a row of a page that said so many days ago where it moves, and of his pages on record beside it."""
    there = [channel(*new)] if account() in pages else []
    return row(verdict, profile(*OLD, moved(days, to)), *there, person=holder(*pages), **more)


def then(verdict: Any, *line: Post) -> Row:
    """Write a row of what came after he said that he moves."""
    return row(verdict, profile(*OLD, moved(20), *line), person=holder())


ON_MAX = elsewhere().model_copy(update={"url": "https://max.ru/imyarek"})
NEUTRAL = {"neutral": True}
ROWS = {
    "moved_days of 10": went("failed", 20, policy={"moved_days": 10}),
    "moved_days of 25": went("inapplicable", 20, policy={"moved_days": 25}),
    "to MAX, on record": went("inapplicable", 50, "max", ON_MAX),
    "to MAX, another is on record": went("too_little_data", 50, "max", elsewhere()),
    "to MAX, none": went("failed", 50),
    "somewhere, a page is on record": went("inapplicable", 50, "other", ON_MAX),
    "to Telegram, none": went("failed", 50, "telegram"),
    "to Telegram, where he posts": went("passed", 50, "telegram", account(), new=posts(100)),
    "within the days, where he is silent": went("failed", 25, "telegram", account(), new=posts(-24 * 40)),
    "within the days, where he posts": went("passed", 25, "telegram", account(), new=posts(100)),
    "to a neutral network": went("failed", 50, "telegram", account(), new=posts(-24 * 40), **NEUTRAL),
    "posted on, then silent": then("failed", *posts(168 - 24 * 12, first_id=5)),
    "posts on": then("passed", *posts(168 - 24 * 3, first_id=5)),
    "a repost after it": then("inapplicable", *posts(168 - 24 * 12, first_id=5, repost=True)),
    "a neutral page beside one elsewhere": row(
        "inapplicable",
        channel(*OLD),
        person=in_office().model_copy(update={"listed": [account(), elsewhere()]}),
        **NEUTRAL,
    ),
    "a neutral page beside a report": row(
        "inapplicable", channel(*OLD), person=in_office(reports=[report(by="2025", network=Network.VK)]), **NEUTRAL
    ),
}


@table(ROWS)
def test_it_is_excused_for_thirty_days_and_for_good_once_the_new_page_is_on_record(row: Row) -> None:
    """By his last own post alone; a new page that is looked at is judged instead, and a neutral one excuses nobody."""
    row.holds(SILENCE)


@pytest.mark.parametrize(("days", "outcome"), [(8, "inapplicable"), (30, "inapplicable"), (31, "failed")])
@pytest.mark.parametrize("check", [SILENCE, "posts_per_week"])
def test_for_thirty_days_nothing_of_the_practice_fails_on_it(check: str, days: float, outcome: str) -> None:
    """From that post on, to the week's last day; the post is named."""
    found = judge_office(check, case([holder()], profile(*OLD, moved(days + 0.5))))
    assert found.outcome == outcome
    if outcome == "inapplicable":
        assert found.message.params["post"] == "https://t.me/perviy_rayon/1"


def test_a_moved_page_that_is_gone_is_no_failure() -> None:
    """It has moved: its absence is no fault."""
    looks = [profile(*OLD, moved(10), at=day(10)), profile(exists=False, cause="gone", at=NOW)]
    assert of_office("account_exists", looks, person=holder()).outcome != "failed"
