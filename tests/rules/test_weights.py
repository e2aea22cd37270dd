"""What a look counts for: in full, for him alone, or for nothing."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from auditor.base.snapshot import (
    ControlResult,
    Network,
    Outcome,
    Route,
    Snapshot,
    StoredSnapshot,
    Weight,
    routes_seen_by,
    with_run,
)
from tests.cases import NOW, WEEK, day, posts
from tests.rules.helpers import (
    PRACTICE,
    asked,
    channel,
    comment,
    failing,
    in_office,
    later,
    of_office,
    post,
    replies,
    weighed,
)

FULL, FOR_HIM, NONE = Weight.FULL, Weight.FOR_HIM, Weight.NONE
SECOND = timedelta(seconds=1)
LATE = later(days=14, seconds=1)
OLD = posts(-24 * 20, first_id=90)
ANSWERED = (*asked(5), *replies("owner", 1, 2, 3, 4, 5))


def passing(check: str) -> tuple:
    """The posts by which a check of the practice passes."""
    line = ANSWERED if check == "comments_answered" else ()
    return (*OLD, post(1, *line), *(post(number, hours=number) for number in (2, 3, 4)))


# One look alone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(
    ("weight", "at", "cause"),
    [
        (FULL, WEEK.ends, None),
        (FULL, later(days=14), None),
        (FULL, WEEK.ends - SECOND, "too_little_data"),
        (FULL, LATE, "seen_late"),
        (FOR_HIM, NOW, "control_failed"),
        (NONE, NOW, "control_failed"),
    ],
    ids=["at the week's end", "14 days after", "a second too early", "a second too late", "for him", "nothing"],
)
def test_only_what_was_seen_in_full_counts_against_him(check: str, weight: Weight, at, cause: str | None) -> None:
    """Whole, in time, by a route whose controls came out right; else it cannot be told, and why is said."""
    found = of_office(check, [weighed(channel(*failing(check), at=at), weight)], as_of=later(days=30))
    assert found.verdict == ("cantTell" if cause else "failed", cause)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(
    ("weight", "at", "outcome"),
    [(FULL, NOW, "passed"), (FOR_HIM, NOW, "passed"), (FULL, LATE, "passed"), (NONE, NOW, "cantTell")],
    ids=["in full", "for him", "late", "nothing"],
)
def test_whatever_was_seen_counts_for_him(check: str, weight: Weight, at, outcome: str) -> None:
    """A look of a doubted route or a late one too; none of a run that saw a page known not to exist."""
    found = of_office(check, [weighed(channel(*passing(check), at=at), weight)], as_of=later(days=30))
    if check == "comments_answered" and weight is FOR_HIM:
        assert found.verdict == ("cantTell", "control_failed"), "every thread has to be read whole for green too"
    else:
        assert found.outcome == outcome


@pytest.mark.parametrize("check", PRACTICE)
def test_a_look_of_before_the_week_is_none_at_it(check: str) -> None:
    """Without a look since the week's start the practice is untested."""
    before = weighed(channel(*failing(check)[:1], at=WEEK.starts - SECOND))
    assert of_office(check, [before]).verdict == ("untested", None)
    assert of_office(check, []).verdict == ("untested", None)


@pytest.mark.parametrize(("days", "outcome"), [(1, "cantTell"), (2, "failed")])
def test_how_late_is_late_is_the_policys(days: int, outcome: str) -> None:
    """`late_look_days` is computed with."""
    look = channel(*OLD, at=later(hours=36))
    assert of_office("posts_per_week", [look], policy={"late_look_days": days}).outcome == outcome


# Two looks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(("weight", "at"), [(FOR_HIM, NOW + timedelta(hours=1)), (FULL, LATE)], ids=["doubted", "late"])
def test_a_look_that_weighs_less_adds_to_his_good_and_takes_nothing(check: str, weight: Weight, at) -> None:
    """What it shows was there; what it does not show takes neither red nor green back."""
    bad, good = weighed(channel(*failing(check))), weighed(channel(*passing(check)))
    shown = weighed(channel(*passing(check), at=at), weight)
    empty = weighed(channel(*OLD, at=at), weight)
    assert of_office(check, [bad, shown], as_of=later(days=30)).outcome == "passed"
    assert of_office(check, [bad, empty], as_of=later(days=30)).verdict == ("failed", None)
    assert of_office(check, [good, empty], as_of=later(days=30)).verdict == ("passed", None)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("weight", [FULL, FOR_HIM])
@pytest.mark.parametrize("cause", ["unreachable", "throttled", "blocked", "refused", "no_credentials"])
def test_a_failed_look_beside_a_good_one_changes_nothing(check: str, weight: Weight, cause: str) -> None:
    """Neither before it nor after it: an error is not absence, and no news either."""
    for hours in (-1, 1):
        blind = channel(at=NOW + timedelta(hours=hours), exists=None, cause=cause, id=None, opened_at=None, traces=())
        for line, outcome in ((failing(check), "failed"), (passing(check), "passed")):
            looks = [weighed(channel(*line)), weighed(blind, weight)]
            assert of_office(check, looks, as_of=later(days=3)).verdict == (outcome, None)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(
    "fields",
    [
        {"exists": None, "cause": "blocked"},
        {"exists": None, "cause": "wrong_kind"},
        {"exists": None, "cause": "banned"},
        {"cause": "private"},
        {"posts_cause": "preview_off"},
        {"posts_cause": "wall_off"},
        {"posts_cause": "throttled"},
    ],
    ids=lambda fields: fields.get("cause") or fields["posts_cause"],
)
def test_what_was_not_seen_is_not_judged_and_the_cause_is_said(check: str, fields: dict[str, str]) -> None:
    """By the newest look that counts."""
    cause = fields.get("cause") or fields["posts_cause"]
    assert of_office(check, [channel(**fields)]).verdict == ("cantTell", cause)


def test_questions_that_only_a_doubted_look_saw_are_held_against_nobody() -> None:
    """Whether they were answered is not known: they are not due, and not certain."""
    few, all_ = channel(*OLD, post(1, *asked(4))), channel(*OLD, post(1, *asked(5)), at=NOW + timedelta(hours=1))
    found = of_office("comments_answered", [weighed(few), weighed(all_, FOR_HIM)], as_of=later(days=3))
    assert found.verdict == ("cantTell", "too_little_data")
    assert (found.value("questions"), found.value("due"), found.value("uncertain")) == (5, 4, 1)


def test_a_doubted_look_makes_no_question_overdue() -> None:
    """The full look saw them three hours old; that they were unanswered later, only a doubted one says."""
    line = tuple(comment(n, "citizen", 166) for n in range(1, 6))
    soon, after = channel(*OLD, post(1, *line), at=day(169)), channel(*OLD, post(1, *line), at=NOW)
    found = of_office("comments_answered", [weighed(soon), weighed(after, FOR_HIM)], as_of=later(days=3))
    assert (found.outcome, found.value("due"), found.value("pending")) == ("cantTell", 0, 5)


# A route's controls -------------------------------------------------------------------------------------------------


def control(*, exists: bool = True, outcome: str = "passed", **shown: bool) -> ControlResult:
    """What a run saw of an account known to exist, or known not to."""
    return ControlResult(
        network=Network.TELEGRAM,
        route=Route.TELEGRAM_PREVIEW,
        url="https://t.me/izvestniy",
        expected=exists,
        outcome=Outcome(outcome),
        **shown,
    )


def rows(controls: Sequence[ControlResult], look: Snapshot, *, of_run: int = 7) -> list[StoredSnapshot]:
    """The look as the archive gives it, joined to what its run saw of the controls."""
    looks = [(7, str(WEEK), look)]
    return with_run(looks, routes_seen_by(looks, [(of_run, one) for one in controls]))


@pytest.mark.parametrize(
    ("controls", "weight"),
    [
        ([control()], FULL),
        ([control(wall=True), control(exists=False)], FULL),
        ([], FOR_HIM),
        ([control(outcome="failed")], FOR_HIM),
        ([control(), control(outcome="cantTell")], FOR_HIM),
        ([control(wall=False)], FOR_HIM),
        ([control(), control(exists=False, outcome="failed")], NONE),
    ],
    ids=["right", "both right", "no control", "one wrong", "one unseen", "its wall is not shown", "a phantom"],
)
def test_a_look_weighs_what_the_controls_of_its_route_say(controls: Sequence[ControlResult], weight: Weight) -> None:
    """Unless its route has one and all of its came out right, it weighs for him alone; beside a phantom nothing."""
    (row,) = rows(controls, channel())
    assert row.weight is weight


def test_a_control_of_another_run_or_route_lends_no_weight() -> None:
    """Each run and each route is asked by itself."""
    assert rows([control()], channel(), of_run=8)[0].weight is FOR_HIM
    assert rows([control()], channel(route=Route.TELEGRAM_CLIENT))[0].weight is FOR_HIM


def test_on_a_route_without_a_control_nobody_fails_and_whoever_shows_enough_passes() -> None:
    """The route is as good as one whose control failed."""
    for line, verdict in ((OLD, ("cantTell", "control_failed")), ((*OLD, *posts(1, 2, 3)), ("passed", None))):
        assert of_office("posts_per_week", rows([], channel(*line)), person=in_office()).verdict == verdict
