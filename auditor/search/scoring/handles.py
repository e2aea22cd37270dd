"""The user names that a person may have chosen: a few spellings of the name in a few patterns, likeliest first.

The patterns and their shares follow the addresses of 98 real officials (`benchmarks/addresses.py` measures them on
others): parts of the name alone, and the name with the region's number, the place, ``official`` or ``live``. Parts of a
name that the registry lacks are not guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from auditor.base.snapshot import Network
from auditor.search.scoring import regions
from auditor.search.scoring.lead import Person
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.spelling import Spellings, spellings
from auditor.search.scouted_page import is_possible

_ALONE = {
    "f": 6, "given~f": 12, "f~given": 7, "ip~f": 8.5, "i~f": 8, "i_p_f": 0.5, "f~ip": 6, "f~i": 2.5, "f_i_p": 0.6,
}  # fmt: skip
"""Names alone, with their share in percent. `f` is the family name, `i` and `p` are initials, ``~`` joins two names."""
_CORES = {"f": 0.52, "given~f": 0.22, "f~given": 0.1, "ip~f": 0.06, "i~f": 0.05, "f~ip": 0.04, "f~i": 0.01}
"""What a mark is added to, with its part of all marked addresses: the shorter the more readily."""
_MARKS = {
    "+code": 16,
    ":place": 12,
    ":official": 6,
    ":live": 3.5,
    ":place~code": 1,
    ":official~ru": 0.3,
    ":live~ru": 0.2,
}
"""Marks after a core, with their share in percent. ``+`` joins a number, ``:`` a word."""
_PLACE_BEFORE = 1.3
_PATTERNS = {
    **_ALONE,
    **{core + mark: part * share for core, part in _CORES.items() for mark, share in _MARKS.items()},
    **{f"place:{core}": part * _PLACE_BEFORE for core, part in _CORES.items()},
}
"""All patterns with their share in percent."""
_PART = re.compile("given|place|code|official|live|ru|.")
_JOINTS = {"~": (("", 0.52), ("_", 0.48)), "+": (("", 0.76), ("_", 0.24)), ":": (("_", 0.57), ("", 0.43))}
_DOT = (".", 0.2)
"""In place of any joint, with its share where a network allows it."""
_KEPT = {"f": 12, "given": 6, "place": 16}
"""How many spellings of a part are tried, of others four."""


def guess_handles(person: Person, network: Network) -> Iterator[str]:
    """Yield the user names to try for a person, likeliest first, each once and valid on the network."""
    code = person.region.code if person.region is not None else None
    return form_handles(person.name, person.municipality, person.region_name, code, network=network)


def form_handles(
    name: FullName,
    municipality: str = "",
    region: str = "",
    code: int | None = None,
    *,
    network: Network,
) -> Iterator[str]:
    """Yield the user names to try, as `guess_handles` does, from a name and a place. Parts of the name may be empty."""
    allowed = network.facts.custom_name_pattern
    dots = (_DOT,) if allowed.fullmatch("name.name") else ()
    slots = _name_slots(name) | {joint: (*shares, *dots) for joint, shares in _JOINTS.items()}
    number = code or regions.code_of(region)
    slots["code"] = ((f"{number:02}", 1.0),) if number else ()
    slots["place"] = _shares(regions.place_words(municipality, region)[: _KEPT["place"]])
    weights = _weigh(slots)
    for handle in sorted(weights, key=lambda text: (-weights[text], text)):
        if allowed.fullmatch(handle) and is_possible(handle, network):
            yield handle


def _weigh(slots: Mapping[str, Spellings]) -> dict[str, float]:
    """Return every text that the patterns give, with its weight; a pattern with an empty slot gives none."""
    weights = defaultdict[str, float](float)
    for pattern, share in _PATTERNS.items():
        for choice in product(*(slots.get(part, ((part, 1.0),)) for part in _PART.findall(pattern))):
            weights["".join([text for text, _ in choice])] += share * prod([weight for _, weight in choice])
    return weights


def _name_slots(name: FullName) -> dict[str, Spellings]:
    rows = {"f": _spell_name(name.family, _KEPT["f"]), "given": _spell_name(name.given, _KEPT["given"])}
    rows |= {"i": _spell_initial(name.given), "p": _spell_initial(name.patronymic)}
    return {part: _shares(spelled) for part, spelled in rows.items()}


def _shares(rows: Spellings) -> Spellings:
    """Return the rows with weights that add up to 1."""
    total = sum(weight for _, weight in rows)
    return tuple((text, weight / total) for text, weight in rows)


def _spell_name(word: str, most: int) -> Spellings:
    """Return the spellings of a name, and of each half of a double one."""
    halves = dict.fromkeys((word, *re.split(r"\W+", word)))
    return tuple(row for half in halves for row in spellings(half)[: most // len(halves)])


def _spell_initial(name: str) -> Spellings:
    """Return the spellings of a name's first letter, and the first Latin letter of each: ``yu`` and ``y``."""
    weights: dict[str, float] = {}
    for text, weight in spellings(name[:1])[:4]:
        weights |= {text: weight, text[:1]: weights.get(text[:1], weight if text == text[:1] else weight / 2)}
    return tuple(weights.items())
