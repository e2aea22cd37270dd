"""The stored answers: where each record is, by the index in the database, and its proof."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.archive.evidence_files import PAGES, WORDS, file_name
from auditor.archive.seals import ANSWER, InclusionProof, Seal, proofs_of, seals
from auditor.archive.storage import Storage, reports_damage
from auditor.archive.warc import DamagedRecordError, WarcRecord, build_record, read_record
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import Evidence, EvidenceKind
from auditor.base.storage_format import format_archive_time
from auditor.base.stored_response import StoredResponse
from auditor.base.text import N_, phrase

_EVIDENCE = ANSWER[:1] + ANSWER[2:9]


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One stored answer: what it is, its run, and where its record is in the run's file."""

    evidence: Evidence
    run: int
    week: str
    vantage: str
    file: str
    part: str
    offset: int
    length: int
    record_id: str
    purged: datetime | None = None
    """When retention removed its file, UTC. `evidence` still has the hashes of what was there."""


def _part_of(answer: Evidence) -> str:
    """Return the part of a run's evidence in which an answer is kept.

    People's words: comments, what a search saw, whose pages may be anybody's, and minimised controls. The rest are
    officials' pages.
    """
    of_people = answer.kind in {EvidenceKind.COMMENTS, EvidenceKind.LEAD}
    return WORDS if of_people or (answer.kind is EvidenceKind.CONTROL and answer.minimised) else PAGES


def add_responses(store: Storage, run: int, answers: Iterable[StoredResponse]) -> None:
    """Append new answers to the run's files and index them, in the caller's transaction."""
    new: dict[str, list[StoredResponse]] = {}
    for answer in answers:
        known = store.first("SELECT 1 FROM answers WHERE id = ?", (answer.evidence.id,))
        own = new.setdefault(_part_of(answer.evidence), [])
        if not known and all(answer.evidence.id != one.evidence.id for one in own):
            own.append(answer)
    for part, some in new.items():
        if some:
            _append(store, run, part, some)


def _append(store: Storage, run: int, part: str, answers: Sequence[StoredResponse]) -> None:
    data, size = bytearray(), store.sizes(run)[part]
    for answer in answers:
        seen = answer.evidence
        record_id, record = build_record(answer)
        told = (seen.id, run, seen.kind, seen.url, format_archive_time(seen.fetched_at), seen.status, seen.sha256)
        place = (seen.stored_sha256, seen.minimised, part, size + len(data), len(record), record_id)
        store.db.execute(f"INSERT INTO answers VALUES ({', '.join('?' * len(ANSWER))})", (*told, *place))  # noqa: S608 - question marks
        data += record
    store.files.append(store.file(run, part), bytes(data), size)
    store.db.execute(f"UPDATE runs SET {part} = ? WHERE id = ?", (size + len(data), run))  # noqa: S608 - one of two words


def entries_where(store: Storage, where: str = "1", values: Collection[object] = ()) -> list[EvidenceEntry]:
    """Return the entries in the order of runs and files. `where` is trusted SQL over `a` (answers) and `r` (runs)."""
    columns = "run_id, week, vantage, started_at, part, offset, length, record_id"
    query = f"SELECT {columns}, a.{', a.'.join(_EVIDENCE)} FROM answers a JOIN runs r ON r.id = a.run_id"  # noqa: S608 - names of our columns and tables
    told = [(seal.run, seal.facts) for seal in seals(store.db, "purge")]
    purged = {
        (run, part): datetime.fromisoformat(facts["at"]) for run, facts in told for part in facts.get("files", ())
    }
    found = []
    for row in store.rows(f"{query} WHERE {where} ORDER BY run_id, part, offset", values):
        run, week, vantage, started, part, offset, length, record_id, *seen = row
        evidence = Evidence.model_validate(dict(zip(_EVIDENCE, seen, strict=True)))
        place, at = (file_name(run, started, part), part, offset, length), purged.get((run, part))
        found.append(EvidenceEntry(evidence, run, week, vantage, *place, record_id, at))
    return found


_DAMAGED = N_("{where}: {said}")


def read_entry(store: Storage, entry: EvidenceEntry) -> WarcRecord:
    """Read an entry's record. Its id, which is in the index, is a hash of all of it.

    Raises `DamagedError` that names file and answer, and `ArchiveError` where the file is not there.
    """
    where = f"{entry.file}: {entry.evidence.id}"
    if entry.purged is not None:
        raise ArchiveError(
            phrase(
                "{where}: it was purged on {purged}; its hashes are kept, not its content",
                where=where,
                purged=f"{entry.purged:%Y-%m-%d}",
            )
        )
    try:
        record = read_record(store.files.read(entry.file, entry.offset, entry.length))
    except DamagedRecordError as error:
        raise DamagedRecordError(phrase(_DAMAGED, where=where, said=error.text)) from None
    if record.id != entry.record_id:
        raise DamagedRecordError(phrase(_DAMAGED, where=where, said=phrase("another record stands in its place")))
    return record


@reports_damage
class EvidenceStore:
    """The stored answers, the chain of seals over them, and their proofs."""

    def __init__(self, store: Storage) -> None:
        """Read from an open archive."""
        self._store = store

    def entries(self, *, ids: Sequence[str] | None = None, week: str | None = None) -> list[EvidenceEntry]:
        """Return the index of the stored answers in order: all, or those with these ids, of this week."""
        where = "(?1 IS NULL OR a.id IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR r.week = ?2)"
        return entries_where(self._store, where, (None if ids is None else json.dumps(list(ids)), week))

    def record(self, entry: EvidenceEntry) -> WarcRecord:
        """Return the record of a stored answer. Raises `ArchiveError` if it was damaged, changed or removed."""
        return read_entry(self._store, entry)

    def copy_records(self, chosen: Sequence[EvidenceEntry]) -> tuple[bytes, dict[str, int]]:
        """Return a WARC with the records of `chosen`, byte for byte, and the offset of each answer by its id.

        Damaged records are copied as they are, purged ones are left out.
        """
        data, places = bytearray(), dict[str, int]()
        for entry in (entry for entry in chosen if entry.purged is None):
            places[entry.evidence.id] = len(data)
            data += self._store.files.read(entry.file, entry.offset, entry.length)
        return bytes(data), places

    def seals(self) -> list[Seal]:
        """Return the chain of seals, the first one first.

        The last one's hash, kept elsewhere, vouches for all that was stored before it.
        """
        return seals(self._store.db)

    def proofs(self, ids: Collection[str]) -> dict[str, InclusionProof]:
        """Return by its id what shows that the root of its run covers an answer (`seals.proofs_of`)."""
        return proofs_of(self._store, ids)
