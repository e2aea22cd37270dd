"""Read the invented comments by the old rule and the new: ``PYTHONPATH=. python benchmarks/comments.py``.

Prints precision, recall and the share of unsure by half and by kind, and how long a comment takes. With ``--write`` it
makes docs/comments.md anew; `tests/test_comments.py` holds that the file is up to date.
"""

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from auditor.base.snapshot import Says
from auditor.language.comments import RULES, read
from auditor.language.measured import MEASURED, Measured
from auditor.language.reading import RULES as VERSION

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "tests" / "data" / "comments.csv"
TABLE = ROOT / "docs" / "comments.md"


class Row(NamedTuple):
    """A labelled comment.

    `half`: written before the rules and `seen` while they were written, or `unseen`; `later`: written after them, read
    once as they were, then used to mend them.
    """

    half: str
    where: str
    label: str
    kind: str
    text: str


def rows() -> list[Row]:
    """Return the invented comments."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def measure(pairs: Iterable[tuple[str, Says]]) -> Measured:
    """Return the error over pairs of a label and what was read."""
    line = list(pairs)
    sure = [(label, says) for label, says in line if label != Says.UNSURE]
    asking = sum(label == Says.ASKS for label, _ in sure)
    taken = sum(says is Says.ASKS for _, says in sure)
    right = sum(label == says == Says.ASKS for label, says in sure)
    return Measured(
        rows=len(line),
        asking=asking,
        precision=right / taken if taken else 0.0,
        recall=right / asking if asking else 0.0,
        unsure=sum(says is Says.UNSURE for _, says in line) / len(line) if line else 0.0,
    )


def table() -> str:
    """Return docs/comments.md."""
    found = MEASURED
    lines = [f"| `{code}` | {rule.says} | {rule.meaning} | {rule.example} |" for code, rule in RULES.items()]
    return (
        _HEAD.format(
            version=VERSION,
            rows=found.rows,
            asking=found.asking,
            precision=f"{found.precision:.2f}",
            recall=f"{found.recall:.2f}",
            unsure=f"{found.unsure:.1%}",
        )
        + "\n".join(lines)
        + "\n"
    )


_HEAD = """# What a comment asks

Each citizen's comment is read once, where it comes from the network, and its words are not kept: what is stored is one
of four values, the code of the rule that decided, and the version of the rules (now {version}).

| Value | Meaning |
|---|---|
| `asks` | A question or request to the owner's side: only these count in the share of answers |
| `reports` | Tells of a problem and asks nothing: counted in a line of its own |
| `not` | Thanks, an opinion, rhetoric, a question to another citizen, an advertisement, a greeting |
| `unsure` | Two careful readers would differ: in no count but its own, it widens the share to an interval |

The addressee comes first: what begins by mentioning a citizen, or with his name, asks him. Whom a comment answers is
decided over its thread (`auditor.base.threads.addressed`): an answer to another citizen asks nothing of the owner's
side. Then it is read sentence by sentence, without its greeting, signature, links, quotations and telephone numbers.
Misspellings of the words by which people ask are forgiven, by one letter in short words and two in long ones. Of a text
longer than 4,000 signs the first 3,000 and the last 1,000 are read.

From Python: `auditor.language.comments.read(text, addressed=None, names=())` returns `says` and `rule`. `addressed` is
whose side somebody is on whom the text begins by mentioning, where that is known; `names` are the holder's.

## How well

Measured on {rows} invented comments, {asking} of which ask (`tests/data/comments.csv`): precision {precision}, recall
{recall}, unsure {unsure}. The rules were mended by most of these comments, so this flatters them: 558 that were written
after the rules were read, before anything was mended by them, with precision 0.76 and recall 0.85 (letters to an
authority 0.97 and 0.85; the rest are quarrels chosen to mislead). A question mark or a word of request alone has
precision 0.56 and recall 0.68 on the same comments. `PYTHONPATH=. python benchmarks/comments.py` prints it by kind.

## Equal texts

Of a post a digest of its words in their order is kept, of an answer of the owner's side a sketch; of a citizen's
words neither. A sketch has a character for each word: 12 bits of a digest of the word's beginning, which many words
share, sorted, so that the order of the words is lost. The greeting, whom it calls and what may be a name are left out
first: nobody's name is in it, and no text can be read out of it. Answers with equal sketches share their text. From
Python: `auditor.language.sketch.of_post`, `of_answer`.

## The rules

Where several rules speak for one comment, one that asks goes before one that is unsure, and that before the rest.
Archives made by version 1 have `mark_or_word`: a question mark or a word of request.

| Rule | Value | Meaning | An invented example |
|---|---|---|---|
"""


def _new(text: str) -> Says:
    return read(text).says


def _print(name: str, rule: Callable[[str], Says]) -> None:
    everything = rows()
    for half in ("seen", "unseen", "later"):
        found = measure((row.label, rule(row.text)) for row in everything if row.half == half)
        print(f"{name:4} {half:7} {_said(found)}")
    by_kind: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in everything:
        by_kind[row.kind][rule(row.text) == row.label] += 1
    print("    ", ", ".join(f"{kind} {hits[True]}/{hits.total()}" for kind, hits in by_kind.items()))


def _said(found: Measured) -> str:
    return (
        f"{found.rows} comments, {found.asking} ask: precision {found.precision:.3f}, recall {found.recall:.3f}, "
        f"unsure {found.unsure:.1%}"
    )


def _times(name: str, rule: Callable[[str], Says]) -> None:
    texts = [row.text for row in rows()]
    for turn in ("first", "later"):
        start = time.perf_counter()
        for text in texts:
            rule(text)
        print(f"{name:4} {turn} time: {(time.perf_counter() - start) / len(texts) * 1e6:.0f} µs a comment")


def rules() -> Iterator[tuple[str, Callable[[str], Says]]]:
    """Yield the old rule and the new."""
    from benchmarks.mark_or_word import is_question

    yield "old", lambda text: Says.ASKS if is_question(text) else Says.NOT
    yield "new", _new


if __name__ == "__main__":
    if "--write" in sys.argv:
        TABLE.write_text(table(), encoding="utf-8")
    for label, one in rules():
        _times(label, one)
        _print(label, one)
