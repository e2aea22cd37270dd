"""What an untrusted look, a late one or another route may do to a judgement: it never turns a cell red."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.describe import days_of
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    EvidenceKind,
    Network,
    Outcome,
    Post,
    Route,
    Side,
    Snapshot,
)
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from tests.cases import NOW, WEEK, account, case, day, judge, judge_office, posts, snapshot, tenure
from tests.test_checks_evidence import answers
from tests.test_red_not_deserved import neutral

LATE = WEEK.ends + timedelta(days=40)
OPEN, CLOSED = CommentsState.OPEN, CommentsState.CLOSED


def week(*looks: Snapshot, untrusted: Sequence[Snapshot] = (), as_of: Any = LATE, pages: Sequence[Any] = ()) -> Case:
    """One holder in office from of old; all looks were made for the week."""
    person = tenure(since="2020", accounts=list(pages) or [account()])
    return case([person], *looks, doubted=untrusted, as_of=as_of)


def verdict(check: str, what: Case) -> tuple[Outcome, Cause | None]:
    found = judge_office(check, what)
    return found.outcome, found.cause


def question(number: int, hours: float = 20, **more: Any) -> Comment:
    given = {"author": number, "says": "asks"} | more
    return Comment(id=number, at=day(hours + number / 10), side=Side.CITIZEN, **given)


def answer(number: int, to: int | None, hours: float = 22, **more: Any) -> Comment:
    return Comment(**{"id": number, "at": day(hours), "side": Side.OWNER, "answers": to} | more)


FIVE = tuple(question(number) for number in range(1, 6))
ANSWERED = (*FIVE, *(answer(100 + number, number) for number in range(1, 6)))


def thread(*comments: Comment, number: int = 1, **more: Any) -> Post:
    (post,) = posts(number, first_id=number, **({"comments_state": OPEN} | more))
    return post.model_copy(update={"comments": comments})


def look(*line: Post, at: Any = NOW, **fields: Any) -> Snapshot:
    return snapshot(posts=line, taken_at=at, **fields)


def client(*line: Post, at: Any = NOW, **fields: Any) -> Snapshot:
    return look(*line, at=at, route=Route.TELEGRAM_CLIENT, **fields)


# A look whose control failed ----------------------------------------------------------------------------------------


def test_an_answer_that_only_an_untrusted_look_saw_counts() -> None:
    """What it saw was there: five answered in time; and what it does not show tells nothing."""
    plain, full = look(thread(*FIVE)), look(thread(*ANSWERED), at=NOW + timedelta(hours=1))
    assert verdict("comments_answered", week(plain)) == (Outcome.FAILED, None)
    assert verdict("comments_answered", week(plain, untrusted=[full])) == (Outcome.PASSED, None)
    one = look(thread(*FIVE, answer(101, 1, 90)), at=NOW + timedelta(hours=1))
    assert verdict("comments_answered", week(plain, untrusted=[one])) == (Outcome.CANT_TELL, Cause.NO_THRESHOLD)
    empty = look(thread(), at=NOW + timedelta(hours=1))
    assert verdict("comments_answered", week(plain, untrusted=[empty])) == (Outcome.FAILED, None)
    assert verdict("comments_answered", week(look(thread(*ANSWERED)), untrusted=[empty])) == (Outcome.PASSED, None)


def test_questions_that_only_an_untrusted_look_saw_are_held_against_nobody() -> None:
    """Whether they were answered is not known: they turn nothing red, and let nobody say that all are answered."""
    few = look(thread(*FIVE[:4]))
    found = judge_office("comments_answered", week(few, untrusted=[look(thread(*FIVE), at=NOW + timedelta(hours=1))]))
    assert (found.outcome, found.cause, found.values.due) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, 4)
    answered = look(thread(*ANSWERED[:4], *ANSWERED[5:9]))
    untold = week(answered, untrusted=[look(thread(*FIVE), at=NOW + timedelta(hours=1))])
    assert verdict("comments_answered", untold) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)
    assert judge_office("comments_answered", untold).values.questions == 4


def test_an_untrusted_look_makes_no_question_overdue_and_no_crowd_of_the_askers() -> None:
    """It says nothing of answers that it does not show, nor may it tell more people apart than a trusted one."""
    late = tuple(question(number, 160) for number in range(1, 6))
    soon = look(thread(*late), at=WEEK.ends + timedelta(hours=1))
    after = look(thread(*late), at=NOW + timedelta(days=2))
    assert judge_office("comments_answered", week(soon, untrusted=[after])).values.pending == 5
    nameless = look(thread(*(question(number, author=None) for number in range(1, 6))))
    named = look(thread(*FIVE), at=NOW + timedelta(hours=1))
    assert verdict("comments_answered", week(nameless, untrusted=[named])) == (
        Outcome.CANT_TELL,
        Cause.TOO_LITTLE_DATA,
    )


def test_a_thread_that_an_untrusted_look_saw_open_was_open() -> None:
    """And one that it saw closed is not closed by that."""
    blind, shut = posts(1, 2, comments_cause=Cause.THROTTLED), posts(1, 2, comments_state=CLOSED)
    seen = posts(1, 2, comments_state=OPEN)
    later = NOW + timedelta(hours=1)
    assert verdict("comments_open", week(look(*blind), untrusted=[look(*seen, at=later)])) == (Outcome.PASSED, None)
    assert verdict("comments_open", week(look(*blind), untrusted=[look(*shut, at=later)]))[0] is Outcome.CANT_TELL
    assert verdict("comments_open", week(look(*seen), untrusted=[look(*shut, at=later)])) == (Outcome.PASSED, None)
    assert verdict("comments_open", week(look(*shut))) == (Outcome.FAILED, None)
    assert verdict("comments_open", week(look(*shut), untrusted=[look(*seen, at=later)])) == (Outcome.PASSED, None)


def test_an_untrusted_look_makes_a_page_no_older() -> None:
    """Its first trace by a trusted look is of the week: the week is not judged by halves."""
    new = account().model_copy(update={"confirmed": account().confirmed.model_copy(update={"on": NOW.date()})})
    young = look(*posts(100))
    older = look(*posts(-24 * 40, 100), at=NOW - timedelta(hours=1))
    for check in ("posts_per_week", "longest_silence"):
        assert verdict(check, week(young, untrusted=[older], pages=[new])) == (Outcome.INAPPLICABLE, None)


def test_an_empty_wall_that_an_untrusted_look_contradicts_fails_nobody() -> None:
    """One answer alone, that another contradicts."""
    empty = look(at=NOW + timedelta(hours=1))
    for check in ("posts_per_week", "longest_silence"):
        what = week(empty, untrusted=[look(*posts(-24 * 9))])
        assert verdict(check, what) == (Outcome.CANT_TELL, Cause.CONTRADICTION)


# A late look beside one in time -------------------------------------------------------------------------------------


def test_an_answer_that_only_a_late_look_saw_counts_by_its_date() -> None:
    """One of the week's days counts; one written a month later was not there in time."""
    plain = look(thread(*FIVE))
    assert verdict("comments_answered", week(plain, look(thread(*ANSWERED), at=LATE))) == (Outcome.PASSED, None)
    afterwards = look(thread(*FIVE, *(answer(100 + n, n, 24 * 37) for n in range(1, 6))), at=LATE)
    assert verdict("comments_answered", week(plain, afterwards)) == (Outcome.FAILED, None)
    assert verdict("comments_answered", week(plain, look(thread(), at=LATE))) == (Outcome.FAILED, None)


def test_a_question_that_is_shown_again_late_stays_removed() -> None:
    """Four are left, which is too few for a verdict."""
    line = week(look(thread(*FIVE), at=NOW - timedelta(hours=1)), look(thread(*FIVE[:4])), look(thread(*FIVE), at=LATE))
    found = judge_office("comments_answered", line)
    assert (found.outcome, found.cause, found.values.removed) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, 1)


def test_a_post_that_only_a_late_look_saw_is_judged_by_nothing_of_today() -> None:
    """Neither its closed thread nor its unanswered questions; the others are judged as they were."""
    blind = look(*posts(1, comments_cause=Cause.THROTTLED))
    shut = look(*posts(1, 2, 3, comments_state=CLOSED), at=LATE)
    assert verdict("comments_open", week(blind, shut)) == (Outcome.CANT_TELL, Cause.THROTTLED)
    in_time = look(thread(*FIVE[:2]))
    both = look(thread(*FIVE[:2]), thread(*(question(n, 30) for n in range(11, 16)), number=2), at=LATE)
    assert verdict("comments_answered", week(in_time, both)) == (Outcome.CANT_TELL, Cause.SEEN_LATE)


def test_a_comment_of_the_week_in_a_late_look_proves_that_the_thread_was_open() -> None:
    """Though it is closed in the look in time, and today."""
    blind = look(*posts(1, comments_cause=Cause.THROTTLED))
    talked = look(thread(question(1), comments_state=CLOSED), at=LATE)
    assert verdict("comments_open", week(blind, talked)) == (Outcome.PASSED, None)


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence", "comments_open", "comments_answered"])
def test_a_late_look_without_posts_says_nothing_of_the_week(check: str) -> None:
    """They may have been deleted since."""
    assert verdict(check, week(look(*posts(-24 * 60), at=LATE))) == (Outcome.CANT_TELL, Cause.SEEN_LATE)


@pytest.mark.parametrize("cause", [None, Cause.TOO_LITTLE_DATA])
def test_of_threads_that_a_late_look_did_not_ask_for_nothing_is_known_because_it_was_late(cause: Cause | None) -> None:
    """Not because they were too few; what kept them from being read in time is still named."""
    unseen = posts(1, 2, 3, comments_cause=cause, comments_state=CommentsState.UNKNOWN)
    assert verdict("comments_open", week(look(*unseen, at=LATE))) == (Outcome.CANT_TELL, Cause.SEEN_LATE)
    throttled = posts(1, 2, 3, comments_cause=Cause.THROTTLED, comments_state=CommentsState.UNKNOWN)
    assert verdict("comments_open", week(look(*throttled, at=LATE))) == (Outcome.CANT_TELL, Cause.THROTTLED)


# Two routes ---------------------------------------------------------------------------------------------------------


def told(what: Case) -> Finding[Any]:
    return judge_office("comments_answered", what)


def again(comments: Sequence[Comment], by: int) -> tuple[Comment, ...]:
    """The same comments as another route numbers them."""
    return tuple(
        c.model_copy(update={"id": c.id + by, "answers": None if c.answers is None else c.answers + by})
        for c in comments
    )


@pytest.mark.parametrize("by", [0, 1, 3, 7000])
def test_a_question_that_two_routes_number_apart_is_one(by: int) -> None:
    """And an answer that only one of them shows is its answer; numbers may even be another comment's there."""
    three = FIVE[:3]
    found = told(week(look(thread(*three)), client(thread(*again(ANSWERED[:3] + ANSWERED[5:8], by)))))
    assert (found.values.questions, found.values.comments, found.values.answered_in_time) == (3, 3, 3)
    assert found.outcome is Outcome.PASSED


def test_two_questions_of_one_second_stay_two() -> None:
    """Two routes, each with both, and one of them with a third."""
    pair = tuple(question(n).model_copy(update={"at": day(20)}) for n in (1, 2, 3))
    found = told(week(look(thread(*pair[:2])), client(thread(*again(pair, 50)))))
    assert found.values.questions == 3
    assert told(week(look(thread(*pair[:2])), client(thread(*again(pair[:2], 50))))).values.questions == 2


def test_whom_the_signed_in_client_knows_is_known_under_the_other_number_too() -> None:
    """The preview takes an administrator for a citizen who asks."""
    staff = question(9).model_copy(update={"side": Side.OWNER})
    found = told(week(look(thread(*FIVE, question(9))), client(thread(*again((*FIVE, staff), 70)))))
    assert found.values.questions == 5


def test_routes_that_disagree_about_a_thread_contradict_each_other() -> None:
    """Neither is believed, and the cause says so."""
    line = posts(1, 2)
    here = look(*(p.model_copy(update={"comments_state": OPEN}) for p in line))
    there = client(*(p.model_copy(update={"comments_state": CLOSED}) for p in line))
    found = judge_office("comments_open", week(here, there))
    assert (found.outcome, found.cause, found.values.unseen) == (Outcome.CANT_TELL, Cause.CONTRADICTION, 2)


# What is not there any more -----------------------------------------------------------------------------------------


def test_an_answer_that_was_deleted_was_given() -> None:
    """It is no answer, and nobody may say that there was none; nor where it is not told any more whose it was."""
    silent = week(look(thread(*FIVE)))
    assert verdict("comments_answered", silent) == (Outcome.FAILED, None)
    for deleted in (
        answer(101, 1, deleted=True, author="owner"),
        answer(101, None, deleted=True, has_words=False, has_text=False),
        Comment(id=101, at=day(22), side=Side.CITIZEN, answers=1, deleted=True, has_text=False),
    ):
        found = told(week(look(thread(*FIVE, deleted))))
        assert (found.outcome, found.values.no_reply_found) == (Outcome.CANT_TELL, 5)
    citizen = Comment(id=101, at=day(22), side=Side.CITIZEN, answers=1, deleted=True, author=77)
    assert verdict("comments_answered", week(look(thread(*FIVE, citizen)))) == (Outcome.FAILED, None)


def test_of_a_thread_seen_closed_in_the_week_alone_nothing_is_said() -> None:
    """The posts are deleted by the last look: the holder could still have opened them."""
    shut = look(*posts(-24 * 60, first_id=50), *posts(1, 2, comments_state=CLOSED), at=day(60))
    after = look(*posts(-24 * 60, first_id=50))
    assert verdict("comments_open", week(shut, after))[0] is Outcome.CANT_TELL


PAIR = [account(), account(Network.VK, "perviy")]


def vk(*line: Post, at: Any = NOW, **fields: Any) -> Snapshot:
    base = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 77, "kind": "profile"}
    return look(*line, at=at, **(base | fields))


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence", "comments_open", "comments_answered"])
def test_where_every_page_was_gone_before_the_week_no_page_is_left_to_speak_of(check: str) -> None:
    """`account_exists` says it; beside a page that is there the one that is gone is read and empty."""
    gone = [vk(*posts(-24 * 60), at=day(-24 * 55)), vk(exists=False, at=day(-24 * 20)), vk(exists=False)]
    alone = week(*gone, pages=PAIR[1:])
    assert verdict(check, alone) == (Outcome.CANT_TELL, Cause.GONE)
    assert {f.outcome for f in judge("account_exists", alone)} == {Outcome.FAILED}
    assert days_of(alone) is None
    if check in {"posts_per_week", "longest_silence"}:
        assert verdict(check, week(*gone, look(*posts(-24 * 15)), pages=PAIR)) == (Outcome.FAILED, None)


def test_of_a_post_deleted_since_the_last_week_nobody_has_read_what_stood_under_it() -> None:
    """He may have answered there, or left it unanswered: both a red and a pass need every thread of the window."""
    there = thread(number=5).model_copy(update={"at": day(-24 * 9)})
    before = look(*posts(-24 * 60, first_id=90), there, at=day(-24 * 6))
    silent = look(*posts(-24 * 60, first_id=90), thread(*FIVE))
    assert verdict("comments_answered", week(silent)) == (Outcome.FAILED, None)
    found = judge_office("comments_answered", week(before, silent))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert found.message.id == "comments_answered.half_read"
    for line in (ANSWERED, (question(1), answer(101, 1))):
        looked_at = look(*posts(-24 * 60, first_id=90), thread(*line))
        assert verdict("comments_answered", week(looked_at)) == (Outcome.PASSED, None)
        found = judge_office("comments_answered", week(before, looked_at))
        assert (found.cause, found.message.id) == (Cause.TOO_LITTLE_DATA, "comments_answered.half_read")


def test_questions_under_old_posts_of_a_neutral_network_are_held_against_nobody() -> None:
    """Who still posts there in the week is judged on its comments as ever."""
    older = thread(*FIVE).model_copy(update={"at": day(-24 * 5)})
    gone_quiet = week(look(*posts(-24 * 60, first_id=90), older))
    assert verdict("comments_answered", gone_quiet) == (Outcome.FAILED, None)
    assert verdict("comments_answered", neutral(gone_quiet)) == (Outcome.INAPPLICABLE, None)
    posting = week(look(*posts(-24 * 60, 30, first_id=90), older))
    assert verdict("comments_answered", neutral(posting)) == (Outcome.FAILED, None)
    asked = vk(*posts(-24 * 60, first_id=90), thread(*FIVE))
    beside = week(look(*posts(-24 * 60, first_id=90), older), asked, pages=PAIR)
    assert verdict("comments_answered", neutral(beside)) == (Outcome.FAILED, None)


def test_a_finding_cites_the_look_that_alone_saw_a_post_of_the_week() -> None:
    """Of a post deleted since, and of one that an untrusted look saw."""
    first = look(*posts(1, 20), at=day(30), evidence=answers("first", EvidenceKind.POSTS))
    last = look(*posts(1), evidence=answers("last", EvidenceKind.POSTS))
    doubted = look(*posts(90, first_id=7), evidence=answers("doubted", EvidenceKind.POSTS))
    found = judge_office("posts_per_week", week(first, last, untrusted=[doubted]))
    assert (found.outcome, found.evidence) == (Outcome.PASSED, ("last-1", "first-1", "doubted-1"))


def test_what_a_doubted_look_saw_since_contradicts_that_it_is_missing() -> None:
    """A page gone by its number, a link that is not in the description: nobody is red by one answer alone."""
    gone, there = look(exists=False, at=day(60)), look(*posts(1), at=NOW)
    assert {f.outcome for f in judge("account_exists", week(gone))} == {Outcome.FAILED}
    (found,) = judge("account_exists", week(gone, untrusted=[there]))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
    bare, linked = (look(*posts(1), subscribers=20_000, register_link=link) for link in (False, True))
    assert {f.outcome for f in judge("register_link", week(bare))} == {Outcome.FAILED}
    (found,) = judge("register_link", week(bare, untrusted=[linked]))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
