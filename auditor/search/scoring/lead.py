"""The terms of a search: the person looked for, mentions of addresses in official texts, and reasons for a lead."""

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
    """No one: only a name fits."""


class Origin(StrEnum):
    """How a lead came up."""

    NAMES = "names"
    LINK = "link"
    SEARCH = "search"
    REGISTRY = "registry"
    """It is in the registry, unconfirmed."""


class MentionKind(StrEnum):
    """How an official text names an address."""

    GIVEN = "given"
    """As the person's: the block that has both says nothing else."""
    MENTIONED = "mentioned"
    """Near the person, or near other words without a person; an operator decides."""
    WARNED = "warned"
    """With a warning that may be meant for it."""
    LINKED = "linked"
    """As a link without a person or other words near it."""


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
    def region_name(self) -> str:
        """The name of the region; empty if the registry has none."""
        return self.region.name if self.region is not None else ""

    @property
    def predecessor_pages(self) -> set[Address]:
        """The addresses on record as the predecessor's."""
        predecessor = self.holder.predecessor
        return {account.url for account in predecessor.accounts} if predecessor is not None else set()

    @property
    def key(self) -> tuple[str, str]:
        """The office's id and the holder's name."""
        return self.office.id, str(self.name)


@dataclass(frozen=True, slots=True)
class Mention:
    """An address in an official text, the office of the person named with it, and where it can be read."""

    address: Address
    office: str
    """The id of the office of the person named with it; empty for no one."""
    how: MentionKind
    url: str = ""
    at: datetime | None = None
    """When it was published, UTC; None for a description or a site."""
    evidence: str = ""
    by_office: bool = False
    """Whether the office is named and the person is not."""

    def of(self, person: Person, how: MentionKind) -> bool:
        """Return whether it names the address with `person` in the way `how`."""
        return self.how is how and self.office == person.office.id


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for a lead, or a doubt. `code` is that of its sentence in `reason_sentences`.

    `params` fill the sentence: counts, days as ISO 8601, addresses, the office's own municipality. `places` are URLs
    where it can be read; `evidence` are ids of stored responses.
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The sentence for a reader."""
        return reason_sentences.of(self.code, self.params)
