"""An office is found by what people call it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.errors import UsageError
from auditor.registry import Registry, load_registry, pick_office
from auditor.registry.lookup import find_offices, nearest
from tests.cases import office, registry, tenure
from tests.conftest import ROOT

REGISTRY = load_registry(ROOT / "officials.yaml")


def found(who: str, registry: Registry = REGISTRY) -> list[str]:
    return [office.id for office in find_offices(registry, who)]


@pytest.mark.parametrize(
    ("who", "ids"),
    [
        ("strezhevoy", ["strezhevoy"]),
        ("STREZHEVOY", ["strezhevoy"]),
        ("  Стрежевой ", ["strezhevoy"]),
        ("стрежев", ["strezhevoy"]),
        ("Диденко", ["seversk"]),
        ("николай диденко", ["seversk"]),
        ("Диденко Николай Васильевич", ["seversk"]),
        ("Диденко Н В", ["seversk"]),
        ("Медных Андрей Федорович", ["kolpashevsky"]),
        ("Харахорин", ["strezhevoy"]),
        ("томский район", ["tomsky"]),
        ("Томская\u00a0область", ["tomsk-oblast-governor", "tomsk-oblast-administration"]),
        ("tomsk-city", ["tomsk-city"]),
        ("tomsk\u2010city", ["tomsk-city"]),
        ("район", None),
        ("", []),
        ("   ", []),
        ("Нигдеев", []),
        ("Диденко Дениченко", []),
    ],
)
def test_an_id_a_municipality_or_a_name_finds_its_office(who: str, ids: list[str] | None) -> None:
    """In any case, with ё or е, whole or by its beginning; None: ambiguous."""
    if ids is None:
        assert len(found(who)) > 1
    else:
        assert found(who) == ids


def test_the_whole_wins_over_a_beginning() -> None:
    """«Томск» is the city with its Duma and not also Томский район; its id is the city's head alone."""
    assert found("Томск") == [office.id for office in REGISTRY.offices if office.municipality == "Томск"]
    assert found("tomsky") == ["tomsky"]


@pytest.mark.parametrize(
    ("who", "best"), [("Алсевич", "Верхнекетский район"), ("Стрежовой", "Стрежевой"), ("sewersk", "Северск")]
)
def test_a_slip_finds_nothing_but_what_is_near(who: str, best: str) -> None:
    """The command line offers it instead of guessing."""
    assert found(who) == []
    assert nearest(REGISTRY, who)[0] == best


def test_nothing_is_near_to_nonsense() -> None:
    """And no more than three are offered."""
    assert nearest(REGISTRY, "xyzzyxyzzy") == []
    assert len(nearest(REGISTRY, "Томск")) == 3


@given(st.sampled_from(REGISTRY.offices), st.booleans(), st.booleans())
def test_every_office_is_found_by_its_id_and_municipality(office: object, upper: bool, apart: bool) -> None:
    """However a keyboard composes its letters."""
    assert hasattr(office, "id")
    assert hasattr(office, "municipality")
    for name in (office.id, office.municipality):
        typed = unicodedata.normalize("NFD", name) if apart else name
        assert office.id in found(typed.upper() if upper else typed)


@given(st.text(max_size=20))
def test_no_words_whatever_raise(who: str) -> None:
    """What is found is of the registry, each once."""
    ids = found(who)
    assert len(ids) == len(set(ids))
    called = {name for office in REGISTRY.offices for name in (office.id, office.municipality)}
    assert set(nearest(REGISTRY, who)) <= called


# Who is meant by a name ----------------------------------------------------------------------------------------------


def book_of(**names: str) -> Registry:
    """A registry with an office for each name: its id, and the municipality «Район ID»."""
    return registry(
        *(
            office(tenure(name, since="2020")).model_copy(update={"id": key, "municipality": f"Район {key}"})
            for key, name in names.items()
        )
    )


WOMAN = "Имярек Мария Ивановна"


@pytest.mark.parametrize("who", ["Иванов", "иванов", "Ивановн", "Ивановна", "И. Иванов"])
def test_a_part_of_a_patronymic_names_nobody(who: str) -> None:
    """«Иванов» is not the woman whose patronymic begins so: she is offered, not taken."""
    assert found(who, book_of(first=WOMAN)) == []
    with pytest.raises(UsageError, match="first"):
        pick_office(book_of(first=WOMAN), who)


def test_the_family_name_wins_over_a_patronymic() -> None:
    """«Петров» is Петров, whoever else is Петровна or Петрович."""
    book = book_of(first="Имярек Мария Петровна", second="Петров Иван Петрович", third="Петровский Олег Ильич")
    assert found("Петров", book) == ["second"]
    assert found("петровс", book) == ["third"]


def test_several_of_the_same_beginning_are_listed() -> None:
    """The caller is told of both."""
    book = book_of(first="Никтоев Иван Ильич", second="Никтоева Анна Ильинична")
    assert found("никто", book) == ["first", "second"]
    with pytest.raises(UsageError, match=r"first .*second"):
        pick_office(book, "никто")


@pytest.mark.parametrize(
    ("who", "whole"),
    [
        ("first", True),
        ("ПЕРВЫЙ РАЙОН", True),
        ("Петров-Ильин", True),
        ("Петров-Ильин И. П.", True),
        ("Петров-Ильин И П", True),
        ("Иван Петров-Ильин", True),
        ("Петров-Ильин Иван Петрович", True),
        ("Петров-Ильин Иван Сергеевич", False),
        ("Петров-Ильин Петр", False),
        ("Петров", False),
        ("Петров-Иль", False),
        ("Первый", False),
        ("fir", False),
        ("Иван", False),
        ("Петрович", False),
        ("Иван Петрович", False),
        ("", False),
    ],
)
def test_whoever_writes_names_an_office_by_its_id_a_municipality_or_a_whole_family_name(who: str, whole: bool) -> None:
    """Nothing less: a decision that goes to another person harms both."""
    book = book_of(first="Петров-Ильин Иван Петрович")
    book = book.model_copy(update={"offices": [book.offices[0].model_copy(update={"municipality": "Первый район"})]})
    if whole:
        assert pick_office(book, who, whole=True).id == "first"
    else:
        with pytest.raises(UsageError) as caught:
            pick_office(book, who, whole=True)
        assert "\n" not in str(caught.value)
