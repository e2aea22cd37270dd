"""Measure how answers are read, and sketches against texts: ``PYTHONPATH=. python benchmarks/answers.py``.

The labelled rows are invented. Rows of one's own with columns `reply`, `label` and `group` may be named.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz

from auditor.base.snapshot import ReplyKind
from auditor.language.alike import ALIKE, same_words
from auditor.language.answers import read_answer
from auditor.language.measured import MeasuredKind
from auditor.language.sketch import of_answer

DATA = Path(__file__).parents[1] / "tests" / "data"
AT = datetime(2026, 11, 25, 3, tzinfo=UTC)


def rows(paths: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Yield the labelled answers."""
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def measure(pairs: Iterable[tuple[str, ReplyKind | None]]) -> dict[ReplyKind, MeasuredKind]:
    """Return for each kind how well it is told, over pairs of a label and what was read; two digits."""
    line = list(pairs)
    labelled, told = Counter(label for label, _ in line), Counter(kind for _, kind in line)
    right = Counter(kind for label, kind in line if label == kind)
    return {
        kind: MeasuredKind(labelled[kind], round(right[kind] / told[kind], 2), round(right[kind] / labelled[kind], 2))
        for kind in ReplyKind
        if labelled[kind] and told[kind]
    }


def pairwise_f1(groups: Sequence[str], alike: Callable[[int, int], bool]) -> float:
    """Return F1 over all pairs: are they of one labelled group, and are they called alike."""
    right = wrong = missed = 0
    for one, other in combinations(range(len(groups)), 2):
        same, called = bool(groups[one]) and groups[one] == groups[other], alike(one, other)
        right, wrong, missed = right + (same and called), wrong + (called and not same), missed + (same and not called)
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def main(paths: Sequence[Path]) -> None:
    """Print the figures."""
    line = list(rows(paths))
    texts, groups = [row["reply"] for row in line], [row["group"] or "" for row in line]
    for text in texts:
        read_answer(text, AT)  # the dictionary is loaded, and its words are known
    begun = perf_counter()
    kinds = [read_answer(text, AT).kind for text in texts]
    print(f"{len(line)} answers, {(perf_counter() - begun) / len(line) * 1e6:.0f} microseconds each")
    for kind, found in measure(zip((row["label"] for row in line), kinds, strict=True)).items():
        print(f"  {kind:<14} {found.rows:>4} rows  precision {found.precision:.2f}  recall {found.recall:.2f}")
    sketches, lower = [of_answer(text) for text in texts], [text.casefold() for text in texts]
    by_sketch = pairwise_f1(groups, lambda a, b: same_words(sketches[a], sketches[b]) >= ALIKE)
    by_text = pairwise_f1(groups, lambda a, b: fuzz.token_sort_ratio(lower[a], lower[b]) >= 65)
    print(
        f"groups, pairwise F1: by sketches {by_sketch:.3f}, by the texts themselves (token-sort from 65) {by_text:.3f}"
    )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [DATA / "replies.csv", DATA / "replies_unseen.csv"])
