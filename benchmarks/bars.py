"""The picture of `benchmarks.requests`: what a week's looks ask, beside a plain loop, as bars (docs/requests.svg).

    PYTHONPATH=. python benchmarks/requests.py --picture docs/requests.svg

The same twenty alike pages as in the table; "next week" is a week after a first look at the last.
"""

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from pathlib import Path

from auditor.base.snapshot import Route
from auditor.sandbox import Sandbox, World
from benchmarks import least, least_vk
from benchmarks.second_week import SERVERS
from tests import worlds
from tests.pipeline import audited, session_of

Bars = Mapping[str, Mapping[str, int]]
"""Requests by route and look."""
ROUTES = {
    Route.VK: "VK, by its API with a service key",
    Route.TELEGRAM_PREVIEW: "Telegram, the pages of t.me",
    Route.TELEGRAM_CLIENT: "Telegram, a signed-in client",
}
PLAIN, COLD, SAME, NEXT = "plain loop, each time", "first week", "same week again", "next week"
_WIDTH, _LEFT, _ROW, _LONGEST = 720, 190, 22, 460
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">
<title id="title">{title}</title>
<desc id="desc">{said}</desc>
<style>
text {{ font: 14px sans-serif; fill: #1f2328 }} .route {{ font-weight: bold }} .note {{ font-size: 12px }}
.card {{ fill: #fff; stroke: #d1d9e0 }} .plain {{ fill: #8c959f }} .ours {{ fill: #0969da }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #f0f6fc }} .card {{ fill: #0d1117; stroke: #3d444d }} .plain {{ fill: #6e7681 }} .ours {{ fill: #4493f8 }}
}}
</style>
<rect class="card" x=".5" y=".5" width="{card}" height="{tall}" rx="6"/>
"""
_TITLE = "Requests for twenty invented pages, three posts a week each"


def measured() -> Bars:
    """Count what the looks ask of the sandbox."""
    bars = {}
    for route, title in ROUTES.items():
        world = worlds.alike(route.network.value)
        with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
            client = Path(folder) if route is Route.TELEGRAM_CLIENT else None
            ours = _looks(world, sandbox, sandbox.settings(client=client), SERVERS[route])
            sandbox.now = world.now
            bars[title] = ours if client else {PLAIN: _plain(route, sandbox, world), **ours}
    return bars


def _plain(route: Route, sandbox: Sandbox, world: World) -> int:
    return least_vk.plain_loop(sandbox, world, world.now) if route is Route.VK else least.plain_loop(sandbox, world)


def _looks(world: World, sandbox: Sandbox, environ: dict[str, str], server: str) -> dict[str, int]:
    """Look for the first time and again an hour later; and, in another archive, in the week before and in this one."""
    hour, week = timedelta(hours=1), timedelta(weeks=1)
    looks = (("a", COLD, world.now), ("a", SAME, world.now + hour), ("b", "", world.now - week), ("b", NEXT, world.now))
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, what, now in looks:
            sandbox.now, before = now, len(sandbox.requests)
            audited(session_of(world, Path(folder) / name, environ, now))
            counts[what] = sum(request.network == server for request in sandbox.requests[before:])
    return {what: counts[what] for what in (COLD, SAME, NEXT)}


def drawn(bars: Bars, day: date) -> str:
    """Draw the bars, each with its figure; what they say is told in words too."""
    most, parts, y = max(n for looks in bars.values() for n in looks.values()), list[str](), 34
    parts.append(_text(16, y, _TITLE, "route"))
    for route, looks in bars.items():
        y += 34
        parts.append(_text(16, y, route, "route"))
        for what, count in looks.items():
            y += _ROW
            long = max(2, round(_LONGEST * count / most))
            kind = "plain" if what == PLAIN else "ours"
            parts.append(_text(28, y, what))
            parts.append(f'<rect class="{kind}" x="{_LEFT}" y="{y - 13}" width="{long}" height="16"/>')
            parts.append(_text(_LEFT + long + 6, y, f"{count:,}"))
    parts.append(_text(16, y + 32, f"Counted by benchmarks/requests.py on {day}; grey: public scripts' way.", "note"))
    said = "; ".join(f"{route}: " + ", ".join(f"{w} {n}" for w, n in looks.items()) for route, looks in bars.items())
    height = y + 50
    head = _HEAD.format(
        width=_WIDTH, height=height, card=_WIDTH - 1, tall=height - 1, title=_TITLE, said=escape(f"{said}.")
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _text(x: int, y: int, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{named}>{escape(words)}</text>'


def main(path: Path) -> None:
    """Count, and write the picture."""
    path.write_text(drawn(measured(), date.today()), encoding="utf-8")  # noqa: DTZ011 - the day of this machine
