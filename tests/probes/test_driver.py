"""The driver: pace, retry, joined requests, closed methods, and what becomes of looks when the time is up."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Deadlines, Driver, Limits, Response, Timer
from auditor.probes.protocol import Call, Failure, FailureAction, Look, MinimisedResponse, Request, fetch, replay

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
WORDS = "слова жителя"
UNREACHABLE, THROTTLED = Cause.UNREACHABLE, Cause.THROTTLED


class Thing(MinimisedResponse):
    number: int


class ScriptedRoute:
    """A timer that nobody waits for, and a way that answers each method from a script, and afterwards with 1."""

    def __init__(
        self, *, response_seconds: float = 0, skew: int = 0, failing_name: str = "", **script: list[Any]
    ) -> None:
        """`takes`: seconds of an answer; `skew`: minutes of the server's clock; `trouble`: a name that fails ``a``."""
        self.takes, self.skew, self.trouble, self.script = (
            response_seconds,
            timedelta(minutes=skew),
            failing_name,
            script,
        )
        self.seconds, self.sent = 0.0, list[tuple[float, str]]()
        self.ended, self.tapes = dict[str, Any](), dict[str, Sequence[StoredResponse]]()

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds

    def send(self, call: Call, seconds: float) -> Response:
        self.sent.append((self.seconds, call.method))
        self.seconds += min(self.takes, seconds)
        if self.takes > seconds:
            return Response(self.clock(), failure=Failure(at=self.clock(), cause=UNREACHABLE, act=FailureAction.RETRY))
        return Response(self.clock(), 200, WORDS.encode(), date=self.clock() + self.skew)

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        values = self.script.get(call.method, [])
        value = values.pop(0) if values else 1
        if call.method == "a" and self.trouble in call.values:
            value = failure(Cause.GONE)
        if isinstance(value, Failure):
            return value.model_copy(update={"at": response.at})
        return {"number": value, "words": WORDS}

    def close(self) -> None: ...

    def driver(self, **fields: Any) -> Driver:
        timer = Timer(lambda: self.seconds, self.sleep)
        return Driver(self, self.clock, **{"limits": Limits(interval=0), "timer": timer, **fields})

    def sink(self, key: str, result: Any, tape: Sequence[StoredResponse]) -> None:
        self.ended[key], self.tapes[key] = result, tape

    def run(self, looks: Mapping[str, Look[Any]], **fields: Any) -> tuple[str, ...]:
        return self.driver(**fields).run(looks, self.sink)

    def outcomes(self, *methods: str, **fields: Any) -> Any:
        """Return what one look hears that asks by these methods."""
        self.run({"one": asking(*map(request, methods))}, **fields)
        return self.ended["one"]

    @property
    def methods(self) -> list[str]:
        return [method for _, method in self.sent]


def request(method: str = "a", name: str = "x", batch_size: int = 1) -> Request[Thing]:
    """Ask for a thing; with `most` above 1 many can go in one request."""
    return Request(
        Call(method, {"name": name}, batch_param="name" if batch_size > 1 else "", batch_size=batch_size),
        Thing,
        EvidenceKind.PROFILE,
    )


def asking(*requests: Request[Thing]) -> Look[list[Any]]:
    """A look that asks these in turn and returns a number or a cause for each."""
    outcomes: list[Any] = []
    for asked_request in requests:
        response = yield from fetch(asked_request)
        outcomes.append(response.cause if isinstance(response, Failure) else response.number)
    return outcomes


def looks(count: int, *methods: str) -> dict[str, Look[Any]]:
    return {str(n): asking(*map(request, methods)) for n in range(count)}


def failure(
    cause: Cause = UNREACHABLE, act: FailureAction = FailureAction.DELIVER, wait: float | None = None, **more: Any
) -> Failure:
    return Failure(at=START, cause=cause, act=act, wait=wait, **more)


def test_requests_keep_their_distance() -> None:
    """No two are closer than four fifths of the interval, and any three take two whole ones at least."""
    world = ScriptedRoute()
    world.outcomes(*"a" * 40, limits=Limits(interval=1.0))
    times = [at for at, _ in world.sent]
    assert all(later - at >= 0.8 - 1e-9 for at, later in pairwise(times))
    assert all(later - at >= 3 - 1e-9 for at, later in zip(times, times[3:], strict=False))
    assert times[-1] <= 39 * 1.1


def test_what_may_pass_is_asked_again() -> None:
    """Three times in all, with a longer wait each time; the look hears of the last alone."""
    for failures, outcome in [(2, 1), (3, UNREACHABLE)]:
        world = ScriptedRoute(a=[failure(act=FailureAction.RETRY)] * failures)
        assert (world.outcomes("a", limits=Limits(interval=1.0)), len(world.tapes["one"])) == ([outcome], 1)
        first_at, second_at, third_at = (at for at, _ in world.sent)
        assert third_at - second_at > second_at - first_at


def test_what_is_done_about_a_failure() -> None:
    """To a look that asks by the method which failed, and then by another."""
    for failed, outcomes, seconds in [
        # A retry waits as long as the network says, up to a minute.
        (failure(THROTTLED, FailureAction.RETRY, 30), [1, 1], 30),
        (failure(THROTTLED, FailureAction.RETRY, 61), [THROTTLED, 1], 0),
        # A closed method is waited for; a wait of no seconds too, else it would be asked for ever.
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 100), [1, 1], 100),
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 0), [1, 1], 1),
        # One that opens too late is told without another request, and the look ends with what it has.
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 3600), [THROTTLED, 1], 0),
        # A dead key stops every method.
        (failure(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE), [Cause.NO_CREDENTIALS] * 2, 0),
    ]:
        world = ScriptedRoute(a=[failed])
        assert (world.outcomes("a", "b"), world.seconds) == (outcomes, seconds)
        assert len(world.sent) == 2 + (seconds > 0) - (failed.act is FailureAction.CLOSE_ROUTE)


def test_patience_is_for_waiting_alone() -> None:
    """Ten minutes of answers use none of it, and half a minute's waits all of one; nor is an end outwaited."""
    world = ScriptedRoute(
        a=[*[1] * 300, failure(THROTTLED, FailureAction.CLOSE_METHOD, 5), failure(act=FailureAction.RETRY)]
    )
    assert world.outcomes(*"a" * 302, limits=Limits(interval=2.0)) == [1] * 302
    world = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 20)] * 3)
    assert (world.outcomes("a", limits=Limits(interval=0, max_total_wait=30)), world.seconds) == ([THROTTLED], 20)
    world = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 60)])
    assert (world.outcomes("a", ends=Deadlines(send_before=30.0)), world.seconds) == ([THROTTLED], 0)


def test_an_answer_of_another_clock_is_a_cause_before_a_form_reads_it() -> None:
    """It is asked again, and stored as what it is; where the moment was given nobody's clock is compared."""
    for skew, live, outcome in [
        (11, True, Cause.CONTROL_FAILED),
        (60, False, 1),
        (9, True, 1),
        (-60, True, Cause.CONTROL_FAILED),
    ]:
        world = ScriptedRoute(skew=skew)
        assert (world.outcomes("a", live=live), len(world.sent)) == ([outcome], 1 if outcome == 1 else 3)
        assert (b"control_failed" in world.tapes["one"][0].body) is (outcome != 1)


def test_a_whole_route_is_closed() -> None:
    """However many pages it has: all are told at once, and whoever runs the program is."""
    for world, cause, sent in [
        # After three answers in a row, of whatever method: each page would be asked three times else.
        (ScriptedRoute(skew=60), Cause.CONTROL_FAILED, 9),
        (ScriptedRoute(a=[failure(absent="refused", sent=False)]), UNREACHABLE, 1),
        (ScriptedRoute(a=[failure(act=FailureAction.RETRY, absent="refused")]), UNREACHABLE, 1),
    ]:
        driver = world.driver(live=True, limits=Limits(interval=0 if sent > 1 else 2))
        driver.run(looks(20, "a", "b"), world.sink)
        assert set(map(tuple, world.ended.values())) == {(cause, cause)}
        assert (len(world.sent), world.seconds, list(driver.closed)) == (sent, 0, ["*"])
        assert driver.route_failure.cause is cause


def test_a_route_that_has_answered_may_come_back() -> None:
    """Then its absence is a failure like another, which is tried again."""
    world = ScriptedRoute(a=[1, failure(act=FailureAction.RETRY, absent="refused")])
    driver = world.driver()
    driver.run(looks(1, "a", "a"), world.sink)
    assert (world.ended["0"], driver.route_failure) == ([1, 1], None)


def test_a_thing_is_asked_outside_a_look_by_the_same_rules() -> None:
    """An answer, or why there is none; what a closed route was asked for was not sent."""
    driver = ScriptedRoute(a=[failure(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)]).driver()
    assert driver.fetch(request("b")) == Thing(at=START, number=1)
    assert [getattr(driver.fetch(request()), "cause", None) for _ in range(2)] == [Cause.NO_CREDENTIALS] * 2
    ended = ScriptedRoute().driver(ends=Deadlines(send_before=0.0)).fetch(request())
    assert (getattr(ended, "cause", None), getattr(ended, "sent", None)) == (UNREACHABLE, False)


def test_looks_that_ask_alike_share_a_request() -> None:
    """Up to as many as go in one; each has its own record, and all have the hash of what came."""
    world = ScriptedRoute()
    world.run({name: asking(request(name=name, batch_size=2)) for name in ("x", "y", "z")})
    assert world.methods == ["a", "a"]
    evidence = [tape[0].evidence for tape in world.tapes.values()]
    assert {record.url for record in evidence} == {"a?name=x", "a?name=y", "a?name=z"}
    assert len({kept.sha256 for kept in evidence}) == 1


def test_of_many_that_fail_the_one_in_trouble_is_looked_for_by_halves() -> None:
    """It costs no other, and few requests; afterwards all share a request again."""
    names = [str(number) for number in range(33)]
    world = ScriptedRoute(failing_name="13")
    world.run({name: asking(request(name=name, batch_size=99), request("b", name, batch_size=99)) for name in names})
    assert {name for name in names if world.ended[name][0] != 1} == {"13"}
    assert (world.methods.count("a"), world.methods.count("b")) <= (13, 13)


def test_a_look_whose_method_is_closed_sleeps_while_others_go_on() -> None:
    """It wakes when the method opens."""
    world = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 100)])
    world.run({"one": asking(request("a")), "two": asking(request("b"), request("b"))})
    assert world.methods == ["a", "b", "b", "a"]
    assert (world.ended, world.seconds) == ({"two": [1, 1], "one": [1]}, 100)


def test_a_method_is_asked_no_more_after_three_failures_of_the_route_in_a_row() -> None:
    """Another method goes on; what an account alone is about closes nothing."""
    for cause, request_count in ((Cause.BLOCKED, 3), (Cause.PRIVATE, 5)):
        world = ScriptedRoute(a=[failure(cause)] * 5)
        world.run(looks(5, "a", "b"))
        assert (world.methods.count("a"), world.methods.count("b")) == (request_count, 5)
        assert set(map(tuple, world.ended.values())) == {(cause, 1)}


def test_a_method_may_be_slow_spent_or_known_to_be_closed() -> None:
    """Its calls are spaced by `rests`; what is left of a day's is not exceeded; a flood wait of an earlier run holds.

    A route that was closed for a while, which is over, hides no method that still is.
    """
    world = ScriptedRoute()
    world.outcomes("a", "a", limits=Limits(interval=0, method_intervals={"a": 40}))
    assert [at for at, _ in world.sent] == [0, 40]
    assert ScriptedRoute().outcomes("a", "a", "a", limits=Limits(interval=0, calls_left={"a": 2})) == [1, 1, THROTTLED]
    world = ScriptedRoute()
    assert world.outcomes("a", "b", limits=Limits(interval=0, closed_for={"a": 4000})) == [THROTTLED, 1]
    assert world.methods == ["b"]
    world = ScriptedRoute()
    assert world.outcomes("a", closed={"*": (0.0, failure()), "a": (math.inf, failure(Cause.BLOCKED))}) == [
        Cause.BLOCKED
    ]


def test_after_a_budget_no_look_is_begun_and_those_begun_go_on() -> None:
    """Nothing of the others is stored, and they are left to the next run."""
    world = ScriptedRoute(response_seconds=1.0)
    assert world.run(looks(5, "a", "a"), ends=Deadlines(start_before=3.5, send_before=7.0)) == ("2", "3", "4")
    assert world.ended == {"0": [1, 1], "1": [1, 1]}


def test_what_lasts_longer_than_twice_the_budget_is_dropped() -> None:
    """It counts as begun, and nothing of it is stored; a server that hangs ends a run in time too.

    What we cut off ourselves is no failure of its; but whoever runs the program is told that nothing came.
    """
    world = ScriptedRoute(response_seconds=1.0)
    driver = world.driver(ends=Deadlines(start_before=2.0, send_before=4.0))
    assert driver.run(looks(2, *"a" * 9), world.sink) == ("0", "1")
    assert (world.ended, driver.begun, len(world.sent)) == ({}, {"0"}, 4)
    world = ScriptedRoute(response_seconds=1000.0)
    driver = world.driver(ends=Deadlines(start_before=4.0, send_before=8.0))
    assert driver.run(looks(3, "a"), world.sink) == ("0", "1", "2")
    assert (world.ended, world.seconds) == ({}, 8.0)
    assert driver.route_failure.cause is UNREACHABLE


def test_one_office_on_the_spot_is_told_what_there_was_no_time_for() -> None:
    """Its looks end with what they have."""
    world = ScriptedRoute(response_seconds=1.0)
    assert world.run(looks(2, *"aaa"), ends=Deadlines(send_before=2.0, drop_unfinished=False)) == ()
    assert world.ended == {"0": [1, 1, UNREACHABLE], "1": [UNREACHABLE] * 3}
    assert [b'"sent":false' in record.body for record in world.tapes["1"]] == [True] * 3


def breaking() -> Look[None]:
    yield from fetch(request())
    raise RuntimeError(WORDS)


def test_a_look_that_breaks_costs_its_account_alone(caplog: pytest.LogCaptureFixture) -> None:
    """It is handed over as broken with its answers, and no message quotes anybody."""
    world = ScriptedRoute()
    with caplog.at_level(logging.DEBUG):
        assert world.run({"one": breaking(), "two": asking(request())}) == ()
    assert world.ended == {"one": None, "two": [1]}
    assert "RuntimeError" in caplog.text
    assert WORDS not in caplog.text


def test_what_a_form_does_not_name_is_in_no_record() -> None:
    """Nor is an answer of another form, which was not understood; the hash is of all that came."""
    world = ScriptedRoute(a=[1, WORDS])
    assert world.outcomes("a", "a") == [1, Cause.UNRECOGNISED_PAGE]
    assert WORDS not in "".join(record.body.decode() + repr(record) for record in world.tapes["one"])
    assert world.tapes["one"][0].evidence.minimised


def test_a_replay_fails_where_the_look_did() -> None:
    """The same numbers, the same causes, in the same order; what has no record was not answered."""
    world = ScriptedRoute(a=[1, failure(Cause.PRIVATE), 3])
    heard = world.outcomes("a", "a", "a")
    again = replay(asking(*[request()] * 4), world.tapes["one"], START)
    assert again == [*heard, UNREACHABLE] == [1, Cause.PRIVATE, 3, UNREACHABLE]
