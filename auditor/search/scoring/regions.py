"""How user names write a place: a region's number and usual Latin words, a municipality's name in full and short.

``regions.csv`` has the numbers of official forms and car plates, and the common Latin words for a region (``nsk``,
``spb``, ``kbr``).
"""

import csv
import re
from functools import lru_cache
from importlib import resources

from auditor.search.patterns import pattern
from auditor.search.scoring.spelling import Spellings, spellings

_ADJECTIVE = re.compile(r"(.{2,}?)([сц]к|)(?:ий|ая|ое|ой|ый)")


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("regions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {_key(name): row for row in rows for name in (row["name"], *row["also"].split("|")) if name}


def _key(name: str) -> str:
    """Return a name without generic words such as «район»; unchanged if it has only these."""
    name_words = re.findall(r"\w+", name.casefold().replace("ё", "е"))
    return " ".join(word for word in name_words if not pattern("generic").fullmatch(word)) or " ".join(name_words)


def code_of(region: str) -> int | None:
    """Return the number of a region; None if the list does not have it."""
    row = _table().get(_key(region)) if "район" not in region.casefold() else None
    return int(row["code"]) if row else None


def place_words(municipality: str, region: str) -> Spellings:
    """Return the Latin words for an office's place with their weights, likeliest first."""
    row = _table().get(_key(region)) or {"words": "", "capital": ""}
    municipality_words = [] if _key(municipality) == _key(region) else _short(municipality)
    words = [*municipality_words, *row["words"].split()[:5], *_short(row["capital"]), *_short(region)]
    return tuple((word, 1 / (1 + rank)) for rank, word in enumerate(dict.fromkeys(words)))


def _short(name: str) -> list[str]:
    """Return the Latin forms of a place's name: initials, the whole name or its stems, and the first three letters."""
    name_words = _key(name).split()
    if not name_words:
        return []
    adjective = _ADJECTIVE.fullmatch(name_words[0]) if len(name_words) == 1 else None
    stems = _stems(*adjective.groups()) if adjective else ["".join(name_words), *name_words[-1:]]
    spelled = [text for stem in dict.fromkeys(stems) for text, _ in spellings(stem)[:2]]
    initials = (
        ["".join(text for word in name_words for text, _ in spellings(word[:1])[:1])] if len(name_words) > 1 else []
    )
    return [*initials, *spelled, spelled[0][:3], _consonants(spelled[0])[:3]] if spelled else []


def _stems(stem: str, suffix: str) -> list[str]:
    """Return the places that an adjective may come from: «Иваньковский» of Иваньковск, Иваньков or Иваньково."""
    return [stem + suffix, stem, *([f"{stem}о"] if re.search("[ое]в$|[иы]н$", stem) else [])]


def _consonants(text: str) -> str:
    return text[:1] + re.sub("[aeiouy]", "", text[1:])
