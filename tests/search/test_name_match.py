"""How well a title agrees with an official's name."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.search.scoring.name_match import NameFit, match_name, occurrences
from auditor.search.scoring.person_names import FullName

ANNA, FYODOR = "Имярек Анна Андреевна", "Имяреков-Первый Фёдор Юрьевич"

TITLES = [
    # a name, how titles agree with it, the titles
    (ANNA, NameFit.FULL, "Имярек Анна Андреевна; Анна Андреевна Имярек; Imiarek Anna Andreevna"),
    (ANNA, NameFit.NAME, "Имярек Анна; ИМЯРЕК АННА; АннаИмярек; Глава Первого района | Имярек Анна; Канал Имярек Анны"),
    (ANNA, NameFit.NAME, "Имярек Анна, Первый район; Anna Imyarek"),
    (ANNA, NameFit.FAMILY, "Имярек | Анна; Имярек и команда"),
    (ANNA, NameFit.INITIALS, "Имярек А. А.; А.А. Имярек; IMYAREK A.A."),
    (ANNA, NameFit.INITIAL, "Имярек А."),
    (ANNA, NameFit.SHORT, "Аня Имярек; Аня Андреевна Имярек"),
    (ANNA, NameFit.GIVEN, "Анна Андреевна"),
    (ANNA, NameFit.NONE, "Первый район сегодня; ; Анна Имярек-Вторая"),
    # Another given name, patronymic or initial is another's, and no half match.
    (
        ANNA,
        NameFit.OTHER,
        "Имярек Борис; Борис Имярек; Имярек Б. А.; Имярек А. Б.; Имярек Анна Борисовна; Boris Imyarek",
    ),
    (ANNA, NameFit.OTHER, "Небылицын Борис; Глава района Небылицын Б. Б.; Анна Андреевна Небылицына"),
    # ё and е, taken apart or whole, any hyphen, any scheme of Latin letters, the genitive after «блог».
    (FYODOR, NameFit.NAME, "Фёдор Имяреков-Первый; Федор Имяреков-Первый; Фе\u0308дор Имяреков\u2011Первый"),
    (
        FYODOR,
        NameFit.NAME,
        "Fyodor Imyarekov-Pervyy; Fedor Imyarekovpervyy; Блог Фёдора Имярекова-Первого; Фёдор Имяреков",
    ),
    (FYODOR, NameFit.NONE, "Имяреков и команда"),
    # A man and a woman are two people.
    ("Имяреков Александр", NameFit.NAME, "Александр Имяреков"),
    ("Имяреков Александр", NameFit.OTHER, "Александра Имярекова"),
    ("Имярек Валерий", NameFit.OTHER, "Валерия Имярек; Valeria Imyarek"),
    ("Имярекова Анна", NameFit.NONE, "Имярековы в деле"),
    # What the registry lacks contradicts nothing.
    ("Имярек А. А.", NameFit.INITIAL, "Анна Имярек"),
    ("Имярек А. А.", NameFit.INITIALS, "Имярек Анна Андреевна"),
    ("Имярек А. А.", NameFit.OTHER, "Борис Имярек"),
    ("Имярек", NameFit.FAMILY, "Анна Имярек"),
    ("Хитров Харитон", NameFit.INITIAL, "Kh. Hitrov"),
]


def test_what_agrees() -> None:
    """Order, case, office words, initials, diminutives and Latin letters are all read."""
    for name, fit, titles in TITLES:
        for title in titles.split(";"):
            assert match_name(FullName.parse(name), title.strip()) is fit, (name, title)


def test_a_profile_names_a_person() -> None:
    """On VK the other word of a person's title is a name, known or not; in a channel's title it may be any word."""
    others = ("Новости Имярек", "Анна Небылицына", "Синий Кит", "Анна Андреевна")
    fits = {"Анна Имярек": NameFit.NAME, "Анна": NameFit.NONE, **dict.fromkeys(others, NameFit.OTHER)}
    assert {title: match_name(FullName.parse(ANNA), title, profile=True) for title in fits} == fits


def test_an_occurrence_spans_the_whole_name_and_says_if_it_is_half_of_a_double_one() -> None:
    """In prose a name stands in any case."""
    text = "Вчера Фёдора Юрьевича Имярекова видели, а Первого Ф. Ю. нет"
    places = list(occurrences(FullName.parse(FYODOR), text, prose=True))
    assert [(text[place.start : place.end], place.fit, place.half) for place in places] == [
        ("Фёдора Юрьевича Имярекова", NameFit.FULL, True),
        ("Первого Ф. Ю", NameFit.INITIALS, True),
    ]


def test_the_more_of_a_name_agrees_the_higher_it_counts() -> None:
    """From an initial beside the family name on it may well be the person's."""
    assert [int(fit) for fit in NameFit] == list(range(-1, 8))
    assert [fit for fit in NameFit if fit.agrees] == [
        NameFit.INITIAL,
        NameFit.SHORT,
        NameFit.INITIALS,
        NameFit.NAME,
        NameFit.FULL,
    ]


@given(st.text(), st.booleans())
def test_any_title_is_read(title: str, profile: bool) -> None:
    """No title breaks the comparison."""
    assert match_name(FullName.parse(ANNA), title, profile=profile) in NameFit
