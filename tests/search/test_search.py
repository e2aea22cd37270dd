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
from tests.bytesearch import found as in_files
from tests.probes.tme import CONTROL, NUMBER, Site, account, placed
from tests.probes.vk_memory import FIRST_DAY, person, post
from tests.probes.vk_memory import Reply as VkReply
from tests.search.scouting import moved
from tests.search.searching import DAY, NOW, SECRETS, SITE, World, book, leads, origins

ANNA, PROFILE, BORIS = "t.me/opaque_anna", "vk.com/anna_imyarek", "vk.com/nebylitsyn"
FOUND = {
    "anna": [(ANNA, "given", True), (PROFILE, "given", True)],
    "boris": [(BORIS, "claimed", False), ("t.me/nebylitsyn", "guessed", False)],
}
PROOF = {"on": "2026-11-01", "how": "по сайту"}


@pytest.fixture(autouse=True)
def _few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """On VK sixty names cost what a thousand do, and are formed in less time."""
    monkeypatch.setattr(scout_runner, "_AT_ONCE", 60)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "data")


# What it finds -------------------------------------------------------------------------------------------------------


def test_each_way_finds_what_it_can(world: World) -> None:
    """An official link, names, and the links of what was found; strangers' pages are no leads."""
    found = world.search()
    assert leads(found) == FOUND
    assert (found.complete, found.causes, found.unread, found.moved) == (True, {}, {}, {})
    assert origins(found, "anna") == {ANNA: ("link",), PROFILE: ("names", "link")}
    assert [one.tried for one in found.people] == [{"vk": 60, "telegram_preview": n} for n in (0, 20)]


def test_a_users_key_finds_by_searching(world: World) -> None:
    """By the name, then by the family name with the place; who was found is asked for by name no more."""
    world.vk.searches = True
    found = world.search("anna", names=0)
    assert origins(found, "anna")[PROFILE] == ("search", "names", "link")
    assert [p["q"] for p in world.vk.asked("users.search")] == ["Анна Имярек", "Имярек Первый район"]


def test_what_was_searched_for_is_not_searched_for_within_a_week(world: World) -> None:
    """And an answer that did not come is asked for again."""
    world.vk.searches = True
    world.vk.plan("users.search", VkReply.error(4242))
    for days, asked in ((0, 2), (1, 2), (2, 0), (8, 2)):
        world.vk.log.clear()
        if days:
            world.vk.plans.pop("users.search", None)
        world.search("anna", names=0, at=NOW + days * DAY)
        assert len(world.vk.asked("users.search")) == asked, days


def test_names_of_telegram_are_tried_a_few_for_each_person_in_turn(world: World) -> None:
    """The likeliest of everybody come first; none is guessed for whom officials name."""
    world.vk.walls[-101].clear()
    found = world.search(names=15, without=["vk"])
    first = [path.strip("/") for path in world.telegram.paths[2:]]
    turns = ["anna" if "arek" in name else "boris" for name in first if name not in {CONTROL, "s"}]
    assert turns[:30] == ["anna"] * 10 + ["boris"] * 10 + ["anna"] * 5 + ["boris"] * 5
    assert [one.tried for one in found.people] == [{"telegram_preview": 15}] * 2


def test_the_best_three_of_a_network_are_read_and_what_they_link_to(world: World) -> None:
    """Twice: what a lead links to is looked at, and read as well. A namesake's links are not followed."""
    world.vk.walls[-101].clear()
    claims = {"first_name": "Анна", "last_name": "Имярек", "status": "Глава Первого района"}
    names = ("anna_imyarek", "imyarek_anna", "imyarekanna", "annaimyarek")
    some = [person(n, screen_name=name, followers_count=9 - n, **claims) for n, name in enumerate(names, 2)]
    some[0]["site"] = "t.me/opaque_anna"
    namesake = {**claims, "screen_name": "aa_imyarek", "status": "Депутат", "site": "t.me/opaque_b"}
    world.vk.users[:] = [*some, person(90, **namesake), world.vk.users[-1]]
    guessed = account("aaimyarek", number=NUMBER + 4, title="Анна Имярек", posts=[placed(1, NOW - DAY)])
    world.telegram = Site(account("opaque_anna", title="Анна Имярек", posts=[placed(1, NOW - DAY)]), guessed, now=NOW)
    assert origins(world.search("anna", names=4), "anna")[ANNA] == ("link",)
    assert "/s/aaimyarek" in world.telegram.paths, "whatever stands before it on the other network"
    assert [p["owner_id"] for p in world.vk.asked("wall.get")] == ["-101", "2", "3", "4"]
    assert ("/s/opaque_anna" in world.telegram.paths, "/opaque_b" in world.telegram.paths) == (True, False)


def test_what_is_decided_is_no_lead(world: World) -> None:
    """A confirmed account and a rejected one are not shown again, an unconfirmed one on record is."""
    for entry, shown in ({"confirmed": PROOF}, None), ({"rejected": PROOF}, None), ({}, ("registry", "names")):
        world.registry = book(boris=[{"url": f"https://{BORIS}", **entry}])
        assert origins(world.search("boris", again=True), "boris").get(BORIS) == shown
        world.registry = book(boris=[{"url": "https://vk.com/other_name", "id": 6, **entry}])
        assert (BORIS in origins(world.search("boris", again=True), "boris")) is (shown is not None)


def test_a_bodys_own_pages_are_no_leads(world: World) -> None:
    """Nor are the controls, whoever links to them; two addresses of one page are one lead."""
    world.vk.users[0]["site"] = f"vk.com/rayon1 t.me/{CONTROL}"
    world.vk.walls[-101].append(post(9, FIRST_DAY, -101, text="Глава Первого района Имярек Анна: vk.com/id5"))
    assert origins(world.search("anna"), "anna") == {ANNA: ("link",), PROFILE: ("link", "names")}


# What it costs, and going on -----------------------------------------------------------------------------------------


def test_a_second_search_asks_for_next_to_nothing_and_finds_the_same(world: World) -> None:
    """Two refused searches of VK; `again` asks for everything."""
    first, second = world.search(), world.search()
    assert (leads(second), second.requests) == (leads(first), {"website": 0, "vk": 2, "telegram_preview": 0})
    anew = world.search(again=True)
    assert (leads(anew), anew.requests) == (leads(first), first.requests)


@pytest.mark.parametrize(("days", "asked"), [(6, (0, 0, 0)), (7, (1, 3, 0)), (29, (1, 3, 0)), (30, (1, 3, 4))])
def test_what_was_asked_is_fresh_for_a_while(world: World, days: int, asked: tuple[int, int, int]) -> None:
    """Pages for a week, names for a month."""
    world.search()
    world.vk.log.clear()
    later = world.search(at=NOW + days * DAY)
    batches = [p for _, p in world.vk.log if "," in p.get("user_ids", p.get("group_ids", ""))]
    assert (later.requests["website"], len(world.vk.asked("wall.get")), len(batches)) == asked


def test_a_page_is_read_anew_further_back_or_for_other_people(world: World) -> None:
    """For a shorter time it is not; who came into office may be meant by what was read before."""
    walls = []
    for days, name in ((30, None), (100, None), (30, None), (30, "Имярек Яна Яновна")):
        world.registry = book(name=name) if name else world.registry
        world.vk.log.clear()
        world.search("anna", days=days, names=0)
        walls.append(sum(p["owner_id"] == "-101" for p in world.vk.asked("wall.get")))
    assert walls == [1, 1, 0, 1]


def test_small_searches_end_and_cost_what_one_costs(world: World, tmp_path: Path) -> None:
    """They come to the same leads; beside one whole search they cost controls, and no answer is asked for twice."""
    whole = World(tmp_path / "whole").search()
    results: list[SearchResult] = []
    while len(results) < 40 and not (results and results[-1].complete):
        requests = (1, 3, 4, *[9] * 40)[len(results)]
        results.append(world.search(requests=requests))
        assert max(results[-1].requests.values()) <= requests
        assert results[-1].complete is not results[-1].spent
    assert leads(results[-1]) == leads(whole) == FOUND
    sent = sum((Counter(found.requests) for found in results), Counter[str]())
    assert all(sent[route] <= cost + 3 * len(results) for route, cost in whole.requests.items())
    tried = [sum(sum(one.tried.values()) for one in found.people) for found in results]
    assert tried == sorted(tried)


@pytest.mark.parametrize("where", [1, 3, 8])
def test_a_killed_search_goes_on(world: World, where: int) -> None:
    """What was read before is not asked for again, and the leads are those of a search that was not killed.

    Progress counts each page on record, each person on each route, each person's leads.
    """
    told: list[tuple[int, int]] = []

    def progress(done: int, of: int, _label: str) -> None:
        told.append((done, of))
        if done == where:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.search(progress=progress)
    assert told == [(n, 8) for n in range(1, where + 1)]
    asked = {p["owner_id"] for p in world.vk.asked("wall.get")}
    assert leads(world.search()) == FOUND
    again = Counter(p["owner_id"] for p in world.vk.asked("wall.get"))
    assert all(again[one] == 1 for one in asked)


# Routes that fail ----------------------------------------------------------------------------------------------------


UNREACHABLE, FAILED = (Response(NOW, 500), Cause.UNREACHABLE), (landing_pages.missing(CONTROL), Cause.CONTROL_FAILED)


@pytest.mark.parametrize(("answer", "cause"), [UNREACHABLE, FAILED])
def test_a_route_that_fails_is_named_and_finds_nobody_missing(world: World, answer: Any, cause: Cause) -> None:
    """VK's leads are there, no name of t.me counts as tried, and the next search asks them."""
    world.telegram.instead[f"/{CONTROL}"] = answer
    found = world.search()
    assert (found.complete, found.causes) == (False, {"telegram_preview": cause})
    assert [one.tried for one in found.people] == [{"vk": 60, "telegram_preview": 0}] * 2
    assert leads(found)["anna"][0] == FOUND["anna"][0]
    assert all(x.sight.exists is not False for one in found.people for x in one.leads)
    del world.telegram.instead[f"/{CONTROL}"]
    assert leads(world.search()) == FOUND


def test_pages_on_record_that_were_not_read_are_told_and_read_the_next_time(world: World) -> None:
    """One that leads elsewhere is told too; one that has no reader is left out."""
    world.sites.pages[SITE] = moved("https://casino.example/")
    world.vk.plan("wall.get", VkReply.error(29), lambda _: None)
    found = world.search("anna")
    assert found.unread == {"https://vk.com/rayon1": Cause.THROTTLED, SITE: Cause.UNRECOGNISED_PAGE}
    assert (found.moved, found.complete) == ({SITE: "https://casino.example/"}, False)
    world.sites.pages[SITE] = ""
    assert world.search("anna").complete
    assert world.search("anna", again=True, without=["website", "vk"]).unread == {}


def test_a_lead_that_could_not_be_read_is_read_the_next_time(world: World) -> None:
    """Until then its posts are not known; a page that is gone is no longer asked for."""
    world.telegram.instead["/s/opaque_anna"] = Response(NOW, 500)
    assert world.search("anna").people[0].leads[0].sight.last_post_at is None
    del world.telegram.instead["/s/opaque_anna"]
    assert world.search("anna").people[0].leads[0].sight.last_post_at == NOW - 2 * DAY
    world.vk.walls[-101].append(post(9, FIRST_DAY, -101, text="Имярек Анна Андреевна: vk.com/gone_page"))
    (gone,) = [x for x in world.search("anna", again=True).people[0].leads if x.address.name == "gone_page"]
    assert (gone.sight.exists, gone.sight.cause, [d.code for d in gone.doubts]) == (False, Cause.GONE, ["gone"])


# What it leaves on disk ----------------------------------------------------------------------------------------------


def test_nothing_of_strangers_and_no_title_reaches_the_disk(world: World) -> None:
    """Nor a word of any page that is no body's."""
    world.search()
    words = [*SECRETS, "Пишу сама", "рыбалке", "Борис Небылицын", "Анна Имярек"]
    assert in_files(["anna_imyarek", *words], everything(world.folder)) == ["anna_imyarek"]


def test_the_leads_are_kept_for_other_commands(world: World) -> None:
    """As they were, without a title; of who was not searched for, nothing."""
    (one,) = world.search("anna").people
    with Archive.read(world.folder) as archive:
        stored = SearchCache(archive).leads(one.person.key)
        assert stored is not None
        known, told = ([(x.url, x.provenance, x.reasons) for x in some] for some in (stored, one.leads))
        assert known == told
        assert [x.sight.title for x in stored] == [None, None]
        assert SearchCache(archive).leads(("boris", "Небылицын Борис Ильич")) is None
        assert SearchCache(archive, again=True).leads(one.person.key) is None


def test_how_far_back_posts_are_read() -> None:
    """Never before the directive's month."""
    month = datetime(2022, 5, 31, 17, tzinfo=UTC) - 31 * DAY
    assert [since_of(book(), NOW, days) for days in (30, 36_500)] == [NOW - 30 * DAY, month]
