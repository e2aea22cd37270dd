"""Every sentence of the program has its Russian one, with the same places, and neither blames anybody."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.wording import FORBIDDEN, FORBIDDEN_ENGLISH
from tools.messages import CATALOGUE, Key, compile_catalogue, entries, extracted


@pytest.fixture(scope="module")
def russian() -> dict[Key, Message]:
    return entries(CATALOGUE)


@pytest.fixture(scope="module")
def english() -> dict[Key, set[str]]:
    return extracted()


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_sentences_and_translations_belong_to_each_other(
    russian: dict[Key, Message], english: dict[Key, set[str]]
) -> None:
    """Whole and settled; an entry that no source uses any more is taken out."""
    settled = {key for key, message in russian.items() if not message.fuzzy and all(forms(message.string))}
    assert {key: files for key, files in english.items() if key not in settled} == {}
    assert russian.keys() - english.keys() == set()


def test_a_translator_sees_where_a_sentence_is_used(russian: dict[Key, Message], english: dict[Key, set[str]]) -> None:
    """Each has the files that use it for its reference, and no other; `python tools/messages.py` writes them."""
    references = {key: {name for name, _ in message.locations} for key, message in russian.items()}
    assert {key: files for key, files in references.items() if not files or files != english.get(key)} == {}


def test_a_translator_is_told_what_a_few_words_mean(russian: dict[Key, Message]) -> None:
    """One to three words say too little by themselves: a comment ``#. …`` in the catalogue says what they are of."""
    short = [message for key, message in russian.items() if len(forms(key.id)[0].split()) <= 3]
    assert [message.id for message in short if not message.auto_comments] == []


def test_what_the_program_reads_is_the_catalogue(tmp_path: Path) -> None:
    """`make` and `python tools/messages.py` compile it; after another change of the catalogue either has to run."""
    copy = tmp_path / CATALOGUE.name
    copy.write_bytes(CATALOGUE.read_bytes())
    compile_catalogue(copy)
    now, installed = (sentences(path.with_suffix(".mo")) for path in (copy, CATALOGUE))
    assert {key: string for key, string in now.items() if installed.get(key) != string} == {}


def sentences(compiled: Path) -> dict[str | tuple[str, int], str]:
    with compiled.open("rb") as file:
        return {key: string for key, string in vars(GNUTranslations(file))["_catalog"].items() if key}


def test_translations_keep_their_places(russian: dict[Key, Message]) -> None:
    """Each form fills the places of its sentence, no more and no fewer."""

    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    for message in russian.values():
        wanted = set().union(*map(places, forms(message.id)))
        assert [form for form in forms(message.string) if places(form) != wanted] == [], message.id


def test_no_sentence_blames_anybody(russian: dict[Key, Message], english: dict[Key, set[str]]) -> None:
    """Neither what is translated nor its translation has a wording that docs/dev/sources.md forbids."""
    assert [key for key, m in russian.items() if any(map(FORBIDDEN.search, forms(m.string)))] == []
    assert [key for key in english if any(map(FORBIDDEN_ENGLISH.search, forms(key.id)))] == []
