"""How people write a Russian word in Latin letters when they choose a user name, likeliest first."""

import re
import unicodedata
from functools import lru_cache

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e yo", "ж": "zh j", "з": "z", "и": "i",
    "й": "y i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "h kh", "ц": "ts c", "ч": "ch", "ш": "sh", "щ": "sch shch sh", "ъ": "", "ы": "y i", "ь": "",
    "э": "e", "ю": "yu iu u", "я": "ya ia a", "кс": "ks x", "ья": "ya ia", "ье": "ye e ie", "ью": "yu iu",
    "ия": "iya ia", "ий$": "iy y i", "ый$": "y yy",
}  # fmt: skip
"""The spellings of a letter or of two together, the usual one first; ``$`` is the end of a word."""
_ABROAD = {"александр": "alexander", "андрей": "andrew", "виктор": "victor", "юлия": "julia"}
_RARER = 0.5
"""The weight of each spelling relative to the one before it."""
_PIECE = re.compile(r"[иы]й$|кс|ь[яею]|ия|.")
_LONGEST, _KEPT = 32, 12
"""How many letters of a word are read, and how many combinations of spellings are kept."""

Spellings = tuple[tuple[str, float], ...]
"""Each spelling with its weight; the likeliest has 1."""


@lru_cache(maxsize=4096)
def spellings(word: str) -> Spellings:
    """Return how a word may be spelled, likeliest first; empty if it has no letters."""
    letters = "".join(re.findall("[а-яёa-z]", unicodedata.normalize("NFC", word).lower()))[:_LONGEST]
    pieces = _PIECE.findall(letters)
    schemes: list[tuple[dict[str, str], float]] = [({}, 1.0)]
    for piece in dict.fromkeys(pieces):
        variants = enumerate(LETTERS.get(piece, LETTERS.get(f"{piece}$", piece)).split(" "))
        grown = [
            ({**scheme, piece: variant}, weight * _RARER**rank)
            for rank, variant in variants
            for scheme, weight in schemes
        ]
        schemes = sorted(grown, key=lambda scheme: -scheme[1])[:_KEPT]
    texts = {"".join(map(scheme.__getitem__, pieces)): weight for scheme, weight in reversed(schemes)}
    if letters in _ABROAD:
        texts[_ABROAD[letters]] = _RARER
    return tuple(sorted(((text, weight) for text, weight in texts.items() if text), key=lambda row: (-row[1], row[0])))
