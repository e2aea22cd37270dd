"""How questions and answers are counted, and what a verdict about them needs."""

import pytest

from tests.cases import posts
from tests.rules.helpers import asked, channel, comment, of_office, post, replies

OLD = posts(-24 * 20, first_id=90)


def answered(*lines, **fields):
    """Judge the answers under the week's posts, one with each of these lines."""
    week = [post(number, *line, hours=number) for number, line in enumerate(lines, start=1)]
    return of_office("comments_answered", [channel(*OLD, *week)], **fields)


# Item 17
@pytest.mark.parametrize("answers", [1, 4])
def test_where_another_body_has_answered_nobody_is_red(answers: int) -> None:
    """Red is said where nobody but citizens has written: another office answered, so only the numbers are given."""
    assert answered(asked(6)).verdict == ("failed", None)
    found = answered((*asked(6), *replies("body", *range(1, answers + 1))))
    assert found.verdict == ("cantTell", "no_threshold")
    assert (found.value("due"), found.value("no_reply_found"), found.value("answered_by_body")) == (6, 6, answers)


# Item 17
@pytest.mark.parametrize("words", [True, False])
def test_where_another_body_has_written_to_nobody_in_particular_nobody_is_red(words: bool) -> None:
    """After the first question a body wrote, in general or without words: that is not nobody."""
    general = comment(101, "body", 30, has_words=words)
    assert answered((*asked(6), general)).verdict == ("cantTell", "no_threshold")


# Item 17
def test_where_another_body_has_written_under_one_post_nobody_is_red_by_the_others() -> None:
    """It must hold under each post of the window."""
    first, second = asked(6), (comment(51, "citizen", 30), *replies("body", 51, hours=25))
    assert answered(first, second).verdict == ("cantTell", "no_threshold")


# Item 22
@pytest.mark.parametrize(
    ("questions", "people"), [(1, 1), (4, 4), (5, 2), (5, 1)], ids=["one", "four", "two people", "one person"]
)
def test_green_needs_as_many_questions_of_as_many_people_as_red(questions: int, people: int) -> None:
    """All were answered in time, and they are too few to say anything by."""
    line = (*asked(questions, people=people), *replies("owner", *range(1, questions + 1)))
    found = answered(line)
    assert found.verdict == ("cantTell", "too_little_data")
    assert (found.value("due"), found.value("answered_in_time")) == (questions, questions)
    assert answered((*asked(5, people=3), *replies("owner", *range(1, 6)))).verdict == ("passed", None)
