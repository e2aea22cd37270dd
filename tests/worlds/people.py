"""Names of heads whose accounts are to be found, and of the accounts that such people have.

User names follow the ways and shares of docs/dev/sources.md, by a transliteration of this module's own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from auditor.sandbox.world.names import ORDINALS, Person

_SOUGHT_FAMILIES = (
    "Небыльцев", "Вымышляев", "Выдумщиков", "Придумщук", "Понарошкин", "Небывальский", "Мнимьев", "Хитровымыслов",
    "Чудосочинцев", "Условнюк", "Щебылицын", "Жужевымыслов", "Нигдеев", "Юлнебылин", "Яснодумский", "Ёлкопридумов",
    "Небылёв", "Невзаправдьев", "Эхонебылов", "Понарошцев", "Выдумайкин", "Небыль-Сочиняйский", "Якобышев",
    "Цыпридумов", "Примерьянов", "Ксенонебылов", "Образцовымыслов", "Кажущихин", "Сказкоплётов", "Хохмонебылов",
    "Вымысел-Щукинский", "Зачудаев", "Нездешнюков", "Сочиньяйцев", "Игрушьев", "Мечтахин", "Нетутошний",
    "Выдумьянский", "Шуточкин", "Пустобылов", "Фантазюхин", "Жилнебылов", "Нарочьев", "Цветовымыслов", "Объявымыслов",
    "Тридевятый", "Невидимцев", "Байкощаев", "Присказьев", "Тарабарский", "Кудыкин-Небылов", "Вракинский",
    "Грезьев", "Чепухин-Юрский", "Ахинейцев", "Лукоморьев",
)  # fmt: skip
_MEN = (
    "Алексей", "Юрий", "Яков", "Дмитрий", "Илья", "Фёдор", "Игорь", "Анатолий", "Пётр", "Михаил", "Эдуард", "Семён",
    "Виталий", "Александр", "Харитон", "Евгений", "Григорий", "Артём", "Захар", "Сергей",
)  # fmt: skip
_WOMEN = ("Юлия", "Ксения", "Татьяна", "Жанна", "Любовь", "Ольга", "Софья", "Алёна")
_FATHERS = (
    "Юрьев", "Яковлев", "Алексеев", "Фёдоров", "Анатольев", "Игорев", "Михайлов", "Хрисанфов", "Сергеев", "Эдуардов",
    "Семёнов", "Геннадьев", "Дмитриев", "Александров",
)  # fmt: skip
_TOWNS = ("Выдумск", "Небыльск", "Придуманск", "Мнимоград", "Сказочинск", "Нигдейск", "Вымыслово", "Потешинск")
_TENS = {2: ("Двадцат", "Двадцать"), 3: ("Тридцат", "Тридцать"), 5: ("Пятидесят", "Пятьдесят")}
_WOMAN_EVERY = 5


class Sought(Person):
    """A head whose account is looked for."""

    @property
    def initials(self) -> str:
        """The family name with initials: ``Небыльцев А. Ю.``."""
        return f"{self.family} {self.given[0]}. {self.patronymic[0]}."

    @property
    def town(self) -> bool:
        """Whether the place is a town; else a district."""
        return " " not in self.place


def municipality(number: int) -> str:
    """Return the name of the numbered municipality, from 1 to 59: every fifth is a town as long as there are names."""
    town, rest = divmod(number, 5)
    if not rest and town <= len(_TOWNS):
        return _TOWNS[town - 1]
    return f"{_ordinal(number)} район"


def _ordinal(number: int) -> str:
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    tens, rest = divmod(number, 10)
    if tens == 4:
        return f"Сорок {ORDINALS[rest - 1].lower()}" if rest else "Сороковой"
    stem, whole = _TENS[tens]
    return f"{whole} {ORDINALS[rest - 1].lower()}" if rest else f"{stem}ый"


def people(rng: Random, count: int) -> list[Sought]:
    """Draw `count` heads. Two pairs share a family name, and in the second pair the first initial as well.

    Raises `ValueError` for fewer than 24 or more than 56: there are no more names.
    """
    if not 24 <= count <= len(_SOUGHT_FAMILIES):
        raise ValueError(f"a hidden world has 24 to {len(_SOUGHT_FAMILIES)} heads")
    drawn = list(_people(rng, count))
    for (one, other), (first, second) in zip(
        ((3, 9), (6, 13)), (("Пётр", "Яков"), ("Алексей", "Александр")), strict=True
    ):
        drawn[other].family = drawn[one].family = _man(drawn[one].family)
        for place, given in ((one, first), (other, second)):
            drawn[place].given, drawn[place].patronymic = given, rng.choice(_FATHERS) + "ич"
    return drawn


def _people(rng: Random, count: int) -> Iterator[Sought]:
    families = rng.sample(_SOUGHT_FAMILIES, count)
    for number, family in enumerate(families, 1):
        woman = number % _WOMAN_EVERY == 0 and number not in {10, 14}
        given, father = rng.choice(_WOMEN if woman else _MEN), rng.choice(_FATHERS)
        name = _woman(family) if woman else family
        yield Sought(name, given, father + ("на" if woman else "ич"), municipality(number))


def _woman(family: str) -> str:
    """Put a family name into its feminine form, each part of it."""
    parts = []
    for part in family.split("-"):
        if part.endswith(("ский", "ый", "ий")):
            parts.append(part[:-2] + "ая")
        else:
            parts.append(part + "а" if part.endswith(("в", "н")) else part)
    return "-".join(parts)


def _man(family: str) -> str:
    return next((one for one in _SOUGHT_FAMILIES if _woman(one) == family), family)


# User names ----------------------------------------------------------------------------------------------------------

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
"""In percent; together the groups of docs/dev/sources.md: 52 the name alone, 16 region code, 12 place, 10, 10."""

CODE = "99"
_BGN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(" "),
        strict=True,
    )
)
_PASSPORT = _BGN | {"й": "i", "ц": "ts", "ъ": "ie", "ю": "iu", "я": "ia"}
_SPELLINGS: tuple[tuple[str, str, str], ...] = (
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
    for letter, usual, habit in _SPELLINGS:
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
    """Form a name by `pattern`, in the mixed case that people choose."""
    if pattern == OPAQUE:
        return Handle(f"{rng.choice(_BEGINNINGS)}_{rng.randrange(16**5):05x}", pattern)
    parts, sign = _Parts(person, rng), rng.choice(("", "_"))
    name = _FORMS[pattern](parts, sign)
    if len(name) > _LONGEST:
        name = f"{parts.surname[: _LONGEST - 3]}{CODE}" if pattern == "name+code" else parts.surname[:_LONGEST]
    return Handle(name.title() if rng.random() < 0.2 else name, pattern)


_LONGEST = 32
"""Characters; neither network takes a longer name."""


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
