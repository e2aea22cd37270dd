"""An archive that was damaged says so in one line, whatever is asked of it, and repeats nothing that lay in it."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.verify import FlawKind
from auditor.audit.document import Audit
from auditor.base.errors import ArchiveError
from tests.archive_samples import NOW, PAGES, WEEK, begun, connect, edit, flaws, look, moment, week
from tests.hostile import JSON

READINGS: dict[str, Callable[[Archive], object]] = {
    "synthetic": lambda archive: archive.synthetic,
    "snapshots": lambda archive: archive.snapshots.snapshots(moment(3), PAGES),
    "controls": lambda archive: archive.snapshots.controls(moment(3), str(WEEK)),
    "audit": lambda archive: Audit.from_json(archive.audits.text(str(WEEK)) or ""),
    "previous audit": lambda archive: Audit.from_json(archive.audits.previous(str(week(2)), NOW) or ""),
    "entries": lambda archive: archive.evidence.entries(),
    "seals": lambda archive: archive.evidence.seals(),
    "login": lambda archive: archive.searches.login(),
    "searches": lambda archive: archive.searches.of("perviy", "Имярек А. А."),
    "last run": lambda archive: archive.last_run(),
}


def refused(folder: Path) -> dict[str, str]:
    """What each reading that is refused says."""
    said = {}
    with Archive.read(folder) as archive:
        for name, read in READINGS.items():
            try:
                read(archive)
            except ArchiveError as error:
                said[name] = str(error)
    assert all(len(line.splitlines()) == 1 and len(line) < 600 for line in said.values())
    return said


def test_a_page_overwritten_is_told_as_damage_by_whatever_reads_it(data: Path) -> None:
    """Of any table, of any index: one line that says what to do, and `verify` names it."""
    assert refused(data) == {}, "a reading that always failed would prove nothing"
    path, told, damage = data / "archive.sqlite", set[str](), set[str]()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        roots = dict(database.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1"))
        ((size,),) = database.execute("PRAGMA page_size")
    whole = path.read_bytes()
    for name, page in roots.items():
        path.write_bytes(whole[: (page - 1) * size] + b"\xff" * size + whole[page * size :])
        said = refused(data)
        found = {flaw.where for flaw in flaws(data) if flaw.kind is FlawKind.DATABASE}
        assert found, name
        damage |= found
        told |= {name} if said else set()
        for line in said.values():
            assert line.startswith(f"{data}: the archive cannot be read (")
            assert line.endswith("; `auditor evidence verify` names what; restore a copy")
    assert {"looks", "looks_by_url", "controls", "answers", "audits", "searches", "meta", "runs"} <= told
    assert {f"archive.sqlite: {name}" for name in ("looks", "audits", "meta", "runs")} <= damage


@pytest.mark.parametrize(
    ("statement", "reading"),
    [
        ("UPDATE looks SET core = substr(core, 2) WHERE id = 1", "snapshots"),
        ("UPDATE controls SET body = replace(body, 'telegram', 'слова') WHERE run_id = 1", "controls"),
        ("UPDATE answers SET fetched_at = 'слова' WHERE run_id = 1", "entries"),
        ("INSERT INTO logins VALUES ('a', '2026', '[\"слова\"]')", "login"),
        ("UPDATE searches SET at = 'слова'", "searches"),
    ],
)
def test_a_row_that_has_lost_its_form_is_one_line_to_its_reader(data: Path, statement: str, reading: str) -> None:
    """Never a traceback, never the row's content; the others are read as ever."""
    edit(data, statement)
    (told,) = refused(data).items()
    assert told[0] == reading
    assert "a stored row has lost its form" in told[1]
    assert "слова" not in told[1]


@pytest.mark.parametrize("name", JSON)
def test_a_hostile_document_in_the_archive_is_one_line(data: Path, name: str) -> None:
    """Deep, endless, empty or of another shape, in the place of each document; `verify` sees that it changed."""
    text = JSON[name]()
    packed = {"looks": ("facts", "core", "comments", "asked"), "audits": ("body",), "seals": ("leaves",)}
    with closing(connect(data)) as database, database:
        for table, columns in packed.items():
            for column in columns:
                database.execute(f"UPDATE {table} SET {column} = zipped(?) WHERE rowid = 1", (text,))
        for table in ("seals", "controls"):
            database.execute(f"UPDATE {table} SET body = ? WHERE run_id = 1", (text,))
    assert refused(data).keys() >= {"audit", "snapshots", "controls"}
    assert {FlawKind.ROW_CHANGED, FlawKind.LINK_CHANGED} <= {flaw.kind for flaw in flaws(data)}


def test_what_cannot_be_written_is_one_line_and_no_half(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the disk is full, for the database or for the evidence: what the archive held is kept."""
    archive.audits.save("2026-W46", NOW, "first")

    def full_disk(file: int, data: bytes, at: int) -> int:
        os.ftruncate(file, at + len(data) // 2)
        raise OSError(errno.ENOSPC, "No space left on device")

    run, full = begun(archive), r"cannot be written \(.*full.*\); what .* is kept$"
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full_disk)
        with pytest.raises(ArchiveError, match=full):
            archive.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW))
    assert archive.evidence.entries() == archive.snapshots.all(NOW) == []
    archive.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW))
    archive.finish_run(run, NOW)
    archive._store.db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(ArchiveError, match=full):
        archive.audits.save("2026-W46", NOW, "second", "x" * 10 + "".join(map(chr, range(1000, 55_000))))
    assert archive.audits.text("2026-W46") == "first"
    assert archive.verify() == []
