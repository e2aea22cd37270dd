"""Help, errors and messages: whoever reads one language meets no sentence of another."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from auditor.base.errors import AuditorError
from auditor.base.i18n import readers_language
from auditor.commands.cli import app, run
from auditor.commands.help import help_texts
from tests.conftest import ROOT
from tools.messages import CATALOGUE

COMMANDS = list(typer.main.get_command(app).commands)
ENGLISH = re.compile(r"\b[a-z]{3,}(?: [a-z]{2,}){2,}\b")
"""Three words in a row, none of them a name, an option or a path."""
CODE = re.compile(r"`[^`]*`|auditor [a-z].*|\{\w+\}|%\(\w+\)s|<[^>]*>|https?://\S+")


def plain(text: str) -> str:
    """A text without what is typed or filled in."""
    return CODE.sub("…", text)


def help_of(command: str, lang: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run([command, "-h", "--lang", lang] if command else ["--lang", lang, "-h"]) == 0
    return capsys.readouterr().out


@cache
def translations() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="ru") if message.id]


def strings(message: Message) -> Iterator[str]:
    yield from [message.string] if isinstance(message.string, str) else message.string


def test_no_translation_is_english() -> None:
    """Of each of the program's sentences the Russian reader is shown Russian."""
    assert not [one for message in translations() for one in strings(message) if ENGLISH.search(plain(one))]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_the_language_asked(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No English in the Russian help of any command, and no Russian in the English."""
    russian, english = help_of(command, "ru", capsys), help_of(command, "en", capsys)
    assert not [line for line in russian.splitlines() if ENGLISH.search(plain(line))]
    assert not re.search("[а-яё]", english.replace("«", ""), re.IGNORECASE)


def test_every_word_of_help_is_in_the_catalogue() -> None:
    """What the parser says of commands, arguments and options is translated too."""
    known = {message.id for message in translations()}
    assert not {text for text in help_texts(typer.main.get_command(app)) if text} - known


def raised(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """The first argument of each error that a user is told."""
    kinds = {kind.__name__ for kind in _all_errors(AuditorError)} - {"RegistryError"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
            yield node.lineno, node.args[0]


def _all_errors(kind: type[AuditorError]) -> Iterator[type[AuditorError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all_errors(each)


def test_no_error_is_a_bare_string() -> None:
    """Each is a text with its parameters, which the catalogue can translate."""
    files = [path for path in (ROOT / "auditor").rglob("*.py") if "sandbox" not in path.parts]
    bare = [
        f"{path.name}:{line}"
        for path in files
        for line, said in raised(path)
        if isinstance(said, ast.Constant | ast.JoinedStr)
    ]
    assert not bare


@pytest.mark.parametrize(
    ("asked", "environ", "lang"),
    [
        ("en", {"AUDITOR_LANG": "ru"}, "en"),
        (None, {"AUDITOR_LANG": "en", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LC_ALL": "ru_RU.UTF-8", "LANG": "en_US.UTF-8"}, "ru"),
        (None, {"LANG": "C.UTF-8"}, "ru"),
        (None, {"LANG": "de_DE.UTF-8"}, "ru"),
        (None, {}, "ru"),
        ("xx", {}, "ru"),
    ],
)
def test_the_language_is_the_readers(asked: str | None, environ: dict[str, str], lang: str) -> None:
    """What was asked for, else the system's; Russian where it is neither."""
    assert readers_language(asked, environ) == lang
