"""A run collects looks, each route in a thread of its own, and stores each in one piece."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from auditor.archive import Archive
from auditor.audit.compare import Difference
from auditor.base.errors import SettingsError
from auditor.base.secrets import remember
from auditor.base.snapshot import Cause, Network, Snapshot
from auditor.probes.driver import Deadlines, Driver
from auditor.probes.protocol import Call, Look, fetch
from auditor.probes.target import CallCount, FloodWait, LoginState, Target, Window
from auditor.registry.models import Control
from auditor.run.look_input import LookInput
from tests.cases import NOW, WEEK, address
from tests.moving import Moving
from tests.probes.toy import PLUGIN, Wire, look, opened, page_of
from tests.run.helpers import BOOK, HOUR, NAMES, played, run, seen, wire

KNOWN = Control(url=address(Network.VK, "vtoroy"), exists=True)


def asked_for(way: Wire) -> list[str]:
    """Return the pages that were asked for, in their order."""
    return [str(call.params["name"]) for call in way.sent if call.method == "page"]


def remembering(way: Wire) -> Any:
    """A route whose login has met a flood wait, and knows how many pages it has asked for."""

    def login(driver: Driver) -> LoginState:
        return LoginState(
            "vk-1", floods=(FloodWait("talk", NOW + HOUR),), spent=(CallCount("page", NOW, driver.requests["page"]),)
        )

    return PLUGIN, replace(opened(way)[1], login=login)


def test_a_run_stores_each_look_and_tells_what_it_did(tmp_path: Path) -> None:
    """Snapshot, answers, vantage and note; of the whole run counts and causes, one line at each end, and no page."""
    way, progress = wire(), list[tuple[int, int, str]]()
    with Archive.open(tmp_path) as archive:
        done = run(archive, way, progress=lambda *told: progress.append(told))
        stored = seen(archive)
    assert (done.accounts, done.left, done.finished_at) == (4, {}, NOW)
    assert done.requests == {"vk": way.methods.total()} == {"vk": 13}
    assert {(look.exists, look.vantage, len(look.evidence)) for look in stored.values()} == {(True, "here", 3)}
    assert progress == [(n, 4, f"https://vk.com/{name}") for n, name in enumerate(NAMES, 1)]
    began, ended = map(json.loads, (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines())
    assert {"run": 1, "what": "began", "week": str(WEEK), "command": "weekly", "accounts": 4}.items() <= began.items()
    assert {"run": 1, "what": "ended", "causes": {"vk look: seen": 4}, "requests": {"vk": 13}}.items() <= ended.items()
    assert "left" not in ended


def test_numbers_are_searched_for_once(tmp_path: Path) -> None:
    """What the archive knows is not asked again; one that could not be found out is unknown, one that is not is not."""
    ways = wire(lost=frozenset({"vtoroy"})), wire(), wire()
    del ways[0].pages["perviy"]
    with Archive.open(tmp_path) as archive:
        for way in ways:
            run(archive, way)
        asked = [archive.snapshots.look_input(row.run, row.snapshot) or "" for row in archive.snapshots.all(NOW)]
    targets = [LookInput.model_validate_json(text).target for text in asked]
    sent = [call.params["names"] for way in ways for call in way.sent if call.method == "numbers"]
    assert sent == [",".join(sorted(NAMES)), "perviy"]
    assert {target.address.name: target.numbers for target in targets[4:]}["perviy"]["vtoroy"] == 7
    assert [target.unknown for target in targets] == [frozenset({"vtoroy"})] * 4 + [frozenset()] * 8


def test_controls_come_first_and_their_answers_are_kept(tmp_path: Path) -> None:
    """One request each, before any page; they are taken again as looks are, and are no accounts.

    Posts that are yet to come make a page of a live run unreadable, in a replay too.
    """
    way = wire()
    way.pages["chetvertyi"] = [NOW + HOUR]
    with Archive.open(tmp_path) as archive:
        done = run(archive, way, book=BOOK.model_copy(update={"controls": [KNOWN]}), live=True)
        stored, again = seen(archive), played(archive)
        (result,) = [stored.result for stored in archive.snapshots.controls(NOW, str(WEEK))]
    assert [call.method for call in way.sent][:2] == ["numbers", "page"]
    assert way.sent[1].params == {"name": "vtoroy"}
    assert (result.outcome, len(result.evidence), again.gaps, done.accounts) == ("passed", 1, [], 4)
    assert [look.posts_cause for look in stored.values()] == [None] * 3 + [Cause.UNRECOGNISED_PAGE]


def test_a_secret_that_is_a_word_of_what_is_stored_stops_a_run_before_it_begins(tmp_path: Path) -> None:
    """Taken out of every look as a secret is, it would leave none that can be read."""
    remember("Posts_Cause")
    with Archive.open(tmp_path) as archive:
        with pytest.raises(SettingsError, match="choose another"):
            run(archive, wire())
        assert archive.snapshots.all(NOW) == []


# Time ---------------------------------------------------------------------------------------------------------------


def test_a_run_that_was_too_short_is_continued_and_then_begun_anew(tmp_path: Path) -> None:
    """No page is asked for twice in a round; what is left is told, also to whoever watches the runs."""
    asked, left = list[Any](), list[int]()
    with Archive.open(tmp_path) as archive:
        while left[-1:] != [0]:
            time = Moving()
            way = wire(before=lambda call, time=time: time.sleep(2 if call.method == "page" else 0))
            done = run(archive, way, ends=Deadlines(start_before=3, send_before=100), timer=time.timer)
            left.append(done.left.get("vk", 0))
            asked += asked_for(way)
        whole = wire()
        run(archive, whole)
    assert (left, asked) == ([2, 0], [*NAMES])
    assert whole.methods["page"] == 4
    lines = (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("left") for line in lines[1::2]] == [{"vk": 2}, None, None]


def test_a_look_that_was_cut_off_is_not_stored_and_comes_last_in_the_next_run(tmp_path: Path) -> None:
    """So that one page which is longer than the budget starves nobody. What its route has spent is stored."""
    time, later = Moving(), wire()
    way = wire(before=lambda call: time.sleep(5 if call.method == "talk" else 0))
    with Archive.open(tmp_path) as archive:
        done = run(archive, way, remembering(way), ends=Deadlines(start_before=1, send_before=4), timer=time.timer)
        assert (seen(archive), done.left) == ({}, {"vk": 4})
        assert [(spent.count, spent.run) for login in archive.searches.logins() for spent in login.spent] == [(1, 1)]
        run(archive, later)
    assert asked_for(later) == [*NAMES[1:], NAMES[0]]


@pytest.mark.parametrize("controls", [[KNOWN], []])
def test_pages_that_a_killed_run_saw_before_its_controls_are_looked_at_again(
    controls: list[Control], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing vouches for what it saw. Where no control will ever do, the next run goes on as it would.

    It has spent its calls, and met its flood waits, all the same.
    """
    way, book = wire(), BOOK.model_copy(update={"controls": controls})
    with Archive.open(tmp_path) as archive, monkeypatch.context() as patch:
        patch.setattr(type(archive.snapshots), "save_control", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            run(archive, way, remembering(way), book=book, progress=Mock(side_effect=[None, KeyboardInterrupt]))
        (known,) = archive.searches.logins()
    with Archive.open(tmp_path) as archive:
        done = run(archive, wire(), book=book)
        looks = archive.snapshots.snapshots(NOW + HOUR).values()
    assert (done.left, [len(rows) for rows in looks]) == ({}, [2, 2, 1, 1] if controls else [1, 1, 1, 1])
    assert [rows[-1].trusted for rows in looks] == [bool(controls)] * 4
    assert known.floods == (FloodWait("talk", NOW + HOUR),)
    assert [(spent.count, spent.run) for spent in known.spent] == [(2 + len(controls), 1)]


def test_a_route_that_does_not_come_back_is_not_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As where the resolver hangs: what was seen is kept, the run is sealed, and what comes later is no defect."""
    time, hangs, never, waited_for = Moving(), threading.Event(), threading.Event(), list[bool]()

    def hanging(call: Call) -> None:
        if call.params.get("name") == "vtoroy":
            hangs.set()
            waited_for.append(never.wait(20))
            raise RuntimeError

    def much_later(_done: int, _total: int, _url: str) -> None:
        hangs.wait(20)
        time.now = 15.0  # five seconds after the run's end: so long it is waited for

    with Archive.open(tmp_path) as archive:
        done = run(archive, wire(before=hanging), ends=Deadlines(send_before=10), timer=time.timer, progress=much_later)
        assert waited_for == []
        never.set()
        for thread in threading.enumerate():
            if "run_to_end" in thread.name:
                thread.join(10)
        assert list(seen(archive)) == ["perviy"]
        assert archive.verify() == []
    assert done.left == {"vk": 3}
    assert "RuntimeError" not in caplog.text


# Defects and absent routes ------------------------------------------------------------------------------------------


def breaking(target: Target, window: Window) -> Look[Snapshot]:
    """Break at the second page, after its first answer."""
    if target.address.name != "vtoroy":
        return (yield from look(target, window))
    yield from fetch(page_of("vtoroy"))
    raise RuntimeError("слова жителя")


def test_what_breaks_claims_nothing_and_costs_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of a look the answers are stored, and in a replay it breaks again. A route costs its own pages, and is told."""
    broken = Mock(side_effect=RuntimeError("слова жителя"))
    plugin, other = replace(PLUGIN, look=breaking), replace(PLUGIN, look=broken)
    with caplog.at_level("DEBUG"), Archive.open(tmp_path) as archive:
        done = run(archive, wire(), (plugin, opened(wire())[1]))
        stored, again = seen(archive), played(archive, plugin)
        assert done.left == {}
        assert "the route broke" not in caplog.text
        assert run(archive, wire(), (other, opened(wire())[1])).left == {"vk": 4}
    unseen = {name: (look.exists, look.cause, len(look.evidence)) for name, look in stored.items() if look.cause}
    assert unseen == {"vtoroy": (None, Cause.UNRECOGNISED_PAGE, 1)}
    assert (again.gaps, again.missing) == ([], [])
    assert "the route broke: RuntimeError" in caplog.text
    assert "слова жителя" not in caplog.text


def test_a_look_of_other_code_is_a_difference_by_field(tmp_path: Path) -> None:
    """The kind, where it was seen, stored, replayed."""

    def other(target: Target, window: Window) -> Look[Snapshot]:
        return (yield from look(target, window)).model_copy(update={"id": 8})

    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        gaps = [gap for _, gap in played(archive, replace(PLUGIN, look=other)).gaps]
    assert gaps == [Difference("", "look", f"vk https://vk.com/{name} {WEEK}: id", "7", "8") for name in NAMES]
