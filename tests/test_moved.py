"""A page whose own last post says that it has moved: for how long silence there is no fault."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Network, Outcome, Post, Route, Snapshot
from auditor.checks.finding import Finding
from auditor.registry.models import AccountKind, Confirmation, OtherAccount
from tests.cases import NOW, WEEK, account, case, judge, report, snapshot, tenure

VK = "https://vk.com/glava_primer"


def wall(*posts: Post) -> Snapshot:
    return snapshot(network=Network.VK, route=Route.VK, url=VK, id=7, kind="profile", posts=posts)


def post(days: float, *, moved_to: str | None = None, number: int = 1, repost: bool = False) -> Post:
    """A post so many days before the week's end."""
    at = WEEK.ends - timedelta(days=days)
    moved = {"moved": moved_to is not None, "moved_to": moved_to}
    return Post(id=number, at=at, url=f"https://vk.com/wall1_{number}", repost=repost, sketch="", **moved)


def silence(*looks: Snapshot, more: Sequence[OtherAccount] = (), **fields: Any) -> Finding[Any]:
    pages = [account(Network.VK, "glava_primer"), *more]
    pages += [account(look.network, look.url.rsplit("/", 1)[1]) for look in looks if look.url != VK]
    return judge("longest_silence", case([tenure(since="2020-01", accounts=pages, **fields)], *looks))[0]


OLDER = post(60, number=9)


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(10, Outcome.INAPPLICABLE), (30, Outcome.INAPPLICABLE), (32, Outcome.FAILED)],
)
def test_for_thirty_days_silence_on_a_page_that_says_it_moved_is_no_fault(days: float, outcome: Outcome) -> None:
    """Then it is, unless the new page is on record."""
    found = silence(wall(OLDER, post(days, moved_to="max")))
    assert found.outcome is outcome
    if outcome is Outcome.INAPPLICABLE:
        assert (found.message.id, found.message.params["post"]) == ("page.moved", "https://vk.com/wall1_1")


def elsewhere(url: str) -> OtherAccount:
    confirmed = Confirmation(on=date(2026, 9, 1), how="письмо пресс-службы")
    return OtherAccount(url=url, kind=AccountKind.PERSONAL, confirmed=confirmed)


@pytest.mark.parametrize("days", [10, 50])
def test_once_the_new_page_is_on_record_it_is_no_fault_for_good(days: float) -> None:
    """Wherever that is: the program does not look on every network."""
    found = silence(wall(OLDER, post(days, moved_to="max")), more=[elsewhere("https://max.ru/glava_primer")])
    assert (found.outcome, found.message.id) == (Outcome.INAPPLICABLE, "page.moved")


@pytest.mark.parametrize(
    "told",
    [
        {"more": [elsewhere("https://ok.ru/profile/1")]},
        {"reports": [report(by="2026-09", network="max")]},
        {"reports": [report(by="2026-09", network="ok")]},
    ],
)
def test_another_page_than_the_post_names_or_one_only_reported_is_not_the_new_one(told: dict[str, Any]) -> None:
    """The page stays his; that there is one where nobody looks leaves it open whether he was silent."""
    found = silence(wall(OLDER, post(50, moved_to="max")), **told)
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)


@pytest.mark.parametrize("later", [post(9, number=2), post(3, number=2)])
def test_who_posts_on_after_the_move_has_not_moved(later: Post) -> None:
    """Only the last own post tells; a repost after it says nothing."""
    assert silence(wall(OLDER, post(20, moved_to="max"), later)).outcome in {Outcome.FAILED, Outcome.PASSED}
    reposted = silence(wall(OLDER, post(20, moved_to="max"), post(12, number=3, repost=True)))
    assert reposted.outcome is Outcome.INAPPLICABLE


def test_the_new_page_is_judged_alone() -> None:
    """Silence there is his."""
    new = snapshot(posts=(post(20, number=5).model_copy(update={"url": "https://t.me/perviy_rayon/5"}),), taken_at=NOW)
    found = silence(wall(OLDER, post(25, moved_to="telegram")), new)
    assert found.outcome is Outcome.FAILED
