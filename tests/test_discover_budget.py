"""Searching with a small budget, again and again: it is held to the request, and each search goes on from the last."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.commands.leads import leads_document, render_leads, search_accounts
from auditor.run.session import Session
from auditor.sandbox import Sandbox
from auditor.search.asking import Budget
from auditor.search.search import SearchResult
from tests import worlds
from tests.command import auditor
from tests.seeking import seek, seeker

NAMES = 30


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(worlds.hidden(seed=4711, heads=30)) as sandbox:
        yield sandbox


@pytest.fixture
def small(running: Sandbox, tmp_path: Path) -> tuple[Sandbox, Session]:
    """A running sandbox and a session that looks at it, with nothing searched yet."""
    return running, seeker(running, tmp_path)


def search(session: Session, requests: int | None, offices: int = 1, *, again: bool = False) -> SearchResult:
    budget = Budget(requests=requests, one_by_one=NAMES)
    return search_accounts(session, session.registry.offices[1 : 1 + offices], budget=budget, days=182, again=again)


def repeated(session: Session, requests: int, offices: int = 1, most: int = 60) -> list[SearchResult]:
    results: list[SearchResult] = []
    while len(results) < most and not (results and results[-1].complete):
        results.append(search(session, requests, offices))
    return results


def sent(results: list[SearchResult]) -> Counter[str]:
    total: Counter[str] = Counter()
    for result in results:
        total.update(result.requests)
    return total


def leads(found: SearchResult) -> dict[str, list[tuple[str, str, bool]]]:
    return {one.person.office.id: [(x.url, x.provenance, x.above) for x in one.leads] for one in found.people}


@pytest.mark.parametrize("requests", [8, 15])
def test_small_searches_end_and_cost_what_one_costs(small: tuple[Sandbox, Session], requests: int) -> None:
    """They come to the same leads; beside one whole search they cost controls, and no answer is asked for twice."""
    _, session = small
    whole = search(replace(session, data=session.data.with_name("whole")), None)
    results = repeated(session, requests)
    assert results[-1].complete
    assert leads(results[-1]) == leads(whole)
    for route, cost in sent(results).items():
        assert cost <= whole.requests[route] + 2 * len(results), route


@pytest.mark.parametrize("requests", [1, 3, 6, 10])
def test_no_route_sends_more_than_it_may(small: tuple[Sandbox, Session], requests: int) -> None:
    """Controls, retries, pages of a wall and batches of names count, each time."""
    _, session = small
    for _ in range(2):
        assert max(search(session, requests, offices=2).requests.values()) <= requests


def test_the_signed_in_client_keeps_to_it_too(small: tuple[Sandbox, Session], tmp_path: Path) -> None:
    """Its searches and what it reads of a channel count; that it connects does not."""
    sandbox, _ = small
    place = tmp_path / "keys"
    place.mkdir()
    session = seeker(sandbox, place, **sandbox.settings(place, user_token=True))
    assert 0 < search(session, 2).requests["telegram_client"] <= 2


def test_a_budget_that_is_too_small_says_so(small: tuple[Sandbox, Session]) -> None:
    """VK needs five requests for a batch of names: with three the search ends and advises to give more."""
    _, session = small
    found = search(session, 3)
    assert found.spent
    assert "--requests" in render_leads(found, session.words)
    assert json.loads(leads_document(found, session.words))["goes_on"]


def test_names_move_on_with_each_small_search(small: tuple[Sandbox, Session]) -> None:
    """Where many heads are looked for with little, each run asks what the runs before have not."""
    _, session = small
    offices = 4
    results = repeated(session, 40, offices)
    assert results[-1].complete
    tried = [sum(sum(one.tried.values()) for one in result.people) for result in results]
    assert tried == sorted(tried)
    assert tried[-1] >= offices * 400
    assert len(results) < 12


def test_an_unchanged_search_asks_for_next_to_nothing(small: tuple[Sandbox, Session]) -> None:
    """What was read within a week is not read again; `again` and a week's age read it anew; what came is the same."""
    _, session = small
    first, second = search(session, None), search(session, None)
    assert sum(second.requests.values()) <= 2
    assert leads(second) == leads(first)
    anew = search(session, None, again=True)
    assert all(anew.requests[route] >= cost for route, cost in first.requests.items())
    assert session.as_of is not None
    later = replace(session, as_of=session.as_of.replace(year=session.as_of.year + 1))
    assert sum(search(later, None).requests.values()) > sum(first.requests.values()) / 2


def test_reading_further_back_reads_anew(small: tuple[Sandbox, Session]) -> None:
    """Pages that were read for a shorter time are read again for a longer one."""
    _, session = small
    office = session.registry.offices[1:2]
    first = search_accounts(session, office, budget=Budget(one_by_one=NAMES), days=30)
    longer = search_accounts(session, office, budget=Budget(one_by_one=NAMES), days=182)
    shorter = search_accounts(session, office, budget=Budget(one_by_one=NAMES), days=30)
    assert longer.requests["vk"] > 8
    assert shorter.requests["vk"] <= 2 < first.requests["vk"]


def test_what_is_remembered_holds_no_word_of_a_page(small: tuple[Sandbox, Session]) -> None:
    """What the next search starts from holds no title and no description of a page that was found."""
    sandbox, session = small
    found = seek(session, session.registry.offices[:6], names=5)
    titles = {lead.sight.title for one in found.people for lead in one.leads if lead.sight.title}
    assert len(titles) > 5
    with Archive.read(session.data) as archive:
        states = [
            stored.state
            for one in found.people
            for stored in archive.searches.of(one.person.office.id, str(one.person.name))
        ]
    kept = "\n".join(states)
    assert "name_full" in kept or '"name"' in kept
    assert [
        title for title in titles if title in kept and title not in {str(p.person.name) for p in found.people}
    ] == []
    assert [word for word in sandbox.world.strangers if word in kept] == []


def test_nothing_is_said_of_a_door_that_a_sign_in_has_opened(small: tuple[Sandbox, Session], tmp_path: Path) -> None:
    """No closed search of t.me while the client searches, and no closed names where none are ever tried."""
    sandbox, plain = small
    without = render_leads(search(plain, None), plain.words)
    assert "AUDITOR_TELEGRAM_SESSION" in without
    place = tmp_path / "keys"
    place.mkdir()
    session = seeker(sandbox, place, **sandbox.settings(place, user_token=True))
    found = search(session, None)
    assert "закрыто" not in render_leads(found, session.words)
    doors = [door for route in json.loads(leads_document(found, session.words))["routes"] for door in route["doors"]]
    assert [door["key"] for door in doors if door["key"]] == []


@pytest.mark.parametrize(
    "option", [("--days", "99999999"), ("--minutes", "nan"), ("--minutes", "inf"), ("--requests", "0")]
)
def test_a_number_that_is_none_is_refused(small: tuple[Sandbox, Session], option: tuple[str, str]) -> None:
    """What no search can mean ends with exit 2 and the bound, before anything is asked."""
    _, session = small
    done = auditor("discover", "--all", *option, cwd=session.registry_path.parent, env={"AUDITOR_DATA": "data"})
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"auditor: {option[0]}: нужно число от ")
