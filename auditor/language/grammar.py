"""Look up Russian words in a dictionary: pymorphy3, loaded at the first word; results are cached."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LONGEST = 30
"""Letters; a longer string is treated as no word."""
_PART = 3
"""Letters; of an unknown word with hyphens the last part of this length is looked up: «дом-мнимка», «сделайте-ка»."""
_LIKELY = 0.1
"""Parses of a word with a lower score are left out."""


@dataclass(frozen=True, slots=True)
class WordForm:
    """The grammatical features of a word form that the rules use."""

    in_dictionary: bool = False
    imperative: bool = False
    infinitive: bool = False
    perfective: bool = False
    """Whether the imperative, infinitive or future is of a perfective verb, which speaks of a result."""
    lemma: str = ""
    """The dictionary form of the imperative or infinitive, else of the noun; empty for other words."""
    future: bool = False
    present: bool = False
    past: bool = False
    """Whether it is a past verb or a short participle: «убрали», «заменена»."""
    second: bool = False
    """Whether it is a present verb with «вы»."""
    theirs: bool = False
    """Whether it is a future verb with «вы» or «они»."""
    yours: bool = False
    """Whether it is one with «вы», and no imperative."""
    thing: bool = False
    person: bool = False
    name: bool = False
    """Whether it is a given name, a patronymic or a family name, in any grammatical case."""
    given: bool = False
    patronymic: bool = False


@lru_cache(maxsize=1)
def _analyser() -> Any:
    from pymorphy3 import MorphAnalyzer  # noqa: PLC0415 - 80 ms and 25 MB that most commands do without

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=20_000)
def is_dictionary_word(form: str) -> bool:
    """Return whether the dictionary has a word form."""
    return bool(_analyser().word_is_known(form))


@lru_cache(maxsize=1_000)
def lemmas(form: str) -> frozenset[str]:
    """Return the dictionary forms that a word form may be of, with е for ё; an unknown one is guessed by its ending."""
    parses = _analyser().parse(form) if 1 < len(form) <= _LONGEST else ()
    return frozenset(parse.normal_form.replace("ё", "е") for parse in parses)


@lru_cache(maxsize=20_000)
def word(form: str) -> WordForm:
    """Return the features of a lower-case word form; an unknown one is guessed by its ending."""
    if not 1 < len(form) <= _LONGEST:
        return WordForm()
    parses = [parse for parse in _analyser().parse(_lookup_part(form)) if parse.score >= _LIKELY]
    imperative = next((p for p in parses if p.tag.mood == "impr"), None)
    main_verb = imperative or next((p for p in parses if p.tag.POS == "INFN"), None)
    verbs = [p.tag for p in parses if p.tag.mood == "indc"]
    result = main_verb.tag if main_verb else next((tag for tag in verbs if tag.tense == "futr"), None)
    nouns = [p for p in parses[:2] if p.tag.POS == "NOUN"]
    lemma_parse = main_verb or next(iter(nouns), None)
    return WordForm(
        in_dictionary=is_dictionary_word(form),
        imperative=imperative is not None,
        infinitive=imperative is None and main_verb is not None,
        perfective=result is not None and result.aspect == "perf",
        lemma=lemma_parse.normal_form.replace("ё", "е") if lemma_parse else "",
        future=any(tag.tense == "futr" for tag in verbs),
        present=any(tag.tense == "pres" for tag in verbs),
        past=any(p.tag.tense == "past" and p.tag.POS in {"VERB", "PRTS"} for p in parses[:1]),
        second=any((tag.person, tag.number, tag.tense) == ("2per", "plur", "pres") for tag in verbs),
        theirs=any(tag.tense == "futr" and tag.number == "plur" and tag.person != "1per" for tag in verbs),
        yours=imperative is None
        and any((tag.person, tag.number, tag.tense) == ("2per", "plur", "futr") for tag in verbs),
        thing=any(p.tag.animacy == "inan" for p in nouns),
        person=any(p.tag.animacy == "anim" for p in nouns),
        name=any(mark in p.tag for p in parses for mark in ("Name", "Patr", "Surn")),
        given=any("Name" in p.tag for p in parses),
        patronymic=any("Patr" in p.tag for p in parses),
    )


def _lookup_part(form: str) -> str:
    """Return the part of a word to look up: guessing both sides of a hyphen takes three times as long."""
    if "-" not in form or is_dictionary_word(form):
        return form
    pieces = form.split("-")
    return next((piece for piece in reversed(pieces) if len(piece) >= _PART), pieces[-1])
