"""The stored answers: the index says where each record is, and what lies there is what the index says."""

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


def answer(kind: EvidenceKind = EvidenceKind.POSTS, name: str = "x", **fields: Any) -> StoredResponse:
    """An answer of a kind."""
    about = {"fetched_at": NOW, "status": 200, "received": f"{kind} {name}".encode()}
    return make_stored_response(kind, f"https://t.me/{name}", **about, **fields)


WORDS = {EvidenceKind.COMMENTS, EvidenceKind.LEAD}
PARTS = [(answer(kind), "words" if kind in WORDS else "pages") for kind in EvidenceKind]
PARTS += [(answer(EvidenceKind.CONTROL, stored=b"{}"), "words"), (answer(EvidenceKind.POSTS, stored=b"{}"), "pages")]


@pytest.mark.parametrize(("kept", "part"), PARTS)
def test_peoples_words_lie_apart_from_the_pages(
    archive: Archive, tmp_path: Path, kept: StoredResponse, part: str
) -> None:
    """Comments, what a search saw, and controls whose page holds people's words: they go after 90 days."""
    run = begun(archive)
    for some in ([kept, kept], [kept]):
        archive.searches.save_responses(run, some)
    archive.finish_run(run, NOW)
    (entry,) = archive.evidence.entries()
    assert (entry.part, entry.file) == (part, f"000001-20261124T050000Z.{part}.warc.gz")
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [entry.file], "an empty file is removed"


def test_the_index_says_where_each_record_is(stored: Archive, whole: Path) -> None:
    """In the order of runs and files; by id, by week; each record is a gzip member by itself."""
    entries = stored.evidence.entries()
    parts = ("pages",) * 3 + ("words",) * 2
    assert [(e.run, e.part) for e in entries] == [(run, part) for run in range(1, RUNS + 1) for part in parts]
    for entry in entries:
        assert (entry.week, entry.vantage, entry.purged) == (str(week(entry.run)), "тест", None)
        assert entry.evidence.fetched_at == moment(entry.run)
        data = (whole / "evidence" / entry.file).read_bytes()
        record = read_record(data[entry.offset : entry.offset + entry.length])
        assert record == stored.evidence.record(entry)
        assert (record.id, record.fields["X-Auditor-Evidence"]) == (entry.record_id, entry.evidence.id)
    assert stored.evidence.entries(week=str(WEEK)) == entries[:5]
    data, places = stored.evidence.copy_records(entries[2:9:3])
    assert len(data) == sum(entry.length for entry in entries[2:9:3])
    for entry in entries[2:9:3]:
        at = places[entry.evidence.id]
        assert read_record(data[at : at + entry.length]) == stored.evidence.record(entry), "it is copied byte for byte"
    named = [entries[7].evidence.id, entries[0].evidence.id, "ev-none"]
    assert stored.evidence.entries(ids=named) == [entries[0], entries[7]]
    assert stored.evidence.entries(ids=[]) == stored.evidence.entries(ids=named[:1], week=str(WEEK)) == []


def test_a_damaged_record_is_one_line_and_the_rest_is_served(data: Path) -> None:
    """The line names file and answer."""
    with Archive.read(data) as archive:
        first, second, *_ = archive.evidence.entries()
        flip(data / "evidence" / first.file, first.offset + first.length // 2)
        with pytest.raises(DamagedRecordError, match=f"^{first.file}: {first.evidence.id}: a record ") as told:
            archive.evidence.record(first)
        assert "\n" not in str(told.value)
        assert archive.evidence.record(second).id == second.record_id
        (data / "evidence" / first.file).unlink()
        with pytest.raises(ArchiveError, match="cannot be read") as told:
            archive.evidence.record(second)
        assert not isinstance(told.value, DamagedRecordError)
