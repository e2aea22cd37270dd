"""An archive whose JSON somebody wrote anew: each way of reading it says one line, or does without."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.answers import keep
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from tests.archive_samples import connect
from tests.cases import NOW, WEEK, snapshot
from tests.hostile import JSON

READINGS: dict[str, Callable[[Archive], object]] = {
    "snapshots": lambda archive: archive.looks.snapshots(NOW),
    "controls": lambda archive: archive.looks.controls(NOW, str(WEEK)),
    "login": lambda archive: archive.searches.login(),
    "entries": lambda archive: archive.answers.entries(),
    "seals": lambda archive: archive.answers.seals(),
    "last run": lambda archive: archive.last_run(),
    "verify": lambda archive: archive.verify(),
    "audit": lambda archive: Audit.from_json(archive.audits.text(str(WEEK)) or ""),
    "previous audit": lambda archive: Audit.from_json(archive.audits.previous(str(WEEK.shift(1)), NOW) or ""),
}


def spoiled(folder: Path, text: str) -> None:
    """An archive of one run in which every document reads `text`."""
    answer = keep(EvidenceKind.PROFILE, "https://t.me/perviy_rayon", fetched_at=NOW, status=200, received=b"x")
    with Archive.open(folder) as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="", tool_version="0")
        archive.looks.save(run, str(WEEK), snapshot(evidence=(answer.evidence,)), (answer,))
        archive.finish_run(run, NOW)
        archive.audits.save(str(WEEK), NOW, "{}")
    db = connect(folder)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    changed = 0
    for table in tables:
        for _, column, form, *_ in db.execute(f"PRAGMA table_info({table})").fetchall():
            if column in {"body", "facts", "core", "comments", "asked", "leaves", "state"}:
                put = "?" if form == "TEXT" else "zipped(?)"
                changed += db.execute(f"UPDATE {table} SET {column} = {put}", (text,)).rowcount
    db.commit()
    db.close()
    assert changed >= 3


@pytest.mark.parametrize("name", JSON)
def test_a_hostile_document_in_the_archive_is_one_line(tmp_path: Path, name: str) -> None:
    """Deep, endless, empty or of another shape: no traceback, no quoting of it, and `verify` sees that it changed."""
    spoiled(tmp_path, JSON[name]())
    for read in READINGS.values():
        begun = time.process_time()
        with Archive.read(tmp_path) as archive:
            try:
                read(archive)
                said = ""
            except ArchiveError as error:
                said = str(error)
        assert len(said.splitlines()) <= 1
        assert len(said) < 600
        assert time.process_time() - begun < 2
    with Archive.read(tmp_path) as archive:
        assert archive.verify()
        with pytest.raises(ArchiveError):
            READINGS["audit"](archive)
