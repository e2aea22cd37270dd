"""What stands around the sealed runs and must agree with their seals: the schema, the files' places, the marks.

None of it is evidence, but whoever changes it changes how the evidence is read: a view can show other rows, a row in
`stripped` would keep comments from ever being purged, and without its mark the sandbox's world would pass for real.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from auditor.archive.flaws import Flaw, FlawKind
from auditor.archive.migrations import LATEST, schema_of, stored_schema
from auditor.archive.purge import next_name, open_purges
from auditor.archive.warc_files import Shelf


def schema(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Hold the tables, views, indexes and triggers there are against those that the migrations make."""
    wanted, found = schema_of(LATEST), stored_schema(db)
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            said = "is missing" if key not in found else "was added" if key not in wanted else "was replaced"
            yield Flaw(FlawKind.SCHEMA, " ".join(key), said)


def places(db: sqlite3.Connection, run: int, sealed: dict[str, Any]) -> Iterator[Flaw]:
    """Hold a run's row of `warcs` against its seal: which file is its own, and how far that is valid."""
    row = db.execute("SELECT name, size FROM warcs NOT INDEXED WHERE run_id = ?", (run,)).fetchone()
    file = sealed["file"]
    if row is not None and file["size"] is not None and row != (file["name"], file["size"]):
        yield Flaw(FlawKind.INDEX_CHANGED, f"run {run}", "which file is its own, and how long that is")


def stripped_marks(db: sqlite3.Connection, purges: dict[int, list[dict[str, Any]]]) -> Iterator[Flaw]:
    """Hold the marks of purged comments against the links of the purges; where both fail, the row itself is named."""
    wanted = {(run, key): facts["at"] for run, links in purges.items() for facts in links for key in facts["snapshots"]}
    rows = db.execute(
        "SELECT t.snapshot_id, s.run_id, s.route || ' ' || s.url, t.purged_at "
        "FROM stripped t LEFT JOIN snapshots s NOT INDEXED ON s.id = t.snapshot_id"
    ).fetchall()
    for identifier, run, key, at in rows:
        sealed = wanted.pop((run, key), None)
        if sealed is None:
            where = f"snapshot {identifier}" if run is None else f"run {run}: snapshot {key}"
            yield Flaw(FlawKind.ROW_ADDED, where, "a mark that its comments were purged")
        elif sealed != at:
            yield Flaw(FlawKind.ROW_CHANGED, f"run {run}: snapshot {key}", "the mark that its comments were purged")
    for run, key in sorted(wanted):
        yield Flaw(FlawKind.ROW_MISSING, f"run {run}: snapshot {key}", "the mark that its comments were purged")


def invented_mark(run: int, sealed: dict[str, Any], now: dict[str, Any]) -> Iterator[Flaw]:
    """Tell whether the archive is still marked as it was when the run was sealed; older seals do not say."""
    if sealed.get("synthetic", now["synthetic"]) != now["synthetic"]:
        said = "the mark of invented data was removed" if sealed["synthetic"] else "marked as invented data since"
        yield Flaw(FlawKind.MARK_CHANGED, f"run {run}", said)


def open_purge(db: sqlite3.Connection, shelf: Shelf, links: list[dict[str, Any]]) -> Iterator[Flaw]:
    """Name what a killed purge has left: a file not yet taken in, one not yet removed, pages not yet written over.

    One that was replaced must still be what its purge's link says of it.
    """
    own = [name for (name,) in db.execute("SELECT name FROM warcs NOT INDEXED")]
    coming = {next_name(name) for name in own}
    gone = {f["before"]["name"]: (f["before"]["size"], f["before"]["sha256"]) for f in links if f.get("before")}
    for name in set(shelf.names()) - set(own):
        if name in coming or (name in gone and shelf.fingerprint(name) == gone[name]):
            yield Flaw(FlawKind.PURGE_OPEN, name)
    if open_purges(db):
        yield Flaw(FlawKind.PURGE_OPEN, "archive.sqlite")
