"""How the invented heads' user names are formed: the ways and shares of facts/handles.md, by an own transliteration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from auditor.sandbox.people import Person

OPAQUE = "opaque"
SHARES: Mapping[str, float] = {
    "initials+surname": 17,
    "firstname+surname": 12,
    "surname+initials": 9,
    "surname+firstname": 7,
    "surname": 7,
    "name+code": 16,
    "name+place": 12,
    "name+official": 10,
    OPAQUE: 10,
}
"""In percent; together the groups of facts/handles.md: 52 the name alone, 16 region code, 12 place, 10, 10."""

CODE = "99"
_BGN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(" "),
        strict=True,
    )
)
_PASSPORT = _BGN | {"й": "i", "ц": "ts", "ъ": "ie", "ю": "iu", "я": "ia"}
_HABITS: tuple[tuple[str, str, str], ...] = (
    ("х", "kh", "h"),
    ("ц", "ts", "c"),
    ("щ", "shch", "sch"),
)


@dataclass(frozen=True, slots=True)
class Handle:
    """A user name and the way it was formed."""

    name: str
    pattern: str


def latin(word: str, rng: Random) -> str:
    """Spell a word in Latin as people do: four in five by the plain scheme, one by the passports', with habits."""
    scheme = dict(_PASSPORT if rng.random() < 0.15 else _BGN)
    for letter, usual, habit in _HABITS:
        if rng.random() < 0.3 and scheme[letter] == usual:
            scheme[letter] = habit
    text = word.lower().replace("-", "")
    if rng.random() < 0.3:
        text = text.replace("ье", "ye").replace("ьё", "ye")
    return "".join(scheme.get(sign, sign) for sign in text)


def quota(count: int) -> list[str]:
    """Return `count` patterns in the proportions of `SHARES`, by largest remainders."""
    exact = {pattern: count * share / sum(SHARES.values()) for pattern, share in SHARES.items()}
    whole = {pattern: int(number) for pattern, number in exact.items()}
    rest = sorted(SHARES, key=lambda p: whole[p] - exact[p])[: count - sum(whole.values())]
    return [p for p in SHARES for _ in range(whole[p] + (p in rest))]


def form(person: Person, pattern: str, rng: Random) -> Handle:
    """Form a name by `pattern`; case is left as people choose it."""
    if pattern == OPAQUE:
        return Handle(f"{rng.choice(_BEGINNINGS)}_{rng.randrange(16**5):05x}", pattern)
    parts, sign = _Parts(person, rng), rng.choice(("", "_"))
    name = _FORMS[pattern](parts, sign)
    if len(name) > _LONGEST:
        name = f"{parts.surname[: _LONGEST - 3]}{CODE}" if pattern == "name+code" else parts.surname[:_LONGEST]
    return Handle(name.title() if rng.random() < 0.2 else name, pattern)


_LONGEST = 32
"""Neither network takes a longer name."""


_BEGINNINGS = ("vmeste_vpered", "dela_a_ne_slova", "nash_put", "rabotaem", "kanal", "pro_glavnoe")


class _Parts:
    """The Latin parts of one person's name, spelled once."""

    def __init__(self, person: Person, rng: Random) -> None:
        self.rng = rng
        self.surname = latin(person.family, rng)
        self.given = latin(person.given, rng)
        self.first = latin(person.given[0], rng)
        self.both = self.first + latin(person.patronymic[0], rng)
        self.place = latin(person.place.split()[0], rng)

    def initials(self) -> str:
        return self.rng.choice((self.both, self.first))

    def core(self) -> str:
        """Return the name before a region's code, a place or a filler."""
        return self.rng.choice((self.surname, self.surname, self.given + self.surname, self.both + self.surname))


_FORMS: dict[str, Callable[[_Parts, str], str]] = {
    "initials+surname": lambda p, s: f"{p.initials()}{s}{p.surname}",
    "firstname+surname": lambda p, s: f"{p.given}{s}{p.surname}",
    "surname+initials": lambda p, s: f"{p.surname}{s}{p.initials()}",
    "surname+firstname": lambda p, s: f"{p.surname}{s}{p.given}",
    "surname": lambda p, _: p.surname,
    "name+code": lambda p, s: f"{p.core()}{s}{CODE}",
    "name+place": lambda p, s: f"{p.surname}{s}{p.place}",
    "name+official": lambda p, s: f"{p.core()}{s}{p.rng.choice(('official', 'live'))}",
}
