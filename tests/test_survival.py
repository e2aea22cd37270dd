"""How long it takes, where part of it has not happened yet: Kaplan and Meier with Greenwood's band."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks.survival import Wait, estimate


def over(*hours: float) -> list[Wait]:
    return [Wait(h, over=True) for h in hours]


def open_(*hours: float) -> list[Wait]:
    return [Wait(h, over=False) for h in hours]


HOURS = st.floats(0, 90)


def test_the_estimate_equals_one_made_by_hand() -> None:
    """Five waits: over at 2 and 4, seen open until 3, over at 6, open until 8. At risk are 5, then 3, then 2."""
    curve = estimate([*over(2, 4, 6), *open_(3, 8)])
    left = [4 / 5, 4 / 5 * 2 / 3, 4 / 5 * 2 / 3 / 2]
    assert [(step.hours, step.share) for step in curve.steps] == [
        (hours, pytest.approx(1 - share)) for hours, share in zip((2, 4, 6), left, strict=True)
    ]
    variance = 1 / (5 * 4) + 1 / (3 * 2) + 1 / (2 * 1)
    reach = 1.959964 * sqrt(variance) / -log(left[2])
    assert curve.steps[2].low == pytest.approx(1 - left[2] ** exp(-reach))
    assert curve.steps[2].high == pytest.approx(1 - left[2] ** exp(reach))
    assert curve.median == 6


def test_the_estimate_equals_a_published_one() -> None:
    """Remission under 6-MP (Freireich and others 1963), the textbooks' example, with its log-log band and median."""
    ended = (6, 6, 6, 7, 10, 13, 16, 22, 23)
    went_on = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    curve = estimate([*over(*ended), *open_(*went_on)])
    published = [
        (6, 0.857, 0.620, 0.952),
        (7, 0.807, 0.563, 0.923),
        (10, 0.753, 0.503, 0.889),
        (13, 0.690, 0.432, 0.849),
        (16, 0.627, 0.368, 0.805),
        (22, 0.538, 0.268, 0.747),
        (23, 0.448, 0.188, 0.680),
    ]
    said = [(s.hours, round(1 - s.share, 3), round(1 - s.high, 3), round(1 - s.low, 3)) for s in curve.steps]
    assert said == published
    assert (curve.median, curve.median_low, curve.median_high) == (23, 13, None)


@given(st.lists(HOURS, min_size=1, max_size=40))
def test_without_anything_open_it_is_the_plain_share(hours: list[float]) -> None:
    """The empirical distribution, to its last step, and its lower middle value."""
    curve = estimate(over(*hours))
    for step in curve.steps:
        assert step.share == pytest.approx(sum(h <= step.hours for h in hours) / len(hours))
    assert curve.steps[-1].share == pytest.approx(1)
    assert curve.median == sorted(hours)[(len(hours) - 1) // 2]


@given(st.lists(st.tuples(HOURS, st.booleans()), max_size=40))
def test_shares_rise_between_0_and_1_inside_their_band(rows: list[tuple[float, bool]]) -> None:
    """And the median lies inside its own."""
    curve = estimate(Wait(hours, over) for hours, over in rows)
    assert [s.hours for s in curve.steps] == sorted({hours for hours, ended in rows if ended})
    shares = [0.0, *(s.share for s in curve.steps)]
    assert shares == sorted(shares)
    for step in curve.steps:
        assert 0 <= step.low <= step.share + 1e-9 <= step.high + 2e-9 <= 1 + 3e-9
    if curve.median is not None:
        assert curve.median_low is not None
        assert curve.median_low <= curve.median <= (curve.median_high or curve.median)


@given(st.lists(HOURS, min_size=1, max_size=20), st.integers(1, 20))
def test_unanswered_questions_never_make_the_median_smaller(hours: list[float], silent: int) -> None:
    """Whoever leaves questions unanswered does not look faster for it."""
    fast = estimate(over(*hours)).median
    slow = estimate([*over(*hours), *open_(*[100] * silent)]).median
    assert fast is not None
    assert slow is None or slow >= fast


def test_what_was_last_seen_as_another_ended_was_still_going_on_there() -> None:
    """A tie: it is at risk at that moment, and gone after it."""
    assert estimate([*over(2, 4), *open_(2)]).steps[0].share == pytest.approx(1 / 3)


def test_of_nothing_and_of_nothing_ended_nothing_is_said() -> None:
    """No steps, no median, no bounds: never a share of 0 with a band around it."""
    for waits in ([], open_(30, 50)):
        curve = estimate(waits)
        assert (curve.steps, curve.median, curve.median_low, curve.median_high) == ((), None, None, None)


def test_where_all_end_at_once_the_upper_edge_is_one_and_the_lower_edge_stays() -> None:
    """There is no formula for the band at a share of one; a narrow one would be invented."""
    first, last = estimate(over(1, 2)).steps
    assert (last.share, last.high, last.low) == (1, 1, first.low)
    (only,) = estimate(over(3)).steps
    assert (only.share, only.low, only.high) == (1, 0, 1)
