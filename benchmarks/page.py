"""The weekly page of 25, 250 and 2,500 invented offices: bytes, processor seconds to render, first paint in chromium.

    python benchmarks/page.py [AUDIT.JSON]

The offices are copies of the demonstration's (made here unless a document is given), each with 26 weeks of figures and,
if it has comments, 12 weeks of replies: more than a real week has. Exits with 1 if 25 offices take more than 400 KB or
half a second to the first paint, or if an office takes more bytes in a large page than in a small one.
"""

import gzip
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.audit.document import Audit, AuditedOffice, AuditedPast
from auditor.base.i18n import Catalogue
from auditor.commands.demo import run_demo
from auditor.report.page.html import render_html

SIZES = (25, 250, 2_500)
MOST_BYTES, MOST_SECONDS = 400_000, 0.5
WEEKS, QUESTIONS = 26, 60
PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
    const painted = list.getEntriesByName('first-contentful-paint')[0];
    if (painted) done(painted.startTime);
}).observe({type: 'paint', buffered: true}))"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Measured:
    """One page. `paint` is the median of five first contentful paints in seconds; None without a browser."""

    offices: int
    size: int
    zipped: int
    seconds: float
    paint: float | None


def history(office: AuditedOffice, chance: random.Random) -> list[AuditedPast]:
    """Make 26 weeks with figures, three of them unknown."""
    unknown = set(chance.sample(range(WEEKS), 3))
    known = [None if n in unknown else chance.randrange(9) for n in range(WEEKS)]
    holder = office.holder.name if office.holder else None
    return [
        AuditedPast(
            week=f"2026-W{22 + n:02d}",
            verdict=office.verdict,
            holder=holder,
            posts=posts,
            reposts=None if posts is None else chance.randrange(3),
            due=7,
            in_time=3,
        )
        for n, posts in enumerate(known)
    ]


def copies(audit: Audit, count: int) -> Audit:
    """Make `count` offices, alike and each with a name of its own."""
    chance = random.Random(47)
    made = []
    for n in range(count):
        office = audit.offices[n % len(audit.offices)]
        fields: dict[str, Any] = {
            "id": f"{office.id}-{n}",
            "municipality": f"{office.municipality} {n}",
            "history": history(office, chance) if office.accounts else [],
        }
        made.append(office.model_copy(update=fields))
    bound = sum(office.bound for office in made)
    return audit.model_copy(
        update={"offices": made, "corrections": [], "summary": audit.summary.model_copy(update={"bound": bound})}
    )


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, or None where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def first_paint(opened: Any, page: Path) -> float:
    """Open `page` five times, each in a fresh context; return the median in seconds."""
    times = []
    for _ in range(5):
        context = opened.new_context(viewport={"width": 1440, "height": 900})
        tab = context.new_page()
        tab.goto(page.as_uri())
        times.append(tab.evaluate(PAINT) / 1000)
        context.close()
    return sorted(times)[2]


def measure(audit: Audit, count: int, folder: Path, opened: Any) -> Measured:
    """Render `count` offices once, warm, and look at the page."""
    document = copies(audit, count)
    started = time.process_time()
    html = render_html(document, catalogue=Catalogue("ru")).encode()
    seconds = time.process_time() - started
    page = folder / f"{count}.html"
    page.write_bytes(html)
    paint = first_paint(opened, page) if opened is not None and count == SIZES[0] else None
    return Measured(count, len(html), len(gzip.compress(html, mtime=0)), seconds, paint)


def given_or_made(folder: Path) -> Audit:
    """Read the document named on the command line, or make the demonstration's."""
    if len(sys.argv) > 1:
        return Audit.from_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    run_demo(folder / "demo", seed=2022)
    made = max((folder / "demo").rglob("audit.json"))
    return Audit.from_json(made.read_text(encoding="utf-8"))


def main() -> int:
    """Print a line a size; return 0 where all is within bounds."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        audit = given_or_made(folder)
        measure(audit, SIZES[0], folder, None)  # templates compiled, catalogue read
        with browser() as opened:
            rows = [measure(audit, count, folder, opened) for count in SIZES]
    print("offices      bytes  bytes/office    gzip  seconds  ms/office  first paint")
    for row in rows:
        paint = f"{row.paint:.2f} s" if row.paint is not None else "—"
        print(
            f"{row.offices:7,}  {row.size:9,}  {row.size / row.offices:12,.0f}  {row.zipped:6,}"
            f"  {row.seconds:7.2f}  {1000 * row.seconds / row.offices:9.1f}  {paint:>11}"
        )
    small, *_, large = rows
    grows = large.seconds / large.offices > 1.5 * small.seconds / small.offices
    slow = small.paint is not None and small.paint > MOST_SECONDS
    return int(small.size > MOST_BYTES or slow or grows)


if __name__ == "__main__":
    raise SystemExit(main())
