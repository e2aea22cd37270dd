"""Whose account is looked for on a day, and which pages on record are read for links to it."""

from datetime import date
from typing import Any

from auditor.base.weeks import PartialDate
from auditor.registry.models import Account, Office, Tenure
from auditor.search.weighing.sources import people_of, sources_for
from tests.cases import registry

DAY = date(2026, 11, 24)
PROOF = {"on": "2026-01-01", "how": "по сайту"}


def account(name: str, kind: str = "personal", **more: Any) -> Account:
    return Account(url=f"https://t.me/{name}", kind=kind, **more)


def office(id: str, group: str, *tenures: Tenure, **more: Any) -> Office:  # noqa: A002 - the registry's own word
    facts = {"municipality": f"{id} район", "title": "глава", "website": f"https://{id}.example/", **more}
    return Office(id=id, group=group, tenures=list(tenures), **facts)


FORMER = Tenure(
    name="Бывшев Клим",
    since=PartialDate.parse("2018"),
    until=PartialDate.parse("2021-11"),
    accounts=[account("former_1", confirmed=PROOF), account("former_lead")],
)
ANNA = Tenure(
    name="Имярек Анна",
    since=PartialDate.parse("2021-12"),
    accounts=[account("anna_own", confirmed=PROOF), account("anna_lead"), account("anna_office", "institution")],
)
VERA = Tenure(name="Имярек Вера", accounts=[account("vera_own", confirmed=PROOF), account("vera_lead")])
BODIES = [account("first_body", "institution"), account("first_not", "institution", rejected=PROOF)]
FIRST = office("first", "municipal_head", FORMER, ANNA, accounts=BODIES)
DUMA = office("duma", "city_duma", Tenure(name="Имярек Борис", since=PartialDate.parse("2021")))
SECOND = office("second", "municipal_head")
BOOK = registry(FIRST, DUMA, office("governor", "governor", VERA, accounts=BODIES[:1]), SECOND)


def test_the_holders_of_the_day_are_looked_for() -> None:
    """An office without a holder on record has none."""
    assert [(p.office.id, str(p.name)) for p in people_of(BOOK, [FIRST, SECOND], DAY)] == [("first", "Имярек Анна")]
    assert [str(p.name) for p in people_of(BOOK, [FIRST], date(2020, 1, 1))] == ["Бывшев Клим"]


def test_the_nearest_pages_are_read_first_and_each_once() -> None:
    """Own pages, the body's site and pages, predecessors'; then bodies of all; no lead, and no other head's."""
    found = sources_for(BOOK, people_of(BOOK, [FIRST], DAY))
    told = [(str(s.address), s.own and s.own.office.id, s.home and s.home.office.id) for s in found]
    assert told == [
        ("https://t.me/anna_own", "first", None),
        ("https://first.example/", None, "first"),
        ("https://t.me/first_body", None, "first"),
        ("https://t.me/anna_office", None, "first"),
        ("https://t.me/former_1", None, None),
        ("https://governor.example/", None, None),
        ("https://t.me/vera_own", None, None),
    ]
    (site, *_) = sources_for(BOOK, people_of(BOOK, [DUMA], DAY))
    assert (site.address, site.home) == ("https://duma.example/", None), "«Глава» there is not the member sought"
