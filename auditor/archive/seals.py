"""The chain of seals: each holds the root over a run or a purge, or an audit's hash, and the hash of the one before.

Whoever kept the last seal's hash can tell that nothing before it was changed, added or removed. A chain proves nothing
against somebody who makes all of it anew, so its hash is printed for others to keep.

What a run stored is a name and a hash for each thing: its row, the parts of its looks, its controls, answers, searches
and files. A purge takes some of these names away and seals which, with the hash that each had when it went. So what
must be there now is what was sealed less what went, and an edit cannot be passed off as a purge.
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
"""What is hashed of an answer's row, in this order."""


def json_object(text: str) -> dict[str, Any]:
    """Read a stored document. A malformed one says nothing; its hash shows that it was changed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: its number, what it is about, its hash and its body."""

    seq: int
    kind: str
    run: int | None
    week: str | None
    sha256: str
    body: str

    @property
    def facts(self) -> dict[str, Any]:
        """What its body says; nothing where that has lost its form."""
        return json_object(self.body)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """What shows that the root of a run covers one of its answers.

    The hash of the leaf, joined with each hash of `path` in turn, is `root`. `row` is what the leaf is made of: the
    answer's row of the index, in the order of the columns.
    """

    id: str
    row: tuple[Any, ...]
    leaf: str
    place: int
    """Which of the run's leaves it is, from 0."""
    leaves: int
    path: tuple[tuple[str, str], ...]
    """At each step the side, ``left`` or ``right``, on which the hash is joined, and the hash."""
    root: str
    run: int
    link: int
    """The number of the run's seal in the chain."""


def seals(db: sqlite3.Connection, kind: str | None = None, week: str | None = None) -> list[Seal]:
    """Return the chain, first seal first; or its seals of one kind, of one week."""
    columns, wanted = "seq, kind, run_id, week, sha256, body", {"kind": kind, "week": week}
    where = " AND ".join(["1", *(f"{name} = :{name}" for name, value in wanted.items() if value is not None)])
    return [Seal(*row) for row in db.execute(f"SELECT {columns} FROM seals WHERE {where} ORDER BY seq", wanted)]  # noqa: S608 - names of our columns and tables


def close_run(store: Storage, run: int, made_at: str) -> None:
    """Seal a run that has ended normally or was killed; the seal's `finished` says which."""
    for part, size in store.sizes(run).items():
        store.files.truncate(store.file(run, part), size)
        if not size:
            store.files.discard(store.file(run, part))
    row = store.rows(f"SELECT {', '.join(_RUN)} FROM runs WHERE id = ?", (run,))[0]  # noqa: S608 - names of our columns and tables
    about = dict(zip(_RUN, row, strict=True))
    facts = {"run": about, "at": made_at, "finished": about["finished_at"] is not None}
    add_seal(store.db, "run", run, about["week"], facts, leaves_of(store, run))


def add_seal(
    db: sqlite3.Connection,
    kind: str,
    run: int | None,
    week: str | None,
    facts: Mapping[str, Any],
    leaves: Mapping[str, str] | None = None,
) -> None:
    """Add a link to the chain; `leaves` are the hashes over which its root is."""
    last = db.execute("SELECT seq, sha256 FROM seals ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last[0] + 1, last[1]) if last else (1, None)
    root = {} if leaves is None else {"root": tree_of(leaves).root.hex()}
    about = {"schema": _SCHEMA, "seq": seq, "kind": kind, "previous": previous, "run_id": run, "week": week}
    body = json.dumps({**about, **facts, **root}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    kept = None if leaves is None else compress_text(dump_json(leaves))
    db.execute("INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, kind, run, week, hash_of(body), body, kept))


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
"""What is sealed of a run besides its files: a name and what is hashed under it."""


def leaves_of(store: Storage, run: int) -> dict[str, str]:
    """Return the hash of each thing that is stored of a run now, by its name."""
    found = {name: _row_hash(row) for query in _LEAVES for name, *row in store.rows(query, (run,))}
    prints = {part: store.files.fingerprint(store.file(run, part)) for part in store.sizes(run)}
    return found | {part: told[1] for part, told in prints.items() if told and told[0]}


def tree_of(leaves: Mapping[str, str]) -> MerkleTree:
    """Return the tree over leaves, in the order of their names."""
    return MerkleTree(f"{name} {sha256}".encode("utf-8", "surrogatepass") for name, sha256 in sorted(leaves.items()))


def leaves_of_seal(db: sqlite3.Connection, seq: int) -> dict[str, str]:
    """Return the hashes that are kept with a seal; none where they have lost their form: its root shows that."""
    try:
        (data,) = db.execute("SELECT leaves FROM seals WHERE seq = ?", (seq,)).fetchone()
        return {str(name): str(sha256) for name, sha256 in json.loads(decompress_text(data)).items()}
    except MALFORMED:
        return {}


def proofs_of(store: Storage, ids: Collection[str]) -> dict[str, InclusionProof]:
    """Return the proof of each of these answers, by its id.

    There is none where the run is not sealed yet, or is not what was sealed, which `verify` names.
    """
    named = f"SELECT {', '.join(ANSWER)} FROM answers WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of our columns and tables
    by_run: dict[int, list[tuple[Any, ...]]] = {}
    for row in store.rows(named, (json.dumps(sorted(ids)),)):
        by_run.setdefault(row[1], []).append(row)
    runs = {seal.run: seal for seal in seals(store.db, "run")} if by_run else {}
    proofs = (_proofs_in(store.db, runs[run], rows) for run, rows in by_run.items() if run in runs)
    return {proof.id: proof for some in proofs for proof in some}


def _proofs_in(db: sqlite3.Connection, seal: Seal, rows: Sequence[tuple[Any, ...]]) -> Iterator[InclusionProof]:
    leaves = leaves_of_seal(db, seal.seq)
    tree, places = tree_of(leaves), {name: place for place, name in enumerate(sorted(leaves))}
    root = tree.root.hex()
    for row in rows:
        place = places.get(f"answer {row[0]}")
        if place is not None and leaves[f"answer {row[0]}"] == _row_hash(row) and root == seal.facts.get("root"):
            path = tuple((side, sha256.hex()) for side, sha256 in tree.path(place))
            assert seal.run is not None
            yield InclusionProof(
                row[0], row, tree.leaf(place).hex(), place, tree.leaves, path, root, seal.run, seal.seq
            )


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8."""
    return _data_hash(text.encode("utf-8", "surrogatepass"))


def _row_hash(row: Sequence[Any]) -> str:
    """Return the hash of a row, or of rows, written as JSON: of what is compressed its hash."""
    return hash_of(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_data_hash))


def _data_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
