"""How an archive and its reports grow with the years: `check WHO --offline`, `report`, and the disk, by weeks.

    python -m benchmarks.archive [OFFICESxWEEKS …]

The pages are those of `benchmarks.scale`, written straight into the archive (no servers, no network). A check is the
least of five rounds; "of the libraries" is its time divided by that of the libraries that every command imports.
Drawing the whole folder of reports is measured once.
"""

import hashlib
import os
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from auditor.archive import Archive
from auditor.base.snapshot import ControlResult, EvidenceKind, Outcome, Route
from auditor.base.stored_response import make_stored_response
from auditor.base.weeks import Week
from auditor.probes.target import Target, Window
from auditor.registry import Registry, load_registry
from auditor.run.judge_week import judge_week
from auditor.run.look_input import LookInput
from benchmarks.scale import NOW, measure_command, page, registry_of, session_of, size_of

SHAPES = ("20x1", "20x52", "20x260", "200x52")
ROUNDS = 5
LIBRARIES = "import pydantic, click, rich, yaml"


def make(folder: Path, offices: int, weeks: int) -> None:
    """Write an archive of `weeks` weekly runs over `offices` offices into `folder`. All audits are the first one's."""
    (folder / "officials.yaml").write_text(registry_of(offices), encoding="utf-8")
    book = load_registry(folder / "officials.yaml")
    stored = first = ""
    with mock.patch("os.fsync"), Archive.open(folder / "data") as archive:
        archive.mark_synthetic()
        for back in reversed(range(weeks)):
            moment = NOW - timedelta(weeks=back)
            week = Week.last_ended(moment, book.zone)
            _run(archive, book, week, moment)
            if not stored:
                stored, first = judge_week(session_of(folder, book), archive, week, moment).to_stored(), str(week)
            archive.audits.save(str(week), moment, stored.replace(first, str(week)), book.text)


def _run(archive: Archive, book: Registry, week: Week, moment: datetime) -> None:
    run = archive.start_run(week=str(week), command="weekly", started_at=moment, vantage="", tool_version="0")
    archive.keep_registry(run, book.text)
    window = Window.of(week, moment)
    for control in book.controls:
        route = Route.VK if control.url.network == "vk" else Route.TELEGRAM_PREVIEW
        passed = ControlResult(
            network=route.network, route=route, url=control.url.url, expected=True, outcome=Outcome.PASSED
        )
        archive.snapshots.save_control(run, passed, ())
    for account in (account for office in book.offices for account in office.tenures[0].accounts):
        address, route = account.url, Route.VK if account.url.network == "vk" else Route.TELEGRAM_PREVIEW
        responses = []
        for kind in (EvidenceKind.PROFILE, EvidenceKind.POSTS, EvidenceKind.COMMENTS):
            body = b"".join(hashlib.sha256(f"{address.url} {kind} {moment} {n}".encode()).digest() for n in range(40))
            responses.append(
                make_stored_response(kind, address.url, fetched_at=moment, status=200, received=body.hex().encode())
            )
        look = page(route, address.url, moment).model_copy(update={"evidence": tuple(a.evidence for a in responses)})
        archive.snapshots.save(run, str(week), look, tuple(responses), LookInput(target=Target(address), window=window))
    archive.finish_run(run, moment)


def row(offices: int, weeks: int) -> str:
    """Measure an archive and return a line of the table."""
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        make(folder, offices, weeks)
        paths = [
            "--registry",
            f"{folder_name}/officials.yaml",
            "--data",
            f"{folder_name}/data",
            "--as-of",
            NOW.isoformat(),
        ]
        check = ["-m", "auditor", "check", "rayon-00003", "--offline", "--week", "2026-W47", *paths]
        checks = [measure_command(check, folder / "cache") for _ in range(ROUNDS)]
        libraries = min(measure_command(["-c", LIBRARIES], folder / "cache")[0] for _ in range(ROUNDS))
        drawn, _ = measure_command(
            ["-m", "auditor", "report", "-q", "--out", f"{folder_name}/out", *paths], folder / "cache"
        )
        disk, reports = size_of(folder / "data"), size_of(folder / "out")
    seconds, memory = min(cpu for cpu, _ in checks), max(megabytes for _, megabytes in checks)
    cells = f"{seconds:.2f} | {seconds / libraries:.1f} | {memory:.0f} | {disk:.1f} | {drawn:.1f} | {reports:.1f}"
    return f"| {offices} | {weeks} | {cells} |"


def main(shapes: list[str]) -> None:
    """Print the table."""
    print(f"load of the machine: {os.getloadavg()[0]:.1f}; the libraries: `{LIBRARIES}`\n")
    print("| offices | weeks | check, CPU s | of the libraries | memory, MB | archive, MB | report, CPU s | its MB |")
    print("|---" * 8 + "|")
    for shape in shapes or SHAPES:
        offices, weeks = map(int, shape.split("x"))
        print(row(offices, weeks), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
