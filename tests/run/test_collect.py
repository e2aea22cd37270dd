"""A run collects looks, each route in a task of its own, and stores each in one piece."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from auditor.archive import Archive
from auditor.audit.compare import Difference
from auditor.base.errors import ArchiveError, SettingsError
from auditor.base.secrets import remember
from auditor.base.snapshot import Cause, Network, Route
from auditor.probes.driver import Deadlines, Driver, Response, Timer
from auditor.probes.page_facts import Opening, PageFacts
from auditor.probes.protocol import Call, Failure, FailureAction, Look
from auditor.probes.target import CallCount, FloodWait, LoginState, Window
from auditor.registry.models import Control
from auditor.run.look_input import LookInput
from tests.cases import NOW, WEEK, address
from tests.moving import Moving
from tests.probes.toy_route import PLUGIN, ToySource, ToyTransport, open_toy_route
from tests.run.toy_runs import HOUR, NAMES, REGISTRY, replayed, run, stored_snapshots, wire

KNOWN = Control(url=address(Network.VK, "vtoroy"), exists=True)


def requested_pages(transport: ToyTransport) -> list[str]:
    """Return the names of the requested pages, in order."""
    return [str(call.params["name"]) for call in transport.sent if call.method == "page"]


def route_with_login(transport: ToyTransport) -> Any:
    """Return a route whose login has met a flood wait, and counts the pages it has requested."""

    def login(driver: Driver) -> LoginState:
        return LoginState(
            "vk-1", floods=(FloodWait("talk", NOW + HOUR),), spent=(CallCount("page", NOW, driver.requests["page"]),)
        )

    return PLUGIN, replace(open_toy_route(transport)[1], login=login)


def test_a_run_stores_each_look_and_tells_what_it_did(tmp_path: Path) -> None:
    """Snapshot, responses, vantage, input; for the whole run counts and causes, a line at each end, and no page."""
    transport, progress = wire(), list[tuple[int, int, Sequence[Route]]]()
    with Archive.open(tmp_path) as archive:
        result = run(archive, transport, progress=lambda *values: progress.append(values))
        stored = stored_snapshots(archive)
    assert (result.accounts, result.pending, result.finished_at) == (4, {}, NOW)
    assert result.requests == {"vk": transport.methods.total()} == {"vk": 13}
    assert {(look.exists, look.vantage, len(look.evidence)) for look in stored.values()} == {(True, "here", 3)}
    assert progress == [*((done, 4, [Route.VK]) for done in (0, 0, 1, 2, 3)), (4, 4, [])]
    began, ended = map(json.loads, (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines())
    assert {"run": 1, "what": "began", "week": str(WEEK), "command": "weekly", "accounts": 4}.items() <= began.items()
    assert {"run": 1, "what": "ended", "causes": {"vk look: seen": 4}, "requests": {"vk": 13}}.items() <= ended.items()
    assert "left" not in ended


def test_page_ids_are_requested_once(tmp_path: Path) -> None:
    """Known ids are not requested again; one that could not be resolved is unknown, one that does not exist is not."""
    transports = wire(lost=frozenset({"vtoroy"})), wire(), wire()
    del transports[0].pages["perviy"]
    with Archive.open(tmp_path) as archive:
        for transport in transports:
            run(archive, transport)
        inputs = [archive.snapshots.look_input(row.run, row.snapshot) or "" for row in archive.snapshots.all(NOW)]
    targets = [LookInput.model_validate_json(text).target for text in inputs]
    sent = [call.params["names"] for transport in transports for call in transport.sent if call.method == "numbers"]
    assert sent == [",".join(sorted(NAMES)), "perviy"]
    assert {target.address.name: target.numbers for target in targets[4:]}["perviy"]["vtoroy"] == 7
    assert [target.unknown for target in targets] == [frozenset({"vtoroy"})] * 4 + [frozenset()] * 8


def test_controls_come_first_and_their_responses_are_stored(tmp_path: Path) -> None:
    """One request each, before any page; they are replayed like looks, and do not count as accounts.

    Posts dated in the future make a page of a live run unreadable, also in a replay.
    """
    transport = wire()
    transport.pages["chetvertyi"] = [NOW + HOUR]
    with Archive.open(tmp_path) as archive:
        result = run(archive, transport, registry=REGISTRY.model_copy(update={"controls": [KNOWN]}), live=True)
        stored, repeated = stored_snapshots(archive), replayed(archive)
        (control,) = [stored.result for stored in archive.snapshots.controls(NOW, str(WEEK))]
    assert [call.method for call in transport.sent][:2] == ["numbers", "page"]
    assert transport.sent[1].params == {"name": "vtoroy"}
    assert (control.outcome, len(control.evidence), repeated.gaps, result.accounts) == ("passed", 1, [], 4)
    assert [look.posts_cause for look in stored.values()] == [None] * 3 + [Cause.UNRECOGNISED_PAGE]


def test_a_secret_that_is_a_word_of_what_is_stored_stops_a_run_before_it_begins(tmp_path: Path) -> None:
    """Redacted as a secret in every snapshot, it would leave none that can be read."""
    remember("Posts_Cause")
    with Archive.open(tmp_path) as archive:
        with pytest.raises(SettingsError, match="choose another"):
            run(archive, wire())
        assert archive.snapshots.all(NOW) == []


# Time ---------------------------------------------------------------------------------------------------------------


def test_a_run_that_was_too_short_is_continued_and_then_begun_anew(tmp_path: Path) -> None:
    """No page is requested twice in a round; pending pages are counted, also in the log of runs."""
    requested, pending_counts = list[Any](), list[int]()
    with Archive.open(tmp_path) as archive:
        while pending_counts[-1:] != [0]:
            time = Moving()
            transport = wire(before_send=lambda call, time=time: time.pass_time(2 if call.method == "page" else 0))
            result = run(archive, transport, ends=Deadlines(start_before=3, send_before=100), timer=time.timer)
            pending_counts.append(result.pending.get("vk", 0))
            requested += requested_pages(transport)
        complete = wire()
        run(archive, complete)
    assert (pending_counts, requested) == ([2, 0], [*NAMES])
    assert complete.methods["page"] == 4
    lines = (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("left") for line in lines[1::2]] == [{"vk": 2}, None, None]


def test_a_look_that_was_cut_off_is_not_stored_and_comes_last_in_the_next_run(tmp_path: Path) -> None:
    """So a page that takes longer than the budget does not starve the others. What its route has spent is stored."""
    time, later = Moving(), wire()
    transport = wire(before_send=lambda call: time.pass_time(5 if call.method == "talk" else 0))
    with Archive.open(tmp_path) as archive:
        result = run(
            archive,
            transport,
            route_with_login(transport),
            ends=Deadlines(start_before=1, send_before=4),
            timer=time.timer,
        )
        assert (stored_snapshots(archive), result.pending) == ({}, {"vk": 4})
        assert [(spent.count, spent.run) for login in archive.searches.logins() for spent in login.spent] == [(1, 1)]
        run(archive, later)
    assert requested_pages(later) == [*NAMES[1:], NAMES[0]]


@pytest.mark.parametrize("controls", [[KNOWN], []])
def test_pages_that_a_killed_run_saw_before_its_controls_are_looked_at_again(
    controls: list[Control], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No control vouches for what it saw. Without any controls, the next run continues as usual.

    The calls it spent, and the flood waits it met, are stored all the same.
    """
    transport, registry = wire(), REGISTRY.model_copy(update={"controls": controls})

    def kill(done: int, *_: Any) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Archive.open(tmp_path) as archive, monkeypatch.context() as patch:
        patch.setattr(type(archive.snapshots), "save_control", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            run(
                archive,
                transport,
                route_with_login(transport),
                registry=registry,
                progress=kill,
            )
        (login,) = archive.searches.logins()
    with Archive.open(tmp_path) as archive:
        result = run(archive, wire(), registry=registry)
        looks = archive.snapshots.snapshots(NOW + HOUR).values()
    assert (result.pending, [len(rows) for rows in looks]) == ({}, [2, 2, 1, 1] if controls else [1, 1, 1, 1])
    assert [rows[-1].trusted for rows in looks] == [bool(controls)] * 4
    assert login.floods == (FloodWait("talk", NOW + HOUR),)
    assert [(spent.count, spent.run) for spent in login.spent] == [(2 + len(controls), 1)]


class HangingTransport(ToyTransport):
    """Before the second page it looks up a name."""

    async def send(self, call: Call, seconds: float) -> Response:
        if call.params.get("name") == "vtoroy":
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await asyncio.get_running_loop().getaddrinfo("rayon.example", 443)
            return Response(NOW, failure=Failure(at=NOW, cause=Cause.UNREACHABLE, act=FailureAction.RETRY))
        return await super().send(call, seconds)


def hanging() -> HangingTransport:
    return HangingTransport(lambda: NOW, wire().pages)


def test_a_resolver_that_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The run ends in time: finished looks are stored, it is sealed, and what comes late is not logged."""
    release, ends = threading.Event(), Deadlines(send_before=Timer().now() + 1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: release.wait(20))
    with Archive.open(tmp_path) as archive:
        result = run(archive, hanging(), ends=ends)
        assert Timer().now() < ends.send_before + 5
        release.set()
        assert list(stored_snapshots(archive)) == ["perviy"]
        assert archive.verify() == []
    assert result.pending == {"vk": 3}
    assert "Error" not in caplog.text


def test_a_run_that_is_interrupted_has_stored_what_was_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whoever types Ctrl-C while the resolver hangs; the route's connections are closed."""
    release, transport = threading.Event(), hanging()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background are started deaf to it

    with Archive.open(tmp_path) as archive:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: os.kill(os.getpid(), signal.SIGINT) or release.wait(20))
        with pytest.raises(KeyboardInterrupt):
            run(archive, transport)
        release.set()
        assert (list(stored_snapshots(archive)), transport.closed) == (["perviy"], 1)


# Defects and absent routes ------------------------------------------------------------------------------------------


class BreakingSource(ToySource):
    """Breaks at the second page, after its first response."""

    def find_opening(self) -> Look[Opening]:
        if self.target.address.name == "vtoroy":
            raise RuntimeError("слова жителя")
        return (yield from super().find_opening())


class OtherSource(ToySource):
    """Says that each page has another id."""

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        facts = yield from super().read_posts(facts, window)
        return replace(facts, identity=replace(facts.identity, id=8))


def test_what_breaks_claims_nothing_and_costs_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A broken look's responses are stored, and its replay breaks too. A broken route loses only its own pages."""
    broken = Mock(side_effect=RuntimeError("слова жителя"))
    plugin, broken_plugin = replace(PLUGIN, source=BreakingSource), replace(PLUGIN, source=broken)
    with caplog.at_level("DEBUG"), Archive.open(tmp_path) as archive:
        result = run(archive, wire(), (plugin, open_toy_route(wire())[1]))
        stored, repeated = stored_snapshots(archive), replayed(archive, plugin)
        assert result.pending == {}
        assert "the route broke" not in caplog.text
        assert run(archive, wire(), (broken_plugin, open_toy_route(wire())[1])).pending == {"vk": 4}
    failed = {name: (look.exists, look.cause, len(look.evidence)) for name, look in stored.items() if look.cause}
    assert failed == {"vtoroy": (None, Cause.UNRECOGNISED_PAGE, 1)}
    assert (repeated.gaps, repeated.missing) == ([], [])
    assert "the route broke: RuntimeError" in caplog.text
    assert "слова жителя" not in caplog.text


def test_a_look_of_other_code_is_a_difference_by_field(tmp_path: Path) -> None:
    """Its kind, the place, and the values stored and replayed."""
    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        gaps = [gap for _, gap in replayed(archive, replace(PLUGIN, source=OtherSource)).gaps]
    assert gaps == [Difference("", "look", f"vk https://vk.com/{name} {WEEK}: id", "7", "8") for name in NAMES]


def test_what_cannot_be_stored_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk: it is no defect of the route, and whoever runs the program hears of it."""
    full = ArchiveError("the disk is full")
    with Archive.open(tmp_path) as archive:
        monkeypatch.setattr(type(archive.snapshots), "save", Mock(side_effect=full))
        with pytest.raises(ArchiveError) as error:
            run(archive, wire())
    assert error.value is full
