"""Invented heads for the tests of what official texts say, and such texts with their addresses found."""

from selectolax.lexbor import LexborHTMLParser

from auditor.probes.linked import Marked, marked
from auditor.sandbox.world.names import _HOLDERS, ORDINALS
from auditor.search.pages import Passage, Place
from auditor.search.scouts.accounts_in import accounts_in
from auditor.search.weighing.lead import Mention, Person
from auditor.search.weighing.said import said
from tests.weighing_people import head

TWENTY = [
    head(f"Имярек {name}", f"{place} район", id=f"n{number}")
    for number, (name, place) in enumerate(zip(_HOLDERS, ORDINALS, strict=False))
]


def passage(text: str | Marked, **more) -> Passage:
    """A post of an official community, with the addresses in it."""
    whole = text if isinstance(text, Marked) else Marked(text)
    rows = accounts_in(whole, mentions=False)
    place, url = more.pop("place", Place.POST), more.pop("url", "https://vk.com/wall-1_1")
    return Passage(place, whole.text, tuple(a for _, a in rows), tuple(at for at, _ in rows), url=url, **more)


def page(html: str, **more) -> Passage:
    """A page of an official site, as it is laid out."""
    tree = LexborHTMLParser(f"<html><body>{html}</body></html>")
    return passage(marked(tree.body, flowing=True), **{"place": Place.WEBSITE, "url": "https://rayon.example/", **more})


def read(text: str, people: list[Person] = TWENTY, **more) -> dict[str, Mention]:
    """What a post says of each address, by the address's name."""
    return {m.address.name: m for m in said(passage(text), people, **more)}
