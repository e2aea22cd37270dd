"""A stored audit is made again from its responses alone, and every difference is named."""

import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.archive.evidence_store import EvidenceEntry, EvidenceStore
from auditor.archive.retention import Cutoffs
from auditor.audit.compare import Difference
from auditor.base.snapshot import EvidenceKind
from auditor.base.weeks import Week
from auditor.language.minimise_text import RULES
from auditor.language.moved_notice import Move
from auditor.registry import load_registry
from auditor.run.collect_week import collect_week
from auditor.run.replay import Replay, replay_week
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.archive_samples import edit, replace_audit
from tests.command import Done, inline
from tests.pipeline import audit_week, few, make_week, sandboxed

LAST, BEFORE = "2026-W47", "2026-W46"


@pytest.fixture
def folder(two_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the two weeks to change, without a network."""
    monkeypatch.setattr(socket, "socket", None)
    return Path(shutil.copytree(two_weeks, tmp_path / "weeks"))


def replayed(folder: Path, week: str = LAST) -> Replay:
    """Make a week of a folder again, by the registry beside it."""
    with Archive.read(folder / "data") as archive:
        return replay_week(archive, load_registry(folder / "officials.yaml"), week)


# Runs with faults ---------------------------------------------------------------------------------------------------


def made(world: World, *faults: str, client: bool = False, **environ: str) -> Any:
    """Return a function that makes a week of a world in a folder, with faults, by the preview or also by the client."""

    def make(folder: Path) -> Workspace:
        with Sandbox(world) as sandbox:
            for fault in faults:
                sandbox.faults.on(fault)
            return make_week(sandbox, folder, world.now, folder if client else None, **environ)

    return make


def made_of_renamed(folder: Path) -> Workspace:
    """Make two weeks between which pages were renamed and one name was taken over."""
    world = worlds.renamed()
    with Sandbox(world) as sandbox:
        return [make_week(sandbox, folder, world.now - timedelta(weeks=weeks)) for weeks in (1, 0)][1]


def made_by_the_machines_clock(folder: Path) -> Workspace:
    """Make a week by the machine's clock, in which a control without a request has its own moment on record."""
    now = datetime.now(UTC)
    with sandboxed(FEW, folder, now=now, AUDITOR_VK_TOKEN="") as (_, workspace):
        live = replace(workspace, as_of=None)
        audit_week(live, Week.last_ended(now, live.registry.zone))
    return live


FEW = few(World.build())
DEAD = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(made(FEW, "vk_control"), id="VK's control failed"),
        pytest.param(made(FEW, "telegram_control"), id="Telegram's control failed"),
        pytest.param(made_by_the_machines_clock, id="no key, by the machine's clock"),
        pytest.param(made(FEW, **DEAD), id="no network"),
        pytest.param(made(FEW, "telegram_429", "vk_captcha"), id="throttled"),
        pytest.param(made_of_renamed, id="renamed pages"),
        pytest.param(made(FEW, "mtproto_flood_long", client=True), id="two routes, one flooded"),
        pytest.param(made(World.build(seed=7), client=True), id="seed 7", marks=pytest.mark.thorough),
    ],
)
def test_whatever_befell_a_run_its_audit_is_made_again(
    make: Callable[[Path], Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults, closed routes and missing responses are replayed as such, value for value."""
    workspace = make(tmp_path)
    monkeypatch.setattr(socket, "socket", None)
    with Archive.read(workspace.data) as archive:
        replay = replay_week(
            archive, workspace.registry, str(Week.last_ended(workspace.clock(), workspace.registry.zone))
        )
    assert (replay.differences, replay.missing, replay.equal, replay.registry_was_kept) == ((), (), True, True)
    assert replay.audit.to_json() == replay.stored.to_json()
    assert replay.looks > 10


def test_a_look_of_the_same_moment_that_came_after_the_audit_is_none_of_its(tmp_path: Path) -> None:
    """`weekly` and `check` with one --as-of: the chain, not the clock, decides on which runs an audit rests."""
    with Sandbox(FEW) as sandbox:
        workspace = make_week(sandbox, tmp_path, FEW.now)
        week = Week.last_ended(FEW.now, workspace.registry.zone)
        with Archive.open(workspace.data) as archive:
            collect_week(workspace, archive, week, command="check", offices=workspace.registry.offices[:2])
            replay = replay_week(archive, workspace.registry, str(week))
    assert replay.equal


# What differs ---------------------------------------------------------------------------------------------------------


def test_an_edited_finding_is_a_difference_of_its_office_and_check(folder: Path) -> None:
    """Both values are shown."""
    with Archive.read(folder / "data") as archive:
        audit = json.loads(archive.audits.text(LAST) or "")
    office = audit["offices"][0]
    values = next(f["values"] for f in office["findings"] if f["check"] == "posts_per_week" and f["account"] is None)
    values["posts"] += 5
    replace_audit(folder / "data", LAST, json.dumps(audit))
    replay = replayed(folder)
    edited, posts = str(values["posts"]), str(values["posts"] - 5)
    assert replay.differences == (Difference(office["id"], "posts_per_week", "values.posts", edited, posts),)
    assert not replay.equal


def test_what_another_version_judged_need_not_come_out_the_same(folder: Path) -> None:
    """Its outcomes are told apart from differences, and the command ends with 3."""
    with Archive.open(folder / "data") as archive:
        audit, as_of = json.loads(archive.audits.text(LAST) or ""), archive.audits.as_of(LAST)
        archive.audits.save(
            LAST, as_of, json.dumps({**audit, "tool_version": "1.0.0"}), archive.audits.registry_of(LAST) or ""
        )
    done = inline("evidence", "verify", "--replay", "--week", LAST, "--data", folder / "data", "--lang", "en", env={})
    assert done.code == 3
    assert "Judged by another version (1.0.0)" in done.out
    assert "What was seen is equal: each look was made again, value for value." in done.out
    audit["tool_version"], audit["offices"][0]["verdict"] = "1.0.0", "failed"
    replace_audit(folder / "data", LAST, json.dumps(audit))
    replay = replayed(folder)
    assert (replay.differences, replay.equal) == ((), False)
    assert {(gap.field, gap.left) for gap in replay.rejudged} == {("tool_version", '"1.0.0"'), ("verdict", '"failed"')}


def page_of(archive: Archive) -> EvidenceEntry:
    """Return the entry of a channel's newest page of posts stored in the last week."""
    channel_entries = (
        entry for entry in archive.evidence.entries(week=LAST) if "/s/primer_rayon_01_glava" in entry.evidence.url
    )
    return next(entry for entry in channel_entries if entry.evidence.kind is EvidenceKind.POSTS)


def test_a_changed_response_with_hashes_made_to_fit_comes_out_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posts of a stored page that somebody moved to another week contradict the published findings."""
    record_of = EvidenceStore.record
    with Archive.read(folder / "data") as archive:
        entry = page_of(archive)
        record = archive.evidence.record(entry)
    forged = replace(record, body=record.body.replace(b"2026-11-2", b"2026-11-1"))
    monkeypatch.setattr(
        EvidenceStore, "record", lambda self, other: forged if other == entry else record_of(self, other)
    )
    replay = replayed(folder)
    assert replay.missing == ()
    assert {gap.office for gap in replay.differences} - {""} == {"rayon-01"}  # "" is the summary of all offices
    assert "look" in {gap.check for gap in replay.differences}
    monkeypatch.setattr("auditor.audit.make_audit.__version__", "another")
    assert {gap.check for gap in replayed(folder).differences} == {"look"}, "whichever version judged"


def test_a_look_of_an_older_version_keeps_the_notices_that_its_rules_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a channel's posts the words are stored, and today's rules may read a move in them otherwise."""
    monkeypatch.setattr("auditor.language.minimise_text.read_move", lambda _: Move("max"))
    assert {gap.check for gap in replayed(folder).differences} >= {"look"}
    monkeypatch.setattr("auditor.run.replay.RULES", RULES + 1)
    replay = replayed(folder)
    assert (replay.differences, replay.equal) == ((), True)


# What is missing ------------------------------------------------------------------------------------------------------


def test_a_damaged_record_is_named_and_the_rest_is_played(folder: Path) -> None:
    """Only the look it belongs to is taken as it was stored."""
    with Archive.read(folder / "data") as archive:
        entry = page_of(archive)
    file = folder / "data" / "evidence" / entry.file
    data = bytearray(file.read_bytes())
    data[entry.offset + entry.length // 2] ^= 0x10
    file.write_bytes(data)
    replay = replayed(folder)
    (missing,) = replay.missing
    assert (missing.reason, missing.url, missing.week) == ("damaged", "https://t.me/primer_rayon_01_glava", LAST)
    assert f"{entry.file}: {entry.evidence.id}" in missing.detail
    assert (replay.differences, replay.equal) == ((), False)


def test_looks_whose_inputs_are_damaged_are_taken_as_stored(folder: Path) -> None:
    """None of them counts as replayed."""
    edit(folder / "data", *(f"UPDATE {table} SET asked = zipped('{{}}')" for table in ("looks", "controls")))
    replay = replayed(folder)
    assert {missing.reason for missing in replay.missing} == {"damaged"}
    assert len(replay.missing) == replay.looks
    assert (replay.differences, replay.equal) == ((), False)


def test_the_registry_of_the_day_is_used(folder: Path) -> None:
    """The audit is equal by the stored registry; without it today's is used, and reported."""
    registry_file = folder / "officials.yaml"
    policy = "policy:\n  posts_per_week: {value: 40, basis: convention, source: https://example.invalid/}\n"
    present_text = registry_file.read_text(encoding="utf-8")
    registry_file.write_text(f"{present_text}\n{policy}", encoding="utf-8")
    assert replayed(folder).equal
    edit(folder / "data", "DELETE FROM registries")
    assert replayed(folder).differences
    registry_file.write_text(present_text, encoding="utf-8")
    replay = replayed(folder)
    assert (replay.registry_was_kept, replay.differences, replay.equal) == (False, (), False)


def purge(folder: Path, days: int, public: int, comments: int) -> Replay:
    """Purge, `days` after the last audit, what is older than the other numbers of days; verify and replay the rest."""
    with Archive.open(folder / "data") as archive:
        now = archive.audits.as_of(LAST) + timedelta(days=days)
        archive.purge(Cutoffs(now - timedelta(days=public), now - timedelta(days=comments)), now)
        assert archive.verify() == []
    return replayed(folder)


@pytest.mark.parametrize(
    ("days", "public", "comments", "weeks"),
    [(40, 400, 46, {BEFORE}), (334, 365, 90, {BEFORE, LAST}), (396, 365, 90, {BEFORE, LAST})],
    ids=["comments of earlier weeks", "all comments", "everything"],
)
def test_of_what_retention_has_removed_the_sealed_audit_stands(
    days: int, public: int, comments: int, weeks: set[str], folder: Path
) -> None:
    """Nothing counts as different: looks that were not fully replayed are listed, and the checks that rest on them."""
    replay = purge(folder, days, public, comments)
    assert replay.differences == ()
    assert {(missing.reason, missing.week) for missing in replay.missing} == {("purged", week) for week in weeks}
    checks = {gap.check.split()[0] for gap in replay.purged if gap.check and gap.field != "evidence"}
    assert len(checks) > 1 if days > public else checks == {"comments_answered"}
    assert not replay.equal


def test_the_command_ends_with_0_1_3_or_4(folder: Path) -> None:
    """Equal, different, incomplete, or without a readable audit, which is one line."""
    options = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--lang", "en")

    def replays(week: str, *more: str) -> Done:
        return inline("evidence", "verify", "--replay", "--week", week, *options, *more, env={})

    for week in (LAST, BEFORE):
        equal = replays(week)
        assert (equal.code, equal.err) == (0, "")
        assert "Equal:" in equal.out
    with Archive.read(folder / "data") as archive:
        text = archive.audits.text(BEFORE) or ""
    replace_audit(folder / "data", BEFORE, "[1]")
    for week, message in (("2026-W40", "`auditor weekly --week 2026-W40`"), (BEFORE, "has lost its form")):
        failed = replays(week)
        assert (failed.code, failed.err.count("\n")) == (4, 1)
        assert message in failed.err
    replace_audit(folder / "data", BEFORE, text)
    purge(folder, 334, public=365, comments=90)
    assert replays(LAST, "--as-of", "2027-11-01T12:00+07:00").code == 3
    replace_audit(folder / "data", BEFORE, text.replace("rayon-02", "rayon-99"))
    assert replays(BEFORE).code == 1
