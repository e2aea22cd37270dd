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
from tests.bytesearch import everything, find_words
from tests.commands.typed import typed
from tests.pipeline import workspace_of
from tests.worlds import HiddenWorld

FEW = 2
"""Heads who are searched for in a quick test."""


def workspace_on(sandbox: Sandbox, folder: Path, **environ: str) -> Workspace:
    """A session on the running sandbox's registry, whose official sites are served here."""
    return workspace_of(sandbox, folder, sandbox.settings() | environ, sandbox.world.now)


def run_search(workspace: Workspace, offices: list[Office] | None = None, names: int = 50) -> SearchResult:
    sought = offices or workspace.registry.offices
    return search_accounts(workspace, sought, budget=Budget(one_by_one=names), days=400)


def scored(world: HiddenWorld, result: SearchResult) -> tuple[set[str], list[str], list[str]]:
    """Right pages that came first, given or claimed; those that could and did not; wrong ones above the line."""
    right, missed, wrong = set[str](), list[str](), list[str]()
    for person_search in result.searches:
        for network, url in world.owners.get(person_search.person.office.id, {}).items():
            leads = [lead for lead in person_search.leads if lead.network == network]
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
def workspace(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A session whose archive holds one search."""
    return workspace_on(sandbox, tmp_path_factory.mktemp("searched"))


@pytest.fixture(scope="module")
def searched(workspace: Workspace) -> SearchResult:
    return run_search(workspace, workspace.registry.offices[:FEW], names=20)


def test_hidden_pages_are_found_and_no_wrong_one_is_given(sandbox: Sandbox, searched: SearchResult) -> None:
    """By their links and names, over all three routes."""
    assert (searched.complete, *scored(sandbox.world, searched)[1:]) == (True, [], [])
    assert any(lead.is_strong for person_search in searched.searches for lead in person_search.leads)
    assert all(searched.requests.values())


@pytest.mark.usefixtures("searched")
def test_nothing_of_strangers_reaches_the_disk(sandbox: Sandbox, workspace: Workspace) -> None:
    """Of who are no officials no word is in any file; the registry is as it was; no week is judged by it."""
    stored = everything(workspace.data)
    assert len(stored) > 10_000
    assert find_words(sandbox.world.strangers, stored) == []
    assert workspace.registry_path.read_text(encoding="utf-8") == sandbox.registry_yaml()
    with Archive.read(workspace.data) as archive:
        assert archive.snapshots.snapshots(sandbox.world.now) == {}
        assert archive.snapshots.controls(sandbox.world.now, sandbox.world.week) == []


def test_the_walls_of_the_day_are_counted_with_the_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    """VK counts the walls that a key reads in a day, whatever reads them; a search that was killed counts too."""

    def walls() -> int:
        return sum("wall.get" in request.path for request in sandbox.requests)

    def killed(done: int, _of: int, _label: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    workspace, walls_before = workspace_on(sandbox, tmp_path), walls()
    with pytest.raises(KeyboardInterrupt):
        search_accounts(workspace, workspace.registry.offices[:1], budget=Budget(), days=400, progress=killed)
    with Archive.read(workspace.data) as archive:
        spent = [
            call_count.count
            for login in archive.searches.logins()
            for call_count in login.spent
            if call_count.method == "wall.get"
        ]
    assert sum(spent) == walls() - walls_before > 0


def test_without_a_holder_there_is_nobody_to_look_for(workspace: Workspace) -> None:
    """In one line."""
    vacant_office = workspace.registry.offices[0].model_copy(update={"tenures": []})
    with pytest.raises(UsageError, match="nobody is on record"):
        run_search(workspace, [vacant_office])


def test_with_every_key_all_doors_are_open(sandbox: Sandbox, tmp_path: Path) -> None:
    """A user's key and a signed-in client: both networks' own search; each route keeps to its budget."""
    workspace = workspace_on(sandbox, tmp_path, **sandbox.settings(tmp_path, user_token=True))
    budget = Budget(requests=4, one_by_one=0)
    result = search_accounts(workspace, workspace.registry.offices[:FEW], budget=budget, days=30)
    assert [
        capability
        for name in ("vk", "telegram_client")
        for capability in result.capabilities[name]
        if not capability.open
    ] == []
    assert 0 < result.requests["telegram_client"] <= 4
    assert any("search" in lead.sight.origins for person_search in result.searches for lead in person_search.leads)


# The command ---------------------------------------------------------------------------------------------------------


def command(sandbox: Sandbox, workspace: Workspace, arguments: str) -> tuple[int, str, str]:
    """Type a line of the command in the session's folder; returns the exit code and what was printed."""
    environ = sandbox.settings() | {"AUDITOR_WEBSITE_LOCAL": "1", "AUDITOR_WEBSITE_INTERVAL": "0"}
    typed_words = f"discover {arguments} --as-of {sandbox.world.now.isoformat()}".split()
    done = typed(*typed_words, cwd=workspace.registry_path.parent, env=environ)
    return done.code, done.out, done.err


def test_the_command_prints_what_was_found(sandbox: Sandbox, workspace: Workspace, searched: SearchResult) -> None:
    """As text and as JSON, whose evidence the archive has; exit 3 where the budget ran out."""
    person_search = searched.searches[0]
    arguments = f"{person_search.person.office.id} --names 20 --days 400"
    code, out, err = command(sandbox, workspace, arguments)
    assert (code, err) == (0, "")
    assert person_search.leads[0].url.removeprefix("https://") in out
    (document,) = json.loads(command(sandbox, workspace, f"{arguments} --json")[1])["people"]
    assert (document["office"], [row["url"] for row in document["leads"]]) == (
        person_search.person.office.id,
        [lead.url for lead in person_search.leads],
    )
    ids = {name for row in document["leads"] for name in row["evidence"]}
    with Archive.read(workspace.data) as archive:
        assert len(archive.evidence.entries(ids=list(ids))) == len(ids) > 0
    next_office = workspace.registry.offices[FEW].id
    assert command(sandbox, workspace, f"{next_office} --requests 1 --quiet") == (3, "", "")


def test_what_means_no_search_is_refused(sandbox: Sandbox, workspace: Workspace) -> None:
    """In one line and with exit 2, before anything is asked."""
    requests_before, expected = len(sandbox.requests), "укажите одну должность или все сразу: --all\n"
    for arguments, err in (
        ("", expected),
        ("okrug-01 --all", expected),
        ("--all --days 99999999", "--days: нужно число от "),
        ("--all --minutes nan", "--minutes: нужно число от "),
        ("--all --requests 0", "--requests: нужно число от "),
        ("--all --names 1001", "--names: нужно число от "),
    ):
        code, out, error_text = command(sandbox, workspace, arguments)
        assert (code, out, error_text.count("\n")) == (2, "", 1)
        assert error_text.startswith(f"auditor: {err}")
    assert len(sandbox.requests) == requests_before


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_whole_world_is_found(tmp_path: Path) -> None:
    """Of what names or links can lead to at least 95 of 100 come first, and none that is wrong is given."""
    with Sandbox(worlds.hidden()) as running:
        workspace, world = workspace_on(running, tmp_path), running.world
        right, missed, wrong = scored(world, run_search(workspace))
        assert wrong == [], missed
        assert 19 * len(missed) <= len(right), missed
        assert {url for url, ways in world.ways.items() if ways & {"link", "names"} == {"link"}} <= right
        assert find_words(world.strangers, everything(workspace.data)) == []
        assert sum(run_search(workspace).requests.values()) < 10
