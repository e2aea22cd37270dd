"""How well a title agrees with an official's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.search.pages import PageKind
from auditor.search.weighing.agreement import Fit, agree
from auditor.search.weighing.names import FullName
from auditor.search.weighing.sights import worth
from auditor.search.weighing.words import declined, fold
from tests.weighing_people import head, page

ANNA = FullName.parse("Имярек Анна Андреевна")
FYODOR = FullName.parse("Имяреков-Первый Фёдор Юрьевич")


@pytest.mark.parametrize(
    ("title", "fit"),
    [
        ("Имярек Анна Андреевна", Fit.FULL),
        ("Анна Андреевна Имярек", Fit.FULL),
        ("Имярек Анна", Fit.NAME),
        ("Анна Имярек", Fit.NAME),
        ("ИМЯРЕК АННА", Fit.NAME),
        ("АннаИмярек", Fit.NAME),
        ("Глава Первого района | Имярек Анна", Fit.NAME),
        ("Глава Имярек Анна", Fit.NAME),
        ("Имярек Анна, Первый район", Fit.NAME),
        ("Имярек А. А.", Fit.INITIALS),
        ("А.А. Имярек", Fit.INITIALS),
        ("Имярек А.", Fit.INITIAL),
        ("Аня Имярек", Fit.SHORT),
        ("Anna Imyarek", Fit.NAME),
        ("Imiarek Anna Andreevna", Fit.FULL),
        ("IMYAREK A.A.", Fit.INITIALS),
        ("Канал Имярек Анны", Fit.NAME),
        ("Имярек и команда", Fit.FAMILY),
        ("Имярек в деле", Fit.FAMILY),
        ("Анна Андреевна", Fit.GIVEN),
        ("Первый район сегодня", Fit.NONE),
        ("", Fit.NONE),
    ],
)
def test_what_agrees(title: str, fit: Fit) -> None:
    """Order, case, office words, initials, diminutives and Latin letters are all read."""
    assert agree(ANNA, title) is fit


@pytest.mark.parametrize(
    "title",
    [
        "Имярек Борис",
        "Борис Имярек",
        "Имярек Б. А.",
        "Имярек А. Б.",
        "Имярек Анна Борисовна",
        "Boris Imyarek",
        "Небылицын Борис",
        "Глава района Небылицын Б. Б.",
    ],
)
def test_another_part_is_another_person(title: str) -> None:
    """The same family name with another given name, patronymic or initial is a contradiction, not a half match."""
    assert agree(ANNA, title) is Fit.OTHER


def test_a_profile_names_a_person() -> None:
    """On VK the other word of a person's title is a name, known or not; in a channel's title it may be any word."""
    assert agree(ANNA, "Имярек Новости") is Fit.FAMILY
    assert agree(ANNA, "Новости Имярек", profile=True) is Fit.OTHER
    assert agree(ANNA, "Анна Небылицына", profile=True) is Fit.OTHER
    assert agree(ANNA, "Анна Имярек", profile=True) is Fit.NAME


@pytest.mark.parametrize(
    "title",
    [
        "Фёдор Имяреков-Первый",
        "Федор Имяреков-Первый",
        "Фе\u0308дор Имяреков\u2011Первый",
        "Fyodor Imyarekov-Pervyy",
        "Fedor Imjarekov-Pervyi",
        "Fedor Imyarekovpervyy",
        "Блог Фёдора Имярекова-Первого",
    ],
)
def test_double_names_and_the_letter_yo(title: str) -> None:
    """ё and е, taken apart or whole, any hyphen, any scheme of Latin letters, the genitive after «блог»."""
    assert agree(FYODOR, title) is Fit.NAME


def test_half_of_a_double_name_needs_a_given_name() -> None:
    """One half of a double family name agrees beside a given name alone; a double name is not its half."""
    assert agree(FYODOR, "Фёдор Имяреков") is Fit.NAME
    assert agree(FYODOR, "Имяреков и команда") is Fit.NONE
    assert not agree(ANNA, "Анна Имярек-Вторая").agrees


def test_he_and_she_are_two() -> None:
    """Александр and Александра, Имяреков and Имярекова stay apart."""
    man = FullName.parse("Имяреков Александр")
    assert agree(man, "Александр Имяреков").agrees
    assert not agree(man, "Александра Имярекова").agrees
    assert not agree(FullName.parse("Имярек Валерий"), "Валерия Имярек").agrees
    assert not agree(FullName.parse("Имярек Валерий"), "Valeria Imyarek").agrees


def test_a_name_on_record_by_initials() -> None:
    """Where the registry has initials alone, a given name that begins otherwise is another's."""
    short = FullName.parse("Имярек А. А.")
    assert agree(short, "Анна Имярек") is Fit.INITIAL
    assert agree(short, "Борис Имярек") is Fit.OTHER


def test_a_family_name_alone_on_record() -> None:
    """With nothing but a family name known, nothing contradicts and nothing is more than weak."""
    assert agree(FullName.parse("Имярек"), "Анна Имярек") is Fit.FAMILY


@pytest.mark.parametrize(
    ("russian", "latin"),
    [
        ("Сергей", "Sergey Sergei Sergej"),
        ("Юрий", "Yuri Yuriy Yury Jurij Iurii"),
        ("Щукин", "Shchukin Schukin"),
        ("Хохлов", "Khokhlov Hohlov"),
        ("Цветков", "Tsvetkov Cvetkov"),
        ("Алексей", "Alexey Aleksey Aleksei Alexei"),
        ("Евгений", "Evgeny Evgeniy Yevgeni Evgenii"),
        ("Захарьев", "Zakharyev Zaharev Zakhariev"),
        ("Ляпин", "Lyapin Liapin Ljapin"),
        ("Жуков", "Zhukov"),
    ],
)
def test_one_key_for_all_spellings(russian: str, latin: str) -> None:
    """The transliterations in use fold to one key."""
    assert {fold(word) for word in latin.split()} == {fold(russian)}


@pytest.mark.parametrize(("one", "other"), [("Лапин", "Ляпин"), ("Валерий", "Валерия"), ("Жуков", "Зуков")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    """Folding does not go so far that two names meet."""
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("word", "nominative"),
    [
        ("Имярека", "Имярек"),
        ("Томского", "Томский"),
        ("Стрежевого", "Стрежевой"),
        ("Анны", "Анна"),
        ("Юрия", "Юрий"),
        ("Павла", "Павел"),
        ("Имярековой", "Имярекова"),
    ],
)
def test_cases_of_the_declension(word: str, nominative: str) -> None:
    """Surnames, given names and adjectives are known in their oblique cases."""
    assert declined(word, nominative)
    assert not declined(nominative, nominative)


letters = st.text("абвгдежзиклмнопрстуфхцчшэюя", min_size=3, max_size=10).map(str.capitalize)


@given(letters, letters)
def test_a_name_agrees_with_itself(family: str, given_name: str) -> None:
    """Whatever the name, both orders and upper case agree in full, and ё is е."""
    name = FullName(family, given_name)
    for title in (f"{family} {given_name}", f"{given_name} {family}", f"{family} {given_name}".upper()):
        assert agree(name, title) >= Fit.NAME


@given(st.text(), st.booleans())
def test_any_title_is_read(title: str, profile: bool) -> None:
    """No title breaks the comparison."""
    assert agree(ANNA, title, profile=profile) in Fit


def test_what_is_worth_keeping() -> None:
    """A page that may be the person's or is the body's own; a citizen's other page is not kept."""
    anna = head("Имярек Анна Андреевна", office_accounts=[{"url": "https://t.me/rayon1", "kind": "institution"}])
    keeps = worth(anna)
    assert keeps(page(title="Имярек Анна"))
    assert keeps(page("vk.com/id1", "Анна Имярек"))
    assert keeps(page(title="Имярек", description="Глава Первого района"))
    assert keeps(page(title="Администрация Первого района"))
    assert keeps(page("t.me/rayon1", None))
    assert not keeps(page(title="Имярек"))
    assert not keeps(page(title="Имярек Борис"))
    assert not keeps(page("vk.com/id1", "Пелагея Небылицына", place="Первый район"))
    assert not keeps(page(title=None))
    assert not keeps(page(title="Первый снег", kind=PageKind.CHANNEL))
