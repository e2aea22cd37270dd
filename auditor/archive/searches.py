"""Searches for accounts: their answers, how far each has come, and what a signed-in route has learned."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from auditor.archive.answers import add_answers
from auditor.archive.storage import Storage, tells_damage
from auditor.base.answers import Answer
from auditor.base.packing import stamp
from auditor.base.secrets import redact_document

if TYPE_CHECKING:
    from auditor.probes.base import Login


@dataclass(frozen=True, slots=True)
class StoredSearch:
    """How far one scout has got in its search for a person's accounts.

    `tried` counts the names or pages it has asked for, `state` is the scout's own JSON, from which it continues, and
    `at` is UTC.
    """

    scout: str
    tried: int
    state: str
    at: datetime


@tells_damage
class Searches:
    """What searches asked and found. All that a run stored here goes with its comments."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    def keep(self, run: int, answers: Sequence[Answer], login: "Login | None" = None) -> None:
        """Store answers that belong to no snapshot, such as those of a search for accounts: all or none.

        What the route has learned by them, its `login`, is stored with them.
        """
        with self._store.recording(run) as db:
            add_answers(self._store, run, answers)
            if login is not None and answers:
                _save_login(db, run, login, max(answer.evidence.fetched_at for answer in answers))

    def save(self, run: int, office_id: str, person: str, scout: str, tried: int, state: str, at: datetime) -> None:
        """Store how far `scout` has got in its search for a person's accounts; what `run` stored before is replaced."""
        row = (run, office_id, person, scout, stamp(at), tried, redact_document(state))
        with self._store.recording(run) as db:
            db.execute(
                "INSERT OR REPLACE INTO searches (run_id, office_id, person, scout, at, tried, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def of(self, office_id: str, person: str) -> list[StoredSearch]:
        """Return how far each scout has got in its search for a person's accounts, sorted by scout."""
        rows = self._store.rows(
            "SELECT scout, tried, state, at FROM searches WHERE id IN (SELECT max(id) FROM searches "
            "WHERE office_id = ? AND person = ? GROUP BY scout) ORDER BY scout",
            (office_id, person),
        )
        return [StoredSearch(scout, tried, state, datetime.fromisoformat(at)) for scout, tried, state, at in rows]

    def remember(self, run: int, login: "Login", at: datetime) -> None:
        """Store what a signed-in route has learned in a run, outside of any snapshot."""
        with self._store.transaction() as db:
            _save_login(db, run, login, at)

    def login(self) -> "Login | None":
        """Return what the last login of Telegram's client learned, or None. Another login must not use it."""
        return next((login for login in self.logins() if not login.session.startswith("vk-")), None)

    def logins(self) -> "tuple[Login, ...]":
        """Return what each login has learned, the last one first."""
        rows = self._store.rows("SELECT body FROM logins ORDER BY saved_at DESC, session")
        return tuple(_logins().validate_json(body) for (body,) in rows)


def _logins() -> "TypeAdapter[Login]":
    from auditor.probes.base import Login  # noqa: PLC0415 - to judge a week no login is read

    return TypeAdapter(Login)


def _save_login(db: sqlite3.Connection, run: int, login: "Login", at: datetime) -> None:
    from auditor.probes.logins import added  # noqa: PLC0415 - as above

    row = db.execute("SELECT body FROM logins WHERE session = ?", (login.session,)).fetchone()
    known = added(_logins().validate_json(row[0]) if row else None, login, run, at)
    body = _logins().dump_json(known).decode()
    db.execute("INSERT OR REPLACE INTO logins VALUES (?, ?, ?)", (login.session, stamp(at), body))
