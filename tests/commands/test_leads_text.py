"""What is said of a search: no title of a stranger's page steers a terminal."""

import json
from datetime import date
from typing import Any

import pytest

from auditor.base.address import Address
from auditor.base.i18n import Translator
from auditor.commands.search_text import leads_document, render_leads
from auditor.search.scoring.candidate import Candidate
from auditor.search.scoring.lead import Provenance, Reason
from auditor.search.scoring.record_pages import people_of
from auditor.search.scoring.score import Lead
from auditor.search.search import PersonSearch, SearchResult
from tests.cases import NOW, TOMSK, office, registry, tenure
from tests.hostile import STEERING, steers

RU = Translator("ru", TOMSK)


def result(title: str) -> SearchResult:
    """A page of this title is found for the head of a municipality that is called so too, and a site has moved."""
    seat = office(tenure("Имярек Анна Андреевна", since="2020-01")).model_copy(update={"municipality": title})
    (person,) = people_of(registry(seat), [seat], date(2026, 11, 24))
    sight = Candidate(Address.parse("vk.com/id1"), exists=True, id=1, title=title)
    leads = [Lead(sight, Provenance.GIVEN, (Reason("claimed", {"place": title}),))]
    about = PersonSearch(person, tried={}, leads=leads)
    nothing: dict[str, Any] = {"capabilities": {}, "requests": {}, "causes": {}, "unread": {}, "spent": False}
    return SearchResult((about,), finished_at=NOW, moved={title: title}, **nothing)


@pytest.mark.parametrize("hostile", STEERING.values(), ids=STEERING)
def test_no_title_of_a_strangers_page_steers_a_terminal(hostile: str) -> None:
    """Nor begins a line; the document holds it as it is."""
    shown = render_leads(result(hostile), RU)
    assert steers(shown) == ""
    assert len(shown.splitlines()) == len(render_leads(result("Ы"), RU).splitlines())
    assert json.loads(leads_document(result(hostile), RU))["people"][0]["municipality"] == hostile
