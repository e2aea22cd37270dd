"""A damaged archive is reported in one line by every reading, without any of its content."""

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


def errors_by_reading(folder: Path) -> dict[str, str]:
    """Return the error message of each reading that is refused, by the reading's name."""
    messages = {}
    with Archive.read(folder) as archive:
        for name, read in READINGS.items():
            try:
                read(archive)
            except ArchiveError as error:
                messages[name] = str(error)
    assert all(len(message.splitlines()) == 1 and len(message) < 600 for message in messages.values())
    return messages


def test_an_overwritten_page_is_reported_as_damage_by_every_reading(data: Path) -> None:
    """For a page of any table or index: one line that says what to do, and `verify` names it."""
    assert errors_by_reading(data) == {}, "a reading that always failed would prove nothing"
    path, unreadable_tables, damaged_places = data / "archive.sqlite", set[str](), set[str]()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        roots = dict(database.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1"))
        ((size,),) = database.execute("PRAGMA page_size")
    original = path.read_bytes()
    for name, page_number in roots.items():
        path.write_bytes(original[: (page_number - 1) * size] + b"\xff" * size + original[page_number * size :])
        messages = errors_by_reading(data)
        flaw_places = {flaw.where for flaw in flaws(data) if flaw.kind is FlawKind.DATABASE}
        assert flaw_places, name
        damaged_places |= flaw_places
        unreadable_tables |= {name} if messages else set()
        for message in messages.values():
            assert message.startswith(f"{data}: the archive cannot be read (")
            assert message.endswith("; `auditor evidence verify` names what; restore a copy")
    assert {"looks", "looks_by_url", "controls", "answers", "audits", "searches", "meta", "runs"} <= unreadable_tables
    assert {f"archive.sqlite: {name}" for name in ("looks", "audits", "meta", "runs")} <= damaged_places


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
    """Neither a traceback nor the row's content is shown; other readings are unaffected."""
    edit(data, statement)
    ((name, message),) = errors_by_reading(data).items()
    assert name == reading
    assert "a stored row has lost its form" in message
    assert "слова" not in message


@pytest.mark.parametrize("name", JSON)
def test_a_hostile_document_in_the_archive_is_one_line(data: Path, name: str) -> None:
    """Deep, endless, empty or of another shape, in the place of each document; `verify` names the change."""
    text = JSON[name]()
    columns_by_table = {"looks": ("facts", "core", "comments", "asked"), "audits": ("body",), "seals": ("leaves",)}
    with closing(connect(data)) as database, database:
        for table, columns in columns_by_table.items():
            for column in columns:
                database.execute(f"UPDATE {table} SET {column} = zipped(?) WHERE rowid = 1", (text,))
        for table in ("seals", "controls"):
            database.execute(f"UPDATE {table} SET body = ? WHERE run_id = 1", (text,))
    assert errors_by_reading(data).keys() >= {"audit", "snapshots", "controls"}
    assert {FlawKind.ROW_CHANGED, FlawKind.LINK_CHANGED} <= {flaw.kind for flaw in flaws(data)}


def test_what_cannot_be_written_is_one_line_and_no_half(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full disk, for the database or for the evidence: what the archive held stays."""
    archive.audits.save("2026-W46", NOW, "first")

    def full_disk(file: int, data: bytes, offset: int) -> int:
        os.ftruncate(file, offset + len(data) // 2)
        raise OSError(errno.ENOSPC, "No space left on device")

    run, message = begun(archive), r"cannot be written \(.*full.*\); what .* is kept$"
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full_disk)
        with pytest.raises(ArchiveError, match=message):
            archive.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW))
    assert archive.evidence.entries() == archive.snapshots.all(NOW) == []
    archive.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW))
    archive.finish_run(run, NOW)
    archive._store.db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(ArchiveError, match=message):
        archive.audits.save("2026-W46", NOW, "second", "x" * 10 + "".join(map(chr, range(1000, 55_000))))
    assert archive.audits.text("2026-W46") == "first"
    assert archive.verify() == []
