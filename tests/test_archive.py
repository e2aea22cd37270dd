"""What was seen is stored once, whole, and for its owner alone."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.searches import StoredSearch
from auditor.base.answers import Answer, keep
from auditor.base.errors import ArchiveError, LockedError
from auditor.base.locks import hold_lock
from auditor.base.snapshot import ControlResult, EvidenceKind, Network, Outcome, Route, Snapshot
from auditor.probes.base import Flood, Login, Peer
from tests.archive_samples import evidence
from tests.cases import NOW, WEEK, snapshot


def run(archive: Archive, moment=NOW, week=WEEK) -> int:
    return archive.start_run(week=str(week), command="weekly", started_at=moment, vantage="тест", tool_version="0")


def sighting(body: bytes = b"<html>", moment=NOW, **fields) -> tuple[Snapshot, tuple[Answer, ...]]:
    answer = keep(EvidenceKind.PROFILE, "https://t.me/perviy_rayon", fetched_at=moment, status=200, received=body)
    return snapshot(taken_at=moment, evidence=(answer.evidence,), **fields), (answer,)


def control(outcome: Outcome) -> ControlResult:
    return ControlResult(
        network=Network.TELEGRAM,
        route=Route.TELEGRAM_PREVIEW,
        url="https://t.me/telegram",
        expected=True,
        outcome=outcome,
    )


def test_a_snapshot_comes_back_as_it_was_with_its_answer(tmp_path: Path) -> None:
    """Nothing is lost on the way through the file."""
    with Archive.open(tmp_path / "a") as archive:
        seen, answers = sighting("страница".encode())
        archive.looks.save(run(archive), str(WEEK), seen, answers)
    with Archive.read(tmp_path / "a") as archive:
        ((stored,),) = archive.looks.snapshots(NOW).values()
        assert stored.snapshot == seen
        found = evidence(archive, answers[0].evidence.id)
    assert found == (answers[0].evidence, "страница".encode())


def test_an_earlier_moment_does_not_know_later_looks(tmp_path: Path) -> None:
    """The same archive and the same moment give the same audit, whatever was added since."""
    later = NOW + timedelta(days=1)
    with Archive.open(tmp_path) as archive:
        archive.looks.save(run(archive), str(WEEK), *sighting())
        archive.looks.save(run(archive, later), str(WEEK), *sighting(moment=later))
        assert [len(rows) for rows in archive.looks.snapshots(NOW).values()] == [1]
        assert [len(rows) for rows in archive.looks.snapshots(later).values()] == [2]


def test_the_same_answer_is_stored_once(tmp_path: Path) -> None:
    """One answer behind two snapshots is one record; another look at the same page is a record of its own."""
    with Archive.open(tmp_path) as archive:
        number = run(archive)
        archive.looks.save(number, str(WEEK), *sighting())
        archive.looks.save(number, str(WEEK), *sighting())
        archive.looks.save(number, str(WEEK), *sighting(moment=NOW + timedelta(hours=1)))
        assert len({entry.record_id for entry in archive.answers.entries()}) == len(archive.answers.entries()) == 2


@pytest.mark.parametrize(
    ("outcome", "trusted"), [(Outcome.PASSED, True), (Outcome.FAILED, False), (Outcome.CANT_TELL, False)]
)
def test_a_run_whose_control_did_not_pass_is_not_trusted(tmp_path: Path, outcome: Outcome, trusted: bool) -> None:
    """Failed or unseen, it vouches for nothing."""
    with Archive.open(tmp_path) as archive:
        number = run(archive)
        archive.looks.save_control(number, control(outcome), ())
        archive.looks.save(number, str(WEEK), *sighting())
        ((stored,),) = archive.looks.snapshots(NOW).values()
        assert stored.trusted is trusted
        assert [one.result for one in archive.looks.controls(NOW, str(WEEK))] == [control(outcome)]
        assert archive.vantage(str(WEEK), NOW) == "тест"


def test_an_account_that_breaks_in_the_middle_leaves_nothing_of_itself(tmp_path: Path) -> None:
    """One transaction an account: the answers written before the break go with it."""
    seen, answers = sighting()

    def broken():
        yield from answers
        raise RuntimeError

    with Archive.open(tmp_path) as archive:
        number = run(archive)
        archive.looks.save(number, str(WEEK), *sighting(b"before"))
        with pytest.raises(RuntimeError):
            archive.looks.save(number, str(WEEK), seen, broken())
        assert evidence(archive, answers[0].evidence.id) is None
        assert len(archive.looks.snapshots(NOW)) == 1


def test_reading_where_there_is_no_archive_leaves_no_trace(tmp_path: Path) -> None:
    """`report` on an empty folder judges from the registry alone."""
    with Archive.read(tmp_path / "none") as archive:
        assert archive.looks.snapshots(NOW) == {}
        assert archive.audits.previous(str(WEEK), NOW) is None
    assert not (tmp_path / "none").exists()


def test_the_archive_is_its_owners_alone(tmp_path: Path) -> None:
    """Folder 0700, files 0600, whatever the umask."""
    folder = tmp_path / "a"
    old = os.umask(0)
    try:
        with hold_lock(folder), Archive.open(folder) as archive:
            archive.looks.save(run(archive), str(WEEK), *sighting())
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
    finally:
        os.umask(old)
    assert {stat.S_IMODE(f.stat().st_mode) for f in (folder, folder / "evidence")} == {0o700}
    assert [name for name in modes if name.endswith(".warc.gz")]
    assert set(modes.values()) == {0o600}, modes


def test_a_login_is_remembered_for_the_next_run(tmp_path: Path) -> None:
    """The last one saved is the one that the next run is offered."""
    login = Login("a1b2", (Peer("perviy_rayon", 1500000001, -77),), (Flood("resolve", NOW + timedelta(hours=10)),))
    with Archive.open(tmp_path) as archive:
        assert archive.searches.login() is None
        archive.searches.remember(run(archive), login, NOW)
        assert archive.searches.login() == login


def test_an_audit_is_replaced_by_a_later_one_of_its_week(tmp_path: Path) -> None:
    """The last audited week before this one is what changes are measured against."""
    with Archive.open(tmp_path) as archive:
        archive.audits.save("2026-W45", NOW, "45")
        archive.audits.save("2026-W46", NOW, "first")
        archive.audits.save("2026-W46", NOW, "second")
        archive.audits.save("2026-W47", NOW, "47")
        assert archive.audits.previous("2026-W47", NOW) == "second"
        assert archive.audits.previous("2026-W47", NOW - timedelta(days=1)) is None


def test_a_second_run_says_who_holds_the_lock(tmp_path: Path) -> None:
    """The lock is the kernel's: it ends with its process."""
    script = (
        "import sys; from pathlib import Path; from auditor.base.locks import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LockedError, match=str(other.pid)), hold_lock(tmp_path):
            pass
        other.kill()
    with hold_lock(tmp_path):
        pass


def test_a_newer_or_broken_archive_is_refused_in_one_line(tmp_path: Path) -> None:
    """And left as it is."""
    with Archive.open(tmp_path) as archive:
        archive.audits.save("2026-W46", NOW, "x")
    database = sqlite3.connect(tmp_path / "archive.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ArchiveError, match="newer auditor"):
        Archive.open(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "archive.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(ArchiveError, match="not a readable archive"):
        Archive.open(tmp_path / "broken")


def test_the_newest_state_of_a_search_stands(tmp_path: Path) -> None:
    """One row for each person and way of searching; another person's are not given out."""
    later = NOW + timedelta(days=1)
    with Archive.open(tmp_path) as archive:
        number = run(archive)
        archive.searches.save(number, "perviy", "Имярек А. А.", "vk", 10, '{"next": 10}', NOW)
        archive.searches.save(number, "perviy", "Имярек А. А.", "website", 1, "{}", NOW)
        archive.searches.save(number, "perviy", "Имярек Б. Б.", "vk", 5, "{}", NOW)
        archive.searches.save(run(archive, later), "perviy", "Имярек А. А.", "vk", 30, '{"next": 30}', later)
        assert archive.searches.of("perviy", "Имярек А. А.") == [
            StoredSearch("vk", 30, '{"next": 30}', later),
            StoredSearch("website", 1, "{}", NOW),
        ]


def test_answers_without_a_snapshot_are_kept_too(tmp_path: Path) -> None:
    """A search for accounts looks at pages that nobody is judged by."""
    answer = keep(EvidenceKind.LEAD, "https://t.me/perviy_rayon", fetched_at=NOW, status=200, received=b"page")
    with Archive.open(tmp_path) as archive:
        archive.searches.keep(run(archive), [answer])
        assert evidence(archive, answer.evidence.id) == (answer.evidence, b"page")
        assert archive.looks.snapshots(NOW) == {}
