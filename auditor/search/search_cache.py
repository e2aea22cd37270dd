"""What earlier searches asked and learned, so that the next one need not ask again, by person, network and address.

No words of any page are stored: facts are numbers, dates, codes of reasons and the addresses where they can be read. Of
the names that were tried only the count is stored.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from auditor.archive import Archive
from auditor.search.scoring.lead import Person
from auditor.search.scoring.score import Lead

Key = tuple[str, str]
"""An office's id and the holder's name; empty for what is read for everybody."""
PAGE_FRESH, NAME_FRESH = timedelta(days=7), timedelta(days=30)
"""For how long a page that was read, and a name that was tried, is not asked for again."""
_LEADS = "leads"
"""The key under which a person's leads are stored, in place of a network."""
_LEAD_LIST = TypeAdapter(list[Lead])


class CacheRow(NamedTuple):
    """When an address was asked for, and the facts that the response gave."""

    asked_at: datetime
    facts: Any = None

    def is_fresh(self, now: datetime, max_age: timedelta) -> bool:
        """Return whether it is less than `max_age` old, so that it need not be asked for again."""
        return timedelta(0) <= now - self.asked_at < max_age


class SearchCache:
    """The cache as one search reads and writes it. With `again` it begins empty."""

    def __init__(self, archive: Archive, run: int = 0, *, again: bool = False) -> None:
        """`run` is the archive's number of the search."""
        self._archive, self._run, self._again = archive, run, again
        self._rows: dict[Key, dict[str, dict[str, CacheRow]]] = {}

    def rows(self, key: Key, network: str) -> dict[str, CacheRow]:
        """Return a person's cached rows on a network, by address."""
        if key not in self._rows:
            stored = [] if self._again else self._archive.searches.of(*key)
            self._rows[key] = {search.scout: _read(search.state) for search in stored}
        return self._rows[key].setdefault(network, {})

    def fresh(self, key: Key, network: str, address: str, now: datetime, max_age: timedelta) -> CacheRow | None:
        """Return a row that is less than `max_age` old; None if the address must be asked for."""
        row = self.rows(key, network).get(address)
        return row if row is not None and row.is_fresh(now, max_age) else None

    def save(self, key: Key, network: str, facts: Mapping[str, Any], asked_at: datetime) -> None:
        """Store the facts about some addresses, all asked for at one moment."""
        rows = self.rows(key, network)
        rows |= {address: CacheRow(asked_at, fact) for address, fact in facts.items()}
        stored = {address: [row.asked_at.isoformat(), row.facts] for address, row in rows.items()}
        state = json.dumps(stored, ensure_ascii=False, sort_keys=True)
        self._archive.searches.save(self._run, *key, network, 0, state, asked_at)

    def save_leads(self, person: Person, leads: Sequence[Lead], saved_at: datetime) -> None:
        """Store a person's leads in place of those of the last search."""
        dumped = _LEAD_LIST.dump_python(list(leads), mode="json", exclude={"__all__": {"sight": {"title"}}})
        self.save(person.key, _LEADS, {"": dumped}, saved_at)

    def leads(self, key: Key) -> list[Lead] | None:
        """Return a holder's leads of the last search, without titles; None if there was no search."""
        row = self.rows(key, _LEADS).get("")
        return None if row is None else _LEAD_LIST.validate_python(row.facts)


def _read(state: str) -> dict[str, CacheRow]:
    stored = json.loads(state)
    return {address: CacheRow(datetime.fromisoformat(asked_at), facts) for address, (asked_at, facts) in stored.items()}
