"""A stored audit is made again from its answers alone, and whatever differs is named."""

import hashlib
import json
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.archive.answers import Entry
from auditor.archive.purge import Cutoffs
from auditor.archive.warc import answer_record
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.packing import packed
from auditor.base.snapshot import Cause, EvidenceKind, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.probes.looks import Look
from auditor.registry import load_registry
from auditor.run.collect import collect
from auditor.run.notes import Note
from auditor.run.replay import Replay, replay_week
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.run.weekly import look, open_routes
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.archive_samples import replace_audit
from tests.cases import WEEK
from tests.command import Done, inline
from tests.pipeline import audit_week, few, make_week, sandboxed
from tests.probes import toy
from tests.run.helpers import NAMES, played, run, seen, wire

LAST, BEFORE = "2026-W47", "2026-W46"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what forbids every connection from here on."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a replay asked a network")

    def forbid() -> None:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)

    return forbid


@pytest.fixture
def folder(two_weeks: Path, tmp_path: Path, no_network: Callable[[], None]) -> Path:
    """Two weeks of one's own to spoil, without a network."""
    no_network()
    return Path(shutil.copytree(two_weeks, tmp_path / "weeks"))


def replayed(folder: Path, week: str = LAST) -> Replay:
    """Make a week of a folder again, by the registry that lies beside it."""
    with Archive.read(folder / "data") as archive:
        return replay_week(archive, load_registry(folder / "officials.yaml"), week)


def edit(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change rows of the archive behind its back."""
    with closing(sqlite3.connect(folder / "data" / "archive.sqlite")) as database:
        for statement, values in statements:
            database.execute(statement, values)
        database.commit()


# Whatever befell a run ------------------------------------------------------------------------------------------------


def made(world: World, *faults: str, ago: timedelta = timedelta(0), client: bool = False, **environ: str) -> Any:
    """Return what makes a week of a world in a folder, with faults, by the preview alone or by the client too."""

    def make(folder: Path) -> Session:
        with Sandbox(world) as sandbox:
            for fault in faults:
                sandbox.faults.on(fault)
            folder.mkdir(exist_ok=True)
            return make_week(sandbox, folder, world.now - ago, folder if client else None, **environ)

    return make


def made_of_renamed(folder: Path) -> Session:
    """Two weeks: pages were renamed between them, and a name was taken over."""
    world = worlds.renamed()
    with Sandbox(world) as sandbox:
        make_week(sandbox, folder, world.now - timedelta(weeks=1))
        return make_week(sandbox, folder, world.now)


def made_by_the_machines_clock(folder: Path) -> Session:
    """A control that was not asked has its own moment in the record."""
    now = datetime.now(UTC)
    with sandboxed(few(World.build()), folder, now=now, AUDITOR_VK_TOKEN="") as (_, session):
        live = replace(session, as_of=None)
        audit_week(live, Week.last_ended(now, live.registry.zone))
    return live


FEW = few(World.build())
DEAD = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
RUNS: dict[str, Callable[[Path], Session]] = {
    "an open week": made(FEW, ago=timedelta(days=4)),
    "VK's control failed": made(FEW, "vk_control"),
    "Telegram's control failed": made(FEW, "telegram_control"),
    "no key, by the machine's clock": made_by_the_machines_clock,
    "no network": made(FEW, **DEAD),
    "throttled": made(FEW, "telegram_429", "vk_captcha"),
    "renamed pages": made_of_renamed,
    "both routes of Telegram, the client flooded": made(FEW, "mtproto_flood_long", client=True),
}
MORE_RUNS: dict[str, Callable[[Path], Session]] = {
    "seed 7": made(World.build(seed=7)),
    "seed 41": made(World.build(seed=41)),
    "both routes of Telegram": made(World.build(), client=True),
    "the client's control failed": made(World.build(), "mtproto_control", client=True),
}


@pytest.mark.parametrize("name", [*RUNS, *(pytest.param(name, marks=pytest.mark.thorough) for name in MORE_RUNS)])
def test_whatever_befell_a_run_its_audit_is_made_again(
    name: str, tmp_path: Path, no_network: Callable[[], None]
) -> None:
    """Faults, closed routes and silence are played back as such, value for value."""
    session = (RUNS | MORE_RUNS)[name](tmp_path)
    no_network()
    with Archive.read(session.data) as archive:
        done = replay_week(archive, session.registry, str(Week.last_ended(session.clock(), session.registry.zone)))
    assert (done.differences, done.missing, done.equal, done.of_then) == ((), (), True, True)
    assert done.audit.to_json() == done.stored.to_json()
    assert done.looks > 10


@pytest.mark.parametrize("week", [LAST, BEFORE])
def test_each_of_two_weeks_is_made_again(week: str, folder: Path) -> None:
    """All looks and controls of both routes, with the registry of the day, and nothing else."""
    done = replayed(folder, week)
    assert (done.equal, done.week, done.of_then) == (True, week, True)
    assert done.audit.to_json() == done.stored.to_json()


@pytest.mark.thorough
@pytest.mark.parametrize("week", ["2026-W43", "2026-W44", BEFORE, LAST])
def test_each_week_of_the_demonstration_is_made_again(week: str, five_weeks: Path) -> None:
    """In one of them VK showed a captcha to every request; one was left out."""
    assert replayed(five_weeks, week).equal


def test_a_look_of_the_same_moment_that_came_after_the_audit_is_none_of_its(tmp_path: Path) -> None:
    """`weekly` and `check` with one --as-of: which runs an audit rests on is told by the chain and not by the clock."""
    with Sandbox(FEW) as sandbox:
        session = make_week(sandbox, tmp_path, FEW.now)
        week = Week.last_ended(FEW.now, session.registry.zone)
        with Archive.open(session.data) as archive:
            look(session, archive, week, command="check", offices=session.registry.offices[:2])
            done = replay_week(archive, session.registry, str(week))
    assert done.equal


def test_what_was_not_believed_for_its_date_is_not_believed_again(
    tmp_path: Path, no_network: Callable[[], None]
) -> None:
    """The sandbox's clock is not that of its servers' dates, so a live run concludes nothing."""
    with sandboxed(FEW, tmp_path) as (_, session), Archive.open(session.data) as archive:
        week = Week.last_ended(FEW.now, session.registry.zone)
        with open_routes(session, archive) as routes:
            told = collect(archive, session.registry, week, routes, session.clock, command="weekly", live=True)
        end = told.finished_at
        audit = judge_week(session, archive, week, end)
        archive.audits.save(str(week), end, audit.to_stored(), session.registry.text)
        causes = {row.snapshot.cause for rows in archive.looks.snapshots(end).values() for row in rows}
        assert Cause.CONTROL_FAILED in causes
        no_network()
        assert replay_week(archive, session.registry, str(week)).equal


# What differs ---------------------------------------------------------------------------------------------------------


def test_an_edited_finding_is_a_difference_of_its_office_and_check(folder: Path) -> None:
    """Both values are shown."""
    with Archive.read(folder / "data") as archive:
        audit = json.loads(archive.audits.text(LAST) or "")
    office = audit["offices"][0]
    finding = next(f for f in office["findings"] if f["check"] == "posts_per_week" and f["account"] is None)
    posts = finding["values"]["posts"]
    finding["values"]["posts"] = posts + 5
    replace_audit(folder / "data", LAST, json.dumps(audit))
    done = replayed(folder)
    (gap,) = done.differences
    assert (gap.office, gap.check, gap.field) == (office["id"], "posts_per_week", "values.posts")
    assert (gap.one, gap.other) == (str(posts + 5), str(posts))
    assert not done.equal


def page_of(folder: Path) -> tuple[Entry, bytes]:
    """The newest page of posts of a head's channel, as it was stored in the last week."""
    with Archive.read(folder / "data") as archive:
        rows = archive.answers.entries(week=LAST)
        of_head = (e for e in rows if "/s/primer_rayon_01_glava" in e.evidence.url)
        entry = next(e for e in of_head if e.evidence.kind is EvidenceKind.POSTS)
        return entry, archive.answers.record(entry).body


def test_a_changed_answer_with_hashes_made_to_fit_comes_out_otherwise(folder: Path) -> None:
    """Whoever moves posts of a stored page to another week, and forges its hashes, meets the findings as published."""
    entry, body = page_of(folder)
    forged = body.replace(b"2026-11-2", b"2026-11-1")
    assert forged != body
    evidence = entry.evidence.model_copy(update={"stored_sha256": hashlib.sha256(forged).hexdigest()})
    file = folder / "data" / "evidence" / entry.file
    record_id, record = answer_record(Answer(evidence, forged))
    at = file.stat().st_size
    with file.open("ab") as target:
        target.write(record)
    row = (evidence.stored_sha256, at, len(record), record_id, evidence.id)
    edit(folder, ("UPDATE answers SET stored_sha256 = ?, offset = ?, length = ?, record_id = ? WHERE id = ?", row))
    done = replayed(folder)
    assert done.missing == ()
    assert {gap.office for gap in done.differences} - {""} == {"rayon-01"}  # "" is what sums all offices up
    assert "look" in {gap.check for gap in done.differences}


def test_a_look_of_other_code_is_a_difference_by_field(tmp_path: Path) -> None:
    """The kind, where it was seen, stored, replayed."""

    def other(target: Target, window: Window) -> Look[Snapshot]:
        found = yield from toy.look(target, window)
        return found.model_copy(update={"id": 8})

    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        gaps = [gap for _, gap in played(archive, replace(toy.PLUGIN, look=other)).gaps]
    assert [(gap.check, gap.field, gap.one, gap.other) for gap in gaps] == [
        ("look", f"vk https://vk.com/{name} {WEEK}: id", "7", "8") for name in NAMES
    ]


# What is missing ------------------------------------------------------------------------------------------------------


def test_a_damaged_record_is_named_and_the_rest_is_played(folder: Path) -> None:
    """The look it belongs to is taken as it was stored; nothing else is."""
    entry, _ = page_of(folder)
    file = folder / "data" / "evidence" / entry.file
    data = bytearray(file.read_bytes())
    data[entry.offset + entry.length // 2] ^= 0x10
    file.write_bytes(data)
    done = replayed(folder)
    (lost,) = done.missing
    assert (lost.reason, lost.url, lost.week) == ("damaged", "https://t.me/primer_rayon_01_glava", LAST)
    assert f"{entry.file}: {entry.evidence.id}" in lost.detail
    assert (done.differences, done.equal) == ((), False)


@pytest.mark.parametrize("every", [False, True])
def test_looks_whose_notes_are_damaged_are_taken_as_stored(every: bool, folder: Path) -> None:
    """One of them, or every look and control: nothing of these is claimed to have been made again."""
    with Archive.read(folder / "data") as archive:
        row = next(row for row in archive.looks.all(archive.audits.made_at(LAST)) if row.week == LAST)
    where, page = ("", ()) if every else (" WHERE run_id = ? AND url = ?", (row.run, row.snapshot.url))
    for table in ("looks", "controls"):
        edit(folder, (f"UPDATE {table} SET asked = ?{where}", (packed("{}"), *page)))
    done = replayed(folder)
    assert {lost.reason for lost in done.missing} == {"damaged"}
    assert len(done.missing) == (done.looks if every else 1)
    assert (done.differences, done.equal) == ((), False)


@pytest.mark.parametrize(
    ("week", "told"), [(LAST, "has lost its form"), ("2026-W40", "auditor weekly --week 2026-W40")]
)
def test_an_audit_that_is_not_there_or_lost_its_form_is_one_line(week: str, told: str, folder: Path) -> None:
    """The archive is to blame; for a week without an audit the command that makes one is named."""
    replace_audit(folder / "data", LAST, "[1]")
    with pytest.raises(ArchiveError, match=told):
        replayed(folder, week)


def test_the_registry_of_the_day_is_gone_by(folder: Path) -> None:
    """The audit is equal by the registry that was kept; without it the one of now is used, and said to be."""
    book = folder / "officials.yaml"
    policy = "policy:\n  posts_per_week: {value: 40, basis: convention, source: https://example.invalid/}\n"
    now = book.read_text(encoding="utf-8")
    book.write_text(f"{now}\n{policy}", encoding="utf-8")
    assert replayed(folder).equal
    edit(folder, ("DELETE FROM registries", ()))
    assert replayed(folder).differences
    book.write_text(now, encoding="utf-8")
    done = replayed(folder)
    assert (done.of_then, done.differences, done.equal) == (False, (), False)


def purge(folder: Path, days: int, public: int, comments: int) -> Replay:
    """Purge so many days after the last audit what is older than so many; what is left holds together. Replay it."""
    with Archive.open(folder / "data") as archive:
        last = archive.audits.made_at(LAST)
        assert last is not None
        now = last + timedelta(days=days)
        archive.purge(Cutoffs(now - timedelta(days=public), now - timedelta(days=comments)), now)
        assert archive.verify() == []
    return replayed(folder)


@pytest.mark.parametrize(
    ("days", "public", "comments", "weeks", "turned"),
    [
        (40, 400, 46, {BEFORE}, {"comments_answered"}),
        (334, 365, 90, {BEFORE, LAST}, {"comments_answered"}),
        (396, 365, 90, {BEFORE, LAST}, None),
    ],
    ids=["comments of earlier weeks", "all comments", "everything"],
)
def test_of_what_retention_has_removed_the_sealed_audit_stands(
    days: int, public: int, comments: int, weeks: set[str], turned: set[str] | None, folder: Path
) -> None:
    """Nothing is called different: which looks were not replayed whole is said, and which checks rest on them."""
    done = purge(folder, days, public, comments)
    assert done.differences == ()
    assert {(lost.reason, lost.week) for lost in done.missing} == {("purged", week) for week in weeks}
    checks = {gap.check.split()[0] for gap in done.purged if gap.check and gap.field != "evidence"}
    assert checks == turned or (turned is None and len(checks) > 1)
    assert not done.equal


def test_a_look_whose_answers_of_comments_were_purged_is_taken_again_but_for_these(tmp_path: Path) -> None:
    """What is missing is named, and counts as it was stored."""
    with Archive.open(tmp_path) as archive:
        run(archive, wire())
        ids = {e.id for look in seen(archive).values() for e in look.evidence if e.kind is EvidenceKind.COMMENTS}
        whole = archive.answers.entries
        archive.answers.entries = lambda **named: [  # type: ignore[method-assign]
            replace(entry, purged=WEEK.ends) if entry.evidence.id in ids else entry for entry in whole(**named)
        ]
        again = played(archive)
    assert again.gaps == []
    assert [(lost.reason, lost.url) for lost in again.missing] == [("purged", f"https://vk.com/{n}") for n in NAMES]


def test_a_note_holds_what_the_look_was_for_and_nothing_that_anybody_wrote(two_weeks: Path) -> None:
    """The target and the window."""
    with Archive.read(two_weeks / "data") as archive:
        at = archive.audits.made_at(LAST)
        assert at is not None
        for row in archive.looks.all(at):
            text = archive.looks.asked(row.run, row.snapshot) or ""
            note = Note.model_validate_json(text)
            assert note.target.address.url == row.snapshot.url
            assert note.window is not None
            assert note.window.ends <= at
            assert not [word for word in FEW.citizens if word and word in text]


def test_the_command_ends_with_0_1_3_or_4(folder: Path) -> None:
    """Equal, different, not whole any more, or without an audit: then in one line."""
    place = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--lang", "en")

    def replays(week: str, *more: str) -> Done:
        return inline("evidence", "verify", "--replay", "--week", week, *place, *more, env={})

    equal = replays(LAST)
    assert (equal.code, equal.err, "Equal:" in equal.out) == (0, "", True)
    none = replays("2026-W40")
    assert (none.code, none.err.count("\n")) == (4, 1)
    purge(folder, 334, public=365, comments=90)
    assert replays(LAST, "--as-of", "2027-11-01T12:00+07:00").code == 3
    with Archive.read(folder / "data") as archive:
        text = archive.audits.text(BEFORE) or ""
    replace_audit(folder / "data", BEFORE, text.replace("rayon-02", "rayon-99"))
    assert replays(BEFORE).code == 1
