"""Names as people type them: titles, places and holders in any case, and in the wrong keyboard layout."""

import pytest

from auditor.base.errors import UsageError
from auditor.base.files import packaged
from auditor.language.grammar import _analyser
from auditor.registry import load_registry
from auditor.registry.lookup import UnclearOfficeError, find_offices, office_line, pick_office
from auditor.registry.models import Office

REGISTRY = load_registry(packaged("officials.yaml"))
BOUND = [office for office in REGISTRY.offices if REGISTRY.bound(office)]


def ids(query: str) -> list[str]:
    return [office.id for office in find_offices(REGISTRY, query)]


@pytest.mark.parametrize(
    ("query", "office"),
    [
        ("глава Томска", "tomsk-city"),
        ("мэр Томска", "tomsk-city"),
        ("главу Томска", "tomsk-city"),
        ("глава Томского района", "tomsky"),
        ("мэр ЗАТО Северск", "seversk"),
        ("Стрежевого", "strezhevoy"),
        ("губернатор", "tomsk-oblast-governor"),
        ("cnhtdjq", "strezhevoy"),
        ("Cnht;tdjq", "strezhevoy"),
    ],
)
def test_an_office_is_found_by_what_people_type(query: str, office: str) -> None:
    """Whatever the title says: a head is «глава» or «мэр», a place stands in any case, the layout may be wrong."""
    assert ids(query) == [office]


@pytest.mark.parametrize("office", REGISTRY.offices, ids=lambda office: office.id)
def test_each_title_as_printed_finds_its_office(office: Office) -> None:
    """The title exactly as the program prints it, in any case of letters."""
    same = [other.id for other in REGISTRY.offices if other.title.casefold() == office.title.casefold()]
    assert office.id in ids(office.title)
    assert set(ids(office.title.upper())) <= set(same)


KEYS = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ.,№",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~/?#",
)
"""What is typed when the Latin layout is on by mistake, signs too."""
ALIKE = str.maketrans("асеорхАВСЕНКМОРТХ", "aceopxABCEHKMOPTX")


@pytest.mark.parametrize("office", REGISTRY.offices, ids=lambda office: office.id)
def test_each_title_finds_its_office_however_it_is_typed(office: Office) -> None:
    """In the wrong layout, with look-alikes, as a line of a list; without its first word, if no other is called so."""
    title, place = office.title, office.municipality
    wrong_layout = [title.translate(KEYS), title.lower().translate(KEYS)]
    for query in (*wrong_layout, title.translate(ALIKE), f"{place}, {title}", office_line(office)):
        assert office.id in ids(query), query
    rest = ids(title.partition(" ")[2])
    assert office.id in rest or rest in (["tomsk-duma-chair"], ["tomsk-duma-deputy-chair"]), rest


@pytest.mark.parametrize("office", BOUND, ids=lambda office: office.id)
def test_a_title_with_a_family_name_finds_its_office(office: Office) -> None:
    """«глава Имярек», for a decision too."""
    for tenure in office.tenures:
        assert pick_office(REGISTRY, f"{office.title.split()[0]} {tenure.name.split()[0]}", exact=True) == office


def test_what_is_too_little_for_a_decision_lists_whom_it_may_mean() -> None:
    """Words of a title decide nothing, and list the offices that have them."""
    with pytest.raises(UnclearOfficeError, match="these are like it") as unclear:
        pick_office(REGISTRY, "Думы Города Томска, список СРЗП", exact=True)
    assert [office.id for office in unclear.value.offices] == ["tomsk-duma-list-srzp", "tomsk-duma-list-srzp-2"]


PASTED = {
    "tomsky": [
        "Томский р-н", "р-он Томский.", "Глава Томского р-на", "МО «Томский район»", 'мо "Томский район",',
        "Томский м. р-н", "Томский МР", "Tомcкий рaйoн", "Томский\u00a0 район", "«Томский\u200b район»",
    ],
    "strezhevoy": ["г. о. Стрежевой", "Го Стрежевой", "городской округ „Стрежевой“", "мэр г.о.Стрежевой"],
    "tomsk-city": ["мэр г.Томска", "Глава муниципального образования «Город Томск»", "глава MO 'г. Томск'"],
    "verkhneketsky": ["р. п. Белый Яр", "пгт. Белый Яр,", "БЕЛЫЙ ЯР"],
    "kolpashevsky": ["Колпашёво", "(Колпашево)", "г. Koлпaшевo"],
    "seversk": ["Cевepcк", "ЗАТО г. Северск;", "“Северск”"],
    "tomsk-oblast-governor": ["Губернатор Томской обл.", "Мазур, Владимир"],
    "tomsk-duma-district-4": ["округ № 4", "Округ №4.", "4-й округ", "4 округ", "депутат по избирательному округу N 4"],
}  # fmt: skip


@pytest.mark.parametrize(("office", "query"), [(office, query) for office, typed in PASTED.items() for query in typed])
def test_a_shortened_or_pasted_name_finds_its_office(office: str, query: str) -> None:
    """Whatever quotes, blanks, stops and Latin look-alikes stand in it; that is enough for a decision too."""
    assert pick_office(REGISTRY, query, exact=True).id == office


@pytest.mark.parametrize("query", ["МО «Город Томск»", "г.Томск,", "Tомск", "Дума", "дума г. Томска"])
def test_a_name_of_several_offices_is_never_guessed(query: str) -> None:
    """The head of a town and its Duma are listed, what was abolished last."""
    abolished = [office.abolished is not None for office in find_offices(REGISTRY, query)]
    assert len(abolished) > 1
    assert abolished == sorted(abolished)


@pytest.mark.parametrize("query", ["а", "A.", "4", "«26»", "№ 4"])
def test_a_single_letter_or_a_number_names_no_office(query: str) -> None:
    """Though many names begin with it and some districts have it; it is said what to write."""
    with pytest.raises(UsageError, match=r"too little to name an office; write a municipality.* «округ № 4»"):
        pick_office(REGISTRY, query)


@pytest.mark.parametrize("query", ["Мазур С. С.", "Мазур Г. П.", "4 Мазур"])
def test_other_initials_are_of_another_person(query: str) -> None:
    """«г.», «с.» and «п.» stand for a kind of place only before a place."""
    assert ids(query) == []


def in_case(words: str, case: str) -> str:
    """The words of a municipality in a case, each by the dictionary; what stays the same in any («ЗАТО») stays."""
    parses = [(word, _analyser().parse(word)[0]) for word in words.split()]
    forms = [(parse.inflect({case}) if "-" not in word else None, word) for word, parse in parses]
    return " ".join(form.word if form is not None else word for form, word in forms)


@pytest.mark.parametrize("case", ["gent", "datv", "accs", "ablt", "loct"])
@pytest.mark.parametrize("office", BOUND, ids=lambda office: office.id)
def test_a_municipality_in_any_case_finds_its_office_and_no_other(office: Office, case: str) -> None:
    """«Стрежевого», «Томскому району»; Tomsk has a Duma too, and «Томском» is also of the district: first its head."""
    first, *others = ids(in_case(office.municipality, case))
    assert first == office.id
    assert office.municipality == "Томск" or not others


def test_several_offices_are_listed() -> None:
    """Each by its id, which can be typed."""
    with pytest.raises(UsageError) as unclear:
        pick_office(REGISTRY, "глава")
    assert len(unclear.value.choices) > 1
