"""Every sentence of the program has its Russian one, with the same places, and neither blames anybody."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.conftest import ROOT
from tests.wording import FORBIDDEN, FORBIDDEN_ENGLISH
from tools.messages import CATALOGUE, Key, extracted

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.fixture(scope="module")
def russian() -> Catalog:
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="ru", abort_invalid=True)


@pytest.fixture(scope="module")
def english() -> dict[Key, set[str]]:
    return extracted()


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def entries(russian: Catalog) -> list[Message]:
    return [*(message for message in russian if message.id), *russian.obsolete.values()]


def test_each_sentence_is_translated_and_each_translation_has_its_sentence(
    russian: Catalog, english: dict[Key, set[str]]
) -> None:
    """Whole and settled; an entry that no source uses any more is taken out."""
    settled = {forms(message.id) for message in entries(russian) if not message.fuzzy and all(forms(message.string))}
    assert {key: files for key, files in english.items() if forms(key) not in settled} == {}
    assert {forms(message.id) for message in entries(russian)} - {forms(key) for key in english} == set()


def test_translations_keep_their_places(russian: Catalog) -> None:
    """Each form fills the places of its sentence, no more and no fewer."""

    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    for message in entries(russian):
        wanted = set().union(*map(places, forms(message.id)))
        assert [form for form in forms(message.string) if places(form) != wanted] == [], message.id


def test_no_sentence_blames_anybody(russian: Catalog, english: dict[Key, set[str]]) -> None:
    """Neither what is translated nor its translation has a wording that docs/dev/sources.md forbids."""
    assert [m.id for m in entries(russian) if any(map(FORBIDDEN.search, forms(m.string)))] == []
    assert [key for key in english if any(map(FORBIDDEN_ENGLISH.search, forms(key)))] == []


def literals(path: Path) -> Iterator[str]:
    """The strings of a module that can reach a reader: not the docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.value


def test_russian_lives_in_the_catalogue_alone() -> None:
    """Neither the checks, nor what draws the report, nor a template says anything of its own."""
    modules = [path for room in ("report", "checks") for path in (ROOT / "auditor" / room).glob("*.py")]
    spoken = [(path.name, text) for path in modules for text in literals(path)]
    spoken += [(p.name, p.read_text(encoding="utf-8")) for p in (ROOT / "templates").rglob("*") if p.is_file()]
    assert spoken
    assert [name for name, text in spoken if CYRILLIC.search(text)] == []
