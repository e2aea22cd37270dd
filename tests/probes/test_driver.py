"""The driver: pace, retry, joined requests, closed methods, and what becomes of looks when the time is up."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.driver import Driver, Ends, Limits, Reply, Timer
from auditor.probes.looks import Act, Ask, Call, Failure, Look, Stored, ask, replay

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
WORDS = "слова жителя"


class Thing(Stored):
    """A form that keeps one number."""

    number: int


@dataclass
class World:
    """A timer that nobody waits for, and a way that answers from a script."""

    script: dict[str, list[Failure | int | str]] = field(default_factory=dict)
    """By method what comes, in turn; afterwards 1."""
    seconds: float = 0.0
    skew: timedelta = timedelta()
    takes: float = 0.0
    """Seconds that an answer takes."""
    sent: list[tuple[float, Call]] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)
    tapes: dict[str, Sequence[Answer]] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)
    trouble: str = ""
    """A name that fails method ``a`` for all who are asked for with it."""

    def clock(self) -> datetime:
        """Return the moment."""
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.slept.append(seconds)
        self.seconds += seconds

    def send(self, call: Call, seconds: float) -> Reply:
        """Answer after `takes` seconds, or nothing within `seconds`."""
        self.sent.append((self.seconds, call))
        self.seconds += min(self.takes, seconds)
        if self.takes > seconds:
            return Reply(self.clock(), failure=Failure(at=self.clock(), cause=Cause.UNREACHABLE, act=Act.RETRY))
        return Reply(self.clock(), 200, WORDS.encode(), date=self.clock() + self.skew)

    def read(self, call: Call, reply: Reply) -> Mapping[str, Any] | Failure:
        """Return what the script says."""
        if call.method == "a" and self.trouble in call.values:
            return failure(Cause.GONE).model_copy(update={"at": reply.at})
        turns = self.script.get(call.method, [])
        value = turns.pop(0) if turns else 1
        if isinstance(value, Failure):
            return value.model_copy(update={"at": reply.at})
        return {"number": value, "words": WORDS}

    def close(self) -> None:
        """Do nothing."""

    def driver(self, **fields: Any) -> Driver:
        """Return a driver over it."""
        timer = Timer(lambda: self.seconds, self.sleep)
        return Driver(self, self.clock, **{"limits": Limits(interval=0), "timer": timer, **fields})

    def sink(self, key: str, seen: Any, tape: Sequence[Answer]) -> None:
        """Note how a look ended."""
        self.ended[key] = seen
        self.tapes[key] = tape

    def run(self, looks: Mapping[str, Look[Any]], **fields: Any) -> tuple[str, ...]:
        """Run looks."""
        return self.driver(**fields).run(looks, self.sink)

    @property
    def methods(self) -> list[str]:
        """What was sent, in order."""
        return [call.method for _, call in self.sent]


def question(method: str = "a", name: str = "x", most: int = 1) -> Ask[Thing]:
    """Ask for a thing; with `most` above 1 many can go in one request."""
    return Ask(Call(method, {"name": name}, many="name" if most > 1 else "", most=most), Thing, EvidenceKind.PROFILE)


def asking(*questions: Ask[Thing]) -> Look[list[Any]]:
    """A look that asks these in turn and returns a number or a cause for each."""
    heard: list[Any] = []
    for one in questions:
        answer = yield from ask(one)
        heard.append(answer.cause if isinstance(answer, Failure) else answer.number)
    return heard


def failure(cause: Cause = Cause.UNREACHABLE, act: Act = Act.TELL, wait: float | None = None) -> Failure:
    """A failure of any moment."""
    return Failure(at=START, cause=cause, act=act, wait=wait)


# Pace and retry -------------------------------------------------------------------------------------------------------


def test_requests_keep_their_distance() -> None:
    """No two are closer than four fifths of the interval, and any three take two whole ones at least."""
    world = World()
    world.run({"one": asking(*[question()] * 40)}, limits=Limits(interval=1.0))
    times = [at for at, _ in world.sent]
    assert all(later - at >= 0.8 - 1e-9 for at, later in pairwise(times))
    assert all(later - at >= 3 - 1e-9 for at, later in zip(times, times[3:], strict=False))
    assert times[-1] <= 39 * 1.1


@pytest.mark.parametrize(("failures", "heard"), [(2, 1), (3, Cause.UNREACHABLE)])
def test_what_may_pass_is_asked_again(failures: int, heard: Any) -> None:
    """Three times in all, with a longer wait each time; the look hears of the last alone."""
    world = World({"a": [failure(act=Act.RETRY)] * failures})
    world.run({"one": asking(question())}, limits=Limits(interval=1.0))
    first, second, third = (at for at, _ in world.sent)
    assert (world.ended["one"], len(world.tapes["one"])) == ([heard], 1)
    assert third - second > second - first


@pytest.mark.parametrize(
    ("told", "heard", "seconds"),
    [
        # A retry waits as long as the network says, up to a minute.
        (failure(Cause.THROTTLED, Act.RETRY, 30), [1, 1], 30),
        (failure(Cause.THROTTLED, Act.RETRY, 61), [Cause.THROTTLED, 1], 0),
        # A closed method is waited for; a wait of no seconds too, else it would be asked for ever.
        (failure(Cause.THROTTLED, Act.CLOSE, 100), [1, 1], 100),
        (failure(Cause.THROTTLED, Act.CLOSE, 0), [1, 1], 1),
        # One that opens too late is told without another request, and the look ends with what it has.
        (failure(Cause.THROTTLED, Act.CLOSE, 3600), [Cause.THROTTLED, 1], 0),
        # A dead key stops every method.
        (failure(Cause.NO_CREDENTIALS, Act.STOP), [Cause.NO_CREDENTIALS] * 2, 0),
    ],
)
def test_what_is_done_about_a_failure(told: Failure, heard: list[Any], seconds: float) -> None:
    """To a look that asks by the method which failed, and then by another."""
    world = World({"a": [told]})
    world.run({"one": asking(question("a"), question("b"))})
    assert (world.ended["one"], world.seconds) == (heard, seconds)
    assert len(world.sent) == 2 + (seconds > 0) - (told.act is Act.STOP)


def test_patience_is_for_waiting_alone() -> None:
    """Ten minutes of answers use none of it, and half a minute's waits all of one."""
    world = World({"a": [*[1] * 300, failure(Cause.THROTTLED, Act.CLOSE, 5), failure(act=Act.RETRY)]})
    world.run({"one": asking(*[question()] * 302)}, limits=Limits(interval=2.0))
    assert world.ended["one"] == [1] * 302
    world = World({"a": [failure(Cause.THROTTLED, Act.CLOSE, 20)] * 3})
    world.run({"one": asking(question())}, limits=Limits(interval=0, patience=30))
    assert (world.ended["one"], world.seconds) == ([Cause.THROTTLED], 20)


@pytest.mark.parametrize(
    ("skew", "live", "heard"),
    [(11, True, Cause.CONTROL_FAILED), (60, False, 1), (9, True, 1), (-60, True, Cause.CONTROL_FAILED)],
)
def test_an_answer_of_another_clock_is_a_cause_before_a_form_reads_it(skew: int, live: bool, heard: Any) -> None:
    """It is asked again, and stored as what it is; where the moment was given nobody's clock is compared."""
    world = World(skew=timedelta(minutes=skew))
    world.run({"one": asking(question())}, live=live)
    assert (world.ended["one"], len(world.sent)) == ([heard], 1 if heard == 1 else 3)
    assert (b"control_failed" in world.tapes["one"][0].body) is (heard != 1)


def test_a_wrong_clock_closes_the_whole_route() -> None:
    """After three answers in a row, of whatever method: each page would be asked three times else."""
    world = World(skew=timedelta(hours=1))
    driver = world.driver(live=True)
    driver.run({str(n): asking(question("a"), question("b")) for n in range(20)}, world.sink)
    assert set(map(tuple, world.ended.values())) == {(Cause.CONTROL_FAILED,) * 2}
    assert (len(world.sent), list(driver.closed)) == (9, ["*"])
    assert driver.unanswered is not None
    assert driver.unanswered.cause is Cause.CONTROL_FAILED


# A route that is not there --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "sent"), [(Act.TELL, False), (Act.RETRY, True)])
def test_a_route_that_is_not_there_is_tried_once(act: Act, sent: bool) -> None:
    """However many pages it has: all are told, and whoever runs the program is."""
    world = World({"a": [Failure(at=START, cause=Cause.UNREACHABLE, act=act, absent="refused", sent=sent)]})
    driver = world.driver(limits=Limits(interval=2))
    driver.run({str(n): asking(question()) for n in range(20)}, world.sink)
    assert set(map(tuple, world.ended.values())) == {(Cause.UNREACHABLE,)}
    assert (len(world.sent), world.seconds) == (1, 0)
    assert driver.unanswered is not None
    assert driver.unanswered.absent == "refused"


def test_a_route_that_has_answered_may_come_back() -> None:
    """Then its absence is a failure like another, which is tried again."""
    gone = Failure(at=START, cause=Cause.UNREACHABLE, act=Act.RETRY, absent="refused")
    world = World({"a": [1, gone]})
    driver = world.driver()
    driver.run({"one": asking(question(), question())}, world.sink)
    assert (world.ended["one"], driver.unanswered) == ([1, 1], None)


def test_a_thing_is_asked_outside_a_look_by_the_same_rules() -> None:
    """An answer, or why there is none; what a closed route was asked for was not sent."""
    world = World({"a": [failure(Cause.NO_CREDENTIALS, Act.STOP)]})
    driver = world.driver()
    assert driver.ask(question("b")) == Thing(at=START, number=1)
    assert [getattr(driver.ask(question()), "cause", None) for _ in range(2)] == [Cause.NO_CREDENTIALS] * 2
    ended = World().driver(ends=Ends(ask=0.0)).ask(question())
    assert (getattr(ended, "cause", None), getattr(ended, "sent", None)) == (Cause.UNREACHABLE, False)


# Joined requests ------------------------------------------------------------------------------------------------------


def test_looks_that_ask_alike_share_a_request() -> None:
    """Up to as many as go in one; each has its own record, and all have the hash of what came."""
    world = World()
    world.run({name: asking(question(name=name, most=2)) for name in ("x", "y", "z")})
    assert [call.params["name"] for _, call in world.sent] == ["x,y", "z"]
    assert {tape[0].evidence.url for tape in world.tapes.values()} == {"a?name=x", "a?name=y", "a?name=z"}
    assert len({tape[0].evidence.sha256 for tape in world.tapes.values()}) == 1


def test_of_many_that_fail_the_one_in_trouble_is_looked_for_by_halves() -> None:
    """It costs no other, and few requests; afterwards all share a request again."""
    names = [str(number) for number in range(33)]
    world = World(trouble="13")
    world.run({name: asking(question(name=name, most=99), question("b", name, most=99)) for name in names})
    assert {name for name in names if world.ended[name][0] != 1} == {"13"}
    assert world.methods.count("a") <= 13
    assert world.methods.count("b") <= 13


# Closed methods -------------------------------------------------------------------------------------------------------


def test_a_look_whose_method_is_closed_sleeps_while_others_go_on() -> None:
    """It wakes when the method opens."""
    world = World({"a": [failure(Cause.THROTTLED, Act.CLOSE, 100)]})
    world.run({"one": asking(question("a")), "two": asking(question("b"), question("b"))})
    assert world.methods == ["a", "b", "b", "a"]
    assert (world.ended, world.seconds) == ({"two": [1, 1], "one": [1]}, 100)


def test_a_method_is_asked_no_more_after_three_failures_of_the_route_in_a_row() -> None:
    """Another method goes on; what an account alone is about closes nothing."""
    for cause, asked in ((Cause.BLOCKED, 3), (Cause.PRIVATE, 5)):
        world = World({"a": [failure(cause)] * 5})
        world.run({str(n): asking(question("a"), question("b")) for n in range(5)})
        assert (world.methods.count("a"), world.methods.count("b")) == (asked, 5)
        assert set(map(tuple, world.ended.values())) == {(cause, 1)}


def test_a_route_that_was_closed_for_a_while_hides_no_closed_method() -> None:
    """What is over is over; what is closed still is."""
    world = World()
    driver = world.driver()
    driver.closed = {"*": (0.0, failure()), "a": (math.inf, failure(Cause.BLOCKED))}
    driver.run({"look": asking(question())}, world.sink)
    assert world.sent == []
    assert world.ended["look"] == [Cause.BLOCKED]


def test_a_slow_method_rests_and_a_spent_one_is_told() -> None:
    """`Limits.rests` spaces its calls; what is left of a day's calls is not exceeded."""
    world = World()
    world.run({"one": asking(question("a"), question("a"))}, limits=Limits(interval=0, rests={"a": 40}))
    assert [at for at, _ in world.sent] == [0, 40]
    world = World()
    world.run({"one": asking(*[question("a")] * 3)}, limits=Limits(interval=0, left={"a": 2}))
    assert world.ended["one"] == [1, 1, Cause.THROTTLED]


def test_a_method_that_is_known_to_be_closed_is_not_asked() -> None:
    """A flood wait that an earlier run was told of."""
    world = World()
    world.run({"one": asking(question("a"), question("b"))}, limits=Limits(interval=0, closed={"a": 4000}))
    assert (world.ended["one"], world.methods) == ([Cause.THROTTLED, 1], ["b"])


# When the time is up --------------------------------------------------------------------------------------------------


def looks(count: int, asks: int) -> dict[str, Look[Any]]:
    """So many looks that ask so often."""
    return {str(n): asking(*[question()] * asks) for n in range(count)}


def test_after_a_budget_no_look_is_begun_and_those_begun_go_on() -> None:
    """Nothing of the others is stored, and they are left to the next run."""
    world = World(takes=1.0)
    left = world.run(looks(5, 2), ends=Ends(begin=3.5, ask=7.0))
    assert left == ("2", "3", "4")
    assert world.ended == {"0": [1, 1], "1": [1, 1]}


def test_what_lasts_longer_than_twice_the_budget_is_dropped() -> None:
    """It counts as begun, and nothing of it is stored."""
    world = World(takes=1.0)
    driver = world.driver(ends=Ends(begin=2.0, ask=4.0))
    assert driver.run(looks(2, 9), world.sink) == ("0", "1")
    assert (world.ended, driver.begun, len(world.sent)) == ({}, {"0"}, 4)


def test_a_server_that_hangs_ends_a_run_in_time_and_says_nothing_of_the_network() -> None:
    """What we cut off ourselves is no failure of its; but whoever runs the program is told that nothing came."""
    world = World(takes=1000.0)
    driver = world.driver(ends=Ends(begin=4.0, ask=8.0))
    assert driver.run(looks(3, 1), world.sink) == ("0", "1", "2")
    assert (world.ended, world.seconds) == ({}, 8.0)
    assert driver.unanswered is not None
    assert driver.unanswered.cause is Cause.UNREACHABLE


def test_one_office_on_the_spot_is_told_what_there_was_no_time_for() -> None:
    """Its looks end with what they have."""
    world = World(takes=1.0)
    assert world.run(looks(2, 3), ends=Ends(ask=2.0, drops=False)) == ()
    assert world.ended == {"0": [1, 1, Cause.UNREACHABLE], "1": [Cause.UNREACHABLE] * 3}
    assert [b'"sent":false' in record.body for record in world.tapes["1"]] == [True] * 3


def test_a_method_that_opens_after_the_end_is_not_waited_for() -> None:
    """The look is told at once."""
    world = World({"a": [failure(Cause.THROTTLED, Act.CLOSE, 60)]})
    world.run({"one": asking(question())}, ends=Ends(ask=30.0))
    assert (world.ended["one"], world.seconds) == ([Cause.THROTTLED], 0)


# Defects and words ----------------------------------------------------------------------------------------------------


def breaking(before: Callable[[], None] = lambda: None) -> Look[None]:
    """A look with a mistake of ours in it."""
    before()
    yield from ask(question())
    raise RuntimeError(WORDS)


def broken_at_once() -> Look[None]:
    """A look that breaks before it asks."""
    if WORDS:
        raise RuntimeError(WORDS)
    yield from ask(question())


@pytest.mark.parametrize("look", [breaking, broken_at_once])
def test_a_look_that_breaks_costs_its_account_alone(
    look: Callable[[], Look[None]], caplog: pytest.LogCaptureFixture
) -> None:
    """It is handed over as broken with its answers, and no message quotes anybody."""
    world = World()
    with caplog.at_level(logging.DEBUG):
        assert world.run({"one": look(), "two": asking(question())}) == ()
    assert world.ended == {"one": None, "two": [1]}
    assert "RuntimeError" in caplog.text
    assert WORDS not in caplog.text


def test_what_a_form_does_not_name_is_in_no_record() -> None:
    """The hash is of all that came."""
    world = World()
    world.run({"one": asking(question())})
    (record,) = world.tapes["one"]
    assert WORDS not in record.body.decode()
    assert WORDS not in repr(record)
    assert record.evidence.minimised


def test_an_answer_of_another_form_was_not_understood() -> None:
    """Its words are in no message."""
    world = World({"a": [WORDS]})
    world.run({"one": asking(question())})
    assert world.ended["one"] == [Cause.UNRECOGNISED_PAGE]
    assert WORDS not in world.tapes["one"][0].body.decode()


def test_a_replay_fails_where_the_look_did() -> None:
    """The same numbers, the same causes, in the same order; what has no record was not answered."""
    world = World({"a": [1, failure(Cause.PRIVATE), 3]})
    world.run({"one": asking(*[question()] * 3)})
    tape = world.tapes["one"]
    again = replay(asking(*[question()] * 4), tape, START)
    assert again == [*world.ended["one"], Cause.UNREACHABLE] == [1, Cause.PRIVATE, 3, Cause.UNREACHABLE]
