"""What was asked in searches, so that the next one need not ask again: whose page, network, address, moment, facts.

No word of any page is stored: facts are numbers, dates, codes of what speaks for a page, and where that is said. Of
names that were tried only their number is.
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
"""So long what was read, and names that were tried, are not asked for again."""
_LEADS = "leads"
"""Stands in the place of a network."""
_FOUND = TypeAdapter(list[Lead])


class CacheRow(NamedTuple):
    """When an address was asked for, and what came of it."""

    at: datetime
    facts: Any = None

    def is_fresh(self, now: datetime, days: timedelta) -> bool:
        """Tell whether it need not be asked for again."""
        return timedelta(0) <= now - self.at < days


class SearchCache:
    """The table, as one search reads and writes it. With `again` nothing is remembered."""

    def __init__(self, archive: Archive, run: int = 0, *, again: bool = False) -> None:
        """`run` is the archive's number of the search."""
        self._archive, self._run, self._again = archive, run, again
        self._rows: dict[Key, dict[str, dict[str, CacheRow]]] = {}

    def rows(self, key: Key, network: str) -> dict[str, CacheRow]:
        """Return what was asked for a person on a network, by address."""
        if key not in self._rows:
            stored = [] if self._again else self._archive.searches.of(*key)
            self._rows[key] = {search.scout: _read(search.state) for search in stored}
        return self._rows[key].setdefault(network, {})

    def save(self, key: Key, network: str, facts: Mapping[str, Any], at: datetime) -> None:
        """Store that some addresses were asked for, with the facts that came."""
        rows = self.rows(key, network)
        rows |= {address: CacheRow(at, fact) for address, fact in facts.items()}
        told = {address: [row.at.isoformat(), row.facts] for address, row in rows.items()}
        state = json.dumps(told, ensure_ascii=False, sort_keys=True)
        self._archive.searches.save(self._run, *key, network, 0, state, at)

    def keep_leads(self, person: Person, leads: Sequence[Lead], at: datetime) -> None:
        """Store what a search found, in place of what the last one did."""
        told = _FOUND.dump_python(list(leads), mode="json", exclude={"__all__": {"sight": {"title"}}})
        self.save(person.key, _LEADS, {"": told}, at)

    def leads(self, key: Key) -> list[Lead] | None:
        """Return what the last search found for a holder, without titles; None if there was no search."""
        row = self.rows(key, _LEADS).get("")
        return None if row is None else _FOUND.validate_python(row.facts)


def _read(state: str) -> dict[str, CacheRow]:
    told = json.loads(state)
    return {address: CacheRow(datetime.fromisoformat(at), facts) for address, (at, facts) in told.items()}
