"""Audits: every audit ever stored, each with its seal; the newest of a week is the week's audit."""

from datetime import datetime

from auditor.archive.seals import add_seal, hash_of, seals
from auditor.archive.storage import Storage, reports_damage, text_of
from auditor.base.secrets import redact_body, redact_document
from auditor.base.storage_format import compress_text, decompress_text, format_archive_time


def keep_registry(store: Storage, text: str) -> str:
    """Store the text of a registry, once, in the caller's transaction; return its SHA-256."""
    safe = redact_body(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    sha256 = hash_of(safe)
    store.db.execute("INSERT OR IGNORE INTO registries VALUES (?, ?)", (sha256, compress_text(safe)))
    return sha256


@reports_damage
class AuditStore:
    """The stored audits, by week. Weeks are written as ``2026-W47``, audits as JSON."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    def save(self, week: str, as_of: datetime, body: str, registry: str = "") -> None:
        """Store an audit of a week and seal it. Earlier ones stay stored; this one is the week's audit from now on.

        `registry` is the text of the registry it was made with.
        """
        as_of_text, safe = format_archive_time(as_of), redact_document(body)
        with self._store.transaction() as db:
            registry_digest = keep_registry(self._store, registry) if registry else None
            insert = "INSERT INTO audits (week, as_of, registry, body) VALUES (?, ?, ?, ?)"
            number = db.execute(insert, (week, as_of_text, registry_digest, compress_text(safe))).lastrowid
            add_seal(
                db,
                "audit",
                None,
                week,
                {"number": number, "as_of": as_of_text, "audit": hash_of(safe), "registry": registry_digest},
            )

    def text(self, week: str, as_of: datetime | None = None) -> str | None:
        """Return the week's audit, or the last one of the week made in the second of `as_of`; None if there is none."""
        second = None if as_of is None else format_archive_time(as_of)[:19]
        newest = "week = ?1 AND (?2 IS NULL OR substr(as_of, 1, 19) = ?2)"
        body = self._store.first(f"SELECT body FROM audits WHERE {newest} ORDER BY id DESC LIMIT 1", (week, second))  # noqa: S608 - our own text
        return None if body is None else decompress_text(body)

    def as_of(self, week: str, *, first: bool = False) -> datetime | None:
        """Return the moment of the week's audit, or of the first one stored for the week; None if there is none."""
        aggregate = "min" if first else "max"
        query = f"SELECT as_of FROM audits WHERE id = (SELECT {aggregate}(id) FROM audits WHERE week = ?)"  # noqa: S608 - one of two
        as_of_text = self._store.first(query, (week,))
        return None if as_of_text is None else datetime.fromisoformat(as_of_text)

    def between(self, first_week: str, end_week: str, as_of: datetime) -> list[str]:
        """Return for each week in ``first_week <= week < end_week`` its last audit made up to `as_of`, in order."""
        rows = self._store.rows(
            "SELECT body FROM audits WHERE id IN (SELECT max(id) FROM audits WHERE week >= ? AND week < ? "
            "AND as_of <= ? GROUP BY week) ORDER BY week",
            (first_week, end_week, format_archive_time(as_of)),
        )
        return [decompress_text(body) for (body,) in rows]

    def previous(self, week: str, as_of: datetime) -> str | None:
        """Return the last audit of a week before `week` made up to `as_of`, or None."""
        query = "SELECT body FROM audits WHERE week < ? AND as_of <= ? ORDER BY week DESC, id DESC LIMIT 1"
        body = self._store.first(query, (week, format_archive_time(as_of)))
        return None if body is None else decompress_text(body)

    def every(self) -> list[tuple[str, str]]:
        """Return the week and the text of every stored audit, oldest first. The text of a damaged one is empty."""
        return [(week, text_of(body)) for week, body in self._store.rows("SELECT week, body FROM audits ORDER BY id")]

    def weeks(self, first_week: str, end_week: str, as_of: datetime) -> list[str]:
        """Return the weeks ``first_week <= week < end_week`` that have an audit made up to `as_of`, in order."""
        query = "SELECT DISTINCT week FROM audits WHERE week >= ? AND week < ? AND as_of <= ? ORDER BY week"
        return [str(week) for (week,) in self._store.rows(query, (first_week, end_week, format_archive_time(as_of)))]

    def registry_of(self, week: str) -> str | None:
        """Return the text of the registry with which the week's audit was made, or None."""
        registry_digest = "SELECT registry FROM audits WHERE week = ? ORDER BY id DESC LIMIT 1"
        body = self._store.first(f"SELECT body FROM registries WHERE sha256 = ({registry_digest})", (week,))  # noqa: S608 - our own text
        return None if body is None else decompress_text(body)

    def runs_behind(self, week: str) -> frozenset[int]:
        """Return the ids of the runs that were sealed before the audit of `week`: those that it can be based on.

        Times do not decide this: a later run may have been started with the audit's own ``--as-of``.
        """
        last_seal = "SELECT max(seq) FROM seals WHERE kind = 'audit' AND week = ?"
        rows = self._store.rows(f"SELECT run_id FROM seals WHERE kind = 'run' AND seq < ({last_seal})", (week,))  # noqa: S608 - our own text
        return frozenset(run for (run,) in rows)

    def comments_purged(self, week: str) -> datetime | None:
        """Return when looks taken for `week` last lost comments to a purge, or None if all are still stored."""
        purge_facts = [seal.facts for seal in seals(self._store.db, "purge", week)]
        moments = [facts["at"] for facts in purge_facts if facts["comments"] or facts["looks"]]
        return datetime.fromisoformat(max(moments)) if moments else None

    def seal_of(self, week: str, as_of: datetime) -> str:
        """Return the hash of the seal of the last audit of `week` made up to the second of `as_of`, or ''."""
        audit_seals = [
            seal
            for seal in seals(self._store.db, "audit", week)
            if seal.facts["as_of"][:19] <= format_archive_time(as_of)[:19]
        ]
        return audit_seals[-1].sha256 if audit_seals else ""

    def first_seal(self) -> str:
        """Return the hash of the first seal of the chain, or ''."""
        return self._store.first("SELECT sha256 FROM seals ORDER BY seq LIMIT 1") or ""
