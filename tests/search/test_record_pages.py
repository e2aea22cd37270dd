"""Whose account is looked for on a day, and which pages on record are read for links to it."""

from datetime import date
from typing import Any

from auditor.registry.models import Office
from auditor.search.scoring.record_pages import people_of, record_pages_for
from tests.cases import registry

DAY = date(2026, 11, 24)
PROOF = {"on": "2026-01-01", "how": "по сайту"}


def accounts(*names: str) -> list[dict[str, Any]]:
    """Return accounts: confirmed if the name ends in ``own``, rejected if it ends in ``not``."""
    kinds = {name: "institution" if "body" in name else "personal" for name in names}
    rows = {name: {"url": f"https://t.me/{name}", "kind": kind} for name, kind in kinds.items()}
    marks = {"own": {"confirmed": PROOF}, "not": {"rejected": PROOF}}
    return [row | marks.get(name.rpartition("_")[2], {}) for name, row in rows.items()]


def office(id: str, group: str, *tenures: Any, **more: Any) -> Office:  # noqa: A002 - the registry's own word
    facts = {"municipality": f"{id} район", "title": "глава", "website": f"https://{id}.example/", **more}
    return Office(id=id, group=group, tenures=tenures, **facts)


FORMER = {"name": "Бывшев Клим", "since": "2018", "until": "2021-11", "accounts": accounts("former_own", "former_lead")}
HERS = accounts("anna_own", "anna_lead", "anna_body")
ANNA = {"name": "Имярек Анна", "since": "2021-12", "accounts": HERS}
FIRST = office("first", "municipal_head", FORMER, ANNA, accounts=accounts("first_body", "first_body_not"))
DUMA = office("duma", "city_duma", {"name": "Имярек Борис", "since": "2021"})
SECOND = office("second", "municipal_head")
VERA = {"name": "Имярек Вера", "accounts": accounts("vera_own", "vera_lead")}
BOOK = registry(FIRST, DUMA, office("governor", "governor", VERA, accounts=accounts("first_body")), SECOND)


def test_the_holders_of_the_day_are_looked_for() -> None:
    """An office without a holder on record has none."""
    assert [(p.office.id, str(p.name)) for p in people_of(BOOK, [FIRST, SECOND], DAY)] == [("first", "Имярек Анна")]
    assert [str(p.name) for p in people_of(BOOK, [FIRST], date(2020, 1, 1))] == ["Бывшев Клим"]


def test_the_nearest_pages_are_read_first_and_each_once() -> None:
    """Own pages, the body's site and pages, predecessors'; then bodies of all; no lead, and no other head's."""
    pages = record_pages_for(BOOK, people_of(BOOK, [FIRST], DAY))
    nearest, others = "anna_own first.example/ first_body anna_body", "former_own governor.example/ vera_own"
    assert " ".join(str(page.address)[8:].removeprefix("t.me/") for page in pages) == f"{nearest} {others}"
    assert [page.owner and page.owner.office.id for page in pages] == ["first", *[None] * 6]
    assert [page.head and page.head.office.id for page in pages] == [None, *["first"] * 3, *[None] * 3]
    (site, *_) = record_pages_for(BOOK, people_of(BOOK, [DUMA], DAY))
    assert (site.address, site.head) == ("https://duma.example/", None), "«Глава» there is not the member sought"
