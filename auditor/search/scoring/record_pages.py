"""The people whose accounts are looked for, and the pages on record that may link to these."""

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
    """A page on record that may link to others.

    `owner`: the person whose confirmed page it is. `head`: the head of the body whose site or page it is.
    """

    address: Address | str
    """An account, or the address of an official site."""
    owner: Person | None = None
    head: Person | None = None


def people_of(registry: Registry, offices: Sequence[Office], day: date) -> list[Person]:
    """Return the holders of `offices` on `day`; an office that is vacant or has no holder on record is left out."""
    holders = [(office, holder) for office in offices if (holder := holder_on(office, day)) is not None]
    names = (FullName.parse(holder.tenure.name) for _, holder in holders)
    return [Person(*row, name, registry.region, day) for row, name in zip(holders, names, strict=True)]


def record_pages_for(registry: Registry, people: Sequence[Person]) -> list[RecordPage]:
    """Return the pages to read for links to `people`, each once.

    First come confirmed pages of the people, then the sites and pages of their bodies and pages of other tenures, last
    the pages of institutions and of the governor, which may name all heads.
    """
    office_ids, shared_groups = {person.office.id for person in people}, {OfficeGroup.INSTITUTION, OfficeGroup.GOVERNOR}
    shared_offices = [o for o in registry.offices if o.id not in office_ids and o.group in shared_groups]
    record_pages = [RecordPage(account.url, person) for person in people for account in person.holder.judged_accounts]
    record_pages += [page for person in people for page in _body_pages(person)]
    record_pages += [page for office in shared_offices for page in _shared_pages(office)]
    by_address: dict[str, RecordPage] = {}
    for page in record_pages:
        by_address.setdefault(str(page.address), page)
    return list(by_address.values())


def _body_pages(person: Person) -> Iterator[RecordPage]:
    """Yield the site and pages of the person's body, and the pages of the office's other tenures.

    On the body's pages «глава» means the person, if the office is a head of municipality's.
    """
    office, head = person.office, person if person.office.group is OfficeGroup.MUNICIPAL_HEAD else None
    if office.website is not None:
        yield RecordPage(office.website, head=head)
    bodies = (*office.accounts, *person.holder.institution_accounts)
    yield from (RecordPage(account.url, head=head) for account in bodies if account.rejected is None)
    earlier_tenures = (tenure for tenure in office.tenures if tenure.name != person.holder.tenure.name)
    yield from (RecordPage(account.url) for tenure in earlier_tenures for account in tenure.accounts if account.judged)


def _shared_pages(office: Office) -> Iterator[RecordPage]:
    if office.website is not None:
        yield RecordPage(office.website)
    accounts = (*office.accounts, *(account for tenure in office.tenures for account in tenure.accounts))
    yield from (RecordPage(account.url) for account in accounts if account.judged)
