"""How well a title agrees with an official's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.search.weighing.agreement import Fit, agree, occurrences
from auditor.search.weighing.names import FullName

ANNA, FYODOR = "Имярек Анна Андреевна", "Имяреков-Первый Фёдор Юрьевич"

TITLES = [
    (ANNA, "Имярек Анна Андреевна", Fit.FULL),
    (ANNA, "Анна Андреевна Имярек", Fit.FULL),
    (ANNA, "Имярек Анна", Fit.NAME),
    (ANNA, "Анна Имярек", Fit.NAME),
    (ANNA, "ИМЯРЕК АННА", Fit.NAME),
    (ANNA, "АннаИмярек", Fit.NAME),
    (ANNA, "Глава Первого района | Имярек Анна", Fit.NAME),
    (ANNA, "Имярек | Анна", Fit.FAMILY),
    (ANNA, "Имярек Анна, Первый район", Fit.NAME),
    (ANNA, "Имярек А. А.", Fit.INITIALS),
    (ANNA, "А.А. Имярек", Fit.INITIALS),
    (ANNA, "Имярек А.", Fit.INITIAL),
    (ANNA, "Аня Имярек", Fit.SHORT),
    (ANNA, "Аня Андреевна Имярек", Fit.SHORT),
    (ANNA, "Anna Imyarek", Fit.NAME),
    (ANNA, "Imiarek Anna Andreevna", Fit.FULL),
    (ANNA, "IMYAREK A.A.", Fit.INITIALS),
    (ANNA, "Канал Имярек Анны", Fit.NAME),
    (ANNA, "Имярек и команда", Fit.FAMILY),
    (ANNA, "Анна Андреевна", Fit.GIVEN),
    (ANNA, "Анна Андреевна Небылицына", Fit.OTHER),
    (ANNA, "Первый район сегодня", Fit.NONE),
    (ANNA, "", Fit.NONE),
    # Another given name, patronymic or initial is another's, and no half match.
    (ANNA, "Имярек Борис", Fit.OTHER),
    (ANNA, "Борис Имярек", Fit.OTHER),
    (ANNA, "Имярек Б. А.", Fit.OTHER),
    (ANNA, "Имярек А. Б.", Fit.OTHER),
    (ANNA, "Имярек Анна Борисовна", Fit.OTHER),
    (ANNA, "Boris Imyarek", Fit.OTHER),
    (ANNA, "Небылицын Борис", Fit.OTHER),
    (ANNA, "Глава района Небылицын Б. Б.", Fit.OTHER),
    (ANNA, "Анна Имярек-Вторая", Fit.NONE),
    # ё and е, taken apart or whole, any hyphen, any scheme of Latin letters, the genitive after «блог».
    (FYODOR, "Фёдор Имяреков-Первый", Fit.NAME),
    (FYODOR, "Федор Имяреков-Первый", Fit.NAME),
    (FYODOR, "Фе\u0308дор Имяреков\u2011Первый", Fit.NAME),
    (FYODOR, "Fyodor Imyarekov-Pervyy", Fit.NAME),
    (FYODOR, "Fedor Imyarekovpervyy", Fit.NAME),
    (FYODOR, "Блог Фёдора Имярекова-Первого", Fit.NAME),
    (FYODOR, "Фёдор Имяреков", Fit.NAME),
    (FYODOR, "Имяреков и команда", Fit.NONE),
    # He and she are two.
    ("Имяреков Александр", "Александр Имяреков", Fit.NAME),
    ("Имяреков Александр", "Александра Имярекова", Fit.OTHER),
    ("Имярек Валерий", "Валерия Имярек", Fit.OTHER),
    ("Имярек Валерий", "Valeria Imyarek", Fit.OTHER),
    ("Имярекова Анна", "Имярековы в деле", Fit.NONE),
    # What the registry lacks contradicts nothing.
    ("Имярек А. А.", "Анна Имярек", Fit.INITIAL),
    ("Имярек А. А.", "Имярек Анна Андреевна", Fit.INITIALS),
    ("Имярек А. А.", "Борис Имярек", Fit.OTHER),
    ("Имярек", "Анна Имярек", Fit.FAMILY),
    ("Хитров Харитон", "Kh. Hitrov", Fit.INITIAL),
]


@pytest.mark.parametrize(("name", "title", "fit"), TITLES)
def test_what_agrees(name: str, title: str, fit: Fit) -> None:
    """Order, case, office words, initials, diminutives and Latin letters are all read."""
    assert agree(FullName.parse(name), title) is fit


@pytest.mark.parametrize(
    ("title", "fit"),
    [
        ("Новости Имярек", Fit.OTHER),
        ("Анна Небылицына", Fit.OTHER),
        ("Синий Кит", Fit.OTHER),
        ("Анна Андреевна", Fit.OTHER),
        ("Анна Имярек", Fit.NAME),
        ("Анна", Fit.NONE),
    ],
)
def test_a_profile_names_a_person(title: str, fit: Fit) -> None:
    """On VK the other word of a person's title is a name, known or not; in a channel's title it may be any word."""
    assert agree(FullName.parse(ANNA), title, profile=True) is fit


def test_an_occurrence_spans_the_whole_name_and_says_if_it_is_half_of_a_double_one() -> None:
    """In prose a name stands in any case."""
    text = "Вчера Фёдора Юрьевича Имярекова видели, а Первого Ф. Ю. нет"
    found = list(occurrences(FullName.parse(FYODOR), text, prose=True))
    assert [(text[one.start : one.end], one.fit, one.half) for one in found] == [
        ("Фёдора Юрьевича Имярекова", Fit.FULL, True),
        ("Первого Ф. Ю", Fit.INITIALS, True),
    ]


def test_the_more_of_a_name_agrees_the_higher_it_counts() -> None:
    """From an initial beside the family name on it may well be the person's."""
    assert [int(fit) for fit in Fit] == list(range(-1, 8))
    assert [fit for fit in Fit if fit.agrees] == [Fit.INITIAL, Fit.SHORT, Fit.INITIALS, Fit.NAME, Fit.FULL]


NAMES = st.text("абвгдежзиклмнопрстуфхцчшэюя", min_size=3, max_size=10).map(str.capitalize)


@given(NAMES, NAMES)
def test_a_name_agrees_with_itself(family: str, given_name: str) -> None:
    """Whatever the name, both orders and upper case agree in full."""
    name = FullName(family, given_name)
    for title in (f"{family} {given_name}", f"{given_name} {family}", f"{family} {given_name}".upper()):
        assert agree(name, title) >= Fit.NAME


@given(st.text(), st.booleans())
def test_any_title_is_read(title: str, profile: bool) -> None:
    """No title breaks the comparison."""
    assert agree(FullName.parse(ANNA), title, profile=profile) in Fit
