"""Runs begin, end and are sealed; the next run seals a killed one and leaves alone one that is still running."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.evidence_files import EvidenceFiles
from auditor.archive.verify import Flaw, FlawKind
from auditor.base.archive_lock import hold_lock
from auditor.base.errors import ArchiveError
from auditor.base.secrets import remember
from auditor.base.snapshot import Route
from tests.archive_samples import BOOK, NOW, PAGES, START, WEEK, begun, look, moment, week
from tests.bytesearch import loose
from tests.cases import snapshot

HOUR = timedelta(hours=1)


def test_a_run_begins_ends_and_is_sealed_with_what_it_made(archive: Archive) -> None:
    """Its number, registry and requests are stored; nothing can be added after its end."""
    remember("hush-hush-0123456789")
    first_run = archive.start_run(week=str(WEEK), started_at=NOW, **(START | {"vantage": "x hush-hush-0123456789"}))
    archive.keep_registry(first_run, BOOK)
    assert archive.killed_runs() == {1}
    archive.finish_run(first_run, NOW + HOUR, {"vk": 7})
    archive.finish_run(begun(archive, NOW + 2 * HOUR), NOW + 3 * HOUR)
    assert (archive.killed_runs(), archive.verify()) == (frozenset(), [])
    seals = archive.evidence.seals()
    assert [(s.run, s.facts["finished"], s.facts["at"][11:13]) for s in seals] == [(1, True, "06"), (2, True, "08")]
    assert "hush" not in archive.vantage(str(WEEK), NOW)
    assert archive._store.rows("SELECT registry IS NOT NULL, requests FROM runs") == [(1, '{"vk": 7}'), (0, None)]
    with pytest.raises(ArchiveError, match="run 1 has ended"):
        archive.keep_registry(first_run, BOOK)


def test_a_killed_run_is_sealed_by_the_next_run(tmp_path: Path) -> None:
    """It is sealed as unfinished, dated by the next run; its file is cut to what was stored or removed if empty."""
    with Archive.open(tmp_path) as archive:
        archive.snapshots.save(begun(archive), str(WEEK), *look(PAGES[0], NOW))
        begun(archive)
        (file, empty) = sorted((tmp_path / "evidence").iterdir())
        size = file.stat().st_size
        with file.open("ab") as torn:
            torn.write(b"half a record")
    with Archive.open(tmp_path) as archive:
        assert begun(archive, NOW + HOUR) == 3
        seal_facts = [(s.run, s.facts["finished"], s.facts["at"][11:13]) for s in archive.evidence.seals()]
        assert seal_facts == [(1, False, "06"), (2, False, "06")]
        assert (file.stat().st_size, archive.killed_runs()) == (size, {1, 2, 3})
        assert not empty.exists()
        assert archive.requests(str(WEEK), NOW + HOUR) == [None] * 3, "unknown is not zero"
        assert (archive.requests(str(WEEK), NOW + HOUR, behind=True), archive.synthetic) == ([], False)
        assert archive.verify() == [Flaw(FlawKind.RUN_OPEN, "run 3")]


def test_a_run_that_goes_on_elsewhere_is_not_sealed(tmp_path: Path) -> None:
    """`check` may look while `weekly` runs: the locked file shows that its run has not been killed."""
    with Archive.open(tmp_path) as weekly, Archive.open(tmp_path) as check:
        run, other_run = begun(weekly), begun(check, NOW + HOUR)
        assert check.evidence.seals() == []
        check.finish_run(other_run, NOW + HOUR)
        weekly.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW))
        weekly.finish_run(run, NOW + 2 * HOUR)
        assert [seal.run for seal in check.evidence.seals()] == [other_run, run]
        assert check.verify() == []


def test_nothing_is_stored_of_a_run_that_could_not_begin(archive: Archive, tmp_path: Path) -> None:
    """If its evidence file cannot be made, no row is written either."""
    EvidenceFiles(tmp_path).create("000001-20261124T050000Z.pages.warc.gz")
    (tmp_path / "evidence" / "000001-20261124T050000Z.pages.warc.gz").write_bytes(b"somebody's")
    with pytest.raises(ArchiveError, match="something of this name"):
        begun(archive)
    assert archive.last_run() is None


def test_facts_about_runs_are_read_up_to_a_moment(shared_archive: Archive, shared_folder: Path) -> None:
    """Week and start of the last run, vantage of a week's last run, and the requests that a week's runs made."""
    assert shared_archive.last_run() == (str(week(3)), "2026-12-08T05:00:00.000000Z")
    assert shared_archive.vantage(str(WEEK), NOW) == "тест"
    assert shared_archive.vantage(str(WEEK), NOW - HOUR) == shared_archive.vantage("2020-W01", moment(9)) == ""
    assert shared_archive.requests(str(WEEK), NOW) == [{"telegram_preview": 4}]
    assert shared_archive.requests(str(WEEK), NOW - HOUR) == shared_archive.requests("2020-W01", moment(9)) == []
    assert (shared_archive.folder, shared_archive.synthetic) == (shared_folder, True)


def test_requests_by_account_are_grouped_by_what_was_known_of_the_pages(archive: Archive) -> None:
    """Most of a run's looks decide its kind: first at a page, next in a new week, or again in the same week."""
    requests = {"vk": 1, "telegram_preview": 12}
    for number, (week_number, pages) in enumerate([(1, PAGES[:2]), (1, PAGES[:2]), (2, PAGES[:2]), (3, PAGES)]):
        started_at = NOW + number * HOUR
        run = begun(archive, started_at, week(week_number))
        for url in pages:
            archive.snapshots.save(run, str(week(week_number)), snapshot(url=url, taken_at=started_at))
        archive.snapshots.save(
            run, str(week(week_number)), snapshot(url="https://vk.com/id1", route=Route.VK, taken_at=started_at)
        )
        archive.finish_run(run, started_at, {name: (number + 1) * count for name, count in requests.items()})
    by_account = archive.requests_by_account
    assert by_account("telegram_preview", NOW) == {"first": 6.0}
    assert by_account("telegram_preview", NOW + 2 * HOUR) == {"first": 6.0, "again": 12.0, "next": 18.0}
    assert by_account("telegram_preview", NOW + 3 * HOUR)["next"] == 16.0
    assert by_account("vk", NOW + HOUR) == {"first": 1.0, "again": 2.0}
    assert by_account("telegram_client", NOW) == {}


def test_where_nothing_was_ever_stored_nothing_is_verified(
    archive: Archive, shared_archive: Archive, tmp_path: Path
) -> None:
    """An empty archive is refused; one that lost its rows and kept its files has flaws to name."""
    with Archive.read(tmp_path / "none") as missing_archive:
        for empty_archive in (archive, missing_archive):
            with pytest.raises(ArchiveError, match="none: holds no archive, or nothing"):
                empty_archive.require_runs(tmp_path / "none")
    shared_archive.require_runs(tmp_path)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "x").write_bytes(b"x")
    archive.require_runs(tmp_path)


def test_the_archive_is_its_owners_alone(tmp_path: Path) -> None:
    """Folders have mode 0700 and files 0600 under any umask, including SQLite's own files and the lock."""
    folder, old_umask = tmp_path / "a" / "b", os.umask(0)
    try:
        with hold_lock(folder), Archive.open(folder) as archive:
            archive.snapshots.save(begun(archive), str(WEEK), *look(PAGES[0], NOW))
            assert loose(folder.parent) == []
            assert {path.name for path in folder.iterdir()} >= {"evidence", "lock", "archive.sqlite-wal"}
    finally:
        os.umask(old_umask)
