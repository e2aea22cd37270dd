"""What the dictionary says of a Russian word: pymorphy3, loaded at the first word and asked once for each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LONGEST = 30
"""Letters; a longer word is none."""


@dataclass(frozen=True, slots=True)
class Word:
    """What matters of a word's forms. A lemma is None where the word is no such form."""

    known: bool = False
    imperative: str | None = None
    """The lemma of an imperative."""
    perfective: bool = False
    """The imperative, infinitive or future is of a verb that speaks of a result."""
    infinitive: str | None = None
    future: bool = False
    """A verb of what will be done."""
    finite: bool = False
    """A verb with a person or a past."""
    past: bool = False
    """A verb or a short participle of what was done: «убрали», «заменена»."""
    noun: bool = False
    name: bool = False
    """A given name, in any case."""
    patronymic: bool = False
    family: bool = False


@lru_cache(maxsize=1)
def _analyser() -> Any:
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - 80 ms and 25 MB that most commands do without

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=20_000)
def word(form: str) -> Word:
    """Return what the dictionary says of a lower-case word; of an unknown one, what its ending suggests."""
    if not 1 < len(form) <= _LONGEST:
        return Word()
    analyser = _analyser()
    parses = [parse for parse in analyser.parse(form) if parse.score >= 0.1]
    verbs = [p for p in parses if p.tag.POS in {"VERB", "INFN"}]
    impr = next((p for p in verbs if p.tag.mood == "impr"), None)
    infn = next((p for p in verbs if p.tag.POS == "INFN"), None)
    future = next((p for p in verbs if p.tag.tense == "futr"), None)
    told = impr or infn or future
    return Word(
        known=analyser.word_is_known(form),
        imperative=impr.normal_form if impr else None,
        perfective=told is not None and told.tag.aspect == "perf",
        infinitive=infn.normal_form if infn else None,
        future=future is not None,
        finite=any(p.tag.mood == "indc" for p in verbs),
        past=any(p.tag.tense == "past" and p.tag.POS in {"VERB", "PRTS"} for p in parses[:1]),
        noun=any(p.tag.POS in {"NOUN", "NPRO"} for p in parses[:2]),
        name=any("Name" in p.tag for p in parses),
        patronymic=any("Patr" in p.tag for p in parses),
        family=any("Surn" in p.tag for p in parses),
    )
