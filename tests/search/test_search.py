"""One search, from the pages on record to the leads: what it finds, what it costs, how it goes on, what it leaves."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause
from auditor.probes.driver import Response
from auditor.sandbox.tme import landing_pages
from auditor.search import scout_runner
from auditor.search.search import SearchResult, since_of
from auditor.search.search_cache import SearchCache
from tests.bytesearch import everything
from tests.bytesearch import find_words as in_files
from tests.probes.tme_memory import CONTROL, NUMBER, Site, account, world_post
from tests.probes.vk_memory import FIRST_DAY, person, post
from tests.probes.vk_memory import VkResponse as VkReply
from tests.search.memory_scouts import moved
from tests.search.search_world import DAY, NOW, SECRETS, SITE, SearchWorld, leads, origins, registry_of_two

ANNA, PROFILE, BORIS = "t.me/opaque_anna", "vk.com/anna_imyarek", "vk.com/nebylitsyn"
FOUND = {
    "anna": [(ANNA, "given", True), (PROFILE, "given", True)],
    "boris": [(BORIS, "claimed", False), ("t.me/nebylitsyn", "guessed", False)],
}
PROOF = {"on": "2026-11-01", "how": "по сайту"}


@pytest.fixture(autouse=True)
def _few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """On VK sixty names cost what a thousand do, and are formed in less time."""
    monkeypatch.setattr(scout_runner, "_BATCHED_NAMES", 60)


@pytest.fixture
def world(tmp_path: Path) -> SearchWorld:
    return SearchWorld(tmp_path / "data")


# What it finds -------------------------------------------------------------------------------------------------------


def test_each_way_finds_what_it_can(world: SearchWorld) -> None:
    """An official link, names, and the links of what was found; strangers' pages are no leads."""
    result = world.search()
    assert leads(result) == FOUND
    assert (result.complete, result.causes, result.unread, result.moved) == (True, {}, {}, {})
    assert origins(result, "anna") == {ANNA: ("link",), PROFILE: ("names", "link")}
    assert [person_search.tried for person_search in result.searches] == [
        {"vk": 60, "telegram_preview": n} for n in (0, 20)
    ]


def test_a_users_key_finds_by_searching(world: SearchWorld) -> None:
    """By the name, then by the family name with the place; who was found is asked for by name no more."""
    world.vk.searches = True
    result = world.search("anna", names=0)
    assert origins(result, "anna")[PROFILE] == ("search", "names", "link")
    assert [p["q"] for p in world.vk.requests_of("users.search")] == ["Анна Имярек", "Имярек Первый район"]


def test_what_was_searched_for_is_not_searched_for_within_a_week(world: SearchWorld) -> None:
    """A search that failed is sent again."""
    world.vk.searches = True
    world.vk.plan("users.search", VkReply.error(4242))
    for days, search_count in ((0, 2), (1, 2), (2, 0), (8, 2)):
        world.vk.log.clear()
        if days:
            world.vk.plans.pop("users.search", None)
        world.search("anna", names=0, at=NOW + days * DAY)
        assert len(world.vk.requests_of("users.search")) == search_count, days


def test_names_of_telegram_are_tried_a_few_for_each_person_in_turn(world: SearchWorld) -> None:
    """Everybody's likeliest names come first; none is guessed for a person whom officials give a page."""
    world.vk.walls[-101].clear()
    result = world.search(names=15, without=["vk"])
    names = [path.strip("/") for path in world.telegram.paths[2:]]
    turns = ["anna" if "arek" in name else "boris" for name in names if name not in {CONTROL, "s"}]
    assert turns[:30] == ["anna"] * 10 + ["boris"] * 10 + ["anna"] * 5 + ["boris"] * 5
    assert [person_search.tried for person_search in result.searches] == [{"telegram_preview": 15}] * 2


def test_the_best_three_of_a_network_are_read_and_what_they_link_to(world: SearchWorld) -> None:
    """Twice: what a lead links to is looked at, and read as well. A namesake's links are not followed."""
    world.vk.walls[-101].clear()
    claims = {"first_name": "Анна", "last_name": "Имярек", "status": "Глава Первого района"}
    names = ("anna_imyarek", "imyarek_anna", "imyarekanna", "annaimyarek")
    people = [person(n, screen_name=name, followers_count=9 - n, **claims) for n, name in enumerate(names, 2)]
    people[0]["site"] = "t.me/opaque_anna"
    namesake = {**claims, "screen_name": "aa_imyarek", "status": "Депутат", "site": "t.me/opaque_b"}
    world.vk.users[:] = [*people, person(90, **namesake), world.vk.users[-1]]
    guessed = account("annaimyarek", number=NUMBER + 4, title="Анна Имярек", posts=[world_post(1, NOW - DAY)])
    world.telegram = Site(
        account("opaque_anna", title="Анна Имярек", posts=[world_post(1, NOW - DAY)]), guessed, now=NOW
    )
    assert origins(world.search("anna", names=4), "anna")[ANNA] == ("link",)
    assert "/s/annaimyarek" in world.telegram.paths, "whatever stands before it on the other network"
    assert [p["owner_id"] for p in world.vk.requests_of("wall.get")] == ["-101", "2", "3", "4"]
    assert "/s/opaque_anna" in world.telegram.paths
    assert "/opaque_b" not in world.telegram.paths


def test_what_is_decided_is_no_lead(world: SearchWorld) -> None:
    """A confirmed account and a rejected one are not shown again, an unconfirmed one on record is."""
    for entry, expected in ({"confirmed": PROOF}, None), ({"rejected": PROOF}, None), ({}, ("registry", "names")):
        world.registry = registry_of_two(boris=[{"url": f"https://{BORIS}", **entry}])
        assert origins(world.search("boris", again=True), "boris").get(BORIS) == expected
        world.registry = registry_of_two(boris=[{"url": "https://vk.com/other_name", "id": 6, **entry}])
        assert (BORIS in origins(world.search("boris", again=True), "boris")) is (expected is not None)


def test_a_bodys_own_pages_are_no_leads(world: SearchWorld) -> None:
    """Nor are the controls, whoever links to them; two addresses of one page are one lead."""
    world.vk.users[0]["site"] = f"vk.com/rayon1 t.me/{CONTROL}"
    world.vk.walls[-101].append(post(9, FIRST_DAY, -101, text="Глава Первого района Имярек Анна: vk.com/id5"))
    assert origins(world.search("anna"), "anna") == {ANNA: ("link",), PROFILE: ("link", "names")}


# What it costs, and going on -----------------------------------------------------------------------------------------


def test_a_second_search_asks_for_next_to_nothing_and_finds_the_same(world: SearchWorld) -> None:
    """Two refused searches of VK; `again` asks for everything."""
    first, second = world.search(), world.search()
    assert (leads(second), second.requests) == (leads(first), {"website": 0, "vk": 2, "telegram_preview": 0})
    anew = world.search(again=True)
    assert (leads(anew), anew.requests) == (leads(first), first.requests)


@pytest.mark.parametrize(("days", "request_counts"), [(6, (0, 0, 0)), (7, (1, 3, 0)), (29, (1, 3, 0)), (30, (1, 3, 4))])
def test_what_was_asked_is_fresh_for_a_while(
    world: SearchWorld, days: int, request_counts: tuple[int, int, int]
) -> None:
    """Pages for a week, names for a month."""
    world.search()
    world.vk.log.clear()
    later = world.search(at=NOW + days * DAY)
    batches = [p for _, p in world.vk.log if "," in p.get("user_ids", p.get("group_ids", ""))]
    assert (later.requests["website"], len(world.vk.requests_of("wall.get")), len(batches)) == request_counts


def test_a_page_is_read_anew_further_back_or_for_other_people(world: SearchWorld) -> None:
    """For a shorter time it is not; who came into office may be meant by what was read before."""
    walls = []
    for days, name in ((30, None), (100, None), (30, None), (30, "Имярек Яна Яновна")):
        world.registry = registry_of_two(name=name) if name else world.registry
        world.vk.log.clear()
        world.search("anna", days=days, names=0)
        walls.append(sum(p["owner_id"] == "-101" for p in world.vk.requests_of("wall.get")))
    assert walls == [1, 1, 0, 1]


def test_small_searches_end_and_cost_what_one_costs(world: SearchWorld, tmp_path: Path) -> None:
    """They come to the same leads; beside one whole search they cost controls, and no request is sent twice."""
    whole = SearchWorld(tmp_path / "whole").search()
    results: list[SearchResult] = []
    while len(results) < 40 and not (results and results[-1].complete):
        requests = (1, 3, 4, *[9] * 40)[len(results)]
        results.append(world.search(requests=requests))
        assert max(results[-1].requests.values()) <= requests
        assert results[-1].complete is not results[-1].spent
    assert leads(results[-1]) == leads(whole) == FOUND
    sent = sum((Counter(result.requests) for result in results), Counter[str]())
    assert all(sent[route] <= cost + 3 * len(results) for route, cost in whole.requests.items())
    tried = [sum(sum(person_search.tried.values()) for person_search in result.searches) for result in results]
    assert tried == sorted(tried)


@pytest.mark.parametrize("where", [1, 3, 8])
def test_a_killed_search_goes_on(world: SearchWorld, where: int) -> None:
    """What was read before is not asked for again, and the leads are those of a search that was not killed.

    Progress counts each page on record, each person on each route, each person's leads.
    """
    steps: list[tuple[int, int]] = []

    def progress(done: int, of: int, _label: str) -> None:
        steps.append((done, of))
        if done == where:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.search(progress=progress)
    assert steps == [(n, 8) for n in range(1, where + 1)]
    owner_ids = {p["owner_id"] for p in world.vk.requests_of("wall.get")}
    assert leads(world.search()) == FOUND
    again = Counter(p["owner_id"] for p in world.vk.requests_of("wall.get"))
    assert all(again[owner_id] == 1 for owner_id in owner_ids)


# Routes that fail ----------------------------------------------------------------------------------------------------


UNREACHABLE, FAILED = (Response(NOW, 500), Cause.UNREACHABLE), (landing_pages.missing(CONTROL), Cause.CONTROL_FAILED)


@pytest.mark.parametrize(("response", "cause"), [UNREACHABLE, FAILED])
def test_a_route_that_fails_is_named_and_finds_nobody_missing(world: SearchWorld, response: Any, cause: Cause) -> None:
    """VK's leads are there, no name of t.me counts as tried, and the next search asks them."""
    world.telegram.instead[f"/{CONTROL}"] = response
    result = world.search()
    assert (result.complete, result.causes) == (False, {"telegram_preview": cause})
    assert [person_search.tried for person_search in result.searches] == [{"vk": 60, "telegram_preview": 0}] * 2
    assert leads(result)["anna"][0] == FOUND["anna"][0]
    assert all(lead.sight.exists is not False for person_search in result.searches for lead in person_search.leads)
    del world.telegram.instead[f"/{CONTROL}"]
    assert leads(world.search()) == FOUND


def test_pages_on_record_that_were_not_read_are_told_and_read_the_next_time(world: SearchWorld) -> None:
    """One that leads elsewhere is told too; one that has no reader is left out."""
    world.sites.pages[SITE] = moved("https://casino.example/")
    world.vk.plan("wall.get", VkReply.error(29), lambda _: None)
    result = world.search("anna")
    assert result.unread == {"https://vk.com/rayon1": Cause.THROTTLED, SITE: Cause.UNRECOGNISED_PAGE}
    assert (result.moved, result.complete) == ({SITE: "https://casino.example/"}, False)
    world.sites.pages[SITE] = ""
    assert world.search("anna").complete
    assert world.search("anna", again=True, without=["website", "vk"]).unread == {}


def test_a_lead_that_could_not_be_read_is_read_the_next_time(world: SearchWorld) -> None:
    """Until then its posts are not known; a page that is gone is no longer asked for."""
    world.telegram.instead["/s/opaque_anna"] = Response(NOW, 500)
    assert world.search("anna").searches[0].leads[0].sight.last_post_at is None
    del world.telegram.instead["/s/opaque_anna"]
    assert world.search("anna").searches[0].leads[0].sight.last_post_at == NOW - 2 * DAY
    world.vk.walls[-101].append(post(9, FIRST_DAY, -101, text="Имярек Анна Андреевна: vk.com/gone_page"))
    (gone,) = [lead for lead in world.search("anna", again=True).searches[0].leads if lead.address.name == "gone_page"]
    assert (gone.sight.exists, gone.sight.cause, [d.code for d in gone.doubts]) == (False, Cause.GONE, ["gone"])


# What it leaves on disk ----------------------------------------------------------------------------------------------


def test_nothing_of_strangers_and_no_title_reaches_the_disk(world: SearchWorld) -> None:
    """Nor a word of any page that is no body's."""
    world.search()
    private_words = [*SECRETS, "Пишу сама", "рыбалке", "Борис Небылицын", "Анна Имярек"]
    assert in_files(["anna_imyarek", *private_words], everything(world.folder)) == ["anna_imyarek"]


def test_the_leads_are_kept_for_other_commands(world: SearchWorld) -> None:
    """As they were, without a title; of who was not searched for, nothing."""
    (person_search,) = world.search("anna").searches
    with Archive.read(world.folder) as archive:
        stored = SearchCache(archive).leads(person_search.person.key)
        assert stored is not None
        stored_facts, facts = (
            [(lead.url, lead.provenance, lead.reasons) for lead in leads_of_one]
            for leads_of_one in (stored, person_search.leads)
        )
        assert stored_facts == facts
        assert [lead.sight.title for lead in stored] == [None, None]
        assert SearchCache(archive).leads(("boris", "Небылицын Борис Ильич")) is None
        assert SearchCache(archive, again=True).leads(person_search.person.key) is None


def test_how_far_back_posts_are_read() -> None:
    """Never before the directive's month."""
    month = datetime(2022, 5, 31, 17, tzinfo=UTC) - 31 * DAY
    assert [since_of(registry_of_two(), NOW, days) for days in (30, 36_500)] == [NOW - 30 * DAY, month]
