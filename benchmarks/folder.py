"""How the folder of reports grows: reading it, the page of all weeks and the feed, by offices and by weeks.

    PYTHONPATH=. python benchmarks/folder.py
    PYTHONPATH=. python benchmarks/folder.py year [OFFICES WEEKS]

The second weighs a whole folder, by default a year of 25 offices: MB and the largest file of each kind. Everything is
invented: the sample week of the tests, for the second that of the demonstration, with its offices repeated under other
names.
"""

import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from auditor.audit.document import Audit, AuditedOffice, AuditedPast, Summary
from auditor.base.i18n import Catalogue
from auditor.base.settings import Settings
from auditor.commands.publish import publish, write_report
from auditor.report.weeks.feed import LONGEST, render_feed
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import DOCUMENT, Volume, read_audit, read_shelf
from auditor.run.session import Session
from benchmarks.page import given_or_made, history
from tests.audit_samples import sample_registry
from tests.cases import TOMSK
from tests.weeks_samples import OUTCOMES, back, shelve, week_audit

RU = Catalogue("ru", TOMSK)


def many(audit: Audit, offices: int) -> Audit:
    """Return the week with `offices` bound offices and 26 weeks of history for each."""
    bound = [office for office in audit.offices if office.bound]
    listed = [_copy(bound[n % len(bound)], n) for n in range(offices)]
    counts = {kind: sum(o.verdict == kind for o in listed) for kind in OUTCOMES}
    return audit.model_copy(update={"offices": listed, "summary": Summary(bound=offices, **counts)})


def _copy(office: AuditedOffice, n: int) -> AuditedOffice:
    past = [AuditedPast(week=back(25 - w), verdict=office.verdict, posts=w % 7, reposts=w % 3) for w in range(26)]
    return office.model_copy(update={"id": f"rayon-{n:04d}", "municipality": f"Район № {n:04d}", "history": past})


def timed(made: Callable[[], str]) -> tuple[float, int]:
    """Return seconds and bytes of the better of two runs: the first reads the templates."""
    runs = []
    for _ in range(2):
        start = time.perf_counter()
        text = made()
        runs.append((time.perf_counter() - start, len(text.encode())))
    return min(runs)


def folder_of(out: Path, weeks: int, offices: int) -> None:
    """Put weeks into a folder."""
    base = many(week_audit(back(0)), offices)
    for n in range(weeks):
        shelve(out, week_audit(back(n), base=base, new_head_from=back(7)))


def shelf_rows(shapes: Sequence[tuple[int, int]]) -> None:
    print("| offices | weeks | reading: s | MB | page of all: s | bytes | feed: s | bytes |\n|" + "---|" * 8)
    for offices, weeks in shapes:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            folder_of(out, weeks, offices)
            start = time.perf_counter()
            volumes: list[Volume] = read_shelf(out)
            read = time.perf_counter() - start
            held = sum((out / v.week / DOCUMENT).stat().st_size for v in volumes) / 1e6
            page, size = timed(lambda volumes=volumes: render_weeks(volumes, catalogue=RU))
            newest = [v.week for v in volumes[-LONGEST:]][::-1]
            feed, fed = timed(lambda out=out, newest=newest: render_feed(_read(out, newest), catalogue=RU))
        row = f"{read:.2f} | {held:,.0f} | {page:.2f} | {size:,} | {feed:.2f} | {fed:,}"
        print(f"| {offices:,} | {weeks} | {row} |", flush=True)


def _read(out: Path, weeks: Sequence[str]) -> list[Audit]:
    return [audit for week in weeks if (audit := read_audit(out, week)) is not None]


def year(offices: int = 25, weeks: int = 52) -> None:
    """Publish so many weeks, each as rich as the demonstration's newest, and weigh the folder."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        base = _rich(given_or_made(Path(folder)), offices)
        for n in range(weeks - 1, 0, -1):
            write_report(week_audit(back(n), base=base, shaken=False), out, RU)
        publish(_session(Path(folder), out), week_audit(back(0), base=base, shaken=False))
        weigh(out)


def _rich(audit: Audit, offices: int) -> Audit:
    """Return the week with so many offices, each with 26 weeks of figures."""
    chance = random.Random(47)
    listed = [audit.offices[n % len(audit.offices)] for n in range(offices)]
    named = [
        office.model_copy(update={"id": f"{office.id}-{n}", "history": history(office, chance)})
        for n, office in enumerate(listed)
    ]
    return audit.model_copy(update={"offices": named, "corrections": []})


def _session(folder: Path, out: Path) -> Session:
    book, _ = sample_registry()
    return Session(Settings(), book, folder / "officials.yaml", folder / "data", out, RU)


def weigh(out: Path) -> None:
    """Print MB and the largest file of each kind: a week's files by name, pages by folder."""
    sizes: dict[str, list[int]] = defaultdict(list)
    for path in out.rglob("*"):
        if path.is_file():
            within = path.relative_to(out).as_posix()
            sizes[re.sub(r"\d{4}-W\d\d", "WEEK", re.sub(r"(o|proof)/.*|part-\d+|week-\w+", r"\1*", within))].append(
                path.stat().st_size
            )
    print(f"{sum(map(sum, sizes.values())) / 1e6:.1f} MB, {sum(map(len, sizes.values())):,} files\n")
    print("| kind | files | MB | largest, KB |\n|" + "---|" * 4)
    for kind, found in sorted(sizes.items(), key=lambda one: -sum(one[1])):
        print(f"| {kind} | {len(found):,} | {sum(found) / 1e6:.2f} | {max(found) / 1e3:,.0f} |")


if __name__ == "__main__" and sys.argv[1:2] == ["year"]:
    shape, sys.argv[1:] = map(int, sys.argv[2:]), []
    year(*shape)
elif __name__ == "__main__":
    shelf_rows(((25, 26), (25, 104), (25, 520), (250, 26), (2500, 26)))
