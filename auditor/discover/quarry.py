"""One person that is looked for, with everything found so far."""

__all__ = ["Quarry"]

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.discovery.lead import Lead, Origin, Person
from auditor.discovery.links import Mention
from auditor.discovery.rank import Found
from auditor.pages import Page
from auditor.registry.address import Address
from auditor.snapshot import Network


@dataclass(slots=True)
class Quarry:
    """What is known of one person's pages while the search runs."""

    person: Person
    found: dict[Address, Found] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    """Names answered for, by the scout's name, those of an earlier search included."""
    own: list[Page] = field(default_factory=list)
    """Pages that are the person's or may be, read whole."""
    leads: list[Lead] = field(default_factory=list)
    """What the search came to, best first."""

    def add(self, page: Page, origin: Origin, said: Iterable[Mention] = ()) -> None:
        """Take in a page, or learn more of one."""
        new = Found(page, (origin,), tuple(said))
        known = self.found.get(page.address)
        if known is None:
            self.found[page.address] = new
        else:
            seen = page if page.exists is not None or known.page.exists is None else known.page
            self.found[page.address] = _joined(seen, known, new)

    def learn(self, page: Page) -> None:
        """Put what was seen of a page in place of what was known of it."""
        known = self.found.get(page.address)
        if known is not None:
            self.found[page.address] = Found(page, known.origins, known.mentions)

    def unseen(self, network: Network | None) -> list[Address]:
        """Return the addresses on a network that nobody has looked at yet."""
        pages = (f.page for f in self.found.values() if f.page.exists is None and f.page.cause is None)
        return [page.address for page in pages if page.address.network is network]

    def undecided(self) -> list[Found]:
        """Return what was found, less what a person has decided already: confirmed and rejected accounts."""
        decided = {a.url: a.id for a in self.person.holder.accounts if a.judged or a.rejected is not None}
        numbers = {*decided.values(), *(page.id for page in self.own if page.address in decided)} - {None}
        return [
            one
            for one in _by_number(self.found.values())
            if one.page.address not in decided and one.page.id not in numbers
        ]


def _by_number(found: Iterable[Found]) -> list[Found]:
    """Make one of what came up under two addresses and is one page: a VK number and the name that goes with it."""
    joined: dict[tuple[Network, int | str], Found] = {}
    for one in found:
        key = (one.page.address.network, one.page.id or one.page.address.name)
        other = joined.get(key)
        if other is None:
            joined[key] = one
        else:
            best = max(other, one, key=lambda f: (f.page.exists is not None, len(f.page.passages), _named(f.page)))
            joined[key] = _joined(best.page, other, one)
    return list(joined.values())


def _joined(page: Page, one: Found, other: Found) -> Found:
    """Put together how a page came up and what was said of it."""
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    return Found(page, origins, (*one.mentions, *(m for m in other.mentions if m not in one.mentions)))


def _named(page: Page) -> bool:
    """Tell whether its address is a name rather than a number."""
    return page.id is None or page.address.name not in {f"id{page.id}", f"club{-page.id}"}
