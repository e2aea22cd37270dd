"""How often a head's pages are found, by requests of a search, and among how many addresses formed from the name.

    python -m benchmarks.addresses [SEEDS [NAMES]]   # a search in invented worlds of 24 heads each
    python -m benchmarks.addresses HANDLES.CSV       # real addresses of officials among those formed for them

A search is run with two set-ups: a service key without a sign-in, and a user's key with a signed-in client, which may
use the networks' own search. HANDLES.CSV has the columns full_name, municipality, region, network, handle and pattern,
which is `opaque` where the address does not resemble the name.
"""

import csv
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from auditor.base.snapshot import Network
from auditor.commands.search_text import search_accounts
from auditor.sandbox import Sandbox
from auditor.search.scoring import handles
from auditor.search.scoring.lead import Provenance
from auditor.search.scoring.person_names import FullName
from auditor.search.scout_runner import Budget
from auditor.search.search import SearchResult
from tests import worlds
from tests.pipeline import workspace_of

HEADS = 24
BUDGETS = (10, 50, 70, 1_000)


def search_world(seed: int, names: int, *, keys: bool) -> tuple[Counter[str], Counter[str]]:
    """Search one world; return how many pages were right, missed, given or wrong, and the requests by route."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(worlds.hidden(seed, HEADS)) as sandbox:
        folder_path, world = Path(folder), sandbox.world
        settings = sandbox.settings(folder_path, user_token=True) if keys else sandbox.settings()
        workspace = workspace_of(sandbox, folder_path, settings, world.now)
        budget = Budget(one_by_one=names)
        result = search_accounts(workspace, workspace.registry.offices, budget=budget, days=400)
        ways = {"names", "link", *(["search"] if keys else [])}
        return Counter(_compare(world, result, ways)), Counter(result.requests)


def _compare(world: worlds.HiddenWorld, result: SearchResult, ways: set[str]) -> Iterator[str]:
    """Yield how each lead compares with the world's truth; pages that no open one of `ways` leads to are left out."""
    for person_search in result.searches:
        for network, right in world.owners.get(person_search.person.office.id, {}).items():
            leads = [lead for lead in person_search.leads if lead.network == network]
            yield from ("given" if lead.url == right else "wrong" for lead in leads if lead.is_strong)
            if right in {lead.url for lead in leads[:1] if lead.provenance is not Provenance.GUESSED}:
                yield "right"
            elif right is not None and world.ways[right] & ways:
                yield "missed"


def search(seeds: int = 10, names: int = 70) -> None:
    """Print both set-ups, summed over `seeds` worlds."""
    for keys in (False, True):
        score, cost = Counter[str](), Counter[str]()
        for seed in range(seeds):
            counts, requests = search_world(seed, names, keys=keys)
            score += counts
            cost += requests
        title = "user's key, signed in" if keys else "service key, not signed in"
        print(f"{title}: {seeds} worlds of {HEADS} heads, {names} names of each on t.me")
        right, findable = score["right"], score["right"] + score["missed"]
        print(f"  right one first, given or claimed: {right} of {findable} ({right / findable:.1%})")
        print(f"  right ones above the line: {score['given']}; wrong ones: {score['wrong']}")
        for route, count in sorted(cost.items()):
            print(f"  {route}: {count / seeds / HEADS:.1f} requests for each head")


@dataclass(frozen=True)
class AddressRow:
    """A real address. `rank` counts from 1; None if the largest budget does not reach it."""

    handle: str
    pattern: str
    rank: int | None
    milliseconds: float


def measure_ranks(path: Path, limit: int = BUDGETS[-1]) -> list[AddressRow]:
    """Return the rank of each address of the file among the first `limit` candidates for its person."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(row, limit) for row in csv.DictReader(file)]


def _row(row: dict[str, str], limit: int) -> AddressRow:
    begun = time.process_time()
    formed = handles.form_handles(
        FullName.parse(row["full_name"]),
        municipality=row["municipality"],
        region=row["region"],
        network=Network(row["network"]),
    )
    every, wanted = list(islice(formed, limit)), row["handle"].lower()
    spent = (time.process_time() - begun) * 1_000
    return AddressRow(row["handle"], row["pattern"], every.index(wanted) + 1 if wanted in every else None, spent)


def share(rows: list[AddressRow], budget: int) -> float:
    """Return the part of `rows` found within `budget` candidates, 0 to 1."""
    return sum(row.rank is not None and row.rank <= budget for row in rows) / len(rows)


def table(rows: list[AddressRow]) -> Iterator[str]:
    """Yield the lines of the table: by pattern, over those that are not opaque, over all."""
    groups = {pattern: [row for row in rows if row.pattern == pattern] for pattern in Counter(r.pattern for r in rows)}
    groups |= {"not opaque": [row for row in rows if row.pattern != "opaque"], "all": rows}
    yield f"{'pattern':34}{'n':>4}" + "".join(f"{budget:>8,}" for budget in BUDGETS)
    for label, group in groups.items():
        yield f"{label:34}{len(group):>4}" + "".join(f"{share(group, budget):>8.0%}" for budget in BUDGETS)
    times = sorted(row.milliseconds for row in rows)
    yield f"ms for {BUDGETS[-1]:,} candidates: median {times[len(times) // 2]:.1f}, longest {times[-1]:.1f}"


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        print(*table(measure_ranks(Path(sys.argv[1]))), sep="\n")
    else:
        search(*map(int, sys.argv[1:]))
