"""Invented heads for the tests of discovery: «Имярек», as no one is called."""

from datetime import UTC, date, datetime

from auditor.base.address import Address
from auditor.base.weeks import PartialDate
from auditor.registry.holders import Holder
from auditor.registry.models import Account, Office, Region, Tenure
from auditor.search.pages import Page, PageKind
from auditor.search.weighing.lead import Person
from auditor.search.weighing.names import FullName

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REGION = Region(name="Вымышленная область", code=99)


def head(
    name: str,
    municipality: str = "Первый район",
    *,
    title: str = "",
    group: str = "municipal_head",
    id: str = "",  # noqa: A002 - the registry's own word
    since: str = "2021-12",
    region: Region = REGION,
    accounts: list[dict] | None = None,
    office_accounts: list[dict] | None = None,
    predecessor: Tenure | None = None,
    website: str | None = None,
) -> Person:
    """A holder of an office as the registry would have them."""
    tenure = Tenure(name=name, since=PartialDate.parse(since), accounts=[Account(**a) for a in accounts or []])
    office = Office(
        id=id or "first",
        municipality=municipality,
        title=title or f"глава: {municipality}",
        group=group,
        website=website,
        accounts=[Account(**a) for a in office_accounts or []],
        tenures=[tenure],
    )
    holder = Holder(tenure, (tenure,), predecessor)
    return Person(office, holder, FullName.parse(name), region, date(2026, 11, 24))


def page(address: str = "https://t.me/stranica", title: str | None = None, **facts) -> Page:
    """A page that exists; what is not given was not seen."""
    url = Address.parse(address)
    default = PageKind.CHANNEL if url.network == "telegram" else PageKind.PROFILE
    facts = {"exists": True, "kind": default, **facts}
    return Page(url, title=title, **facts)
