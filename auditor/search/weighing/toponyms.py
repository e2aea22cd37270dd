"""How addresses name a place: by its whole name, or by short forms made from it by rule."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import product
from math import prod

from auditor.search.weighing.regions import RegionFacts
from auditor.search.weighing.transliterate import Weighted, best, weighted

# fmt: off
_GENERIC = {
    "район", "города", "город", "г", "округ", "городской", "муниципальный", "муниципальное", "образование", "зато",
    "городское", "сельское", "поселение", "посёлок", "поселок", "пгт", "село", "республика", "область", "обл", "край",
    "автономный", "автономная", "народная", "на",
}
# fmt: on
_ADJECTIVE = re.compile(r"(.{2,}?)(ск|цк)(ий|ая|ое|ой)")
_WHOLE = 0.55
"""Share of the whole name among all forms of a place."""
_INITIALS = 0.25
"""Share of the initials of a name of several words: ``nn``, ``spb``."""
_LISTED, _CAPITAL, _NAME = 0.3, 0.4, 0.4
"""Shares of a region's usual words, of what its capital gives, of what its own name gives."""
_OWN = 0.55
"""Share of a municipality's words, the rest being its region's."""

SHORT: dict[str, tuple[float, Callable[[str], str]]] = {
    "first three letters": (0.14, lambda text: text[:3]),
    "first three consonants": (0.09, lambda text: _consonants(text)[:3]),
    "first letter and -sk": (0.06, lambda text: f"{text[0]}sk" if text.endswith("sk") else ""),
}
"""How a place's Latin name is made short, and how often that is done."""


def _consonants(text: str) -> str:
    """Return the first letter and the consonants after it: ``tmsk``."""
    return text[0] + re.sub("[aeiouy]", "", text[1:])


@lru_cache(maxsize=512)
def of_name(name: str) -> Weighted:
    """Return the forms of one place name, with shares."""
    parts = [part for part in re.findall(r"\w+", name[:200].casefold()) if part not in _GENERIC]
    shares: dict[str, float] = defaultdict(float)
    for words, part in _forms(parts):
        for number, (text, share) in enumerate(_spelled(words)):
            shares[text] += _WHOLE * part * share
            for weight, short in SHORT.values() if number == 0 else ():
                shares[short(text)] += weight * part
    if len(parts) > 1:
        shares["".join(text[0] for part in parts for text, _ in weighted(part, 1))] += _INITIALS
    return best(shares.items(), 24)


def _spelled(words: list[str]) -> Weighted:
    """Spell words that are written together, each by its own rules."""
    spelled = [choices for word in words if (choices := weighted(word, 5))]
    together = ((("".join(t for t, _ in each)), prod(s for _, s in each)) for each in product(*spelled[:3]))
    return best(together, 5)


def _forms(parts: list[str]) -> list[tuple[list[str], float]]:
    """Return the Russian words that may be meant: of «Томский», the stem, the town Томск, a town in -о."""
    if len(parts) > 1:
        return [(parts, 0.6), (parts[-1:], 0.25), (parts[:1], 0.15)]
    adjective = _ADJECTIVE.fullmatch("".join(parts))
    if not adjective:
        return [(parts, 1.0)]
    stem, suffix, _ = adjective.groups()
    towns = [(f"{stem}о", 0.2)] if stem.endswith(("ов", "ев", "ин", "ын")) else []
    if stem.endswith("ов") and len(stem) > 4:
        towns.append((f"{stem[:-2]}о", 0.1))
    every = [(stem, 0.4), (f"{stem}{suffix}", 0.35), (f"{stem}{suffix}ий", 0.15), *towns]
    return [([word], share) for word, share in every]


def latin_words(municipality: str, region: RegionFacts | None) -> Weighted:
    """Return the Latin words for an office's place with their shares, best first.

    `municipality` is empty for an office of the region itself.
    """
    shares: dict[str, float] = defaultdict(float)
    own = (_OWN if region else 1.0) if municipality else 0.0
    for text, share in of_name(municipality) if municipality else ():
        shares[text] += own * share
    for text, share in _of_region(region) if region else ():
        shares[text] += (1 - own) * share
    return best(shares.items(), 40)


def _of_region(region: RegionFacts) -> Weighted:
    shares: dict[str, float] = defaultdict(float)
    for rank, text in enumerate(region.words):
        shares[text] += _LISTED / 2 ** (rank / 2 + 1)
    for name, part in ((region.capital, _CAPITAL), (region.name, _NAME)):
        for text, share in of_name(name):
            shares[text] += part * share
    return best(shares.items(), 40)
