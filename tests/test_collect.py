"""A defect of ours costs what it touches, and is never a fact about anybody."""

import logging
import threading
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import Network
from auditor.base.weeks import Week
from auditor.probes.plugins import Wiring, open_probes
from auditor.registry.models import Account, AccountKind, Group, Office
from auditor.run.collect import collect
from auditor.run.plan import targets_of
from auditor.run.week import judge_week
from auditor.sandbox import World
from tests.cases import NOW, WEEK, account, address, office, registry, tenure
from tests.pipeline import sandboxed
from tests.test_truth import differences


@pytest.mark.parametrize("method", ["prepare", "look"])
def test_a_probe_that_breaks_costs_no_other_account_and_quotes_nobody(
    method: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken in `prepare` it is asked all the same; broken in one `look` the rest is seen; no message gets out."""
    world = World.build()
    with sandboxed(world, tmp_path) as (_, session), Archive.open(session.data) as archive:
        probes = open_probes(Wiring(session.settings, session.clock, tmp_path / "none"))
        vk = probes[1]
        whole, broken = getattr(vk, method), []

        def breaking(*args, **more):
            if not broken:
                broken.append(args)
                raise RuntimeError("слова жителя")
            return whole(*args, **more)

        setattr(vk, method, breaking)
        week = Week.last_ended(world.now, session.registry.zone)
        with caplog.at_level(logging.DEBUG):
            done = collect(archive, session.registry, week, probes, session.clock, command="weekly")
        audit = judge_week(session, archive, week, done.finished_at)
        for probe in probes:
            probe.close()
    assert broken
    assert "слова жителя" not in caplog.text
    assert "RuntimeError" in caplog.text
    hit = {
        "look": {o.id for o in audit.offices for a in o.accounts if a.cause == "unrecognised_page"},
        "prepare": set(),
    }
    lines = [line for line in differences(audit, world.truth()) if line.split()[0] not in hit[method]]
    assert lines == []


def test_a_run_that_cannot_be_stored_says_that_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its probes are closed while they are asked: what they raise then is no defect."""
    asked, stopped = threading.Event(), threading.Event()

    def asked_too_late(*_: object) -> None:
        asked.set()
        stopped.wait(60)
        raise RuntimeError

    def full(*_: object) -> None:
        asked.wait(60)
        raise ArchiveError("the disk is full")

    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        monkeypatch.setattr(archive, "save_control", full)
        probes = open_probes(Wiring(session.settings, session.clock, tmp_path / "none"))
        monkeypatch.setattr(probes[1], "prepare", asked_too_late)
        week = session.week(None)
        with caplog.at_level(logging.DEBUG), pytest.raises(ArchiveError):
            collect(archive, session.registry, week, probes, session.clock, command="weekly")
        stopped.set()
        for thread in threading.enumerate():
            if "run_to_end" in thread.name:
                thread.join(60)
        for probe in probes:
            probe.close()
    assert "RuntimeError" not in caplog.text


def test_a_look_knows_the_holders_other_pages_his_institution_and_his_name() -> None:
    """Issue 11, item 4: whoever answers from another confirmed page of his is the owner; leads are nobody's."""
    mine, other, lead = account(), account(Network.VK, "perviy"), account(Network.VK, "lead", confirmed=False)
    body = Account(url=address(Network.VK, "administraciya"), kind=AccountKind.INSTITUTION)
    neighbour = Office(id="b", municipality="Второй район", title="глава", group=Group.MUNICIPAL_HEAD, accounts=[
        Account(url=address(Network.VK, "sosedi"), kind=AccountKind.INSTITUTION)
    ])  # fmt: skip
    book = registry(office(tenure(since="2020", accounts=[mine, other, lead]), accounts=[body]), neighbour)
    targets = {target.address: target for target in targets_of(book, WEEK, NOW, book.offices)}
    seen = targets[mine.url]
    assert seen.own == {other.url}
    assert seen.institution == {body.url}
    assert seen.others == {address(Network.VK, "sosedi")}
    assert seen.names == ("Имярек Анна Андреевна",)
    assert not targets[body.url].full
