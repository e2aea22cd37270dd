"""Being a polite guest."""

import random
from itertools import pairwise

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.pacing import Breaker, Pace, RetryBudget


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def pace(time: Time, interval: float, jitter: float = 0.5) -> Pace:
    return Pace(interval, jitter, sleep=time.sleep, monotonic=time.monotonic, chance=random.Random(1))


def test_requests_are_spaced_by_the_interval_a_little_sooner_or_later(time: Time):
    """Some gaps are shorter and some longer, and together they take little more than their intervals."""
    guest = pace(time, 2.0, jitter=0.2)
    moments = []
    for _ in range(1000):
        guest.wait()
        moments.append(time.now)
    gaps = [b - a for a, b in pairwise(moments)]
    assert min(gaps) < 2.0 < max(gaps)
    assert all(1.6 <= gap <= 2.9 for gap in gaps)
    assert moments[-1] - moments[0] <= 1.05 * 2.0 * len(gaps)
    assert guest.sent == 1000


@pytest.mark.parametrize("many", [3, 4, 7, 30])
def test_no_row_of_requests_is_faster_than_the_limit(time: Time, many: int):
    """What a network counts over a second or a minute stays under its limit, wherever the count begins."""
    guest = pace(time, 1 / 3, jitter=0.2)
    moments = []
    for _ in range(600):
        guest.wait()
        moments.append(time.now)
    rows = zip(moments, moments[many:], strict=False)
    assert min(end - start for start, end in rows) >= many / 3 - 1e-6


def test_the_first_request_does_not_wait(time: Time):
    """There is nobody to be polite to yet."""
    pace(time, 5.0).wait()
    assert time.slept == []


def test_time_that_has_passed_is_not_waited_for_again(time: Time):
    """Work done between two requests counts as waiting."""
    guest = pace(time, 2.0, jitter=0)
    guest.wait()
    time.now += 10
    guest.wait()
    assert time.slept == []


def test_waits_before_tries_double_and_end(time: Time):
    """Three tries in all."""
    budget = RetryBudget(pace(time, 1.0, jitter=0))
    assert [budget.again(1), budget.again(2), budget.again(3)] == [True, True, False]
    assert time.slept == [2.0, 4.0]


def test_the_networks_own_wait_is_kept(time: Time):
    """Retry-After comes before our own guess."""
    budget = RetryBudget(pace(time, 1.0, jitter=0))
    assert budget.again(1, asked=30)
    assert time.slept == [30]


def test_a_wait_too_long_is_given_up_without_sleeping(time: Time):
    """The account becomes throttled and the run goes on."""
    budget = RetryBudget(pace(time, 1.0, jitter=0))
    assert not budget.again(1, asked=36468)
    assert time.slept == []


def test_a_run_does_not_wait_for_ever(time: Time):
    """The seconds of all waits together are limited."""
    budget = RetryBudget(pace(time, 1.0, jitter=0), seconds=100)
    assert [budget.again(1, asked=50), budget.again(1, asked=50), budget.again(1, asked=50)] == [True, True, False]


def test_without_an_interval_nothing_waits(time: Time):
    """Tests and the demo run at full speed."""
    guest = pace(time, 0)
    budget = RetryBudget(guest)
    guest.wait()
    guest.wait()
    assert budget.again(1)
    assert time.slept == []


def test_three_accounts_in_a_row_open_the_breaker():
    """The rest of the run does not hammer a route that refuses."""
    breaker = Breaker()
    for _ in range(2):
        breaker.note(Cause.THROTTLED)
    assert breaker.cause is None
    breaker.note(Cause.THROTTLED)
    assert breaker.cause is Cause.THROTTLED


@pytest.mark.parametrize("between", [None, Cause.PRIVATE, Cause.WRONG_KIND])
def test_one_account_that_was_answered_resets_the_row(between: Cause | None):
    """A private page was seen: the route works."""
    breaker = Breaker()
    for cause in (Cause.UNREACHABLE, Cause.UNREACHABLE, between, Cause.UNREACHABLE, Cause.UNREACHABLE):
        breaker.note(cause)
    assert breaker.cause is None


def test_a_route_can_be_stopped_at_once():
    """A dead key needs no second try."""
    breaker = Breaker()
    breaker.stop(Cause.REFUSED)
    assert breaker.cause is Cause.REFUSED
