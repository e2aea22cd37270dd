"""What a search stores: a cache with an age, so that the next search need not ask again, and the leads it found.

No word of any page is stored: addresses, numbers, dates, what speaks for a page by its code, and where that is said.
A reason's text is the program's own; what stands in its places is a number, a date, an address, or the official's own
municipality. Rows that another version stored in another form are not read.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause
from auditor.base.text import Scalar, Text
from auditor.search.weighing.lead import How, Lead, Mention, Origin, Person, Reason
from auditor.search.weighing.sights import Sight

FORM = 2
"""The form of everything a search stores."""
_FRESH = timedelta(days=7)
"""So long what was read is not asked for again."""
_FOUND, _PAGES = "found", "pages"
"""These stand in the place of a scout's name."""
_LEAD, _SIGHT = TypeAdapter(Lead), TypeAdapter(Sight)
_PLAIN = re.compile(r"(?:[\w-]+\.[\w./:@?=&%+-]+|https?://\S+)(?:, |$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredLeads:
    """What the last search for a person found. `at` is UTC; the leads have no titles.

    `complete`: everything that the open routes allow was asked.
    """

    at: datetime
    leads: tuple[Lead, ...] = ()
    complete: bool = False


def stored_leads(archive: Archive, office_id: str, name: str) -> StoredLeads | None:
    """Return what the last search found for the holder `name` of an office; None if there was no search."""
    row = next((row for row in archive.searches.of(office_id, name) if row.scout == _FOUND), None)
    state = json.loads(row.state) if row is not None else {}
    if row is None or state.get("form") != FORM:
        return None
    return StoredLeads(row.at, tuple(map(_LEAD.validate_python, state["leads"])), state["complete"])


def keep_leads(
    archive: Archive, run: int, person: Person, leads: Sequence[Lead], at: datetime, *, complete: bool
) -> None:
    """Store what a search found, in place of what the last one did."""
    own = {person.municipality, person.region.name if person.region else ""}

    def spared(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(replace(reason, text=_without_words(reason.text, own)) for reason in reasons)

    kept = (replace(lead, reasons=spared(lead.reasons), doubts=spared(lead.doubts)) for lead in leads)
    told = [_LEAD.dump_python(lead, mode="json", exclude={"title"}) for lead in kept]
    state = {"form": FORM, "complete": complete, "leads": told}
    written = json.dumps(state, ensure_ascii=False, sort_keys=True)
    archive.searches.save(run, *person.key, _FOUND, 0, written, at)


@dataclass(slots=True)
class Notes:
    """What earlier searches know of one person's pages."""

    sights: dict[Address, Sight] = field(default_factory=dict)
    origins: dict[Address, tuple[Origin, ...]] = field(default_factory=dict)
    """Every page that came up, seen or not, and how."""
    asked: dict[str, datetime] = field(default_factory=dict)
    """Questions that a network's own search has answered."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page on record gave. `cause`: why it was not read, or not to the end. `moved`: where the site is now."""

    mentions: tuple[Mention, ...] = ()
    cause: Cause | None = None
    moved: str = ""
    id: int | None = None
    """The page's own number."""


class Cache:
    """The archive's rows of one search. With `again` nothing is remembered."""

    def __init__(
        self, archive: Archive, run: int, people: Sequence[Person], rules: Iterable[str], *, again: bool
    ) -> None:
        """`people` are all holders on record; what was stored by other `rules` is not read."""
        self._archive, self._run, self._again = archive, run, again
        self._people = {person.office.id: person for person in people}
        self._rules = digest([*rules, *(f"{p.office.id} {p.name} {p.municipality}" for p in people)])

    def _rows(self, office: str, name: str) -> dict[str, tuple[dict[str, Any], int, datetime]]:
        """Return the rows of this form, by scout: state, names tried, moment."""
        found = {}
        for row in () if self._again else self._archive.searches.of(office, name):
            state = json.loads(row.state)
            if state.get("form") == FORM:
                found[row.scout] = (state, row.tried, row.at)
        return found

    def _save(self, office: str, name: str, scout: str, state: Mapping[str, Any], at: datetime, tried: int = 0) -> None:
        written = json.dumps({"form": FORM, **state}, ensure_ascii=False, sort_keys=True)
        self._archive.searches.save(self._run, office, name, scout, tried, written, at)

    # Pages on record

    def page_read(self, address: Address | str, now: datetime, since: datetime) -> PageRead | None:
        """Return what a page on record gave within the last days, read at least back to `since`; None: read it."""
        for state, _, at in self._rows("", str(address)).values():
            same = state["rules"] == self._rules and datetime.fromisoformat(state["since"]) <= since
            if same and timedelta(0) <= now - at < _FRESH:
                cause = Cause(state["cause"]) if state["cause"] else None
                mentions = (self._mention(told) for told in state["mentions"])
                return PageRead(tuple(m for m in mentions if m is not None), cause, state["moved"], state["id"])
        return None

    def keep_page_read(
        self, address: Address | str, scout: str, page_read: PageRead, now: datetime, since: datetime
    ) -> None:
        """Store what a page on record gave."""
        state = {
            "rules": self._rules,
            "since": since.isoformat(),
            "mentions": [_mention_told(mention) for mention in page_read.mentions],
            "cause": page_read.cause,
            "moved": page_read.moved,
            "id": page_read.id,
        }
        self._save("", str(address), scout, state, now)

    def _mention(self, told: Sequence[Any]) -> Mention | None:
        url, office, how, place, at, evidence, by_office = told
        person = self._people.get(office)
        if office and person is None:
            return None
        return Mention(Address.parse(url), person, How(how), place, _moment(at), evidence, by_office)

    # People

    def notes(self, person: Person, now: datetime) -> Notes:
        """Return what is known of a person's pages; what was seen too long ago is only an address."""
        state, _, _ = self._rows(*person.key).get(_PAGES, ({}, 0, now))
        if state.get("rules") != self._rules:
            return Notes()
        sights = [_SIGHT.validate_python(told) for told in state["sights"]]
        asked = {question: datetime.fromisoformat(at) for question, at in state["asked"].items()}
        return Notes(
            {one.address: one for one in sights if one.at is not None and timedelta(0) <= now - one.at < _FRESH},
            {Address.parse(url): tuple(map(Origin, how)) for url, how in state["origins"].items()},
            {question: at for question, at in asked.items() if timedelta(0) <= now - at < _FRESH},
        )

    def keep_notes(self, person: Person, notes: Notes, now: datetime) -> None:
        """Store what is known of a person's pages."""
        state = {
            "rules": self._rules,
            "sights": [
                _SIGHT.dump_python(one, mode="json", exclude={"title"}, exclude_defaults=True)
                for one in notes.sights.values()
            ],
            "origins": {address.url: list(how) for address, how in notes.origins.items()},
            "asked": {question: at.isoformat() for question, at in notes.asked.items()},
        }
        self._save(*person.key, _PAGES, state, now)

    def tried(self, person: Person, scout: str, names: str, now: datetime, valid: timedelta) -> int:
        """Return how many of the names with the digest `names` were tried lately."""
        state, tried, at = self._rows(*person.key).get(scout, ({}, 0, now))
        return tried if state.get("names") == names and now - at < valid else 0

    def keep_tried(self, person: Person, scout: str, names: str, tried: int, now: datetime) -> None:
        """Store how many names were tried."""
        self._save(*person.key, scout, {"names": names}, now, tried)


def digest(lines: Iterable[str]) -> str:
    """Return a short digest of lines in their order."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _mention_told(mention: Mention) -> list[Any]:
    office = mention.person.office.id if mention.person is not None else ""
    at = mention.at.isoformat() if mention.at is not None else None
    return [mention.address.url, office, mention.how, mention.url, at, mention.evidence, mention.by_office]


def _without_words(text: Text, own: Collection[str]) -> Text:
    """Leave of a sentence's places what may be stored: of text, only addresses and the official's own municipality."""

    def spared(value: Scalar | Text) -> Scalar | Text:
        if isinstance(value, Text):
            return _without_words(value, own)
        hidden = isinstance(value, str) and value not in own and _PLAIN.sub("", value)
        return "…" if hidden else value

    return replace(text, params={name: spared(value) for name, value in text.params.items()})
