"""A page whose own last post says that it moves: for how long nothing on it is held against him."""

from typing import Any

import pytest

from auditor.base.snapshot import Network, Post
from auditor.registry.models import Tenure
from tests.cases import NOW, account, case, day, judge_office, posts, report
from tests.rules.helpers import channel, elsewhere, in_office, of_office, profile, vk_page

SILENCE = "longest_silence"
OLD = posts(-24 * 60, first_id=90)


def moved(days: float, to: str | None = "max", **fields: Any) -> Post:
    """An own post so many days before the week's end that says that the page moves."""
    (post,) = posts(168 - 24 * days, first_id=fields.pop("first_id", 1), **fields)
    return post.model_copy(update={"moved": True, "moved_to": to})


def holder(*pages: Any, **fields: Any) -> Tenure:
    """Who has a VK page, and others."""
    return in_office(**fields).model_copy(update={"listed": [vk_page(), *pages]})


def on_max() -> Any:
    """His page on MAX, on record."""
    return elsewhere().model_copy(update={"url": "https://max.ru/imyarek"})


@pytest.mark.parametrize(
    ("days", "outcome"), [(8, "inapplicable"), (30, "inapplicable"), (31, "failed"), (50, "failed")]
)
@pytest.mark.parametrize("check", [SILENCE, "posts_per_week"])
def test_for_thirty_days_nothing_of_the_practice_fails_on_it(check: str, days: float, outcome: str) -> None:
    """From that post on, to the week's last day; the post is named."""
    what = case([holder()], profile(*OLD, moved(days + 0.5)))
    found = judge_office(check, what)
    assert found.outcome == outcome
    if outcome == "inapplicable":
        assert found.message.params["post"] == "https://t.me/perviy_rayon/1"


def test_how_long_is_the_policys() -> None:
    """`moved_days` is computed with."""
    look = [profile(*OLD, moved(20))]
    outcomes = [of_office(SILENCE, look, person=holder(), policy={"moved_days": n}).outcome for n in (10, 25)]
    assert outcomes == ["failed", "inapplicable"]


@pytest.mark.parametrize(
    ("to", "pages", "neutral", "verdict"),
    [
        ("max", [on_max()], False, ("inapplicable", None)),
        ("max", [elsewhere()], False, ("cantTell", "too_little_data")),
        ("max", [], False, ("failed", None)),
        ("other", [on_max()], False, ("inapplicable", None)),
        ("telegram", [], False, ("failed", None)),
        ("telegram", [account()], False, ("passed", None)),
    ],
    ids=["max, on record", "max, another is", "max, none", "somewhere, on record", "telegram, none", "telegram"],
)
def test_it_is_excused_for_good_once_the_new_page_is_on_record(to: str, pages, neutral: bool, verdict: tuple) -> None:
    """On the network to which it says it moved; a page there that is looked at is judged instead."""
    looks = [profile(*OLD, moved(50, to)), *([channel(*posts(100))] if account() in pages else [])]
    assert of_office(SILENCE, looks, person=holder(*pages), neutral=neutral).verdict == verdict


@pytest.mark.parametrize(("new", "outcome"), [(posts(-24 * 40), "failed"), (posts(100), "passed")])
def test_the_new_page_is_judged_alone(new: tuple[Post, ...], outcome: str) -> None:
    """Silence there is his."""
    looks = [profile(*OLD, moved(25, "telegram")), channel(*new)]
    assert of_office(SILENCE, looks, person=holder(account())).outcome == outcome


def test_a_new_page_on_a_neutral_network_excuses_for_no_longer() -> None:
    """Nothing could be held against him there either."""
    looks = [profile(*OLD, moved(50, "telegram")), channel(*posts(-24 * 40))]
    assert of_office(SILENCE, looks, person=holder(account()), neutral=True).verdict == ("failed", None)


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        (posts(168 - 24 * 12, first_id=5), "failed"),
        (posts(168 - 24 * 3, first_id=5), "passed"),
        (posts(168 - 24 * 12, first_id=5, repost=True), "inapplicable"),
    ],
    ids=["posted on, then silent", "posts on", "a repost"],
)
def test_only_his_last_own_post_tells(later: tuple[Post, ...], outcome: str) -> None:
    """Who posts on has not moved; a repost after it says nothing."""
    assert of_office(SILENCE, [profile(*OLD, moved(20), *later)], person=holder()).outcome == outcome


def test_a_moved_page_that_is_gone_is_no_failure() -> None:
    """It has moved: its absence is no fault."""
    looks = [profile(*OLD, moved(10), at=day(10)), profile(exists=False, cause="gone", at=NOW)]
    assert of_office("account_exists", looks, person=holder()).outcome != "failed"


def test_a_neutral_page_beside_one_elsewhere_is_inapplicable() -> None:
    """With the law's source, as without it."""
    person = in_office().model_copy(update={"listed": [account(), elsewhere()]})
    assert of_office(SILENCE, [channel(*OLD)], person=person, neutral=True).verdict == ("inapplicable", None)
    reported = in_office(reports=[report(by="2025", network=Network.VK)])
    assert of_office(SILENCE, [channel(*OLD)], person=reported, neutral=True).verdict == ("inapplicable", None)
