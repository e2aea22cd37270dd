"""An office is found by what people call it, and a decision never goes to a person of a similar name."""

import pytest

from auditor.base.errors import UsageError
from auditor.base.snapshot import Network
from auditor.registry import pick_office
from auditor.registry.lookup import find_offices
from auditor.registry.models import AccountKind, Office, OfficeGroup, Rejection
from tests.cases import NOW, account, office, registry, tenure


def post(key: str, place: str, *names: str, **fields: object) -> Office:
    """Return an office with holders of these names."""
    made = office(*(tenure(name, since=str(2000 + n), until=str(2001 + n)) for n, name in enumerate(names)))
    return made.model_copy(update={"id": key, "municipality": place, **fields})


GONE = account(name="chuzhaya").model_copy(update={"rejected": Rejection(on=NOW.date(), how="другой человек")})
NUMBERED = account(Network.VK, "imyarek", confirmed=False).model_copy(update={"id": 77})
BODY = account(Network.VK, "rayon").model_copy(update={"kind": AccountKind.INSTITUTION})
PAGED = tenure("Ъ Ъ Ъ", since="2020", accounts=[account(), NUMBERED, GONE])
BOOK = registry(
    office(PAGED, accounts=[BODY]).model_copy(update={"id": "paged", "municipality": "Щ"}),
    post("severny", "Северный", "Никтоев Николай Васильевич", "Прежний Артём Фёдорович"),
    post("vymysel-city", "Вымысел", "Имярек Мария Ивановна"),
    post("vymysel-duma", "Вымысел", "Ктотов Олег Ильич", "Ктотова Ольга Ильинична", group=OfficeGroup.CITY_DUMA),
    post("vymysel", "Вымысельский район", "Петров-Ильин Иван Петрович", towns=["Небылое", "город Ново-Небылое"]),
    post("r2", "Заречный муниципальный округ", "Петровский Олег Ильич"),
    post("oblast", "Первая область", "Петров Иван Николаевич"),
)


FOUND = {
    "severny": [
        "severny", "SEVERNY", "  Северный ", "Северныи\u0306", "северн", "Никтоев", "николай никтоев",
        "Никтоев Николай Васильевич", "Никтоев Н В", "Никтоев Н. В.", "Прежний Артем Федорович", "артем",
    ],
    "r2": ["заречный район", "округ Заречный", "Петровский О.", "петровс", "Zarechny", "Petrovsky", "муниц"],
    "oblast": ["Первая\u00a0область", "Петров", "pervaya oblast"],  # the family name wins over a patronymic
    "vymysel-city": ["vymysel-city", "vymysel\u2010city", "Мария Ивановна", "Imyarek"],
    "vymysel-city vymysel-duma": ["Вымысел", "город Вымысел", "г. Вымысел"],  # the whole wins over a beginning
    "vymysel": ["vymysel", "Вымысельский", "Небылое", "с. Небылое", "ново-небылое", "Nebyloye", "Petrov-Ilyin I. P."],
    "vymysel-city vymysel vymysel-duma": ["вымыс", "vym"],
    "vymysel-duma": ["duma", "Ктот"],
    "r2 vymysel-duma": ["Олег", "Oleg"],  # one that the directive binds is likelier
    # The woman whose patronymic begins so is not «Иванов».
    "": ["", " . ", "Нигдеев", "Никтоев Имярек", "Иванов", "Ивановн", "Ивановна", "И. Иванов", "Мария Иванов"],
}  # fmt: skip


@pytest.mark.parametrize(("ids", "who"), [(ids, who) for ids, names in FOUND.items() for who in names])
def test_an_id_a_municipality_or_a_name_finds_its_office(ids: str, who: str) -> None:
    """In any case and however a keyboard composes its letters, with ё or е, whole or by its beginning."""
    assert [office.id for office in find_offices(BOOK, who)] == ids.split()


UNPICKED = [
    ("Олег", "'Олег' may be several offices; give the id of one:", ["r2", "vymysel-duma"]),
    ("Никтоеф", "no office, municipality, town or holder is called 'Никтоеф'; these are like it:", ["severny"]),
    ("xyzzyxyzzy", "no office, municipality, town or holder is called 'xyzzyxyzzy'; the registry lists them", []),
    ("sewerny", "no office, municipality, town or holder is called 'sewerny'; these are like it:", ["severny"]),
    ("Niktoev", "no office, municipality, town or holder", ["severny", "oblast", "vymysel-duma"]),  # at most three
    ("t.me/nobody", "the page https://t.me/nobody is recorded as belonging to no one; if you know whose it is", []),
    ("vk.com/club77", "the page https://vk.com/club77 is recorded as belonging to no one", []),
    ("t.me/chuzhaya", "the page https://t.me/chuzhaya is recorded as belonging to no one", []),  # was rejected
    ("https://ok.ru/x", "'https://ok.ru/x' is on none of VK, Telegram", []),
]


@pytest.mark.parametrize(("who", "message", "choices"), UNPICKED)
def test_one_office_is_picked_or_one_line_says_why_not(who: str, message: str, choices: list[str]) -> None:
    """What may be meant is listed; a page on record names its office, also a lead, under its name or its number."""
    pages = ("https://t.me/s/Perviy_Rayon", "@perviy_rayon", "telegram.dog/perviy_rayon", "vk.com/rayon", "VK.RU/id77")
    assert {pick_office(BOOK, page).id for page in pages} == {"paged"}
    with pytest.raises(UsageError) as caught:
        pick_office(BOOK, who)
    assert str(caught.value)[: len(message)] == message
    assert [line.split(":")[0].strip() for line in caught.value.choices] == choices


def test_a_choice_is_a_line_with_the_latest_holders() -> None:
    """At most ten, and how many more: nobody searches a longer list."""
    many = registry(*(post(f"a{n}", "Вымысел", "Первый А.", "Второй Б.", "Третий В.") for n in range(11)))
    with pytest.raises(UsageError) as caught:
        pick_office(many, "Вымысел")
    assert caught.value.choices[9] == "  a9: Вымысел, глава (Третий В., Второй Б.)"
    assert caught.value.choices[10:] == ("  … 1",)


WHOLE = [
    "vymysel", "ВЫМЫСЕЛЬСКИЙ РАЙОН", "Вымысельский", "Небылое", "Petrov-Ilyin", "Петров-Ильин", "Петров-Ильин И. П.",
    "Петров-Ильин И П", "Иван Петров-Ильин", "Петров-Ильин Иван Петрович",
]  # fmt: skip
LESS = [
    "Петров-Ильин Иван Сергеевич", "Петров-Ильин Петр", "Петров-Иль", "Вымысел", "vymys", "Иван", "Петрович",
    "Иван Петрович", "", "t.me/perviy_rayon",
]  # fmt: skip


@pytest.mark.parametrize("who", WHOLE + LESS)
def test_whoever_writes_names_an_office_by_its_id_a_municipality_or_a_whole_family_name(who: str) -> None:
    """Nothing less: a decision that goes to another person harms both."""
    if who in WHOLE:
        assert pick_office(BOOK, who, exact=True).id == "vymysel"
    else:
        with pytest.raises(UsageError):
            pick_office(BOOK, who, exact=True)
