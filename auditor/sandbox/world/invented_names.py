"""Invented names and words, which cannot be taken for those of real people or pages."""

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
    "Прохор", "Фёкла", "Савва", "Аглая", "Елисей", "Пелагея", "Тихон", "Ульяна", "Фома", "Варвара", "Макар", "Злата",
)  # fmt: skip
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
class TextGenerator:
    """Draws texts from `rng`; no two are equal, so that only intended duplicates are."""

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
        """Return a citizen's question, with a question mark or a request word."""
        return self._citizens(self._fresh(_QUESTIONS))

    def remark(self) -> str:
        """Return a citizen's comment that asks nothing."""
        return self._citizens(self._fresh(_REMARKS))

    def report(self) -> str:
        """Return a citizen's comment that reports a problem and asks nothing."""
        return self._citizens(self._fresh(_REPORTS))

    def unsure(self) -> str:
        """Return a citizen's comment that two readers would classify differently."""
        return self._citizens(self._fresh(_UNSURE))

    def aside(self) -> str:
        """Return a citizen's question to another citizen."""
        return self._citizens(self._fresh(_ASIDES))

    def reply(self) -> str:
        """Return an owner's reply."""
        return self._fresh(_REPLIES)

    def redirect(self) -> str:
        """Return another body's reply."""
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


# User names ----------------------------------------------------------------------------------------------------------

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(" "),
        strict=True,
    )
)
STRANGE = ("Прохожев", "Сторонкин", "Мимоходов", "Посторонцев", "Заезжаев", "Нечаянов", "Случайкин", "Гостеватов")
"""Family names of strangers, whose accounts nobody searches for."""


@dataclass(eq=False, slots=True)
class WorldPerson:
    """A person whose account is searched for."""

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


def user_name(person: WorldPerson, rng: Random) -> str:
    """Form a user name from a person's name, as people do."""
    family, given, father = (
        "".join(_LATIN.get(letter, letter) for letter in word.lower())
        for word in (person.family, person.given, person.patronymic)
    )
    base = rng.choice((f"{given}_{family}", f"{family}_{given[0]}{father[0]}", f"{given[0]}{family}"))
    return f"{base}{rng.choice(('', rng.randint(1, 99)))}"
