"""What a search works with: the person looked for, pieces of text, pages found and what is said of them, leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.text import Text
from auditor.registry.models import Holder, Office, Region
from auditor.search.pages import Page, Passage
from auditor.search.weighing.agreement import Agreement
from auditor.search.weighing.names import FullName
from auditor.search.weighing.places import Span
from auditor.search.weighing.words import words

LINE = 50.0
"""Points. A lead below it is shown as weak, and never as the one to look at."""

NETWORK_WORD = re.compile(
    r"(?<!\w)(?:telegram|телеграм[а-я]*|в ?контакте|vk|вк|тг|tg|t\.me|канал[а-я]*|страниц[а-я]*|ссылк[а-я]*|личн[а-я]*|"
    r"подпис[а-я]*|https?|также|или)(?!\w)",
    re.IGNORECASE,
)
"""What belongs to giving an address, and says nothing of whose it is."""


class LeadKind(StrEnum):
    """Whose page a lead seems to be."""

    PERSONAL = "personal"
    INSTITUTION = "institution"
    FAN = "fan"
    """A page about the person: a support group, a parody."""
    NAMESAKE = "namesake"
    """Somebody else of the same name."""
    CLONE = "clone"
    """A younger copy of another lead."""
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


@dataclass(frozen=True, slots=True)
class Name:
    """A place where somebody is named: those of `people` who may be meant, or none of them.

    `aside` are those who are spoken of there as the one whose deputy, son or critic is meant.
    """

    span: Span
    people: tuple[tuple[Person, Agreement], ...]
    aside: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place where a municipality is named, with those who hold offices there."""

    span: Span
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text about one thing, and what is in it. `block` counts blank lines before it."""

    text: str
    block: int
    names: tuple[Name, ...]
    places: tuple[PlaceName, ...]
    links: tuple[tuple[int, Address], ...]
    start: int

    @property
    def anchored(self) -> bool:
        """Tell whether anybody or any municipality is named in it."""
        return bool(self.names or self.places)

    @property
    def head(self) -> str:
        """The text before its first address."""
        return self.text[: max(0, self.links[0][0] - self.start)] if self.links else self.text

    @property
    def words(self) -> int:
        """How many words it has besides its addresses and words like «канал»: none or one in «Подробнее: t.me/…»."""
        rest = self.text
        for at, _ in self.links:
            begin = at - self.start
            rest = rest[:begin] + re.sub(r"^\S+", lambda m: " " * len(m[0]), rest[begin:], count=1)
        return len(words(NETWORK_WORD.sub(" ", rest)))


@dataclass(frozen=True, slots=True)
class Mention:
    """An address in an official text, and whose it is said to be. `person` is None if no person is named.

    `strength` runs from 0 to 1. `why` is ``name+place``, ``name``, ``office+place``, ``place``, ``nearby`` (named in
    the line before), ``record`` (the registry says so), ``own`` (the page's or a body's own address), ``warned`` (the
    text warns against the address; `person` is who is copied) or empty.
    """

    address: Address
    person: Person | None
    strength: float
    why: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Found:
    """A page with how it came up and what official texts say of its address."""

    page: Page
    origins: tuple[Origin, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a lead (weight above 0) or against it (below), in words with its number.

    `code` is stable, for the JSON output. `evidence` are ids of stored answers.
    """

    code: str
    weight: float
    text: Text
    evidence: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Web addresses at which a person can read it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be the person's, with what speaks for it (`reasons`) and what to doubt (`doubts`)."""

    address: Address
    id: int | None
    kind: LeadKind
    score: float
    reasons: tuple[Reason, ...]
    origins: tuple[Origin, ...] = ()
    evidence: tuple[str, ...] = ()
    title: str = field(default="", repr=False)
    """For the operator's screen alone: it is never stored."""
    provenance: Provenance = Provenance.GUESSED
    doubts: tuple[Reason, ...] = ()

    @property
    def url(self) -> str:
        """Its address on the web."""
        return self.address.url

    @property
    def above(self) -> bool:
        """Tell whether it stands above the line: an official place gives it, and nothing speaks against it."""
        return self.provenance is Provenance.GIVEN and not self.doubts

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.address.network

    @property
    def strong(self) -> bool:
        """Tell whether it is above the line."""
        return self.score >= LINE


def ordered(leads: Sequence[Lead]) -> list[Lead]:
    """Return leads best first; equal scores by address, so that the same finds give the same list."""
    return sorted(leads, key=lambda lead: (-lead.score, lead.address.network, lead.address.name))
