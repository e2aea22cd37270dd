"""Try every fault on the weekly run and write the table: ``PYTHONPATH=. python benchmarks/fault_table.py``.

Writes docs/faults.md; `tests/test_fault_table.py` compares the file with what happens.
"""

import tempfile
from pathlib import Path

from tests.fault_rows import table
from tests.fault_runs import TABLE, Bench, line_of, page


def main() -> None:
    """Run every fault in turn."""
    bench = Bench()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for number, row in enumerate(table()):
            seen = bench.read_site(row) if row.route == "site" else bench.run(row, Path(folder) / str(number))
            lines.append(line_of(row, seen))
            print(lines[-1], flush=True)
    TABLE.write_text(page(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
