"""Whatever is changed in an archive is found: by `verify` alone, or against a root that was published."""

import hashlib
import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.merkle import Tree, leaf_hash
from auditor.archive.seals import add_seal, close_run, hash_of, leaves_of, leaves_under
from auditor.audit.superseded import turned_in_silence
from tests.archive_samples import PAGES, START, connect, fill, look
from tests.cases import NOW, WEEK

COPIED = "week, route, 'https://t.me/x', taken_at, NULL, posts, said, facts, core, comments, asked"
PLACED = "kind, url, fetched_at, status, sha256, stored_sha256, minimised, part, offset, length, record_id"
FAILED = "zipped(replace(unzipped(body), 'passed', 'failed'))"
ROWS = {
    "a run of another week": "UPDATE runs SET week = '2026-W01' WHERE id = 1",
    "a run by another command": "UPDATE runs SET command = 'check' WHERE id = 1",
    "a run that began earlier": "UPDATE runs SET started_at = '2020' WHERE id = 1",
    "a run that never ended": "UPDATE runs SET finished_at = NULL WHERE id = 1",
    "a run from elsewhere": "UPDATE runs SET vantage = 'x' WHERE id = 1",
    "a run by another version": "UPDATE runs SET tool_version = '9' WHERE id = 1",
    "a run by another registry": "UPDATE runs SET registry = NULL WHERE id = 1",
    "a run that made other requests": "UPDATE runs SET requests = '{}' WHERE id = 1",
    "a file said to be shorter": "UPDATE runs SET pages = pages - 1 WHERE id = 1",
    "a run slipped in": "INSERT INTO runs VALUES (9, 'x', 'weekly', '2026', '2026', '', '0', NULL, NULL, 0, 0)",
    "a look taken earlier": "UPDATE looks SET taken_at = '2020' WHERE id = 1",
    "a look at another page": "UPDATE looks SET url = 'https://t.me/x' WHERE id = 1",
    "a look for another week": "UPDATE looks SET week = '2026-W01' WHERE id = 1",
    "a look by another route": "UPDATE looks SET route = 'vk' WHERE id = 1",
    "a look moved to another run": "UPDATE looks SET run_id = 3, url = 'https://t.me/x' WHERE id = 1",
    "a look with another's content": "UPDATE looks SET core = (SELECT core FROM looks WHERE id = 4) WHERE id = 1",
    "a look reduced to its facts": "UPDATE looks SET core = NULL WHERE id = 1",
    "a look without its comments": "UPDATE looks SET comments = NULL WHERE id = 1",
    "a look with another's comments": "UPDATE looks SET comments = zipped('[[]]') WHERE id = 1",
    "comments put under a look": "UPDATE looks SET comments = zipped('[[]]') WHERE id = 2",
    "a look with other facts": "UPDATE looks SET facts = (SELECT facts FROM looks WHERE id = 2) WHERE id = 1",
    "a look said to show no post": "UPDATE looks SET posts = 9 WHERE id = 1",
    "a look said to hold comments": "UPDATE looks SET said = 3 WHERE id = 2",
    "a look said to have moved": "UPDATE looks SET renamed_to = 'https://t.me/x' WHERE id = 1",
    "a look asked for something else": "UPDATE looks SET asked = zipped('[]') WHERE id = 1",
    "a look that is a bomb": "UPDATE looks SET core = zeroblob(5000) WHERE id = 1",
    "a look removed": "DELETE FROM looks WHERE id = 1",
    "a look added": f"INSERT INTO looks SELECT 99, 1, {COPIED} FROM looks WHERE id = 1",
    "a control with another content": "UPDATE controls SET body = replace(body, 'true', 'false') WHERE run_id = 1",
    "a control asked for something else": "UPDATE controls SET asked = zipped('[]') WHERE run_id = 1",
    "a control removed": "DELETE FROM controls WHERE run_id = 1",
    "a control added": "INSERT INTO controls SELECT 1, 'vk', url, body, asked FROM controls WHERE run_id = 1",
    "an answer of another address": f"UPDATE answers SET url = 'x' WHERE url = '{PAGES[0]}'",
    "an answer of another kind": "UPDATE answers SET kind = 'posts' WHERE run_id = 1",
    "an answer of another status": "UPDATE answers SET status = 404 WHERE run_id = 1",
    "an answer of another time": "UPDATE answers SET fetched_at = '2020-01-01T00:00:00.000000Z' WHERE run_id = 1",
    "an answer with another hash": f"UPDATE answers SET sha256 = '{'0' * 64}' WHERE run_id = 1",
    "an answer said to be minimised": "UPDATE answers SET minimised = 1 WHERE run_id = 1",
    "an answer elsewhere in its file": "UPDATE answers SET offset = offset + 1 WHERE run_id = 1",
    "an answer in the other file": "UPDATE answers SET part = 'words' WHERE run_id = 1 AND part = 'pages'",
    "an answer called a search's": "UPDATE answers SET kind = 'lead' WHERE run_id = 1",
    "an answer removed": "DELETE FROM answers WHERE run_id = 1",
    "an audit made earlier": "UPDATE audits SET as_of = '2020' WHERE id = 1",
    "an audit of another week": "UPDATE audits SET week = '2026-W01' WHERE id = 1",
    "an audit with another verdict": f"UPDATE audits SET body = {FAILED}",
    "an audit without its offices": "UPDATE audits SET body = zipped('{}') WHERE id = 1",
    "an audit that is no text": "UPDATE audits SET body = x'00' WHERE id = 1",
    "an audit by no registry": "UPDATE audits SET registry = NULL WHERE id = 1",
    "an audit removed": "DELETE FROM audits WHERE id = 1",
    "an audit without a seal": "INSERT INTO audits VALUES (9, '2026-W01', '2026', NULL, zipped('{}'))",
    "a registry with another text": "UPDATE registries SET body = zipped('x')",
    "a registry removed": "DELETE FROM registries",
    "a seal with another body": "UPDATE seals SET body = replace(body, 'weekly', 'check') WHERE seq = 1",
    "a seal with another hash": f"UPDATE seals SET sha256 = '{'0' * 64}' WHERE seq = 1",
    "a seal of another kind": "UPDATE seals SET kind = 'purge' WHERE seq = 1",
    "a seal of another run": "UPDATE seals SET run_id = 9 WHERE seq = 1",
    "a seal of another week": "UPDATE seals SET week = '2026-W01' WHERE seq = 2",
    "a seal with other leaves": "UPDATE seals SET leaves = zipped('{}') WHERE seq = 1",
    "a seal without leaves": "UPDATE seals SET leaves = NULL WHERE seq = 1",
    "leaves under an audit's seal": "UPDATE seals SET leaves = zipped('{}') WHERE seq = 2",
    "the first seal removed": "DELETE FROM seals WHERE seq = 1",
    "a seal in the middle removed": "DELETE FROM seals WHERE seq = 3",
    "the last seal removed": "DELETE FROM seals WHERE seq = 6",
    "the mark of invented data removed": "DELETE FROM meta WHERE key = 'synthetic'",
    "a sign-in that lost its form": "INSERT INTO logins VALUES ('x', '2026', '[]')",
    "a search slipped in": "INSERT INTO searches VALUES (9, 1, 'perviy', 'x', 'vk', '2026', 0, '')",
    "a look of no run": f"INSERT INTO looks SELECT 99, 99, {COPIED} FROM looks WHERE id = 1",
    "a control of no run": "INSERT INTO controls SELECT 99, route, url, body, asked FROM controls WHERE run_id = 1",
    "an answer of no run": f"INSERT INTO answers SELECT id || '0', 99, {PLACED} FROM answers WHERE run_id = 1",
    "a search of no run": "INSERT INTO searches VALUES (9, 99, 'perviy', 'x', 'vk', '2026', 0, '')",
    "a view": "CREATE VIEW v AS SELECT 1",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT 1; END",
    "a table": "CREATE TABLE t (x)",
    "an index removed": "DROP INDEX looks_by_url",
}


def _file(folder: Path) -> Path:
    return min((folder / "evidence").iterdir())


def _in_its_place(folder: Path, make: Callable[[Path], object]) -> None:
    file = _file(folder)
    file.unlink()
    make(file)


def _flip(folder: Path) -> None:
    data = bytearray(_file(folder).read_bytes())
    data[len(data) // 2] ^= 1
    _file(folder).write_bytes(data)


def _swap(folder: Path) -> None:
    one, two, *_ = sorted((folder / "evidence").iterdir())
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def _turned(folder: Path, *, week: str, at: str) -> None:
    """One more audit with its seal, as the program would store it: a verdict is another, and nothing says so."""
    with Archive.read(folder) as archive:
        text = archive.audits.text(str(WEEK)) or ""
    with Archive.open(folder) as archive:
        archive.audits.save(week, datetime.fromisoformat(at), text.replace("passed", "failed"))


def _replaced(folder: Path) -> None:
    """An audit is another in its place, with one more seal of the same number."""
    database = connect(folder)
    week, as_of, registry, body = database.execute(
        "SELECT week, as_of, registry, unzipped(body) FROM audits WHERE id = 3"
    ).fetchone()
    told = {"number": 3, "as_of": as_of, "registry": registry, "audit": hash_of(body.replace("passed", "failed"))}
    database.execute(f"UPDATE audits SET body = {FAILED} WHERE id = 3")
    add_seal(database, "audit", None, week, told)
    database.commit()
    database.close()


def _sealed(folder: Path, kind: str, run: int | None, leaves: dict[str, str] | None, **facts: object) -> None:
    """One more link, well made, that the program would not make."""
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        add_seal(database, kind, run, None, {"at": LATER, **facts}, leaves)


def _rootless(folder: Path) -> None:
    """A purge's seal without a root: whatever is put under it is not held."""
    _sealed(folder, "purge", 1, None, **PURGED)
    database = connect(folder)
    database.execute("UPDATE seals SET leaves = zipped('{}') WHERE kind = 'purge'")
    database.commit()
    database.close()


def _hidden_trigger(folder: Path) -> None:
    """Called like what SQLite makes for itself."""
    made = "CREATE TRIGGER sqlite_t AFTER INSERT ON looks BEGIN UPDATE looks SET posts = 0 WHERE id = new.id; END"
    row = "INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_t', 'looks', 0, ?)"
    database = connect(folder)
    database.execute("PRAGMA writable_schema = ON")
    database.execute(row, (made,))
    database.commit()
    database.close()


def _stray(folder: Path) -> None:
    """A file that a purge of no run says is gone."""
    name = "000099-NoneZ.words.warc.gz"
    (folder / "evidence" / name).write_bytes(b"x")
    _sealed(folder, "purge", 99, {"words": hash_of("x")}, **{**PURGED, "files": ["words"]})


def _unmarked(folder: Path) -> None:
    """The mark of invented data goes, and a purge of each run says so."""
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        for run in (1, 2, 3):
            mark = {"invented": leaves_of(archive._store, run)["invented"]}
            add_seal(database, "purge", run, None, {**PURGED, "at": LATER}, mark)
        database.execute("DELETE FROM meta")


def _uncontrolled(folder: Path) -> None:
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        gone = {name: sha for name, sha in leaves_of(archive._store, 1).items() if name.startswith("control ")}
        database.execute("DELETE FROM controls WHERE run_id = 1")
        add_seal(database, "purge", 1, None, {**PURGED, "at": LATER}, gone)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


LATER = "2027-01-01T00:00:00.000000Z"
PURGED = {"files": [], "answers": 0, "comments": 0, "looks": 0, "bytes": 0, "before": {"words": LATER, "pages": LATER}}
FILES: dict[str, Callable[[Path], object]] = {
    "a file cut short": lambda folder: os.truncate(_file(folder), _file(folder).stat().st_size - 1),
    "a file with a byte more": lambda folder: _file(folder).write_bytes(_file(folder).read_bytes() + b"\0"),
    "a byte of a file flipped": _flip,
    "a file removed": lambda folder: _file(folder).unlink(),
    "two files that changed places": _swap,
    "a pipe in a file's place": lambda folder: _in_its_place(folder, os.mkfifo),
    "an endless device in a file's place": lambda folder: _in_its_place(
        folder, lambda path: path.symlink_to("/dev/zero")
    ),
    "a folder in a file's place": lambda folder: _in_its_place(folder, Path.mkdir),
    "a file that no run knows": lambda folder: shutil.copy(_file(folder), folder / "evidence" / "000009.warc.gz"),
    "a pipe among the files": lambda folder: os.mkfifo(folder / "evidence" / "000009.warc.gz"),
    "the mark of invented data purged": _unmarked,
    "the controls purged": _uncontrolled,
    "a verdict turned in its place by a second seal": _replaced,
    "a purge's seal without a root": _rootless,
    "a trigger by a name of SQLite's": _hidden_trigger,
    "a seal of no kind": lambda folder: _sealed(folder, "note", None, {}),
    "a run's seal of no run": lambda folder: _sealed(folder, "run", 99, {}),
    "a purge's seal of no run": lambda folder: _sealed(folder, "purge", 99, {}, **PURGED),
    "a file of no run that a seal calls purged": _stray,
    "a verdict turned by one more link": lambda folder: _turned(folder, week=str(WEEK), at=LATER),
}


def _remade(folder: Path) -> None:
    """Run 1 is edited and the whole chain made anew by the program itself."""
    database = connect(folder)
    database.execute("UPDATE runs SET vantage = 'elsewhere' WHERE id = 1")
    kept = database.execute("SELECT kind, run_id, week, body FROM seals ORDER BY seq").fetchall()
    database.execute("DELETE FROM seals")
    database.execute("DELETE FROM sqlite_sequence WHERE name = 'seals'")
    database.commit()
    database.close()
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        for kind, run, week, body in kept:
            if kind == "run":
                close_run(archive._store, run, LATER)
            else:
                told = json.loads(body)
                facts = {name: told[name] for name in ("number", "as_of", "audit", "registry")}
                add_seal(database, kind, None, week, facts)


def _rolled_back(folder: Path) -> None:
    """The last run and its audit are gone without a trace."""
    for path in (folder / "evidence").glob("000003-*"):
        path.unlink()
    database = connect(folder)
    for table in ("looks", "controls", "answers", "searches", "seals"):
        database.execute(f"DELETE FROM {table} WHERE run_id = 3")
    database.execute("DELETE FROM runs WHERE id = 3")
    database.execute("DELETE FROM seals WHERE seq = 6")
    database.execute("UPDATE sqlite_sequence SET seq = 4 WHERE name = 'seals'")
    database.execute("DELETE FROM audits WHERE id = 3")
    database.commit()
    database.close()


def _past_run(folder: Path) -> None:
    """A run of years ago is stored today, with a clock turned back."""
    with Archive.open(folder) as archive:
        then = NOW.replace(year=2022)
        run = archive.start_run(week="2022-W22", started_at=then, **START)
        archive.looks.save(run, "2022-W22", *look(PAGES[0], then))
        archive.finish_run(run, then)


def _past_purge(folder: Path) -> None:
    database = connect(folder)
    add_seal(database, "purge", 1, str(WEEK), {"at": "2020-01-01T00:00:00.000000Z", "files": []}, {})
    database.commit()
    database.close()


AGAINST_A_ROOT: dict[str, Callable[[Path], object]] = {
    "the whole chain made anew": _remade,
    "the newest run and audit taken back": _rolled_back,
    "a past audit inserted": lambda folder: _turned(folder, week="2022-W22", at="2022-06-06T00:00:00.000000Z"),
    "a past run inserted": _past_run,
    "a past purge inserted": _past_purge,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("whole") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the archive; whatever stands in it, ten seconds are enough for everything."""
    signal.alarm(20)
    yield Path(shutil.copytree(whole, tmp_path / "a"))
    signal.alarm(0)


def found(folder: Path, seal: str | None = None) -> list[str]:
    with Archive.read(folder) as archive:
        flaws = archive.verify() + (archive.since_seal(seal) if seal else [])
        turned = [f"{week}: {cell}" for week, cell in turned_in_silence(archive.audits.every())]
        missing = seal is not None and seal not in {link.sha256 for link in archive.answers.seals()}
    return (
        [str(flaw) for flaw in flaws if not flaw.harmless]
        + turned
        + (["the root is not in the chain"] if missing else [])
    )


def root(folder: Path) -> str:
    with Archive.read(folder) as archive:
        return archive.answers.seals()[-1].sha256


def test_an_archive_that_nobody_touched_is_sound(data: Path) -> None:
    """Also against its own root."""
    assert found(data, root(data)) == []


@pytest.mark.parametrize("name", ROWS)
def test_a_changed_row_is_found_by_verify_alone(data: Path, name: str) -> None:
    """Every table, every column that means anything."""
    database = connect(data)
    database.execute(ROWS[name])
    database.commit()
    database.close()
    assert found(data)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_found_by_verify_alone(data: Path, name: str) -> None:
    """And the command ends, whatever stands in a file's place."""
    FILES[name](data)
    assert found(data)


def test_a_stray_file_is_named_though_a_seal_calls_it_purged(data: Path) -> None:
    """And the seal, which is of no run."""
    _stray(data)
    assert [said for said in found(data) if "FILE_UNKNOWN" in said]
    assert [said for said in found(data) if "of no sealed run" in said]


@pytest.mark.parametrize("name", AGAINST_A_ROOT)
def test_what_recomputes_every_hash_is_found_against_a_published_root(data: Path, name: str) -> None:
    """`verify` alone cannot: all hashes are right. The root that stands on a report can."""
    kept = root(data)
    AGAINST_A_ROOT[name](data)
    assert found(data) == []
    assert found(data, kept)


def test_a_database_that_is_a_pipe_is_one_line(data: Path) -> None:
    """Reading it would never end."""
    from auditor.base.errors import ArchiveError

    (data / "archive.sqlite").unlink()
    os.mkfifo(data / "archive.sqlite")
    for way in (Archive.read, Archive.open):
        with pytest.raises(ArchiveError, match="is no file"):
            way(data)


def test_a_cell_that_a_later_audit_names_is_no_flaw(data: Path) -> None:
    """Judged anew is not tampered with."""
    with Archive.open(data) as archive:
        audit = json.loads(archive.audits.text(str(WEEK)) or "")
        audit["offices"][0]["findings"][0]["outcome"] = "failed"
        cell = {"office": "perviy", "check": "account_exists", "account": None}
        archive.audits.save(str(WEEK), NOW.replace(year=2027), json.dumps(audit))
        assert list(turned_in_silence(archive.audits.every())) == [(str(WEEK), "perviy account_exists")]
        archive.audits.save(str(WEEK), NOW.replace(year=2027), json.dumps(audit | {"rejudged": {"cells": [cell]}}))
        assert len(list(turned_in_silence(archive.audits.every()))) == 1
        assert archive.verify() == []


def test_the_root_is_that_of_rfc_6962() -> None:
    """Of none, one and seven leaves, by the recursion that the RFC gives."""

    def by_the_book(leaves: list[bytes]) -> bytes:
        if len(leaves) < 2:
            return leaf_hash(leaves[0]) if leaves else Tree([]).root
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return hashlib.sha256(b"\x01" + by_the_book(leaves[:half]) + by_the_book(leaves[half:])).digest()

    for count in range(20):
        leaves = [bytes([number]) * number for number in range(count)]
        assert Tree(leaves).root == by_the_book(leaves)
    assert Tree([]).root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_no_leaf_of_a_run_can_be_left_out(data: Path) -> None:
    """The root in a run's seal is over its row, the parts of its looks, its controls, answers, searches and files."""
    with Archive.read(data) as archive:
        assert len(json.loads(archive.answers.seals()[0].body)["root"]) == 64
        names = Counter(name.partition(" ")[0] for name in leaves_under(archive._store.db, 1))
    looks = {"look": 3, "core": 3, "comments": 1, "asked": 3}
    assert names == {"run": 1, "control": 1, **looks, "answer": 4, "lead": 1, "searches": 1, "pages": 1, "words": 1} | {
        "invented": 1
    }
