"""Which comments are one question, and which numbers readers are given of them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.sandbox.world.model import Author
from auditor.sandbox.world.story import Teller
from tests.wire.towns import Head, head, town, value, verdict

NETWORKS = ["vk", "telegram"]
LONG, SHORT = "Скажите, пожалуйста, когда починят вымышленный мост через речку?", "Когда починят мост?"


# Item 50
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("text", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("posts", [2, 3])
def test_the_same_words_of_one_author_under_several_posts_are_one_question(
    network: str, text: str, posts: int, tmp_path: Path
) -> None:
    """Five others asked once each: six questions of six people, for each of the sums."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one, asker = head(teller, 1, network), teller.citizen()
        one.ask(5)
        for place, day in enumerate(one.story.days_with_posts(one.page)[:posts]):
            post = one.story.on(one.page, day)
            one.story.comment(
                post, post.at + timedelta(hours=1 + place), Author(asker.number, asker.name, "povtor"), text
            )
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly(at=place.world.now + timedelta(days=1))
        row = place.published(one.id)
        sums = {name: value(row, name) for name in ("questions", "due", "no_reply_found", "askers")}
        assert sums == {"questions": 6, "due": 6, "no_reply_found": 6, "askers": 6}
        assert sum(post["questions"] for post in value(row, "posts")) == 6


# Item 50
@pytest.mark.parametrize("network", NETWORKS)
def test_a_question_that_stands_under_several_posts_is_answered_where_one_of_them_is(
    network: str, tmp_path: Path
) -> None:
    """He answered it once, in time; asking thrice makes no question more."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one, citizen = head(teller, 1, network), teller.citizen()
        asker = Author(citizen.number, citizen.name, "povtor")
        one.ask(5)
        one.answer(one.page.identity, *range(5))
        for place, day in enumerate(one.story.days_with_posts(one.page)[:3]):
            post = one.story.on(one.page, day)
            asked = one.story.comment(post, post.at + timedelta(hours=1), asker, LONG)
            if place == 1:
                one.story.reply(one.page, post, asked, asked.at + timedelta(hours=2))
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly(at=place.world.now + timedelta(days=1))
        row = place.published(one.id)
        assert (value(row, "due"), value(row, "answered_in_time")) == (6, 6)
        assert verdict(row) == ("passed", None)


def numbers(line: str) -> set[int]:
    """The numbers that stand in a line, those of a hash left out."""
    return {int(found) for found in re.findall(r"\b\d+\b", line)}


# Item 35
def test_readers_are_told_the_number_of_questions_without_an_answer_that_the_document_has(tmp_path: Path) -> None:
    """Of 37 the owner answered none; that somebody under a name like the page's answered 29 leaves no 8 to be told."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "telegram")
        one.ask(37)
        one.answer(Author(teller.number(600_000_000, 700_000_000), one.page.title), *range(29))
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.weekly()
        row = place.published(one.id)
        assert (value(row, "no_reply_found"), value(row, "answered_by_unknown")) == (37, 29)
        post = (tmp_path / "reports" / place.world.week / "post.txt").read_text(encoding="utf-8")
        card = place.run("check", one.id, "--offline", "--week", place.world.week, at=place.world.now).out
        for text in (post, card):
            assert not [line for line in text.splitlines() if {8, 37} <= numbers(line)]


# Item 36
def test_posts_of_the_same_words_on_one_network_are_not_said_to_stand_on_two(tmp_path: Path) -> None:
    """Three posts with the same words on one page are one, and no page of his is on another network."""
    told: list[Head] = []

    def scenario(teller: Teller) -> None:
        one = head(teller, 1, "vk", posts=1)
        for hour in (19, 20):
            one.story.post(
                one.page,
                one.story.days_with_posts(one.page)[0],
                hour,
                one.story.on(one.page, one.story.days_with_posts(one.page)[0]).text,
            )
        told.append(one)

    with town(tmp_path, scenario) as place:
        (one,) = told
        place.lang = "en"
        place.weekly()
        row = place.published(one.id)
        assert (value(row, "posts", "posts_per_week"), value(row, "distinct", "posts_per_week")) == (3, 1)
        page = (tmp_path / "reports" / place.world.week / "o" / f"{one.id}.html").read_text(encoding="utf-8")
        assert "two networks" not in page
        assert set(re.findall(r"osts in the week: (\d+)", page.replace("\xa0", " "))) == {"1"}
