"""A line of CSV: a table of a large region is never held whole."""

import csv
from collections.abc import Sequence


class _Echo:
    """Takes a line of CSV and gives it back: nobody holds the whole table."""

    @staticmethod
    def write(line: str) -> str:
        return line


def csv_line(cells: Sequence[str], *, delimiter: str = ",", end: str = "\n") -> str:
    """Return the cells as a line of CSV."""
    line: str = csv.writer(_Echo(), delimiter=delimiter, lineterminator=end).writerow(cells)
    return line
