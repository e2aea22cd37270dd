"""How people write a Russian word in Latin letters when they choose an address, likeliest first."""

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
_LESS = 0.5
"""How much rarer each spelling is than the one before it."""
_PIECE = re.compile(r"[иы]й$|кс|ь[яею]|ия|.")
_LONGEST, _KEPT = 32, 12
"""Letters that are read of a word, and spellings that are kept of its beginning."""

Spellings = tuple[tuple[str, float], ...]
"""Each with its weight; the likeliest has 1."""


@lru_cache(maxsize=4096)
def spellings(word: str) -> Spellings:
    """Return how a word may be spelled, likeliest first; of what is no word, nothing."""
    letters = "".join(re.findall("[а-яёa-z]", unicodedata.normalize("NFC", word).lower()))[:_LONGEST]
    pieces = _PIECE.findall(letters)
    schemes: list[tuple[dict[str, str], float]] = [({}, 1.0)]
    for piece in dict.fromkeys(pieces):
        ways = enumerate(LETTERS.get(piece, LETTERS.get(f"{piece}$", piece)).split(" "))
        grown = [({**scheme, piece: way}, weight * _LESS**rank) for rank, way in ways for scheme, weight in schemes]
        schemes = sorted(grown, key=lambda scheme: -scheme[1])[:_KEPT]
    texts = {"".join(map(scheme.__getitem__, pieces)): weight for scheme, weight in reversed(schemes)}
    if letters in _ABROAD:
        texts[_ABROAD[letters]] = _LESS
    return tuple(sorted(((text, weight) for text, weight in texts.items() if text), key=lambda row: (-row[1], row[0])))
