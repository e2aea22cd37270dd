"""A comment's text made even, cut into sentences as people type them, and tagged with what the dictionary says."""

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
"""Signs that are read of a text's beginning and end: a letter asks in its last lines, and nobody's is longer."""
_FIRST, _LAST = 60, 20
"""Sentences that are read of a text's beginning and end, and words of a sentence's."""
_LOOKED_UP = 100
"""Words of a text that are looked up in the dictionary."""
_GUESSED = 20
"""Those of them that the dictionary has not and that are guessed at by their endings: 0.3 ms for each."""

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
"""A text without a Cyrillic letter is read as Russian on another keyboard."""
_PARTICLE = re.compile(
    r"-(?=(?:ли|бы|же)\b)|(?<=[а-я]{5})(?<!почему)(?<!откуда)(?<!сколько)(?<!как[а-я]{2})(?<!как[а-я]{3})-то\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"(?:где|куда|когда|почему|отчего|зачем|откуда|сколько|кто|кого|кому|кем|ком|что|чего|чему|чем|че|чо|чей|чь\w{1,3}|как\w{0,3})$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return what is read of a text: composed letters without accents piled up, ё as е, no links, single spaces."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    text = unicodedata.normalize("NFKC", text)[: _HEAD + _TAIL].replace("ё", "е").replace("Ё", "Е")
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    text = re.sub(r"[^\S\n]+", " ", _SMILEY.sub(" ", URL.sub(" ", text))).strip()
    return text if _CYRILLIC.search(text) else _LATIN.sub(_in_cyrillic, text)


def _in_cyrillic(letters: re.Match[str]) -> str:
    return _CYRILLIC_FOR.get(letters[0].lower(), letters[0])  # İ is an i to the pattern, and to lower() two signs


def without_phones(text: str) -> str:
    """Return the text without telephone numbers."""
    return _PHONE.sub(" ", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text that are read, each with its mark."""
    line = [sentence for sentence in _sentences(text) if any(sign.isalnum() or sign == "?" for sign in sentence)]
    return _ends(line)


def _sentences(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        start = 0
        for mark in _MARKS.finditer(line):
            if not _goes_on(line, mark):
                yield line[start : mark.end()].strip()
                start = mark.end()
        yield line[start:].strip()


def _goes_on(line: str, mark: re.Match[str]) -> bool:
    """Tell whether a full stop belongs to an abbreviation, initials, a date, a number or an address."""
    if mark[0] != "." or mark.end() == len(line):
        return False
    before, after = _BEFORE.search(line[max(0, mark.start() - 20) : mark.start()]), line[mark.end()]
    word = before[1] if before else ""
    if after.isdigit() and word[-1:].isdigit():
        return True
    if word.isascii() and word.isalpha() and after.isascii() and after.isalpha():
        return True
    return word.casefold() in language().words["abbreviations"] or (len(word) == 1 and word.isalpha())


def _ends(line: Sequence[str]) -> list[str]:
    return [*line[:_FIRST], *line[max(_FIRST, len(line) - _LAST) :]]


# From words to tags ------------------------------------------------------------------------------------------------


def tagged(line: Sequence[str]) -> list[str]:
    """Return sentences as the engine reads them, each word with its tags."""
    tokens = [_ends(list(_tokens(sentence))) for sentence in line]
    forms = list(dict.fromkeys(token.casefold() for sentence in tokens for token in sentence if token[0].isalpha()))
    looked_up = {*forms[: _LOOKED_UP - _LAST], *forms[-_LAST:]}
    looked_up -= {*[form for form in forms if form in looked_up and not is_dictionary_word(form)][_GUESSED:]}
    shouts = all(sentence.isupper() for sentence in line)
    return ["".join(_tagged(sentence, looked_up, shouts=shouts)) for sentence in tokens]


def untagged(sentence: str) -> str:
    """Return a sentence as the engine reads it, without what the dictionary says."""
    return "".join(_tagged(list(_tokens(sentence)), (), shouts=False))


def _tokens(sentence: str) -> Iterator[str]:
    """Yield a sentence's words, numbers and marks, misspelt words put right; «где то» is «где-то»."""
    before = ""
    for match in _TOKEN.finditer(_PARTICLE.sub(" ", sentence)):
        if match[0].casefold() in {"то", "нибудь", "либо"} and _SOMEBODY.match(before):
            before = f"{before}-{match[0]}"
            continue
        if before:
            yield before
        before = match[0]
    if before:
        yield before


def _tagged(tokens: Sequence[str], looked_up: Collection[str], *, shouts: bool) -> Iterator[str]:
    for place, piece in enumerate(tokens):
        form = piece.casefold()
        if piece[0] in "?!":
            yield "? " if "?" in piece else "! "
        elif piece[0].isdigit():
            yield f"{piece.replace('/', ':')}/#s{'Y' if piece.count('.') > 1 else ''} ".replace(",", ".")
        elif piece[0].isalpha() or piece == "№":
            capital = "C" if place and piece[0].isupper() and not shouts and tokens[place - 1] not in ".!?" else ""
            for part in (correct_spelling(form) if form in looked_up else form).split():
                yield f"{part}/{_tags(part) if form in looked_up else 's'}{capital} "
        else:
            yield ", "


@lru_cache(maxsize=20_000)
def _tags(form: str) -> str:
    """Return the letters of a word's classes, as `engine` names them."""
    found, lists = word(form), language().verbs
    verb = found.future or found.present or found.past
    thing = found.thing and found.lemma not in language().words["vague"] and not found.name
    signs = {
        "M": _imperative_tags(form, found), "I": found.infinitive, "F": found.future, "T": found.present, "P": found.past,
        "V": verb, "2": found.second, "3": found.theirs, "N": thing, "A": found.person, "Z": found.name,
        "s": not (verb or found.infinitive or _imperative_tags(form, found)),
        "R": found.infinitive and found.perfective,
        "D": found.infinitive and found.lemma in lists["office"] | lists["either"],
    }  # fmt: skip
    order = _order(found, lists) if signs["M"] else ""
    return "".join(letter for letter, holds in signs.items() if holds) + order


def _imperative_tags(form: str, found: WordForm) -> bool:
    return found.imperative and found.known and (form.endswith(("те", "тесь")) or form in language().words["singular"])


def _order(found: WordForm, lists: Mapping[str, frozenset[str]]) -> str:
    """Return the letters of an imperative, by whom people ask to do that."""
    never = "L" if found.lemma in lists["never"] else ""
    if found.lemma in lists["either"]:
        return f"E{never}"
    if found.lemma in lists["office"]:
        return f"O{never}"
    return never if found.lemma in lists["public"] or not found.perfective else f"X{never}"


@lru_cache(maxsize=20_000)
def correct_spelling(form: str) -> str:
    """Return a word as it is spelt in the dictionary, where it is near to one by which people ask."""
    aliases = language().aliases
    if form in aliases or form.isascii() or not 3 <= len(form) <= 20 or is_dictionary_word(form):
        return aliases.get(form, form)
    if is_dictionary_word(single := _TWICE.sub(r"\1", form)) and single != form:
        return single
    near = extractOne(form, _spelt(), scorer=OSA.distance, score_cutoff=2 if len(form) > 7 else 1)
    return str(near[0]) if near and len(form) > 3 else form


@lru_cache(maxsize=1)
def _spelt() -> tuple[str, ...]:
    return tuple(sorted(language().words["spelt"]))
