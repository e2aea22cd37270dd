"""The driver: pace, retry, joined requests, closed methods, and what becomes of looks when the time is up."""

import logging
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Deadlines, Driver, Limits, Response, Timer
from auditor.probes.event_loop import run
from auditor.probes.protocol import Call, Failure, FailureAction, Look, MinimisedResponse, Request, fetch, replay

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
WORDS = "слова жителя"
UNREACHABLE, THROTTLED = Cause.UNREACHABLE, Cause.THROTTLED


class Thing(MinimisedResponse):
    number: int


class ScriptedRoute:
    """A timer without real waiting, and a transport with scripted responses by method, and 1 after those."""

    def __init__(
        self, *, response_seconds: float = 0, skew: int = 0, failing_name: str = "", **script: list[Any]
    ) -> None:
        """`skew`: minutes by which the server's clock is off; `failing_name`: a value that fails method ``a``."""
        self.response_seconds, self.skew, self.failing_name, self.script = (
            response_seconds,
            timedelta(minutes=skew),
            failing_name,
            script,
        )
        self.seconds, self.sent = 0.0, list[tuple[float, str]]()
        self.ended, self.tapes = dict[str, Any](), dict[str, Sequence[StoredResponse]]()

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds

    async def send(self, call: Call, seconds: float) -> Response:
        self.sent.append((self.seconds, call.method))
        self.seconds += min(self.response_seconds, seconds)
        if self.response_seconds > seconds:
            return Response(self.clock(), failure=Failure(at=self.clock(), cause=UNREACHABLE, act=FailureAction.RETRY))
        return Response(self.clock(), 200, WORDS.encode(), date=self.clock() + self.skew)

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        values = self.script.get(call.method, [])
        value = values.pop(0) if values else 1
        if call.method == "a" and self.failing_name in call.values:
            value = failure(Cause.GONE)
        if isinstance(value, Failure):
            return value.model_copy(update={"at": response.at})
        return {"number": value, "words": WORDS}

    async def aclose(self) -> None: ...

    def driver(self, **fields: Any) -> Driver:
        timer = Timer(lambda: self.seconds, self.sleep)
        return Driver(self, self.clock, **{"limits": Limits(interval=0), "timer": timer, **fields})

    def sink(self, key: str, result: Any, tape: Sequence[StoredResponse]) -> None:
        self.ended[key], self.tapes[key] = result, tape

    def run(self, looks: Mapping[str, Look[Any]], **fields: Any) -> tuple[str, ...]:
        return run(self.driver(**fields).run(looks, self.sink))

    def outcomes(self, *methods: str, **fields: Any) -> Any:
        """Return what one look is sent that makes requests by these methods: a number or a cause for each."""
        self.run({"one": asking(*map(request, methods))}, **fields)
        return self.ended["one"]

    @property
    def methods(self) -> list[str]:
        return [method for _, method in self.sent]


def request(method: str = "a", name: str = "x", batch_size: int = 1) -> Request[Thing]:
    """Return a request for a thing; with a `batch_size` above 1 several can share a call."""
    return Request(
        Call(method, {"name": name}, batch_param="name" if batch_size > 1 else "", batch_size=batch_size),
        Thing,
        EvidenceKind.PROFILE,
    )


def asking(*requests: Request[Thing]) -> Look[list[Any]]:
    """Make these requests in turn and return a number or a cause for each."""
    outcomes: list[Any] = []
    for thing_request in requests:
        response = yield from fetch(thing_request)
        outcomes.append(response.cause if isinstance(response, Failure) else response.number)
    return outcomes


def looks(count: int, *methods: str) -> dict[str, Look[Any]]:
    return {str(n): asking(*map(request, methods)) for n in range(count)}


def failure(
    cause: Cause = UNREACHABLE, act: FailureAction = FailureAction.DELIVER, wait: float | None = None, **more: Any
) -> Failure:
    return Failure(at=START, cause=cause, act=act, wait=wait, **more)


def test_requests_keep_their_distance() -> None:
    """Two are at least 0.8 intervals apart, and three intervals lie between a request and the third after it."""
    route = ScriptedRoute()
    route.outcomes(*"a" * 40, limits=Limits(interval=1.0))
    times = [sent_at for sent_at, _ in route.sent]
    assert all(later - earlier >= 0.8 - 1e-9 for earlier, later in pairwise(times))
    assert all(later - earlier >= 3 - 1e-9 for earlier, later in zip(times, times[3:], strict=False))
    assert times[-1] <= 39 * 1.1


def test_what_may_pass_is_asked_again() -> None:
    """It is tried three times in all, with a longer wait each time; the look gets only the last failure."""
    for failures, outcome in [(2, 1), (3, UNREACHABLE)]:
        route = ScriptedRoute(a=[failure(act=FailureAction.RETRY)] * failures)
        assert (route.outcomes("a", limits=Limits(interval=1.0)), len(route.tapes["one"])) == ([outcome], 1)
        first_at, second_at, third_at = (sent_at for sent_at, _ in route.sent)
        assert third_at - second_at > second_at - first_at


def test_what_is_done_about_a_failure() -> None:
    """For a look that calls the method which failed, and then another."""
    for first_failure, outcomes, seconds in [
        # A retry waits as long as the network says, if patience lasts.
        (failure(THROTTLED, FailureAction.RETRY, 120), [1, 1], 120),
        (failure(THROTTLED, FailureAction.RETRY, 301), [THROTTLED, 1], 0),
        # A closed method is waited for; a wait of 0 seconds too, else it would be called for ever.
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 100), [1, 1], 100),
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 0), [1, 1], 1),
        # If it opens too late, the look is sent the failure without another request, and ends with what it has.
        (failure(THROTTLED, FailureAction.CLOSE_METHOD, 3600), [THROTTLED, 1], 0),
        # A dead key stops every method.
        (failure(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE), [Cause.NO_CREDENTIALS] * 2, 0),
    ]:
        route = ScriptedRoute(a=[first_failure])
        assert (route.outcomes("a", "b"), route.seconds) == (outcomes, seconds)
        assert len(route.sent) == 2 + (seconds > 0) - (first_failure.act is FailureAction.CLOSE_ROUTE)


def test_patience_is_for_waiting_alone() -> None:
    """Ten minutes of responses use none of it, and waits of half a minute all; no wait goes beyond a deadline."""
    route = ScriptedRoute(
        a=[*[1] * 300, failure(THROTTLED, FailureAction.CLOSE_METHOD, 5), failure(act=FailureAction.RETRY)]
    )
    assert route.outcomes(*"a" * 302, limits=Limits(interval=2.0)) == [1] * 302
    route = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 20)] * 3)
    assert (route.outcomes("a", limits=Limits(interval=0, max_total_wait=30)), route.seconds) == ([THROTTLED], 20)
    route = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 60)])
    assert (route.outcomes("a", deadlines=Deadlines(send_before=30.0)), route.seconds) == ([THROTTLED], 0)


def test_a_network_that_is_asked_too_often_rests_for_minutes_though_it_names_no_wait() -> None:
    """So does VK's error 9; a page for which it does not pass is left out after three requests, and others go on."""
    too_often = failure(THROTTLED, FailureAction.RETRY)
    for failures, outcomes, sent in [(1, [1, 1], 3), (3, [THROTTLED, 1], 4)]:
        route = ScriptedRoute(a=[too_often] * failures)
        assert (route.outcomes("a", "a", limits=Limits(interval=1 / 3)), len(route.sent)) == (outcomes, sent)
        first_at, second_at, *_ = (sent_at for sent_at, _ in route.sent)
        assert second_at - first_at > 60


def test_a_short_wait_that_is_asked_for_without_end_doubles_after_the_third() -> None:
    """Until patience ends: a dozen requests, not one a second, and then no page of the method is asked for."""
    for wait, patience, seconds, sent in [(1, 1800, 1025, 13), (0, 300, 257, 11), (60, 300, 180, 4)]:
        route = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, wait)] * 2000)
        route.run(looks(40, "a", "b"), limits=Limits(interval=0, max_total_wait=patience))
        assert set(map(tuple, route.ended.values())) == {(THROTTLED, 1)}
        assert (route.methods.count("a"), route.seconds) == (sent, seconds)


def test_a_short_wait_that_ends_is_forgotten() -> None:
    """Once the method has answered, the next three waits are again as long as the network says."""
    waits = [failure(THROTTLED, FailureAction.CLOSE_METHOD, 1)] * 4
    route = ScriptedRoute(a=[*waits, 1, *waits])
    assert (route.outcomes("a", "a"), route.seconds) == ([1, 1], 10)


def test_a_response_of_another_clock_is_a_cause_before_a_model_validates_it() -> None:
    """It is retried, and stored as a failure; if the clock is not the machine's, dates are not compared."""
    for skew, live, outcome in [
        (11, True, Cause.CONTROL_FAILED),
        (60, False, 1),
        (9, True, 1),
        (-60, True, Cause.CONTROL_FAILED),
    ]:
        route = ScriptedRoute(skew=skew)
        assert (route.outcomes("a", live=live), len(route.sent)) == ([outcome], 1 if outcome == 1 else 3)
        assert (b"control_failed" in route.tapes["one"][0].body) is (outcome != 1)


def test_a_whole_route_is_closed() -> None:
    """However many pages it has: every look is sent the failure at once, and the operator sees it."""
    for route, cause, sent in [
        # After three failures in a row, by any method: else each page would be requested three times.
        (ScriptedRoute(skew=60), Cause.CONTROL_FAILED, 9),
        (ScriptedRoute(a=[failure(absent="refused", sent=False)]), UNREACHABLE, 1),
        (ScriptedRoute(a=[failure(act=FailureAction.RETRY, absent="refused")]), UNREACHABLE, 1),
    ]:
        driver = route.driver(live=True, limits=Limits(interval=0 if sent > 1 else 2))
        run(driver.run(looks(20, "a", "b"), route.sink))
        assert set(map(tuple, route.ended.values())) == {(cause, cause)}
        assert (len(route.sent), route.seconds, list(driver.closed)) == (sent, 0, ["*"])
        assert driver.route_failure.cause is cause


def test_a_route_that_has_answered_may_come_back() -> None:
    """Later, its absence is an ordinary failure, which is retried."""
    route = ScriptedRoute(a=[1, failure(act=FailureAction.RETRY, absent="refused")])
    driver = route.driver()
    run(driver.run(looks(1, "a", "a"), route.sink))
    assert (route.ended["0"], driver.route_failure) == ([1, 1], None)


def test_a_thing_is_asked_outside_a_look_by_the_same_rules() -> None:
    """A response, or why there is none; over a closed route no request is sent."""
    driver = ScriptedRoute(a=[failure(Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)]).driver()
    assert run(driver.fetch(request("b"))) == Thing(at=START, number=1)
    assert [getattr(run(driver.fetch(request())), "cause", None) for _ in range(2)] == [Cause.NO_CREDENTIALS] * 2
    late_failure = run(ScriptedRoute().driver(deadlines=Deadlines(send_before=0.0)).fetch(request()))
    assert (getattr(late_failure, "cause", None), getattr(late_failure, "sent", None)) == (UNREACHABLE, False)


def test_looks_with_alike_calls_share_a_request() -> None:
    """A request takes up to `batch_size`; each look has its own record, and all have the hash of one response."""
    route = ScriptedRoute()
    route.run({name: asking(request(name=name, batch_size=2)) for name in ("x", "y", "z")})
    assert route.methods == ["a", "a"]
    evidence = [tape[0].evidence for tape in route.tapes.values()]
    assert {record.url for record in evidence} == {"a?name=x", "a?name=y", "a?name=z"}
    assert len({entry.sha256 for entry in evidence}) == 1


def calls_for(count: int, batch_size: int) -> int:
    """Return how many calls Python makes to run this many looks, each with a request to share and two of its own."""
    calls, route = 0, ScriptedRoute()

    def note(_frame: object, event: str, _of: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    alone = request("b"), request("c")
    several = {str(n): asking(request(name=str(n), batch_size=batch_size), *alone) for n in range(count)}
    driver, profiler = route.driver(), sys.getprofile()
    sys.setprofile(note)
    try:
        run(driver.run(several, route.sink))
    finally:
        sys.setprofile(profiler)
    return calls


@pytest.mark.parametrize("batch_size", [1, 25])
def test_twice_as_many_looks_are_twice_the_work(batch_size: int) -> None:
    """Whose turn it is, and who shares a request, is found without a walk over all looks."""
    assert calls_for(400, batch_size) < 2.1 * calls_for(200, batch_size)


def test_of_many_that_fail_the_one_in_trouble_is_looked_for_by_halves() -> None:
    """No other look is affected, and few requests are made; afterwards all share a request again."""
    names = [str(number) for number in range(33)]
    route = ScriptedRoute(failing_name="13")
    route.run({name: asking(request(name=name, batch_size=99), request("b", name, batch_size=99)) for name in names})
    assert {name for name in names if route.ended[name][0] != 1} == {"13"}
    assert (route.methods.count("a"), route.methods.count("b")) <= (13, 13)


def test_a_look_whose_method_is_closed_sleeps_while_others_go_on() -> None:
    """It wakes when the method opens."""
    route = ScriptedRoute(a=[failure(THROTTLED, FailureAction.CLOSE_METHOD, 100)])
    route.run({"one": asking(request("a")), "two": asking(request("b"), request("b"))})
    assert route.methods == ["a", "b", "b", "a"]
    assert (route.ended, route.seconds) == ({"two": [1, 1], "one": [1]}, 100)


def test_a_method_is_asked_no_more_after_three_failures_of_the_route_in_a_row() -> None:
    """Other methods go on; a failure that concerns only an account closes nothing."""
    for cause, request_count in ((Cause.BLOCKED, 3), (Cause.PRIVATE, 5)):
        route = ScriptedRoute(a=[failure(cause)] * 5)
        route.run(looks(5, "a", "b"))
        assert (route.methods.count("a"), route.methods.count("b")) == (request_count, 5)
        assert set(map(tuple, route.ended.values())) == {(cause, 1)}


_NOT_THIS_PAGE = failure(Cause.NO_CREDENTIALS)
"""The key may not make the call for this page, or for any: the failure does not say which."""


def test_a_page_that_was_answered_is_asked_again_before_its_method_is_closed() -> None:
    """As a rule the control: if it is answered, three neighbours in a row concern nobody else, and it is asked once.

    If it is refused too, or the method never answered, the key may not call it.
    """
    no_key, first = Cause.NO_CREDENTIALS, request("a", "control")
    for script, outcomes, sent in [
        ([1, *[_NOT_THIS_PAGE] * 3, 1, *[_NOT_THIS_PAGE] * 4], [1, *[no_key] * 7, 1], 10),
        ([1, *[_NOT_THIS_PAGE] * 9], [1, *[no_key] * 8], 5),
        ([_NOT_THIS_PAGE] * 9, [no_key] * 9, 3),
    ]:
        route = ScriptedRoute(a=script)
        pages = [asking(first), *(asking(request("a", f"page {number}")) for number in range(8))]
        route.run({str(number): look for number, look in enumerate(pages)})
        assert ([outcome for (outcome,) in route.ended.values()], len(route.sent)) == (outcomes, sent)


def test_a_control_that_is_not_reached_closes_nothing() -> None:
    """It is asked again after three more."""
    lost = failure(UNREACHABLE)
    route = ScriptedRoute(a=[1, *[_NOT_THIS_PAGE] * 3, lost, *[_NOT_THIS_PAGE] * 3, 1])
    assert route.outcomes(*"a" * 8) == [1, *[Cause.NO_CREDENTIALS] * 6, 1]


def test_a_route_that_never_answers_is_given_up_within_30_seconds() -> None:
    """After two requests, whatever pages it has; every look is sent the failure, and the operator sees it."""
    for interval in (0.34, 2.0):
        route = ScriptedRoute(response_seconds=1000.0)
        driver = route.driver(limits=Limits(interval=interval, max_silence=18.0))
        run(driver.run(looks(40, "a", "b"), route.sink))
        assert set(map(tuple, route.ended.values())) == {(UNREACHABLE, UNREACHABLE)}
        assert (len(route.sent), list(driver.closed), driver.route_failure.cause) == (2, ["*"], UNREACHABLE)
        assert 24 <= route.seconds <= 30


def test_a_route_that_has_answered_is_not_given_up_for_one_silent_page() -> None:
    """A response may then take as long as ever, and so may one after an answer that was a failure."""
    for first in (1, failure(Cause.REFUSED)):
        route = ScriptedRoute(a=[first])
        driver = route.driver(limits=Limits(interval=0, max_silence=18.0))
        run(driver.run(looks(1, "a"), route.sink))
        route.response_seconds = 50.0
        run(driver.run(looks(3, "a"), route.sink))
        assert (set(map(tuple, route.ended.values())), route.seconds) == ({(1,)}, 150)


def test_a_route_that_falls_silent_is_given_up_too() -> None:
    """Within 30 seconds of its first silence, whose request ends after 15; the operator sees which and why."""
    route = ScriptedRoute()
    driver = route.driver(limits=Limits(interval=0.34, max_silence=18.0, response_timeout=15.0))
    run(driver.run(looks(5, "a"), route.sink))
    fell_silent_at, route.response_seconds = route.seconds, 1000.0
    run(driver.run(looks(40, "a", "b"), route.sink))
    assert set(map(tuple, route.ended.values())) == {(UNREACHABLE, UNREACHABLE)}
    assert (list(driver.closed), driver.route_failure.cause) == (["*"], UNREACHABLE)
    assert 27 <= route.seconds - fell_silent_at <= 30


@pytest.mark.parametrize("wait", [0.0, 1.0])
def test_a_short_wait_that_never_helps_is_not_obeyed_for_ever(wait: float) -> None:
    """As a server's Retry-After of 0 seconds: the fourth time in a row the method rests twice as long, and so on."""
    route = ScriptedRoute(a=[failure(THROTTLED, FailureAction.RETRY, wait)] * 900)
    route.run(looks(300, "a"))
    assert {tuple(outcome) for outcome in route.ended.values()} == {(THROTTLED,)}
    assert len(route.sent) < 50


def test_a_method_may_be_slow_spent_or_known_to_be_closed() -> None:
    """Its `method_intervals` are kept, and so are the day's remaining calls and a flood wait of an earlier run.

    A route whose closure has ended does not hide a method that is still closed.
    """
    route = ScriptedRoute()
    route.outcomes("a", "a", limits=Limits(interval=0, method_intervals={"a": 40}))
    assert [sent_at for sent_at, _ in route.sent] == [0, 40]
    assert ScriptedRoute().outcomes("a", "a", "a", limits=Limits(interval=0, calls_left={"a": 2})) == [1, 1, THROTTLED]
    route = ScriptedRoute()
    assert route.outcomes("a", "b", limits=Limits(interval=0, closed_for={"a": 4000})) == [THROTTLED, 1]
    assert route.methods == ["b"]
    route = ScriptedRoute()
    assert route.outcomes("a", closed={"*": (0.0, failure()), "a": (math.inf, failure(Cause.BLOCKED))}) == [
        Cause.BLOCKED
    ]


def test_after_a_budget_no_look_is_begun_and_those_begun_go_on() -> None:
    """The others store nothing, and are left to the next run."""
    route = ScriptedRoute(response_seconds=1.0)
    assert route.run(looks(5, "a", "a"), deadlines=Deadlines(start_before=3.5, send_before=7.0)) == ("2", "3", "4")
    assert route.ended == {"0": [1, 1], "1": [1, 1]}


def test_what_lasts_longer_than_twice_the_budget_is_dropped() -> None:
    """A dropped look counts as begun and stores nothing; a server that hangs does not delay a run's end.

    What our deadline cuts off is not a failure of the look's; but the operator sees that nothing came.
    """
    route = ScriptedRoute(response_seconds=1.0)
    driver = route.driver(deadlines=Deadlines(start_before=2.0, send_before=4.0))
    assert run(driver.run(looks(2, *"a" * 9), route.sink)) == ("0", "1")
    assert (route.ended, driver.begun, len(route.sent)) == ({}, {"0"}, 4)
    route = ScriptedRoute(response_seconds=1000.0)
    driver = route.driver(deadlines=Deadlines(start_before=4.0, send_before=8.0))
    assert run(driver.run(looks(3, "a"), route.sink)) == ("0", "1", "2")
    assert (route.ended, route.seconds) == ({}, 8.0)
    assert driver.route_failure.cause is UNREACHABLE


def test_one_office_on_the_spot_is_told_what_there_was_no_time_for() -> None:
    """Each look gets an unsent failure per remaining request, and ends with what it has."""
    route = ScriptedRoute(response_seconds=1.0)
    assert route.run(looks(2, *"aaa"), deadlines=Deadlines(send_before=2.0, drop_unfinished=False)) == ()
    assert route.ended == {"0": [1, 1, UNREACHABLE], "1": [UNREACHABLE] * 3}
    assert len(route.tapes["1"]) == 3
    assert [record.body for record in route.tapes["1"] if b'"sent":false' not in record.body] == []


def breaking() -> Look[None]:
    yield from fetch(request())
    raise RuntimeError(WORDS)


def test_a_look_that_breaks_costs_its_account_alone(caplog: pytest.LogCaptureFixture) -> None:
    """It is handed over as broken with its stored responses, and no log message quotes a citizen."""
    route = ScriptedRoute()
    with caplog.at_level(logging.DEBUG):
        assert route.run({"one": breaking(), "two": asking(request())}) == ()
    assert route.ended == {"one": None, "two": [1]}
    assert "RuntimeError" in caplog.text
    assert WORDS not in caplog.text


def test_what_a_model_does_not_name_is_in_no_record() -> None:
    """Nor is a response that does not fit the model; the hash is of all that came."""
    route = ScriptedRoute(a=[1, WORDS])
    assert route.outcomes("a", "a") == [1, Cause.UNRECOGNISED_PAGE]
    assert WORDS not in "".join(record.body.decode() + repr(record) for record in route.tapes["one"])
    assert route.tapes["one"][0].evidence.minimised


def test_a_replay_fails_where_the_look_did() -> None:
    """The same numbers and causes come in the same order; a request without a record is unreachable."""
    route = ScriptedRoute(a=[1, failure(Cause.PRIVATE), 3])
    outcomes = route.outcomes("a", "a", "a")
    replayed = replay(asking(*[request()] * 4), route.tapes["one"], START)
    assert replayed == [*outcomes, UNREACHABLE] == [1, Cause.PRIVATE, 3, UNREACHABLE]
