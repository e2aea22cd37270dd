"""Searches for accounts: their responses, how far each has got, and what a signed-in route has learned."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from auditor.archive.evidence_store import add_responses
from auditor.archive.storage import Storage, reports_damage
from auditor.base.networks import routes
from auditor.base.secrets import redact_document
from auditor.base.storage_format import format_archive_time
from auditor.base.stored_response import StoredResponse

if TYPE_CHECKING:
    from auditor.probes.target import LoginState


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


@reports_damage
class SearchStore:
    """The stored searches and login states. Retention removes the searches of a run together with its comments."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    def save_responses(self, run: int, responses: Sequence[StoredResponse], login: "LoginState | None" = None) -> None:
        """Store responses that belong to no snapshot, such as those of a search for accounts: all or none.

        What the route has learned from them, its `login`, is stored with them.
        """
        with self._store.recording(run) as db:
            add_responses(self._store, run, responses)
            if login is not None and responses:
                _save_login(db, run, login, max(response.evidence.fetched_at for response in responses))

    def save(self, run: int, office_id: str, person: str, scout: str, tried: int, state: str, at: datetime) -> None:
        """Store how far `scout` has got in its search for a person's accounts, replacing what `run` stored before."""
        row = (run, office_id, person, scout, format_archive_time(at), tried, redact_document(state))
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

    def save_login(self, run: int, login: "LoginState", at: datetime) -> None:
        """Store what a signed-in route has learned in a run, independently of any snapshot."""
        with self._store.transaction() as db:
            _save_login(db, run, login, at)

    def login(self) -> "LoginState | None":
        """Return the state of the last login of a signed-in route, or None. Another login must not use it."""
        keys = tuple(f"{facts.prefix}-" for facts in routes().values() if not facts.signed_in)
        return next((login for login in self.logins() if not login.session.startswith(keys)), None)

    def logins(self) -> "tuple[LoginState, ...]":
        """Return the state of each login, the last one first."""
        rows = self._store.rows("SELECT body FROM logins ORDER BY saved_at DESC, session")
        return tuple(_logins().validate_json(body) for (body,) in rows)


def _logins() -> "TypeAdapter[LoginState]":
    from auditor.probes.target import LoginState  # noqa: PLC0415 - to judge a week no login is read

    return TypeAdapter(LoginState)


def _save_login(db: sqlite3.Connection, run: int, login: "LoginState", at: datetime) -> None:
    from auditor.probes.login_state import merge_login_states  # noqa: PLC0415 - as above

    row = db.execute("SELECT body FROM logins WHERE session = ?", (login.session,)).fetchone()
    merged = merge_login_states(_logins().validate_json(row[0]) if row else None, login, run, at)
    body = _logins().dump_json(merged).decode()
    db.execute("INSERT OR REPLACE INTO logins VALUES (?, ?, ?)", (login.session, format_archive_time(at), body))
