"""Words and names compared whatever their spelling, alphabet and case of the declension."""

from auditor.search.scoring.person_names import canonical
from auditor.search.scoring.word_forms import declined, fold_key

SPELLINGS = """
    Сергей Sergey Sergei Sergej; Юрий Yuri Yuriy Yury Jurij Iurii; Щукин Shchukin Schukin; Хохлов Khokhlov Hohlov;
    Цветков Tsvetkov Cvetkov; Алексей Alexey Aleksey Aleksei Alexei; Евгений Evgeny Evgeniy Yevgeni Evgenii;
    Захарьев Zakharyev Zaharev Zakhariev; Ляпин Lyapin Liapin Ljapin; Жуков Zhukov; Никитин Nickitin Nikitin;
    Фёдоров Phedorov Fyodorov Fedorov"""


def test_one_key_for_all_spellings() -> None:
    """The transliterations in use fold to one key, and not so far that two names meet."""
    for spellings in SPELLINGS.split(";"):
        assert len({fold_key(word) for word in spellings.split()}) == 1, spellings
    for first, second in (("Лапин", "Ляпин"), ("Валерий", "Валерия"), ("Жуков", "Зуков")):
        assert fold_key(first) != fold_key(second)


CASES = """
    Имярека Имярек; Томского Томский; Стрежевого Стрежевой; Анны Анна; Юрия Юрий; Павла Павел; Льва Лев; Имярецу Имярец;
    Имярца Имярец; Имярековой Имярекова"""
NO_CASES = "Имяреки Имярек; Имярек Имярек; Юрьевых Юрьевы; Юра Юр; Шевченкой Шевченко; Чернихой Черних"


def test_cases_of_the_declension() -> None:
    """Surnames, given names and adjectives are known in their oblique cases; several people are not one."""
    for pairs, is_case in ((CASES, True), (NO_CASES, False)):
        for word, nominative in (pair.split() for pair in pairs.split(";")):
            assert declined(word, nominative) is is_case, word


def test_whose_given_name_a_word_may_be() -> None:
    """In full or short, in either alphabet; with `oblique` in any case."""
    plain = {"Аня": "анна", "Boris": "борис", "Анны": ""}
    for oblique, names in ((False, plain), (True, {"Анны": "анна", "Борис": "борис", "Весна": ""})):
        names_by_word = {word: " ".join(map(str.casefold, canonical(word, oblique=oblique))) for word in names}
        assert names_by_word == names
