"""How the folder of reports grows: reading it, the page of all weeks and the feed, by offices and by weeks.

    PYTHONPATH=. python benchmarks/folder.py

Everything is invented: it is the sample week of the tests, with its offices repeated under other names.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from auditor.audit.document import Audit, AuditedOffice, AuditedPast, Summary
from auditor.base.i18n import Catalogue
from auditor.report.weeks.feed import LONGEST, render_feed
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import DOCUMENT, Volume, read_audit, read_shelf
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
    return [audit for week in weeks if (audit := read_audit(out, week, brief=True)) is not None]


if __name__ == "__main__":
    shelf_rows(((25, 26), (25, 104), (25, 520), (250, 26), (2500, 26)))
