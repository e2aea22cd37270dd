"""What is said of a search: leads with their reasons, and which routes were closed. No title steers a terminal."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from auditor.base.address import Address
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Network
from auditor.commands.leads import leads_document, render_leads
from auditor.search.scouts.base import Door, Task
from auditor.search.search import PersonSearch, SearchResult
from auditor.search.weighing.judge import Lead
from auditor.search.weighing.lead import Origin, Provenance, Reason
from auditor.search.weighing.sights import Sight
from auditor.search.weighing.sources import people_of
from tests.cases import NOW, TOMSK, account, office, registry, tenure
from tests.hostile import STEERING, steers

RU = Catalogue("ru", TOMSK)


def lead(n: int, provenance: Provenance = Provenance.GIVEN, title: str = "") -> Lead:
    sight = Sight(Address(Network.VK, f"id{n}"), exists=True, id=n, title=title, origins=(Origin.SEARCH,))
    return Lead(sight, provenance, (Reason("claimed", {"place": title}),))


def result(*leads: Lead, municipality: str = "Район", tried: dict[str, int] | None = None, **more: Any) -> SearchResult:
    seat = office(tenure("Имярек Анна Андреевна", since="2020-01", accounts=[account()]))
    seat = seat.model_copy(update={"municipality": municipality})
    (person,) = people_of(registry(seat), [seat], date(2026, 11, 24))
    about = PersonSearch(person, tried=tried or {}, leads=list(leads))
    whole: dict[str, Any] = {"doors": {}, "requests": {}, "causes": {}, "unread": {}, "moved": {}, "spent": False}
    return SearchResult((about,), finished_at=NOW, **whole | more)


def text(found: SearchResult) -> list[str]:
    return render_leads(found, RU).splitlines()


def test_leads_above_the_line_come_with_their_reasons() -> None:
    """Of those below it so many are printed; the document has all."""
    found = result(lead(1), *(lead(n, Provenance.GUESSED) for n in range(2, 7)))
    lines = text(found)
    pages = [line.split()[0] for line in lines if line.startswith("  vk.com/")]
    assert pages == ["vk.com/id1", "vk.com/id2", "vk.com/id3", "vk.com/id4"]
    assert sum(line.startswith("    + ") for line in lines) == 4
    document = json.loads(leads_document(found, RU))
    assert document["schema"] == "auditor/leads/2"
    (person,) = document["people"]
    assert [one["above"] for one in person["leads"]] == [True] + [False] * 5
    assert (person["leads"][0]["url"], person["leads"][0]["id"]) == ("https://vk.com/id1", 1)
    assert person["on_record"] == ["https://t.me/perviy_rayon"]
    assert (document["complete"], document["goes_on"]) == (True, False)


def test_that_nothing_was_found_is_said_no_further_than_was_asked() -> None:
    """All was asked; not all could be; nothing could be asked: three sentences."""
    cut = result(spent=True, tried={"t.me": 3}), result(lead(1, Provenance.GUESSED), spent=True)
    said = [text(found)[2] for found in (result(), *cut, result(spent=True, tried={"t.me": 0}))]
    assert said[1] == said[2]
    assert len(set(said)) == 3


DOOR = Door(Task.NAMES, Cause.NO_CREDENTIALS, "AUDITOR_VK_TOKEN")
SESSION = replace(DOOR, key="AUDITOR_TELEGRAM_SESSION")


@pytest.mark.parametrize(
    ("doors", "key", "told"),
    [
        ({"vk": (DOOR,)}, DOOR.key, 1),
        ({"telegram_preview": (SESSION,)}, SESSION.key, 1),
        ({"telegram_preview": (SESSION,), "telegram_client": ()}, None, 0),  # it opens a route of its own
        ({"vk": (Door(Task.NAMES),)}, None, 0),
    ],
)
def test_a_closed_door_is_told_with_the_setting_that_would_open_it(
    doors: dict[str, tuple[Door, ...]], key: str | None, told: int
) -> None:
    """In words and in the document; an open one is not told."""
    found = result(doors=doors, requests=dict.fromkeys(doors, 2))
    assert len(text(found)) - len(text(result(doors=dict.fromkeys(doors, ()), requests=found.requests))) == told
    assert sum(str(key) in line for line in text(found)) == told
    first = json.loads(leads_document(found, RU))["routes"][0]
    assert (first["requests"], first["cause"]) == (2, None)
    cause = next(iter(doors.values()))[0].cause
    assert first["doors"] == [{"task": "names", "open": cause is None, "cause": cause, "key": key}]


@pytest.mark.parametrize("hostile", STEERING.values(), ids=STEERING)
def test_no_title_of_a_strangers_page_steers_a_terminal(hostile: str) -> None:
    """Nor begins a line; the document holds it as it is."""
    found = result(lead(1, title=hostile), municipality=hostile, moved={hostile: hostile})
    plain = result(lead(1, title="Ы"), municipality="Ы", moved={"Ы": "Ы"})
    shown = render_leads(found, RU)
    assert steers(shown) == ""
    assert len(shown.splitlines()) == len(text(plain))
    assert json.loads(leads_document(found, RU))["people"][0]["municipality"] == hostile
