"""What all parts of the archive share: the database, the files beside it, and how damage is reported."""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

from auditor.archive.evidence_files import PAGES, WORDS, EvidenceFiles, file_name
from auditor.base.errors import ArchiveError
from auditor.base.storage_format import decompress_text
from auditor.base.text import N_, Text, phrase, verbatim

MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""The exceptions that reading a malformed row raises."""
_Store = TypeVar("_Store")


@dataclass(frozen=True, slots=True)
class Storage:
    """An open archive's database and files; `folder` is None for an empty archive in memory."""

    db: sqlite3.Connection
    files: EvidenceFiles
    folder: Path | None

    def rows(self, query: str, values: Collection[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.db.execute(query, values).fetchall()  # type: ignore[arg-type]

    def first(self, query: str, values: Collection[object] = ()) -> Any:
        """Return the first column of a query's first row, or None."""
        row = self.db.execute(query, values).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    def file(self, run: int, part: str) -> str:
        """Return the name of a run's file of evidence."""
        return file_name(run, str(self.first("SELECT started_at FROM runs WHERE id = ?", (run,))), part)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction: all that the block writes is stored, or nothing. Raises `ArchiveError`."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise ArchiveError(
                phrase(
                    "{folder}: the archive cannot be written ({error}); what it held is kept",
                    folder=self.folder,
                    error=error,
                )
            ) from None

    @contextmanager
    def recording(self, run: int) -> Iterator[sqlite3.Connection]:
        """Open a transaction that stores something of a run. Raises `ArchiveError` if the run is sealed already.

        If it fails, bytes it has appended to the run's files are overwritten by the next response or cut off at the
        end.
        """
        with self.transaction() as db:
            if self.first("SELECT 1 FROM seals WHERE kind = 'run' AND run_id = ?", (run,)):
                raise ArchiveError(
                    phrase("{folder}: run {run} has ended; nothing is added to it", folder=self.folder, run=run)
                )
            yield db

    def sizes(self, run: int) -> dict[str, int]:
        """Return by part how many bytes of a run's files are valid; empty for an unknown run."""
        rows = self.rows("SELECT pages, words FROM runs WHERE id = ?", (run,))
        return dict(zip((PAGES, WORDS), rows[0], strict=True)) if rows else {}


def text_of(data: bytes) -> str:
    """Return a compressed text, or an empty one if it cannot be decompressed: its hash then shows the damage."""
    try:
        return decompress_text(data)
    except MALFORMED:
        return ""


def reports_damage(store: type[_Store]) -> type[_Store]:
    """Make the public members of a store, whose `_store` is a `Storage`, raise `ArchiveError` for damage."""
    for name, method in list(vars(store).items()):
        if isinstance(method, FunctionType) and not name.startswith("_"):
            setattr(store, name, _reporting_damage(method))
        elif isinstance(method, property) and method.fget is not None:
            setattr(store, name, property(_reporting_damage(method.fget)))
    return store


def _reporting_damage(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except sqlite3.Error as error:
            raise _damage_error(self, verbatim(str(error))) from None
        except MALFORMED:  # the row's content is not repeated: it may be anything
            raise _damage_error(self, phrase("a stored row has lost its form")) from None

    return call


def _damage_error(store: Any, damage: Text) -> ArchiveError:
    folder = store._store.folder  # noqa: SLF001 - see `reports_damage`
    message = N_("{folder}: the archive cannot be read ({what}); `auditor evidence verify` names what; restore a copy")
    return ArchiveError(phrase(message, folder=folder, what=damage))
