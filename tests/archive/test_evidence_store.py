"""Stored responses: the index holds each record's file and offset, and agrees with the record found there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.archive.warc import DamagedRecordError, read_record
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import StoredResponse, make_stored_response
from tests.archive.tampering import flip
from tests.archive_samples import NOW, RUNS, WEEK, begun, moment, week


def make_response(kind: EvidenceKind = EvidenceKind.POSTS, name: str = "x", **fields: Any) -> StoredResponse:
    """Return a stored response of a kind."""
    common = {"fetched_at": NOW, "status": 200, "received": f"{kind} {name}".encode()}
    return make_stored_response(kind, f"https://t.me/{name}", **common, **fields)


WORDS = {EvidenceKind.COMMENTS, EvidenceKind.LEAD}
PARTS = [(make_response(kind), "words" if kind in WORDS else "pages") for kind in EvidenceKind]
PARTS += [
    (make_response(EvidenceKind.CONTROL, stored=b"{}"), "words"),
    (make_response(EvidenceKind.POSTS, stored=b"{}"), "pages"),
]


@pytest.mark.parametrize(("response", "part"), PARTS)
def test_peoples_words_lie_apart_from_the_pages(
    archive: Archive, tmp_path: Path, response: StoredResponse, part: str
) -> None:
    """Comments, search results, and controls whose page holds people's words go after 90 days."""
    run = begun(archive)
    for responses in ([response, response], [response]):
        archive.searches.save_responses(run, responses)
    archive.finish_run(run, NOW)
    (entry,) = archive.evidence.entries()
    assert (entry.part, entry.file) == (part, f"000001-20261124T050000Z.{part}.warc.gz")
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [entry.file], "an empty file is removed"


def test_another_answer_under_an_id_that_is_taken_is_refused(archive: Archive) -> None:
    """The id is of 48 bits: what differs is never dropped as if it were stored, in the queue nor in the index."""
    run, first = begun(archive), make_response(name="x")
    other = make_response(name="y")
    clash = replace(other, evidence=other.evidence.model_copy(update={"id": first.evidence.id}))
    clash_in_queue = first.evidence.model_copy(update={"id": other.evidence.id})
    archive.searches.save_responses(run, [first])
    for responses in ([clash], [make_response(name="z"), clash]):
        with pytest.raises(ArchiveError, match=f"{first.evidence.id}: another answer has this id"):
            archive.searches.save_responses(run, responses)
    with pytest.raises(ArchiveError, match="another answer has this id"):
        archive.searches.save_responses(run, [other, replace(first, evidence=clash_in_queue)])
    archive.searches.save_responses(run, [first])
    archive.finish_run(run, NOW)
    assert ([entry.evidence for entry in archive.evidence.entries()], archive.verify()) == ([first.evidence], [])


def test_the_index_says_where_each_record_is(shared_archive: Archive, shared_folder: Path) -> None:
    """Entries come in the order of runs and files, by id or by week; each record is a gzip member of its own."""
    entries = shared_archive.evidence.entries()
    parts = ("pages",) * 3 + ("words",) * 2
    assert [(e.run, e.part) for e in entries] == [(run, part) for run in range(1, RUNS + 1) for part in parts]
    for entry in entries:
        assert (entry.week, entry.vantage, entry.purged) == (str(week(entry.run)), "тест", None)
        assert entry.evidence.fetched_at == moment(entry.run)
        data = (shared_folder / "evidence" / entry.file).read_bytes()
        record = read_record(data[entry.offset : entry.offset + entry.length])
        assert record == shared_archive.evidence.record(entry)
        assert (record.id, record.fields["X-Auditor-Evidence"]) == (entry.record_id, entry.evidence.id)
    assert shared_archive.evidence.entries(week=str(WEEK)) == entries[:5]
    data, offsets = shared_archive.evidence.copy_records(entries[2:9:3])
    assert len(data) == sum(entry.length for entry in entries[2:9:3])
    for entry in entries[2:9:3]:
        offset = offsets[entry.evidence.id]
        assert read_record(data[offset : offset + entry.length]) == shared_archive.evidence.record(entry), (
            "it is copied byte for byte"
        )
    ids = [entries[7].evidence.id, entries[0].evidence.id, "ev-none"]
    assert shared_archive.evidence.entries(ids=ids) == [entries[0], entries[7]]
    assert shared_archive.evidence.entries(ids=[]) == shared_archive.evidence.entries(ids=ids[:1], week=str(WEEK)) == []


def test_a_damaged_record_is_one_line_and_the_rest_is_served(data: Path) -> None:
    """The line names the file and the response."""
    with Archive.read(data) as archive:
        first, second, *_ = archive.evidence.entries()
        flip(data / "evidence" / first.file, first.offset + first.length // 2)
        with pytest.raises(DamagedRecordError, match=f"^{first.file}: {first.evidence.id}: a record ") as error_info:
            archive.evidence.record(first)
        assert "\n" not in str(error_info.value)
        assert archive.evidence.record(second).id == second.record_id
        (data / "evidence" / first.file).unlink()
        with pytest.raises(ArchiveError, match="cannot be read") as error_info:
            archive.evidence.record(second)
        assert not isinstance(error_info.value, DamagedRecordError)
