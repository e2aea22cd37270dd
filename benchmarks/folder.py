"""What a folder of reports weighs and takes: by default a year of 25 offices, each as rich as the demonstration's.

    PYTHONPATH=. python benchmarks/folder.py [OFFICES WEEKS]

MB and the largest file of each kind, and the processor's seconds to draw all of it. Everything is invented: the
demonstration's newest week, with its offices repeated under other names.
"""

import re
import sys
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.commands.demo import run_demo
from auditor.report.site import Face, site
from tests.cases import TOMSK


def year(audit: Audit, offices: int, weeks: int) -> list[Audit]:
    """Return so many weeks with so many offices, each a copy of one of the week's."""
    last = Week.parse(audit.week, TOMSK)
    names = [str(last.shift(back)) for back in range(1 - weeks, 1)]
    listed = [_copy(audit.offices[n % len(audit.offices)], n, names[-26:]) for n in range(offices)]
    return [_week(audit, name, listed, weeks - 1 - n) for n, name in enumerate(names)]


def _copy(office: AuditedOffice, number: int, weeks: list[str]) -> AuditedOffice:
    pasts = [office.history[-1].model_copy(update={"week": week}) for week in weeks]
    return office.model_copy(update={"id": f"{office.id}-{number}", "history": pasts})


def _week(audit: Audit, name: str, offices: list[AuditedOffice], back: int) -> Audit:
    moved = timedelta(weeks=back)
    changed = {"week": name, "offices": offices, "corrections": [], "as_of": audit.as_of - moved}
    return audit.model_copy(update=changed | {"previous_week": str(Week.parse(name, TOMSK).shift(-1))})


def main(offices: int = 25, weeks: int = 52) -> None:
    """Draw and weigh the folder."""
    with tempfile.TemporaryDirectory() as folder:
        _, audit, _ = run_demo(Path(folder), seed=2022, weeks=1)
    audits, sizes = year(audit, offices, weeks), defaultdict[str, list[int]](list)
    began = time.process_time()
    for path, body in site(audits, (), Face(), Catalogue("ru", TOMSK), audit.as_of):
        kind = re.sub(r"\d{4}-W\d\d", "WEEK", re.sub(r"\b(o|proof)/.*", r"\1/*", path))
        sizes[kind].append(len(body))
    spent = time.process_time() - began
    total, number = sum(map(sum, sizes.values())) / 1e6, sum(map(len, sizes.values()))
    print(f"{total:.1f} MB, {number:,} files, {spent:.0f} s\n\n| kind | files | MB | largest, KB |\n|" + "---|" * 4)
    for kind, found in sorted(sizes.items(), key=lambda one: -sum(one[1])):
        print(f"| {kind} | {len(found):,} | {sum(found) / 1e6:.2f} | {max(found) / 1e3:,.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
