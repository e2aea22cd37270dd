"""What a scout saw of a page that nobody has confirmed.

The page may be a citizen's whose namesake is in office. So a `Page` lives in memory and on the operator's screen only;
`auditor.search.scoring` decides what of it may be written (docs/dev/design.md, section 10), and its evidence is
minimised before it leaves the scout.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Precision


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
    """A piece of an official page's own text, with the account addresses that it names or links.

    `text` is what the page's owner wrote: never a comment. `offsets` says where in `text` each of `links` is:
    the first character of the linked words, or of the address itself; it is as long as `links`.
    """

    place: PassagePlace
    text: str = field(repr=False)
    links: tuple[Address, ...] = ()
    offsets: tuple[int, ...] = ()
    url: str = ""
    """Where a person can read it: the post's own address, or the page's."""
    at: datetime | None = None
    """When it was published, UTC; None for a description."""
    evidence: str = ""
    """Id of the stored answer it was read from."""
    copied: bool = False
    """It is another page's, which this one passes on: no word of its owner's."""


@dataclass(frozen=True, slots=True)
class ScoutedPage:
    """One page, as far as a scout saw it. None is "not seen", the empty string is "seen and empty".

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
    """VK's state-organisation mark; None where VK does not say (vk.md 0.4)."""
    closed: bool = False
    subscribers: int | None = None
    opened_at: datetime | None = None
    opened_precision: Precision | None = None
    last_post_at: datetime | None = None
    passages: tuple[Passage, ...] = ()
    """Its own texts with links: description, site, contacts, posts. Empty where they were not asked for."""
    evidence: tuple[str, ...] = ()
    """Ids of the stored answers behind it."""

    def read_from(self, evidence: str) -> "ScoutedPage":
        """Return it, and its texts, as read from one stored answer."""
        passages = tuple(replace(passage, evidence=evidence) for passage in self.passages)
        return replace(self, passages=passages, evidence=(evidence,))
