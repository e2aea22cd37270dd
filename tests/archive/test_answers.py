"""The stored answers: the index says where each record is, and what lies there is what the index says."""

from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.archive.warc import DamagedError, read_record
from auditor.base.answers import Answer, keep
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from tests.archive.tampering import flip
from tests.archive_samples import NOW, RUNS, WEEK, begun, moment, week


def answer(kind: EvidenceKind = EvidenceKind.POSTS, name: str = "x", **fields: Any) -> Answer:
    """An answer of a kind."""
    about = {"fetched_at": NOW, "status": 200, "received": f"{kind} {name}".encode()}
    return keep(kind, f"https://t.me/{name}", **about, **fields)


@pytest.mark.parametrize(
    ("kept", "part"),
    [
        (answer(kind), "words" if kind in {EvidenceKind.COMMENTS, EvidenceKind.LEAD} else "pages")
        for kind in EvidenceKind
    ]
    + [(answer(EvidenceKind.CONTROL, stored=b"{}"), "words"), (answer(EvidenceKind.POSTS, stored=b"{}"), "pages")],
)
def test_peoples_words_lie_apart_from_officials_pages(tmp_path: Path, kept: Answer, part: str) -> None:
    """Comments, what a search saw, and controls whose page holds people's words: they go after 90 days."""
    with Archive.open(tmp_path) as archive:
        run = begun(archive)
        archive.searches.keep(run, [kept])
        archive.finish_run(run, NOW)
        (entry,) = archive.answers.entries()
    assert (entry.part, entry.file) == (part, f"000001-20261124T050000Z.{part}.warc.gz")
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [entry.file], "an empty file is removed"


def test_the_index_says_where_each_record_is(whole: Path) -> None:
    """In the order of runs and files; by id, by week; each record is a gzip member by itself."""
    with Archive.read(whole) as archive:
        entries = archive.answers.entries()
        assert [(e.run, e.part) for e in entries] == [
            (run, part) for run in range(1, RUNS + 1) for part in ("pages",) * 3 + ("words",) * 2
        ]
        for entry in entries:
            assert (entry.week, entry.vantage, entry.purged) == (str(week(entry.run)), "тест", None)
            assert entry.evidence.fetched_at == moment(entry.run)
            data = (whole / "evidence" / entry.file).read_bytes()
            record = read_record(data[entry.offset : entry.offset + entry.length])
            assert record == archive.answers.record(entry)
            assert (record.id, record.fields["X-Auditor-Evidence"]) == (entry.record_id, entry.evidence.id)
        assert archive.answers.entries(week=str(WEEK)) == entries[:5]
        named = [entries[7].evidence.id, entries[0].evidence.id, "ev-none"]
        assert archive.answers.entries(ids=named) == [entries[0], entries[7]]
        assert archive.answers.entries(ids=[]) == archive.answers.entries(ids=named[:1], week=str(WEEK)) == []


def test_records_are_copied_byte_for_byte(whole: Path) -> None:
    """Each is found in the copy where it is said to be."""
    with Archive.read(whole) as archive:
        chosen = archive.answers.entries()[2:9:3]
        data, places = archive.answers.copy(chosen)
        assert len(data) == sum(entry.length for entry in chosen)
        for entry in chosen:
            at = places[entry.evidence.id]
            assert read_record(data[at : at + entry.length]) == archive.answers.record(entry)


def test_a_damaged_record_is_one_line_and_the_rest_is_served(data: Path) -> None:
    """The line names file and answer."""
    with Archive.read(data) as archive:
        first, second, *_ = archive.answers.entries()
        flip(data / "evidence" / first.file, first.offset + first.length // 2)
        with pytest.raises(DamagedError, match=f"^{first.file}: {first.evidence.id}: a record ") as told:
            archive.answers.record(first)
        assert "\n" not in str(told.value)
        assert archive.answers.record(second).id == second.record_id
        (data / "evidence" / first.file).unlink()
        with pytest.raises(ArchiveError, match="cannot be read") as told:
            archive.answers.record(second)
        assert not isinstance(told.value, DamagedError)


def test_the_same_answer_is_stored_once(tmp_path: Path) -> None:
    """Though it is handed over twice, at once or later; answers of both parts go to their own files."""
    page, said = answer(), answer(EvidenceKind.COMMENTS)
    with Archive.open(tmp_path) as archive:
        run = begun(archive)
        archive.searches.keep(run, [page, said, page])
        archive.searches.keep(run, [said, answer(name="y")])
        archive.finish_run(run, NOW)
        assert [(e.part, e.offset > 0) for e in archive.answers.entries()] == [
            ("pages", False),
            ("pages", True),
            ("words", False),
        ]
        assert archive.verify() == []
