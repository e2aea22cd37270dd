"""The picture of docs/dev/requests.md: the requests of a week's looks beside those of a plain loop, as bars.

    python -m tools.requests_picture docs/dev/requests.svg

The same twenty alike pages as in the table of `benchmarks.requests`.
"""

import sys
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path

from auditor.base.snapshot import Route
from benchmarks.requests import rows
from tests import worlds

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


def count_requests() -> Bars:
    """Count the requests of the looks at the sandbox."""
    bars = {}
    for route, title in ROUTES.items():
        requests_by_look = {
            row.look.partition(", ")[2]: row.asked for row in rows(worlds.alike(route.network.value), route)
        }
        plain = {PLAIN: requests_by_look.pop("a plain loop")} if "a plain loop" in requests_by_look else {}
        bars[title] = plain | {look: requests_by_look[look] for look in (COLD, SAME, NEXT)}
    return bars


def draw_bars(bars: Bars, day: date) -> str:
    """Draw the bars, each with its figure; the description has the figures in words."""
    most, elements, y = max(n for looks in bars.values() for n in looks.values()), list[str](), 34
    elements.append(_text(16, y, _TITLE, "route"))
    for route, looks in bars.items():
        y += 34
        elements.append(_text(16, y, route, "route"))
        for look, count in looks.items():
            y += _ROW
            long = max(2, round(_LONGEST * count / most))
            kind = "plain" if look == PLAIN else "ours"
            elements.append(_text(28, y, look))
            elements.append(f'<rect class="{kind}" x="{_LEFT}" y="{y - 13}" width="{long}" height="16"/>')
            elements.append(_text(_LEFT + long + 6, y, f"{count:,}"))
    elements.append(
        _text(16, y + 32, f"Counted by benchmarks/requests.py on {day}; grey: public scripts' way.", "note")
    )
    description = "; ".join(
        f"{route}: " + ", ".join(f"{w} {n}" for w, n in looks.items()) for route, looks in bars.items()
    )
    height = y + 50
    head = _HEAD.format(
        width=_WIDTH, height=height, card=_WIDTH - 1, tall=height - 1, title=_TITLE, said=escape(f"{description}.")
    )
    return head + "\n".join(elements) + "\n</svg>\n"


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    class_attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{class_attribute}>{escape(text)}</text>'


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(draw_bars(count_requests(), date.today()), encoding="utf-8")  # noqa: DTZ011 - of this machine
