"""What a search works with: the person looked for, what official texts say of addresses, and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from auditor.base.address import Address
from auditor.base.text import Text
from auditor.registry.holders import Holder
from auditor.registry.models import Office, Region
from auditor.search.scoring import reason_sentences
from auditor.search.scoring.person_names import FullName


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


class MentionKind(StrEnum):
    """What an official text says of an address."""

    GIVEN = "given"
    """It is the person's: nothing else is said in the block in which the two stand."""
    MENTIONED = "mentioned"
    """It stands near the person, or near somebody else where there is no person: a reader decides."""
    WARNED = "warned"
    """A warning may be meant for it."""
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
    office: str
    """The id of the office of who is named with it; empty for nobody."""
    how: MentionKind
    url: str = ""
    at: datetime | None = None
    """When it was published, UTC; None for a description or a site."""
    evidence: str = ""
    by_office: bool = False
    """The office is named and the person is not."""

    def of(self, person: Person, how: MentionKind) -> bool:
        """Tell whether it says `how` of the person."""
        return self.how is how and self.office == person.office.id


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a lead, or one to doubt. `code` is that of its sentence in `sentences`.

    `params` fill the sentence: counts, days as ISO 8601, addresses, the office's own municipality. `places` are web
    addresses at which a person can read it; `evidence` are ids of stored answers.
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The sentence for a reader."""
        return reason_sentences.of(self.code, self.params)
