"""What a post says of its page: that it answers people."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.language.answers_notice import says_answers
from auditor.language.minimise_text import post_fields

with (Path(__file__).parents[1] / "data" / "answers.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [(row["text"], row["answers"] == "yes") for row in csv.DictReader(file)]
ANSWERS = [text for text, is_answer in ROWS if is_answer]
SLOW = "отвечаю |отвечаю на |вопрос |ответы на вопросы |спрашивали |вы спрашивали |по вашим |задавайте |завтра |[id1|"


@pytest.mark.parametrize(("text", "is_answer"), [*ROWS, ("", False), (None, False)])
def test_a_post_that_says_that_it_answers_people_is_known(text: str | None, *, is_answer: bool):
    """By a listed word; an invitation, an announced broadcast, what the press asked and plain news say nothing."""
    assert says_answers(text) is is_answer
    assert post_fields(text)["says_answers"] is is_answer


@pytest.mark.parametrize("name", ["notices.csv", "notices_unseen.csv"])
def test_most_answers_are_found_and_no_trap_is_taken_for_one(name: str):
    """A trap invites to ask, announces an answer, or answers the press or deputies."""
    with (Path(__file__).parents[1] / "data" / name).open(encoding="utf-8", newline="") as file:
        notices = [(row["text"], row["label"]) for row in csv.DictReader(file) if row["of"] == "answer"]
    found = [says_answers(text) for text, label in notices if label == "answers"]
    assert sum(found) >= 0.7 * len(found)
    assert [text for text, label in notices if label == "not" and says_answers(text)] == []


@given(st.sampled_from(ANSWERS), st.sampled_from(["Добрый день, земляки!\n", "🛣 ", "Открыли мост.\n\n", ""]))
def test_news_before_an_answer_hides_it_not(text: str, opening: str):
    """Nor do capitals, or «ё»."""
    assert says_answers(opening + text)
    assert says_answers((opening + text).upper())
    assert says_answers((opening + text).replace("ё", "е"))


@given(st.text(max_size=200))
def test_any_text_is_read(text: str):
    """Of whatever signs."""
    assert says_answers(text) in {True, False}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", SLOW.split("|"))
def test_a_long_post_is_read_in_no_time(piece: str):
    """A post made to be slow costs the run nothing."""
    says_answers(piece * 20_000)
