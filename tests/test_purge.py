"""What is older than it may be goes, so that no file holds a byte of it, and the rest can still be checked."""

import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from auditor.archive import Archive, Cutoffs, Flaw, FlawKind, hold_lock, store
from auditor.archive import warc_files as shelf
from auditor.archive.looks import rewrite_look, rows_of, text_of
from auditor.archive.seals import strip
from auditor.audit.document import Audit
from auditor.audit.words import title_of
from auditor.base import files
from auditor.base.answers import Answer, keep
from auditor.base.errors import ArchiveError, LockedError, SettingsError
from auditor.base.i18n import Catalogue
from auditor.base.settings import load_settings
from auditor.base.snapshot import Comment, CommentsState, EvidenceKind, Post, Says, Side, Snapshot
from auditor.base.weeks import Week
from auditor.commands.diagnosis import keeping
from auditor.commands.proof import pack
from auditor.commands.purge import render_purge, run_purge
from auditor.commands.stored_answers import chosen_entries, render_list, render_record, render_verdict
from auditor.run.session import Session
from auditor.run.week import show_week
from auditor.sandbox import World
from tests.archive_samples import edit
from tests.bytesearch import everything
from tests.cases import NOW, WEEK, snapshot
from tests.pipeline import audited, sandboxed

PAGES = ("https://t.me/perviy_rayon", "https://t.me/vtoroy_rayon")
START = {"command": "weekly", "vantage": "тест", "tool_version": "0"}
SAYS = (Says.NOT, Says.ASKS, Says.NOT)
WEEKS = 5
"""Runs are four weeks apart, the last at `LAST`."""
LAST = NOW + timedelta(weeks=16)


def words(number: int, url: str) -> bytes:
    """What stood in one answer, and nowhere else."""
    return f"<html>слова {number} {url} {'неповторимые' * 5}</html>".encode()


def row(number: int) -> str:
    """How the numbers of a run's comments begin, and nothing else does."""
    return f"70000{number:02d}"


def look(number: int, url: str, moment) -> tuple[Snapshot, tuple[Answer, ...]]:
    at = moment + timedelta(hours=PAGES.index(url))
    answer = keep(
        EvidenceKind.COMMENTS, url, fetched_at=at, status=200, received=words(number, url), method="GET", headers=()
    )
    rows = tuple(
        Comment(id=int(f"{row(number)}{n}"), at=moment - timedelta(days=1), side=who, author=n + 1, says=SAYS[n])
        for n, who in enumerate((Side.CITIZEN, Side.CITIZEN, Side.OWNER))
    )
    post = Post(id=5, at=moment - timedelta(days=2), url=f"{url}/5", comments_state=CommentsState.OPEN, comments=rows)
    quiet = Post(id=6, at=moment - timedelta(days=2), url=f"{url}/6", comments_state=CommentsState.OPEN)
    return snapshot(url=url, taken_at=moment, posts=(post, quiet), evidence=(answer.evidence,)), (answer,)


def fill(folder: Path) -> Path:
    with Archive.open(folder) as archive:
        for number in range(WEEKS):
            moment = NOW + timedelta(weeks=4 * number)
            week = str(WEEK.shift(4 * number))
            run = archive.start_run(week=week, started_at=moment, **START)
            for url in PAGES:
                archive.save(run, week, *look(number, url, moment))
            archive.finish_run(run, moment + timedelta(minutes=1))
            archive.save_audit(week, moment, json.dumps({"offices": []}))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("whole") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a"))


def cutoffs(comments: int = 25, public: int = 365) -> Cutoffs:
    return Cutoffs(public=LAST - timedelta(days=public), comments=LAST - timedelta(days=comments))


def purge(folder: Path, limits: Cutoffs | None = None, **options):
    with Archive.open(folder) as archive:
        return archive.purge(limits or cutoffs(), LAST, **options)


def flaws(folder: Path) -> list[Flaw]:
    with Archive.read(folder) as archive:
        return archive.verify()


def left(folder: Path, needles: list[bytes]) -> list[bytes]:
    lying = everything(folder)
    return [needle for needle in needles if needle in lying]


def test_nothing_of_the_purged_is_left_in_any_file_and_the_rest_is(data: Path) -> None:
    """Answers of four runs and comments of two are due; the search finds them before, and what stays after."""
    answers = {n: [words(n, url) for url in PAGES] for n in range(WEEKS)}
    rows = {n: row(n).encode() for n in range(WEEKS)}
    assert left(data, [*answers[0], rows[0]]) == [*answers[0], rows[0]]
    done = purge(data)
    assert (done.answers, done.comments, done.snapshots) == (8, 24, 8)
    assert left(data, [word for n in range(4) for word in answers[n]]) == []
    assert left(data, [rows[n] for n in range(4)]) == []
    assert left(data, [*answers[4], rows[4]]) == [*answers[4], rows[4]]
    assert (data / "archive.sqlite-wal").stat().st_size == 0 if (data / "archive.sqlite-wal").exists() else True
    assert done.bytes > 0


def test_a_purged_archive_is_sound_and_says_what_is_gone(data: Path) -> None:
    """Hashes, ids, times and addresses are as they were sealed; a second purge finds nothing."""
    with Archive.read(data) as archive:
        before = archive.entries()
        links = len(archive.seals())
    done = purge(data)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        after = archive.entries()
        assert [e.evidence for e in after] == [e.evidence for e in before]
        assert [e.purged for e in after] == [LAST] * 8 + [None] * 2
        assert archive.purges() == [done]
        assert len(archive.seals()) == links + 4
        record = archive.record(after[0])
        assert record.fields["WARC-Type"] == "metadata"
        assert record.fields["WARC-Refers-To"] == before[0].record_id
        assert record.fields["X-Auditor-Original-SHA256"] == before[0].evidence.sha256
        assert archive.record(after[-1]).body == words(4, PAGES[1])
        assert archive.comments_purged(str(WEEK)) == LAST
        assert archive.comments_purged(str(WEEK.shift(16))) is None
    assert not purge(data)
    assert flaws(data) == []


def test_comments_that_are_gone_are_unknown_and_their_sums_are_known(data: Path) -> None:
    """Never none: the check of an old week cannot take them for silence."""
    purge(data)
    with Archive.read(data) as archive:
        stored = archive.snapshots(LAST)[PAGES[0]]
    talked, quiet = stored[0].snapshot.posts
    assert (talked.comments, talked.comments_cause) == ((), "stale")
    assert talked.comments_purged is not None
    assert talked.comments_purged.model_dump() == {
        "comments": 3,
        "citizen": 2,
        "owner": 1,
        "body": 0,
        "unknown": 0,
        "questions": 1,
        "reports": 0,
        "unsure": 0,
    }
    assert (quiet.comments_cause, quiet.comments_purged) == (None, None)
    assert len(stored[-1].snapshot.posts[0].comments) == 3


def test_another_purge_goes_on_where_the_first_ended(data: Path) -> None:
    """A file that was written anew is written anew again, when the rest of it is due."""
    assert purge(data, Cutoffs(NOW + timedelta(minutes=30), NOW)).answers == 1
    assert [path.name.split(".")[1] for path in sorted((data / "evidence").iterdir())] == ["p1", *["warc"] * 4]
    assert left(data, [words(0, PAGES[0]), words(0, PAGES[1])]) == [words(0, PAGES[1])]
    assert flaws(data) == []
    assert purge(data, cutoffs(-1)).answers == 9
    assert flaws(data) == []
    assert [path.name.split(".")[1] for path in sorted((data / "evidence").iterdir())] == ["p2", *["p1"] * 4]
    assert left(data, [words(n, url) for n in range(WEEKS) for url in PAGES]) == []
    assert left(data, [row(n).encode() for n in range(WEEKS)]) == []


def test_the_files_of_a_purged_archive_are_read_by_other_tools(data: Path) -> None:
    """warcio reads every record, and finds every digest right."""
    purge(data)
    for path in (data / "evidence").iterdir():
        with path.open("rb") as file:
            kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
        assert kinds[0] == "warcinfo"
        assert {"request"} < set(kinds)
    checked = Checker(
        type("Options", (), {"inputs": list(map(str, (data / "evidence").iterdir())), "verbose": False})()
    )
    checked.process_all()
    assert checked.exit_value == 0


def test_a_run_that_goes_on_is_left_alone(data: Path) -> None:
    """Its file is its own until it is sealed."""
    with Archive.open(data) as running:
        run = running.start_run(week=str(WEEK), started_at=NOW, **START)
        running.save(run, str(WEEK), *look(9, PAGES[0], NOW))
        done = purge(data)
        running.save(run, str(WEEK), *look(8, PAGES[1], NOW))
        running.finish_run(run, LAST)
    assert done.answers == 8
    assert flaws(data) == []
    assert purge(data).answers == 2


def test_a_killed_run_is_purged_too(data: Path) -> None:
    """It is sealed first."""
    with Archive.open(data) as killed:
        run = killed.start_run(week=str(WEEK), started_at=NOW, **START)
        killed.save(run, str(WEEK), *look(9, PAGES[0], NOW))
    assert purge(data).answers == 9
    assert left(data, [words(9, PAGES[0])]) == []
    assert flaws(data) == []


# Purge and tampering ----------------------------------------------------------------------------------------------


def test_what_was_changed_before_a_purge_is_not_made_good_by_it(data: Path) -> None:
    """The link says what the file was like."""
    file = min((data / "evidence").iterdir())
    file.write_bytes(file.read_bytes() + b"\0")
    purge(data)
    assert Flaw(FlawKind.FILE_CHANGED, file.name, "before it was purged") in flaws(data)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE moved SET purged_at = '2026-01-01T00:00:00.000000Z' WHERE run_id = 1", FlawKind.INDEX_CHANGED),
        ("DELETE FROM moved WHERE run_id = 1", FlawKind.INDEX_CHANGED),
        (
            "INSERT INTO moved SELECT id, run_id, offset, length, '2027' FROM records WHERE run_id = 5",
            FlawKind.INDEX_CHANGED,
        ),
        (
            "UPDATE looks SET body = zipped(replace(unzipped(body), '\"questions\":1', '\"questions\":0'))",
            FlawKind.ROW_CHANGED,
        ),
        ("UPDATE records SET url = 'https://t.me/x' WHERE run_id = 1", FlawKind.INDEX_CHANGED),
        ("UPDATE looks SET purged_at = NULL WHERE id = 1", FlawKind.ROW_MISSING),
        ("UPDATE looks SET purged_at = '2027' WHERE id = 1", FlawKind.ROW_CHANGED),
        ("UPDATE looks SET purged_at = '2027' WHERE run_id = 5", FlawKind.ROW_ADDED),
        ("UPDATE warcs SET size = size + 1 WHERE run_id = 1", FlawKind.INDEX_CHANGED),
        ("DELETE FROM manifests WHERE kind = 'purge' AND seq = 12", FlawKind.LINK_MISSING),
        ("UPDATE manifests SET body = replace(body, 'comments', 'komments') WHERE seq = 11", FlawKind.LINK_CHANGED),
    ],
)
def test_whatever_is_changed_in_a_purged_archive_is_found(data: Path, statement: str, kind: FlawKind) -> None:
    """By kind."""
    purge(data)
    edit(data, statement)
    assert kind in {flaw.kind for flaw in flaws(data)}


def test_an_edit_is_not_made_lawful_by_calling_it_a_purge(data: Path) -> None:
    """The run's own seal has foretold what a purge leaves: a snapshot with other posts is not that."""
    from auditor.archive.seals import add_purge, run_facts

    edit(data, "UPDATE posts SET body = zipped(replace(unzipped(body), '/5\"', '/7\"'))")
    database = sqlite3.connect(data / "archive.sqlite", isolation_level=None)
    for row in rows_of(database, "run_id = 1"):
        rewrite_look(database, row, strip(text_of(database, row)), "2027-01-01T00:00:00.000000Z")
    facts = {"run": 1, "at": "2027-01-01T00:00:00.000000Z", "answers": [], "briefs": {}, "file": None}
    add_purge(database, {**facts, "snapshots": run_facts(database, 1)["snapshots"]})
    database.close()
    found = flaws(data)
    assert {flaw.kind for flaw in found} == {FlawKind.ROW_CHANGED}
    assert {f"run 1: snapshot telegram_preview {page}" for page in PAGES} <= {flaw.where for flaw in found}


def test_a_flipped_byte_of_a_mark_is_found(data: Path) -> None:
    """As of any record."""
    purge(data)
    file = min((data / "evidence").iterdir())
    bytes_ = bytearray(file.read_bytes())
    bytes_[-30] ^= 1
    file.write_bytes(bytes_)
    assert {FlawKind.FILE_CHANGED, FlawKind.RECORD_DAMAGED} <= {flaw.kind for flaw in flaws(data)}


def test_a_run_whose_file_is_missing_does_not_stop_the_others(data: Path) -> None:
    """And stays named as missing."""
    file = min((data / "evidence").iterdir())
    file.unlink()
    assert purge(data).answers == 6
    assert {flaw.kind for flaw in flaws(data)} == {FlawKind.FILE_MISSING, FlawKind.RECORD_MISSING}


# Killed, locked, read ---------------------------------------------------------------------------------------------


def killed_at(step: int, folder: Path) -> bool:
    """Purge in a process of its own that is killed at its `step`-th step; tell whether it came to that."""
    process = os.fork()
    if process == 0:
        _purge_and_die(folder, step)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _purge_and_die(folder: Path, left: int) -> None:
    """Only in the child: count the steps that write, and end at one of them as the kernel would end it."""

    def counted(function):
        def call(*args, **kwargs):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    code = 1
    try:
        for name in ("put", "discard"):
            setattr(shelf.Shelf, name, counted(getattr(shelf.Shelf, name)))
        for name in ("purge_run", "drop_replaced", "open_purges"):
            setattr(store, name, counted(getattr(store, name)))
        files._flush = counted(files._flush)
        purge(folder)
        code = 0
    finally:
        os._exit(code)


def test_a_purge_killed_anywhere_is_sound_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    """At each of its steps: what is gone is sealed, what is not yet gone is there; then all is gone."""
    interrupted = 0
    for step in range(60):
        folder = Path(shutil.copytree(data, tmp_path / f"k{step}"))
        if not killed_at(step, folder):
            break
        found = flaws(folder)
        assert [flaw for flaw in found if not flaw.harmless] == []
        interrupted += bool(found)
        purge(folder)
        assert flaws(folder) == []
        assert left(folder, [words(n, url) for n in range(4) for url in PAGES]) == []
        assert left(folder, [row(0).encode(), row(1).encode()]) == []
    assert step > 10
    assert interrupted > 5


def begun(data: Path, folder: Path) -> tuple[Path, str]:
    """A purge killed after its new file was written and before that counted; the file's name."""
    for step in range(60):
        place = Path(shutil.copytree(data, folder / f"b{step}"))
        assert killed_at(step, place)
        names = [flaw.where for flaw in flaws(place) if flaw.where.endswith(".p1.warc.gz")]
        if names:
            return place, names[0]
    raise AssertionError("no purge was killed there")


def test_an_interrupted_purge_is_a_word_and_no_flaw(data: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    """The original is intact: the verdict is good, names the file and says what goes on."""
    folder, name = begun(data, tmp_path)
    with Archive.read(folder) as archive:
        said, sound = render_verdict(archive, archive.verify(), None, catalogue)
    assert sound
    assert "In the archive nothing is missing and nothing was changed." in said
    assert f"{name}: a purge was interrupted; the next `auditor purge` goes on" in said


def test_an_interrupted_purge_hides_no_other_file(data: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    """A file under another name is unknown as ever, and one that was replaced must be what it was."""
    folder, name = begun(data, tmp_path)
    (folder / "evidence" / name).rename(folder / "evidence" / name.replace(".p1.", ".p2."))
    assert [flaw.kind for flaw in flaws(folder)] == [FlawKind.FILE_UNKNOWN]
    original = next(path for path in (data / "evidence").iterdir() if path.name == name.replace(".p1.", "."))
    purge(data)
    (data / "evidence" / original.name).write_bytes(b"other bytes")
    assert [flaw.kind for flaw in flaws(data)] == [FlawKind.FILE_UNKNOWN]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue("en", ZoneInfo("Asia/Tomsk"))


def test_a_purge_beside_a_reader_says_that_it_is_not_finished(data: Path) -> None:
    """The reader's log holds what was removed; the next purge clears it away."""
    reader = sqlite3.connect(data / "archive.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM looks").fetchone()
    with Archive.open(data) as archive:
        archive._db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(ArchiveError, match="not finished"):
            archive.purge(cutoffs(), LAST)
    reader.execute("COMMIT")
    reader.close()
    purge(data)
    assert left(data, [row(0).encode()]) == []
    assert flaws(data) == []


# The command ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory):
    """A sandbox's week, judged and stored; the session."""
    folder = tmp_path_factory.mktemp("judged")
    world = World.build()
    with sandboxed(world, folder) as (_, session):
        audit = audited(session)
        with Archive.open(session.data) as archive:
            archive.save_audit(audit.week, audit.as_of, audit.to_stored())
    return world, session, audit


def shown_in_english(session: Session, week: Week) -> Audit:
    session = replace(session, words=Catalogue("en", session.registry.zone))
    with Archive.read(session.data) as archive:
        return show_week(session, archive, week, session.clock())


def russian_in(audit: Audit) -> list[str]:
    """Russian that the program itself would have said: what the registry names may be in it."""
    russian = re.compile("[А-Яа-яЁё]+")
    assert audit.language == "en"
    said = [text for check in audit.checks for text in (check.title, check.question, check.method, check.threshold)]
    for finding in (finding for office in audit.offices for finding in office.findings):
        named = set(russian.findall(json.dumps(finding.params, ensure_ascii=False)))
        title = title_of(finding, audit.policy, Catalogue("en", ZoneInfo(audit.timezone)))
        title = title.partition(" (benchmark: ")[0]  # whose number it is: a name of the policy's source
        said += [title, *(word for word in russian.findall(finding.message) if word not in named)]
    return [text for text in said if russian.search(text)]


def _of_comments(audit: Audit) -> list[tuple[object, ...]]:
    """What an audit says of comments, office by office."""
    return [
        (f.check, f.account, f.outcome, f.cause, f.values)
        for office in audit.offices
        for f in office.findings
        if f.check in {"comments_open", "comments_answered"}
    ]


def test_after_a_purge_an_old_week_is_judged_with_the_figures_of_then(judged, tmp_path: Path) -> None:
    """And says so; without its stored audit the comments are unknown, and nothing turns red that was not."""
    world, session, audit = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    session = replace(session, as_of=world.now + timedelta(days=200))
    dry = run_purge(session, dry_run=True)
    assert flaws(session.data) == []
    done = run_purge(session)
    assert (dry.answers, dry.comments, dry.snapshots) == (done.answers, done.comments, done.snapshots)
    assert done.comments > 100
    week = Week.parse(audit.week, session.registry.zone)
    with Archive.read(session.data) as archive:
        shown = show_week(session, archive, week, session.clock())
    assert shown.comments_purged_at == session.clock()
    assert _of_comments(shown) == _of_comments(audit)
    assert russian_in(shown_in_english(session, week)) == []
    from auditor.report import headline

    assert "очищены по сроку хранения" in "".join(headline.alarms(shown, session.words))
    edit(session.data, "DELETE FROM editions")
    with Archive.read(session.data) as archive:
        again = show_week(session, archive, week, audit.as_of)
    was = {(o.id, f.check, f.account): f for o in audit.offices for f in o.findings}
    for office in again.offices:
        for finding in office.findings:
            before = was[office.id, finding.check, finding.account]
            if finding.check != "comments_answered":
                assert finding.outcome == before.outcome
            elif before.values.get("comments"):
                assert (finding.outcome, finding.cause) == ("cantTell", "stale")
                assert finding.values["comments"] is None
            else:
                assert finding.outcome == before.outcome


def test_the_doctor_says_what_is_due_and_who_can_look_in(judged, tmp_path: Path) -> None:
    """A line that says to purge once something is older than it may be, and one where the folder is open to others."""
    world, session, _ = judged
    data = Path(shutil.copytree(session.data, tmp_path / "d"))
    data.chmod(0o700)

    def told(days: int) -> dict[str, tuple[str, str]]:
        then = replace(session, data=data, as_of=world.now + timedelta(days=days))
        return {line.subject: (line.state, session.words.text(line.detail)) for line in keeping(then)}

    assert told(0) == {"archive: keeping": ("ok", "ничто не хранится дольше, чем разрешают настройки")}
    state, detail = told(200)["archive: keeping"]
    assert state == "wrong"
    assert "auditor purge" in detail
    data.chmod(0o750)
    assert told(0)["archive: rights"] == (
        "wrong",
        f"{data}: папка открыта другим пользователям этого компьютера; chmod 700 {data}",
    )


def test_the_command_says_what_went(judged, tmp_path: Path) -> None:
    """In the reader's language; nothing due is said as well; a run that goes on is not disturbed."""
    world, session, _ = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    assert "Старше установленного срока ничего нет" in render_purge(run_purge(session), session, dry_run=False)
    session = replace(session, as_of=world.now + timedelta(days=200))
    with hold_lock(session.data / "search"), pytest.raises(LockedError):
        run_purge(session)
    said = render_purge(run_purge(session), session, dry_run=False)
    assert "комментарии, поиск: 90 дн.; страницы: 365" in said
    assert "старше 90" in said
    assert "записано в цепочку" in said


def test_a_dispute_of_a_purged_week_is_answered_with_the_hashes(judged, tmp_path: Path) -> None:
    """Listed, shown, packed and verified: each says that it was purged, none that it was damaged."""
    world, session, audit = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    run_purge(replace(session, as_of=world.now + timedelta(days=400)))
    office = session.registry.offices[0]
    with Archive.read(session.data) as archive:
        entries = chosen_entries(archive, office, audit.week)
        assert entries
        assert all(entry.purged for entry in entries)
        listed = render_list(entries, session.words)
        shown = render_record(entries[0], archive.record(entries[0]), session.words)
        package = pack(archive, office, audit.week, session.words)
        verdict, sound = render_verdict(archive, archive.verify(), None, session.words)
        seal, later = archive.seal_of(audit.week, audit.as_of), archive.seals()[-1].sha256
    assert "содержания нет" in listed
    assert "очищено по сроку хранения" in shown
    assert entries[0].evidence.sha256 in shown
    assert sound
    assert "Очищено" in verdict
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        page, records = files.read("index.html").decode(), json.loads(files.read("records.json"))
        warc = files.read("archive/evidence.warc.gz")
        files.extractall(tmp_path / "export")
    assert page.count("очищено по сроку хранения") == package.answers
    assert "повреждена" not in page
    assert all(record["purged_at"] for record in records)
    for record in records:
        member = zlib.decompressobj(31).decompress(warc[record["offset"] :])
        assert record["sha256"].encode() in member
        assert b"WARC-Type: metadata" in member
    done = _checked(tmp_path / "export", seal)
    assert done.returncode == 3, done.stdout
    assert "докажет печать более позднего отчёта" in done.stdout
    done = _checked(tmp_path / "export", later)
    assert done.returncode == 0, done.stdout
    assert f"(доказана только строка с хешами): {package.answers}" in done.stdout


def _checked(export: Path, seal: str) -> subprocess.CompletedProcess[str]:
    checked = [sys.executable, "-I", str(export / "verify.py"), seal]
    return subprocess.run(checked, capture_output=True, text=True, check=False)


def test_how_long_things_are_kept_is_a_setting(tmp_path: Path) -> None:
    """Whole days from one on; a year and ninety unless set, by the environment or the file."""
    assert (load_settings({}, tmp_path).keep_public_days, load_settings({}, tmp_path).keep_comments_days) == (365, 90)
    (tmp_path / "auditor.toml").write_text("keep_public_days = 70\nkeep_comments_days = 14\n", encoding="utf-8")
    settings = load_settings({"AUDITOR_KEEP_COMMENTS_DAYS": "21"}, tmp_path)
    assert (settings.keep_public_days, settings.keep_comments_days) == (70, 21)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "month", "36501", "٣", "9" * 30, "0000001999999", "nan"])
def test_a_wrong_number_of_days_is_one_line(days: str, tmp_path: Path) -> None:
    """Nothing is purged by a slip of the pen."""
    with pytest.raises(SettingsError, match=r"AUDITOR_KEEP_PUBLIC_DAYS.*from 1 to 36500"):
        load_settings({"AUDITOR_KEEP_PUBLIC_DAYS": days}, tmp_path)


def test_after_a_year_of_a_look_only_what_dates_the_page_is_left(data: Path) -> None:
    """Of its posts the oldest and the newest; what was sealed foretold that, so all is sound."""
    done = purge(data, cutoffs(comments=25, public=60))
    assert (done.looks, done.answers) == (4, 8)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        first, *_, last = (row.snapshot for row in archive.snapshots(LAST)[PAGES[0]])
        assert archive.comments_purged(str(WEEK)) == LAST
    assert [post.id for post in first.posts] == [5, 6]
    assert (first.exists, first.posts_cause, first.posts[0].comments_cause) == (True, "stale", "stale")
    assert last.posts_cause is None
    edit(data, "UPDATE looks SET brief = zipped(replace(unzipped(brief), '\"id\":6', '\"id\":7')) WHERE run_id = 1")
    assert {flaw.kind for flaw in flaws(data)} == {FlawKind.ROW_CHANGED}


def test_an_archive_that_is_not_there_is_not_made(judged, tmp_path: Path) -> None:
    """There is nothing to purge."""
    session = replace(judged[1], data=tmp_path / "none")
    assert not run_purge(session)
    assert not (tmp_path / "none").exists()
