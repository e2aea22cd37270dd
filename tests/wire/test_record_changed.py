"""What the registry says otherwise after the look: nothing red or green by sides that were told before it did."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.sandbox.world.model import Author, Held
from auditor.sandbox.world.story import Teller
from tests.wire.helpers import Head, head, person, profile, town, value, verdict

NETWORKS = ["vk", "telegram"]
TOMORROW = timedelta(days=1)


def named(who: Author, network: str) -> int | str:
    """How the registry names somebody who answers for the owner."""
    return who.number if network == "vk" else (who.username or "")


# Item 7
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("own", [0, 1], ids=["", "owner answered once"])
def test_staff_that_came_on_record_after_the_look_turn_nobody_red(network: str, own: int, tmp_path: Path) -> None:
    """He answered two of six; he is known as the head's own now, and his answers count once they are read again."""
    told: list[tuple[Head, Author]] = []

    def scenario(teller: Teller) -> None:
        one, helper = head(teller, 1, network), person(teller)
        one.ask(6)
        one.answer(helper, 0, 1)
        told.append((one, helper))

    with town(tmp_path, scenario) as place:
        ((one, helper),) = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("failed", None)
        one.own[0].staff.append(named(helper, network))
        assert verdict(place.offline(one.id))[0] == "cantTell"
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "no_threshold")
        assert (value(row, "answered_in_time"), value(row, "no_reply_found")) == (2, 4)


# Item 7
@pytest.mark.parametrize("network", NETWORKS)
def test_staff_that_were_taken_off_the_record_after_the_look_leave_nobody_green(network: str, tmp_path: Path) -> None:
    """Who answered all six is not the head's: somebody who asks nothing and answers three others is unknown."""
    told: list[tuple[Head, Author]] = []

    def scenario(teller: Teller) -> None:
        one, helper = head(teller, 1, network), person(teller)
        one.ask(6)
        one.answer(helper, *range(6))
        one.own[0].staff.append(named(helper, network))
        told.append((one, helper))

    with town(tmp_path, scenario) as place:
        ((one, _),) = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("passed", None)
        one.own[0].staff.clear()
        assert verdict(place.offline(one.id))[0] == "cantTell"
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "unproved_identity")
        assert (value(row, "answered_in_time"), value(row, "no_reply_found")) == (0, 6)


# Item 7
def test_a_second_page_that_came_on_record_after_the_look_turns_nobody_red(tmp_path: Path) -> None:
    """The head answered two of six from a profile of his that was confirmed a day later."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk", "community")
        one.ask(6)
        one.answer(profile(one.story).identity, 0, 1)
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("failed", None)
        (page,) = [account for account in place.world.accounts if account.title == "Имярек Личный"]
        one.own.append(Held(page, one.story.day(100)))
        assert verdict(place.offline(one.id))[0] != "failed"
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "no_threshold")
        assert (value(row, "answered_in_time"), value(row, "no_reply_found")) == (2, 4)


# Item 7
def test_a_second_page_that_was_taken_off_the_record_after_the_look_leaves_nobody_green(tmp_path: Path) -> None:
    """The profile that answered all six is not the head's."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk", "community")
        one.ask(6)
        page = profile(one.story)
        one.answer(page.identity, *range(6))
        one.own.append(Held(page, one.story.day(100)))
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("passed", None)
        one.drop(one.own[1].account)
        assert verdict(place.offline(one.id))[0] == "cantTell"
        place.weekly(at=place.world.now + TOMORROW)
        assert verdict(place.published(one.id)) == ("cantTell", "unproved_identity")


# Item 7
@pytest.mark.parametrize("whose", ["the office's", "another office's"])
def test_a_body_that_came_on_record_after_the_look_turns_nobody_red(whose: str, tmp_path: Path) -> None:
    """Who answered two of six is a profile that an office has for its institution."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one, other = head(teller, 1, "vk"), head(teller, 2, "vk")
        one.ask(6)
        one.answer(profile(one.story).identity, 0, 1)
        told.extend((one, other))

    with town(tmp_path, scenario) as place:
        one, other = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("failed", None)
        (page,) = [account for account in place.world.accounts if account.title == "Имярек Личный"]
        (one if whose == "the office's" else other).story.office.accounts.append(Held(page, None))
        assert verdict(place.offline(one.id))[0] == "cantTell"
        place.weekly(at=place.world.now + TOMORROW)
        row = place.published(one.id)
        assert verdict(row) == ("cantTell", "no_threshold")
        assert (value(row, "answered_by_body"), value(row, "no_reply_found")) == (2, 6)
