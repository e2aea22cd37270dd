"""Write every sentence of a finding as a lawyer would read it: `python -m tools.sentences`.

Writes docs/dev/sentences.md from the catalogue of checks and `SEEN`; `tests/checks/test_sentences.py` holds that it is
up to date and that no sentence is missing here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.base.i18n import Translator
from auditor.base.snapshot import Outcome
from auditor.base.text import Text
from auditor.checks import catalogue
from auditor.checks.definition import Check, sentences

TABLE = Path(__file__).parent.parent / "docs" / "dev" / "sentences.md"
_HEAD = """# What each sentence rests on

Each sentence that a finding can say about a person, as that person's lawyer would read it: what had to be seen for it
to be said, and what it does not say. Made by `python -m tools.sentences` from the catalogue of checks: a sentence that
is not explained in its module fails a test. **Red** marks those that a finding with the outcome `failed` can say; every
other sentence accompanies `passed`, `cantTell`, `inapplicable` or `untested` alone.

No sentence names a citizen, a motive or a breach of law. Places in braces are filled with figures and days of the
looks, with addresses, or with words of the registry, which have a source there.
"""


def page() -> str:
    """Return the document."""
    translators = (Translator("en"), Translator("ru"))
    parts = [_HEAD, "## Titles\n", *_table(("Check, outcome", "English", "Russian"), _titles(translators))]
    texts_by_id = sentences()
    for room in sorted({name.partition(".")[0] for name in texts_by_id}):
        rows = ((name, *_row(name, translators)) for name in sorted(texts_by_id) if name.partition(".")[0] == room)
        heads = ("Sentence", "English", "Russian", "Rests on", "Does not say")
        parts += [f"\n## {room}\n", *_table(heads, rows)]
    return "\n".join(parts) + "\n"


def _titles(translators: tuple[Translator, ...]) -> Iterator[tuple[str, ...]]:
    for check in catalogue():
        for outcome in (Outcome.PASSED, Outcome.FAILED):
            yield (
                f"{check.name}, {outcome}",
                *(translator.gettext(check.title_of(outcome)) for translator in translators),
            )
        yield from _own_titles(check, translators)


def _own_titles(check: Check[Any], translators: tuple[Translator, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the titles that a check gives some findings."""
    for title in check.possible_titles:
        yield (
            f"{check.name}, in some cases",
            *(translator.text(Text(title, {"date": "{date}"})) for translator in translators),
        )


def _row(name: str, translators: tuple[Translator, ...]) -> tuple[str, ...]:
    sentence = sentences()[name]
    return (
        *(translator.gettext(sentence.message) for translator in translators),
        f"**Red.** {sentence.rests_on}" if sentence.red else sentence.rests_on,
        sentence.not_said or "—",
    )


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for first, *others in rows:
        yield f"| `{first}` | {' | '.join(cell.replace('|', '/') for cell in others)} |"


if __name__ == "__main__":
    TABLE.write_text(page(), encoding="utf-8")
