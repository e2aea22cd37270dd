"""Audits: each that was ever stored of a week for good, with its seal; the newest stands for the week."""

from datetime import datetime

from auditor.archive.seals import add_seal, hash_of, seals
from auditor.archive.storage import Storage, reports_damage, text_of
from auditor.base.secrets import redact_body, redact_document
from auditor.base.storage_format import compress_text, decompress_text, format_archive_time


def keep_registry(store: Storage, text: str) -> str:
    """Store the text of a registry where it is not there yet, in the caller's transaction; return its hash."""
    safe = redact_body(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    sha256 = hash_of(safe)
    store.db.execute("INSERT OR IGNORE INTO registries VALUES (?, ?)", (sha256, compress_text(safe)))
    return sha256


@reports_damage
class AuditStore:
    """The audits of weeks."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    def save(self, week: str, as_of: datetime, body: str, registry: str = "") -> None:
        """Store an audit of a week and seal it. Earlier ones of the week stay; from now on this one stands for it.

        `registry` is the text of the registry it was made with.
        """
        at, safe = format_archive_time(as_of), redact_document(body)
        with self._store.transaction() as db:
            by = keep_registry(self._store, registry) if registry else None
            insert = "INSERT INTO audits (week, as_of, registry, body) VALUES (?, ?, ?, ?)"
            number = db.execute(insert, (week, at, by, compress_text(safe))).lastrowid
            add_seal(db, "audit", None, week, {"number": number, "as_of": at, "audit": hash_of(safe), "registry": by})

    def text(self, week: str, made: datetime | None = None) -> str | None:
        """Return the audit that stands for `week`, or the last of it that was made in this second, or None."""
        at = None if made is None else format_archive_time(made)[:19]
        newest = "week = ?1 AND (?2 IS NULL OR substr(as_of, 1, 19) = ?2)"
        body = self._store.first(f"SELECT body FROM audits WHERE {newest} ORDER BY id DESC LIMIT 1", (week, at))  # noqa: S608 - our own text
        return None if body is None else decompress_text(body)

    def as_of(self, week: str, *, first: bool = False) -> datetime | None:
        """Return the `as_of` of the audit that stands for `week`, or of the first one that was stored, or None."""
        one = "min" if first else "max"
        query = f"SELECT as_of FROM audits WHERE id = (SELECT {one}(id) FROM audits WHERE week = ?)"  # noqa: S608 - one of two
        at = self._store.first(query, (week,))
        return None if at is None else datetime.fromisoformat(at)

    def between(self, first: str, end: str, as_of: datetime) -> list[str]:
        """Return the audits of the weeks ``first <= week < end`` made up to `as_of`, oldest week first."""
        rows = self._store.rows(
            "SELECT body FROM audits WHERE id IN (SELECT max(id) FROM audits WHERE week >= ? AND week < ? "
            "AND as_of <= ? GROUP BY week) ORDER BY week",
            (first, end, format_archive_time(as_of)),
        )
        return [decompress_text(body) for (body,) in rows]

    def previous(self, week: str, as_of: datetime) -> str | None:
        """Return the last audit of a week before `week` made up to `as_of`, or None."""
        last = "SELECT body FROM audits WHERE week < ? AND as_of <= ? ORDER BY week DESC, id DESC LIMIT 1"
        body = self._store.first(last, (week, format_archive_time(as_of)))
        return None if body is None else decompress_text(body)

    def every(self) -> list[tuple[str, str]]:
        """Return the week and the text of each audit that was ever stored, the oldest first; of a damaged one none."""
        return [(week, text_of(body)) for week, body in self._store.rows("SELECT week, body FROM audits ORDER BY id")]

    def weeks(self, first: str, end: str, as_of: datetime) -> list[str]:
        """Return the weeks ``first <= week < end`` of which an audit was made up to `as_of`, in order."""
        query = "SELECT DISTINCT week FROM audits WHERE week >= ? AND week < ? AND as_of <= ? ORDER BY week"
        return [str(week) for (week,) in self._store.rows(query, (first, end, format_archive_time(as_of)))]

    def registry_of(self, week: str) -> str | None:
        """Return the text of the registry that the stored audit of `week` was made with, or None."""
        by = "SELECT registry FROM audits WHERE week = ? ORDER BY id DESC LIMIT 1"
        body = self._store.first(f"SELECT body FROM registries WHERE sha256 = ({by})", (week,))  # noqa: S608 - our own text
        return None if body is None else decompress_text(body)

    def runs_behind(self, week: str) -> frozenset[int]:
        """Return the runs that were sealed before the stored audit of `week` was: those that it can be based on.

        Times do not decide this: a run that came later may have been started with the audit's own ``--as-of``.
        """
        last = "SELECT max(seq) FROM seals WHERE kind = 'audit' AND week = ?"
        rows = self._store.rows(f"SELECT run_id FROM seals WHERE kind = 'run' AND seq < ({last})", (week,))  # noqa: S608 - our own text
        return frozenset(run for (run,) in rows)

    def comments_purged(self, week: str) -> datetime | None:
        """Return when looks taken for `week` lost their comments, or None if all are still there."""
        told = [seal.facts for seal in seals(self._store.db, "purge", week)]
        moments = [facts["at"] for facts in told if facts["comments"] or facts["looks"]]
        return datetime.fromisoformat(max(moments)) if moments else None

    def seal_of(self, week: str, as_of: datetime) -> str:
        """Return the hash of the seal of the last audit of `week` made up to the second of `as_of`; empty: of none."""
        found = [
            s for s in seals(self._store.db, "audit", week) if s.facts["as_of"][:19] <= format_archive_time(as_of)[:19]
        ]
        return found[-1].sha256 if found else ""
