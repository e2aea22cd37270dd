"""How people write a Russian word in Latin letters when they choose a user name, likeliest first."""

import re
import unicodedata
from functools import lru_cache

from auditor.search.patterns import table

LETTERS, _ABROAD = table("letters"), table("abroad")
_RARER = 0.25
"""The weight of a name as written abroad."""
_PIECE = re.compile(r"[иы]й$|кс|дж|ъе|ь[яеёюи]|ия|.")
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
        grown = [
            ({**scheme, piece: variant}, weight / int(rarer or 1))
            for variant, _, rarer in (text.partition("/") for text in _variants(piece))
            for scheme, weight in schemes
        ]
        schemes = sorted(grown, key=lambda scheme: -scheme[1])[:_KEPT]
    texts = {"".join(map(scheme.__getitem__, pieces)): weight for scheme, weight in reversed(schemes)}
    if letters in _ABROAD:
        texts[_ABROAD[letters]] = _RARER
    return tuple(sorted(((text, weight) for text, weight in texts.items() if text), key=lambda row: (-row[1], row[0])))


def _variants(piece: str) -> list[str]:
    return LETTERS.get(piece, LETTERS.get(f"{piece}$", piece)).split(" ")
