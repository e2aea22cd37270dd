"""An office is found by what people call it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.registry import Registry, find_offices, load_registry
from auditor.registry.lookup import nearest
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
    ("who", "best"), [("Алсевич", "verkhneketsky"), ("стрежевои", "strezhevoy"), ("sewersk", "seversk")]
)
def test_a_slip_finds_nothing_but_what_is_near(who: str, best: str) -> None:
    """The command line offers it instead of guessing."""
    assert found(who) == []
    assert nearest(REGISTRY, who)[0] == best


def test_nothing_is_near_to_nonsense() -> None:
    """And no more than asked for is offered."""
    assert nearest(REGISTRY, "xyzzyxyzzy") == []
    assert len(nearest(REGISTRY, "Томск", count=2)) == 2


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
    assert set(nearest(REGISTRY, who)) <= {office.id for office in REGISTRY.offices}
