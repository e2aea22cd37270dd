"""**Comments** of section 5, by its text alone: each docstring quotes or paraphrases the sentence that decides."""

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Comment, Snapshot, Weight
from tests.cases import NOW, WEEK, account, day
from tests.fairness.talk import (
    HOUR,
    KINDS,
    LITTLE,
    NUMBERS,
    SECOND,
    WHOSE,
    advertisement,
    answered,
    answered_under,
    as_1_0_stored,
    channel,
    organisation,
    post,
    profile,
    question,
    questions,
    remark,
    replies,
    unread,
    written,
)
from tests.rules.rule_rows import BOTH, CLIENT, CLOSED, FindingSummary, later, stale, weighed

FIVE = questions(5)
SILENT, GREEN = post(1, *FIVE), post(1, *FIVE, *replies(FIVE))
SATURDAY = day(130)
DOUBTED = Weight.FAVOURABLE_ONLY


def values_of(finding: FindingSummary, *names: str) -> list[Any]:
    """Return some values of a finding."""
    return [finding.values[name] for name in names]


# The verdicts --------------------------------------------------------------------------------------------------------


def test_red_and_green_at_their_plainest() -> None:
    """`passed`: all answered in time; `failed`: five of three people, old enough, and nobody but citizens wrote."""
    red, green = answered(channel(SILENT)), answered(channel(GREEN))
    assert (red.verdict, *values_of(red, "due", "askers", "no_reply_found", "long_unanswered")) == (
        "failed",
        5,
        5,
        5,
        5,
    )
    assert (green.verdict, *values_of(green, "due", "answered_in_time", "long_unanswered")) == ("passed", 5, 5, 0)


@pytest.mark.parametrize(("asked", "people"), [(4, 4), (5, 2), (4, 2)])
def test_either_verdict_needs_five_questions_of_three_people(asked: int, people: int) -> None:
    """`least_questions` (5) due of `least_askers` (3) people, else `too_little_data`."""
    asked_questions = questions(asked, people=people)
    assert answered_under(*asked_questions).verdict == LITTLE
    assert answered_under(*asked_questions, *replies(asked_questions)).verdict == LITTLE


FEW_AND_WHOSE = (*questions(3), *replies(questions(1), side="unknown"))
TWO_ANSWERED = replies(FIVE[:2])
UNKNOWN_ANSWERED = replies(FIVE[:1], side="unknown")
LOST = question(9, 21)
CAUSES = {
    "unread before few": ("throttled", [channel(post(1, *FEW_AND_WHOSE), unread())]),
    "unread before unproved": ("blocked", [channel(post(1, *FIVE, *UNKNOWN_ANSWERED), unread(cause="blocked"))]),
    "few before unproved": (LITTLE, [channel(post(1, *FEW_AND_WHOSE))]),
    "uncertain before unproved": (
        LITTLE,
        [channel(post(1, *FIVE, LOST), at=SATURDAY), channel(post(1, *FIVE, *UNKNOWN_ANSWERED))],
    ),
    "uncertain before the numbers": (
        LITTLE,
        [channel(post(1, *FIVE, LOST), at=SATURDAY), channel(post(1, *FIVE, *TWO_ANSWERED))],
    ),
    "unproved before the numbers": (WHOSE, [channel(post(1, *FIVE, *UNKNOWN_ANSWERED, *replies(FIVE[2:3])))]),
    "the numbers": (NUMBERS, [channel(post(1, *FIVE, *TWO_ANSWERED))]),
    "the numbers, all late": (NUMBERS, [channel(post(1, *FIVE, *replies(FIVE, after=30)))]),
    "a body answered": (NUMBERS, [channel(post(1, *FIVE, *replies(FIVE, side="body")))]),
}


@pytest.mark.parametrize(("verdict", "looks"), CAUSES.values(), ids=CAUSES.keys())
def test_the_first_cause_that_holds_is_named(verdict: str, looks: Sequence[Snapshot]) -> None:
    """Why a thread was not read; too few so old, or one uncertain; an unknown answered; else n of N."""
    assert answered(*looks).verdict == verdict


def test_no_question_is_inapplicable_and_reports_are_named() -> None:
    """No question: `inapplicable`, naming the reports; comments seen closed at the look: `inapplicable`."""
    finding = answered_under(*(written(n, "citizen", 30, says="reports") for n in (1, 2)))
    assert (finding.outcome, finding.values["problem_reports"]) == ("inapplicable", 2)
    assert answered(channel(post(1, comments_state=CLOSED), post(2, comments_state=CLOSED))).outcome == "inapplicable"


def test_the_unsure_block_nothing() -> None:
    """Unsure comments block nothing and widen the share to an interval."""
    unsure = [written(n, "citizen", 30, says="unsure") for n in (11, 12)]
    assert answered_under(*FIVE, *replies(FIVE), *unsure).verdict == "passed"
    assert answered_under(*FIVE, *unsure).verdict == "failed"


# Item 1: one question in several copies -------------------------------------------------------------------------------


def copies(first: Comment, *rest: Comment) -> tuple[Comment, ...]:
    """Return one author's comments, of which the later ones repeat the first."""
    return (first, *(c.model_copy(update={"author": first.author, "same_as": first.id}) for c in rest))


REMARK = remark(70, None, 2, author=70)
FIRST_COPIES = {
    "older than the week": {"at": day(-10)},
    "deleted": {"deleted": True},
    "a reply to a citizen": {"answers": 70},
}


def thrice(person: int, **fields: Any) -> tuple[Comment, ...]:
    """Return one person's question in three copies, of which `fields` make the first no question of the week."""
    first, *rest = (question(10 * person + n, 10 * n + person / 10) for n in (1, 2, 3))
    return copies(first.model_copy(update=fields), *rest)


@pytest.mark.parametrize("fields", FIRST_COPIES.values(), ids=FIRST_COPIES.keys())
def test_three_people_who_repeat_themselves_ask_three_questions(fields: dict[str, Any]) -> None:
    """The same words of one author within one look are one question of each week in which a copy was written.

    Item 1. 1.0.0: failed, six due, for each of the three.
    """
    asked = [c for person in (1, 2, 3) for c in thrice(person, **fields)]
    finding = answered(channel(post(1, REMARK, *asked, hours=-24)))
    assert (finding.verdict, finding.values["questions"], finding.values["due"]) == (LITTLE, 3, 3)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 4), st.floats(-200, 167), st.booleans()), max_size=14))
def test_four_people_with_one_text_each_are_never_five_questions(rows: list[tuple[int, float, bool]]) -> None:
    """However often they repeat it, before the week and in it, deleted or not. Item 1."""
    firsts: dict[int, int] = {}
    asked = [
        question(n, hours, author=who, deleted=deleted, same_as=firsts.setdefault(who, n) if who in firsts else None)
        for n, (who, hours, deleted) in enumerate(sorted(rows, key=lambda row: row[1]), start=1)
        if firsts.setdefault(who, n)
    ]
    asked = [c.model_copy(update={"same_as": None}) if c.same_as == c.id else c for c in asked]
    finding = answered(channel(post(1, *asked, hours=-210)))
    assert finding.outcome != "failed"
    assert (finding.values.get("questions") or 0) <= len(firsts)


def test_a_copy_that_only_an_earlier_look_showed_is_still_the_same_question() -> None:
    """The same words of one author are one question, also when the first copy is deleted between two looks.

    Item 1. 1.0.0: two questions.
    """
    first, second, third = copies(question(1, 20), question(2, 40), question(3, 60))
    late_look = (second.model_copy(update={"same_as": None}), third.model_copy(update={"same_as": 2}))
    finding = answered(channel(post(1, first, second, third), at=SATURDAY), channel(post(1, *late_look)))
    assert finding.values["questions"] == 1


def test_a_questions_time_runs_from_its_first_copy_in_the_week() -> None:
    """Its time runs from its first copy in that week: one before it starts nothing. Item 1."""
    two = copies(question(1, -30), question(2, 20))
    early, late = (answered(channel(post(1, *two, written(9, "owner", h, answers=2), hours=-40))) for h in (44, 44.01))
    assert values_of(early, "answered_in_time", "answered_late") == [1, 0]
    assert values_of(late, "answered_in_time", "answered_late") == [0, 1]


@pytest.mark.parametrize(("to", "hours"), [(1, -29), (1, 21), (2, 30), (3, 42)])
def test_an_answer_to_any_copy_whenever_answers_it(to: int, hours: float) -> None:
    """An answer to any copy, whenever, answers it: to one before the week, in it, or to the last.

    Item 1. 1.0.0: two questions, one of them or both without a reply.
    """
    three = copies(question(1, -30), question(2, 20), question(3, 40))
    finding = answered(channel(post(1, *three, written(9, "owner", hours, answers=to), hours=-40)))
    assert values_of(finding, "questions", "answered_in_time", "no_reply_found") == [1, 1, 0]


def test_a_question_repeated_in_two_weeks_is_one_of_each() -> None:
    """One question of each week in which a copy was written. Item 1. 1.0.0: two of this week."""
    look = channel(post(1, *copies(question(1, -30), question(2, 20), question(3, 40)), hours=-40))
    both = [answered(weighed(look, made_for=week), week=week) for week in (WEEK.shift(-1), WEEK)]
    assert [finding.values["questions"] for finding in both] == [1, 1]


# Item 2: a comment read twice ----------------------------------------------------------------------------------------


def read_again(before: Comment, now: Comment, weight: Weight = Weight.FULL) -> FindingSummary:
    """Judge four old questions and one comment, of which a second look has another reading."""
    first, second = (post(1, *FIVE[1:], comment) for comment in (before, now))
    return answered(channel(first, at=NOW - HOUR), weighed(channel(second), weight))


ASKS, IS_NOT = FIVE[0], FIVE[0].model_copy(update={"says": "not"})


def test_what_the_newest_full_reading_does_not_show_as_a_question_is_none() -> None:
    """The newest `FULL` reading counts: its side, and what it asks. Item 2. 1.0.0: failed, five questions."""
    finding = read_again(ASKS, IS_NOT)
    assert (finding.verdict, finding.values["questions"]) == (LITTLE, 4)


def test_what_the_newest_full_reading_shows_as_a_question_is_one() -> None:
    """Of a comment read twice the newest `FULL` reading counts. Item 2."""
    assert read_again(IS_NOT, ASKS).values["questions"] == 5


def test_a_doubted_reading_makes_no_question() -> None:
    """Against the holder counts only what a look whose controls came out right saw. Item 2. 1.0.0: failed."""
    assert read_again(IS_NOT, ASKS, DOUBTED).outcome != "failed"


@pytest.mark.parametrize(("sides", "in_time"), [(("unknown", "owner"), 1), (("owner", "citizen"), 0)])
def test_whose_a_reply_is_the_newest_full_reading_tells(sides: tuple[str, str], in_time: int) -> None:
    """The newest `FULL` reading counts: its side. Item 2."""
    before, now = (post(1, *FIVE, written(9, side, 25, answers=1, says=None)) for side in sides)
    finding = answered(channel(before, at=NOW - HOUR), channel(now))
    assert finding.values["answered_in_time"] == in_time


# Items 3 and 29: advertisements and organisations --------------------------------------------------------------------


def test_six_advertisements_are_no_question_and_are_printed() -> None:
    """An advertisement asks nothing; the judge prints what it left out. Item 3. 1.0.0: six questions, `failed`."""
    bots = [advertisement(n) for n in range(11, 17)]
    alone, beside = answered_under(*bots), answered_under(*FIVE[:4], *bots)
    assert (alone.outcome, *values_of(alone, "questions", "advertisements")) == ("inapplicable", 0, 6)
    assert (beside.verdict, *values_of(beside, "questions", "advertisements")) == (LITTLE, 4, 6)


def test_what_organisations_ask_is_counted_apart() -> None:
    """While there is any, the check is not `inapplicable` (`too_little_data`); it is no question due.

    Item 29. 1.0.0: inapplicable.
    """
    shops = [organisation(n) for n in range(11, 17)]
    alone, beside = answered_under(*shops), answered_under(*FIVE[:4], *shops)
    assert (alone.verdict, *values_of(alone, "questions", "organisation_questions")) == (LITTLE, 0, 6)
    assert (beside.verdict, *values_of(beside, "questions", "organisation_questions")) == (LITTLE, 4, 6)


def test_an_organisation_without_an_answer_takes_no_green() -> None:
    """What an organisation asks is printed apart: no part of `all were answered in time`. Item 29."""
    finding = answered_under(*FIVE, *replies(FIVE), organisation(11))
    assert (finding.verdict, finding.values["organisation_questions"]) == ("passed", 1)


def test_an_organisation_is_somebody_else_than_a_citizen() -> None:
    """An author that is no person's page and not on record is `unknown`: red needs nobody but citizens. Item 29."""
    assert answered_under(*FIVE, organisation(11, 30)).outcome == "cantTell"
    assert answered_under(*FIVE, organisation(11, 19)).verdict == "failed"
    assert answered_under(*FIVE, organisation(11, 30, answers=1, says="not")).verdict == WHOSE


def test_of_todays_organisations_only_those_of_the_week_count() -> None:
    """The week's questions are those written in it: of organisations, too. Item 29."""
    finding = answered(channel(post(1, organisation(1, -1), organisation(2, 0), organisation(3, 168), hours=-24)))
    assert finding.values["organisation_questions"] == 1


# Item 21: an answer somewhere else -----------------------------------------------------------------------------------

SOMEBODY = {
    "under the next post": [channel(SILENT, post(2, written(9, "owner", 40), hours=30))],
    "under an older post": [channel(SILENT, post(2, written(9, "owner", 40), hours=-24 * 13))],
    "under a repost": [channel(SILENT, post(2, written(9, "owner", 40), hours=30, repost=True))],
    "on the other network": [channel(SILENT), profile(post(1, written(9, "owner", 40)))],
    "after the week": [channel(SILENT, post(2, written(9, "owner", 180), hours=30))],
    "in the moment of the first question": [channel(SILENT, post(2, written(9, "owner", 20)))],
    "a sticker": [channel(post(1, *FIVE, written(9, "owner", 40, has_words=False, has_text=False)))],
    "the institution": [channel(SILENT, post(2, written(9, "body", 40)))],
    "an unknown": [channel(SILENT, post(2, written(9, "unknown", 40)))],
    "a post that answers": [channel(SILENT, post(2, hours=50, says_answers=True))],
    "a post that answers, on the other network": [channel(SILENT), profile(post(1, hours=50, says_answers=True))],
    "a post that answers, after the week": [channel(SILENT, post(2, hours=175, says_answers=True))],
}


@pytest.mark.parametrize("looks", SOMEBODY.values(), ids=SOMEBODY.keys())
def test_who_answered_somewhere_else_is_not_red(looks: Sequence[Snapshot]) -> None:
    """Since the first of the week's questions nobody but citizens wrote anything, on any page; and no own post answers.

    Item 21. 1.0.0: failed, each of them but the sticker under the same post.
    """
    finding = answered(*looks, *([profile()] if len(looks) == 1 else []), pages=BOTH)
    assert (finding.verdict, finding.values["long_unanswered"]) == (NUMBERS, 5)


def test_an_answer_under_mondays_post_is_one_too() -> None:
    """For the person counts whatever was ever seen: also an answer under the next post, of the next week.

    Item 21. The text says "in any thread of the window"; by the item's "under the next post" this one counts as well.
    1.0.0: failed.
    """
    assert answered(channel(SILENT, post(2, written(9, "owner", 180), hours=175))).outcome == "cantTell"


NOTHING_SINCE = {
    "a word before the first question": [channel(post(1, *FIVE, written(9, "owner", 19.9)))],
    "a post that answers others, before it": [channel(SILENT, post(2, hours=19, says_answers=True))],
    "a post that answers nobody": [channel(SILENT, post(2, hours=50))],
    "a word under a post of before the window": [channel(SILENT, post(2, written(9, "owner", 40), hours=-24 * 15))],
}


@pytest.mark.parametrize("looks", NOTHING_SINCE.values(), ids=NOTHING_SINCE.keys())
def test_what_was_written_before_the_first_question_answers_none(looks: Sequence[Snapshot]) -> None:
    """*Since the first of the week's questions*, in any thread *of the window*."""
    assert answered(*looks).verdict == "failed"


# Item 25: who answers without being on record ------------------------------------------------------------------------

SECRETARYS = (remark(60, 1, 40), remark(61, 2, 41))


def test_the_press_secretarys_two_answers_from_an_own_account() -> None:
    """No citizen who asked nothing replied to one of these questions in five words or more, else whose is not proved.

    Item 25. 1.0.0: failed.
    """
    assert answered_under(*FIVE, *SECRETARYS).verdict == WHOSE
    assert answered_under(*FIVE, remark(60, None, 40, thread=1)).verdict == WHOSE


HARMLESS = {
    "four words": [remark(60, 1, has_five_words=False)],
    "asks in the week": [*SECRETARYS, question(62, 50, author=77)],
    "asked before the week": [*SECRETARYS, question(62, -3, author=77)],
    "to nobody": [remark(60, None)],
    "to a remark of nobody": [remark(60, None, 30, author=70), remark(61, 60)],
}


@pytest.mark.parametrize("comments", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_citizen_who_asks_or_answers_in_few_words_or_answers_no_question_is_a_citizen(
    comments: list[Comment],
) -> None:
    """Who asked *nothing under the window's posts* replied to *one of these questions* in *five words or more*."""
    assert answered(channel(post(1, *FIVE, *comments, hours=-5))).verdict == "failed"


def test_above_a_remark_a_reply_answers_the_next_question() -> None:
    """A reply answers the comment it replies to and, above a remark, the next question. Item 25. 1.0.0: failed."""
    doubt = remark(60, 1, 30, author=1, has_five_words=False)
    assert answered_under(*FIVE, doubt, remark(61, 60, 31)).verdict == WHOSE


def test_such_a_citizen_is_the_cause_only_where_all_else_is_silence() -> None:
    """`unproved_identity` (where all else is silence, a citizen who asked nothing), else `no_threshold`."""
    assert answered_under(*FIVE, *SECRETARYS, *replies(FIVE[2:3])).verdict == NUMBERS
    assert answered_under(*FIVE, *SECRETARYS, written(9, "body", 30)).verdict == NUMBERS


def test_a_helper_of_three_people_is_unknown_however_short_the_answers() -> None:
    """Who asks nothing and answers questions of at least `helper_people` (3) others is `unknown`."""
    short = [remark(60 + n, n, 40, has_five_words=False) for n in (1, 2, 3)]
    finding = answered_under(*FIVE, *short)
    assert (finding.verdict, finding.values["answered_by_unknown"]) == (WHOSE, 3)
    assert answered_under(*FIVE, *short[:2]).verdict == "failed"


def test_who_is_not_told_apart_may_have_asked_nothing() -> None:
    """Against the holder counts only what was seen: of a nameless reply nobody knows that its author asks.

    Item 25. 1.0.0: failed.
    """
    assert answered_under(*FIVE, remark(60, 1, author=None)).verdict == WHOSE


# Items 26, 31 and 37: old enough -------------------------------------------------------------------------------------

NIGHT = questions(5, hours=167)
LAST_OLD = NIGHT[-1].at + 72 * HOUR


def test_sundays_questions_are_not_red_on_tuesday_noon() -> None:
    """They have to be older than three times `reply_within_hours` at the look. Items 26, 37. 1.0.0: failed."""
    finding = answered_under(*NIGHT)
    assert (finding.verdict, *values_of(finding, "due", "no_reply_found", "long_unanswered")) == (LITTLE, 5, 5, 0)


def test_they_are_red_once_each_is_older_than_three_times_the_hours() -> None:
    """Older than three times `reply_within_hours` at the look, to the second. Item 37. 1.0.0: failed at both."""
    early, old = (answered_under(*NIGHT, at=LAST_OLD + by) for by in (-SECOND, SECOND))
    assert (early.verdict, early.values["long_unanswered"]) == (LITTLE, 4)
    assert (old.verdict, old.values["long_unanswered"]) == ("failed", 5)


def test_the_newest_look_tells_how_old_they_are() -> None:
    """Red comes with Friday's look, though Tuesday's was too early. Item 37. 1.0.0: failed at both."""
    friday = later(days=4)
    look = channel(post(1, *NIGHT))
    assert answered(look, channel(post(1, *NIGHT), at=friday), as_of=friday).verdict == "failed"
    assert answered(look, as_of=friday).verdict == LITTLE


YOUNG_THEN = channel(post(1, *NIGHT, comments_count=5))
FRIDAY, MONTH = later(days=4), later(days=30)
NO_OLDER_READING = {
    "left out on Friday": channel(post(1, comments_left=True, comments_count=5), at=FRIDAY),
    "a thread read before the rest": channel(post(1, *NIGHT, comments_read_at=LAST_OLD - HOUR), at=LAST_OLD + HOUR),
    "too late": channel(post(1, *NIGHT), at=MONTH),
    "not read on Friday": channel(unread(1), at=FRIDAY),
}


@pytest.mark.parametrize("look", NO_OLDER_READING.values(), ids=NO_OLDER_READING.keys())
def test_how_old_they_are_is_told_by_a_reading_alone(look: Snapshot) -> None:
    """At the look: a thread's moment is its own, one that was left out was not read, and a late look is against nobody.

    Item 37. 1.0.0: failed.
    """
    assert answered(YOUNG_THEN, look, as_of=MONTH).verdict == LITTLE


def test_the_hours_are_the_policys() -> None:
    """Three times `reply_within_hours`: of 60 hours, Monday's questions are not old enough on Tuesday week."""
    assert answered_under(*FIVE, policy={"reply_within_hours": 62}).verdict == LITTLE
    assert answered_under(*FIVE, policy={"reply_within_hours": 60}).verdict == "failed"


YOUNG = question(9, 167)
OLD_AND_YOUNG = {
    "four and one": (questions(4), LITTLE, 4),
    "five and one": (FIVE, "failed", 5),
    "five of two people and one of a third": (questions(5, people=2), LITTLE, 5),
}


@pytest.mark.parametrize(("old", "verdict", "long"), OLD_AND_YOUNG.values(), ids=OLD_AND_YOUNG.keys())
def test_at_least_that_many_of_that_many_people_are_so_old(old: Any, verdict: str, long: int) -> None:
    """At least five, of three people, older than that; «0 of n» is of those old enough. Items 31, 37."""
    finding = answered_under(*old, YOUNG)
    assert (finding.verdict, *values_of(finding, "long_unanswered", "no_reply_found")) == (verdict, long, long + 1)


def test_few_old_ones_are_too_few_even_where_some_were_answered() -> None:
    """`too_little_data` where fewer than these numbers are so old; else `no_threshold`. Item 37."""
    assert answered_under(*NIGHT, *replies(NIGHT[:2])).verdict == LITTLE
    assert answered_under(*NIGHT, *replies(NIGHT[:2]), at=LAST_OLD + SECOND).verdict == NUMBERS


def test_a_pending_question_blocks_nothing() -> None:
    """*Pending* while younger than `reply_within_hours` at the look: no part of `due`."""
    hour_after = later(hours=1)
    red, green = (answered_under(*line, YOUNG, at=hour_after) for line in (FIVE, (*FIVE, *replies(FIVE))))
    assert (red.verdict, red.values["pending"], green.verdict) == ("failed", 1, "passed")


QUIET = {"three days": (["11-16..11-18"], "inapplicable"), "two days": (["11-16..11-17"], "failed")}


@pytest.mark.parametrize(("days", "outcome"), QUIET.values(), ids=QUIET.keys())
def test_three_quiet_days_excuse_a_failure_and_nothing_else(days: list[str], outcome: str) -> None:
    """In a week with three or more of the `quiet_days` what would be `failed` is `inapplicable`. Item 26.

    1.0.0: failed.
    """
    policy = {"quiet_days": days}
    assert answered(channel(SILENT), policy=policy).outcome == outcome
    assert answered(channel(GREEN), policy=policy).outcome == "passed"
    assert answered(channel(post(1, *FIVE, *TWO_ANSWERED)), policy=policy).verdict == NUMBERS


# Item 24: two networks -----------------------------------------------------------------------------------------------


def on_both(on_channel: Sequence[Comment], on_profile: Sequence[Comment]) -> FindingSummary:
    """Judge a thread of the channel and one of the profile."""
    return answered(channel(post(1, *on_channel)), profile(post(1, *on_profile)), pages=BOTH)


SPLIT = {
    "two people here and one there": (questions(4, people=2), questions(1)),
    "five of two people on each": (questions(5, people=2), questions(5, people=2)),
    "four of four here and one there": (questions(4), questions(1)),
}


@pytest.mark.parametrize(("on_channel", "on_profile"), SPLIT.values(), ids=SPLIT.keys())
def test_one_citizen_on_two_networks_is_not_two_people(on_channel: Any, on_profile: Any) -> None:
    """Red needs five questions of three people on one network. Item 24. 1.0.0: failed, each of them."""
    assert on_both(on_channel, on_profile).verdict == LITTLE


def test_for_green_the_networks_add_up() -> None:
    """Both on one network; for `passed` networks add up. Item 24."""
    on_channel, on_profile = questions(4, people=2), questions(1)
    assert on_both((*on_channel, *replies(on_channel)), (*on_profile, *replies(on_profile))).verdict == "passed"


def test_red_on_one_network_needs_silence_on_the_other_too() -> None:
    """None due was answered, and nobody but citizens wrote anything, on any of the holder's pages. Items 21, 24."""
    on_profile = questions(1)
    assert on_both(FIVE, ()).verdict == "failed"
    both_silent = on_both(FIVE, on_profile)
    assert (both_silent.verdict, *values_of(both_silent, "due", "long_unanswered")) == ("failed", 6, 6)
    assert on_both(FIVE, (*on_profile, *replies(on_profile))).verdict == NUMBERS


def test_people_on_two_channels_are_those_of_the_fullest_look() -> None:
    """Of three people, both on one network (its fullest look): who writes on two channels may be one.

    Item 24. 1.0.0: failed.
    """
    pages = [account(), account(name="vtoraya")]
    second: dict[str, Any] = {"url": "https://t.me/vtoraya", "id": 1500000009}
    two_people = post(1, *questions(3, people=2))
    assert answered(channel(two_people), channel(two_people, **second), pages=pages).outcome != "failed"


def test_people_read_twice_are_no_crowd() -> None:
    """An author's ordinal holds within one look: two people are two, however they are numbered. Item 24."""
    again = tuple(c.model_copy(update={"author": (c.author or 0) + 50}) for c in questions(5, people=2))
    finding = answered(channel(post(1, *questions(5, people=2)), at=NOW - HOUR), channel(post(1, *again)))
    assert (finding.verdict, finding.values["askers"]) == (LITTLE, 2)


def test_red_holds_twice() -> None:
    """With all pages counted, and with only those that may be held against the holder: not by a stale page."""
    assert answered(channel(SILENT), profile(post(1)), pages=[stale(BOTH[0]), BOTH[1]]).outcome != "failed"


# Reading whole, late and in doubt ------------------------------------------------------------------------------------


def skipped(comments: Sequence[Comment], hours: float) -> FindingSummary:
    """Judge a thread that was read on Saturday and left out after the week, its count unchanged."""
    read = post(1, *comments, hours=hours, comments_count=len(comments), comments_read_at=SATURDAY)
    left = post(1, hours=hours, comments_left=True, comments_count=len(comments))
    return answered(channel(read, at=SATURDAY), channel(left))


def test_an_unchanged_count_will_do_for_green_of_older_posts_alone() -> None:
    """Threads of the week's own posts at or after its end; of older posts then too for red, for green a count does."""
    early = questions(5, hours=5)
    green = (*early, *replies(early))
    assert skipped(green, hours=-30).verdict == "passed"
    assert skipped(green, hours=1).outcome == "cantTell"
    assert skipped(early, hours=-30).outcome == "cantTell"


UNCERTAIN = {
    "not shown any more": [channel(post(1, *FIVE, LOST), at=SATURDAY), channel(SILENT)],
    "never read after the week": [channel(post(1, *FIVE, LOST), at=SATURDAY), channel(unread(1))],
    "shown as deleted": [
        channel(post(1, *FIVE, LOST), at=SATURDAY),
        channel(post(1, *FIVE, LOST.model_copy(update={"deleted": True, "says": None}))),
    ],
}


@pytest.mark.parametrize(
    ("looks", "uncertain"), list(zip(UNCERTAIN.values(), (1, 6, 1), strict=True)), ids=UNCERTAIN.keys()
)
def test_a_question_is_uncertain_where_it_was_not_read_again(looks: list[Snapshot], uncertain: int) -> None:
    """*Uncertain*, outside the share: its thread was later read whole without it, or never after the week."""
    finding = answered(*looks)
    assert values_of(finding, "uncertain", "due", "questions") == [uncertain, 6 - uncertain, 6]


def test_an_uncertain_question_blocks_green() -> None:
    """`passed`: all were answered in time and none is uncertain."""
    assert answered(channel(post(1, *FIVE, LOST), at=SATURDAY), channel(GREEN)).verdict == LITTLE


def test_a_look_that_is_late_serves_green_alone() -> None:
    """For `passed` a late look counts; in time is a look up to 14 days after the week's end, else `seen_late`."""
    month = {"at": later(days=30)}
    assert answered(channel(GREEN, **month), as_of=later(days=30)).verdict == "passed"
    assert answered(channel(SILENT, **month), as_of=later(days=30)).verdict == "seen_late"


def readable(comments: Sequence[Comment]) -> Snapshot:
    """Return a look at a thread of the week."""
    return channel(post(1, *comments))


# Item 11: the network's number is the key ----------------------------------------------------------------------------


def test_a_comment_deleted_in_the_same_second_shifts_none() -> None:
    """The network's number is the key within a route. Item 11. 1.0.0: the second question is `uncertain`."""
    first, second, answer = question(1, 20), question(2, 20), written(3, "owner", 25, answers=1)
    finding = answered(channel(post(1, first, second, answer), at=SATURDAY), channel(post(1, second)))
    assert values_of(finding, "answered_in_time", "no_reply_found", "uncertain") == [1, 1, 0]


def test_a_comment_seen_over_two_routes_is_one() -> None:
    """A page read over two routes has no more questions than it has comments. Item 11."""
    over_client = channel(SILENT, route=CLIENT, at=NOW + SECOND)
    finding = answered(channel(SILENT), over_client)
    assert values_of(finding, "questions", "due") == [5, 5]


# Item 36: what was not recorded is unknown ---------------------------------------------------------------------------


def test_a_look_of_1_0_lacks_whether_a_post_answers() -> None:
    """A look of an earlier version lacks what later ones record: nothing that needs it is `failed`. Item 36.

    1.0.0: failed.
    """
    look = channel(SILENT, post(2, hours=50))
    assert (answered(look).outcome, answered(as_1_0_stored(look)).outcome) == ("failed", "cantTell")


def test_a_look_of_1_0_lacks_how_long_a_reply_is() -> None:
    """None is "not recorded", never "no". Item 36. 1.0.0: failed."""
    look = readable((*FIVE, remark(60, 1, has_five_words=False)))
    assert (answered(look).outcome, answered(as_1_0_stored(look)).outcome) == ("failed", "cantTell")


def test_green_needs_no_new_fact() -> None:
    """For the person counts whatever was ever seen: a 1.0 look's answers stay answers. Item 36."""
    assert answered(as_1_0_stored(channel(GREEN, post(2, hours=50)))).verdict == "passed"


# Item 31: the numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comments", [FIVE, (*FIVE, *SECRETARYS), (*FIVE, written(9, "owner", 30))])
def test_nought_of_five_stands_the_same_with_red_and_without(comments: Sequence[Comment]) -> None:
    """«0 of 7», of questions old enough, stands as large where the verdict is `cantTell` as where it is `failed`."""
    assert values_of(answered(readable(comments)), "long_unanswered", "answered_in_time", "due") == [5, 0, 5]


def test_what_is_due_and_old_but_answered_is_not_unanswered() -> None:
    """`long_unanswered`: due questions without an answer that were so old at the look. Item 31."""
    finding = answered_under(*FIVE, *TWO_ANSWERED, *replies(FIVE[2:3], after=100), question(9, 167))
    assert values_of(finding, "long_unanswered", "no_reply_found", "answered_late") == [2, 3, 1]


# The same for any talk -----------------------------------------------------------------------------------------------

SIDES = st.sampled_from(["owner", "body", "unknown", "citizen", "citizen", "citizen"])
WORD = st.tuples(SIDES, st.integers(-60, 167), st.integers(1, 6), st.none() | st.integers(0, 8), st.booleans())
ASKED = st.tuples(st.integers(0, 167), st.integers(1, 4))
WAITS = st.sampled_from([(None,), (None,), (3,), (3, 30), (3, None)])
TALKS = st.tuples(
    st.lists(ASKED, max_size=4) | st.lists(ASKED, min_size=5, max_size=9), st.lists(WORD, max_size=3), WAITS
)


def talk_of(asked: list[tuple[int, int]], words: Sequence[Any] = (), waits: Sequence[int | None] = (None,)) -> Any:
    """Return questions (hour, author), the owner's replies after `waits` in turn, and what others wrote.

    Of a word: its side, hour, author, question answered, and whether it is long (a citizen's) or has words at all.
    """
    asks = [question(n, hours, author=who) for n, (hours, who) in enumerate(asked, start=1)]
    comments = [*asks, *(c for q, wait in zip(asks, cycle(waits)) if wait for c in replies([q], after=wait))]
    return comments + [word_of(number, asks, *word) for number, word in enumerate(words, start=100)]


def word_of(number: int, asks: list[Comment], side: str, hours: float, who: int, to: int | None, flag: bool) -> Comment:
    """Return what somebody wrote: at its hour, or an hour after the question that it answers, if that is later."""
    of = asks[to % len(asks)] if asks and to is not None else None
    facts = {"answers": of.id if of else None, "at": max(day(hours), of.at + HOUR) if of else day(hours)}
    if side == "citizen":
        return written(number, side, 0, author=who, has_five_words=flag, says="not", **facts)
    return written(number, side, 0, author=900, has_words=flag, **facts)


def by_the_text(comments: list[Comment], at: datetime) -> str:
    """Return the verdict that section 5 gives to one thread, read whole by one look after the week."""
    asked = [c for c in comments if c.says == "asks"]
    asks = {c.author for c in asked}
    helped: dict[int | None, set[int | None]] = {}
    for c in comments:
        if c.side == "citizen" and c.author not in asks and c.answers:
            helped.setdefault(c.author, set()).add(asked[c.answers - 1].author)
    helpers = {who for who, people in helped.items() if len(people) >= 3}
    sides = {c.id: "unknown" if c.side == "citizen" and c.author in helpers else c.side for c in comments}
    first = {
        q.id: min((c.at for c in comments if c.answers == q.id and c.side == "owner" and c.has_words), default=None)
        for q in asked
    }
    due = [q for q in asked if first[q.id] or at - q.at >= 24 * HOUR]
    old = [q for q in due if at - q.at > 72 * HOUR]
    if not asked:
        return "inapplicable"
    in_time = [q for q in due if (moment := first[q.id]) and moment - q.at <= 24 * HOUR]
    if enough(due) and in_time == due:
        return "passed"
    since = [c for c in comments if c.at >= min(q.at for q in asked)]
    others = [c for c in since if sides[c.id] != "citizen"]
    strangers = [c for c in comments if c.answers and sides[c.id] == "citizen" and c.author not in asks]
    if not enough(old):
        return LITTLE
    silence = not others and not any(first.values())
    if silence and not any(c.has_five_words for c in strangers):
        return "failed"
    if silence or any(
        c.answers and not first[c.answers] and sides[c.id] == "unknown" and c.has_words for c in comments
    ):
        return WHOSE
    return NUMBERS


def enough(asked: Sequence[Comment]) -> bool:
    """Return whether these are five questions of three people."""
    return len(asked) >= 5 and len({c.author for c in asked}) >= 3


@settings(max_examples=300)
@given(TALKS, st.sampled_from([later(hours=1), NOW, later(days=3, hours=1)]))
def test_the_verdict_is_that_of_the_text_written_a_second_time(talk: Any, at: datetime) -> None:
    """All of **Comments** for one thread that one look read whole, helpers and the order of causes too."""
    comments = talk_of(*talk)
    assert answered_under(*comments, at=at).verdict == by_the_text(comments, at)


@given(TALKS, st.sampled_from(["owner", "body", "unknown"]), st.booleans(), st.booleans())
def test_a_word_of_anybody_but_citizens_after_the_first_question_is_never_red(
    talk: Any, side: str, here: bool, words: bool
) -> None:
    """Nobody but citizens wrote anything, with words or without, in any thread of the window. Item 21."""
    comments = talk_of(*talk)
    other = post(2, written(999, side, 185, author=None, has_words=words, has_text=words), hours=40)
    assert (
        answered(channel(post(1, *comments), *([other] if here else [])), profile(other), pages=BOTH).verdict
        != "failed"
    )


@given(TALKS, TALKS, st.booleans())
def test_a_look_that_is_late_or_in_doubt_turns_no_cell_red(talk: Any, other: Any, late: bool) -> None:
    """Against the holder counts only what was seen in time, over a route whose controls came out right."""
    look = channel(post(1, *talk_of(*talk)))
    added = channel(post(1, *talk_of(*other)), post(2, *talk_of(*other)), at=later(days=20) if late else NOW + HOUR)
    month = {"as_of": later(days=20)}
    if answered(look, **month).verdict != "failed":
        assert answered(look, weighed(added, Weight.FULL if late else DOUBTED), **month).verdict != "failed"


@given(TALKS)
def test_looks_of_1_0_make_nothing_red_that_needs_a_new_fact(talk: Any) -> None:
    """Whether a post answers was not recorded, and one stands after the questions. Item 36."""
    look = as_1_0_stored(channel(post(1, *talk_of(*talk)), post(2, hours=168 - 0.1)))
    assert answered(look).verdict != "failed"


@given(TALKS, TALKS, st.integers(0, 1))
def test_a_thread_that_was_not_read_is_never_red(first: Any, second: Any, which: int) -> None:
    """Every thread of the window's posts still there is read whole, or there is a cause instead of a verdict."""
    threads = [post(1, *talk_of(*first)), post(2, *talk_of(*second), hours=-30)]
    threads[which] = threads[which].model_copy(update={"comments": (), "comments_cause": "throttled"})
    assert answered(channel(*threads)).verdict not in {"failed", "passed"}


@given(TALKS)
def test_questions_that_are_not_three_times_the_hours_old_are_never_red(talk: Any) -> None:
    """`failed`: they are older than three times `reply_within_hours` at the look. Items 26, 37."""
    policy = {"reply_within_hours": 70}  # three times that is longer ago than the week's start at the look
    assert answered_under(*talk_of(*talk), policy=policy).verdict != "failed"


@given(TALKS, st.sampled_from([later(hours=1), NOW, later(days=4)]))
def test_the_numbers_add_up(talk: Any, at: datetime) -> None:
    """Asked = in time + later + no answer of the owner seen + too early + uncertain; those long unanswered are due."""
    values = answered_under(*talk_of(*talk), at=at).values
    assert values["questions"] == len(talk[0]) == sum(values[name] for name in KINDS)
    assert values["due"] == sum(values[name] for name in KINDS[:3])
    assert 0 <= values["long_unanswered"] <= values["no_reply_found"]


def people(number: int) -> Any:
    """Return a strategy for questions of up to so many people."""
    return st.lists(st.tuples(st.integers(0, 100), st.integers(1, number)), max_size=8)


@given(people(2), people(2))
def test_two_people_here_and_two_there_are_never_red(on_channel: Any, on_profile: Any) -> None:
    """Five questions of three people, both on one network. Item 24."""
    assert on_both(talk_of(on_channel), talk_of(on_profile)).verdict != "failed"


@given(TALKS)
def test_of_two_full_looks_the_newest_decides_what_a_comment_asks(talk: Any) -> None:
    """Red never rests on a comment that the newest `FULL` reading shows as none. Item 2."""
    comments = talk_of(*talk)
    mended = [c.model_copy(update={"says": "not"}) if c.says == "asks" and c.author == 1 else c for c in comments]
    finding = answered(channel(post(1, *comments), at=NOW - HOUR), channel(post(1, *mended)))
    assert finding.values["questions"] == sum(c.says == "asks" for c in mended)


def test_a_doubted_look_alone_is_never_red() -> None:
    """Its look weighs `FAVOURABLE_ONLY`: nothing of it is held against the holder."""
    assert answered(weighed(channel(SILENT), DOUBTED)).outcome != "failed"
    assert answered(weighed(channel(SILENT), Weight.NONE)).outcome != "failed"


def test_before_the_week_is_closed_nothing_is_red() -> None:
    """A week is closed 24 h after its end; before that no practice check is `failed` (`too_little_data`)."""
    early = {"at": WEEK.ends, "as_of": later(hours=24) - SECOND}
    look = channel(post(1, *questions(5, hours=5)), at=early["at"])
    assert answered(look, as_of=early["as_of"]).verdict == LITTLE
    assert answered(look, as_of=later(hours=24)).verdict == "failed"
