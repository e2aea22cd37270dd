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

import pytest
from pydantic import ValidationError
from warcio.archiveiterator import ArchiveIterator

from auditor.archive import Archive
from auditor.archive.answers import Entry
from auditor.archive.purge import Cutoffs
from auditor.archive.warc import answer_record
from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Catalogue
from auditor.base.packing import packed
from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.base.weeks import Week
from auditor.commands.demo import run_demo
from auditor.commands.replay_text import render_replay
from auditor.probes.base import Target, Window
from auditor.registry import load_registry
from auditor.run.collect import collect
from auditor.run.notes import Note
from auditor.run.replay import Missing, Replay, replay_week
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.run.weekly import look, open_routes
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.archive_samples import replace_audit
from tests.cases import WEEK
from tests.command import auditor
from tests.pipeline import audit_week, sandboxed, session_of

LAST, BEFORE = "2026-W47", "2026-W46"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what forbids every connection from here on."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a replay asked a network")

    def forbid() -> None:
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)

    return forbid


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder, seed=2022, weeks=2)
    return folder


@pytest.fixture
def folder(demo: Path, tmp_path: Path, no_network: Callable[[], None]) -> Path:
    """A demonstration of one's own to spoil, without a network."""
    no_network()
    return Path(shutil.copytree(demo, tmp_path / "demo"))


def replayed(folder: Path, week: str = LAST) -> Replay:
    registry = load_registry(folder / "officials.yaml")
    with Archive.read(folder / "data") as archive:
        return replay_week(archive, registry, week)


def replayed_of(session: Session, week: Week) -> Replay:
    with Archive.read(session.data) as archive:
        return replay_week(archive, session.registry, str(week))


def edit(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(folder / "data" / "archive.sqlite")) as database:
        for statement, values in statements:
            database.execute(statement, values)
        database.commit()


def page_of(folder: Path, kind: EvidenceKind = EvidenceKind.POSTS) -> tuple[Entry, bytes]:
    """The newest page of posts of a head's channel, as it was stored in the last week."""
    with Archive.read(folder / "data") as archive:
        rows = archive.answers.entries(week=LAST)
        entry = next(e for e in rows if e.evidence.kind is kind and "/s/primer_rayon_01_glava" in e.evidence.url)
        return entry, archive.answers.record(entry).body


@pytest.mark.parametrize("week", [LAST, BEFORE])
def test_a_demonstrations_audits_are_made_again_value_for_value(week: str, folder: Path) -> None:
    """All looks and controls of both routes, with the registry of the day, and nothing else."""
    done = replayed(folder, week)
    assert (done.differences, done.missing) == ((), ())
    assert done.equal
    assert done.looks > 40
    assert done.of_then
    assert done.audit.to_json() == done.stored.to_json()


def test_a_look_of_the_same_moment_that_came_after_the_audit_is_none_of_its(tmp_path: Path) -> None:
    """`weekly` and `check` with one --as-of: which runs an audit rests on is told by the chain and not by the clock."""
    world = World.build()
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        session = session_of(world, tmp_path, sandbox.settings(client=tmp_path), world.now)
        week = Week.last_ended(world.now, session.registry.zone)
        audit_week(session, week)
        with Archive.open(session.data) as archive:
            look(session, archive, week, command="check", offices=session.registry.offices[:2])
    done = replayed_of(session, week)
    assert done.equal
    assert done.audit.to_json() == done.stored.to_json()


def made_of(seed: int, *faults: str, now: timedelta = timedelta(0), **environ: str) -> Callable[[Path], Session]:
    def run(folder: Path) -> Session:
        world = World.build(seed=seed)
        with sandboxed(world, folder, *faults, now=world.now + now, **environ) as (_, session):
            audit_week(session, Week.last_ended(session.clock(), session.registry.zone))
        return session

    return run


def made_of_renamed(folder: Path) -> Session:
    """Two weeks: pages were renamed between them, and a name was taken over."""
    world = worlds.renamed()
    with Sandbox(world) as sandbox:
        session = session_of(world, folder, sandbox.settings(), world.now)
        for now in (world.now - timedelta(weeks=1), world.now):
            sandbox.now = now
            session = replace(session, as_of=now)
            audit_week(session, Week.last_ended(now, session.registry.zone))
    return session


def made_by_both_routes(folder: Path, *faults: str) -> Session:
    world = World.build()
    private = folder / "client"
    private.mkdir(parents=True)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        for fault in faults:
            sandbox.faults.on(fault)
        session = session_of(world, folder, sandbox.settings(client=private), world.now)
        audit_week(session, Week.last_ended(world.now, session.registry.zone))
    return session


DEAD = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
RUNS: dict[str, Callable[[Path], Session]] = {
    "seed 7": made_of(7),
    "seed 41": made_of(41),
    "an open week": made_of(2022, now=-timedelta(days=4)),
    "VK's control failed": made_of(2022, "vk_control"),
    "Telegram's control failed": made_of(2022, "telegram_control"),
    "no key": made_of(2022, AUDITOR_VK_TOKEN=""),
    "no network": made_of(2022, **DEAD),
    "throttled": made_of(2022, "telegram_429", "vk_captcha"),
    "renamed pages": made_of_renamed,
    "both routes of Telegram": made_by_both_routes,
    "the client's control failed": lambda folder: made_by_both_routes(folder, "mtproto_control"),
    "the client is flooded": lambda folder: made_by_both_routes(folder, "mtproto_flood_long"),
}


@pytest.mark.parametrize("name", RUNS)
def test_whatever_befell_a_run_its_audit_is_made_again(
    name: str, tmp_path: Path, no_network: Callable[[], None]
) -> None:
    """Faults, closed routes and silence are played back as such."""
    session = RUNS[name](tmp_path)
    no_network()
    done = replayed_of(session, Week.last_ended(session.clock(), session.registry.zone))
    assert (done.differences, done.missing) == ((), ())
    assert done.equal
    assert done.looks > 20


def test_what_was_not_believed_for_its_date_is_not_believed_again(
    tmp_path: Path, no_network: Callable[[], None]
) -> None:
    """The sandbox's clock is not that of its servers' dates, so a live run concludes nothing."""
    world = World.build()
    with sandboxed(world, tmp_path) as (_, session), Archive.open(session.data) as archive:
        week = Week.last_ended(world.now, session.registry.zone)
        with open_routes(session, archive) as routes:
            told = collect(archive, session.registry, week, routes, session.clock, command="weekly", live=True)
        end = told.finished_at
        audit = judge_week(session, archive, week, end)
        archive.audits.save(str(week), end, audit.to_stored(), session.registry.text)
        seen = {row.snapshot.cause for rows in archive.looks.snapshots(end).values() for row in rows}
    assert Cause.CONTROL_FAILED in seen
    no_network()
    assert replayed_of(session, week).equal


def test_an_edited_finding_is_a_difference_of_its_office_and_check(folder: Path) -> None:
    """Both values are shown."""
    with Archive.read(folder / "data") as archive:
        text = archive.audits.text(LAST)
    assert text is not None
    audit = json.loads(text)
    office = audit["offices"][0]
    found = next(f for f in office["findings"] if f["check"] == "posts_per_week" and f["account"] is None)
    posts = found["values"]["posts"]
    found["values"]["posts"] = posts + 5
    replace_audit(folder / "data", LAST, json.dumps(audit))
    done = replayed(folder)
    (told,) = done.differences
    assert (told.office, told.check, told.field) == (office["id"], "posts_per_week", "values.posts")
    assert (told.one, told.other) == (str(posts + 5), str(posts))
    assert not done.equal


def test_a_changed_answer_with_hashes_made_to_fit_comes_out_otherwise(folder: Path) -> None:
    """Whoever moves posts of a stored page to another week, and forges its hashes, meets the findings as published."""
    entry, body = page_of(folder)
    forged = body.replace(b'datetime="2026-11-2', b'datetime="2026-11-1')
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
    assert {told.office for told in done.differences} - {""} == {"rayon-01"}  # "" is what sums all offices up
    checks = {told.check for told in done.differences}
    assert "look" in checks  # another look saw the same posts: what was ever seen of them still counts


def test_a_damaged_record_is_named_and_the_rest_is_played(folder: Path) -> None:
    """The look it belongs to is taken as it was stored; nothing else is."""
    entry, _ = page_of(folder)
    file = folder / "data" / "evidence" / entry.file
    data = bytearray(file.read_bytes())
    data[entry.offset + entry.length // 2] ^= 0x10
    file.write_bytes(data)
    done = replayed(folder)
    (lost,) = done.missing
    assert (lost.reason, lost.url) == ("damaged", "https://t.me/primer_rayon_01_glava")
    assert f"{entry.file}: {entry.evidence.id}" in lost.detail
    assert done.differences == ()
    assert not done.equal


def test_a_damaged_note_is_named(folder: Path) -> None:
    """Without what a look was to look at it cannot be made again."""
    with Archive.read(folder / "data") as archive:
        look = next(row for row in archive.looks.all(archive.audits.made_at(LAST)) if row.week == LAST)
    page = (look.run, look.snapshot.route, look.snapshot.url)
    edit(folder, ("UPDATE looks SET asked = ? WHERE run_id = ? AND route = ? AND url = ?", (packed("{}"), *page)))
    (lost,) = replayed(folder).missing
    assert (lost.url, lost.reason) == (look.snapshot.url, "damaged")
    with Archive.read(folder / "data") as archive:
        assert [flaw.where for flaw in archive.verify()] == [f"run {look.run}: asked {page[1]} {page[2]}"]


def test_the_registry_of_the_day_is_gone_by(folder: Path) -> None:
    """The audit is equal by the registry that was kept, whatever that of now says."""
    book = folder / "officials.yaml"
    text = book.read_text(encoding="utf-8")
    policy = "policy:\n  posts_per_week: {value: 40, basis: convention, source: https://example.invalid/}\n"
    assert "\npolicy:" not in text
    book.write_text(text + "\n" + policy, encoding="utf-8")
    assert replayed(folder).equal


def test_without_the_registry_of_the_day_the_one_of_now_is_used_and_said_to_be(folder: Path) -> None:
    """What it makes may be equal, and is not called so."""
    edit(folder, ("DELETE FROM registries", ()))
    done = replayed(folder)
    assert (done.of_then, done.differences, done.equal) == (False, (), False)


def test_looks_whose_notes_are_missing_are_taken_as_stored(folder: Path) -> None:
    """Nothing of them is claimed to have been made again."""
    edit(folder, *((f"UPDATE {table} SET asked = ?", (packed("{}"),)) for table in ("looks", "controls")))
    done = replayed(folder)
    assert {lost.reason for lost in done.missing} == {"damaged"}
    assert len(done.missing) == done.looks
    assert (done.differences, done.equal) == ((), False)


def purge_between(folder: Path, *, all_of_it: bool) -> None:
    with Archive.open(folder / "data") as archive:
        last, before = archive.audits.made_at(LAST), archive.audits.made_at(BEFORE)
        assert last is not None
        assert before is not None
        public = last + timedelta(days=1) if all_of_it else before - timedelta(days=400)
        archive.purge(Cutoffs(public, before + timedelta(days=1)), last + timedelta(days=40))


def test_a_week_is_made_again_though_the_answers_of_earlier_weeks_were_purged(folder: Path) -> None:
    """Their looks are taken as they are left, and that is said; only what rests on their comments may differ."""
    purge_between(folder, all_of_it=False)
    done = replayed(folder)
    assert done.differences == ()
    assert {lost.reason for lost in done.missing} == {"purged"}


def test_a_week_whose_answers_were_purged_is_not_made_again(folder: Path) -> None:
    """Equal it cannot be called any more."""
    purge_between(folder, all_of_it=True)
    done = replayed(folder)
    assert not done.equal
    assert len([lost for lost in done.missing if lost.week == LAST]) > 40
    with Archive.read(folder / "data") as archive:
        assert archive.verify() == []


def purge_later(folder: Path, days: int) -> None:
    """Purge by the usual terms, so many days after the last audit."""
    with Archive.open(folder / "data") as archive:
        last = archive.audits.made_at(LAST)
        assert last is not None
        now = last + timedelta(days=days)
        archive.purge(Cutoffs(now - timedelta(days=365), now - timedelta(days=90)), now)
        assert archive.verify() == []


def test_after_eleven_months_all_is_made_again_but_the_figures_of_comments(folder: Path) -> None:
    """Those are the sealed audit's; which looks were not replayed whole is said."""
    purge_later(folder, 334)
    done = replayed(folder)
    assert done.differences == ()
    assert not done.equal
    assert {lost.reason for lost in done.missing} == {"purged"}
    judged = [gap for gap in done.purged if gap.check and gap.field != "evidence"]
    assert {gap.check.split()[0] for gap in judged} == {"comments_answered"}
    told = auditor(
        *(
            "evidence",
            "verify",
            "--replay",
            "--week",
            LAST,
            "--data",
            folder / "data",
            "--registry",
            folder / "officials.yaml",
            "--as-of",
            "2027-11-01T12:00+07:00",
        ),
        cwd=folder,
    )
    assert told.code == 3
    assert "остаются значения запечатанного отчёта" in told.out


def test_after_thirteen_months_verdicts_and_marks_are_left(folder: Path) -> None:
    """Nothing was judged again, and nothing is called different: what is left is said."""
    purge_later(folder, 396)
    done = replayed(folder)
    assert done.differences == ()
    assert done.purged
    assert len([lost for lost in done.missing if lost.week == LAST]) > 40
    page = render_replay(done, Catalogue("en"))
    assert "rest on answers that were purged: those of the sealed audit stand" in page
    with Archive.read(folder / "data") as archive:
        assert all(entry.purged and entry.evidence.sha256 for entry in archive.answers.entries(week=LAST))
        assert [office.verdict for office in done.stored.offices]


def test_the_command_says_equal_and_ends_with_0_else_with_1_or_4(folder: Path) -> None:
    """In words, after what the archive's own seals say; without an audit one line."""
    place = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--lang", "en")
    done = auditor("evidence", "verify", "--replay", "--week", LAST, *place, cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert "Equal: the stored audit was made again, value for value." in done.out
    with Archive.read(folder / "data") as archive:
        text = archive.audits.text(LAST) or ""
    replace_audit(folder / "data", LAST, text.replace("rayon-02", "rayon-99"))
    done = auditor("evidence", "verify", "--replay", "--week", LAST, *place, cwd=folder)
    assert done.code == 1
    assert "values differ:" in done.out
    done = auditor("evidence", "verify", "--replay", "--week", "2026-W40", *place, cwd=folder)
    assert done.code == 4
    assert done.err.count("\n") == 1
    assert "no audit of 2026-W40 is stored" in done.err


def test_every_kind_of_trouble_is_told(folder: Path) -> None:
    """A line a look, in either language."""
    edit(folder, ("UPDATE looks SET asked = ?", (packed("{}"),)), ("UPDATE runs SET requests = NULL", ()))
    done = replayed(folder)
    for lang in ("ru", "en"):
        page = render_replay(done, Catalogue(lang)).splitlines()
        assert len(page) > len(done.missing)
    lost = Missing(Route.VK, "https://vk.com/id1", LAST, "damaged", "its note is missing")
    assert "its note is missing" in render_replay(replace(done, missing=(lost,)), Catalogue("ru"))


def test_a_stored_audit_that_lost_its_form_is_one_line(folder: Path) -> None:
    """The archive is to blame, and verify names it."""
    replace_audit(folder / "data", LAST, "[1]")
    with pytest.raises(ArchiveError, match="has lost its form"):
        replayed(folder)


def test_a_note_keeps_the_form_that_archives_hold() -> None:
    """Names, order, addresses as they were asked for; an unknown field or a time without a zone is refused."""
    others = frozenset({Address.parse("vk.com/rayon"), Address.parse("t.me/+AbCdEfGhIjK")})
    target = Target(
        Address.parse("t.me/Perviy_Rayon"), staff=(5, "staff"), others=others, names=("Имярек",), id=-7, id_seen=True
    )
    target = replace(target, numbers={"rayon": -9}, unknown=frozenset({"staff"}), skip={5: 2}, posts_until=WEEK.starts)
    note = Note(target=target, window=Window.of(WEEK, WEEK.ends))
    text = note.model_dump_json()
    assert json.loads(text)["target"] == {
        "address": "https://t.me/Perviy_Rayon",
        "full": True,
        "staff": [5, "staff"],
        "others": ["https://t.me/+AbCdEfGhIjK", "https://vk.com/rayon"],
        "own": [],
        "institution": [],
        "names": ["Имярек"],
        "id": -7,
        "id_seen": True,
        "photos_before": None,
        "sides": "",
        "numbers": {"rayon": -9},
        "unknown": ["staff"],
        "skip": {"5": 2},
        "posts_until": "2026-11-15T17:00:00Z",
        "opening_known": False,
        "subscribers": None,
        "control": "",
    }
    again = Note.model_validate_json(text)
    assert (again, again.target.address.asked) == (note, "Perviy_Rayon")
    starts = json.loads(text)["window"]["starts"]
    for old, new in (('"full":true', '"full":true,"more":1'), (starts, starts.removesuffix("Z"))):
        with pytest.raises(ValidationError):
            Note.model_validate_json(text.replace(old, new))


def test_a_note_holds_what_the_look_was_for_and_nothing_that_anybody_wrote(demo: Path) -> None:
    """The target and the window."""
    world = World.build(seed=2022)
    with Archive.read(demo / "data") as archive:
        at = archive.audits.made_at(LAST)
        assert at is not None
        for row in archive.looks.all(at):
            text = archive.looks.asked(row.run, row.snapshot) or ""
            note = Note.model_validate_json(text)
            assert note.target.address.url == row.snapshot.url
            assert note.window.ends <= at
            assert not [word for word in world.citizens if word and word in text]


def test_no_record_stands_in_the_place_of_another(demo: Path) -> None:
    """Every kind is one that tools index, and no address differs by its end alone."""
    found = set()
    for file in sorted((demo / "data" / "evidence").iterdir()):
        with file.open("rb") as stream:
            records = [record.rec_headers for record in ArchiveIterator(stream)]
        found |= {(fields["WARC-Type"], fields["WARC-Target-URI"] or "") for fields in records}
    assert {kind for kind, _ in found} == {"resource"}
    assert [uri for _, uri in found if "#" in uri] == []


def test_a_week_without_a_key_replays_equal_by_the_machines_own_clock(tmp_path: Path) -> None:
    """A control that was not asked has its own moment in the record, and the replay writes the same record."""
    world = World.build()
    now = datetime.now(UTC)
    with sandboxed(world, tmp_path, now=now, AUDITOR_VK_TOKEN="") as (_, session):
        live = replace(session, as_of=None)
        week = Week.last_ended(now, live.registry.zone)
        audit_week(live, week)
    assert replayed_of(live, week).equal
