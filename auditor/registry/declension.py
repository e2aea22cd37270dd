"""Forms of Russian words as people type them: by the endings of a declension, else by the dictionary.

And what was typed in the wrong keyboard layout.
"""

import re

_ADJECTIVE = ("ого", "его", "ому", "ему", "ым", "им", "ом", "ем")
_DECLENSIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ий", (*_ADJECTIVE, "ия", "ию", "ием", "ии")),
    ("ый", _ADJECTIVE),
    ("ой", _ADJECTIVE),
    ("ое", _ADJECTIVE),
    ("ее", _ADJECTIVE),
    ("ая", ("ой", "ую")),
    ("яя", ("ей", "юю")),
    ("а", ("ы", "и", "е", "у", "ой", "ей")),
    ("я", ("и", "е", "ю", "ей")),
    ("о", ("а", "у", "ом", "е")),
    ("е", ("я", "ю", "ем", "и")),
    ("ь", ("я", "и", "ю", "ем", "е", "ью")),
    ("й", ("я", "ю", "ем", "е")),
    ("", ("а", "у", "ом", "ем", "ым", "е")),
)
"""Endings of the nominative, the first that fits counts, and those of the other cases in their place."""


def declined(word: str) -> set[str]:
    """Return the forms of a word in small letters, by its ending alone: some of them nobody uses."""
    ending, others = next((ending, others) for ending, others in _DECLENSIONS if word.endswith(ending))
    stem = word.removesuffix(ending)
    return {word, *(stem + other for other in others)} if len(word) > len(ending) + 1 else {word}


def is_form(word: str, typed: str) -> bool:
    """Return whether `typed` is `word` in some case, by the ending."""
    return typed in declined(word)


def is_dictionary_form(word: str, typed: str) -> bool:
    """Return whether `typed` is `word` in some case, by the dictionary too."""
    from auditor.language.grammar import lemmas  # noqa: PLC0415 - most names need no dictionary

    return is_form(word, typed) or word in lemmas(typed)


_DATIVES = {"глава": "Главе", "мэр": "Мэру", "губернатор": "Губернатору", "депутат": "Депутату"}


def dative_title(title: str) -> str:
    """Return a title as a letter is addressed to it, «Главе Первого района»; empty if its first word is another."""
    first, _, others = title.partition(" ")
    dative = _DATIVES.get(first.casefold(), "")
    return f"{dative} {others}".strip() if dative else ""


_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>~/?#@"
_RUSSIAN = 'йцукенгшщзхъфывапролджэячсмитьбюёхъжэбюё.,№"'
_LETTERS = 33
_TO_RUSSIAN, _TO_LATIN = str.maketrans(_LATIN, _RUSSIAN), str.maketrans(_RUSSIAN[:_LETTERS], _LATIN[:_LETTERS])
"""Signs beside the letters of one key, as «№» is beside #, matter in the names of offices, not in ids."""


def in_other_layout(text: str) -> str:
    """Return what the same keys write in the other keyboard layout, in small letters; a Roman number stays."""
    table = _TO_LATIN if re.search("[а-яё]", text, re.IGNORECASE) else _TO_RUSSIAN
    return " ".join(word if _ROMAN.fullmatch(word) else word.lower().translate(table) for word in text.split())


_ROMAN = re.compile("[ivx]{2,}", re.IGNORECASE)
