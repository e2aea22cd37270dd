"""What a look may leave out, by what earlier looks have read, and which pages come first."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Network,
    Outcome,
    Post,
    Route,
    Says,
    Side,
    Snapshot,
    Trace,
    TraceKind,
)
from auditor.probes.base import Target, Window
from auditor.probes.driver import Reply, on_tape
from auditor.probes.looks import Ask, Call, Failure, Stored
from auditor.probes.telegram.forms import History
from auditor.run.notes import Note
from auditor.run.plan import Plan
from auditor.run.skip import read_until, readings_of, threads_to_skip
from tests.cases import WEEK, account, office, registry, snapshot, tenure
from tests.probes.toy import PLUGIN, Page, Talk

END = WEEK.ends
THURSDAY, MONDAY = WEEK.starts + timedelta(days=3), END + timedelta(hours=6)
WINDOW = Window.of(WEEK, MONDAY)
HOURS = 72.0


def comment(number: int, at: datetime, side: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """A question, or an owner's answer."""
    says = {"says": Says.ASKS} if side is Side.CITIZEN else {}
    return Comment(id=number, at=at, side=side, author=number, **{**says, **fields})


def post(number: int, at: datetime, *line: Comment, **fields: Any) -> Post:
    """A post whose thread was read whole."""
    about = {"comments_state": CommentsState.OPEN, "comments_count": len(line), "comments": line}
    return Post(id=number, at=at, url=f"https://t.me/perviy_rayon/{number}", **{**about, **fields})


def shown(at: datetime, *line: Post, **fields: Any) -> Snapshot:
    """A look of that moment, by today's record."""
    return snapshot(taken_at=at, posts=line, **{"sides": "now", **fields})


def skipped(*looks: Snapshot, as_of: datetime = MONDAY, over: bool = True, counted: bool = True) -> Mapping[int, int]:
    """Return what may be left out."""
    window, ended = Window.of(WEEK, as_of), END if over else None
    readings = readings_of(looks, window)
    return threads_to_skip(readings, window, as_of, ended=ended, sides="now", hours=HOURS, counted=counted)


OLDER, OWN = WEEK.starts - timedelta(days=5), WEEK.starts + timedelta(days=1)
QUESTION = comment(50, OLDER + timedelta(hours=1))
REPLY = comment(51, OLDER + timedelta(hours=2), Side.OWNER, answers=50)
ANSWERED = post(5, OLDER, QUESTION, REPLY)
"""Somebody who is no citizen has written after a question: the page cannot be red."""


def test_a_thread_that_was_read_whole_may_be_left_out_at_its_count() -> None:
    """The week's own once it was read after the week's end, an older one whenever it was."""
    own = post(6, OWN)
    assert skipped(shown(THURSDAY, ANSWERED, own)) == {5: 2}
    assert skipped(shown(THURSDAY, ANSWERED, own), shown(END, own)) == {5: 2, 6: 0}
    assert skipped(shown(THURSDAY, ANSWERED, own), as_of=THURSDAY, over=False) == {5: 2, 6: 0}


def test_where_comments_are_not_counted_every_thread_is_read_after_the_week() -> None:
    """Only then it may be left out: that nothing was added can be told by reading alone."""
    assert skipped(shown(THURSDAY, ANSWERED), counted=False) == {}
    assert skipped(shown(THURSDAY, ANSWERED), as_of=THURSDAY, over=False, counted=False) == {}
    assert skipped(shown(END, ANSWERED), counted=False) == {5: 2}


def test_a_closed_thread_without_a_number_is_read_once_after_the_week() -> None:
    """As t.me shows it; one that shows comments although it is closed is not known by its number."""
    closed = {"comments_state": CommentsState.CLOSED, "comments_count": None}
    empty, talked = (line.model_copy(update=closed) for line in (post(6, OWN), ANSWERED))
    assert skipped(shown(THURSDAY, empty), counted=False) == {}
    assert skipped(shown(END, empty, talked), counted=False) == {6: 0}


@pytest.mark.parametrize(
    "fields",
    [
        {"comments_cause": "throttled"},
        {"comments_state": CommentsState.UNKNOWN},
        {"comments_count": None},
        {"comments_left": True, "comments": ()},
        {"at": WINDOW.comments_from - timedelta(seconds=1)},
    ],
    ids=str,
)
def test_what_was_not_read_whole_is_read(fields: dict[str, Any]) -> None:
    """A look that left a thread out has not read it; posts of before the window are nobody's business."""
    changed = Post.model_validate({**ANSWERED.model_dump(), **fields})
    assert 5 not in skipped(shown(THURSDAY, changed))


def test_a_look_that_left_a_thread_out_hides_no_earlier_reading() -> None:
    """The thread is as it was read last."""
    left = post(5, OLDER, comments_left=True, comments_count=2)
    assert skipped(shown(THURSDAY, ANSWERED), shown(END, left)) == {5: 2}


def test_where_the_record_changed_only_threads_of_askers_may_be_left_out() -> None:
    """Whose words an answer is may be told otherwise today."""
    asked = post(7, OLDER, comment(70, OLDER + timedelta(hours=1)))
    late = MONDAY + timedelta(days=1)
    looks = shown(late, ANSWERED, asked, sides="then")
    assert skipped(looks, as_of=late + timedelta(hours=1)) == {7: 1}


@pytest.mark.parametrize("side", [Side.UNKNOWN, Side.OWNER, Side.CITIZEN])
def test_what_decides_a_side_and_was_asked_for_in_vain_is_asked_for_again(side: Side) -> None:
    """Where somebody's side is unknown; once all was answered unknown stays unknown, and nothing more is asked."""
    talked = post(7, OLDER, QUESTION, comment(71, OLDER + timedelta(hours=3), side, says=None), REPLY)
    lost, clean = (shown(END, talked, sides_open=lost) for lost in (True, False))
    assert skipped(clean) == skipped(lost, clean) == {7: 3}
    assert skipped(lost) == ({} if side is Side.UNKNOWN else {7: 3})


@pytest.mark.parametrize(
    ("unknown", "answer", "is_open"),
    [
        ((), None, False),
        (("staff",), None, True),
        ((), Failure(at=END, cause=Cause.THROTTLED), True),
        ((), Failure(at=END, cause=Cause.UNRECOGNISED_PAGE), True),
        ((), Failure(at=END, cause=Cause.REFUSED), False),
    ],
    ids=str,
)
def test_a_look_says_whether_a_side_may_be_told_otherwise(
    unknown: tuple[str, ...], answer: Failure | None, is_open: bool
) -> None:
    """By a number on record that was not found out, and by an answer about comments that did not come."""
    target = Target(Address.parse("vk.com/perviy"), unknown=frozenset(unknown))
    look = Note(target=target, window=WINDOW).look(PLUGIN)
    assert next(look).kind is EvidenceKind.POSTS
    look.send(Page(at=END, id=7, posts=(OWN,)))
    with pytest.raises(StopIteration) as end:
        look.send(answer or Talk(at=END, comments=0))
    assert end.value.value.sides_open is is_open


@pytest.mark.parametrize(("read", "awaits"), [(71.9, True), (72.0, False)])
def test_a_question_whose_time_ran_out_since_is_looked_at_again(read: float, awaits: bool) -> None:
    """Once: after its time an answer would be late whenever it came, and would change the count."""
    asked_at = OLDER + timedelta(hours=1)
    waiting = post(7, OLDER, comment(70, asked_at))
    looks = [shown(asked_at + timedelta(hours=read), ANSWERED, waiting)]
    assert (7 not in skipped(*looks)) is awaits
    assert 7 in skipped(*looks, as_of=asked_at + timedelta(hours=71.95), over=False)


@pytest.mark.parametrize("line", [(), (QUESTION,), (comment(52, OLDER, Side.OWNER),)], ids=["empty", "asked", "before"])
def test_where_a_page_may_be_red_every_thread_of_the_window_is_read_after_the_week(line: tuple[Comment, ...]) -> None:
    """A question that nobody has seen yet can make it red; an owner who wrote before it is no sign."""
    silent = post(5, OLDER, *line)
    assert skipped(shown(THURSDAY, silent)) == {}
    assert skipped(shown(THURSDAY, silent), shown(END, silent)) == {5: len(line)}


def test_history_is_read_back_to_where_looks_together_have_read_it() -> None:
    """Not later than the window's first day: each look counts the comments of its posts. A gap is not bridged."""
    first = shown(WINDOW.posts_from + timedelta(days=2), posts_since=WINDOW.posts_from)
    second = shown(WINDOW.posts_from + timedelta(days=5), posts_since=first.taken_at)
    third = shown(MONDAY, posts_since=second.taken_at)
    assert read_until([first], WINDOW) == first.taken_at
    assert read_until([first, second, third], WINDOW) == WINDOW.comments_from
    assert read_until([first, third], WINDOW) == first.taken_at
    for hole in (
        first.model_copy(update={"posts_cause": "throttled"}),
        first.model_copy(update={"exists": None, "cause": "throttled"}),
        first.model_copy(update={"posts_since": WINDOW.posts_from + timedelta(seconds=1)}),
    ):
        assert read_until([hole, second, third], WINDOW) is None
    assert read_until([], WINDOW) is None


def test_a_look_for_a_week_long_ago_has_read_up_to_that_weeks_end() -> None:
    """`Snapshot.posts_until` says so."""
    old = shown(MONDAY, posts_since=WINDOW.posts_from, posts_until=WINDOW.posts_from + timedelta(days=1))
    assert read_until([old], WINDOW) == old.posts_until


# The plan -------------------------------------------------------------------------------------------------------------


def stored(archive: Archive, *looks: Snapshot, passed: bool = True, answers: Sequence[Answer] = ()) -> None:
    """Store each look in a run of its own, with a control and with `answers`."""
    for look in looks:
        run = archive.start_run(
            week=str(WEEK), command="weekly", started_at=look.taken_at, vantage="", tool_version="0"
        )
        outcome = Outcome.PASSED if passed else Outcome.FAILED
        control = ControlResult(
            network=look.network,
            route=look.route,
            url="https://t.me/telegram",
            expected=True,
            outcome=outcome,
            wall=True,
        )
        archive.looks.save_control(run, control, ())
        archive.looks.save(run, str(WEEK), look, answers)
        archive.finish_run(run, look.taken_at)


PREVIEW = Route.TELEGRAM_PREVIEW
PAGES = ("perviy_rayon", "vtoroy_rayon", "tretiy_rayon")
BOOK = registry(
    *(
        office(tenure(since="2020", accounts=[account(Network.TELEGRAM, name)])).model_copy(update={"id": name})
        for name in PAGES
    )
)


def planned(archive: Archive, as_of: datetime = MONDAY) -> Plan:
    """Plan a run for all pages."""
    return Plan.of(archive, BOOK, WEEK, as_of, BOOK.offices)


def order(plan: Plan) -> list[str]:
    """Return the pages in the order of the plan."""
    return [target.address.name for target in plan.targets(PREVIEW)]


def test_the_plan_trusts_looks_whose_controls_came_out_right(tmp_path: Path) -> None:
    """Others, of another route, or of another page under the address, spare nothing."""
    look = shown(END, ANSWERED, url=f"https://t.me/{PAGES[0]}", id=9)
    (plain,) = (t for t in planned(Archive.read(tmp_path / "none")).targets(PREVIEW) if t.address.name == PAGES[0])
    sides = {"sides": plain.sides}
    for passed, changes, expected in ((True, {}, {5: 2}), (False, {}, {}), (True, {"exists": None}, {})):
        with Archive.open(tmp_path / str((passed, *changes))) as archive:
            stored(archive, look.model_copy(update={**sides, **changes}), passed=passed)
            (target,) = (t for t in planned(archive).targets(PREVIEW) if t.address.name == PAGES[0])
            assert target.skip == expected
            assert [t.skip for t in planned(archive).targets(Route.TELEGRAM_CLIENT)] == [{}, {}, {}]


OPENING = Ask(Call("preview", {"before": 21}), History, EvidenceKind.OPENING)
FAILED = Failure(at=END, cause=Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize(
    ("fields", "answer", "known"),
    [
        ({"opened_precision": "exact"}, None, True),
        ({"opened_precision": "not_later_than"}, None, False),
        ({"opened_precision": "not_later_than"}, History(at=END), True),
        ({"opened_precision": "not_later_than"}, FAILED, False),
        ({"opened_precision": "not_later_than"}, History(at=END, cause=Cause.THROTTLED), False),
        ({"opened_precision": "exact", "traces": ()}, None, False),
    ],
    ids=str,
)
def test_an_opening_that_a_route_has_found_is_not_looked_for_again(
    fields: dict[str, Any], answer: Stored | None, known: bool, tmp_path: Path
) -> None:
    """Exactly, or by all that it asked; what failed is asked again, whatever its status. Subscribers are told on."""
    kept = () if answer is None else (on_tape(OPENING, answer, Reply(END, 200, b"<html>")),)
    about = {**fields, "evidence": tuple(record.evidence for record in kept)}
    traces = {"traces": (Trace(kind=TraceKind.OLDEST_POST, at=OLDER),), "opened_at": OLDER, "subscribers": 5012}
    with Archive.open(tmp_path) as archive:
        stored(archive, shown(END, url=f"https://t.me/{PAGES[0]}", **{**traces, **about}), answers=kept)
        (target,) = (t for t in planned(archive).targets(PREVIEW) if t.address.name == PAGES[0])
    assert (target.opening_known, target.subscribers) == (known, 5012)


def test_what_was_looked_at_longest_ago_comes_first_and_a_look_cut_off_counts(tmp_path: Path) -> None:
    """One page that is longer than every budget starves nobody."""
    with Archive.open(tmp_path) as archive:
        assert order(planned(archive)) == list(PAGES)
        stored(archive, *(shown(THURSDAY, url=f"https://t.me/{name}") for name in PAGES[:2]))
        assert order(planned(archive)) == [PAGES[2], *PAGES[:2]]
        archive.looks.note_cut({(PREVIEW.value, f"https://t.me/{PAGES[2]}")}, THURSDAY + timedelta(hours=1))
        assert order(planned(archive)) == list(PAGES)


def test_a_question_whose_time_to_reply_has_run_out_comes_before_all(tmp_path: Path) -> None:
    """Only a look can tell what became of it."""
    asked = post(7, OWN, comment(70, OWN))
    with Archive.open(tmp_path) as archive:
        stored(archive, shown(OWN + timedelta(hours=1), url=f"https://t.me/{PAGES[0]}"))
        stored(archive, shown(OWN + timedelta(hours=2), asked, url=f"https://t.me/{PAGES[1]}"))
        due = OWN + timedelta(hours=BOOK.policy["reply_within_hours"].number)
        assert order(planned(archive, due)) == [PAGES[1], PAGES[2], PAGES[0]]
        assert order(planned(archive, due - timedelta(seconds=1))) == [PAGES[2], PAGES[0], PAGES[1]]


def test_a_forecast_is_by_the_last_run_of_its_kind(tmp_path: Path) -> None:
    """First looks, those for another week and those again for the same one are told apart; others are not known."""
    weeks = ((WEEK.shift(-1), 7), (WEEK.shift(-1), 2), (WEEK, 5), (WEEK, 4), (WEEK, 3))
    with Archive.open(tmp_path) as archive:
        assert archive.requests_by_account(PREVIEW.value, MONDAY) == {}
        for number, (week, made) in enumerate(weeks):
            at = END + timedelta(minutes=number)
            run = archive.start_run(week=str(week), command="weekly", started_at=at, vantage="", tool_version="0")
            for name in PAGES[:2]:
                archive.looks.save(run, str(week), shown(at, url=f"https://t.me/{name}"))
            archive.finish_run(run, at, {PREVIEW.value: made})
        assert archive.requests_by_account(PREVIEW.value, MONDAY) == {"first": 3.5, "again": 1.5, "next": 2.5}
        assert archive.requests_by_account(Route.VK.value, MONDAY) == {}
        assert planned(archive).kinds(PREVIEW) == ["again", "again", "first"]
        assert Plan.of(archive, BOOK, WEEK.shift(1), MONDAY, BOOK.offices).kinds(PREVIEW) == ["next", "next", "first"]
