"""Posts, silence, comments and replies of one week."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Comment, CommentsState, Network, Outcome, Post, Precision, Route, Side
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue
from auditor.checks.check import Check
from auditor.checks.posts_per_week import distinct_in
from auditor.language.sketch import of_post
from auditor.registry.models import Basis, PolicyValue, Tenure, Vacancy
from tests.cases import NOW, POLICY, TOMSK, WEEK, account, case, day, judge, judge_office, posts, snapshot, tenure

EN = Catalogue("en", TOMSK)
VACANT = Vacancy(since=PartialDate.parse("2026-11-01"), source="https://example.invalid/vacancy")


def seen(**fields):
    return case([tenure(since="2020", accounts=[account()])], snapshot(**fields))


def two(telegram, vk):
    accounts = [account(), account(Network.VK, "perviy")]
    return case([tenure(since="2020", accounts=accounts)], telegram, vk)


def vk(**fields):
    base = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 7, "kind": "profile"}
    return snapshot(**(base | fields))


@pytest.mark.parametrize(("hours", "outcome"), [([1, 30, 80], Outcome.PASSED), ([1, 30], Outcome.FAILED)])
def test_own_posts_are_held_against_the_benchmark(hours: list[float], outcome: Outcome) -> None:
    """Three a week is in the benchmark, two are below it."""
    found = judge_office("posts_per_week", seen(posts=posts(*hours)))
    assert (found.outcome, found.values.posts) == (outcome, len(hours))


def test_reposts_are_counted_apart_and_do_not_help() -> None:
    """Two own and five reposts are two own."""
    mixed = posts(1, 2) + posts(3, 4, 5, 6, 7, repost=True, first_id=10)
    found = judge_office("posts_per_week", seen(posts=mixed))
    assert (found.outcome, found.values_to_json()) == (
        Outcome.FAILED,
        {"posts": 2, "reposts": 5, "distinct": 2, "at_least": False},
    )


def test_only_the_week_counts_to_the_minute() -> None:
    """Monday 00:00 belongs to the week, the next Monday 00:00 does not, nor does Sunday before."""
    found = judge_office("posts_per_week", seen(posts=posts(-0.01, 0, 7 * 24 - 0.01, 7 * 24)))
    assert found.values.posts == 2


def test_zero_is_said_only_of_posts_that_were_seen() -> None:
    """An unread wall has no number at all, not even zero."""
    assert judge_office("posts_per_week", seen(posts=())).values.posts == 0
    unread = judge_office("posts_per_week", seen(posts_cause=Cause.PREVIEW_OFF))
    assert (unread.outcome, unread.cause, unread.values.posts) == (Outcome.CANT_TELL, Cause.PREVIEW_OFF, None)


def test_a_week_that_is_not_over_cannot_fall_below() -> None:
    """By Wednesday one post is not too few; three are enough already."""
    early = day(60)
    person = [tenure(since="2020", accounts=[account()])]
    few = judge_office("posts_per_week", case(person, snapshot(posts=posts(1), taken_at=early), as_of=early))
    assert (few.outcome, few.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    enough = judge_office("posts_per_week", case(person, snapshot(posts=posts(1, 2, 3), taken_at=early), as_of=early))
    assert enough.outcome is Outcome.PASSED


def test_one_seen_network_with_enough_posts_passes_and_with_few_cannot_fail() -> None:
    """VK is not seen: three on Telegram suffice, one does not condemn."""
    unseen = vk(exists=None, cause=Cause.UNREACHABLE)
    assert judge_office("posts_per_week", two(snapshot(posts=posts(1, 2, 3)), unseen)).outcome is Outcome.PASSED
    few = judge_office("posts_per_week", two(snapshot(posts=posts(1)), unseen))
    assert (few.outcome, few.cause) == (Outcome.CANT_TELL, Cause.UNREACHABLE)


def test_the_same_text_within_72_hours_is_one_publication() -> None:
    """On two networks or twice on one: two texts in four posts are two publications."""
    here = snapshot(posts=posts(1, text_key="a") + posts(50, text_key="b", first_id=2))
    there = vk(posts=posts(3, text_key="a") + posts(49, text_key="b", first_id=2))
    found = judge_office("posts_per_week", two(here, there))
    assert found.values_to_json() == {"posts": 4, "reposts": 0, "distinct": 2, "at_least": False}
    assert found.outcome is Outcome.FAILED
    assert judge_office("posts_per_week", seen(posts=posts(1, 2, 3, text_key="a"))).values.distinct == 1


def test_the_same_text_after_72_hours_is_another_publication_and_so_is_a_post_without_words() -> None:
    """Counted from the first of them, not from the last."""
    late = posts(0, 71, 72.1, text_key="a")
    assert [distinct_in(line, timedelta(hours=72), 90) for line in (late, posts(0, 0))] == [2, 2]


@pytest.mark.parametrize(
    ("text", "copy", "count"),
    [
        ("В школе № 3 открыли мастерскую", "🛠 В школе №3 открыли мастерскую!", 1),
        ("Сдали мост через Дальнюю, движение с пятницы, сорок тонн", "Сдали мост через Дальнюю, сорок тонн", 2),
        ("Пожаров 1, аварий 2, вызовов 30", "Пожаров 0, аварий 3, вызовов 41", 2),
        ("С праздником!", "С праздником, земляки! Сегодня открыли мастерскую в школе, с нами были гости", 2),
        ("👍", "👍", 2),
    ],
)
def test_a_cross_post_is_found_though_a_word_or_a_sign_differs(text: str, copy: str, count: int) -> None:
    """By nine tenths of its words; other figures in the same frame are another post, and so is a short greeting."""
    line = (*posts(0, sketch=of_post(text)), *posts(5, first_id=2, sketch=of_post(copy)))
    assert distinct_in(line, timedelta(hours=72), 90) == count


def test_a_post_that_is_cut_on_the_other_network_is_one_publication() -> None:
    """Its beginning stands there, with a link to the rest."""
    whole = (
        "Приняли котельную: два новых котла, насосная группа, автоматика. Замечаний четыре, все мелкие, до понедельника"
    )
    cut = "Приняли котельную: два новых котла, насосная группа, автоматика. Замечаний четыре… https://vk.com/wall5_1"
    line = (*posts(0, sketch=of_post(whole)), *posts(1, first_id=2, sketch=of_post(cut)))
    assert distinct_in(line, timedelta(hours=72), 90) == 1


def test_a_copy_of_last_weeks_post_is_this_weeks_publication() -> None:
    """One publication is within one week."""
    what = two(vk(posts=posts(-5, text_key="a")), snapshot(posts=posts(2, text_key="a")))
    assert judge_office("posts_per_week", what).values.distinct == 1


@given(st.lists(st.tuples(st.floats(0, 167), st.sampled_from([None, "a", "b", "c"])), max_size=25))
def test_distinct_lies_between_the_texts_and_the_posts(rows) -> None:
    """Joining copies never loses a text."""
    line = tuple(Post(id=n, at=day(h), url="https://t.me/x/1", text_key=key) for n, (h, key) in enumerate(rows))
    keys = [key for _, key in rows]
    whole = distinct_in(line, timedelta(hours=72), 90)
    assert len({*keys} - {None}) + keys.count(None) <= whole <= len(rows)


@pytest.mark.parametrize(
    ("hours", "since", "gap", "outcome"),
    [
        ([-20, 20, 100, 160], 0, 3, Outcome.PASSED),
        ([0, 24], 6, None, Outcome.PASSED),
        ([-48, -24], 8, 8, Outcome.FAILED),
        ([-24 * 40, 167], 0, 46, Outcome.PASSED),
        ([-24 * 60, -24 * 45, 1, 100], 2, 45, Outcome.PASSED),
        ([-24 * 60, -24 * 22, -24 * 18, -24 * 12, -24 * 6, 0, 140], 1, 6, Outcome.PASSED),
        ([-24 * 10, -10], 7, 7, Outcome.PASSED),
    ],
)
def test_silence_is_the_days_since_the_last_post_and_the_longest_gap_is_only_shown(hours, since, gap, outcome) -> None:
    """The gap that touches the week counts whole; one that ended before it is over; an unknown one is null."""
    found = judge_office("longest_silence", seen(posts=posts(*hours)))
    assert (found.values_to_json(), found.outcome) == ({"days_since_last": since, "longest_gap_days": gap}, outcome)


def test_a_page_that_never_posted_is_silent_since_its_first_trace() -> None:
    """With a history read to its end; else it cannot be told."""
    since = {"opened_at": NOW - timedelta(days=100), "opened_precision": Precision.EXACT}
    found = judge_office("longest_silence", seen(**since))
    values = (found.values.days_since_last, found.values.longest_gap_days)
    assert (found.outcome, *values) == (Outcome.FAILED, None, 98)
    assert judge_office("longest_silence", seen(**since, posts_since=day(-24 * 30))).cause is Cause.TOO_LITTLE_DATA


def test_a_history_that_was_left_early_judges_only_what_it_covers() -> None:
    """Read back to the week's start: its posts count, older silence and older talk are not known."""
    fields = {"posts": posts(1, 20, 100, comments_state=CommentsState.OPEN), "posts_since": day(-1)}
    assert judge_office("posts_per_week", seen(**fields)).outcome is Outcome.PASSED
    assert judge_office("comments_open", seen(**fields)).outcome is Outcome.PASSED
    assert judge_office("longest_silence", seen(**fields)).outcome is Outcome.PASSED
    assert judge_office("comments_answered", seen(**fields)).cause is Cause.TOO_LITTLE_DATA
    throttled = fields | {"older_cause": Cause.THROTTLED}
    assert judge_office("comments_answered", seen(**throttled)).cause is Cause.THROTTLED
    later = {"posts": posts(10, 20), "posts_since": day(5)}
    assert judge_office("posts_per_week", seen(**later)).cause is Cause.TOO_LITTLE_DATA
    silent = {"posts": posts(-48, -24), "posts_since": day(-72)}
    assert judge_office("longest_silence", seen(**silent)).outcome is Outcome.FAILED


OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN


@pytest.mark.parametrize(
    ("states", "outcome", "cause"),
    [
        ([OPEN, OPEN], Outcome.PASSED, None),
        ([OPEN, UNKNOWN, UNKNOWN], Outcome.PASSED, None),
        ([OPEN, CLOSED], Outcome.CANT_TELL, Cause.NO_THRESHOLD),
        ([CLOSED, CLOSED], Outcome.FAILED, None),
        ([CLOSED, CLOSED, UNKNOWN, UNKNOWN], Outcome.FAILED, None),
        ([CLOSED, CLOSED, UNKNOWN, UNKNOWN, UNKNOWN], Outcome.CANT_TELL, Cause.NO_THRESHOLD),
        ([CLOSED], Outcome.CANT_TELL, Cause.NO_THRESHOLD),
        ([UNKNOWN, UNKNOWN], Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA),
        ([], Outcome.INAPPLICABLE, None),
    ],
)
def test_closed_comments_fail_where_two_posts_and_half_of_all_are_known_and_each_of_them_is_closed(
    states, outcome, cause
) -> None:
    """Unseen is neither open nor closed; one closed post of twenty is a number and no verdict (issue 11, item 7)."""
    line = tuple(posts(n, comments_state=s, first_id=n + 1)[0] for n, s in enumerate(states))
    found = judge_office("comments_open", seen(posts=line))
    assert (found.outcome, found.cause) == (outcome, cause)
    counts = {"open": states.count(OPEN), "closed": states.count(CLOSED), "unseen": states.count(UNKNOWN)}
    assert found.values_to_json() == counts


def asked(number: int, hours: float, answer: float | None = None, *, by: Side = Side.OWNER) -> list[Comment]:
    question = Comment(id=number, at=day(hours), side=Side.CITIZEN, author=f"c{number}", says="asks")
    if answer is None:
        return [question]
    return [question, Comment(id=number + 500, at=day(answer), side=by, reply_to=number)]


def talk(*comments: list[Comment], **fields):
    line = tuple(c for part in comments for c in part)
    return seen(
        posts=posts(0, 1, 2, comments_state=OPEN)[:2] + posts(2, comments_state=OPEN, comments=line, first_id=9),
        **fields,
    )


def answered(*comments: list[Comment]):
    return judge_office("comments_answered", talk(*comments))


def test_all_due_answered_in_time_passes() -> None:
    """24 hours to the minute are in time."""
    found = answered(asked(1, 5, 29), asked(2, 6, 7))
    assert found.outcome is Outcome.PASSED
    assert (found.values.due, found.values.answered_in_time) == (2, 2)


def test_five_due_and_answered_by_nobody_fail_and_four_are_too_little() -> None:
    """An answer after 60 hours, or one in time, leaves the numbers without a verdict."""
    five = [asked(n, 5) for n in range(1, 6)]
    found = answered(*five)
    assert (found.outcome, found.values.no_reply_found, found.values.askers) == (Outcome.FAILED, 5, 5)
    assert answered(*five[:4]).cause is Cause.TOO_LITTLE_DATA
    for hours in (6, 60):
        found = answered(*five[:4], asked(5, 5, hours))
        assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.NO_THRESHOLD)


def test_a_policy_that_does_not_ask_for_open_comments_fails_nobody() -> None:
    """Closed comments are then no finding against anybody."""
    value = PolicyValue(value=False, basis=Basis.CONVENTION, source="https://example.invalid/p")
    what = replace(seen(posts=posts(1, comments_state=CLOSED)), policy=POLICY | {"comments_open": value})
    assert {f.outcome for f in judge("comments_open", what)} == {Outcome.INAPPLICABLE}


def test_a_young_question_is_pending_unless_it_was_answered_already() -> None:
    """Read 36 hours after the week: a question of Sunday 22:00 is 38 hours old; one read early is pending."""
    early = day(166)
    person = [tenure(since="2020", accounts=[account()])]
    line = tuple(asked(1, 150) + asked(2, 151, 152))
    page = snapshot(posts=posts(1, comments_state=OPEN, comments=line), taken_at=early)
    found = judge_office("comments_answered", case(person, page, as_of=early))
    assert (found.values.pending, found.values.due, found.outcome) == (1, 1, Outcome.PASSED)
    assert answered(asked(1, 166)).values.pending == 0


def test_nothing_due_yet_is_too_little_data_and_never_praise() -> None:
    """All questions are pending."""
    early = day(166)
    person = [tenure(since="2020", accounts=[account()])]
    page = snapshot(posts=posts(1, comments_state=OPEN, comments=tuple(asked(1, 150))), taken_at=early)
    assert judge_office("comments_answered", case(person, page, as_of=early)).cause is Cause.TOO_LITTLE_DATA


def test_another_bodys_answer_is_counted_and_leaves_the_question_open() -> None:
    """It is in `no_reply_found` and in `answered_by_other`."""
    found = answered(asked(1, 5, 6, by=Side.BODY))
    assert (found.values.no_reply_found, found.values.answered_by_other) == (1, 1)


def test_no_questions_or_closed_comments_ask_nothing() -> None:
    """Closed comments are never "0 replies"."""
    assert answered().outcome is Outcome.INAPPLICABLE
    closed = judge_office("comments_answered", seen(posts=posts(1, 2, comments_state=CLOSED)))
    assert closed.outcome is Outcome.INAPPLICABLE


def test_an_unread_discussion_forbids_a_verdict() -> None:
    """Six unanswered questions seen, one post unread: the seventh may be the answered one."""
    line = tuple(c for n in range(1, 7) for c in asked(n, 5))
    unread = posts(9, comments_cause=Cause.THROTTLED, first_id=30)
    found = judge_office("comments_answered", seen(posts=posts(1, comments_state=OPEN, comments=line) + unread))
    assert (found.outcome, found.cause, found.values.questions) == (Outcome.CANT_TELL, Cause.THROTTLED, None)


@given(st.lists(st.tuples(st.floats(0, 160), st.none() | st.floats(0.1, 80)), max_size=12))
def test_every_question_is_in_exactly_one_class(rows: list[tuple[float, float | None]]) -> None:
    """questions = due + pending, due = in time + late + none."""
    line = [asked(n + 1, h, None if wait is None else h + wait) for n, (h, wait) in enumerate(rows)]
    values = answered(*line).values
    assert values.questions == len(rows) == values.due + values.pending
    assert values.due == values.answered_in_time + values.answered_late + values.no_reply_found


@pytest.mark.parametrize(
    ("subscribers", "link", "outcome", "cause"),
    [
        (10000, False, Outcome.INAPPLICABLE, None),
        (10001, True, Outcome.PASSED, None),
        (10001, False, Outcome.FAILED, None),
        (10001, None, Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA),
        (None, False, Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA),
    ],
)
def test_the_register_link_is_owed_above_ten_thousand(subscribers, link, outcome, cause) -> None:
    """A rounded counter or a shortened link leaves it open."""
    (found,) = judge("register_link", seen(subscribers=subscribers, register_link=link))
    assert (found.outcome, found.cause) == (outcome, cause)


def test_existence_fails_only_on_the_networks_own_word() -> None:
    """True, False, and not known with its cause."""
    for exists, cause, outcome in (
        (True, None, Outcome.PASSED),
        (False, None, Outcome.FAILED),
        (True, Cause.PRIVATE, Outcome.PASSED),
        (None, Cause.WRONG_KIND, Outcome.CANT_TELL),
    ):
        (found,) = judge("account_exists", seen(exists=exists, cause=cause, taken_at=day(100)))
        assert (found.outcome, found.cause) == (outcome, cause if outcome is Outcome.CANT_TELL else None)


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence", "comments_open", "comments_answered"])
@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"exists": None, "cause": Cause.BLOCKED}, Cause.BLOCKED),
        ({"exists": False}, Cause.GONE),
        ({"cause": Cause.PRIVATE}, Cause.PRIVATE),
        ({"posts_cause": Cause.PREVIEW_OFF}, Cause.PREVIEW_OFF),
        ({"taken_at": WEEK.starts.astimezone(UTC) - timedelta(hours=5)}, Cause.STALE),
        ({"taken_at": WEEK.starts.astimezone(UTC) + timedelta(hours=5)}, Cause.TOO_LITTLE_DATA),
    ],
)
def test_what_was_not_seen_is_not_judged(check: str, fields: dict, cause: Cause) -> None:
    """The cause stands in the person's finding; the page's own is not applicable."""
    person, page = judge(check, seen(**fields))
    assert (person.outcome, person.cause) == (Outcome.CANT_TELL, cause)
    assert (page.outcome, page.cause) == (Outcome.INAPPLICABLE, None)


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence", "comments_open", "comments_answered"])
def test_a_page_never_looked_at_is_untested(check: str) -> None:
    """Not the same as one that could not be seen."""
    what = case([tenure(since="2020", accounts=[account()])])
    assert [f.outcome for f in judge(check, what)] == [Outcome.UNTESTED, Outcome.INAPPLICABLE]


@pytest.mark.parametrize("check", ["account_exists", "posts_per_week", "longest_silence", "comments_answered"])
@pytest.mark.parametrize(
    ("tenures", "vacancies", "outcome", "said"),
    [
        ([], [], Outcome.UNTESTED, "No holder is on record for this week"),
        ([], [VACANT], Outcome.INAPPLICABLE, "The office is vacant"),
        ([tenure(since="2020")], [], Outcome.UNTESTED, "No confirmed personal page is on record"),
    ],
)
def test_why_there_is_nobody_or_nothing_to_judge_is_said(
    check: str, tenures: list[Tenure], vacancies: list[Vacancy], outcome: Outcome, said: str
) -> None:
    """No holder on record, no holder at all, a holder without a page: three sentences, and no figures."""
    (found,) = judge(check, case(tenures, vacancies=vacancies))
    assert (found.outcome, found.cause, EN.text(found.message), found.evidence) == (outcome, None, said, ())


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("check", [check for check in catalogue() if check.policy_key], ids=lambda check: check.name)
def test_a_finding_rests_on_what_its_threshold_rests_on(check: Check, basis: Basis) -> None:
    """A norm, an analogue or a convention, as the policy says; the directive's check rests on the directive."""
    key = check.policy_key
    assert key is not None
    policy = POLICY | {key: POLICY[key].model_copy(update={"basis": basis})}
    what = replace(seen(posts=posts(1, 2, 3)), policy=policy)
    wanted = check.own_basis or basis
    assert {found.basis for found in check.judge(what)} == {wanted}


def test_a_lead_is_not_judged() -> None:
    """An unconfirmed account gives no finding about itself."""
    what = case([tenure(since="2020", accounts=[account(confirmed=False)])], snapshot(posts=posts(1, 2, 3)))
    assert [f.account for f in judge("account_exists", what)] == [None]
    assert judge_office("posts_per_week", what).outcome is Outcome.UNTESTED
