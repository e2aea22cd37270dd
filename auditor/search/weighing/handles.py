"""The addresses that a person may have chosen, likeliest first, so that a budget of requests buys the most.

An address is put together from parts: the names or initials in some order, and perhaps a mark after them, such as the
region's number, the place, ``official``. Each part has its spellings with shares, each way of joining them has its
own, and candidates come in the order of the products. The shares follow the addresses of 49 real officials: parts of
the name only 53 %, with a place 18 %, with the region's number 12 %, with ``official`` or ``live`` 12 %, the rest
neither; 26 are joined by nothing and 23 by ``_``. What a name lacks in the registry is not guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import islice

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.search.weighing import regions, toponyms
from auditor.search.weighing.lead import Person
from auditor.search.weighing.names import FullName
from auditor.search.weighing.transliterate import Weighted, initial_spellings, weighted


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name to try, and how it was formed: ``surname+firstname``, ``initials+surname``, ``surname+region-code`` …"""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """One way of putting an address together: what may fill each place, with shares, best first."""

    pattern: str
    share: float
    slots: tuple[Weighted, ...]


_Joint = dict[str, float]

# Shares: Telegram first, VK second. VK's are a judgement: its few known addresses say only that names there are whole
# rather than initials, and dotted at times.
BASES: dict[str, tuple[float, float]] = {
    "initials+surname": (0.17, 0.1),
    "firstname+surname": (0.13, 0.17),
    "surname+initials": (0.085, 0.08),
    "surname+firstname": (0.06, 0.11),
    "surname": (0.06, 0.05),
}
"""Addresses of the name's parts only."""

MARKED: dict[str, float] = {
    "surname": 0.52,
    "firstname+surname": 0.22,
    "surname+firstname": 0.1,
    "initials+surname": 0.09,
    "surname+initials": 0.07,
}
"""What a mark is put to: the shorter the more readily."""

ENDINGS: dict[str, float] = {
    "region-code": 0.15,
    "place": 0.125,
    "official": 0.07,
    "live": 0.04,
    "place+region-code": 0.01,
    "official+ru": 0.004,
}
"""Marks after the name."""
BEGINNINGS: dict[str, float] = {"place": 0.013}
"""Marks before it."""

OFFICIAL: _Joint = {"official": 0.95, "off": 0.05}
LIVE: _Joint = {"live": 1.0}
_NAME_JOINTS: tuple[_Joint, _Joint] = ({"": 0.52, "_": 0.48}, {"": 0.45, "_": 0.38, ".": 0.17})
"""Between the parts of a name: on Telegram, on VK."""
_CODE_JOINTS: tuple[_Joint, _Joint] = ({"": 0.76, "_": 0.24}, {"": 0.76, "_": 0.22, ".": 0.02})
"""Before a number."""
_MARK_JOINTS: tuple[_Joint, _Joint] = ({"_": 0.57, "": 0.43}, {"_": 0.5, "": 0.43, ".": 0.07})
"""Before or after another mark."""

INITIALS: _Joint = {"one": 0.47, "two": 0.47, "apart": 0.06}
"""Initials before the surname: the first alone, both, both with a stroke (on VK a dot) after each."""
INITIALS_AFTER: _Joint = {"two": 0.65, "one": 0.25, "apart": 0.1}

_FAMILY, _GIVEN = 24, 10
"""Spellings kept of each."""
_TELEGRAM, _VK = Network("telegram"), Network("vk")
"""The shares were counted on VK and on Telegram; any other network goes by Telegram's."""
MOST = 10_000
"""Where candidates end: what comes later is likelier somebody else's."""
_STEPS = 3 * MOST
"""Combinations looked at, those that no network could have among them."""


def candidates(person: Person, network: Network) -> Iterator[Candidate]:
    """Yield the names to try for a person, likeliest first, none twice, each one that the network can have."""
    region = person.region
    return form(
        person.name,
        municipality=person.municipality,
        region=region.name if region else None,
        code=region.code if region else None,
        network=network,
    )


def form(
    name: FullName,
    *,
    municipality: str = "",
    region: str | None = None,
    code: int | None = None,
    network: Network = _TELEGRAM,
) -> Iterator[Candidate]:
    """Yield the names to try, as `candidates`, from the words of the registry alone.

    Names that are missing are left empty. A name without a letter yields nothing.
    """
    here = regions.find(municipality)
    known = _region(here.name if here else region, code)
    if here or municipality == region:
        municipality = ""
    seen: set[str] = set()
    allowed = network.facts.chosen_name
    every = _shapes(name, toponyms.latin_words(municipality, known), known, network)
    for text, pattern in islice(_best_first(every), _STEPS):
        if len(seen) == MOST:
            return
        if text not in seen and allowed.fullmatch(text):
            seen.add(text)
            if _possible(text, network):
                yield Candidate(text, pattern)


def _region(name: str | None, code: int | None) -> regions.RegionFacts | None:
    """Return what is known of a region: the registry's number goes before the list's, its name is enough."""
    if not name:
        return regions.of_code(code) if code else None
    known = regions.find(name) or regions.RegionFacts(code or 0, name, "", ())
    return replace(known, code=code) if code else known


def _possible(text: str, network: Network) -> bool:
    """Tell whether the registry would take it: networks keep some words, such as ``share``, for themselves."""
    address = Address.read(f"{network.facts.host}/{text}")
    return address is not None and address.name == text


def _best_first(every: Iterable[_Shape]) -> Iterator[tuple[str, str]]:
    """Walk all combinations of all shapes in the order of their shares.

    A combination's successors step one place on, never left of the last step, so each is reached once.
    """
    table = list(every)
    queue: list[tuple[float, int, tuple[int, ...]]] = []
    for number, shape in enumerate(table):
        share = shape.share
        for slot in shape.slots:
            share *= slot[0][1]
        queue.append((-share, number, (0,) * len(shape.slots)))
    heapify(queue)
    while queue:
        negative, number, at = heappop(queue)
        slots = table[number].slots
        yield "".join([slot[i][0] for slot, i in zip(slots, at, strict=True)]), table[number].pattern
        for place in range(len(at) - 1, -1, -1):
            i, slot = at[place], slots[place]
            if i + 1 < len(slot):
                lower = negative * slot[i + 1][1] / slot[i][1]
                heappush(queue, (lower, number, (*at[:place], i + 1, *at[place + 1 :])))
            if i:
                break


def _shapes(
    name: FullName,
    place: Weighted,
    region: regions.RegionFacts | None,
    network: Network,
) -> list[_Shape]:
    """Return every way of putting an address together, those left out for which a part is missing."""
    vk = network is _VK
    names = _names(name, _NAME_JOINTS[vk], "." if vk else "_")
    marks = _marks(place, region)
    found = [_Shape(base, BASES[base][vk] * s, slots) for base in BASES for s, slots in names.get(base, ())]
    for base, share in MARKED.items():
        for part, slots in names.get(base, ()):
            for mark, often in ENDINGS.items():
                joint = _slot((_CODE_JOINTS if mark == "region-code" else _MARK_JOINTS)[vk])
                found.append(_Shape(f"{base}+{mark}", share * part * often, (*slots, joint, *marks[mark])))
            for mark, often in BEGINNINGS.items():
                joint = _slot(_MARK_JOINTS[vk])
                found.append(_Shape(f"{mark}+{base}", share * part * often, (*marks[mark], joint, *slots)))
    return [shape for shape in found if all(shape.slots)]


def _slot(shares: _Joint) -> Weighted:
    return tuple(sorted(shares.items(), key=lambda s: (-s[1], s[0])))


_Variants = list[tuple[float, tuple[Weighted, ...]]]


def _names(name: FullName, joints: _Joint, between: str) -> dict[str, _Variants]:
    """Return, for each order of a name's parts, its variants with their shares; `between` initials that are apart."""
    family, given = _word(name.family, _FAMILY), _word(name.given, _GIVEN)
    joint = _slot(joints)
    first, second = _initial(name.given), _initial(name.patronymic)
    stroke: Weighted = ((between, 1.0),)
    initials: dict[str, tuple[Weighted, ...]] = {
        "one": (first,),
        "two": (first, second),
        "apart": (first, stroke, second),
    }

    def before(kind: str) -> tuple[Weighted, ...]:
        return (*initials[kind], stroke if kind == "apart" else joint, family)

    def after(kind: str) -> tuple[Weighted, ...]:
        return (family, stroke if kind == "apart" else joint, *initials[kind])

    return {
        "initials+surname": [(share, before(kind)) for kind, share in INITIALS.items()],
        "surname+initials": [(share, after(kind)) for kind, share in INITIALS_AFTER.items()],
        "firstname+surname": [(1.0, (given, joint, family))],
        "surname+firstname": [(1.0, (family, joint, given))],
        "surname": [(1.0, (family,))],
    }


def _word(word: str, limit: int) -> Weighted:
    """Spell a name; of a double one also either half alone, and the halves with a stroke between."""
    parts = [part for part in re.split(r"[^\w]+|_", word) if part]
    if len(parts) < 2:
        return weighted(word, limit)
    shares: dict[str, float] = defaultdict(float)
    half = [weighted(part, 6) for part in parts]
    for text, share in half[0]:
        shares[text] += 0.3 * share
        for other, s in half[1]:
            shares[text + other] += 0.4 * share * s
            shares[f"{text}_{other}"] += 0.2 * share * s
    for text, share in half[1]:
        shares[text] += 0.1 * share
    return _slot(shares)[:limit]


def _initial(name: str) -> Weighted:
    """Return the spellings of a name's initial; of a double name, either the first half's or both halves'."""
    parts = [initial for part in name.split("-") if (initial := initial_spellings(part))]
    if len(parts) < 2:
        return parts[0] if parts else ()
    both = "".join(part[0][0] for part in parts[:2])
    return _slot({**{text: 0.75 * share for text, share in parts[0]}, both: 0.25})


def _marks(place: Weighted, region: regions.RegionFacts | None) -> dict[str, tuple[Weighted, ...]]:
    """Return what may fill each mark; one for which nothing is known stays empty."""
    numbers: Weighted = tuple((text, 0.94 / (1 + 12 * i)) for i, text in enumerate(region.codes if region else ()))
    tail = ((("_", 0.6), ("", 0.4)), (("ru", 1.0),))
    return {
        "region-code": (numbers,),
        "place": (place,),
        "place+region-code": (place, numbers[:1]),
        "official": (_slot(OFFICIAL),),
        "live": (_slot(LIVE),),
        "official+ru": (_slot({"official": 0.7, "live": 0.3}), *tail),
    }
