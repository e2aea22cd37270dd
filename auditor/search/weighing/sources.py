"""Whose account is looked for, and which pages on record may link to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.base.address import Address
from auditor.registry.holders import holder_on
from auditor.registry.models import Account, Group, Office, Registry
from auditor.search.weighing.lead import Person
from auditor.search.weighing.names import FullName


@dataclass(frozen=True, slots=True)
class Source:
    """A page on record that may name others.

    `own`: the person whose confirmed page it is. `home`: the head of the body whose site or page it is.
    """

    address: Address | str
    """An account, or the address of an official site."""
    own: Person | None = None
    home: Person | None = None


def people_of(registry: Registry, offices: Sequence[Office], day: date) -> list[Person]:
    """Return the holders of `offices` on `day`; a vacant office and one without a holder on record have none."""
    held = [(office, holder_on(office, day)) for office in offices]
    return [
        Person(office, holder, FullName.parse(holder.tenure.name), registry.region, day)
        for office, holder in held
        if holder is not None
    ]


def sources_for(registry: Registry, people: Sequence[Person]) -> list[Source]:
    """List the pages to read for links to `people`, each once.

    The person's own confirmed pages come first, then the body's site and pages, the predecessors' pages, and last the
    pages of bodies and of the governor, which may name all heads at once.
    """
    found: dict[str, Source] = {}
    for source in (*_near(people), *_common(registry, {p.office.id for p in people})):
        found.setdefault(str(source.address), source)
    return list(found.values())


def _near(people: Sequence[Person]) -> Iterator[Source]:
    for person in people:
        for account in person.holder.judged_accounts:
            yield Source(account.url, person)
    for person in people:
        home = person if person.office.group is Group.MUNICIPAL_HEAD else None
        if person.office.website is not None:
            yield Source(person.office.website, home=home)
        for account in (*person.office.accounts, *person.holder.institution_accounts):
            if account.rejected is None:
                yield Source(account.url, home=home)
        for account in _predecessors(person):
            yield Source(account.url)


def _predecessors(person: Person) -> Iterator[Account]:
    for tenure in person.office.tenures:
        if tenure.name != person.holder.tenure.name:
            yield from (a for a in tenure.accounts if a.judged)


def _common(registry: Registry, near: set[str]) -> Iterator[Source]:
    for office in registry.offices:
        if office.id in near or office.group not in {Group.INSTITUTION, Group.GOVERNOR}:
            continue
        if office.website is not None:
            yield Source(office.website)
        accounts = (*office.accounts, *(a for tenure in office.tenures for a in tenure.accounts))
        yield from (Source(a.url) for a in accounts if a.judged)
