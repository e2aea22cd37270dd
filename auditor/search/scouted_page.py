"""An unconfirmed page as a scout saw it.

The page may belong to a citizen who has an official's name. So a `ScoutedPage` lives in memory and on the operator's
screen only; `auditor.search.scoring` decides what of it may be stored (docs/dev/design.md, section 10), and its
evidence is minimised before it leaves the scout.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network, Precision


def is_possible(name: str, network: Network) -> bool:
    """Return whether a network can have a page of this name: each reserves some words, such as ``share``."""
    address = Address.read(f"{network.facts.host}/{name}")
    return address is not None and address.name == name


class PageKind(StrEnum):
    """What the network says a page is."""

    PROFILE = "profile"
    """A person's page on VK."""
    COMMUNITY = "community"
    """A VK group, public page or event."""
    CHANNEL = "channel"
    GROUP = "group"
    USER = "user"
    """A person on Telegram."""
    BOT = "bot"


class PassagePlace(StrEnum):
    """Where on a page a passage is."""

    DESCRIPTION = "description"
    STATUS = "status"
    SITE = "site"
    CONTACTS = "contacts"
    POST = "post"
    WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a page's own text, never a comment, with the account addresses that it names or links.

    `offsets` has the place of each of `links` in `text`: the first character of the linked words or of the address.
    """

    place: PassagePlace
    text: str = field(repr=False)
    links: tuple[Address, ...] = ()
    offsets: tuple[int, ...] = ()
    url: str = ""
    """Where a reader finds it: the address of the post, or of the page."""
    at: datetime | None = None
    """When it was published, UTC; None for a description."""
    evidence: str = ""
    """Id of the stored response it was read from."""
    copied: bool = False
    """Whether it is a repost of another page's text."""


@dataclass(frozen=True, slots=True)
class ScoutedPage:
    """One page, as far as a scout saw it. None means not seen, the empty string seen and empty.

    `exists` is True or False only on positive evidence, as in a `Snapshot`.
    """

    address: Address
    exists: bool | None = None
    cause: Cause | None = None
    id: int | None = None
    """The network's own number: Telegram's bare channel id, VK's user id, a VK community's negative id."""
    kind: PageKind | None = None
    title: str | None = field(default=None, repr=False)
    """A VK person's first and last name; a community's or channel's title."""
    description: str | None = field(default=None, repr=False)
    """VK: the status of a person, the description of a community; Telegram: the description."""
    place: str | None = field(default=None, repr=False)
    """VK: the city or home town."""
    work: str | None = field(default=None, repr=False)
    """VK: occupation and career, as one text."""
    verified: bool | None = None
    government: bool | None = None
    """VK's state-organisation mark; None where VK does not send it (docs/dev/sources.md, VK)."""
    closed: bool = False
    subscribers: int | None = None
    opened_at: datetime | None = None
    opened_precision: Precision | None = None
    last_post_at: datetime | None = None
    passages: tuple[Passage, ...] = ()
    """Its own texts with links: description, site, contacts, posts. Empty if they were not asked for."""
    evidence: tuple[str, ...] = ()
    """Ids of the stored responses it was read from."""

    def read_from(self, evidence: str) -> "ScoutedPage":
        """Return the page with one stored response, by its id, as the evidence of it and of its passages."""
        passages = tuple(replace(passage, evidence=evidence) for passage in self.passages)
        return replace(self, passages=passages, evidence=(evidence,))
