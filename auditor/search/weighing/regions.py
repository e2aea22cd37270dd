"""The subjects of the federation, as people put them into addresses: the number, short Latin words, the capital.

Numbers are those of the official forms and car plates. The short words are what towns and regions are commonly
called in Latin letters (``nsk``, ``spb``, ``kbr``); what follows from a name by rule is left to `toponyms`.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """One subject. `words` are Latin, commonest first; `plates` are its further numbers; `code` 0 is not known."""

    code: int
    name: str
    capital: str
    words: tuple[str, ...]
    plates: tuple[int, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Its numbers as written, two digits at least, the subject's own first."""
        return tuple(f"{code:02}" for code in (self.code, *self.plates) if code)


def find(name: str) -> RegionFacts | None:
    """Return the subject called `name`, with or without «область», «Республика» and the like; None for no subject."""
    return _by_name().get(_key(name))


def of_code(code: int) -> RegionFacts | None:
    """Return the subject of a number; None for a number that is no subject's own."""
    return next((facts for facts in _by_name().values() if facts.code == code), None)


_GENERIC = {"республика", "область", "обл", "край", "автономный", "автономная", "округ", "народная", "город", "г"}


def _key(name: str) -> str:
    """Reduce a name to the words that tell it from others."""
    words = re.findall(r"\w+", name.casefold().replace("ё", "е"))
    return " ".join(word for word in words if word not in _GENERIC) or " ".join(words)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, RegionFacts]:
    text = resources.files(__package__).joinpath("regions.csv").read_text(encoding="utf-8")
    found: dict[str, RegionFacts] = {}
    for row in csv.DictReader(text.splitlines()):
        facts = RegionFacts(
            int(row["code"]),
            row["name"],
            row["capital"],
            tuple(row["words"].split()),
            tuple(map(int, row["plates"].split())),
        )
        for name in (row["name"], *filter(None, row["also"].split("|"))):
            found.setdefault(_key(name), facts)
    return found
