"""What a search works with: the person looked for, what official texts say of addresses, and leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.text import Scalar, Text
from auditor.registry.holders import Holder
from auditor.registry.models import Office, Region
from auditor.search.weighing.names import FullName


class LeadKind(StrEnum):
    """Whose page a lead seems to be."""

    PERSONAL = "personal"
    INSTITUTION = "institution"
    FAN = "fan"
    """A page about the person: supporters, residents, a parody."""
    NAMESAKE = "namesake"
    """Somebody else of the same name."""
    UNKNOWN = "unknown"


class Provenance(StrEnum):
    """Who says that a page is the person's."""

    GIVEN = "given"
    """An official place: the body's site, channel or community on record, or a confirmed page of the person."""
    CLAIMED = "claimed"
    """The page itself, by name and office."""
    GUESSED = "guessed"
    """Nobody: a name fits."""


class Origin(StrEnum):
    """How a lead came up."""

    NAMES = "names"
    LINK = "link"
    SEARCH = "search"
    REGISTRY = "registry"
    """It is in the registry, unconfirmed."""


class How(StrEnum):
    """What an official text says of an address."""

    GIVEN = "given"
    """It is the person's: by a label, in a list, on a card, among contacts."""
    MENTIONED = "mentioned"
    """It stands near the person in another sentence: a person reads it."""
    WARNED = "warned"
    """A warning may be meant for it."""
    OTHER = "other"
    """It stands beside somebody else or a body, or in a sentence that names nobody."""
    LINKED = "linked"
    """A link with nobody named near it, and nothing else said."""


@dataclass(frozen=True, slots=True)
class Person:
    """The person whose account is looked for: the holder of an office, on a day."""

    office: Office
    holder: Holder
    name: FullName
    region: Region | None
    day: date

    @property
    def municipality(self) -> str:
        """The office's municipality, as the registry has it."""
        return self.office.municipality

    @property
    def key(self) -> tuple[str, str]:
        """The office's id and the holder's name."""
        return self.office.id, str(self.name)


@dataclass(frozen=True, slots=True)
class Mention:
    """An address in an official text, who is named with it, and where that can be read."""

    address: Address
    person: Person | None
    how: How
    url: str = ""
    at: datetime | None = None
    """When it was published, UTC; None for a description or a site."""
    evidence: str = ""
    by_office: bool = False
    """The office is named and the person is not."""


def _text_told(text: Text) -> dict[str, Any]:
    """Write a sentence down, with days and sentences in its places marked as such."""
    params = {name: _param_told(value) for name, value in text.params.items()}
    return {"message": text.message, "params": params, "plural": text.plural, "count": text.count}


def _param_told(value: Scalar | Text) -> Any:
    if isinstance(value, Text):
        return {"text": _text_told(value)}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _text(told: Text | Mapping[str, Any]) -> Text:
    if isinstance(told, Text):
        return told
    return Text(**{**told, "params": {name: _param(value) for name, value in told["params"].items()}})


def _param(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    return _text(told["text"]) if "text" in told else date.fromisoformat(told["date"])


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a lead, or one to doubt, in words.

    `code` is stable, for the JSON output. `places` are web addresses at which a person can read it; `evidence` are ids
    of stored answers.
    """

    code: str
    text: Annotated[Text, PlainSerializer(_text_told), PlainValidator(_text)]
    places: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be the person's, with what speaks for it (`reasons`) and what to doubt (`doubts`)."""

    address: Address
    id: int | None
    kind: LeadKind
    provenance: Provenance
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    origins: tuple[Origin, ...] = ()
    evidence: tuple[str, ...] = ()
    title: str = field(default="", repr=False)
    """For the operator's screen alone: it is never stored."""

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.address.network

    @property
    def url(self) -> str:
        """Its address on the web."""
        return self.address.url

    @property
    def above(self) -> bool:
        """Tell whether it stands above the line: an official place gives it, and nothing is to be doubted."""
        return self.provenance is Provenance.GIVEN and not self.doubts
