"""A run collects looks, stores each in one piece, and what it stored can be taken again."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import Cause, EvidenceKind, Network, Snapshot
from auditor.probes.base import Flood, Login, Spent, Target, Window
from auditor.probes.driver import Driver, Ends
from auditor.probes.looks import Call, Look, ask
from auditor.registry.models import Control
from auditor.run.collect import Collected, OpenRoute, collect
from auditor.run.notes import Note
from auditor.run.replay import Played, play_runs
from tests.cases import NOW, WEEK, account, address, office, registry, tenure
from tests.probes.toy import PLUGIN, Wire, look, opened, page_of

NAMES = ("perviy", "vtoroy", "tretiy", "chetvertyi")
BOOK = registry(
    *(
        office(tenure(since="2020", accounts=[account(Network.VK, name)])).model_copy(update={"id": name})
        for name in NAMES
    )
)
HOUR = timedelta(hours=1)


def wire(**fields: Any) -> Wire:
    """A way that knows all pages, each with two posts of the week."""
    return Wire(lambda: NOW, {name: [WEEK.starts + HOUR, WEEK.starts + 2 * HOUR] for name in NAMES}, **fields)


def run(archive: Archive, way: Wire, route: OpenRoute | None = None, **more: Any) -> Collected:
    """Run for all pages over the toy route."""
    told = {"command": "weekly", "vantage": "here", **more}
    return collect(archive, BOOK, WEEK, [route or opened(way)], way.clock, **told)


def played(archive: Archive, number: int = 1, plugin: Any = PLUGIN) -> Played:
    """Take a run again."""
    return play_runs(archive, frozenset({number}), NOW + HOUR, lambda _route: plugin)


def with_look(make: Callable[[Target, Window], Look[Snapshot]]) -> Any:
    """The toy plug-in with another look."""
    return replace(PLUGIN, look=make)


def seen(archive: Archive) -> dict[str, Snapshot]:
    """Return what is stored, by the page's name."""
    return {stored.snapshot.url.rpartition("/")[2]: stored.snapshot for stored in archive.looks.all(NOW + HOUR)}


def test_a_run_stores_each_look_and_takes_it_again(tmp_path: Path) -> None:
    """Snapshot, answers, vantage and note; from them alone the same snapshot comes."""
    way = wire()
    with Archive.open(tmp_path) as archive:
        done = run(archive, way)
        stored, again = seen(archive), played(archive)
    assert (done.accounts, done.left) == (4, {})
    assert done.requests == {"vk": way.methods.total()} == {"vk": 13}
    assert {(look.exists, look.vantage, len(look.evidence)) for look in stored.values()} == {(True, "here", 3)}
    assert (again.missing, again.gaps, len(again.looks)) == ([], [], 4)


def _note(archive: Archive, row) -> Note:
    return Note.model_validate_json(archive.looks.asked(row.run, row.snapshot) or "")


def test_numbers_are_searched_for_once(tmp_path: Path) -> None:
    """What the archive knows is not asked again; a number that could not be found is said to be unknown."""
    way, later = wire(), wire()
    del way.pages["perviy"]
    with Archive.open(tmp_path) as archive:
        run(archive, way)
        run(archive, later)
        notes = [_note(archive, row) for row in archive.looks.all(NOW)]
    asked = [call.params["names"] for call in (*way.sent, *later.sent) if call.method == "numbers"]
    assert asked == [",".join(sorted(NAMES)), "perviy"]
    assert {note.target.address.name: note.target.numbers for note in notes[4:]}["perviy"]["vtoroy"] == 7
    assert all(note.target.unknown == frozenset() for note in notes)


def test_a_number_that_was_not_found_out_is_unknown(tmp_path: Path) -> None:
    """It is in the note of each look, as the look was given it."""
    way = wire(lost=frozenset({"vtoroy"}))
    with Archive.open(tmp_path) as archive:
        run(archive, way)
        notes = [_note(archive, row) for row in archive.looks.all(NOW)]
    assert {note.target.unknown for note in notes} == {frozenset({"vtoroy"})}


def test_controls_come_first_and_their_answers_are_kept(tmp_path: Path) -> None:
    """One request each, before any page; they are taken again as looks are."""
    book = BOOK.model_copy(update={"controls": [Control(url=address(Network.VK, "vtoroy"), exists=True)]})
    way = wire()
    with Archive.open(tmp_path) as archive:
        collect(archive, book, WEEK, [opened(way)], way.clock, command="weekly")
        again = played(archive)
        (result,) = [one.result for one in archive.looks.controls(NOW, str(WEEK))]
    assert [call.method for call in way.sent][:2] == ["numbers", "page"]
    assert way.sent[1].params == {"name": "vtoroy"}
    assert (result.outcome, len(result.evidence), again.gaps) == ("passed", 1, [])


# Time ---------------------------------------------------------------------------------------------------------------


def test_a_run_that_was_too_short_is_continued_and_then_begun_anew(tmp_path: Path) -> None:
    """No page is asked for twice in a round."""
    asked, left = list[Any](), {"vk": 4}
    with Archive.open(tmp_path) as archive:
        while left:
            way = wire(before=lambda call: time.sleep(0.3 if call.method == "page" else 0))
            now = time.monotonic()
            left = run(archive, way, ends=Ends(begin=now + 0.5, ask=now + 5)).left
            asked += [call.params["name"] for call in way.sent if call.method == "page"]
        whole = wire()
        run(archive, whole)
    assert sorted(asked) == sorted(NAMES)
    assert whole.methods["page"] == 4


def test_a_look_that_was_cut_off_is_not_stored_and_comes_last_in_the_next_run(tmp_path: Path) -> None:
    """So that one page which is longer than the budget starves nobody."""
    way, later = wire(before=lambda call: time.sleep(1.1 if call.method == "talk" else 0)), wire()
    with Archive.open(tmp_path) as archive:
        now = time.monotonic()
        done = run(archive, way, ends=Ends(begin=now + 0.5, ask=now + 1.0))
        run(archive, later)
    assert done.left == {"vk": 4}
    pages = [call.params["name"] for call in later.sent if call.method == "page"]
    assert pages == [*NAMES[1:], NAMES[0]]


@pytest.mark.parametrize("controls", [[Control(url=address(Network.VK, "vtoroy"), exists=True)], []])
def test_pages_that_a_killed_run_saw_before_its_controls_are_looked_at_again(
    controls: list[Control], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing vouches for what it saw. Where no control will ever do, the next run goes on as it would."""
    book, way = BOOK.model_copy(update={"controls": controls}), wire()

    def killed(done: int, _total: int, _url: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Archive.open(tmp_path) as archive, monkeypatch.context() as patch:
        patch.setattr(type(archive.looks), "save_control", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            collect(archive, book, WEEK, [opened(way)], way.clock, command="weekly", progress=killed)
    with Archive.open(tmp_path) as archive:
        done = collect(archive, book, WEEK, [opened(wire())], way.clock, command="weekly")
        looks = archive.looks.snapshots(NOW + HOUR).values()
    assert (done.left, [len(rows) for rows in looks]) == ({}, [2, 2, 1, 1] if controls else [1, 1, 1, 1])
    assert [rows[-1].trusted for rows in looks] == [bool(controls)] * 4


def test_one_office_on_the_spot_is_told_what_there_was_no_time_for(tmp_path: Path) -> None:
    """Nothing is left to a next run."""
    way = wire()
    with Archive.open(tmp_path) as archive:
        done = run(archive, way, offices=BOOK.offices[:1], ends=Ends(ask=time.monotonic() - 1, drops=False))
        (stored,) = seen(archive).values()
    assert (done.left, way.sent, stored.cause, stored.exists) == ({}, [], Cause.UNREACHABLE, None)


def test_a_route_that_does_not_come_back_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the system's resolver hangs: what was seen before is kept, and the run is sealed."""
    monkeypatch.setattr("auditor.run.collect._GRACE", 0.0)
    never = threading.Event()
    way = wire(before=lambda call: never.wait() if call.params.get("name") == "vtoroy" else None)
    with Archive.open(tmp_path) as archive:
        now = time.monotonic()
        done = run(archive, way, ends=Ends(begin=now + 0.3, ask=now + 0.6))
        never.set()
        assert list(seen(archive)) == ["perviy"]
        assert archive.verify() == []
    assert done.left == {"vk": 3}


def test_what_a_route_remembers_of_its_login_is_stored(tmp_path: Path) -> None:
    """For the next run."""
    login, (plugin, way) = Login("vk-1", floods=(Flood("page", NOW + 10 * HOUR),)), opened(wire())
    route = plugin, replace(way, login=lambda _driver: login)
    with Archive.open(tmp_path) as archive:
        run(archive, wire(), route)
        assert archive.searches.logins() == (login,)


def test_what_a_login_has_spent_is_stored_with_each_look(tmp_path: Path) -> None:
    """A run that is stopped has spent its calls, and met its flood waits, all the same."""
    way = wire()

    def login(driver: Driver) -> Login:
        return Login("vk-1", floods=(Flood("talk", NOW + HOUR),), spent=(Spent("page", NOW, driver.requests["page"]),))

    route = PLUGIN, replace(opened(way)[1], login=login)

    def stopped(done: int, _total: int, _url: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Archive.open(tmp_path) as archive:
        with pytest.raises(KeyboardInterrupt):
            run(archive, way, route, progress=stopped)
        (known,) = archive.searches.logins()
    assert [(spent.method, spent.count, spent.run) for spent in known.spent] == [("page", 2, 1)]
    assert known.floods == (Flood("talk", NOW + HOUR),)


# Defects ------------------------------------------------------------------------------------------------------------


def breaking(target: Target, window: Window) -> Look[Snapshot]:
    """Break at the second page, after its first answer."""
    if target.address.name != "vtoroy":
        return (yield from look(target, window))
    yield from ask(page_of("vtoroy"))
    raise RuntimeError("слова жителя")


def test_a_look_that_breaks_claims_nothing_and_costs_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its answers are stored; in a replay it breaks again."""
    plugin = with_look(breaking)
    with caplog.at_level(logging.DEBUG), Archive.open(tmp_path) as archive:
        done = run(archive, wire(), (plugin, opened(wire())[1]))
        stored, again = seen(archive), played(archive, plugin=plugin)
    assert done.left == {}
    assert [(name, look.exists, look.cause, len(look.evidence)) for name, look in stored.items() if look.cause] == [
        ("vtoroy", None, Cause.UNRECOGNISED_PAGE, 1)
    ]
    assert (again.gaps, again.missing) == ([], [])
    assert "слова жителя" not in caplog.text


def test_a_route_that_breaks_costs_its_pages_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The run ends, and says how many were left."""

    def broken(_target: Target, _window: Window) -> Look[Snapshot]:
        raise RuntimeError("слова жителя")

    with caplog.at_level(logging.DEBUG), Archive.open(tmp_path) as archive:
        done = run(archive, wire(), (with_look(broken), opened(wire())[1]))
    assert done.left == {"vk": 4}
    assert "RuntimeError" in caplog.text
    assert "слова жителя" not in caplog.text


def test_a_run_that_cannot_be_stored_says_that_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its way is closed while it asks: what that raises is no defect."""

    def full(*_: object) -> None:
        raise ArchiveError("the disk is full")

    stopped = threading.Event()

    def asked_too_late(call: Call) -> None:
        if call.params.get("name") == "vtoroy":
            stopped.wait(10)
            raise RuntimeError

    with Archive.open(tmp_path) as archive, caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(archive.looks, "save", full)
        with pytest.raises(ArchiveError):
            run(archive, wire(before=asked_too_late))
        stopped.set()
        for thread in threading.enumerate():
            if "run_to_end" in thread.name:
                thread.join(10)
    assert "RuntimeError" not in caplog.text


@pytest.mark.parametrize(("live", "cause"), [(True, Cause.UNRECOGNISED_PAGE), (False, None)])
def test_posts_that_are_yet_to_come_make_a_page_unreadable(live: bool, cause: Cause | None, tmp_path: Path) -> None:
    """Where the clock is the machine's; in a replay too."""
    way = wire()
    way.pages["vtoroy"] = [NOW + timedelta(minutes=11)]
    with Archive.open(tmp_path) as archive:
        run(archive, way, live=live)
        stored, again = seen(archive), played(archive)
    assert [look.posts_cause for name, look in stored.items()] == [None, cause, None, None]
    assert again.gaps == []


# Replay -------------------------------------------------------------------------------------------------------------


def test_a_look_of_other_code_is_a_difference_by_field(tmp_path: Path) -> None:
    """Office, check, field, stored, replayed."""

    def other(target: Target, window: Window) -> Look[Snapshot]:
        found = yield from look(target, window)
        return found.model_copy(update={"id": 8})

    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        gaps = [gap for _, gap in played(archive, plugin=with_look(other)).gaps]
    assert {(gap.check, gap.field.rpartition(" ")[2], gap.one, gap.other) for gap in gaps} == {
        ("look", f"{WEEK}: id".rpartition(" ")[2], "7", "8")
    }


def test_a_look_whose_answers_of_comments_were_purged_is_taken_again_but_for_these(tmp_path: Path) -> None:
    """What is missing is named, and counts as it was stored."""
    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        ids = {e.id for look in seen(archive).values() for e in look.evidence if e.kind is EvidenceKind.COMMENTS}
        whole = archive.answers.entries
        archive.answers.entries = lambda **named: [  # type: ignore[method-assign]
            replace(entry, purged=NOW) if entry.evidence.id in ids else entry for entry in whole(**named)
        ]
        again = played(archive)
    assert again.gaps == []
    assert {(missing.reason, missing.url) for missing in again.missing} == {
        ("purged", f"https://vk.com/{name}") for name in NAMES
    }


def test_a_look_whose_record_is_damaged_is_named_and_counts_as_it_was_stored(tmp_path: Path) -> None:
    """The rest is compared."""
    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        bad, whole = seen(archive)["vtoroy"].evidence[0].id, archive.answers.record

        def record(entry: Any) -> Any:
            if entry.evidence.id == bad:
                raise ArchiveError("the record was changed")
            return whole(entry)

        archive.answers.record = record  # type: ignore[method-assign]
        again = played(archive)
    assert [(missing.reason, missing.detail) for missing in again.missing] == [("damaged", "the record was changed")]
    assert len(again.looks) == 4
