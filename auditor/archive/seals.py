"""The chain of seals: each holds the root over a run or a purge, or an audit's hash, and the previous seal's hash.

Whoever keeps the hash of the last seal can check that nothing before it was changed, added or removed. A chain proves
nothing against somebody who rebuilds all of it, so reports print its last hash for others to keep.

A run is sealed as a set of leaves, a name and a hash for each thing it stored: its row, the parts of its looks, its
controls, responses, searches and files. A purge removes some of these and seals their names, with the hashes they had.
So the leaves that must exist now are those of the run without those of its purges, and no edit passes for a purge.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.archive.merkle import MerkleTree
from auditor.archive.storage import MALFORMED, Storage
from auditor.base.storage_format import compress_text, decompress_text, dump_json

_SCHEMA = "auditor/seal/1"
_RUN = ("id", "week", "command", "started_at", "finished_at", "vantage", "tool_version")
ANSWER = tuple(
    "id run_id kind url fetched_at status sha256 stored_sha256 minimised part offset length record_id".split()  # noqa: SIM905
)
"""The columns of an index row of `answers`, in the order in which they are hashed."""


def json_object(text: str) -> dict[str, Any]:
    """Return a stored JSON object, or an empty one if it is malformed: its hash then shows that it was changed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: its number, its kind (``run``, ``purge``, ``audit``), its hash and its body, JSON text."""

    seq: int
    kind: str
    run: int | None
    week: str | None
    sha256: str
    body: str

    @property
    def facts(self) -> dict[str, Any]:
        """The body as an object; empty if it is malformed."""
        return json_object(self.body)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A proof that the root of a run covers one of its stored responses.

    Joining the hash of the leaf with each hash of `path` in turn yields `root`. The leaf is made of `row`: the index
    row of the response, in the order of the columns.
    """

    id: str
    row: tuple[Any, ...]
    leaf: str
    place: int
    """The index of the leaf among the run's leaves, from 0."""
    leaves: int
    path: tuple[tuple[str, str], ...]
    """For each step the side, ``left`` or ``right``, on which the hash is joined, and the hash."""
    root: str
    run: int
    link: int
    """The number of the run's seal in the chain."""


def seals(db: sqlite3.Connection, kind: str | None = None, week: str | None = None) -> list[Seal]:
    """Return the chain, first seal first, or only its seals of one kind or of one week."""
    columns, filters = "seq, kind, run_id, week, sha256, body", {"kind": kind, "week": week}
    where = " AND ".join(["1", *(f"{name} = :{name}" for name, value in filters.items() if value is not None)])
    return [Seal(*row) for row in db.execute(f"SELECT {columns} FROM seals WHERE {where} ORDER BY seq", filters)]  # noqa: S608 - names of our columns and tables


def close_run(store: Storage, run: int, sealed_at: str) -> None:
    """Seal a run that has ended normally or was killed, which the seal's `finished` says. Its files are cut to size."""
    for part, size in store.sizes(run).items():
        store.files.truncate(store.file(run, part), size)
        if not size:
            store.files.discard(store.file(run, part))
    row = store.rows(f"SELECT {', '.join(_RUN)} FROM runs WHERE id = ?", (run,))[0]  # noqa: S608 - names of our columns and tables
    run_values = dict(zip(_RUN, row, strict=True))
    facts = {"run": run_values, "at": sealed_at, "finished": run_values["finished_at"] is not None}
    add_seal(store.db, "run", run, run_values["week"], facts, leaves_of(store, run))


def add_seal(
    db: sqlite3.Connection,
    kind: str,
    run: int | None,
    week: str | None,
    facts: Mapping[str, Any],
    leaves: Mapping[str, str] | None = None,
) -> None:
    """Add a seal to the chain; `leaves` are the hashes, by name, under its root."""
    last_seal = db.execute("SELECT seq, sha256 FROM seals ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last_seal[0] + 1, last_seal[1]) if last_seal else (1, None)
    root = {} if leaves is None else {"root": tree_of(leaves).root.hex()}
    header = {"schema": _SCHEMA, "seq": seq, "kind": kind, "previous": previous, "run_id": run, "week": week}
    body = json.dumps({**header, **facts, **root}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    compressed_leaves = None if leaves is None else compress_text(dump_json(leaves))
    db.execute(
        "INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, kind, run, week, hash_of(body), body, compressed_leaves)
    )


_LEAVES = (
    "SELECT 'run', * FROM runs WHERE id = ?",
    "SELECT 'control ' || route || ' ' || url, body, asked FROM controls WHERE run_id = ?",
    "SELECT 'look ' || route || ' ' || url, week, taken_at, renamed_to, posts, said, facts FROM looks WHERE run_id = ?",
    "SELECT 'core ' || route || ' ' || url, core FROM looks WHERE run_id = ? AND core IS NOT NULL",
    "SELECT 'comments ' || route || ' ' || url, comments FROM looks WHERE run_id = ? AND comments IS NOT NULL",
    "SELECT 'asked ' || route || ' ' || url, asked FROM looks WHERE run_id = ? AND asked IS NOT NULL",
    "SELECT iif(kind = 'lead', 'lead ', 'answer ') || id, * FROM answers WHERE run_id = ?",
    (
        "SELECT 'searches', json_group_array(json_array(id, office_id, person, scout, at, tried, state)) "
        "FROM searches WHERE run_id = ? GROUP BY run_id"
    ),
    "SELECT 'invented', value FROM meta WHERE key = 'synthetic' AND ? > 0",
)
"""Queries for what is sealed of a run besides its files: the first column is a name, the rest is hashed under it."""


def leaves_of(store: Storage, run: int) -> dict[str, str]:
    """Return the hash of each thing that is stored of a run now, by name."""
    row_hashes = {name: _row_hash(row) for query in _LEAVES for name, *row in store.rows(query, (run,))}
    fingerprints = {part: store.files.fingerprint(store.file(run, part)) for part in store.sizes(run)}
    return row_hashes | {
        part: fingerprint[1] for part, fingerprint in fingerprints.items() if fingerprint and fingerprint[0]
    }


def tree_of(leaves: Mapping[str, str]) -> MerkleTree:
    """Return the Merkle tree over leaves, in the order of their names."""
    return MerkleTree(f"{name} {sha256}".encode("utf-8", "surrogatepass") for name, sha256 in sorted(leaves.items()))


def leaves_of_seal(db: sqlite3.Connection, seq: int) -> dict[str, str]:
    """Return the leaves that are stored with a seal; none if they are malformed, which its root shows."""
    try:
        (data,) = db.execute("SELECT leaves FROM seals WHERE seq = ?", (seq,)).fetchone()
        return {str(name): str(sha256) for name, sha256 in json.loads(decompress_text(data)).items()}
    except MALFORMED:
        return {}


def proofs_of(store: Storage, ids: Collection[str]) -> dict[str, InclusionProof]:
    """Return by evidence id the proof of each of these stored responses.

    A response has none if its run is not sealed yet, or is no longer what was sealed; `verify` names such a run.
    """
    query = f"SELECT {', '.join(ANSWER)} FROM answers WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of our columns and tables
    by_run: dict[int, list[tuple[Any, ...]]] = {}
    for row in store.rows(query, (json.dumps(sorted(ids)),)):
        by_run.setdefault(row[1], []).append(row)
    runs = {seal.run: seal for seal in seals(store.db, "run")} if by_run else {}
    proofs = (_proofs_in(store.db, runs[run], rows) for run, rows in by_run.items() if run in runs)
    return {proof.id: proof for run_proofs in proofs for proof in run_proofs}


def _proofs_in(db: sqlite3.Connection, seal: Seal, rows: Sequence[tuple[Any, ...]]) -> Iterator[InclusionProof]:
    leaves = leaves_of_seal(db, seal.seq)
    tree, index_by_name = tree_of(leaves), {name: index for index, name in enumerate(sorted(leaves))}
    root = tree.root.hex()
    for row in rows:
        leaf_index = index_by_name.get(f"answer {row[0]}")
        if leaf_index is not None and leaves[f"answer {row[0]}"] == _row_hash(row) and root == seal.facts.get("root"):
            path = tuple((side, sha256.hex()) for side, sha256 in tree.path(leaf_index))
            assert seal.run is not None
            yield InclusionProof(
                row[0], row, tree.leaf(leaf_index).hex(), leaf_index, tree.leaves, path, root, seal.run, seal.seq
            )


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return _data_hash(text.encode("utf-8", "surrogatepass"))


def _row_hash(row: Sequence[Any]) -> str:
    """Return the hash of a row written as JSON, in which each BLOB is replaced by its own hash."""
    return hash_of(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_data_hash))


def _data_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
