"""The evidence store: the index of stored responses, their records in the files, and their proofs."""

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
    """The index entry of a stored response: its evidence, its run, and where its record is in the run's file."""

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
    """When retention removed its file, UTC. `evidence` keeps the hashes."""


def _part_of(evidence: Evidence) -> str:
    """Return the part of a run's evidence that a response belongs to.

    People's words are comments, responses to searches, which may show anybody's page, and minimised controls. The rest
    are officials' pages.
    """
    of_people = evidence.kind in {EvidenceKind.COMMENTS, EvidenceKind.LEAD}
    return WORDS if of_people or (evidence.kind is EvidenceKind.CONTROL and evidence.minimised) else PAGES


_TAKEN = N_("{name}: another answer has this id, and is kept; run the command again to store this one")


def add_responses(store: Storage, run: int, responses: Iterable[StoredResponse]) -> None:
    """Append the responses that are not stored yet to the run's files and the index, in the caller's transaction.

    Raises `ArchiveError` if another response has the id of one of them. One that came to two looks is the same, however
    much of it each of them stores.
    """
    new: dict[str, StoredResponse] = {}
    for response in responses:
        name, received = response.evidence.id, _received(response.evidence)
        stored = _received(new[name].evidence) if name in new else _stored_as_received(store, name)
        if stored is None:
            new[name] = response
        elif stored != received:
            raise ArchiveError(phrase(_TAKEN, name=name))
    parts = {part: [r for r in new.values() if _part_of(r.evidence) == part] for part in (PAGES, WORDS)}
    for part, part_responses in parts.items():
        if part_responses:
            _append(store, run, part, part_responses)


def _received(evidence: Evidence) -> tuple[str, ...]:
    """Return what an evidence id is made of, as the index holds it."""
    return evidence.kind.value, evidence.url, format_archive_time(evidence.fetched_at), evidence.sha256


def _stored_as_received(store: Storage, evidence_id: str) -> tuple[str, ...] | None:
    rows = store.rows("SELECT kind, url, fetched_at, sha256 FROM answers WHERE id = ?", (evidence_id,))
    return rows[0] if rows else None


def _append(store: Storage, run: int, part: str, responses: Sequence[StoredResponse]) -> None:
    data, size = bytearray(), store.sizes(run)[part]
    for response in responses:
        evidence = response.evidence
        record_id, record = build_record(response)
        evidence_values = (
            evidence.id,
            run,
            evidence.kind,
            evidence.url,
            format_archive_time(evidence.fetched_at),
            evidence.status,
            evidence.sha256,
        )
        record_values = (evidence.stored_sha256, evidence.minimised, part, size + len(data), len(record), record_id)
        row = (*evidence_values, *record_values)
        store.db.execute(f"INSERT INTO answers VALUES ({', '.join('?' * len(ANSWER))})", row)  # noqa: S608 - question marks
        data += record
    store.files.append(store.file(run, part), bytes(data), size)
    store.db.execute(f"UPDATE runs SET {part} = ? WHERE id = ?", (size + len(data), run))  # noqa: S608 - one of two words


def entries_where(store: Storage, where: str = "1", values: Collection[object] = ()) -> list[EvidenceEntry]:
    """Return index entries in the order of runs and files. `where` is trusted SQL over `a` (answers) and `r` (runs)."""
    columns = "run_id, week, vantage, started_at, part, offset, length, record_id"
    query = f"SELECT {columns}, a.{', a.'.join(_EVIDENCE)} FROM answers a JOIN runs r ON r.id = a.run_id"  # noqa: S608 - names of our columns and tables
    purge_facts = [(seal.run, seal.facts) for seal in seals(store.db, "purge")]
    purge_times = {
        (run, part): datetime.fromisoformat(facts["at"])
        for run, facts in purge_facts
        for part in facts.get("files", ())
    }
    entries = []
    for row in store.rows(f"{query} WHERE {where} ORDER BY run_id, part, offset", values):
        run, week, vantage, started_at, part, offset, length, record_id, *evidence_values = row
        evidence = Evidence.model_validate(dict(zip(_EVIDENCE, evidence_values, strict=True)))
        location, purged_at = (file_name(run, started_at, part), part, offset, length), purge_times.get((run, part))
        entries.append(EvidenceEntry(evidence, run, week, vantage, *location, record_id, purged_at))
    return entries


_DAMAGED = N_("{where}: {said}")


def read_entry(store: Storage, entry: EvidenceEntry) -> WarcRecord:
    """Return an entry's record, after checking it against the record id in the index, which is a hash of all of it.

    Raises `DamagedRecordError`, naming the file and the evidence, and `ArchiveError` for a purged or missing file.
    """
    where = f"{entry.file}: {entry.evidence.id}"
    if entry.purged is not None:
        raise ArchiveError(
            phrase(
                "{where}: it was purged on {purged}; its checksums are kept, not its content",
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
    """The stored responses, the chain of seals over them, and their proofs."""

    def __init__(self, store: Storage) -> None:
        """Read from an open archive."""
        self._store = store

    def entries(self, *, ids: Sequence[str] | None = None, week: str | None = None) -> list[EvidenceEntry]:
        """Return index entries in the order of runs and files: all, or those with these ids, or of this week."""
        where = "(?1 IS NULL OR a.id IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR r.week = ?2)"
        return entries_where(self._store, where, (None if ids is None else json.dumps(list(ids)), week))

    def record(self, entry: EvidenceEntry) -> WarcRecord:
        """Return the record of a stored response. Raises `ArchiveError` if it was damaged, changed or removed."""
        return read_entry(self._store, entry)

    def copy_records(self, entries: Sequence[EvidenceEntry]) -> tuple[bytes, dict[str, int]]:
        """Return a WARC with the records of `entries`, byte for byte, and the offset of each record by its evidence id.

        Damaged records are copied as they are, purged ones are left out.
        """
        data, offsets = bytearray(), dict[str, int]()
        for entry in (entry for entry in entries if entry.purged is None):
            offsets[entry.evidence.id] = len(data)
            data += self._store.files.read(entry.file, entry.offset, entry.length)
        return bytes(data), offsets

    def seals(self) -> list[Seal]:
        """Return the chain of seals, the first one first.

        Whoever keeps the hash of the last seal elsewhere can check everything that was stored before it.
        """
        return seals(self._store.db)

    def proofs(self, ids: Collection[str]) -> dict[str, InclusionProof]:
        """Return by evidence id the proof that the root of its run covers a stored response (`seals.proofs_of`)."""
        return proofs_of(self._store, ids)
