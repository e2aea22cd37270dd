"""Errors are told in one line, without secrets, each with the exit code of its branch."""

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
    typed,
)
from auditor.base.secrets import Secret
from auditor.base.text import Text


@pytest.mark.parametrize(
    ("kind", "code"),
    [(AuditorError, 4), (CannotRunError, 4), (ArchiveError, 4), (LockedError, 4), (UsageError, 2), (SettingsError, 2)],
)
def test_an_error_knows_its_exit_code_and_no_secret(kind: type[AuditorError], code: int) -> None:
    """Said in English or by a text that can be said in any language."""
    Secret("sekret-klyuch")
    said = kind("key sekret-klyuch"), kind(Text("key {key}", {"key": "sekret-klyuch"}))
    assert [error.exit_code for error in said] == [code, code]
    assert not any("sekret-klyuch" in str(error) for error in said)
    assert [error.text is not None for error in said] == [False, True]
    assert kind().text is None


def test_mistakes_of_a_registry_are_told_once_each_by_their_lines() -> None:
    """With file, line, what is wrong and how to mend it."""
    late, early = Problem("a.yaml", 9, "x is wrong", "write y"), Problem("a.yaml", 2, "z is wrong", "write y")
    error = RegistryError([late, early, late])
    assert error.problems == (early, late)
    assert str(error).splitlines() == ["a.yaml:2: z is wrong; write y", "a.yaml:9: x is wrong; write y"]
    assert error.exit_code == 2


def test_what_was_typed_wrong_is_the_typists_mistake() -> None:
    """With the option where there is one."""
    assert typed(int, "5") == 5
    for option in ("", "--id"):
        with pytest.raises(UsageError, match=rf"^{option}\s?invalid"):
            typed(int, "five", option=option)
