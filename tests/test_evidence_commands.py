"""Whoever disputes a finding is shown what it rests on, and can check that nothing was changed."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from auditor.archive import Archive
from auditor.archive.purge import Cutoffs
from auditor.base.answers import keep
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import EvidenceKind
from auditor.base.weeks import Week
from auditor.commands.publish import run_weekly
from auditor.commands.stored_answers import escaped, render_list, render_record
from auditor.sandbox import World
from tests.cases import NOW, WEEK
from tests.command import Done, auditor
from tests.pipeline import sandboxed


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture(scope="module")
def audited(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with the registry and the archive of one weekly run, and the week."""
    folder = tmp_path_factory.mktemp("audited")
    with sandboxed(world, folder) as (_, session):
        week = Week.last_ended(world.now, session.registry.zone)
        run_weekly(session, week, synthetic=True)
    return folder, str(week)


def evidence(folder: Path, *args: str) -> Done:
    return auditor("evidence", *args, "--data", folder / "data", "--registry", folder / "officials.yaml", cwd=folder)


def test_the_list_names_every_answer_of_an_office(audited: tuple[Path, str]) -> None:
    """By office, with id, time, status, kind and address. Its name may be typed as several words."""
    folder, _ = audited
    done = evidence(folder, "show", "Первый", "район", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    *lines, count, note = done.out.splitlines()
    assert count == f"{len(lines)} answers"
    assert note.startswith("* stored without citizens")
    assert all(line.startswith("ev-") for line in lines)
    own = ("primer_rayon_01_glava", "loadComments", "t.me/?author=")
    assert not [line for line in lines if not any(part in line for part in own)]
    everything = evidence(folder, "show", "--lang", "en").out.splitlines()
    assert set(lines) < set(everything)


def test_an_answer_is_shown_with_its_record(audited: tuple[Path, str]) -> None:
    """By its id or the beginning of it."""
    folder, _ = audited
    with Archive.read(folder / "data") as archive:
        entry = next(e for e in archive.answers.entries() if e.evidence.minimised)
        body = archive.answers.record(entry).body
    done = evidence(folder, "show", entry.evidence.id[:10], "--lang", "en")
    assert done.code == 0, done.err
    assert f"X-Auditor-Original-SHA256: {entry.evidence.sha256}" in done.out
    assert "stored without citizens" in done.out
    assert escaped(body.decode(), lines=True).strip() in done.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("show", "ev-000000000000"), "no stored answer"),
        (("show", "ev-"), "is the beginning of"),
        (("show", "%_'; --"), "нет ни должности"),
        (("show", "Нигде"), "нет ни должности"),
        (("verify", "--replay", "--week", "2026-W99"), "W99"),
        (("export", "Первый район", "--week", "2020-W01"), "no audit of week 2020-W01"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(audited: tuple[Path, str], args: tuple[str, ...], said: str) -> None:
    """Exit 2, no traceback."""
    done = evidence(audited[0], *args)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert said in done.err


def test_verify_says_what_was_changed_and_where(audited: tuple[Path, str], tmp_path: Path) -> None:
    """Exit 0 for a whole archive, 1 with a line a flaw; a hash kept elsewhere must be in the chain."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    whole = evidence(folder, "verify")
    assert (whole.code, whole.err) == (0, "")
    assert whole.out.startswith("В архиве всё на месте")
    with Archive.read(folder / "data") as archive:
        kept, entry = archive.answers.seals()[0].sha256, archive.answers.entries()[7]
    assert evidence(folder, "verify", "--seal", kept).code == 0
    foreign = evidence(folder, "verify", "--seal", "0" * 64)
    assert foreign.code == 1
    assert "0" * 64 in foreign.out
    file = folder / "data" / "evidence" / entry.file
    data = bytearray(file.read_bytes())
    data[entry.offset + 40] ^= 1
    file.write_bytes(data)
    done = evidence(folder, "verify")
    assert (done.code, done.err) == (1, "")
    assert f"{entry.file}: это изменено" in done.out
    assert f"{entry.file}: {entry.evidence.id}: запись повреждена" in done.out
    assert evidence(folder, "show", entry.evidence.id).code == 4
    assert evidence(folder, "export", "Первый район", "--week", audited[1]).code == 0


@pytest.mark.parametrize("table", ["seals", "audits", "looks"])
def test_verify_names_the_table_that_cannot_be_read(audited: tuple[Path, str], tmp_path: Path, table: str) -> None:
    """Whichever it is, and does not send its reader to itself; nor does a purge say that it should be run again."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    path = folder / "data" / "archive.sqlite"
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ((page,),) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    database.close()
    whole = path.read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    path.write_bytes(whole[: (page - 1) * size] + b"\xff" * size + whole[page * size :])
    for more in ((), ("--seal", "0" * 64, "--published", str(tmp_path))):
        done = evidence(folder, "verify", "--lang", "en", *more)
        assert (done.code, done.err) == (1, "")
        assert f"archive.sqlite: {table}: the database is damaged" in done.out
        assert "evidence verify" not in done.out
    place = ("--data", folder / "data", "--registry", folder / "officials.yaml")
    purged = auditor("purge", "--as-of", "2099-01-01T00:00:00Z", *place, cwd=folder)
    assert purged.code == 4
    assert "again" not in purged.err


def exported(audited: tuple[Path, str], to: Path) -> dict[str, bytes]:
    done = evidence(audited[0], "export", "Первый район", "--week", audited[1], "--to", str(to))
    assert (done.code, done.err) == (0, "")
    with zipfile.ZipFile(to) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_an_export_can_be_checked_without_the_program(audited: tuple[Path, str], tmp_path: Path) -> None:
    """Hashes of the files, digests of the records, each where the list says, each the one that a finding names."""
    files = exported(audited, tmp_path / "a.zip")
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert {line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()} == set(files) - {"SHA256SUMS"}
    kinds = [record.rec_type for record in _records(files["evidence.warc.gz"])]
    records = json.loads(files["records.json"])
    assert kinds == ["resource"] * len(records)
    assert len(records) > 10
    for told in records:
        member = files["evidence.warc.gz"][told["offset"] : told["offset"] + told["length"]]
        text = gzip.decompress(member)
        assert f"WARC-Record-ID: {told['record_id']}\r\n".encode() in text
        assert told["stored_sha256"].encode() in text
    named = {i for finding in json.loads(files["findings.json"])["findings"] for i in finding["evidence"]}
    assert named <= {told["id"] for told in records}
    assert named


def _records(data: bytes):
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        record.raw_stream.read()
        yield record


def test_an_export_proves_that_its_audit_is_the_sealed_one(audited: tuple[Path, str], tmp_path: Path) -> None:
    """From the file's hash through the chain to the last link, by what the page tells to do."""
    files = exported(audited, tmp_path / "a.zip")
    chain = [json.loads(line) for line in files["seals.jsonl"].decode().splitlines()]
    previous = None
    for link in chain:
        assert hashlib.sha256(link["body"].encode()).hexdigest() == link["sha256"]
        assert json.loads(link["body"])["previous"] == previous
        previous = link["sha256"]
    bodies = [json.loads(link["body"]) for link in chain]
    audits = [body for body in bodies if body["kind"] == "audit"]
    assert audits[-1]["audit"] == hashlib.sha256(files["audit.json"]).hexdigest()
    assert previous in files["index.html"].decode()


def test_an_export_explains_itself_in_russian_and_says_that_it_is_invented(
    audited: tuple[Path, str], tmp_path: Path
) -> None:
    """With the checks' own texts, an anchor for each answer that a finding names, nothing from elsewhere."""
    files = exported(audited, tmp_path / "a.zip")
    page = files["index.html"].decode()
    assert 'lang="ru"' in page
    assert "вымышлен" in page
    for check in json.loads(files["checks.json"]):
        assert check["question"] in page
    for finding in json.loads(files["findings.json"])["findings"]:
        for identifier in finding["evidence"]:
            assert f'<tr id="{identifier}">' in page
            assert f'href="#{identifier}"' in page
    assert "<script" not in page
    assert "src=" not in page


def test_the_same_archive_gives_the_same_export(audited: tuple[Path, str], tmp_path: Path) -> None:
    """Byte for byte."""
    exported(audited, tmp_path / "a.zip")
    exported(audited, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_export_that_cannot_be_written_is_one_line(audited: tuple[Path, str], tmp_path: Path) -> None:
    """Exit 4."""
    done = evidence(audited[0], "export", "Первый район", "--week", audited[1], "--to", str(tmp_path / "no" / "a.zip"))
    assert done.code == 4
    assert done.err.count("\n") == 1
    assert "--to" in done.err


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    """Whatever a page holds: no control, direction or invisible character gets through but line ends and tabs."""
    shown = escaped(text, lines=True)
    assert all(c.isprintable() or c in "\n\t" or c.isspace() for c in shown)
    assert not any(c in shown for c in "\x1b\x07\x08\r\x9b\u202e\u200b\u2066\ufeff")
    assert "\n" not in escaped(text)


def test_a_hostile_answer_is_listed_and_shown_harmlessly(tmp_path: Path) -> None:
    """Escape sequences in address, headers and body come out as what they are."""
    hostile = "\x1b]0;owned\x07\u202e<script>"
    answer = keep(
        EvidenceKind.POSTS,
        f"https://t.me/{hostile}",
        fetched_at=NOW,
        status=200,
        received=f"{hostile}\n\x9b31m".encode() + b"\xff",
        method="GET",
        headers=(("Server", hostile),),
    )
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="", tool_version="0")
        archive.searches.keep(run, [answer])
        archive.finish_run(run, NOW + timedelta(minutes=1))
        (entry,) = archive.answers.entries()
        said = Catalogue("ru")
        for text in (render_list([entry], said), render_record(entry, archive.answers.record(entry), said)):
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
            assert "owned" in text


def test_a_forged_report_is_told_from_what_the_archive_says(audited: tuple[Path, str], tmp_path: Path) -> None:
    """A line a file, exit 1; the reports as they were published are as the archive makes them, and show its seal."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    week, feed = folder / "reports" / audited[1], folder / "reports" / "feed.xml"
    with Archive.read(folder / "data") as archive:
        seal = next(link.sha256 for link in archive.answers.seals() if link.kind == "audit")
    for file in (week / "index.html", week / "post.txt", week / "audit.json", feed):
        assert seal in file.read_text()
    whole = evidence(folder, "verify", "--published", "reports")
    assert (whole.code, whole.err) == (0, "")
    (week / "post.txt").write_text("✓")
    feed.write_text(feed.read_text().replace(seal, "0" * 64))
    changed = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert changed.code == 1
    assert [line.split(":")[0] for line in changed.out.splitlines()[:2]] == [
        f"reports/{audited[1]}/post.txt",
        "reports/feed.xml",
    ]
    document = week / "audit.json"
    document.write_text(document.read_text().replace('"verdict":"failed"', '"verdict":"passed"', 1))
    forged = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert forged.code == 1
    assert "audit.json: this was changed" in forged.out
    document.write_text("{}")
    assert evidence(folder, "verify", "--published", "reports").code == 1


X = hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    "name",
    ["o/decision.pdf", "{week}/o/a.js", "{week}/audit2.json", f"look/report-{X[:10]}.css", "data/x.csv", "o/x.txt"],
)
def test_a_file_that_the_program_does_not_make_is_named(audited: tuple[Path, str], tmp_path: Path, name: str) -> None:
    """Whoever finds it under the report's address would take it for a part of it: a line says what it is, exit 1."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    strange = Path("reports", name.format(week=audited[1]))
    (folder / strange).write_text("x")
    done = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert done.code == 1
    said = "the program did not publish this file, and nothing in the archive speaks for it"
    assert [line for line in done.out.splitlines() if line.startswith("reports/")] == [f"{strange}: {said}"]


def test_other_settings_hide_no_forgery(audited: tuple[Path, str], tmp_path: Path) -> None:
    """A page and a script that a stranger put there with their own hashes are told, whatever the list says was set."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    book, page, script = (folder / "reports" / name for name in ("published.json", "index.html", "look/x.js"))
    told = json.loads(book.read_text())
    told["made"]["told"]["contact"] = "another@example.invalid"
    script.write_text("x")
    page.write_text(page.read_text().replace("</h1>", "!</h1>"))
    for file in (script, page):
        path = file.relative_to(folder / "reports").as_posix()
        told["files"][path] = hashlib.sha256(file.read_bytes()).hexdigest()
    book.write_text(json.dumps(told))
    done = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    said = dict(line.split(": ", 1) for line in done.out.splitlines() if line.startswith("reports"))
    assert done.code == 1
    assert "other remarks or settings" in said["reports"]
    assert said["reports/look/x.js"] == said["reports/index.html"] == "this is not what the archive makes of it"
    book.write_text(json.dumps(told | {"made": {"lang": "ru"}}))
    lost = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert (lost.code, lost.err.count("\n"), "does not say what the folder was made of" in lost.err) == (4, 1, True)


def test_a_purge_takes_nothing_back_from_what_was_published(audited: tuple[Path, str], tmp_path: Path) -> None:
    """The report of before it is still what the archive makes; so is one that was written after it and says so."""
    folder, later = Path(shutil.copytree(audited[0], tmp_path / "copy")), NOW + timedelta(days=800)
    with Archive.open(folder / "data") as archive:
        assert archive.purge(Cutoffs(later, later), later).answers
    done = evidence(folder, "verify", "--published", "reports", "--lang", "en", "--as-of", later.isoformat())
    assert (done.code, [line for line in done.out.splitlines() if line.startswith("reports/")]) == (0, [])
    done = evidence(folder, "verify", "--lang", "en", "--as-of", NOW.isoformat())
    assert (done.code, f"({later:a purge of %Y-%m-%dT%H:%M:%S})" in done.out) == (1, True)
    where = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--out", folder / "reports")
    written = auditor("report", "--week", audited[1], *where, cwd=folder)
    assert written.code == 1, written.err
    assert "comments_purged_at" in (folder / "reports" / audited[1] / "audit.json").read_text()
    done = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert [line for line in done.out.splitlines() if line.startswith("reports/")] == []


@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_never_ends_in_the_place_of_a_document_is_named(
    audited: tuple[Path, str], tmp_path: Path, put: Callable[[Path], None]
) -> None:
    """It is not read: the comparison ends, with exit 1."""
    folder = Path(shutil.copytree(audited[0], tmp_path / "copy"))
    document = folder / "reports" / audited[1] / "audit.json"
    document.unlink()
    put(document)
    done = evidence(folder, "verify", "--published", "reports", "--lang", "en")
    assert done.code == 1
    assert done.out.startswith(f"reports/{audited[1]}/audit.json: ")


def test_a_folder_without_reports_proves_nothing(audited: tuple[Path, str], tmp_path: Path) -> None:
    """It is said in one line, with exit 1."""
    done = evidence(audited[0], "verify", "--published", str(tmp_path), "--lang", "en")
    assert done.code == 1
    assert "no published week is here" in done.out
