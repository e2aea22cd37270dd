"""The user names that a person may have chosen: a few spellings of the name in a few patterns, likeliest first.

The patterns and their order follow the addresses of 49 real officials (`benchmarks/addresses.py`): parts of the name
alone, and the name with the region's number, the place, ``official`` or ``live``. Parts of a name that the registry
lacks are not guessed.
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
"""Names alone, with their frequency. `f` is the family name, `i` and `p` are initials, ``~`` is nothing or a stroke."""
_CORES = {"f": 1.5, "given~f": 0.55, "ip~f": 0.3, "f~given": 0.2, "i~f": 0.06}
_MARKS = {"place": 5, "official": 4, "code": 2.5, "live": 1, "place~code": 1}
"""Marks that are added to a core, with their frequency."""
_PATTERNS = {
    **_ALONE,
    **{f"{core}~{mark}": weight * often for core, weight in _CORES.items() for mark, often in _MARKS.items()},
    "place~f": 3,
}
"""All patterns with their frequency."""
_PART = re.compile("given|place|code|official|live|[fip~]")
_JOINTS = {Network.VK: (("", 1.0), ("_", 1.0), (".", 0.5))}
_KEPT = 6
"""How many spellings of one part are tried."""


def guess_handles(person: Person, network: Network) -> Iterator[str]:
    """Yield the user names to try for a person, likeliest first, each once and valid on the network."""
    region = person.region
    return form_handles(
        person.name, person.municipality, region.name if region else "", region.code if region else None, network
    )


def form_handles(
    name: FullName,
    municipality: str = "",
    region: str = "",
    code: int | None = None,
    network: Network = Network.TELEGRAM,
) -> Iterator[str]:
    """Yield the user names to try, as `guess_handles` does, from a name and a place. Parts of the name may be empty."""
    number = code or regions.code_of(region)
    spellings_by_part: dict[str, Spellings] = {
        "f": _spell_name(name.family),
        "given": _spell_name(name.given),
        "i": spellings(name.given[:1]),
        "p": spellings(name.patronymic[:1]),
        "code": ((f"{number:02}", 1.0),) if number else (),
        "place": regions.place_words(municipality, region),
        "~": _JOINTS.get(network, (("", 1.0), ("_", 1.0))),
    }
    weights: dict[str, float] = {}
    for pattern, frequency in _PATTERNS.items():
        for choice in product(
            *(spellings_by_part.get(part, ((part, 1.0),))[:_KEPT] for part in _PART.findall(pattern))
        ):
            handle = "".join(spelled for spelled, _ in choice)
            weights[handle] = max(weights.get(handle, 0.0), frequency * prod(weight for _, weight in choice))
    allowed = network.facts.custom_name_pattern
    for handle in sorted(weights, key=lambda text: (-weights[text], text)):
        if allowed.fullmatch(handle) and _is_address(handle, network):
            yield handle


def _spell_name(word: str) -> Spellings:
    """Return the spellings of a name, and of each half of a double one."""
    halves = dict.fromkeys((word, *re.split(r"\W+", word)))
    return tuple(row for half in halves for row in spellings(half)[: _KEPT // len(halves)])


def _is_address(text: str, network: Network) -> bool:
    """Return whether it is a valid address: networks reserve some words, such as ``share``."""
    address = Address.read(f"{network.facts.host}/{text}")
    return address is not None and address.name == text
