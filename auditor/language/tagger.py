"""Normalise a comment's text, split it into sentences, and tag the words with their classes by the dictionary."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from auditor.language.engine import language
from auditor.language.grammar import WordForm, is_dictionary_word, word
from auditor.language.words import URL

_HEAD, _TAIL = 3_000, 1_000
"""Signs that are read of a text's beginning and end: a letter asks in its last lines, and hardly any is longer."""
_FIRST, _LAST = 400, 20
"""Sentences that are read at a text's beginning and end, and likewise words of a sentence."""
_LOOKED_UP = 400
"""Words of a text that are looked up in the dictionary."""
_GUESSED = 40
"""Words among these that may be missing from the dictionary and are guessed by their endings, at 0.3 ms each."""

_CUT = 4
"""Letters; after a word up to this length a full stop glued to a small letter ends nothing: «кап.ремонт»."""

_SMILEY = re.compile(
    r"[\U0001f000-\U0001faff\u2190-\u2bff\ufe0f]+|(?<![\d(])[:;]?-?[()]{2,}(?=\s|$)|[:;]-?[)(](?=\s|$)|(?<=[\w?!.])\)+$"
)
_PHONE = re.compile(r"\+?(?<!\d)\d(?:[ ()-]{0,2}\d){9,11}(?!\d)")
_MARKS = re.compile(r"[.!?…]+[)»\"]*")
_BEFORE = re.compile(r"(\w+)$")
_TWICE = re.compile(r"(.)\1+")
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|№|[^\W\d_]+(?:-[^\W\d_]+)*|[,;:—–()]|(?<=\s)-(?=\s)|[?!]+")
_CYRILLIC = re.compile(r"[а-я]", re.IGNORECASE)
_CYRILLIC_FOR = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "yo": "е",
    "ye": "е", **dict(zip("abvgdeziyklmnoprstufhcjqwx", "абвгдезийклмнопрстуфхцжквх", strict=True)),
}  # fmt: skip
_LATIN = re.compile("|".join(_CYRILLIC_FOR), re.IGNORECASE)
"""A text without any Cyrillic letter is read as transliterated Russian."""
_SOMEBODY = (
    r"\b(где|куда|когда|почему|отчего|зачем|откуда|сколько|кто|кого|кому|кем"
    r"|ком|что|чего|чему|чем|че|чо|чей|чь\w{1,3}|как\w{0,3})"
)
_SPELT_APART = [
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"-(?=(?:ли|бы|же)\b)", " "),
        (r"(?<=[а-я]{5})(?<!почему)(?<!откуда)(?<!сколько)(?<!как[а-я]{2})(?<!как[а-я]{3})-то\b", " "),
        (rf"{_SOMEBODY}\s*(?=нибудь\b)", r"\1-"),
        (rf"{_SOMEBODY}\s+(?=(?:то|либо)\b)", r"\1-"),
        (r"(?<=\w |, )что бы\b", "чтобы"),
    )
]
"""Particles that people write together or apart otherwise than the phrases: «сделайте-ка», «где то», «что бы»."""


def plain(text: str) -> str:
    """Return the part of a text that is read, normalised: composed letters, е for ё, no accents, links or smileys."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    text = unicodedata.normalize("NFKC", text)[: _HEAD + _TAIL].replace("ё", "е").replace("Ё", "Е")
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    text = re.sub(r"[^\S\n]+", " ", _SMILEY.sub(" ", URL.sub(" ", text))).strip()
    return text if _CYRILLIC.search(text) else _LATIN.sub(_in_cyrillic, text)


def _in_cyrillic(letters: re.Match[str]) -> str:
    return _CYRILLIC_FOR.get(letters[0].lower(), letters[0])  # the pattern matches İ, whose lower() has two signs


def without_phones(text: str) -> str:
    """Return the text without telephone numbers."""
    return _PHONE.sub(" ", text)


def sentences(text: str) -> list[str]:
    """Return the sentences that are read of a text by `plain`, each with its end mark."""
    spoken = [sentence for sentence in _sentences(text) if any(sign.isalnum() or sign == "?" for sign in sentence)]
    return _ends(spoken)


def _sentences(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        start = 0
        for mark in _MARKS.finditer(line):
            if not _goes_on(line, mark):
                yield line[start : mark.end()].strip()
                start = mark.end()
        yield line[start:].strip()


def _goes_on(line: str, mark: re.Match[str]) -> bool:
    """Return whether a full stop is part of an abbreviation, initials, a date, a number or an address."""
    if mark[0] != "." or mark.end() == len(line):
        return False
    preceding, next_sign = _BEFORE.search(line[max(0, mark.start() - 20) : mark.start()]), line[mark.end()]
    word = preceding[1] if preceding else ""
    if next_sign.isdigit() and word[-1:].isdigit():
        return True
    if word.isascii() and word.isalpha() and next_sign.isascii() and next_sign.isalpha():
        return True
    is_cut = len(word) <= _CUT and next_sign.islower()
    return is_cut or word.casefold() in language().words["abbreviations"] or (len(word) == 1 and word.isalpha())


def _ends(items: Sequence[str]) -> list[str]:
    return [*items[:_FIRST], *items[max(_FIRST, len(items) - _LAST) :]]


# From words to tags ------------------------------------------------------------------------------------------------


def tagged(sentence_texts: Sequence[str]) -> list[str]:
    """Return the sentences in the form that `engine` matches, each word with its tags."""
    tokens = [_ends(list(_tokens(sentence))) for sentence in sentence_texts]
    forms = list(dict.fromkeys(token.casefold() for sentence in tokens for token in sentence if token[0].isalpha()))
    looked_up = {*forms[: _LOOKED_UP - _LAST], *forms[-_LAST:]}
    looked_up -= {*[form for form in forms if form in looked_up and not is_dictionary_word(form)][_GUESSED:]}
    shouts = all(sentence.isupper() for sentence in sentence_texts)
    return ["".join(_tagged(sentence, looked_up, shouts=shouts)) for sentence in tokens]


def untagged(sentence: str) -> str:
    """Return a sentence in the form that `engine` matches, without looking words up."""
    return "".join(_tagged(list(_tokens(sentence)), (), shouts=False))


def _tokens(sentence: str) -> Iterator[str]:
    """Yield a sentence's words, numbers and marks; «где то» becomes «где-то»."""
    for pattern, instead in _SPELT_APART:
        sentence = pattern.sub(instead, sentence)
    yield from _TOKEN.findall(sentence)


def _tagged(tokens: Sequence[str], looked_up: Collection[str], *, shouts: bool) -> Iterator[str]:
    for index, piece in enumerate(tokens):
        form = piece.casefold()
        if piece[0] in "?!":
            yield "? " if "?" in piece else "! "
        elif piece[0].isdigit():
            yield f"{piece.replace('/', ':')}/#s{'Y' if piece.count('.') > 1 else ''} ".replace(",", ".")
        elif piece[0].isalpha() or piece == "№":
            capital = "C" if index and piece[0].isupper() and not shouts and tokens[index - 1] not in ".!?" else ""
            for spelt in (correct_spelling(form) if form in looked_up else form).split():
                yield f"{spelt}/{_tags(spelt) if form in looked_up else 's'}{capital} "
        else:
            yield ", "


_LEAST = 3
"""Letters of a thing: the dictionary takes «им» and «ул» for one too."""


@lru_cache(maxsize=20_000)
def _tags(form: str) -> str:
    """Return the letters of a word's classes (`engine`)."""
    word_form, lists = word(form), language().verbs
    verb = word_form.future or word_form.present or word_form.past
    vague = word_form.name or word_form.lemma in language().words["vague"] or len(form) < _LEAST
    order = _imperative_tags(form, word_form)
    result = word_form.infinitive and word_form.perfective and not form.endswith("ся")
    signs = {
        "M": order, "I": word_form.infinitive, "F": word_form.future, "T": word_form.present, "P": word_form.past,
        "V": verb, "2": word_form.second, "3": word_form.theirs, "4": word_form.yours,
        "N": word_form.thing and not vague, "A": word_form.person, "Z": word_form.name,
        "s": not (verb or word_form.infinitive or order),
        "R": result and word_form.lemma not in lists["public"],
        "D": word_form.infinitive and word_form.lemma in lists["office"] | lists["either"],
    }  # fmt: skip
    return "".join(letter for letter, holds in signs.items() if holds) + (_order(word_form, lists) if order else "")


def _imperative_tags(form: str, word_form: WordForm) -> bool:
    return (
        word_form.imperative
        and word_form.in_dictionary
        and (form.endswith(("те", "тесь")) or form in language().words["singular"])
    )


def _order(word_form: WordForm, lists: Mapping[str, frozenset[str]]) -> str:
    """Return the letters of an imperative: O asked of an office, E of either, X of neither, L not to be done."""
    never = "L" if word_form.lemma in lists["never"] else ""
    if word_form.lemma in lists["either"]:
        return f"E{never}"
    if word_form.lemma in lists["office"]:
        return f"O{never}"
    return never if word_form.lemma in lists["public"] or not word_form.perfective else f"X{never}"


@lru_cache(maxsize=20_000)
def correct_spelling(form: str) -> str:
    """Return a misspelt word corrected if it is close to one that people use for asking, else the word itself."""
    aliases = language().aliases
    if form in aliases or form.isascii() or not 3 <= len(form) <= 20 or is_dictionary_word(form):
        return aliases.get(form, form)
    if is_dictionary_word(single := _TWICE.sub(r"\1", form)) and single != form:
        return single
    closest = extractOne(form, _spelt(), scorer=OSA.distance, score_cutoff=2 if len(form) > 7 else 1)
    return str(closest[0]) if closest and len(form) > 3 else form


@lru_cache(maxsize=1)
def _spelt() -> tuple[str, ...]:
    return tuple(sorted(language().words["spelt"]))
