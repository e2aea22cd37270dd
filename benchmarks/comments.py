"""How well comments are classified, on rows that no rule was written from.

    python -m benchmarks.comments [--wrong] [FILE …]

A FILE is a table of labelled comments; without one those of `tests/data`, the unseen first. Its columns are `text`,
then `label` or `label1` and `label2` of two readers (asks, reports, not, unsure; where the two differ the row is
unsure), and, if there are any, `addressed` (empty, owner, citizen, body: whose side a leading mention is on) and
`names` (the holder's, between semicolons). Printed are precision, recall and F1 of `asks` with 95 % intervals
(Wilson's; F1: bootstrap), the same by the form of comments, how many reports were found, how many comments were left
unsure, both readers' kappa, and
what a thousand comments cost. `--wrong` lists the rows classified otherwise than labelled.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

from auditor.base.snapshot import Intent, Side
from auditor.language import classify

DATA = Path(__file__).parent.parent / "tests" / "data"
ROWS, UNSEEN = DATA / "comments.csv", DATA / "comments_unseen.csv"
"""Rows that the rules were written from, and rows of which `auditor.language.rule_accuracy` has the figures."""
_SIDES = {"owner": Side.OWNER, "citizen": Side.CITIZEN, "body": Side.BODY}
_MEANS = {"question": "asks", "request": "asks", "complaint": "reports", **{says.value: says.value for says in Intent}}
"""What a label means; any other asks and reports nothing."""


FORMS = ("letters", "short", "bare")
"""The forms of comments for which the figures are printed apart."""
_LETTER = 140
"""Signs; a longer comment is a letter."""


class CommentRow(NamedTuple):
    """A labelled comment; `label` is unsure where two readers differ."""

    text: str
    label: str
    labels: tuple[str, ...]
    where: str
    """Of our own rows: letters to an authority (civic), or quarrels under news."""
    addressed: Side | None
    names: tuple[str, ...]

    @property
    def form(self) -> str:
        """Its form: over 140 signs (letters), without any mark (bare), or short."""
        bare = not any(mark in self.text for mark in ".,!?;:…")
        return "bare" if bare else "letters" if len(self.text) > _LETTER else "short"

    def says(self) -> Intent:
        """Return the intent by the rules."""
        return classify(self.text, addressed=self.addressed, names=self.names).says


def rows(path: Path = ROWS) -> list[CommentRow]:
    """Return the comments of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(fields) for fields in csv.DictReader(file)]


def _row(fields: dict[str, str]) -> CommentRow:
    labels = tuple(_MEANS.get(fields[name], "not") for name in ("label", "label1", "label2") if fields.get(name))
    names = tuple(name.strip() for name in (fields.get("names") or "").split(";") if name.strip())
    label = labels[0] if len(set(labels)) == 1 else "unsure"
    addressed = _SIDES.get(fields.get("addressed") or "")
    return CommentRow(fields["text"], label, labels, fields.get("where") or "", addressed, names)


class Share(NamedTuple):
    """`hits` of `of`, with Wilson's interval at 95 %."""

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


Pair = tuple[str, Intent]
"""A label and how the comment was read."""


class Measure(NamedTuple):
    """What was read right; rows labelled unsure count in `rows` and `unsure` alone."""

    rows: int
    asking: int
    precision: Share
    recall: Share
    reports: Share
    unsure: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision.of + self.recall.of
        return 2 * self.recall.hits / total if total else 0.0


def measure(pairs: Iterable[Pair]) -> Measure:
    """Return the accuracy of pairs (label, intent)."""
    table = list(pairs)
    sure = [pair for pair in table if pair[0] != Intent.UNSURE]
    right = sum(label == says == Intent.ASKS for label, says in sure)
    asking, taken = (sum(pair[place] == Intent.ASKS for pair in sure) for place in (0, 1))
    reports = [says for label, says in sure if label == Intent.REPORTS]
    return Measure(
        rows=len(table),
        asking=asking,
        precision=Share(right, taken),
        recall=Share(right, asking),
        reports=Share(reports.count(Intent.REPORTS), len(reports)),
        unsure=Share(sum(says is Intent.UNSURE for _, says in table), len(table)),
    )


def f1_interval(pairs: Sequence[Pair], draws: int = 1_000) -> tuple[float, float]:
    """Return the interval of F1 at 95 %, by drawing the rows anew with a fixed seed."""
    rng = Random(1)
    scores = sorted(measure(rng.choices(pairs, k=len(pairs))).f1 for _ in range(draws)) if pairs else [0.0]
    return scores[int(len(scores) * 0.025)], scores[int(len(scores) * 0.975)]


def kappa(pairs: Sequence[tuple[str, ...]]) -> float:
    """Return how far two readers agree beyond chance (Cohen)."""
    first, second = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def report(name: str, table: Sequence[CommentRow]) -> Iterator[str]:
    """Yield the printed lines of a table."""
    start = time.process_time()
    pairs = [(row.label, row.says()) for row in table]
    spent = (time.process_time() - start) / len(table) * 1_000
    accuracy, (low, high) = measure(pairs), f1_interval(pairs)
    yield f"{name}: {accuracy.rows} rows, {accuracy.asking} ask; 1,000 take {spent:.2f} s"
    yield f"  F1 {accuracy.f1:.3f} [{low:.3f}, {high:.3f}], precision {accuracy.precision}, recall {accuracy.recall}"
    yield f"  reports found {accuracy.reports}, left unsure {accuracy.unsure}"
    for form in FORMS:
        part = measure(pair for row, pair in zip(table, pairs, strict=True) if row.form == form)
        yield f"  {form}: F1 {part.f1:.3f}, precision {part.precision}, recall {part.recall}"
    twice = [row.labels for row in table if len(row.labels) == 2]
    if twice:
        agreed = sum(len(set(pair)) == 1 for pair in twice)
        yield f"  two readers agree on {agreed} of {len(twice)}, kappa {kappa(twice):.3f}"


def main(arguments: Sequence[str]) -> None:
    """Print the figures of each table."""
    classify("слова и словарь загружаются")
    for path in [Path(name) for name in arguments if name != "--wrong"] or [UNSEEN, ROWS]:
        table = rows(path)
        print(*report(path.name, table), sep="\n")
        if "--wrong" in arguments:
            print(*(f"  {row.label} {row.says()} {row.text}" for row in table if row.says() != row.label), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
