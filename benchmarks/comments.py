"""Measure how comments are read: ``PYTHONPATH=. python benchmarks/comments.py [--wrong] [--write] [FILE …]``.

A FILE is a table of labelled comments, by default those of `tests/data`. Its columns are `text`, then `label` or
`label1` and `label2` of two readers (asks, reports, not, unsure; where the two differ the row is unsure), and, if there
are any, `addressed` (empty, owner, citizen, body: whose side a leading mention is on), `names` (the holder's, between
semicolons) and `kind`. Printed are precision, recall and F1 of `asks` with 95 % intervals (Wilson's; F1: bootstrap),
how many were wrongly taken for asking, how many reports were found, both readers' kappa, and what a comment costs.
`--wrong` lists what is read otherwise than labelled; `--write` puts the table of rules into docs/comments.md.
"""

import csv
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from math import sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

from auditor.base.snapshot import Says, Side
from auditor.language import read
from auditor.language.engine import language

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "tests" / "data" / "comments.csv"
UNSEEN = ROOT / "tests" / "data" / "comments_unseen.csv"
"""Rows that no rule was written from: the figures of `auditor.language.measured` are of them."""
TABLE = ROOT / "docs" / "comments.md"
_SIDES = {"owner": Side.OWNER, "citizen": Side.CITIZEN, "body": Side.BODY}


_MEANS = {"question": "asks", "request": "asks", "complaint": "reports", **{says.value: says.value for says in Says}}
"""What a label means; any other asks and reports nothing."""


class Row(NamedTuple):
    """A labelled comment; `label` is unsure where two readers differ."""

    text: str
    label: str
    labels: tuple[str, ...]
    kind: str
    where: str
    """Of our own rows: letters to an authority (civic), or quarrels under news."""
    addressed: Side | None
    names: tuple[str, ...]

    def says(self) -> Says:
        """Return how the rules read it."""
        return read(self.text, addressed=self.addressed, names=self.names).says


def rows(path: Path = ROWS) -> list[Row]:
    """Return the comments of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(fields) for fields in csv.DictReader(file)]


def _row(fields: dict[str, str]) -> Row:
    labels = tuple(_MEANS.get(fields[name], "not") for name in ("label", "label1", "label2") if fields.get(name))
    names = tuple(name.strip() for name in (fields.get("names") or "").split(";") if name.strip())
    return Row(
        text=fields["text"],
        label=labels[0] if len(set(labels)) == 1 else "unsure",
        labels=labels,
        kind=fields.get("kind") or "",
        where=fields.get("where") or "",
        addressed=_SIDES.get(fields.get("addressed") or ""),
        names=names,
    )


class Share(NamedTuple):
    """So many of so many, with Wilson's interval at 95 %."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; 0 of none."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Within which the share of all such comments lies."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] ({self.hits} of {self.of})"


Pair = tuple[str, Says]
"""A label and how the comment was read."""


class Measure(NamedTuple):
    """What was read right; rows labelled unsure count in `rows` and `unsure` alone."""

    rows: int
    asking: int
    precision: Share
    recall: Share
    reports: Share
    unsure: Share


def measure(pairs: Iterable[Pair]) -> Measure:
    """Return what was read right of pairs of a label and what was read."""
    line = list(pairs)
    sure = [pair for pair in line if pair[0] != Says.UNSURE]
    right = sum(label == says == Says.ASKS for label, says in sure)
    asking, taken = (sum(pair[place] == Says.ASKS for pair in sure) for place in (0, 1))
    reports = [says for label, says in sure if label == Says.REPORTS]
    left_open = sum(says is Says.UNSURE for _, says in line)
    return Measure(
        rows=len(line),
        asking=asking,
        precision=Share(right, taken),
        recall=Share(right, asking),
        reports=Share(reports.count(Says.REPORTS), len(reports)),
        unsure=Share(left_open, len(line)),
    )


def f1(pairs: Sequence[Pair]) -> float:
    """Return the harmonic mean of precision and recall."""
    found = measure(pairs)
    total = found.precision.of + found.recall.of
    return 2 * found.recall.hits / total if total else 0.0


def f1_interval(pairs: Sequence[Pair], draws: int = 1_000) -> tuple[float, float]:
    """Return the interval of F1 at 95 %, by drawing the rows anew with a fixed seed."""
    rng = Random(1)
    found = sorted(f1(rng.choices(pairs, k=len(pairs))) for _ in range(draws)) if pairs else [0.0]
    return found[int(len(found) * 0.025)], found[int(len(found) * 0.975)]


def kappa(pairs: Sequence[tuple[str, ...]]) -> float:
    """Return how far two readers agree beyond chance (Cohen)."""
    first, second = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def report(name: str, line: Sequence[Row]) -> Iterator[str]:
    """Yield what is printed of a table."""
    pairs = [(row.label, row.says()) for row in line]
    yield from _figures(name, pairs)
    twice = [row.labels for row in line if len(row.labels) == 2]
    if twice:
        agreed = sum(len(set(pair)) == 1 for pair in twice)
        yield f"  two readers agree on {agreed} of {len(twice)}, kappa {kappa(twice):.3f}"
    kinds = sorted(zip((row.kind for row in line), pairs, strict=True), key=lambda kind: kind[0])
    for kind, group in groupby(kinds, key=lambda kind: kind[0]):
        if kind:
            yield _kind(kind, [pair for _, pair in group])


def _figures(name: str, pairs: Sequence[Pair]) -> Iterator[str]:
    found, (low, high) = measure(pairs), f1_interval(pairs)
    yield f"{name}: {found.rows} rows, {found.asking} ask"
    yield f"  F1 {f1(pairs):.3f} [{low:.3f}, {high:.3f}], precision {found.precision}, recall {found.recall}"
    yield f"  reports found {found.reports}, left unsure {found.unsure}"


def _kind(kind: str, pairs: Sequence[Pair]) -> str:
    wrong = sum(says is Says.ASKS and label in {Says.NOT, Says.REPORTS} for label, says in pairs)
    none = sum(label in {Says.NOT, Says.REPORTS} for label, _ in pairs)
    found = measure(pairs)
    return f"  {kind}: {len(pairs)} rows, recall {found.recall}; of {none} that do not ask {wrong} were taken to ask"


def costs(texts: Sequence[str]) -> Iterator[str]:
    """Yield what a thousand comments cost, cold and warm, in time and memory."""
    thousand = [texts[place % len(texts)] for place in range(1_000)]
    before = _memory()
    for turn in ("cold", "warm"):
        spent = [_timed(partial(read, text)) for text in thousand]
        yield f"  1,000 comments {turn}: {sum(spent):.2f} s, the slowest after the first {max(spent[1:]) * 1e3:.1f} ms"
    yield f"  memory: {_memory() - before:.0f} MiB for words, dictionary and comments"


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def table() -> str:
    """Return docs/comments.md with its table of rules made anew."""
    text = TABLE.read_text(encoding="utf-8")
    lines = (f"| `{rule.code}` | {rule.says} | {rule.meaning} | {rule.example} |" for rule in language().rules.values())
    return "\n".join((text[: text.index(_HEADER)] + _HEADER, *lines, ""))


_HEADER = "| Rule | Value | Meaning | An invented example |\n|---|---|---|---|"


def main(arguments: Sequence[str]) -> None:
    """Print the figures of each table."""
    if "--write" in arguments:
        TABLE.write_text(table(), encoding="utf-8")
    paths = [Path(name) for name in arguments if not name.startswith("--")] or [UNSEEN, ROWS]
    tables = {path.name: rows(path) for path in paths}
    print(*costs([row.text for line in tables.values() for row in line]), sep="\n")
    for name, line in tables.items():
        print(*report(name, line), sep="\n")
        if "--wrong" in arguments:
            print(
                *(f"    {row.label} {read(row.text)} {row.text}" for row in line if row.says() != row.label), sep="\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
