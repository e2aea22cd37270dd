"""How people write a Russian word in Latin letters when they choose a user name, likeliest first."""

import re
import unicodedata
from functools import lru_cache

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e yo/8", "ж": "zh j/10", "з": "z", "и": "i",
    "й": "y i/3 j/12", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "h kh/2", "ц": "ts c/2", "ч": "ch", "ш": "sh", "щ": "sch shch/1 sh/4", "ъ": "",
    "ы": "y i/6", "ь": "", "э": "e", "ю": "yu iu/4 u/4", "я": "ya ia/3", "кс": "ks x/1", "дж": "dzh j/4",
    "ъе": "ye e/1", "ье": "ye ie/1 e/2", "ьё": "ye ie/1 e/3 yo/3", "ья": "ya ia/2", "ью": "yu iu/2 u/5", "ьи": "i yi/2",
    "ия": "iya ia/1 ya/12", "ий$": "iy y/2 i/3 ii/4", "ый$": "y iy/3 yy/4 i/5",
}  # fmt: skip
"""The spellings of a letter or of two together, the usual one first and how many times rarer others are; ``$`` is the
end of a word."""
_ABROAD = {
    "александр": "alexander", "андрей": "andrew", "виктор": "victor", "юлия": "julia", "михаил": "michael",
    "евгений": "eugene", "пётр": "peter", "георгий": "george", "павел": "paul",
}  # fmt: skip
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
