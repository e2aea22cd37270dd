"""The addresses that a person may have chosen: few spellings of the names times few patterns, likeliest first.

The patterns and their order follow the addresses of 49 real officials (`benchmarks/addresses.py`): parts of the name
alone, the name with the region's number, with the place, with ``official`` or ``live``. What the registry lacks of a
name is not guessed.
"""

import re
from collections.abc import Iterator
from itertools import product
from math import prod

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.search.scoring import regions
from auditor.search.scoring.lead import Person
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.spelling import Spellings, spellings

_ALONE = {"f": 15, "ip~f": 9, "given~f": 9, "f~given": 9, "f~ip": 8, "i~f": 6.5, "f~i": 3, "i~p~f": 0.3, "f~i~p": 0.2}
"""Names alone. `f` is the family name, `i` and `p` are initials, and ``~`` joins by nothing or a stroke."""
_CORES = {"f": 1.5, "given~f": 0.55, "ip~f": 0.3, "f~given": 0.2, "i~f": 0.06}
_MARKS = {"place": 5, "official": 4, "code": 2.5, "live": 1, "place~code": 1}
"""A name with a mark behind it: the shorter the more readily."""
_PATTERNS = {
    **_ALONE,
    **{f"{core}~{mark}": weight * often for core, weight in _CORES.items() for mark, often in _MARKS.items()},
    "place~f": 3,
}
"""All patterns, with how often each is met."""
_PART = re.compile("given|place|code|official|live|[fip~]")
_JOINTS = {Network.VK: (("", 1.0), ("_", 1.0), (".", 0.5))}
_KEPT = 6
"""Spellings of one part that are tried."""


def guess_handles(person: Person, network: Network) -> Iterator[str]:
    """Yield the names to try for a person, likeliest first, none twice, each one that the network can have."""
    region = person.region
    return form(
        person.name, person.municipality, region.name if region else "", region.code if region else None, network
    )


def form(
    name: FullName,
    municipality: str = "",
    region: str = "",
    code: int | None = None,
    network: Network = Network.TELEGRAM,
) -> Iterator[str]:
    """Yield the names to try, as `candidates`, from the words of the registry alone. Parts of a name may be empty."""
    number = code or regions.code_of(region)
    parts: dict[str, Spellings] = {
        "f": _whole(name.family),
        "given": _whole(name.given),
        "i": spellings(name.given[:1]),
        "p": spellings(name.patronymic[:1]),
        "code": ((f"{number:02}", 1.0),) if number else (),
        "place": regions.places(municipality, region),
        "~": _JOINTS.get(network, (("", 1.0), ("_", 1.0))),
    }
    weights: dict[str, float] = {}
    for pattern, often in _PATTERNS.items():
        for choice in product(*(parts.get(part, ((part, 1.0),))[:_KEPT] for part in _PART.findall(pattern))):
            text = "".join(spelled for spelled, _ in choice)
            weights[text] = max(weights.get(text, 0.0), often * prod(weight for _, weight in choice))
    allowed = network.facts.custom_name_pattern
    for text in sorted(weights, key=lambda text: (-weights[text], text)):
        if allowed.fullmatch(text) and _possible(text, network):
            yield text


def _whole(word: str) -> Spellings:
    """Spell a name; of a double one also either half alone."""
    parts = dict.fromkeys((word, *re.split(r"\W+", word)))
    return tuple(row for part in parts for row in spellings(part)[: _KEPT // len(parts)])


def _possible(text: str, network: Network) -> bool:
    """Tell whether the registry would take it: networks keep some words, such as ``share``, for themselves."""
    address = Address.read(f"{network.facts.host}/{text}")
    return address is not None and address.name == text
