"""When nobody may say that questions were left without an answer (DESIGN.md section 5, issue 11)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.i18n import Catalogue
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    Evidence,
    EvidenceKind,
    Network,
    Outcome,
    Post,
    Route,
    Says,
    Side,
    Snapshot,
)
from auditor.checks.comments_answered import CHECK
from auditor.checks.finding import CAUSE_WORDS, Advised, Finding
from tests.cases import NOW, WEEK, account, case, day, judge, judge_office, posts, snapshot, tenure

OPEN, CLOSED = CommentsState.OPEN, CommentsState.CLOSED
PRESS = "press"


def question(number: int, hours: float = 5, *, by: str | None = None, **more: Any) -> Comment:
    who = f"citizen {number}" if by is None else by
    return Comment(id=number, at=day(hours), side=Side.CITIZEN, author=who, says="asks", **more)


def reply(to: int | None, hours: float = 8, *, by: Side = Side.OWNER, number: int = 0, **more: Any) -> Comment:
    return Comment(id=number or 500 + (to or 0), at=day(hours), side=by, answers=to, **more)


def thread(*comments: Comment, **fields: Any) -> Post:
    (post,) = posts(2, comments_state=OPEN, first_id=9)
    return post.model_copy(update={"comments": comments, **fields})


def look(*threads: Post, hours: float | None = None, **fields: Any) -> Snapshot:
    moment = {} if hours is None else {"taken_at": day(hours)}
    return snapshot(posts=threads, **moment, **fields)


def answered(*looks: Snapshot, as_of: datetime = NOW) -> Finding[Any]:
    return judge_office("comments_answered", case([tenure(since="2020", accounts=[account()])], *looks, as_of=as_of))


def under(*comments: Comment) -> Finding[Any]:
    return answered(look(thread(*comments)))


SIX = tuple(question(n) for n in range(1, 7))


def told(found: Finding[Any]) -> tuple[Outcome, Cause | None]:
    return found.outcome, found.cause


def test_six_questions_that_nobody_answered_fail() -> None:
    """The case from which each test below takes something away."""
    assert told(under(*SIX)) == (Outcome.FAILED, None)


def test_five_advertisements_are_no_questions_of_five_people() -> None:
    """Item 1: five by one author are too little, whatever they say."""
    found = under(*(question(n, by="advertiser") for n in range(1, 6)))
    assert (told(found), found.values.due, found.values.askers) == ((Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), 5, 1)


def test_all_answered_after_25_hours_is_not_what_none_answered_is() -> None:
    """Item 3: no verdict, and the message names the late ones."""
    found = under(*SIX, *(reply(n, 30) for n in range(1, 7)))
    assert (told(found), found.values.answered_late) == ((Outcome.CANT_TELL, Cause.NO_THRESHOLD), 6)
    assert "later: 6" in Catalogue("en").text(found.message)


def test_one_general_answer_blocks_red_and_is_named() -> None:
    """Item 3: later than a question, under the same post, to nobody in particular."""
    found = under(*SIX, reply(None, 9, number=600))
    assert (told(found), found.values.general_answers) == ((Outcome.CANT_TELL, Cause.NO_THRESHOLD), 1)
    assert "general answers, not timed: 1" in Catalogue("en").text(found.message)


def test_what_the_owner_wrote_before_the_first_question_answers_nobody() -> None:
    """It is no general answer."""
    found = under(*SIX, reply(None, 4, number=600))
    assert (found.outcome, found.values.general_answers) == (Outcome.FAILED, 0)


@pytest.mark.parametrize(
    ("who", "cause"),
    [
        (Side.OWNER, Cause.NO_THRESHOLD),
        (Side.OWNER, Cause.NO_THRESHOLD),
        (Side.BODY, Cause.NO_THRESHOLD),
        (Side.UNKNOWN, Cause.UNPROVED_IDENTITY),
        (Side.BODY, None),
    ],
)
@pytest.mark.parametrize("words", [True, False])
def test_red_needs_that_nobody_of_his_has_answered_any_citizen(who: Side, cause: Cause | None, words: bool) -> None:
    """One reply is enough, even to a remark, even a smiley; another office's is none of his."""
    remark = Comment(id=90, at=day(6), side=Side.CITIZEN, author="x")
    found = under(*SIX, remark, reply(90, by=who, has_words=words))
    assert told(found) == ((Outcome.CANT_TELL, cause) if cause else (Outcome.FAILED, None))
    assert found.values.no_reply_found == 6


def test_an_answer_under_another_post_of_the_window_blocks_red() -> None:
    """To a question of the week before, under a post of ten days ago."""
    old = posts(-240, comments_state=OPEN, first_id=3)[0]
    old = old.model_copy(update={"comments": (question(40, -200), reply(40, -199))})
    assert told(answered(look(old, thread(*SIX)))) == (Outcome.CANT_TELL, Cause.NO_THRESHOLD)


def test_staff_answer_for_the_holder() -> None:
    """Whom the registry lists, and the linked group's administrators."""
    assert told(under(*SIX, *(reply(n, by=Side.OWNER) for n in range(1, 7)))) == (Outcome.PASSED, None)


def helping(*numbers: int, **more: Any) -> tuple[Comment, ...]:
    return tuple(reply(n, by=Side.CITIZEN, author=PRESS, **more) for n in numbers)


def test_a_press_secretary_under_his_own_account_leaves_it_to_a_person() -> None:
    """Item 4: 14 of 28 within four hours; the notice names the post and the number of answers, and nobody."""
    many = [question(n) for n in range(1, 29)]
    found = under(*many, *helping(*range(1, 15)))
    assert told(found) == (Outcome.CANT_TELL, Cause.POSSIBLE_STAFF)
    assert (found.values.no_reply_found, found.values.answered_by_possible_staff) == (28, 14)
    said = Catalogue("en").text(found.message)
    assert "14 of 28" in said
    assert "https://t.me/perviy_rayon/9" in said
    assert PRESS not in said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ((*SIX, *helping(1, 2, 3, 4)), "four answers are too few"),
        ((*SIX, *helping(1, 2, 3, 4, 5), question(80, by=PRESS)), "he asks himself"),
        ((*SIX, *helping(1, 2, 3, 4, 5, has_words=False)), "smileys are no answers"),
        (
            (
                *(question(n, by=f"c{n % 2}") for n in range(1, 6)),
                *(question(n) for n in (7, 8, 9)),
                *helping(*range(1, 6)),
            ),
            "two people",
        ),
        ((*(question(n) for n in range(1, 17)), *helping(1, 2, 3, 4, 5)), "less than a third"),
    ],
)
def test_a_helpful_citizen_is_no_possible_staff(line: tuple[Comment, ...], why: str) -> None:
    """At least five questions, of three others, a third of those due, and asks nothing."""
    found = under(*line)
    assert found.outcome is Outcome.FAILED, why
    assert found.values.answered_by_possible_staff == 0


def test_an_answer_to_a_remark_answers_the_question_above_it() -> None:
    """The chain is gone up to the first question, not further."""
    remark = Comment(id=60, at=day(6), side=Side.CITIZEN, author="x", answers=1)
    found = under(question(1), remark, reply(60))
    assert (found.outcome, found.values.answered_in_time) == (Outcome.PASSED, 1)
    second = question(61, 6, answers=1)
    assert under(question(1), second, reply(61)).values.answered_in_time == 1


def test_a_question_that_a_later_look_does_not_show_is_removed() -> None:
    """Item 11: outside the share, it blocks passed; only removed ones are too little data."""
    both, one = thread(question(1), question(2), reply(1)), thread(question(1), reply(1))
    found = answered(look(both, hours=100), look(one))
    assert (found.values.questions, found.values.removed, found.values.due) == (1, 1, 1)
    assert told(found) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    alone = answered(look(thread(question(2)), hours=100), look(thread()))
    assert told(alone) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert (alone.values.questions, alone.values.removed) == (0, 1)


def test_a_finding_about_a_removed_question_names_the_look_that_saw_it() -> None:
    """The last look alone would not show it."""
    first = look(thread(question(1)), hours=100, evidence=(answer_of("ev-1"),))
    again = look(thread(), evidence=(answer_of("ev-2"),))
    assert set(answered(first, again).evidence) == {"ev-1", "ev-2"}


def answer_of(number: str) -> Evidence:
    return Evidence(
        id=number, kind=EvidenceKind.COMMENTS, url="https://t.me/x", fetched_at=NOW, status=200, sha256="0",
        stored_sha256="0",
    )  # fmt: skip


def test_a_thread_that_cannot_be_read_again_removes_nothing() -> None:
    """Its questions stay as the earlier look left them; the finding says why it was not read."""
    unread = thread(comments_cause=Cause.THROTTLED)
    found = answered(look(thread(*SIX), hours=100), look(unread))
    assert told(found) == (Outcome.CANT_TELL, Cause.THROTTLED)
    read = answered(look(thread(*SIX, reply(1)), hours=170), look(unread))
    assert (told(read), read.values.questions, read.values.removed) == ((Outcome.CANT_TELL, Cause.NO_THRESHOLD), 6, 0)


def test_an_answer_that_one_look_saw_stays_seen() -> None:
    """Deleted since or not."""
    assert told(answered(look(thread(question(1), reply(1)), hours=100), look(thread(question(1))))) == (
        Outcome.PASSED,
        None,
    )


def test_askers_are_the_most_that_one_look_shows() -> None:
    """Numbers of authors mean nothing beyond their look."""
    first = thread(*(question(n, by=f"a{n % 2}") for n in range(1, 7)))
    again = thread(*(question(n, by=f"b{n % 2}") for n in range(1, 7)))
    found = answered(look(first, hours=100), look(again))
    assert (found.values.askers, found.values.due, found.outcome) == (2, 6, Outcome.CANT_TELL)


@pytest.mark.parametrize("seen_as", [Side.CITIZEN, Side.UNKNOWN])
def test_whom_one_route_proves_the_other_does_not_doubt(seen_as: Side) -> None:
    """The signed-in client is told who administers the group; to the preview he may be anybody."""
    preview = thread(*SIX, *(reply(n, by=seen_as, author=PRESS) for n in range(1, 6)))
    client = thread(*SIX, *(reply(n, by=Side.OWNER, author=PRESS) for n in range(1, 6)))
    found = answered(look(preview), look(client, route=Route.TELEGRAM_CLIENT))
    assert (told(found), found.values.answered_in_time) == ((Outcome.CANT_TELL, Cause.NO_THRESHOLD), 5)


def test_a_late_look_does_not_say_that_answers_were_missing() -> None:
    """Item 11: 15 days after the week's end an answer may have been deleted; those that are there count."""
    late = WEEK.ends + timedelta(days=15)
    page = replace_time(look(thread(*SIX)), late)
    assert told(answered(page, as_of=late)) == (Outcome.CANT_TELL, Cause.SEEN_LATE)
    there = replace_time(look(thread(*SIX, *(reply(n) for n in range(1, 7)))), late)
    assert told(answered(there, as_of=late)) == (Outcome.PASSED, None)


def test_a_cell_does_not_say_none_of_n_where_somebody_may_have_answered_for_him() -> None:
    """Item 4: «0 of 28» beside fourteen answers; nor does the advice count them as open."""
    found = under(*(question(n) for n in range(1, 29)), *helping(*range(1, 15)))
    cell = CHECK.cell(found)
    assert cell is not None
    assert cell.said is not None
    assert (cell.strong, cell.said.message) == (None, CAUSE_WORDS[Cause.POSSIBLE_STAFF])
    (advice,) = CHECK.advice(Advised(finding=found, zone=WEEK.zone))
    assert advice.params == {"n": 14, "due": 28}


def replace_time(seen: Snapshot, at: datetime) -> Snapshot:
    return seen.model_copy(update={"taken_at": at})


def test_comments_closed_today_are_not_judged_as_closed_then() -> None:
    """Item 11: in a late look closed is unknown, and open where a comment of that week stands there."""
    late = WEEK.ends + timedelta(days=15)
    person = [tenure(since="2020", accounts=[account()])]

    def open_in(*threads: Post) -> Finding[Any]:
        return judge_office("comments_open", case(person, replace_time(look(*threads), late), as_of=late))

    closed = posts(1, 2, 3, comments_state=CLOSED)
    assert told(open_in(*closed)) == (Outcome.CANT_TELL, Cause.SEEN_LATE)
    assert told(open_in(*closed, thread(question(1), comments_state=CLOSED))) == (Outcome.PASSED, None)
    shut = answered(replace_time(look(*closed), late), as_of=late)
    assert told(shut) == (Outcome.CANT_TELL, Cause.SEEN_LATE)


def test_closed_comments_are_red_only_where_the_run_saw_comments_work_elsewhere() -> None:
    """Item 7: «Discussion is not available» everywhere is perhaps the widget, not the channel."""
    person = [tenure(since="2020", accounts=[account()])]
    page = snapshot(posts=posts(1, 2, 3, comments_state=CLOSED))
    assert told(judge_office("comments_open", case(person, page))) == (Outcome.FAILED, None)
    blind = case(person, page, threads_work=False)
    assert told(judge_office("comments_open", blind)) == (Outcome.CANT_TELL, Cause.NO_THRESHOLD)


def test_each_post_is_told_with_its_questions_and_those_without_a_reply() -> None:
    """What stays when the rows are purged."""
    found = under(question(1), question(2), reply(1))
    assert found.values_to_json()["posts"] == [
        {
            "url": "https://t.me/perviy_rayon/9",
            "at": "2026-11-15T19:00:00Z",
            "questions": 2,
            "no_reply_found": 1,
            "answered_by_possible_staff": 0,
        }
    ]


def test_what_has_no_source_yet_is_null() -> None:
    """`unsure` and `problem_reports` come with the next issue."""
    values = under(*SIX).values_to_json()
    assert (values["unsure"], values["problem_reports"]) == (None, None)


def test_the_person_is_judged_over_both_networks() -> None:
    """An answer on one keeps red away from both."""
    vk = account(Network.VK, "perviy")
    talk = thread(question(1), reply(1)).model_copy(update={"url": "https://vk.com/wall5_9"})
    other = snapshot(network=Network.VK, route=Route.VK, url="https://vk.com/perviy", id=5, posts=(talk,))
    what = case([tenure(since="2020", accounts=[account(), vk])], look(thread(*SIX)), other)
    found = judge("comments_answered", what)[0]
    assert told(found) == (Outcome.CANT_TELL, Cause.NO_THRESHOLD)
    assert (found.values.due, found.values.answered_in_time) == (7, 1)
    assert replace(what, personal=what.personal[:1]).personal  # one page alone is judged above


# What a comment says ----------------------------------------------------------------------------------------------


def saying(says: Says, *numbers: int, rules: int = 2) -> tuple[Comment, ...]:
    """Comments of citizens that say so."""
    return tuple(
        Comment(id=n, at=day(5), side=Side.CITIZEN, author=f"citizen {n}", says=says, rules=rules) for n in numbers
    )


def test_reports_and_the_unsure_are_counts_of_their_own() -> None:
    """They are comments and no questions."""
    found = under(*saying(Says.ASKS, 1), *saying(Says.REPORTS, 2, 3), *saying(Says.UNSURE, 4), *saying(Says.NOT, 5))
    values = found.values
    assert (values.comments, values.questions, values.problem_reports, values.unsure) == (5, 1, 2, 1)


def test_rules_that_knew_only_questions_leave_the_others_unknown() -> None:
    """One old row is enough: its reports stand among what asks nothing."""
    values = under(*saying(Says.ASKS, 1, 2), *saying(Says.NOT, 3, rules=0)).values
    assert (values.questions, values.problem_reports, values.unsure, values.rules) == (2, None, None, 0)


def test_the_unsure_block_neither_red_nor_green() -> None:
    """Six questions without an answer fail, one answered passes, whatever else is unsure; both say how much is."""
    six = saying(Says.ASKS, *range(1, 7))
    red = under(*six, *saying(Says.UNSURE, 7, 8))
    green = under(*saying(Says.ASKS, 1), reply(1), *saying(Says.UNSURE, 7, 8))
    assert (told(red), told(green)) == ((Outcome.FAILED, None), (Outcome.PASSED, None))
    english = Catalogue("en")
    assert english.text(red.message).endswith("If these are questions too, in time were from 0 to 2 of 8")
    assert english.text(green.message).endswith("in time were from 1 to 3 of 3")


def test_the_bounds_hold_whatever_the_unsure_are() -> None:
    """Each of them read as a question, or left aside, answered or not: the share lies between the bounds."""
    sure = (*saying(Says.ASKS, *range(1, 7)), reply(1), reply(2))
    doubtful = range(7, 10)
    least, most, total = under(*sure, *saying(Says.UNSURE, *doubtful)).values.bounds
    for asking in range(len(doubtful) + 1):
        for replied in range(asking + 1):
            asks = doubtful[:asking]
            values = under(*sure, *saying(Says.ASKS, *asks), *(reply(n) for n in asks[:replied])).values
            assert least / total <= values.answered_in_time / values.due <= most / total


def test_where_nobody_asks_the_reports_are_named() -> None:
    """Inapplicable, and not as if nobody had written."""
    found = under(*saying(Says.REPORTS, 1, 2), *saying(Says.UNSURE, 3))
    assert told(found) == (Outcome.INAPPLICABLE, None)
    said = Catalogue("en").text(found.message)
    assert said.endswith("citizens' comments: 3, of them reports of a problem: 2, unsure whether they ask: 1")


def test_what_one_look_has_as_a_question_is_not_unsure_as_well() -> None:
    """Other rules may read a comment otherwise: it counts once, and is not gone."""
    first = look(thread(*saying(Says.ASKS, 1)), hours=100)
    then = look(thread(*saying(Says.UNSURE, 1)))
    values = answered(first, then).values
    assert (values.comments, values.questions, values.removed, values.unsure) == (1, 1, 0, 0)
