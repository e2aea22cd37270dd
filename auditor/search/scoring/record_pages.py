"""Whose account is looked for, and which pages on record may link to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.base.address import Address
from auditor.registry.holders import holder_on
from auditor.registry.models import Office, OfficeGroup, Registry
from auditor.search.scoring.lead import Person
from auditor.search.scoring.person_names import FullName


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page on record that may name others.

    `own`: the person whose confirmed page it is. `home`: the head of the body whose site or page it is.
    """

    address: Address | str
    """An account, or the address of an official site."""
    own: Person | None = None
    head: Person | None = None


def people_of(registry: Registry, offices: Sequence[Office], day: date) -> list[Person]:
    """Return the holders of `offices` on `day`; a vacant office and one without a holder on record have none."""
    held = [(office, holder_on(office, day)) for office in offices]
    return [
        Person(office, holder, FullName.parse(holder.tenure.name), registry.region, day)
        for office, holder in held
        if holder is not None
    ]


def sources_for(registry: Registry, people: Sequence[Person]) -> list[RecordPage]:
    """List the pages to read for links to `people`, each once.

    The person's own confirmed pages come first, then the body's site and pages, the predecessors' pages, and last the
    pages of bodies and of the governor, which may name all heads at once.
    """
    near = {person.office.id for person in people}
    common = [
        o for o in registry.offices if o.id not in near and o.group in {OfficeGroup.INSTITUTION, OfficeGroup.GOVERNOR}
    ]
    sources = [RecordPage(account.url, person) for person in people for account in person.holder.judged_accounts]
    sources += [source for person in people for source in _near(person)]
    sources += [source for office in common for source in _common(office)]
    once: dict[str, RecordPage] = {}
    for source in sources:
        once.setdefault(str(source.address), source)
    return list(once.values())


def _near(person: Person) -> Iterator[RecordPage]:
    """Yield what speaks for the body, as whose head the person is meant there, and the predecessors' pages."""
    office, home = person.office, person if person.office.group is OfficeGroup.MUNICIPAL_HEAD else None
    if office.website is not None:
        yield RecordPage(office.website, head=home)
    bodies = (*office.accounts, *person.holder.institution_accounts)
    yield from (RecordPage(account.url, head=home) for account in bodies if account.rejected is None)
    before = (tenure for tenure in office.tenures if tenure.name != person.holder.tenure.name)
    yield from (RecordPage(account.url) for tenure in before for account in tenure.accounts if account.judged)


def _common(office: Office) -> Iterator[RecordPage]:
    if office.website is not None:
        yield RecordPage(office.website)
    accounts = (*office.accounts, *(account for tenure in office.tenures for account in tenure.accounts))
    yield from (RecordPage(account.url) for account in accounts if account.judged)
