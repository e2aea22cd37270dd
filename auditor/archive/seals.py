"""The chain of seals: each holds the hashes of a run, an audit or a purge, and the hash of the seal before it.

Whoever kept the last seal's hash can tell that nothing before it was changed, added or removed. A chain proves nothing
against somebody who makes all of it anew, so its hash is printed for others to keep.

A run's seal also holds the hash of each snapshot as it will be without its comments (`strip`), long before anything is
purged. So an edit cannot be passed off as a purge.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.archive.looks import MALFORMED, LookRow, each_row, text_of
from auditor.archive.merkle import Tree, root_of
from auditor.archive.warc_files import Shelf
from auditor.base.packing import opened

_SCHEMA = "auditor/manifest/1"
_RUN_COLUMNS = ("id", "week", "command", "started_at", "finished_at", "vantage", "tool_version")
_RECORD_COLUMNS = (
    "id",
    "run_id",
    "kind",
    "url",
    "fetched_at",
    "status",
    "sha256",
    "stored_sha256",
    "minimised",
    "offset",
    "length",
    "record_id",
)
"""What is hashed of each row of the index, in this order: part of every seal ever made, so it never changes."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: its number, what it is about, its hash and its body."""

    seq: int
    kind: str
    run: int | None
    week: str | None
    sha256: str
    body: str


@dataclass(frozen=True, slots=True)
class Proof:
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

    def named_row(self) -> dict[str, Any]:
        """Return the row by the names of its columns."""
        return dict(zip(_RECORD_COLUMNS, self.row, strict=True))


def seals(db: sqlite3.Connection) -> list[Seal]:
    """Return the chain, first seal first."""
    return [
        Seal(*row) for row in db.execute("SELECT seq, kind, run_id, week, sha256, body FROM manifests ORDER BY seq")
    ]


def runs_behind(db: sqlite3.Connection, week: str) -> frozenset[int]:
    """Return the runs that were sealed before the stored audit of `week` was: those that it can be based on.

    Times do not decide this: a run that came later may have been started with the audit's own ``--as-of``.
    """
    chain = seals(db)
    last = max((seal.seq for seal in chain if seal.week == week), default=0)
    return frozenset(seal.run for seal in chain if seal.run is not None and seal.seq < last)


def close_run(db: sqlite3.Connection, shelf: Shelf, run: int, made_at: str) -> None:
    """Seal a run that has ended normally or was killed; the seal's `finished` says which."""
    facts = run_facts(db, run)
    name, size = db.execute("SELECT name, size FROM warcs WHERE run_id = ?", (run,)).fetchone()
    shelf.cut(name, size)
    finished = facts["run"]["finished_at"] is not None
    facts |= {"searches": searches_of(db, run)}
    facts["root"] = run_root(db, run, facts)
    _link(db, "run", run, None, {**facts, "made_at": made_at, "finished": finished, "file": file_facts(db, shelf, run)})


def add_audit(db: sqlite3.Connection, week: str, as_of: str, audit: str, registry: str | None = None) -> None:
    """Seal a week's audit by the hash of its text; `registry` is the hash of the registry that it was made with."""
    facts = {"week": week, "as_of": as_of, "audit": audit}
    _link(db, "audit", None, week, facts if registry is None else {**facts, "registry": registry})


def audit_seal(db: sqlite3.Connection, week: str, as_of: str) -> str:
    """Return the hash of the last seal of an audit of `week` that was made up to the second of `as_of`, or nothing."""
    rows = db.execute("SELECT sha256, body FROM manifests WHERE kind = 'audit' AND week = ? ORDER BY seq DESC", (week,))
    return next((str(sha256) for sha256, body in rows if json.loads(body)["as_of"][:19] <= as_of[:19]), "")


def add_purge(db: sqlite3.Connection, facts: dict[str, Any]) -> None:
    """Seal what retention has removed of a run."""
    _link(db, "purge", None, None, facts)


def _link(db: sqlite3.Connection, kind: str, run: int | None, week: str | None, facts: dict[str, Any]) -> None:
    last = db.execute("SELECT seq, sha256 FROM manifests ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last[0] + 1, last[1]) if last else (1, None)
    body = json.dumps(
        {"schema": _SCHEMA, "seq": seq, "kind": kind, "previous": previous, **facts},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    db.execute("INSERT INTO manifests VALUES (?, ?, ?, ?, ?, ?)", (seq, kind, run, week, text_hash(body), body))


def run_facts(db: sqlite3.Connection, run: int) -> dict[str, Any]:
    """Return what is stored of a run: its row, a hash of each snapshot and control, and one of the evidence's index.

    Everything is read from the tables and never from an index, which may differ from a damaged row.
    """
    row = db.execute(f"SELECT {', '.join(_RUN_COLUMNS)} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608 - columns
    controls = db.execute(
        "SELECT route, url, outcome, body FROM controls NOT INDEXED WHERE run_id = ? ORDER BY route, url", (run,)
    )
    return {
        "run": None if row is None else dict(zip(_RUN_COLUMNS, row, strict=True)),
        **_look_facts(db, run),
        "controls": {f"{route} {url}": _rows_hash([rest]) for route, url, *rest in controls},
        "answers": db.execute("SELECT count(*) FROM records NOT INDEXED WHERE run_id = ?", (run,)).fetchone()[0],
        "index": _rows_hash(_index(db, run)),
        "notes": _note_facts(db, run),
        "routes": _route_facts(db, run),
        "synthetic": db.execute("SELECT 1 FROM meta WHERE key = 'synthetic'").fetchone() is not None,
    }


def _look_facts(db: sqlite3.Connection, run: int) -> dict[str, dict[str, str]]:
    """Return the hash of each look of a run: as it is, without its comments, and once its brief alone is left."""
    facts: dict[str, dict[str, str]] = {"snapshots": {}, "without_comments": {}, "in_brief": {}}
    for row in each_row(db, "+run_id = :run", {"run": run}, "route, url"):
        body = look_text(db, row)
        for kind, text in zip(facts, (body, _stripped(body), _brief(row)), strict=True):
            facts[kind][f"{row.route} {row.url}"] = _rows_hash([(row.week, row.taken_at, text)])
    return facts


def _brief(row: LookRow) -> str:
    try:
        return opened(row.brief)
    except MALFORMED:
        return ""


def look_text(db: sqlite3.Connection, row: LookRow) -> str:
    """Return a look's text, or an empty one where it cannot be put together: its hash shows that."""
    try:
        return text_of(db, row)
    except MALFORMED:
        return ""


_LEAVES = ("snapshots", "without_comments", "in_brief", "controls", "notes", "routes", "searches")


def run_root(db: sqlite3.Connection, run: int, facts: dict[str, Any]) -> str:
    """Return the one hash over all that a run stored: its row, each look in its three forms, each answer.

    `facts` are those of its seal; what retention removes later changes no leaf.
    """
    return root_of(_leaves(facts, _index(db, run))).hex()


def _leaves(facts: dict[str, Any], index: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    """Yield what a run's root is made of; the answers come last, in the order of their ids."""
    yield _leaf("run", json.dumps(facts["run"], ensure_ascii=False, sort_keys=True))
    for kind in _LEAVES:
        yield from (_leaf(kind, f"{key} {sha256}") for key, sha256 in sorted(facts.get(kind, {}).items()))
    yield from (_leaf("answer", f"{row[0]} {_rows_hash([row])}") for row in index)


def _leaf(kind: str, said: str) -> bytes:
    return f"{kind} {said}".encode("utf-8", "surrogatepass")


def proofs_of(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, Proof]:
    """Return the proof of each of these answers, by its id.

    There is none where the run is not sealed yet, or is not what was sealed, which `verify` names.
    """
    rows = db.execute(
        "SELECT DISTINCT run_id FROM records WHERE id IN (SELECT value FROM json_each(?)) ORDER BY run_id",
        (json.dumps(sorted(ids)),),
    )
    wanted = frozenset(ids)
    return {proof.id: proof for (run,) in rows.fetchall() for proof in _proofs_in(db, run, wanted)}


def _proofs_in(db: sqlite3.Connection, run: int, wanted: frozenset[str]) -> Iterator[Proof]:
    sealed = db.execute("SELECT seq, body FROM manifests WHERE kind = 'run' AND run_id = ?", (run,)).fetchone()
    if sealed is None:
        return
    facts = json.loads(sealed[1])
    tree = Tree(_leaves(facts, _index(db, run)))
    if tree.root.hex() != facts["root"]:
        return
    for place, row in enumerate(_index(db, run), tree.leaves - facts["answers"]):
        if row[0] in wanted:
            path = tuple((side, sha256.hex()) for side, sha256 in tree.path(place))
            yield Proof(row[0], row, tree.leaf(place).hex(), place, tree.leaves, path, facts["root"], run, sealed[0])


def searches_of(db: sqlite3.Connection, run: int) -> dict[str, str]:
    """Return a hash of each search that a run was the last to store."""
    rows = db.execute(
        "SELECT office_id, person, scout, at, tried, state FROM discoveries NOT INDEXED WHERE run_id = ? "
        "ORDER BY office_id, person, scout",
        (run,),
    )
    return {f"{office} {person} {scout}": _rows_hash([rest]) for office, person, scout, *rest in rows}


def _index(db: sqlite3.Connection, run: int) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(_RECORD_COLUMNS)
    yield from db.execute(f"SELECT {columns} FROM records NOT INDEXED WHERE run_id = ? ORDER BY id", (run,))  # noqa: S608 - columns


def _rows_hash(rows: Iterable[Sequence[Any]]) -> str:
    """Return the hash of rows, a line of JSON each."""
    found = hashlib.sha256()
    for number, row in enumerate(rows):
        found.update(b"\n" * (number > 0) + json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
    return found.hexdigest()


def _stripped(body: str) -> str:
    try:
        return strip(body)
    except (ValueError, TypeError, KeyError, AttributeError):  # malformed; its own hash shows that
        return ""


def _note_facts(db: sqlite3.Connection, run: int) -> dict[str, str]:
    """Return the hash of each of a run's notes, for its seal."""
    rows = db.execute("SELECT kind, route, url, sha256 FROM notes WHERE run_id = ? ORDER BY kind, route, url", (run,))
    return {f"{kind} {route} {url}": sha256 for kind, route, url, sha256 in rows}


def _route_facts(db: sqlite3.Connection, run: int) -> dict[str, str]:
    """Return a hash of what a run saw of each route as a whole, for its seal."""
    rows = db.execute(
        "SELECT route, posts_at, threads_at, controls FROM run_routes WHERE run_id = ? ORDER BY route", (run,)
    )
    return {route: _rows_hash([rest]) for route, *rest in rows}


def moved_hash(db: sqlite3.Connection, run: int) -> str:
    """Return one hash of where a run's records are since its file was rewritten, and which of them are marks."""
    return _rows_hash(
        db.execute("SELECT id, offset, length, purged_at FROM moved NOT INDEXED WHERE run_id = ? ORDER BY id", (run,))
    )


def file_facts(db: sqlite3.Connection, shelf: Shelf, run: int) -> dict[str, Any]:
    """Return the name, size and SHA-256 of a run's file; size and hash are None if it is missing."""
    (name,) = db.execute("SELECT name FROM warcs WHERE run_id = ?", (run,)).fetchone()
    size, sha256 = shelf.fingerprint(name) or (None, None)
    return {"name": name, "size": size, "sha256": sha256}


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def open_purges(db: sqlite3.Connection) -> bool:
    """Tell whether a purge was interrupted: the database may still hold pages of what it removed."""
    return db.execute("SELECT 1 FROM meta WHERE key = 'purging'").fetchone() is not None


_CAUSE = "stale"
"""The cause (DESIGN.md 9) for what was seen and cannot be shown any more: removed comments are unknown, not none."""


def strip(body: str) -> str:
    """Return a snapshot's text with the sums of its comments in place of their rows; unchanged if it has none."""
    seen = json.loads(body)
    posts = [post for post in seen.get("posts", ()) if post.get("comments")]
    if not posts:
        return body
    for post in posts:
        post["comments_purged"] = _sums(post["comments"])
        post["comments"] = []
        if post.get("comments_cause") is None:
            post["comments_cause"] = _CAUSE
    return json.dumps(seen, ensure_ascii=False, separators=(",", ":"))


def _sums(comments: list[dict[str, Any]]) -> dict[str, int]:
    by = Counter(comment["side"] for comment in comments)
    says = Counter(comment.get("says") for comment in comments)
    sides = {side: by[side] for side in ("citizen", "owner", "body", "unknown")}
    told = {"questions": says["asks"], "reports": says["reports"], "unsure": says["unsure"]}
    return {"comments": len(comments), **sides, **told}
