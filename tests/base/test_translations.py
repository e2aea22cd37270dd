"""Every sentence of the program has its Russian one, with the same places, and neither blames anybody."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.wording import FORBIDDEN, FORBIDDEN_ENGLISH
from tools.messages import CATALOGUE, Key, extracted


@pytest.fixture(scope="module")
def russian() -> list[Message]:
    with CATALOGUE.open("rb") as stream:
        read = read_po(stream, locale="ru", abort_invalid=True)
    return [*(message for message in read if message.id), *read.obsolete.values()]


@pytest.fixture(scope="module")
def english() -> dict[Key, set[str]]:
    return extracted()


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_sentences_and_translations_belong_to_each_other(russian: list[Message], english: dict[Key, set[str]]) -> None:
    """Whole and settled; an entry that no source uses any more is taken out."""
    settled = {forms(message.id) for message in russian if not message.fuzzy and all(forms(message.string))}
    assert {key: files for key, files in english.items() if forms(key) not in settled} == {}
    assert {forms(message.id) for message in russian} - {forms(key) for key in english} == set()


def test_translations_keep_their_places(russian: list[Message]) -> None:
    """Each form fills the places of its sentence, no more and no fewer."""

    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    for message in russian:
        wanted = set().union(*map(places, forms(message.id)))
        assert [form for form in forms(message.string) if places(form) != wanted] == [], message.id


def test_no_sentence_blames_anybody(russian: list[Message], english: dict[Key, set[str]]) -> None:
    """Neither what is translated nor its translation has a wording that docs/dev/sources.md forbids."""
    assert [m.id for m in russian if any(map(FORBIDDEN.search, forms(m.string)))] == []
    assert [key for key in english if any(map(FORBIDDEN_ENGLISH.search, forms(key)))] == []
