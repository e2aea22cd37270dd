"""What somebody may do to an archive behind its back: to its files, and with the program's own functions."""

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
    """The runs' files of evidence, in order."""
    return sorted((folder / "evidence").iterdir())


def flip(file: Path, place: int) -> None:
    """Change one bit of a file."""
    data = bytearray(file.read_bytes())
    data[place] ^= 0x10
    file.write_bytes(data)


def forged_purge(folder: Path, run: int, kinds: set[str], **facts: object) -> None:
    """Add a seal that calls a purge what somebody did to a run; `kinds` say what it names."""
    with Archive.open(folder) as archive, archive._store.transaction() as database:
        gone = {name: sha for name, sha in leaves_of(archive._store, run).items() if name.split()[0] in kinds}
        add_seal(database, "purge", run, None, {"at": LATER, **PURGED, **facts}, gone)


def _place(folder: Path) -> Path:
    """Where the first file lay, which is removed."""
    (first, *_) = files(folder)
    first.unlink()
    return first


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut short": (lambda a: os.truncate(files(a)[0], files(a)[0].stat().st_size - 1), "FILE_CHANGED RECORD_DAMAGED"),
    "with a byte more": (lambda a: files(a)[0].write_bytes(files(a)[0].read_bytes() + b"\0"), "FILE_CHANGED"),
    "with a bit flipped": (lambda a: flip(files(a)[0], 300), "FILE_CHANGED RECORD_DAMAGED"),
    "removed": (lambda a: files(a)[0].unlink(), "FILE_MISSING"),
    "that is a pipe": (lambda a: os.mkfifo(_place(a)), "FILE_CHANGED FILE_MISSING FILE_NOT_REGULAR"),
    "that is an endless device": (
        lambda a: _place(a).symlink_to("/dev/zero"),
        "FILE_CHANGED FILE_MISSING FILE_NOT_REGULAR",
    ),
    "that no run knows": (lambda a: shutil.copy(files(a)[0], a / "evidence" / "9.warc.gz"), "FILE_UNKNOWN"),
    "left half-written": (lambda a: (a / "x.part1").write_bytes(b""), "LEFTOVER"),
    "that is empty and of no run": (lambda a: (a / "evidence" / "9.warc.gz").write_bytes(b""), "LEFTOVER"),
}
"""What is done to a file of evidence, and the kinds of flaws that are named."""


def _sealed(kind: str, run: int | None, leaves: dict[str, str] | None, **facts: object) -> Callable[[Path], None]:
    """One more link, well made, that the program would not make."""

    def change(folder: Path) -> None:
        with Archive.open(folder) as archive, archive._store.transaction() as database:
            add_seal(database, kind, run, None, {"at": LATER, **facts}, leaves)

    return change


def _rootless(folder: Path) -> None:
    """A purge's seal without a root: whatever is put under it is not held."""
    _sealed("purge", 1, None, **PURGED)(folder)
    edit(folder, "UPDATE seals SET leaves = zipped('{}') WHERE kind = 'purge'")


def _replaced(folder: Path) -> None:
    """An audit is another in its place, with one more seal of the same number."""
    with closing(connect(folder)) as database, database:
        read = "SELECT week, as_of, registry, unzipped(body) FROM audits WHERE id = 3"
        week, as_of, registry, body = database.execute(read).fetchone()
        told = {"number": 3, "as_of": as_of, "registry": registry, "audit": hash_of(body.replace("passed", "failed"))}
        database.execute(f"UPDATE audits SET body = {FAILED} WHERE id = 3")
        add_seal(database, "audit", None, week, told)


def _hidden_trigger(folder: Path) -> None:
    """Called like what SQLite makes for itself."""
    made = "CREATE TRIGGER sqlite_t AFTER INSERT ON looks BEGIN UPDATE looks SET posts = 0 WHERE id = new.id; END"
    edit(
        folder,
        "PRAGMA writable_schema = ON",
        f"INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_t', 'looks', 0, '{made}')",
    )


def _stray(folder: Path) -> None:
    """A file that a purge of no run says is gone."""
    (folder / "evidence" / "000099-NoneZ.words.warc.gz").write_bytes(b"x")
    _sealed("purge", 99, {"words": hash_of("x")}, **{**PURGED, "files": ["words"]})(folder)


def _rewritten_link(folder: Path) -> None:
    """A run is edited and its seal made anew; the next one still names the old."""
    with closing(connect(folder)) as database, database:
        seq, body = database.execute("SELECT seq, body FROM seals WHERE run_id = 2").fetchone()
        body = body.replace("тест", "elsewhere")
        database.execute("UPDATE seals SET body = ?, sha256 = ? WHERE seq = ?", (body, hash_of(body), seq))
        database.execute("UPDATE runs SET vantage = 'elsewhere' WHERE id = 2")


FORGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a verdict turned in its place by a second seal": (_replaced, "LINK_CHANGED ROW_CHANGED"),
    "a purge's seal without a root": (_rootless, "LINK_CHANGED"),
    "a trigger by a name of SQLite's": (_hidden_trigger, "SCHEMA"),
    "a seal of no kind": (_sealed("note", None, {}), "LINK_CHANGED"),
    "a run's seal of no run": (_sealed("run", 99, {}), "ROW_ADDED ROW_MISSING"),
    "a purge's seal of no run": (_sealed("purge", 99, {}, **PURGED), "LINK_CHANGED"),
    "a file of no run that a seal calls purged": (_stray, "FILE_UNKNOWN LINK_CHANGED"),
    "a run edited and its seal made anew": (_rewritten_link, "LINK_CHANGED ROW_CHANGED"),
}
"""What somebody does who knows the program, and the kinds of flaws that are named."""


def _turned(folder: Path) -> None:
    """One more audit with its seal, as the program would store it: a verdict is another, and nothing says so."""
    with Archive.open(folder) as archive:
        text = archive.audits.text(str(WEEK)) or ""
        archive.audits.save(str(WEEK), moment(2), text.replace("passed", "failed"))


def _past_run(folder: Path) -> None:
    """A run of years ago is stored today, with a clock turned back."""
    with Archive.open(folder) as archive:
        then = NOW.replace(year=2022)
        run = begun(archive, then)
        archive.snapshots.save(run, str(WEEK), *look(PAGES[0], then))
        archive.finish_run(run, then)


ANEW: dict[str, tuple[Callable[[Path], object], str]] = {
    "an audit of the second week": (_turned, "2026-12-01T05:00:00"),
    "a past run": (_past_run, "2022-11-24T05:00:00"),
    "a past purge": (_sealed("purge", 1, {}, **{**PURGED, "at": "2020-01-01T00:00:00Z"}), "2020-01-01T00:00:00"),
}
"""What `verify` alone cannot find, and the moment that it is said to be of."""
