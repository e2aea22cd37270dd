"""Errors are told in one line, without secrets, each with the exit code of its branch."""

import errno
import re

import pytest

from auditor.base.errors import (
    ArchiveError,
    AuditorError,
    CannotRunError,
    LockedError,
    Problem,
    RegistryError,
    SettingsError,
    UsageError,
    os_error_text,
    parse_option,
    text_of,
)
from auditor.base.i18n import Translator
from auditor.base.secrets import MASK, Secret
from auditor.base.text import Text

RU = Translator("ru")


def test_an_error_knows_its_exit_code_and_no_secret() -> None:
    """Each is a text that can be said in any language; plain words are shown in every one as they are."""
    Secret("sekret-klyuch")
    codes = dict.fromkeys((AuditorError, CannotRunError, ArchiveError, LockedError), 4)
    for kind, code in (codes | {UsageError: 2, SettingsError: 2}).items():
        for message in ("key sekret-klyuch", Text("key {key}", {"key": "sekret-klyuch"})):
            error = kind(message)
            assert (error.exit_code, str(error.text)) == (code, "key sekret-klyuch")
            assert "sekret-klyuch" not in f"{error} {error.args!r}"
        assert RU.text(kind(Text("there is no such file")).text) == "такого файла нет"
    usage_error = UsageError("x", ["b", "a sekret-klyuch"])
    assert (UsageError("x").choices, usage_error.choices) == ((), ("b", f"a {MASK}"))


def test_the_machines_reason_is_said_in_the_readers_language() -> None:
    """Without the system's English; one that is not known by its number."""
    for number, expected in ((errno.ENOENT, "файл"), (errno.ENAMETOOLONG, "имя"), (9999, "9999")):
        text = RU.text(os_error_text(OSError(number, "No such thing")))
        assert re.search("[A-Za-z]", text) is None
        assert expected in text
    assert "No such thing" not in str(os_error_text(OSError("No such thing")))


def test_mistakes_of_a_registry_are_told_once_each_by_their_lines() -> None:
    """With file, line, what is wrong and how to mend it."""
    Secret("sekret-klyuch")
    wrong, mend = Text("{x} is wrong", {"x": "sekret-klyuch"}), Text("write y")
    late, early, whole = Problem("a", 9, wrong, mend), Problem("a", 2, wrong, mend), Problem("b", 0, wrong)
    error = RegistryError([whole, late, early, late])
    assert error.problems == (early, late, whole)
    assert str(error).splitlines() == [f"a:{n}: {MASK} is wrong; write y" for n in (2, 9)] + [f"b: {MASK} is wrong"]
    assert error.exit_code == 2


def test_what_was_typed_wrong_is_the_typists_mistake() -> None:
    """With the option where there is one, and what the reader of it said as a text stays one."""

    def read(text: str) -> int:
        if not text.isdigit():
            raise ValueError(Text("{text} is no number", {"text": text}))
        return int(text)

    assert parse_option(read, "5") == 5
    for option, line in (("", "five is no number"), ("--id", "--id: five is no number")):
        with pytest.raises(UsageError) as caught:
            parse_option(read, "five", option=option)
        assert str(caught.value) == line
    assert str(text_of(ValueError("plain"))) == "plain"
    assert str(text_of(caught.value)) == line
