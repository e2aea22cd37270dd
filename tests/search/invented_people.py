"""Invented heads, «Имярек» as no one is called; their pages, and what official places write of them."""

from datetime import date
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.probes.linked_text import LinkedText, linked_text
from auditor.registry.holders import Holder
from auditor.registry.models import Office, Region, Tenure
from auditor.sandbox.world.invented_names import ORDINALS
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.lead import Mention, Person
from auditor.search.scoring.person_names import FullName
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage
from auditor.search.scouts.account_links import accounts_in

REGION = Region(name="Вымышленная область", code=99)
_ANNA = "Имярек Анна Андреевна"
_NAMES = (
    "Анна Андреевна, Борис Борисович, Вера Викторовна, Глеб Григорьевич, Дарья Дмитриевна, Егор Егорович, "
    "Жанна Жоржевна, Захар Захарович, Инна Ивановна, Кирилл Климович, Лидия Львовна, Макар Максимович, "
    "Нина Николаевна, Олег Осипович, Полина Павловна, Родион Романович, София Сергеевна, Тимур Тихонович, "
    "Ульяна Устиновна, Фёдор Фомич"
)


def head(
    name: str = _ANNA, municipality: str = "Первый район", *, predecessor: Any = None, own: Any = (), **office: Any
) -> Person:
    """The holder of an office as the registry would have them, their `own` accounts, and other fields of the office."""
    tenure, region = Tenure(name=name, since="2021-12", accounts=own), office.pop("region", REGION)
    facts = {"id": "first", "title": f"глава: {municipality}", "group": "municipal_head", **office}
    held_office = Office(municipality=municipality, tenures=[tenure], **facts)
    return Person(held_office, Holder(tenure, (tenure,), predecessor), FullName.parse(name), region, date(2026, 11, 24))


TWENTY = [
    head(f"Имярек {name}", f"{place} район", id=f"n{number}")
    for number, (name, place) in enumerate(zip(_NAMES.split(", "), ORDINALS, strict=True))
]


def page(address: str = "https://t.me/stranica", title: str | None = None, **facts: Any) -> ScoutedPage:
    """A page that exists; what is not given was not seen."""
    url = Address.parse(address)
    kind = PageKind.CHANNEL if url.network == "telegram" else PageKind.PROFILE
    return ScoutedPage(url, title=title, **{"exists": True, "kind": kind, **facts})


def passage(text: str | LinkedText, **more: Any) -> Passage:
    """A post of an official community, with the addresses in it."""
    linked = text if isinstance(text, LinkedText) else LinkedText(text)
    accounts = accounts_in(linked, mentions=False)
    facts = {"place": PassagePlace.POST, "url": "https://vk.com/wall-1_1", **more}
    return Passage(
        text=linked.text, links=tuple(a for _, a in accounts), offsets=tuple(at for at, _ in accounts), **facts
    )


def site_page(html: str) -> Passage:
    """A page of an official site, as it is laid out."""
    tree = LexborHTMLParser(f"<html><body>{html}</body></html>")
    return passage(linked_text(tree.body, flowing=True), place=PassagePlace.WEBSITE, url="https://rayon.example/")


def read(text: str, people: list[Person] = TWENTY, **more: Any) -> dict[str, Mention]:
    """What a post says of each address, by the address's name."""
    return {m.address.name: m for m in mentions_in(passage(text), people, **more)}
