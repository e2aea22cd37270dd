"""Controls, and what a look counts for (section 5): in full, for him alone, or for nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

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
    CLIENT,
    OLD,
    PRACTICE,
    Row,
    asked,
    channel,
    comment,
    failing,
    later,
    of_office,
    passing,
    post,
    profile,
    row,
    vk_page,
    weighed,
)

FULL, FOR_HIM, NONE = Weight.FULL, Weight.FOR_HIM, Weight.NONE
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
TOO_LATE = later(days=14, seconds=1)
BLIND = {"exists": None, "id": None, "opened_at": None, "traces": ()}
GONE = {"pages": [vk_page()], "as_of": NOW + timedelta(days=4)}

# Of each check of the practice: a verdict, and a look or two made of what fails and what passes by it ----------------


def bad(check: str, weight: Weight = FULL, **fields: Any) -> StoredSnapshot:
    """A look that shows what fails."""
    return weighed(channel(*failing(check), **fields), weight)


def good(check: str, weight: Weight = FULL, **fields: Any) -> StoredSnapshot:
    """A look that shows what passes."""
    return weighed(channel(*passing(check), **fields), weight)


def bare(weight: Weight = FULL, **fields: Any) -> StoredSnapshot:
    """A look that shows an old post alone."""
    return weighed(channel(*OLD, **fields), weight)


AGAINST = {
    "at the week's end": ("failed", lambda check: [bad(check, at=WEEK.ends)]),
    "14 days after": ("failed", lambda check: [bad(check, at=later(days=14))]),
    "a second too early": ("too_little_data", lambda check: [bad(check, at=WEEK.ends - SECOND)]),
    "a second too late": ("seen_late", lambda check: [bad(check, at=TOO_LATE)]),
    "doubted": ("control_failed", lambda check: [bad(check, FOR_HIM)]),
    "beside a phantom": ("control_failed", lambda check: [bad(check, NONE)]),
    "of before the week": ("untested", lambda check: [weighed(channel(*failing(check)[:1], at=WEEK.starts - SECOND))]),
    "none": ("untested", lambda check: []),
    "green by a late one": ("passed", lambda check: [good(check, at=TOO_LATE)]),
    "green beside a phantom": ("control_failed", lambda check: [good(check, NONE)]),
    "red, then green by a doubted one": ("passed", lambda check: [bad(check), good(check, FOR_HIM, at=NOW + HOUR)]),
    "red, then green by a late one": ("passed", lambda check: [bad(check), good(check, at=TOO_LATE)]),
    "red, then nothing by a doubted one": ("failed", lambda check: [bad(check), bare(FOR_HIM, at=NOW + HOUR)]),
    "red, then nothing by a late one": ("failed", lambda check: [bad(check), bare(at=TOO_LATE)]),
    "green, then nothing by a doubted one": ("passed", lambda check: [good(check), bare(FOR_HIM, at=NOW + HOUR)]),
    "green, then nothing by a late one": ("passed", lambda check: [good(check), bare(at=TOO_LATE)]),
    "an older look by the other route": ("failed", lambda check: [bad(check, at=day(108), route=CLIENT), bad(check)]),
    **{
        f"{color}, {when} a failed look": (
            verdict,
            lambda check, look=look, hours=hours: [
                look(check), weighed(channel(at=NOW + hours * HOUR, cause="throttled", **BLIND))
            ],
        )
        for color, verdict, look in (("red", "failed", bad), ("green", "passed", good))
        for when, hours in (("after", -1), ("before", 1))
    },
}  # fmt: skip


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(("verdict", "looks"), AGAINST.values(), ids=AGAINST.keys())
def test_for_him_counts_whatever_was_seen_and_against_him_what_a_full_look_saw_in_time(
    check: str, verdict: tuple, looks: Any
) -> None:
    """Whole, and by a route whose controls came out right; an error is not absence, and no news either."""
    row(verdict, *looks(check), as_of=later(days=30)).holds(check)


@pytest.mark.parametrize("check", PRACTICE)
def test_a_doubted_look_is_enough_for_green_but_of_answers(check: str) -> None:
    """There every thread has to be read whole by a full one."""
    row("control_failed" if check == "comments_answered" else "passed", good(check, FOR_HIM)).holds(check)


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
    ],
    ids=lambda fields: fields.get("cause") or fields["posts_cause"],
)
def test_what_was_not_seen_is_not_judged_and_the_cause_is_said(check: str, fields: dict[str, str]) -> None:
    """By the newest look that counts."""
    row((fields.get("cause") or fields["posts_cause"]), channel(**fields)).holds(check)


@pytest.mark.parametrize("check", PRACTICE)
def test_a_week_read_whole_is_judged_by_what_was_read_though_the_page_is_deleted_later(check: str) -> None:
    """Red on Tuesday; on Friday the network says that the page is gone."""
    row("failed", profile(*failing(check)), profile(exists=False, at=NOW + timedelta(days=3)), **GONE).holds(check)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("hours", [1 / 60, 24 - 1 / 60, 24])
def test_nothing_of_the_practice_fails_before_the_week_is_closed(check: str, hours: float) -> None:
    """A day after its end, to the minute."""
    look = channel(*failing(check), at=later(minutes=1))
    row("failed" if hours == 24 else "too_little_data", look, as_of=later(hours=hours)).holds(check)


LAST = tuple(comment(n, "citizen", 166) for n in range(1, 6))
ROWS = {
    "late_look_days of 1": ("posts_per_week", row("cantTell", bare(at=later(hours=36)), policy={"late_look_days": 1})),
    "late_look_days of 2": ("posts_per_week", row("failed", bare(at=later(hours=36)), policy={"late_look_days": 2})),
    "a question that only a doubted look saw is not certain": (
        "comments_answered",
        row(
            "too_little_data",
            weighed(channel(*OLD, post(1, *asked(4)))),
            weighed(channel(*OLD, post(1, *asked(5)), at=NOW + HOUR), FOR_HIM),
            as_of=later(days=3),
            questions=5,
            due=4,
            uncertain=1,
        ),
    ),
    "a doubted look makes no question overdue": (
        "comments_answered",
        row(
            "cantTell",
            weighed(channel(*OLD, post(1, *LAST), at=day(169))),
            weighed(channel(*OLD, post(1, *LAST), at=NOW), FOR_HIM),
            as_of=later(days=3),
            due=0,
            pending=5,
        ),
    ),
}


@pytest.mark.parametrize(("check", "row"), ROWS.values(), ids=ROWS.keys())
def test_how_late_is_late_and_what_a_doubted_look_says_of_questions(check: str, row: Row) -> None:
    """The policy says the one; of the other nothing is held against anybody."""
    row.holds(check)


# A route's controls -------------------------------------------------------------------------------------------------


def control(*, exists: bool = True, outcome: str = "passed", **shown: bool) -> ControlResult:
    """What a run saw of an account known to exist, or known not to."""
    where = {"network": Network.TELEGRAM, "route": Route.TELEGRAM_PREVIEW, "url": "https://t.me/izvestniy"}
    return ControlResult(**where, expected=exists, outcome=Outcome(outcome), **shown)


def rows(controls: Sequence[ControlResult], look: Snapshot, *, of_run: int = 7) -> list[StoredSnapshot]:
    """The look as the archive gives it, joined to what its run saw of the controls."""
    looks = [(7, str(WEEK), look)]
    return with_run(looks, routes_seen_by(looks, [(of_run, one) for one in controls]))


CONTROLS = {
    "right": (rows([control()], channel()), FULL),
    "both right": (rows([control(wall=True), control(exists=False)], channel()), FULL),
    "no control": (rows([], channel()), FOR_HIM),
    "one wrong": (rows([control(outcome="failed")], channel()), FOR_HIM),
    "one unseen": (rows([control(), control(outcome="cantTell")], channel()), FOR_HIM),
    "its wall is not shown": (rows([control(wall=False)], channel()), FOR_HIM),
    "a phantom": (rows([control(), control(exists=False, outcome="failed")], channel()), NONE),
    "another run's": (rows([control()], channel(), of_run=8), FOR_HIM),
    "another route's": (rows([control()], channel(route=CLIENT)), FOR_HIM),
}


@pytest.mark.parametrize(("looks", "weight"), CONTROLS.values(), ids=CONTROLS.keys())
def test_a_look_weighs_what_the_controls_of_its_route_say(looks: list[StoredSnapshot], weight: Weight) -> None:
    """Unless its route has one and all of its came out right, it weighs for him alone; beside a phantom nothing."""
    assert [look.weight for look in looks] == [weight]


def test_on_a_route_without_a_control_nobody_fails_and_whoever_shows_enough_passes() -> None:
    """The route is as good as one whose control failed."""
    for line, verdict in ((OLD, "control_failed"), ((*OLD, *posts(1, 2, 3)), "passed")):
        assert of_office("posts_per_week", rows([], channel(*line))).verdict == verdict
