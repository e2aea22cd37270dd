"""What the dictionary says of a Russian word: pymorphy3, loaded at the first word and asked once for each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LONGEST = 30
"""Letters; a longer word is none."""
_PART = 3
"""Letters; of an unknown word with hyphens the last part of so many tells what it is: «дом-мнимка», «сделайте-ка»."""
_LIKELY = 0.1
"""A reading of a word that is rarer than this is left out."""


@dataclass(frozen=True, slots=True)
class WordForm:
    """What matters of a word's forms."""

    known: bool = False
    imperative: bool = False
    infinitive: bool = False
    perfective: bool = False
    """The imperative, infinitive or future is of a verb that speaks of a result."""
    lemma: str = ""
    """Of an imperative, an infinitive or else a noun."""
    future: bool = False
    present: bool = False
    past: bool = False
    """A verb or a short participle of what was done: «убрали», «заменена»."""
    second: bool = False
    """A verb of what «вы» do."""
    theirs: bool = False
    """A verb of what «вы» or «они» will do."""
    thing: bool = False
    person: bool = False
    name: bool = False
    """A given name, a patronymic or a family name, in any case."""
    given: bool = False
    patronymic: bool = False


@lru_cache(maxsize=1)
def _analyser() -> Any:
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - 80 ms and 25 MB that most commands do without

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=20_000)
def is_dictionary_word(form: str) -> bool:
    """Tell whether the dictionary has a word."""
    return bool(_analyser().word_is_known(form))


@lru_cache(maxsize=20_000)
def word(form: str) -> WordForm:
    """Return what the dictionary says of a lower-case word; of an unknown one, what its ending suggests."""
    if not 1 < len(form) <= _LONGEST:
        return WordForm()
    parses = [parse for parse in _analyser().parse(_lookup_part(form)) if parse.score >= _LIKELY]
    order = next((p for p in parses if p.tag.mood == "impr"), None)
    deed = order or next((p for p in parses if p.tag.POS == "INFN"), None)
    verbs = [p.tag for p in parses if p.tag.mood == "indc"]
    result = deed.tag if deed else next((tag for tag in verbs if tag.tense == "futr"), None)
    nouns = [p for p in parses[:2] if p.tag.POS == "NOUN"]
    first = deed or next(iter(nouns), None)
    return WordForm(
        known=is_dictionary_word(form),
        imperative=order is not None,
        infinitive=order is None and deed is not None,
        perfective=result is not None and result.aspect == "perf",
        lemma=first.normal_form.replace("ё", "е") if first else "",
        future=any(tag.tense == "futr" for tag in verbs),
        present=any(tag.tense == "pres" for tag in verbs),
        past=any(p.tag.tense == "past" and p.tag.POS in {"VERB", "PRTS"} for p in parses[:1]),
        second=any((tag.person, tag.number, tag.tense) == ("2per", "plur", "pres") for tag in verbs),
        theirs=any(tag.tense == "futr" and tag.number == "plur" and tag.person != "1per" for tag in verbs),
        thing=any(p.tag.animacy == "inan" for p in nouns),
        person=any(p.tag.animacy == "anim" for p in nouns),
        name=any(mark in p.tag for p in parses for mark in ("Name", "Patr", "Surn")),
        given=any("Name" in p.tag for p in parses),
        patronymic=any("Patr" in p.tag for p in parses),
    )


def _lookup_part(form: str) -> str:
    """Return what of a word is looked up: guessing at both sides of a hyphen takes three times as long."""
    if "-" not in form or is_dictionary_word(form):
        return form
    *_, last = parts = form.split("-")
    return next((part for part in reversed(parts) if len(part) >= _PART), last)
