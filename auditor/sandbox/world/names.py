"""Invented names and words. They belong to nobody, and a page made of them cannot be taken for a real one.

User names follow the ways and shares of facts/handles.md, by a transliteration of this module's own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

ORDINALS = (
    "Первый", "Второй", "Третий", "Четвёртый", "Пятый", "Шестой", "Седьмой", "Восьмой", "Девятый", "Десятый",
    "Одиннадцатый", "Двенадцатый", "Тринадцатый", "Четырнадцатый", "Пятнадцатый", "Шестнадцатый", "Семнадцатый",
    "Восемнадцатый", "Девятнадцатый", "Двадцатый",
)  # fmt: skip

_HOLDERS = (
    "Анна Андреевна", "Борис Борисович", "Вера Викторовна", "Глеб Глебович", "Дарья Денисовна", "Егор Егорович",
    "Жанна Захаровна", "Захар Захарович", "Инна Ивановна", "Кирилл Кириллович", "Лидия Львовна", "Максим Максимович",
    "Нина Никитична", "Олег Олегович", "Полина Павловна", "Роман Романович", "София Семёновна", "Тарас Тарасович",
    "Ульяна Устиновна", "Фёдор Фёдорович", "Харитон Харитонович", "Элла Эдуардовна", "Юлия Юрьевна",
    "Яков Яковлевич", "Антон Антонович", "Варвара Васильевна", "Галина Глебовна", "Денис Денисович",
)  # fmt: skip

_GIVEN = (
    "Прохор",
    "Фёкла",
    "Савва",
    "Аглая",
    "Елисей",
    "Пелагея",
    "Тихон",
    "Ульяна",
    "Фома",
    "Варвара",
    "Макар",
    "Злата",
)
_FAMILIES = ("Небылицын", "Выдумкин", "Вымыслов", "Придумкин", "Сказкин", "Притчин", "Басенко", "Былинко")
_STREETS = ("Вымышленной", "Придуманной", "Небывалой", "Сказочной", "Примерной", "Условной", "Образцовой", "Мнимой")
_POSTS = (
    "Осмотрели ремонт дороги на улице {street}, участок {n}.",
    "В школе № {n} на улице {street} открыли новый спортзал.",
    "Сегодня вывезли {n} тонн снега с улицы {street}.\nРаботы идут по графику.",
    "Провели приём жителей улицы {street}: {n} обращений. #вымысел",
    "На улице {street} заменили {n} светильников 💡",
    "Поздравили {n} юбиляров с улицы {street} <и их семьи> & друзей",
    "Обсудили с подрядчиком сроки по дому {n} на улице {street}.",
    "Высадили {n} деревьев вдоль улицы {street}.",
)
_QUESTIONS = (
    "Когда починят тротуар на улице {street}, дом {n}?",
    "Почему во дворе дома {n} по улице {street} нет света?",
    "Прошу посыпать песком спуск у дома {n} на улице {street}",
    "Подскажите, где посмотреть график вывоза мусора для улицы {street}, {n}",
    "Будет ли автобус № {n} ходить по улице {street} вечером?",
    "Прошу проверить котельную на улице {street}, {n}. Батареи холодные",
)
_REMARKS = (
    "Спасибо, на улице {street} у дома {n} стало чисто",
    "Поздравляю всех жителей улицы {street}, дом {n}, с праздником!",
    "Хорошая новость для улицы {street}, {n}",
    "Живу на улице {street}, {n}, всё так и есть",
)
_REPORTS = (
    "На улице {street} у дома {n} не горит фонарь",
    "Во дворе дома {n} по улице {street} вторую неделю не вывозят мусор",
    "Здравствуйте! Яма на улице {street}, {n}, машины пробивают колёса.",
)
_UNSURE = (
    "Заявка № {n} по улице {street} подана 3 мая, ответа нет",
    "Документы по дому на улице {street} сданы 12 апреля, номер {n}",
)
_ASIDES = (
    "А у вас на улице {street}, {n}, давно починили?",
    "Подскажите, вы про улицу {street}, {n}?",
)
_REPLIES = (
    "Здравствуйте! Работы на улице {street} начнутся {n} числа.",
    "Добрый день. Адрес улица {street}, {n} передан подрядчику, сделаем на этой неделе.",
    "Спасибо за сигнал, бригада выедет на улицу {street}, {n}.",
)
_GENERAL = ("Коллеги собрали все обращения по улице {street}, ответим каждому до {n} числа.",)
_REDIRECTS = ("Здравствуйте! Ответ по улице {street}, {n} даёт администрация.",)


@dataclass
class Words:
    """Draws words from `rng`; no two texts are the same, so only texts meant as twins are twins."""

    rng: Random
    citizens: set[str] = field(default_factory=set)
    """Every citizen's name and text: none of it may reach a disk, log or report."""
    _used: set[str] = field(default_factory=set)
    _holders: list[str] = field(default_factory=list)

    def holder(self) -> str:
        """Return the next holder's full name, family name first."""
        if not self._holders:
            self._holders = list(_HOLDERS)
            self.rng.shuffle(self._holders)
        return f"Имярек {self._holders.pop()}"

    def post(self) -> str:
        """Return the text of a post."""
        return self._fresh(_POSTS)

    def question(self) -> str:
        """Return a citizen's question, by its mark or by a request word."""
        return self._citizens(self._fresh(_QUESTIONS))

    def remark(self) -> str:
        """Return a citizen's words that ask nothing."""
        return self._citizens(self._fresh(_REMARKS))

    def report(self) -> str:
        """Return a citizen's words that tell of a problem and ask nothing."""
        return self._citizens(self._fresh(_REPORTS))

    def unsure(self) -> str:
        """Return a citizen's words of which two readers would differ whether they ask."""
        return self._citizens(self._fresh(_UNSURE))

    def aside(self) -> str:
        """Return a citizen's question to another."""
        return self._citizens(self._fresh(_ASIDES))

    def reply(self) -> str:
        """Return an owner's answer."""
        return self._fresh(_REPLIES)

    def redirect(self) -> str:
        """Return another body's answer."""
        return self._fresh(_REDIRECTS)

    def general(self) -> str:
        """Return an owner's comment to everybody."""
        return self._fresh(_GENERAL)

    def citizen(self) -> tuple[str, str]:
        """Return an invented citizen's name and user name."""
        name = f"{self.rng.choice(_GIVEN)} {self.rng.choice(_FAMILIES)}"
        username = f"nebyl_{self.rng.randrange(16**7):07x}"
        self.citizens.update((name, username))
        return name, username

    def _citizens(self, text: str) -> str:
        self.citizens.add(text)
        return text

    def _fresh(self, templates: tuple[str, ...]) -> str:
        while True:
            street, number = self.rng.choice(_STREETS), self.rng.randint(2, 999)
            text = self.rng.choice(templates).format(street=street, n=number)
            if text not in self._used:
                self._used.add(text)
                return text


# People whose accounts are to be found -------------------------------------------------------------------------------

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
_STRANGE = ("Прохожев", "Сторонкин", "Мимоходов", "Посторонцев", "Заезжаев", "Нечаянов", "Случайкин", "Гостеватов")
_WOMAN_EVERY = 5


@dataclass(eq=False, slots=True)
class Person:
    """A person whose account is looked for."""

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


def _people(rng: Random, count: int) -> Iterator[Person]:
    families = rng.sample(_SOUGHT_FAMILIES, count)
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
    return next((one for one in _SOUGHT_FAMILIES if _woman(one) == family), family)


def strange_name(rng: Random) -> tuple[str, str]:
    """Draw the family and given name of somebody whose account is not looked for."""
    return f"{rng.choice(_STRANGE)}", rng.choice(_MEN)


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
