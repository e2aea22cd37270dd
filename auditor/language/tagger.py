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
_FIRST, _LAST = 60, 20
"""Sentences that are read at a text's beginning and end, and likewise words of a sentence."""
_LOOKED_UP = 100
"""Words of a text that are looked up in the dictionary."""
_GUESSED = 20
"""Words among these that may be missing from the dictionary and are guessed by their endings, at 0.3 ms each."""

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
_PARTICLE = re.compile(
    r"-(?=(?:ли|бы|же)\b)|(?<=[а-я]{5})(?<!почему)(?<!откуда)(?<!сколько)(?<!как[а-я]{2})(?<!как[а-я]{3})-то\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"(?:где|куда|когда|почему|отчего|зачем|откуда|сколько|кто|кого|кому|кем|ком|что|чего|чему|чем|че|чо|чей|чь\w{1,3}|как\w{0,3})$",
    re.IGNORECASE,
)


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
    return word.casefold() in language().words["abbreviations"] or (len(word) == 1 and word.isalpha())


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
    pending = ""
    for match in _TOKEN.finditer(_PARTICLE.sub(" ", sentence)):
        if match[0].casefold() in {"то", "нибудь", "либо"} and _SOMEBODY.match(pending):
            pending = f"{pending}-{match[0]}"
            continue
        if pending:
            yield pending
        pending = match[0]
    if pending:
        yield pending


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


@lru_cache(maxsize=20_000)
def _tags(form: str) -> str:
    """Return the letters of a word's classes (`engine`)."""
    word_form, lists = word(form), language().verbs
    verb = word_form.future or word_form.present or word_form.past
    thing = word_form.thing and word_form.lemma not in language().words["vague"] and not word_form.name
    signs = {
        "M": _imperative_tags(form, word_form), "I": word_form.infinitive,
        "F": word_form.future, "T": word_form.present, "P": word_form.past,
        "V": verb, "2": word_form.second, "3": word_form.theirs, "N": thing, "A": word_form.person, "Z": word_form.name,
        "s": not (verb or word_form.infinitive or _imperative_tags(form, word_form)),
        "R": word_form.infinitive and word_form.perfective,
        "D": word_form.infinitive and word_form.lemma in lists["office"] | lists["either"],
    }  # fmt: skip
    order = _order(word_form, lists) if signs["M"] else ""
    return "".join(letter for letter, holds in signs.items() if holds) + order


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
