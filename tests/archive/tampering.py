"""Ways to tamper with an archive: by editing its files, and by calling the program's own functions."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from auditor.archive import Archive
from auditor.archive.seals import add_seal, hash_of, leaves_of
from tests.archive_samples import NOW, PAGES, WEEK, begun, connect, edit, look, moment

LATER = "2027-01-01T00:00:00.000000Z"
PURGED = {"files": [], "answers": 0, "comments": 0, "looks": 0, "bytes": 0, "before": {"words": LATER, "pages": LATER}}
FAILED = "zipped(replace(unzipped(body), 'passed', 'failed'))"


def files(folder: Path) -> list[Path]:
    """Return the evidence files of all runs, in order."""
    return sorted((folder / "evidence").iterdir())


def flip(file: Path, offset: int) -> None:
    """Flip one bit of the byte at `offset` of a file."""
    data = bytearray(file.read_bytes())
    data[offset] ^= 0x10
    file.write_bytes(data)


def forged_purge(folder: Path, run: int, kinds: set[str], **facts: object) -> None:
    """Add a purge's seal for a run that was not purged; it names the run's leaves of these kinds."""
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        purged_leaves = {name: sha for name, sha in leaves_of(archive._store, run).items() if name.split()[0] in kinds}
        add_seal(database, "purge", run, None, {"at": LATER, **PURGED, **facts}, purged_leaves)


def _remove_first_file(folder: Path) -> Path:
    """Remove the first evidence file and return its path."""
    (first_file, *_) = files(folder)
    first_file.unlink()
    return first_file


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut short": (lambda a: os.truncate(files(a)[0], files(a)[0].stat().st_size - 1), "FILE_CHANGED RECORD_DAMAGED"),
    "with a byte more": (lambda a: files(a)[0].write_bytes(files(a)[0].read_bytes() + b"\0"), "FILE_CHANGED"),
    "with a bit flipped": (lambda a: flip(files(a)[0], 300), "FILE_CHANGED RECORD_DAMAGED"),
    "removed": (lambda a: files(a)[0].unlink(), "FILE_MISSING"),
    "that is a pipe": (lambda a: os.mkfifo(_remove_first_file(a)), "FILE_CHANGED FILE_MISSING FILE_NOT_REGULAR"),
    "that is an endless device": (
        lambda a: _remove_first_file(a).symlink_to("/dev/zero"),
        "FILE_CHANGED FILE_MISSING FILE_NOT_REGULAR",
    ),
    "that no run knows": (lambda a: shutil.copy(files(a)[0], a / "evidence" / "9.warc.gz"), "FILE_UNKNOWN"),
    "left half-written": (lambda a: (a / "x.part1").write_bytes(b""), "LEFTOVER"),
    "that is empty and of no run": (lambda a: (a / "evidence" / "9.warc.gz").write_bytes(b""), "LEFTOVER"),
}
"""By name: a change to an evidence file, and the kinds of flaws that `verify` then names."""


def _seal_adder(kind: str, run: int | None, leaves: dict[str, str] | None, **facts: object) -> Callable[[Path], None]:
    """Return a function that appends a well-formed seal which the program itself would not write."""

    def change(folder: Path) -> None:
        with Archive.open(folder) as archive, archive._store.transaction() as database:
            add_seal(database, kind, run, None, {"at": LATER, **facts}, leaves)

    return change


def _add_rootless_purge(folder: Path) -> None:
    """Add a purge's seal without a root, which proves none of its leaves."""
    _seal_adder("purge", 1, None, **PURGED)(folder)
    edit(folder, "UPDATE seals SET leaves = zipped('{}') WHERE kind = 'purge'")


def _replace_audit(folder: Path) -> None:
    """Replace an audit in its row, and add a second seal with the same audit number."""
    with closing(connect(folder)) as database, database:
        query = "SELECT week, as_of, registry, unzipped(body) FROM audits WHERE id = 3"
        week, as_of, registry, body = database.execute(query).fetchone()
        facts = {"number": 3, "as_of": as_of, "registry": registry, "audit": hash_of(body.replace("passed", "failed"))}
        database.execute(f"UPDATE audits SET body = {FAILED} WHERE id = 3")
        add_seal(database, "audit", None, week, facts)


def _add_hidden_trigger(folder: Path) -> None:
    """Add a trigger whose name looks like one of SQLite's internal objects."""
    statement = "CREATE TRIGGER sqlite_t AFTER INSERT ON looks BEGIN UPDATE looks SET posts = 0 WHERE id = new.id; END"
    edit(
        folder,
        "PRAGMA writable_schema = ON",
        f"INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_t', 'looks', 0, '{statement}')",
    )


def _add_stray_file(folder: Path) -> None:
    """Add an evidence file, and a seal that calls it purged from a run that does not exist."""
    (folder / "evidence" / "000099-NoneZ.words.warc.gz").write_bytes(b"x")
    _seal_adder("purge", 99, {"words": hash_of("x")}, **{**PURGED, "files": ["words"]})(folder)


def _rewrite_seal(folder: Path) -> None:
    """Edit a run and recompute its seal; the next seal still names the old hash."""
    with closing(connect(folder)) as database, database:
        seq, body = database.execute("SELECT seq, body FROM seals WHERE run_id = 2").fetchone()
        body = body.replace("тест", "elsewhere")
        database.execute("UPDATE seals SET body = ?, sha256 = ? WHERE seq = ?", (body, hash_of(body), seq))
        database.execute("UPDATE runs SET vantage = 'elsewhere' WHERE id = 2")


FORGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a verdict turned in its place by a second seal": (_replace_audit, "LINK_CHANGED ROW_CHANGED"),
    "a purge's seal without a root": (_add_rootless_purge, "LINK_CHANGED"),
    "a trigger by a name of SQLite's": (_add_hidden_trigger, "SCHEMA"),
    "a seal of no kind": (_seal_adder("note", None, {}), "LINK_CHANGED"),
    "a run's seal of no run": (_seal_adder("run", 99, {}), "ROW_ADDED ROW_MISSING"),
    "a purge's seal of no run": (_seal_adder("purge", 99, {}, **PURGED), "LINK_CHANGED"),
    "a file of no run that a seal calls purged": (_add_stray_file, "FILE_UNKNOWN LINK_CHANGED"),
    "a run edited and its seal made anew": (_rewrite_seal, "LINK_CHANGED ROW_CHANGED"),
}
"""By name: a forgery made with the program's own functions, and the kinds of flaws that `verify` then names."""


def _add_changed_audit(folder: Path) -> None:
    """Store and seal another audit of the first week as the program would, with an unannounced change of a verdict."""
    with Archive.open(folder) as archive:
        text = archive.audits.text(str(WEEK)) or ""
        archive.audits.save(str(WEEK), moment(2), text.replace("passed", "failed"))


def _add_past_run(folder: Path) -> None:
    """Store a run today that is dated years ago, as with a clock turned back."""
    with Archive.open(folder) as archive:
        started_at = NOW.replace(year=2022)
        run = begun(archive, started_at)
        archive.snapshots.save(run, str(WEEK), *look(PAGES[0], started_at))
        archive.finish_run(run, started_at)


BACKDATED: dict[str, tuple[Callable[[Path], object], str]] = {
    "an audit of the second week": (_add_changed_audit, "2026-12-01T05:00:00"),
    "a past run": (_add_past_run, "2022-11-24T05:00:00"),
    "a past purge": (_seal_adder("purge", 1, {}, **{**PURGED, "at": "2020-01-01T00:00:00Z"}), "2020-01-01T00:00:00"),
}
"""By name: a backdated entry that `verify` alone cannot find, and the moment that it claims."""
