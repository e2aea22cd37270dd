"""What all parts of the archive share: the database, the files beside it, and how damage is told."""

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
"""What is raised of a row that has lost its form."""
_Store = TypeVar("_Store")


@dataclass(frozen=True, slots=True)
class Storage:
    """An open archive's database and files; `folder` is None for an empty one that lives in memory."""

    db: sqlite3.Connection
    files: EvidenceFiles
    folder: Path | None

    def rows(self, query: str, values: Collection[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.db.execute(query, values).fetchall()  # type: ignore[arg-type]

    def first(self, query: str, values: Collection[object] = ()) -> Any:
        """Return the first column of a query's first row, or None."""
        found = self.db.execute(query, values).fetchone()  # type: ignore[arg-type]
        return found[0] if found else None

    def file(self, run: int, part: str) -> str:
        """Return the name of a run's file."""
        return file_name(run, str(self.first("SELECT started_at FROM runs WHERE id = ?", (run,))), part)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all that the block writes, or nothing."""
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
        """Open a transaction of a run.

        If it fails, what it has added to the run's files is overwritten by the next answer, or cut off at the end.
        """
        with self.transaction() as db:
            if self.first("SELECT 1 FROM seals WHERE kind = 'run' AND run_id = ?", (run,)):
                raise ArchiveError(
                    phrase("{folder}: run {run} has ended; nothing is added to it", folder=self.folder, run=run)
                )
            yield db

    def sizes(self, run: int) -> dict[str, int]:
        """Return up to where a run's files are valid, by part."""
        rows = self.rows("SELECT pages, words FROM runs WHERE id = ?", (run,))
        return dict(zip((PAGES, WORDS), rows[0], strict=True)) if rows else {}


def text_of(data: bytes) -> str:
    """Return a compressed text, or an empty one where it is none: its hash shows that."""
    try:
        return decompress_text(data)
    except MALFORMED:
        return ""


def reports_damage(store: type[_Store]) -> type[_Store]:
    """Make all that is public of a store, whose `_store` is its `Storage`, tell a damaged archive in one line."""
    for name, method in list(vars(store).items()):
        if isinstance(method, FunctionType) and not name.startswith("_"):
            setattr(store, name, _telling(method))
        elif isinstance(method, property) and method.fget is not None:
            setattr(store, name, property(_telling(method.fget)))
    return store


def _telling(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except sqlite3.Error as error:
            raise _damaged(self, verbatim(str(error))) from None
        except MALFORMED:  # the row's content is not repeated: it may be anything
            raise _damaged(self, phrase("a stored row has lost its form")) from None

    return call


def _damaged(store: Any, what: Text) -> ArchiveError:
    folder = store._store.folder  # noqa: SLF001 - see `tells_damage`
    said = N_("{folder}: the archive cannot be read ({what}); `auditor evidence verify` names what; restore a copy")
    return ArchiveError(phrase(said, folder=folder, what=what))
