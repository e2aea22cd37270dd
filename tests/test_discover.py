"""The search for accounts, over the sandbox's world of hidden pages: what it finds, what it costs, what it leaves."""

import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.searches import Searches
from auditor.base.answers import Answer
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause
from auditor.commands.leads import leads_document, render_leads, search_accounts
from auditor.probes.base import Login
from auditor.registry import Office, load_registry
from auditor.run.session import Session
from auditor.sandbox import Sandbox
from auditor.search.asked import Asked
from auditor.search.asking import Budget
from auditor.search.search import SearchResult
from tests import worlds
from tests.archive_samples import evidence
from tests.command import auditor
from tests.seeking import Score, scored, seek, seeker
from tests.worlds import HiddenWorld

SEEDS = {2022: 40, 7: 24}
"""Heads of each world."""


@dataclass(frozen=True)
class Searched:
    """A world that was searched once, with nothing but a service key."""

    world: HiddenWorld
    session: Session
    found: SearchResult
    score: Score


@pytest.fixture(scope="module", params=SEEDS)
def searched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searched:
    world = worlds.hidden(request.param, SEEDS[request.param])
    with Sandbox(world) as sandbox:
        session = seeker(sandbox, tmp_path_factory.mktemp("searched"))
        found = seek(session, names=50)
    return Searched(world, session, found, scored(world, found))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Sandbox, Session]]:
    """A running sandbox and a session that looks at it."""
    with Sandbox(worlds.hidden(seed=3)) as sandbox:
        yield sandbox, seeker(sandbox, tmp_path)


def office_with(world: HiddenWorld, session: Session, network: str, way: str) -> Office:
    """The first office whose page on a network can be found by a way, and by no link."""
    for office in session.registry.offices:
        right = world.owners.get(office.id, {}).get(network)
        if right is not None and way in world.ways[right] and "link" not in world.ways[right]:
            return office
    pytest.fail(f"the world hides no {network} page that {way} finds")


def office_without(world: HiddenWorld, session: Session) -> Office:
    """The first office whose holder has no page at all."""
    bare = {office for office, pages in world.owners.items() if not any(pages.values())}
    return next(office for office in session.registry.offices if office.id in bare)


# What it finds


def test_the_first_lead_is_the_right_one(searched: Searched) -> None:
    """Of the accounts that names or links can lead to, at least 95 of 100 come first, given or claimed."""
    assert searched.score.share >= 0.95, searched.score.missed


def test_no_wrong_page_stands_above_the_line(searched: Searched) -> None:
    """Whoever it is about: namesakes, copies, fan pages and administrations' pages stay below."""
    assert not searched.score.wrong
    assert len(searched.score.given) > 10


def test_opaque_addresses_are_found_through_links(searched: Searched) -> None:
    """Each account that no name could lead to is found where a page on record, or the person's other page, links."""
    opaque = {
        right
        for pages in searched.world.owners.values()
        for right in pages.values()
        if right is not None and "link" in searched.world.ways[right] and "names" not in searched.world.ways[right]
    }
    assert opaque
    assert opaque <= set(searched.score.right)


def test_every_reason_is_in_words(searched: Searched) -> None:
    """Each reason and each doubt is a Russian sentence; what an official place says has the place's address."""
    for one in searched.found.people:
        for lead in one.leads:
            for reason in (*lead.reasons, *lead.doubts):
                assert any("а" <= letter <= "я" for letter in Catalogue().text(reason.text))
                assert reason.places or reason.code not in {"given", "mentioned", "warned", "mutual"}


def test_the_leads_are_kept_for_other_commands(searched: Searched) -> None:
    """The archive gives the leads again, as they were, without a title."""
    with Archive.read(searched.session.data) as archive:
        for one in searched.found.people:
            stored = Asked(archive).leads(one.person.key)
            assert stored is not None
            assert [(x.url, x.provenance, x.above) for x in stored] == [
                (x.url, x.provenance, x.above) for x in one.leads
            ]
            assert not any(lead.sight.title for lead in stored)


# What it leaves on disk


def test_the_registry_is_not_touched(small: tuple[Sandbox, Session]) -> None:
    """A search writes nothing into officials.yaml."""
    _, session = small
    before = session.registry_path.read_bytes()
    seek(session, session.registry.offices[:2], names=10)
    assert session.registry_path.read_bytes() == before


def test_nothing_of_strangers_reaches_the_disk(searched: Searched) -> None:
    """No word of those who are no officials is in any file, nor in what is compressed in it."""
    held = b"".join(
        path.read_bytes() + (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else b"")
        for path in searched.session.data.rglob("*")
        if path.is_file()
    )
    assert len(held) > 100_000
    found = [word for word in searched.world.strangers if word.encode() in held]
    assert not found


def test_leads_reach_no_audit(searched: Searched) -> None:
    """The archive of a search holds no snapshot: no week is judged by it."""
    with Archive.read(searched.session.data) as archive:
        assert archive.looks.snapshots(searched.world.now) == {}
        assert archive.looks.controls(searched.world.now, "2026-W47") == []


# What it costs, and going on


def test_a_second_search_tries_no_name_again(small: tuple[Sandbox, Session]) -> None:
    """What an earlier search has tried is not asked again, and the leads are the same."""
    _, session = small
    offices = session.registry.offices[:6]
    first, second = seek(session, offices, names=30), seek(session, offices, names=30)
    assert second.requests["telegram_preview"] < first.requests["telegram_preview"] / 2
    assert _leads(second) == _leads(first)
    fresh = search_accounts(session, offices, budget=Budget(), days=400, again=True)
    assert fresh.requests["telegram_preview"] >= first.requests["telegram_preview"]


def test_a_small_budget_is_gone_on_with(small: tuple[Sandbox, Session]) -> None:
    """A search that its budget ends says so, and those after it come to what one long search comes to."""
    sandbox, session = small
    offices = session.registry.offices[:4]
    whole = seek(replace(session, data=session.data.with_name("whole")), offices, names=30)
    budget = Budget(requests=60, one_by_one=30)
    results = []
    for _ in range(12):
        results.append(search_accounts(session, offices, budget=budget, days=400))
        if results[-1].complete:
            break
    assert results[0].spent
    assert not results[0].complete
    assert all(spent <= 60 for result in results for spent in result.requests.values())
    assert _leads(results[-1]) == _leads(whole)
    del sandbox


def test_a_search_and_the_next_count_the_same_days_walls(small: tuple[Sandbox, Session]) -> None:
    """VK counts the walls that a key reads in a day, whatever reads them; what was spent is kept."""
    sandbox, session = small
    spent = []
    for _ in range(2):
        search_accounts(session, session.registry.offices[:4], budget=Budget(), days=400, again=True)
        with Archive.open(session.data) as archive:
            known = [one for login in archive.searches.logins() for one in login.spent if one.method == "wall.get"]
        spent.append((sum(one.count for one in known), sum("wall.get" in r.path for r in sandbox.requests)))
    assert 0 < spent[0][0] < spent[1][0]
    assert all(counted == asked for counted, asked in spent)


class Killed(BaseException):
    """As if the machine had been switched off."""


def test_a_killed_search_leaves_its_spent_walls_noted(small: tuple[Sandbox, Session]) -> None:
    """They are stored with the answers, not at the end."""
    sandbox, session = small
    keep = Searches.keep

    def keeps(searches: Searches, run: int, answers: Sequence[Answer], login: Login | None = None) -> None:
        keep(searches, run, answers, login)
        if login is not None and login.spent:
            raise Killed

    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        patch.setattr(Searches, "keep", keeps)
        patch.setattr(Searches, "remember", lambda *_: None)
        search_accounts(session, session.registry.offices[:4], budget=Budget(), days=400)
    with Archive.open(session.data) as archive:
        known = [one for login in archive.searches.logins() for one in login.spent if one.method == "wall.get"]
    assert sum(one.count for one in known) == sum("wall.get" in r.path for r in sandbox.requests) > 0


def test_a_killed_search_goes_on(small: tuple[Sandbox, Session]) -> None:
    """What was read before is not asked for again, and the leads are those of a search that was not killed."""
    _, session = small
    offices = session.registry.offices[:4]
    whole = seek(replace(session, data=session.data.with_name("whole")), offices, names=20)

    def progress(done: int, _of: int, label: str) -> None:
        if label.startswith("telegram_preview"):
            raise Killed(done)

    budget = Budget(one_by_one=20)
    with pytest.raises(Killed):
        search_accounts(session, offices, budget=budget, days=400, progress=progress)
    after = seek(session, offices, names=20)
    assert _leads(after) == _leads(whole)
    assert sum(after.requests.values()) < sum(whole.requests.values()) / 2


def test_no_time_at_all_asks_for_nothing(small: tuple[Sandbox, Session]) -> None:
    """With a bound of no minutes nothing but what was begun is asked."""
    _, session = small
    found = search_accounts(session, session.registry.offices[:1], budget=Budget(minutes=0.0), days=400)
    assert found.spent
    assert sum(found.requests.values()) == 0


def _leads(found: SearchResult) -> dict[str, list[tuple[str, str, bool]]]:
    return {one.person.office.id: [(x.url, x.provenance, x.above) for x in one.leads] for one in found.people}


# Routes


def test_without_any_key_links_and_telegram_work(tmp_path: Path) -> None:
    """With no key Telegram's names and the links are open; VK's doors are closed and say which key opens them."""
    with Sandbox(worlds.hidden(seed=3)) as sandbox:
        session = seeker(sandbox, tmp_path, AUDITOR_VK_TOKEN="")
        found = seek(session, names=30)
        score = scored(sandbox.world, found)
    assert found.complete
    assert {door.key for door in found.doors["vk"]} == {"AUDITOR_VK_TOKEN"}
    assert not any(door.open for door in found.doors["vk"])
    assert [url for url in score.right if "t.me" in url]
    assert [url for url in score.right if "vk.com" in url], (
        "a VK page that an official page names is a lead all the same"
    )
    assert not score.wrong


def test_with_every_key_all_doors_are_open(small: tuple[Sandbox, Session], tmp_path: Path) -> None:
    """A user's key and a signed-in client open the search of both networks, which finds pages no name could lead to."""
    sandbox, _ = small
    place = tmp_path / "keys"
    place.mkdir()
    session = seeker(sandbox, place, **sandbox.settings(place, user_token=True))
    office = office_with(sandbox.world, session, "telegram", "search")
    found = seek(session, [office], names=0)
    assert found.complete
    assert all(door.open for door in found.doors["vk"])
    assert all(door.open for door in found.doors["telegram_client"])
    assert sandbox.world.owners[office.id]["telegram"] in [lead.address.url for lead in found.people[0].leads]


@pytest.mark.parametrize("fault", ["telegram_down", "throttle_stub", "telegram_control", "telegram_429"])
def test_a_route_that_fails_is_named_and_finds_nobody_missing(small: tuple[Sandbox, Session], fault: str) -> None:
    """Where t.me fails the search says so, VK's leads are there, and no name counts as tried."""
    sandbox, session = small
    office = office_without(sandbox.world, session)
    sandbox.faults.on(fault)
    found = seek(session, [office], names=30)
    assert not found.complete
    assert "telegram_preview" in found.causes
    assert found.people[0].tried.get("telegram_preview", 0) == 0
    assert found.people[0].tried["vk"] > 400


def test_a_throttle_in_mid_search_takes_back_what_it_may_have_hidden(small: tuple[Sandbox, Session]) -> None:
    """Names asked after the last control that was seen count as not tried, and the next search asks them."""
    sandbox, session = small
    office = office_with(sandbox.world, session, "telegram", "names")
    sandbox.faults.on("throttle_stub", after=40)
    broken = seek(session, [office], names=150)
    assert broken.causes["telegram_preview"] in {Cause.THROTTLED, Cause.CONTROL_FAILED}
    assert broken.people[0].tried.get("telegram_preview", 0) < 150
    sandbox.faults.off("throttle_stub")
    after = seek(session, [office], names=150)
    assert after.complete
    assert _leads(after) == _leads(seek(replace(session, data=session.data.with_name("other")), [office], names=150))


def test_what_could_not_be_asked_is_no_absence(small: tuple[Sandbox, Session]) -> None:
    """Where no route answers the text says that nothing could be asked, and never that nothing was found."""
    sandbox, session = small
    for fault in ("telegram_down", "vk_down", "website_down"):
        sandbox.faults.on(fault)
    found = seek(session, [office_without(sandbox.world, session)], names=10)
    text = " ".join(render_leads(found, session.words).split())
    assert "Спросить ничего не удалось" in text
    assert "не найдено" not in text


# Decisions


def test_what_is_decided_is_no_lead(small: tuple[Sandbox, Session]) -> None:
    """A confirmed account and a rejected one are not shown again; an unconfirmed one on record is."""
    sandbox, session = small
    office = office_with(sandbox.world, session, "telegram", "names")
    right = sandbox.world.owners[office.id]["telegram"]
    book = session.registry_path.read_text()

    def leads_with(entry: str) -> dict[str, list[str]]:
        holder = office.tenures[-1].name
        assert book.count(f"name: {holder}") == 1
        deep = " " * next(line.index("name:") for line in book.splitlines() if line.endswith(f"name: {holder}"))
        written = book.replace(f"name: {holder}", f"name: {holder}\n{deep}accounts: [{{{entry}}}]")
        session.registry_path.write_text(written)
        mended = replace(session, registry=load_registry(session.registry_path))
        mine = next(o for o in mended.registry.offices if o.id == office.id)
        found = seek(mended, [mine], names=150).people[0].leads
        return {lead.url: [origin.value for origin in lead.sight.origins] for lead in found}

    day = "on: 2026-11-01, how: invented"
    source = "sources: [https://example.invalid/proof]"
    assert right not in leads_with(f"url: {right}, kind: personal, confirmed: {{{day}, {source}}}")
    assert right not in leads_with(f"url: {right}, kind: personal, rejected: {{{day}}}")
    assert "registry" in leads_with(f"url: {right}, kind: personal")[right]


def test_nobody_to_look_for_is_said(small: tuple[Sandbox, Session]) -> None:
    """An office without a holder on record is refused in one line."""
    _, session = small
    bodies = [office for office in session.registry.offices if not office.tenures]
    with pytest.raises(UsageError, match="nobody is on record"):
        seek(session, bodies[:1])


# The command


def _command(sandbox: Sandbox, session: Session, *args: str) -> "tuple[int, str, str]":
    environ = sandbox.settings() | {"AUDITOR_WEBSITE_LOCAL": "1", "AUDITOR_WEBSITE_INTERVAL": "0"}
    now = sandbox.world.now.isoformat()
    done = auditor("discover", *args, "--data", "data", "--as-of", now, cwd=session.registry_path.parent, env=environ)
    return done.code, done.out, done.err


def test_the_command_prints_leads_with_reasons_and_routes(small: tuple[Sandbox, Session]) -> None:
    """`discover WHO` names the page, who says that it is the person's, each reason, and what a key would open."""
    sandbox, session = small
    office = office_with(sandbox.world, session, "telegram", "names")
    code, out, err = _command(sandbox, session, office.id)
    assert (code, err) == (0, "")
    right = sandbox.world.owners[office.id]["telegram"]
    assert right is not None
    assert right.removeprefix("https://") in out
    assert "В названии фамилия" in out
    assert "AUDITOR_TELEGRAM_SESSION" in out
    assert "самоназвание, не подтверждено" in out or "имя подходит" in out


def test_the_command_gives_json(small: tuple[Sandbox, Session]) -> None:
    """`--json` holds every lead with codes, places and evidence that the archive has."""
    sandbox, session = small
    office = office_with(sandbox.world, session, "telegram", "names")
    code, out, _ = _command(sandbox, session, office.id, "--json", "--lang", "en")
    document = json.loads(out)
    assert code == 0
    assert document["schema"] == "auditor/leads/2"
    assert document["people"][0]["office"] == office.id
    assert {route["name"] for route in document["routes"]} == {"website", "vk", "telegram_preview"}
    with Archive.read(session.data) as archive:
        for lead in document["people"][0]["leads"]:
            assert all(evidence(archive, name) is not None for name in lead["evidence"])


@pytest.mark.parametrize("args", [(), ("rayon-01", "--all")], ids=["neither", "both"])
def test_one_or_all(small: tuple[Sandbox, Session], args: tuple[str, ...]) -> None:
    """Neither an office nor --all, or both, is one line and exit 2."""
    code, out, err = _command(*small, *args)
    assert (code, out) == (2, "")
    assert err == "auditor: name one office, or all of them with --all\n"


def test_both_renderings_hold_the_same_leads(searched: Searched) -> None:
    """Each lead above the line is in the text and in the JSON."""
    text = render_leads(searched.found, searched.session.words)
    document = json.loads(leads_document(searched.found, searched.session.words))
    above = [lead["url"] for one in document["people"] for lead in one["leads"] if lead["above"]]
    assert above
    assert all(url.removeprefix("https://") in text for url in above)
    assert "auditor accounts confirm" in text
