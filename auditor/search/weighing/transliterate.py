"""How people write a Russian word in Latin letters when they choose an address, likeliest first.

Two sources are mixed. The schemes of `iuliia` spell a word in one consistent way, as a passport or a bank card does;
the table of letters, each with the spellings that people give it, makes what no scheme does (``schukin``, ``aleksey``).
The first spelling of each letter in the table is also the one by which names are compared (`words.fold`).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module

Weighted = tuple[tuple[str, float], ...]
"""Spellings with their shares, best first."""

SCHEMES = {
    "wikipedia": 0.16,
    "mvd_782": 0.12,
    "icao_doc_9303": 0.09,
    "yandex_money": 0.04,
    "yandex_maps": 0.02,
    "bgn_pcgn": 0.02,
    "mosmetro": 0.02,
}
"""The share of people who follow a scheme throughout. What is left follow the letters, each for itself."""

LETTERS: dict[str, dict[str, float]] = {
    "а": {"a": 1},
    "б": {"b": 1},
    "в": {"v": 0.96, "w": 0.04},
    "г": {"g": 1},
    "д": {"d": 1},
    "е": {"e": 1},
    "^е": {"e": 0.8, "ye": 0.2},
    "ё": {"e": 0.88, "yo": 0.08, "o": 0.04},
    "ж": {"zh": 0.9, "j": 0.06, "g": 0.03, "z": 0.01},
    "з": {"z": 1},
    "и": {"i": 0.98, "y": 0.02},
    "й": {"y": 0.78, "i": 0.17, "j": 0.05},
    "й$": {"y": 0.85, "i": 0.1, "j": 0.03, "": 0.02},
    "к": {"k": 0.97, "c": 0.03},
    "л": {"l": 1},
    "м": {"m": 1},
    "н": {"n": 1},
    "о": {"o": 1},
    "п": {"p": 1},
    "р": {"r": 1},
    "с": {"s": 1},
    "т": {"t": 1},
    "у": {"u": 0.97, "ou": 0.03},
    "ф": {"f": 0.97, "ph": 0.03},
    "х": {"h": 0.63, "kh": 0.35, "x": 0.02},
    "ц": {"ts": 0.66, "c": 0.26, "tc": 0.03, "tz": 0.03, "z": 0.02},
    "ч": {"ch": 0.97, "c": 0.02, "tch": 0.01},
    "ш": {"sh": 0.98, "sch": 0.02},
    "щ": {"sch": 0.45, "shch": 0.4, "sh": 0.12, "sc": 0.03},
    "ъ": {"": 1},
    "ы": {"y": 0.82, "i": 0.18},
    "ь": {"": 1},
    "э": {"e": 1},
    "ю": {"yu": 0.68, "iu": 0.15, "u": 0.12, "ju": 0.05},
    "я": {"ya": 0.72, "ia": 0.22, "ja": 0.04, "a": 0.02},
    # Letters next to each other.
    "ий$": {"iy": 0.4, "y": 0.27, "i": 0.15, "ii": 0.13, "ij": 0.05},
    "ый$": {"y": 0.5, "iy": 0.2, "yy": 0.14, "i": 0.1, "yi": 0.06},
    "ия": {"ia": 0.5, "iya": 0.42, "ya": 0.04, "ija": 0.04},
    "ье": {"ye": 0.36, "ie": 0.36, "e": 0.24, "je": 0.04},
    "ьё": {"ye": 0.32, "ie": 0.32, "yo": 0.22, "e": 0.11, "io": 0.03},
    "ья": {"ya": 0.6, "ia": 0.3, "iya": 0.06, "ja": 0.04},
    "ью": {"yu": 0.6, "iu": 0.25, "u": 0.1, "ju": 0.05},
    "ъе": {"ye": 0.5, "e": 0.4, "ie": 0.1},
    "кс": {"ks": 0.57, "x": 0.43},
    "дж": {"dzh": 0.7, "j": 0.2, "dj": 0.1},
    "ов$": {"ov": 0.98, "off": 0.02},
    "ев$": {"ev": 0.98, "eff": 0.02},
}
"""How people spell a letter, or letters next to each other. ``^`` is the beginning of a word or after a vowel
or a sign, ``$`` its end."""

GIVEN: dict[str, tuple[str, ...]] = {
    "александр": ("alexander", "aleksander"),
    "андрей": ("andrew",),
    "виктор": ("victor",),
    "евгений": ("eugene",),
    "евгения": ("eugenia",),
    "екатерина": ("catherine", "katerina"),
    "елена": ("helena",),
    "георгий": ("george",),
    "михаил": ("michael", "mihail"),
    "николай": ("nicholas",),
    "павел": ("paul",),
    "пётр": ("peter",),
    "петр": ("peter",),
    "софья": ("sofia", "sophia"),
    "юлия": ("julia", "yulia"),
    "ян": ("jan",),
}
"""Given names that are also written as abroad."""

_GIVEN_SHARE = 0.12
_LONGEST = 40
"""Letters read of a word: an address has 32."""
_BEAM = 48
"""Beginnings kept while a word is spelled."""
_SINGLED = 0.06
"""How often a double consonant is written once."""
_VOWELS_AND_SIGNS = set("аеёиоуыэюяьъ")
_CONSONANTS = set("бвгджзклмнпрстфхцчшщ")


def _letters(word: str) -> str:
    """Return the word's letters alone, lower case."""
    composed = unicodedata.normalize("NFC", word[: 4 * _LONGEST]).lower()
    return "".join(c for c in composed if c in LETTERS or "a" <= c <= "z")[:_LONGEST]


@lru_cache(maxsize=4096)
def weighted(word: str, limit: int = 16) -> Weighted:
    """Return the spellings with their shares, which add up to 1 at most."""
    bare = _letters(word)
    if not bare:
        return ()
    shares: dict[str, float] = defaultdict(float)
    left = 1.0
    for text, share in [*_foreign(bare), *_schemes(bare)]:
        shares[text] += share
        left -= share
    for text, share in _by_letters(bare):
        shares[text] += share * left
    return best(shares.items(), limit)


def best(shares: Iterable[tuple[str, float]], limit: int) -> Weighted:
    """Return the likeliest; equal shares by text, so that the same word gives the same list."""
    return tuple(sorted(((text, share) for text, share in shares if text), key=lambda s: (-s[1], s[0]))[:limit])


def initial_spellings(word: str) -> Weighted:
    """Return the spellings of a word's first letter: ``yu``, ``y``, ``u`` for Юлия."""
    bare = _letters(word)[:1]
    if not bare:
        return ()
    shares: dict[str, float] = defaultdict(float)
    for text, share in _by_letters(bare):
        shares[text] += share * 0.7
        shares[text[:1]] += share * 0.3
    return best(shares.items(), 4)


def _foreign(bare: str) -> list[tuple[str, float]]:
    forms = GIVEN.get(bare, ())
    return [(form, _GIVEN_SHARE / len(forms)) for form in forms]


def _schemes(bare: str) -> list[tuple[str, float]]:
    # It reads thirty files when it is imported, and only finding accounts needs it.
    iuliia = import_module("iuliia")  # it carries no types

    spelled = ((getattr(iuliia, name.upper()).translate(bare), share) for name, share in SCHEMES.items())
    plain = ((re.sub(r"['`’ʹʺ]", "", text), share) for text, share in spelled)
    return [(text, share) for text, share in plain if re.fullmatch("[a-z]+", text)]


def _by_letters(bare: str) -> list[tuple[str, float]]:
    """Spell letter after letter, keeping the likeliest beginnings."""
    begun: list[tuple[str, float]] = [("", 1.0)]
    at = 0
    while at < len(bare):
        length, choices = _choices(bare, at)
        grown: dict[str, float] = defaultdict(float)
        for text, share in begun:
            for written, part in choices.items():
                grown[text + written] += share * part
        begun = sorted(grown.items(), key=lambda s: (-s[1], s[0]))[:_BEAM]
        at += length
    return begun


def _choices(bare: str, at: int) -> tuple[int, dict[str, float]]:
    """Return how many letters are read at `at`, and what they may become."""
    one, two = bare[at], bare[at : at + 2]
    if len(two) == 2:
        ends = at + 2 == len(bare) and LETTERS.get(f"{two}$")
        if pair := ends or LETTERS.get(two):
            return 2, pair
        if one == two[1] and one in _CONSONANTS:
            (written, _), *_ = LETTERS[one].items()
            return 2, {written * 2: 1 - _SINGLED, written: _SINGLED}
    last = at + 1 == len(bare) and len(bare) > 1 and LETTERS.get(f"{one}$")
    opens = (at == 0 or bare[at - 1] in _VOWELS_AND_SIGNS) and LETTERS.get(f"^{one}")
    return 1, last or opens or LETTERS.get(one) or {one: 1.0}
