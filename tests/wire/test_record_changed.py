"""What the registry says otherwise after the look: nothing is red or green by sides that were told before it did.

Each change is judged twice: without a new look, and after one that reads the threads again by the record of now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.sandbox.world.model import Account, Author, Held
from auditor.sandbox.world.story import Teller
from tests.wire.towns import Head, Town, head, person, profile, town, value, verdict

NETWORKS = ["vk", "telegram"]
TOMORROW = timedelta(days=1)


def named(who: Author, network: str) -> int | str:
    """How the registry names somebody who answers for the owner."""
    return who.number if network == "vk" else (who.username or "")


@contextmanager
def helped(
    folder: Path, network: str, *places: int, staff: bool = False, own: int | None = None
) -> Iterator[tuple[Town, Head, Author]]:
    """A head asked by six people, some of whom somebody answered: of his staff by the record, or a stranger."""
    told: list[tuple[Head, Author]] = []

    def scenario(teller: Teller) -> None:
        one, helper = head(teller, 1, network), person(teller)
        one.ask(6)
        one.answer(helper, *places)
        if own is not None:
            one.answer(one.page.identity, own)
        if staff:
            one.own[0].staff.append(named(helper, network))
        told.append((one, helper))

    with town(folder, scenario) as place:
        place.weekly()
        yield place, *told[0]


@contextmanager
def helped_from_a_profile(
    folder: Path, *places: int, confirmed: bool = False
) -> Iterator[tuple[Town, Head, Head, Account]]:
    """A head's community, under which six asked and a profile answered some: a page of his by the record, or not.

    The other is a neighbour, of whom nothing is asked.
    """
    told: list[tuple[Head, Head, Account]] = []

    def scenario(teller: Teller) -> None:
        one, other = head(teller, 1, "vk", "community"), head(teller, 2, "vk")
        one.ask(6)
        page = profile(one.story)
        one.answer(page.identity, *places)
        if confirmed:
            one.own.append(Held(page, one.story.day(100)))
        told.append((one, other, page))

    with town(folder, scenario) as place:
        place.weekly()
        yield place, *told[0]


# Item 7
@pytest.mark.parametrize("network", NETWORKS)
def test_staff_that_came_on_record_after_the_look_leave_nobody_red(network: str, tmp_path: Path) -> None:
    """Whose words stand under the posts was told by an older record: that settles nothing until they are read again."""
    with helped(tmp_path, network, 0, 1) as (place, one, helper):
        assert verdict(place.published(one.id)) == ("failed", None)
        one.own[0].staff.append(named(helper, network))
        assert verdict(place.offline(one.id))[0] == "cantTell"


# Item 7
def test_staff_that_came_on_record_count_once_their_answers_are_read_again(tmp_path: Path) -> None:
    """The page answered one question itself, and that is no reason to remember the others as they were told."""
    with helped(tmp_path, "vk", 0, 1, own=2) as (place, one, helper):
        assert value(place.published(one.id), "answered_in_time") == 1
        one.own[0].staff.append(named(helper, "vk"))
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "no_threshold")
        assert (value(row, "answered_in_time"), value(row, "no_reply_found")) == (3, 3)


# Item 7
@pytest.mark.parametrize("network", NETWORKS)
def test_staff_that_were_taken_off_the_record_after_the_look_leave_nobody_green(network: str, tmp_path: Path) -> None:
    """Who answered all six is not the head's."""
    with helped(tmp_path, network, *range(6), staff=True) as (place, one, _):
        assert verdict(place.published(one.id)) == ("passed", None)
        one.own[0].staff.clear()
        assert verdict(place.offline(one.id))[0] == "cantTell"


# Item 7
@pytest.mark.parametrize("network", NETWORKS)
def test_who_was_taken_off_the_record_is_unknown_once_his_answers_are_read_again(network: str, tmp_path: Path) -> None:
    """Somebody who asks nothing and answers three others is unknown: neither the head's nor a citizen."""
    with helped(tmp_path, network, *range(6), staff=True) as (place, one, _):
        one.own[0].staff.clear()
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "unproved_identity")
        assert (value(row, "answered_in_time"), value(row, "no_reply_found")) == (0, 6)


# Item 7
def test_a_second_page_that_was_taken_off_the_record_after_the_look_leaves_nobody_green(tmp_path: Path) -> None:
    """The profile that answered all six is not the head's."""
    with helped_from_a_profile(tmp_path, *range(6), confirmed=True) as (place, one, _, page):
        assert verdict(place.published(one.id)) == ("passed", None)
        one.drop(page)
        assert verdict(place.offline(one.id))[0] == "cantTell"


# Item 7
def test_a_page_that_was_taken_off_the_record_is_unknown_once_its_answers_are_read_again(tmp_path: Path) -> None:
    """It asks nothing, and answers six others."""
    with helped_from_a_profile(tmp_path, *range(6), confirmed=True) as (place, one, _, page):
        one.drop(page)
        place.weekly(at=place.world.now + TOMORROW)
        assert verdict(place.published(one.id)) == ("cantTell", "unproved_identity")


# Item 7
@pytest.mark.parametrize("whose", ["the office's", "another office's"])
def test_a_body_that_came_on_record_after_the_look_leaves_nobody_red(whose: str, tmp_path: Path) -> None:
    """Who answered two of six is an institution's profile by the record of now."""
    with helped_from_a_profile(tmp_path, 0, 1) as (place, one, other, page):
        assert verdict(place.published(one.id)) == ("failed", None)
        (one if whose == "the office's" else other).story.office.accounts.append(Held(page, None))
        assert verdict(place.offline(one.id))[0] == "cantTell"


# Item 7
def test_of_a_comment_read_twice_the_side_of_the_newest_reading_counts(tmp_path: Path) -> None:
    """A profile that was the institution's for a day answered two of six; read again, it is a citizen's."""
    with helped_from_a_profile(tmp_path, 0, 1) as (place, one, _, page):
        one.story.office.accounts.append(Held(page, None))
        place.weekly(at=place.world.now + TOMORROW)
        assert value(place.published(one.id), "answered_by_body") == 2
        one.story.office.accounts.clear()
        place.weekly(at=place.world.now + 2 * TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("failed", None)
        assert value(row, "answered_by_body") == 0
