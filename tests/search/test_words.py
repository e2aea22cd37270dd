"""Words and names compared so that spelling, alphabet and case of the declension do not part what is the same."""

import pytest

from auditor.search.weighing.names import canonical
from auditor.search.weighing.words import declined, fold


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
        ("Никитин", "Nickitin Nikitin"),
        ("Фёдоров", "Phedorov Fyodorov Fedorov"),
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
    ("word", "nominative", "is_case"),
    [
        ("Имярека", "Имярек", True),
        ("Имяреки", "Имярек", False),
        ("Имярек", "Имярек", False),
        ("Томского", "Томский", True),
        ("Стрежевого", "Стрежевой", True),
        ("Анны", "Анна", True),
        ("Юрия", "Юрий", True),
        ("Павла", "Павел", True),
        ("Льва", "Лев", True),
        ("Имярецу", "Имярец", True),
        ("Имярца", "Имярец", True),
        ("Имярековой", "Имярекова", True),
        ("Юрьевых", "Юрьевы", False),
        ("Юра", "Юр", False),
        ("Шевченкой", "Шевченко", False),
        ("Чернихой", "Черних", False),
    ],
)
def test_cases_of_the_declension(word: str, nominative: str, *, is_case: bool) -> None:
    """Surnames, given names and adjectives are known in their oblique cases; several people are not one."""
    assert declined(word, nominative) is is_case


@pytest.mark.parametrize(
    ("word", "oblique", "names"),
    [
        ("Аня", False, {"анна"}),
        ("Boris", False, {"борис"}),
        ("Анны", False, set()),
        ("Анны", True, {"анна"}),
        ("Борис", True, {"борис"}),
        ("Весна", True, set()),
    ],
)
def test_whose_given_name_a_word_may_be(word: str, *, oblique: bool, names: set[str]) -> None:
    """In full or short, in either alphabet; with `oblique` in any case."""
    assert {name.casefold() for name in canonical(word, oblique=oblique)} == names
