"""Help, errors and messages: whoever reads one language meets no sentence of another."""

import re

import pytest
import typer
from babel.messages.pofile import read_po

from auditor.base.i18n import readers_language
from auditor.commands.cli import app, run
from tools.messages import CATALOGUE

COMMANDS = list(typer.main.get_command(app).commands)
ENGLISH = re.compile(r"\b[a-z]{3,}(?: [a-z]{2,}){2,}\b")
"""Three words in a row, none of them a name, an option or a path."""
CODE = re.compile(r"`[^`]*`|auditor [a-z].*|\{\w+\}|%\(\w+\)s|<[^>]*>|https?://\S+")


def plain(text: str) -> str:
    """A text without what is typed or filled in."""
    return CODE.sub("…", text)


def test_no_translation_is_english() -> None:
    """Of each of the program's sentences the Russian reader is shown Russian."""
    with CATALOGUE.open("rb") as file:
        said = [message.string for message in read_po(file, locale="ru") if message.id]
    strings = [one for string in said for one in ([string] if isinstance(string, str) else string)]
    assert not [one for one in strings if ENGLISH.search(plain(one))]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_the_language_asked(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No English in the Russian help of any command, and no Russian in the English."""
    told = []
    for lang in ("ru", "en"):
        assert run([*command.split(), "-h", "--lang", lang] if command else ["--lang", lang, "-h"]) == 0
        told.append(capsys.readouterr().out)
    russian, english = told
    assert not [line for line in russian.splitlines() if ENGLISH.search(plain(line))]
    assert not re.search("[а-яё]", english.replace("«", ""), re.IGNORECASE)


@pytest.mark.parametrize(
    ("asked", "environ", "lang"),
    [
        ("en", {"AUDITOR_LANG": "ru"}, "en"),
        (None, {"AUDITOR_LANG": "en", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, {"LC_ALL": "ru_RU.UTF-8", "LANG": "en_US.UTF-8"}, "ru"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "ru"),
        ("xx", {}, "ru"),
    ],
)
def test_the_language_is_the_readers(asked: str | None, environ: dict[str, str], lang: str) -> None:
    """What was asked for, else the system's; Russian where it is neither."""
    assert readers_language(asked, environ) == lang
