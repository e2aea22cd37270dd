"""Weeks that are judged again: by later looks, by another record, after a purge, under another name."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.sandbox.world.story import Teller
from auditor.sandbox.world.world import ENDS
from tests.wire.towns import Head, head, town, value, verdict

PRACTICE = ("posts_per_week", "longest_silence", "comments_open", "comments_answered")
DAY = timedelta(days=1)
WEEK_BEFORE = ENDS - 7 * DAY


# Item 38
def test_weekly_judges_the_week_before_again_by_what_it_sees(tmp_path: Path) -> None:
    """Red on the 17th, answered on the 19th, looked at on the 24th: the published week is not red any more."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk")
        one.ask(6)
        for place in range(6):
            late = one.story.at(-3, 12, place)
            one.answer(one.page.identity, place, hours=(late - one.questions[place].at) / timedelta(hours=1))
        for days in (-1, -2, -4, -5, -6):
            one.story.post(one.page, days, 12)
        told.append(one)

    with town(tmp_path, scenario, ends=WEEK_BEFORE) as place:
        (one,) = told
        place.weekly()
        assert verdict(place.published(one.id, "2026-W46")) == ("failed", None)
        place.next_week()
        row = place.published(one.id, "2026-W46")
        assert verdict(row) == ("cantTell", "no_threshold")
        assert (value(row, "answered_late"), value(row, "no_reply_found")) == (6, 0)


# Item 10
def test_weekly_says_that_an_office_is_not_under_its_name_any_more(tmp_path: Path) -> None:
    """Its history is lost with the id: one line names the id that the archive has and the registry has not."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        told.extend((head(teller, 1, "vk"), head(teller, 2, "vk")))

    with town(tmp_path, scenario, ends=WEEK_BEFORE) as place:
        first, second = told
        done = place.weekly()
        assert not [line for line in (done.out + done.err).splitlines() if second.id in line]
        first.story.office.id = "perviy-novyi"
        done = place.next_week()
        assert len([line for line in (done.out + done.err).splitlines() if "rayon-01" in line]) == 1


def red(teller: Teller) -> Head:
    """Add a head whom six people asked and who answered nobody."""
    one = head(teller, 1, "vk")
    one.ask(6)
    return one


def purged(folder: Path, told: list[Head]):
    """A town whose week was audited, and whose comments were purged five days later."""
    return town(folder, lambda teller: told.append(red(teller)))


# Item 8
def test_an_exemption_on_record_after_a_purge_bars_the_red_of_the_week(tmp_path: Path) -> None:
    """The comments are gone, their figures stay; what the record says of him is that of now."""
    told: list[Head] = []
    with purged(tmp_path, told) as place:
        (one,) = told
        place.weekly()
        assert verdict(place.published(one.id)) == ("failed", None)
        later = place.world.now + 5 * DAY
        place.run("purge", at=later, AUDITOR_KEEP_COMMENTS_DAYS="1")
        one.exempt()
        place.report(at=later + timedelta(hours=1))
        assert verdict(place.published(one.id)) == ("inapplicable", None)


# Item 8
def test_a_holder_who_had_left_is_not_named_with_the_red_of_the_week_after_a_purge(tmp_path: Path) -> None:
    """By the record of now another held the office at the week's end."""
    told: list[Head] = []
    with purged(tmp_path, told) as place:
        (one,) = told
        place.weekly()
        name = one.story.office.tenures[-1].name
        assert place.published(one.id)["holder"]["name"] == name
        later = place.world.now + 5 * DAY
        place.run("purge", at=later, AUDITOR_KEEP_COMMENTS_DAYS="1")
        one.story.office.tenures[-1].until, one.story.office.tenures[-1].known_as_of = "2026-10-31", None
        one.story.holder("2026-11-01")
        place.report(at=later + timedelta(hours=1))
        row = place.published(one.id)
        assert row["holder"]["name"] != name
        assert verdict(row)[0] != "failed"


# Item 8
def test_weekly_judges_a_purged_week_again_by_the_record_of_now(tmp_path: Path) -> None:
    """It is still in time, so it is judged again: with the figures of its last audit, and barred by the exemption."""
    told: list[Head] = []
    with purged(tmp_path, told) as place:
        (one,) = told
        place.weekly()
        later = place.world.now + 5 * DAY
        place.run("purge", at=later, AUDITOR_KEEP_COMMENTS_DAYS="1")
        one.exempt()
        done = place.run("weekly", "--week", place.world.week, at=later + timedelta(hours=1))
        assert done.code in {0, 1, 3}, done.err
        assert verdict(place.published(one.id)) == ("inapplicable", None)


# Item 49
def test_posts_that_are_counted_are_listed_though_the_week_was_not_read_whole(tmp_path: Path) -> None:
    """Looked at on Saturday and never again: the posts that were seen are counted, and each has its row."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        told.append(head(teller, 1, "vk", posts=7))

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly(at=ENDS - DAY)
        place.report(at=place.world.now)
        row = place.published(one.id)
        assert verdict(row, "posts_per_week") == ("passed", None)
        assert value(row, "at_least", "posts_per_week") is True
        posts = value(row, "posts", "posts_per_week")
        assert posts >= 3
        assert len(place.rows("posts.csv", one.id)) == posts


# Item 13
def test_a_page_that_its_network_has_banned_since_saturday_is_banned_on_tuesday(tmp_path: Path) -> None:
    """Two looks agree, and neither says that the page is there."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        told.append(head(teller, 1, "vk"))

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly(at=ENDS - 5 * DAY)
        one.page.deactivated = one.page.banned = True
        place.weekly(at=ENDS - DAY)
        place.weekly()
        assert verdict(place.published(one.id), "account_exists") == ("cantTell", "banned")


# Item 37
@pytest.mark.parametrize("kind", ["user", "community"])
def test_a_banned_page_is_called_banned_and_not_gone(kind: str, tmp_path: Path) -> None:
    """The network shut it, and it may come back: that is not the word that it is not there."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk", kind)
        one.page.deactivated = one.page.banned = True
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly()
        row = place.published(one.id)
        for check in ("account_exists", *PRACTICE):
            assert verdict(row, check) == ("cantTell", "banned")


# Item 37
def test_a_community_whose_wall_is_off_is_not_called_closed(tmp_path: Path) -> None:
    """Everybody can see the page: it has no wall to post on."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk", "community")
        one.page.wall = 0
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly()
        row = place.published(one.id)
        assert verdict(row, "account_exists") == ("passed", None)
        for check in PRACTICE:
            assert verdict(row, check) == ("cantTell", "wall_off")
