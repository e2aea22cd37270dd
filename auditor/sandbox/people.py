"""Invented people whose accounts are to be found. Their family names are nobody's and hard to write in Latin."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from auditor.sandbox.names import ORDINALS

_FAMILIES = (
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
_STRANGE = ("Прохожев", "Сторонкин", "Мимоходов", "Посторонцев", "Заезжаев", "Нечаянов", "Случайкин", "Гостеватов")
_WOMAN_EVERY = 5


@dataclass(eq=False, slots=True)
class Person:
    """Whom an account is looked for."""

    family: str
    given: str
    patronymic: str
    place: str
    """The municipality's proper name: ``Первый район``, ``Выдумск``."""
    office: str = ""
    title: str = ""

    @property
    def name(self) -> str:
        """The full name, family name first."""
        return f"{self.family} {self.given} {self.patronymic}"

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


def people(rng: Random, count: int) -> list[Person]:
    """Draw `count` heads, of whom two pairs have one family name each; of the second the initials begin alike.

    Raises `ValueError` for fewer than 24 or more than 56: that is how many names there are.
    """
    if not 24 <= count <= len(_FAMILIES):
        raise ValueError(f"a hidden world has 24 to {len(_FAMILIES)} heads")
    drawn = list(_people(rng, count))
    for (one, other), (first, second) in zip(
        ((3, 9), (6, 13)), (("Пётр", "Яков"), ("Алексей", "Александр")), strict=True
    ):
        drawn[other].family = drawn[one].family = _man(drawn[one].family)
        for place, given in ((one, first), (other, second)):
            drawn[place].given, drawn[place].patronymic = given, rng.choice(_FATHERS) + "ич"
    return drawn


def _people(rng: Random, count: int) -> Iterator[Person]:
    families = rng.sample(_FAMILIES, count)
    for number, family in enumerate(families, 1):
        woman = number % _WOMAN_EVERY == 0 and number not in {10, 14}
        given, father = rng.choice(_WOMEN if woman else _MEN), rng.choice(_FATHERS)
        name = _woman(family) if woman else family
        yield Person(name, given, father + ("на" if woman else "ич"), municipality(number))


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
    return next((one for one in _FAMILIES if _woman(one) == family), family)


def strange_name(rng: Random) -> tuple[str, str]:
    """Draw the family and given name of somebody who is not looked for at all."""
    return f"{rng.choice(_STRANGE)}", rng.choice(_MEN)
