"""A stored audit is made again from its answers alone, and whatever differs is named."""

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
    """Two weeks of one's own to spoil, without a network."""
    monkeypatch.setattr(socket, "socket", None)
    return Path(shutil.copytree(two_weeks, tmp_path / "weeks"))


def replayed(folder: Path, week: str = LAST) -> Replay:
    """Make a week of a folder again, by the registry that lies beside it."""
    with Archive.read(folder / "data") as archive:
        return replay_week(archive, load_registry(folder / "officials.yaml"), week)


# Whatever befell a run ------------------------------------------------------------------------------------------------


def made(world: World, *faults: str, client: bool = False, **environ: str) -> Any:
    """Return what makes a week of a world in a folder, with faults, by the preview alone or by the client too."""

    def make(folder: Path) -> Workspace:
        with Sandbox(world) as sandbox:
            for fault in faults:
                sandbox.faults.on(fault)
            return make_week(sandbox, folder, world.now, folder if client else None, **environ)

    return make


def made_of_renamed(folder: Path) -> Workspace:
    """Two weeks: pages were renamed between them, and a name was taken over."""
    world = worlds.renamed()
    with Sandbox(world) as sandbox:
        return [make_week(sandbox, folder, world.now - timedelta(weeks=weeks)) for weeks in (1, 0)][1]


def made_by_the_machines_clock(folder: Path) -> Workspace:
    """A control that was not asked has its own moment in the record."""
    now = datetime.now(UTC)
    with sandboxed(FEW, folder, now=now, AUDITOR_VK_TOKEN="") as (_, session):
        live = replace(session, as_of=None)
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
    """Faults, closed routes and silence are played back as such, value for value."""
    session = make(tmp_path)
    monkeypatch.setattr(socket, "socket", None)
    with Archive.read(session.data) as archive:
        done = replay_week(archive, session.registry, str(Week.last_ended(session.clock(), session.registry.zone)))
    assert (done.differences, done.missing, done.equal, done.registry_was_kept) == ((), (), True, True)
    assert done.audit.to_json() == done.stored.to_json()
    assert done.looks > 10


def test_a_look_of_the_same_moment_that_came_after_the_audit_is_none_of_its(tmp_path: Path) -> None:
    """`weekly` and `check` with one --as-of: which runs an audit rests on is told by the chain and not by the clock."""
    with Sandbox(FEW) as sandbox:
        session = make_week(sandbox, tmp_path, FEW.now)
        week = Week.last_ended(FEW.now, session.registry.zone)
        with Archive.open(session.data) as archive:
            collect_week(session, archive, week, command="check", offices=session.registry.offices[:2])
            done = replay_week(archive, session.registry, str(week))
    assert done.equal


# What differs ---------------------------------------------------------------------------------------------------------


def test_an_edited_finding_is_a_difference_of_its_office_and_check(folder: Path) -> None:
    """Both values are shown."""
    with Archive.read(folder / "data") as archive:
        audit = json.loads(archive.audits.text(LAST) or "")
    office = audit["offices"][0]
    values = next(f["values"] for f in office["findings"] if f["check"] == "posts_per_week" and f["account"] is None)
    values["posts"] += 5
    replace_audit(folder / "data", LAST, json.dumps(audit))
    done = replayed(folder)
    edited, posts = str(values["posts"]), str(values["posts"] - 5)
    assert done.differences == (Difference(office["id"], "posts_per_week", "values.posts", edited, posts),)
    assert not done.equal


def page_of(archive: Archive) -> EvidenceEntry:
    """The newest page of posts of a channel, as it was stored in the last week."""
    of_head = (
        entry for entry in archive.evidence.entries(week=LAST) if "/s/primer_rayon_01_glava" in entry.evidence.url
    )
    return next(entry for entry in of_head if entry.evidence.kind is EvidenceKind.POSTS)


def test_a_changed_answer_with_hashes_made_to_fit_comes_out_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever moves posts of a stored page to another week meets the findings as published."""
    honest = EvidenceStore.record
    with Archive.read(folder / "data") as archive:
        entry = page_of(archive)
        record = archive.evidence.record(entry)
    forged = replace(record, body=record.body.replace(b"2026-11-2", b"2026-11-1"))
    monkeypatch.setattr(EvidenceStore, "record", lambda self, one: forged if one == entry else honest(self, one))
    done = replayed(folder)
    assert done.missing == ()
    assert {gap.office for gap in done.differences} - {""} == {"rayon-01"}  # "" is what sums all offices up
    assert "look" in {gap.check for gap in done.differences}


# What is missing ------------------------------------------------------------------------------------------------------


def test_a_damaged_record_is_named_and_the_rest_is_played(folder: Path) -> None:
    """The look it belongs to is taken as it was stored; nothing else is."""
    with Archive.read(folder / "data") as archive:
        entry = page_of(archive)
    file = folder / "data" / "evidence" / entry.file
    data = bytearray(file.read_bytes())
    data[entry.offset + entry.length // 2] ^= 0x10
    file.write_bytes(data)
    done = replayed(folder)
    (lost,) = done.missing
    assert (lost.reason, lost.url, lost.week) == ("damaged", "https://t.me/primer_rayon_01_glava", LAST)
    assert f"{entry.file}: {entry.evidence.id}" in lost.detail
    assert (done.differences, done.equal) == ((), False)


def test_looks_whose_notes_are_damaged_are_taken_as_stored(folder: Path) -> None:
    """Nothing of these is claimed to have been made again."""
    edit(folder / "data", *(f"UPDATE {table} SET asked = zipped('{{}}')" for table in ("looks", "controls")))
    done = replayed(folder)
    assert {lost.reason for lost in done.missing} == {"damaged"}
    assert len(done.missing) == done.looks
    assert (done.differences, done.equal) == ((), False)


def test_the_registry_of_the_day_is_gone_by(folder: Path) -> None:
    """The audit is equal by the registry that was kept; without it the one of now is used, and said to be."""
    book = folder / "officials.yaml"
    policy = "policy:\n  posts_per_week: {value: 40, basis: convention, source: https://example.invalid/}\n"
    now = book.read_text(encoding="utf-8")
    book.write_text(f"{now}\n{policy}", encoding="utf-8")
    assert replayed(folder).equal
    edit(folder / "data", "DELETE FROM registries")
    assert replayed(folder).differences
    book.write_text(now, encoding="utf-8")
    done = replayed(folder)
    assert (done.registry_was_kept, done.differences, done.equal) == (False, (), False)


def purge(folder: Path, days: int, public: int, comments: int) -> Replay:
    """Purge so many days after the last audit what is older than so many; what is left holds together. Replay it."""
    with Archive.open(folder / "data") as archive:
        last = archive.audits.as_of(LAST)
        now = last + timedelta(days=days)
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
    """Nothing is called different: which looks were not replayed whole is said, and which checks rest on them."""
    done = purge(folder, days, public, comments)
    assert done.differences == ()
    assert {(lost.reason, lost.week) for lost in done.missing} == {("purged", week) for week in weeks}
    checks = {gap.check.split()[0] for gap in done.purged if gap.check and gap.field != "evidence"}
    assert len(checks) > 1 if days > public else checks == {"comments_answered"}
    assert not done.equal


def test_the_command_ends_with_0_1_3_or_4(folder: Path) -> None:
    """Equal, different, not whole any more, or without an audit that can be read: then in one line."""
    place = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--lang", "en")

    def replays(week: str, *more: str) -> Done:
        return inline("evidence", "verify", "--replay", "--week", week, *place, *more, env={})

    for week in (LAST, BEFORE):
        equal = replays(week)
        assert (equal.code, equal.err, "Equal:" in equal.out) == (0, "", True)
    with Archive.read(folder / "data") as archive:
        text = archive.audits.text(BEFORE) or ""
    replace_audit(folder / "data", BEFORE, "[1]")
    for week, said in (("2026-W40", "`auditor weekly --week 2026-W40`"), (BEFORE, "has lost its form")):
        none = replays(week)
        assert (none.code, none.err.count("\n"), said in none.err) == (4, 1, True)
    replace_audit(folder / "data", BEFORE, text)
    purge(folder, 334, public=365, comments=90)
    assert replays(LAST, "--as-of", "2027-11-01T12:00+07:00").code == 3
    replace_audit(folder / "data", BEFORE, text.replace("rayon-02", "rayon-99"))
    assert replays(BEFORE).code == 1
