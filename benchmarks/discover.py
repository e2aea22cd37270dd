"""What a search for accounts finds in invented worlds, and how many requests it takes for each head, by route.

    PYTHONPATH=. python benchmarks/discover.py [SEEDS [NAMES]]

Each world has forty heads. One run compares two set-ups: a service key without a sign-in, and a user's key with a
signed-in client, which may use the networks' own search.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from auditor.sandbox import Sandbox
from tests import worlds
from tests.search.seeking import Score, scored, seek, seeker

HEADS = 40


def searched(seed: int, names: int, *, keys: bool) -> tuple[Score, Counter[str]]:
    """Search one world; return the score and the requests by route."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(worlds.hidden(seed, HEADS)) as sandbox:
        place = Path(folder)
        environ = sandbox.settings(place, user_token=True) if keys else {}
        found = seek(seeker(sandbox, place, **environ), names=names)
        ways = frozenset({"names", "link", "search"} if keys else {"names", "link"})
        return scored(sandbox.world, found, ways), Counter(found.requests)


def main(seeds: int = 10, names: int = 70) -> None:
    """Print both ways side by side, summed over `seeds` worlds."""
    for keys in (False, True):
        whole, cost = Score(), Counter[str]()
        for seed in range(seeds):
            score, requests = searched(seed, names, keys=keys)
            whole.right += score.right
            whole.given += score.given
            whole.missed += score.missed
            whole.wrong += score.wrong
            cost += requests
        title = "user's key, signed in" if keys else "service key, not signed in"
        print(f"{title}: {seeds} worlds of {HEADS} heads, {names} names of each on t.me")
        findable = len(whole.right) + len(whole.missed)
        print(f"  right one first, given or claimed: {len(whole.right)} of {findable} ({whole.share:.1%})")
        print(f"  right ones above the line: {len(whole.given)}; wrong ones: {len(whole.wrong)}")
        for route, count in sorted(cost.items()):
            print(f"  {route}: {count / seeds / HEADS:.1f} requests for each head")
        for url in whole.missed:
            print(f"    missed: {url}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
