"""`auditor discover` over the sandbox's servers: what it finds among hidden pages, what it leaves, and its command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.commands.search_text import search_accounts
from auditor.registry import Office
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox
from auditor.search.scoring.lead import Provenance
from auditor.search.scout_runner import Budget
from auditor.search.search import SearchResult
from tests import worlds
from tests.bytesearch import everything, found
from tests.commands.typed import typed
from tests.pipeline import session_of
from tests.worlds import HiddenWorld

FEW = 2
"""Heads who are searched for in a quick test."""


def seeker(sandbox: Sandbox, folder: Path, **environ: str) -> Workspace:
    """A session on the running sandbox's registry, whose official sites are served here."""
    return session_of(sandbox, folder, sandbox.settings() | environ, sandbox.world.now)


def seek(session: Workspace, offices: list[Office] | None = None, names: int = 50) -> SearchResult:
    some = offices or session.registry.offices
    return search_accounts(session, some, budget=Budget(one_by_one=names), days=400)


def scored(world: HiddenWorld, result: SearchResult) -> tuple[set[str], list[str], list[str]]:
    """Right pages that came first, given or claimed; those that could and did not; wrong ones above the line."""
    right, missed, wrong = set[str](), list[str](), list[str]()
    for one in result.people:
        for network, url in world.owners.get(one.person.office.id, {}).items():
            leads = [lead for lead in one.leads if lead.network == network]
            wrong += [lead.url for lead in leads if lead.is_strong and lead.url != url]
            if url in {lead.url for lead in leads[:1] if lead.provenance is not Provenance.GUESSED}:
                right.add(url)
            elif url is not None and world.ways[url] & {"names", "link"}:
                missed.append(url)
    return right, missed, wrong


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(worlds.hidden(seed=7)) as running:
        yield running


@pytest.fixture(scope="module")
def session(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A session whose archive holds one search."""
    return seeker(sandbox, tmp_path_factory.mktemp("searched"))


@pytest.fixture(scope="module")
def searched(session: Workspace) -> SearchResult:
    return seek(session, session.registry.offices[:FEW], names=20)


def test_hidden_pages_are_found_and_no_wrong_one_is_given(sandbox: Sandbox, searched: SearchResult) -> None:
    """By their links and names, over all three routes."""
    assert (searched.complete, *scored(sandbox.world, searched)[1:]) == (True, [], [])
    assert any(lead.is_strong for one in searched.people for lead in one.leads)
    assert all(searched.requests.values())


@pytest.mark.usefixtures("searched")
def test_nothing_of_strangers_reaches_the_disk(sandbox: Sandbox, session: Workspace) -> None:
    """Of who are no officials no word is in any file; the registry is as it was; no week is judged by it."""
    kept = everything(session.data)
    assert len(kept) > 10_000
    assert found(sandbox.world.strangers, kept) == []
    assert session.registry_path.read_text(encoding="utf-8") == sandbox.registry_yaml()
    with Archive.read(session.data) as archive:
        assert archive.snapshots.snapshots(sandbox.world.now) == {}
        assert archive.snapshots.controls(sandbox.world.now, sandbox.world.week) == []


def test_the_walls_of_the_day_are_counted_with_the_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    """VK counts the walls that a key reads in a day, whatever reads them; a search that was killed counts too."""

    def walls() -> int:
        return sum("wall.get" in request.path for request in sandbox.requests)

    def killed(done: int, _of: int, _label: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    session, before = seeker(sandbox, tmp_path), walls()
    with pytest.raises(KeyboardInterrupt):
        search_accounts(session, session.registry.offices[:1], budget=Budget(), days=400, progress=killed)
    with Archive.read(session.data) as archive:
        spent = [one.count for login in archive.searches.logins() for one in login.spent if one.method == "wall.get"]
    assert sum(spent) == walls() - before > 0


def test_without_a_holder_there_is_nobody_to_look_for(session: Workspace) -> None:
    """In one line."""
    nobodys = session.registry.offices[0].model_copy(update={"tenures": []})
    with pytest.raises(UsageError, match="nobody is on record"):
        seek(session, [nobodys])


def test_with_every_key_all_doors_are_open(sandbox: Sandbox, tmp_path: Path) -> None:
    """A user's key and a signed-in client: both networks' own search; each route keeps to its budget."""
    session = seeker(sandbox, tmp_path, **sandbox.settings(tmp_path, user_token=True))
    budget = Budget(requests=4, one_by_one=0)
    result = search_accounts(session, session.registry.offices[:FEW], budget=budget, days=30)
    assert [door for name in ("vk", "telegram_client") for door in result.doors[name] if not door.open] == []
    assert 0 < result.requests["telegram_client"] <= 4
    assert any("search" in lead.sight.origins for one in result.people for lead in one.leads)


# The command ---------------------------------------------------------------------------------------------------------


def command(sandbox: Sandbox, session: Workspace, line: str) -> tuple[int, str, str]:
    """Type a line of the command in the session's folder; returns the exit code and what was printed."""
    environ = sandbox.settings() | {"AUDITOR_WEBSITE_LOCAL": "1", "AUDITOR_WEBSITE_INTERVAL": "0"}
    words = f"discover {line} --as-of {sandbox.world.now.isoformat()}".split()
    done = typed(*words, cwd=session.registry_path.parent, env=environ)
    return done.code, done.out, done.err


def test_the_command_prints_what_was_found(sandbox: Sandbox, session: Workspace, searched: SearchResult) -> None:
    """As text and as JSON, whose evidence the archive has; exit 3 where the budget ran out."""
    one = searched.people[0]
    line = f"{one.person.office.id} --names 20 --days 400"
    code, out, err = command(sandbox, session, line)
    assert (code, err) == (0, "")
    assert one.leads[0].url.removeprefix("https://") in out
    (told,) = json.loads(command(sandbox, session, f"{line} --json")[1])["people"]
    assert (told["office"], [row["url"] for row in told["leads"]]) == (one.person.office.id, [x.url for x in one.leads])
    ids = {name for row in told["leads"] for name in row["evidence"]}
    with Archive.read(session.data) as archive:
        assert len(archive.evidence.entries(ids=list(ids))) == len(ids) > 0
    next_one = session.registry.offices[FEW].id
    assert command(sandbox, session, f"{next_one} --requests 1 --quiet") == (3, "", "")


def test_what_means_no_search_is_refused(sandbox: Sandbox, session: Workspace) -> None:
    """In one line and with exit 2, before anything is asked."""
    before, one = len(sandbox.requests), "укажите одну должность или все сразу: --all\n"
    for line, err in (
        ("", one),
        ("okrug-01 --all", one),
        ("--all --days 99999999", "--days: нужно число от "),
        ("--all --minutes nan", "--minutes: нужно число от "),
        ("--all --requests 0", "--requests: нужно число от "),
        ("--all --names 1001", "--names: нужно число от "),
    ):
        code, out, told = command(sandbox, session, line)
        assert (code, out, told.startswith(f"auditor: {err}"), told.count("\n")) == (2, "", True, 1)
    assert len(sandbox.requests) == before


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_whole_world_is_found(tmp_path: Path) -> None:
    """Of what names or links can lead to at least 95 of 100 come first, and none that is wrong is given."""
    with Sandbox(worlds.hidden()) as running:
        session, world = seeker(running, tmp_path), running.world
        right, missed, wrong = scored(world, seek(session))
        assert (19 * len(missed) <= len(right), wrong) == (True, []), missed
        assert {url for url, ways in world.ways.items() if ways & {"link", "names"} == {"link"}} <= right
        assert found(world.strangers, everything(session.data)) == []
        assert sum(seek(session).requests.values()) < 10
