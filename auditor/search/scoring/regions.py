"""How addresses name a place: a region's number and its usual Latin words, a municipality's name in full and short.

The list has the numbers of official forms and car plates, and what regions are commonly called in Latin letters
(``nsk``, ``spb``, ``kbr``).
"""

import csv
import re
from functools import lru_cache
from importlib import resources

from auditor.search.scoring.spelling import Spellings, spellings

_GENERIC = re.compile(
    r"(?:район|город(?:ской|а)?|г|округ|муниципальн\w+|образование|зато|сельское|поселение|пгт|село|республика|"
    r"область|обл|край|автономн\w+|народная|на)"
)
_ADJECTIVE = re.compile(r"(.{2,}?)([сц]к|)(?:ий|ая|ое|ой|ый)")


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("regions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {_key(name): row for row in rows for name in (row["name"], *row["also"].split("|")) if name}


def _key(name: str) -> str:
    """Reduce a name to the words that tell it from others."""
    said = re.findall(r"\w+", name.casefold().replace("ё", "е"))
    return " ".join(word for word in said if not _GENERIC.fullmatch(word)) or " ".join(said)


def code_of(region: str) -> int | None:
    """Return the number of a region; None where the list does not have it."""
    row = _table().get(_key(region)) if "район" not in region.casefold() else None
    return int(row["code"]) if row else None


def places(municipality: str, region: str) -> Spellings:
    """Return the Latin words for an office's place, likeliest first."""
    row = _table().get(_key(region)) or {"words": "", "capital": ""}
    own = [] if _key(municipality) == _key(region) else _short(municipality)
    words = [*own, *row["words"].split()[:5], *_short(row["capital"]), *_short(region)]
    return tuple((word, 1 / (1 + rank / 2)) for rank, word in enumerate(dict.fromkeys(words)))


def _short(name: str) -> list[str]:
    """Return the Latin forms of a place's name: of «Томский» the town and the stem, then its first three letters."""
    parts = _key(name).split()
    if not parts:
        return []
    adjective = _ADJECTIVE.fullmatch(parts[0]) if len(parts) == 1 else None
    stems = [adjective[1] + adjective[2], adjective[1]] if adjective else ["".join(parts), *parts[-1:]]
    whole = [text for stem in dict.fromkeys(stems) for text, _ in spellings(stem)[:2]]
    several = ["".join(text for part in parts for text, _ in spellings(part[:1])[:1])] if len(parts) > 1 else []
    return [*several, *whole, whole[0][:3]] if whole else []
