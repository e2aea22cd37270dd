"""How long `auditor weekly` takes from its start to its end, beside its requests times the interval that is set.

    PYTHONPATH=. python benchmarks/requests.py --time [PART]

The command itself, as a process of its own, looks at the twenty alike pages of `benchmarks.bars` for the first time,
judges them and writes the report. Nothing is simulated but the networks: the sandbox's servers answer on loopback. By
default the intervals are those that the program has by default, and it takes a quarter of an hour; a PART of 0.1 is
ten times quicker, and weighs the start and the report ten times heavier.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from auditor.sandbox import Sandbox
from tests import worlds

_ROUTES = {"VK": 1 / 3, "t.me": 2.0, "Telegram's client": 1.0}
"""Seconds from one request to the next, as the settings have them by default."""


def rows(part: float) -> Iterator[tuple[str, float, int, float]]:
    """Yield for each route the interval, the requests made of its network, and how many seconds the command took."""
    for route, usual in _ROUTES.items():
        world = worlds.alike("vk" if route.startswith("VK") else "telegram")
        with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
            sandbox.now = world.now
            environ, interval = _paced(sandbox, Path(folder), route, usual * part), usual * part
            book = Path(folder) / "officials.yaml"
            book.write_text(world.registry_yaml(), encoding="utf-8")
            before, began = len(sandbox.requests), time.monotonic()
            _weekly(environ, book, world.now.isoformat())
            took = time.monotonic() - began
            network = {"t.me": "telegram", "Telegram's client": "MTPROTO"}.get(route, "vk")
            yield route, interval, sum(r.network == network for r in sandbox.requests[before:]), took


def _paced(sandbox: Sandbox, folder: Path, route: str, interval: float) -> dict[str, str]:
    """Return the settings: this route at its interval, and no other one longer than it."""
    place = folder / "client"
    place.mkdir()
    environ = sandbox.settings(client=place if "client" in route else None)
    name = {"t.me": "AUDITOR_TELEGRAM_WEB_INTERVAL", "Telegram's client": "AUDITOR_TELEGRAM_INTERVAL"}.get(route)
    return environ | ({name: str(interval)} if name else {"AUDITOR_VK_RPS": str(1 / interval)})


def _weekly(environ: dict[str, str], book: Path, now: str) -> None:
    """Run the command. Raises `SystemExit` with what it says where it could not run."""
    places = {"--registry": book, "--data": book.parent / "data", "--out": book.parent / "reports", "--as-of": now}
    command = [
        sys.executable,
        "-m",
        "auditor",
        "weekly",
        "-q",
        *(str(word) for pair in places.items() for word in pair),
    ]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1, 3}:
        raise SystemExit(done.stderr)


def main(part: float = 1.0) -> None:
    """Print the table."""
    print("| route | interval | requests | requests x interval | `auditor weekly` | ratio |\n|---|---|---|---|---|---|")
    for route, interval, asked, took in rows(part):
        least = asked * interval
        cells = f"{interval:.2f} s | {asked} | {least:.1f} s | {took:.1f} s | {took / least:.2f}"
        print(f"| {route} | {cells} |", flush=True)
