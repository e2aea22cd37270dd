"""Commands that write ask first where nobody said into which registry and archive."""

from pathlib import Path

import pytest

from auditor.run.home_folder import remember_started
from tests.commands.typed import Person, typed

NOWHERE = {"AUDITOR_HOME": "", "AUDITOR_DATA": "", "AUDITOR_OUT": ""}
WRITING = {
    "accounts searched rayon-01": ["--registry", "officials.yaml"],
    "registry fill": ["--registry", "officials.yaml"],
    "letter --ask --sent 2026-11-24": ["--registry", "officials.yaml"],
    "purge": ["--data", "archive"],
    "login": ["--data", "archive"],
    "review": ["--registry", "officials.yaml", "--data", "archive"],
    "check rayon-01": ["--registry", "officials.yaml", "--data", "archive"],
    "discover --all": ["--registry", "officials.yaml", "--data", "archive"],
    "weekly": ["--registry", "officials.yaml", "--data", "archive"],
    "report": ["--registry", "officials.yaml", "--data", "archive"],
}
"""Commands that write, and the options that name what they write."""


@pytest.mark.parametrize("line", WRITING)
def test_nothing_is_written_where_nobody_said_so(line: str, place: Path) -> None:
    """One line, which names the registry, the archive, the folder and how to say it."""
    done = typed(*line.split(), "--lang", "en", cwd=place, env=NOWHERE)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    for name in (str(place / "officials.yaml"), "auditor start", "AUDITOR_HOME", "--registry and --data"):
        assert name in done.err
    assert [path.name for path in place.iterdir()] == ["officials.yaml"]


@pytest.mark.parametrize("line", ["purge", "review", "report", "accounts searched rayon-01"])
def test_options_that_name_what_is_written_are_enough(line: str, place: Path) -> None:
    """Whatever the command then says; so are variables."""
    named = WRITING[line]
    variables = {
        f"AUDITOR_{name.lstrip('-').upper()}": value for name, value in zip(named[::2], named[1::2], strict=True)
    }
    for words, more in ((named, {}), ([], variables)):
        done = typed(*line.split(), *words, "--lang", "en", cwd=place, env=NOWHERE | more)
        assert "AUDITOR_HOME" not in done.err


def test_reading_asks_nothing(place: Path) -> None:
    """Neither does what only says what would be done."""
    for line in ("next", "registry check", "weekly --plan", "purge --dry-run", "check rayon-01 --offline"):
        assert typed(*line.split(), "--lang", "en", cwd=place, env=NOWHERE).code in {0, 3}, line


@pytest.mark.parametrize(("reply", "code"), [("y", 0), ("", 2), (None, 2)])
def test_at_a_terminal_a_person_is_asked(reply: str | None, code: int, place: Path) -> None:
    """And must agree."""
    done = typed("purge", "--lang", "en", cwd=place, env=NOWHERE, answers=Person(lambda: reply, terminal=True))
    assert done.code == code
    assert f"Registry: {place / 'officials.yaml'}. Archive: " in done.err


def test_the_folder_of_the_last_start_is_used_and_named(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """In a line beside the output; with -q without it."""
    (place / "auditor.toml").touch()
    remember_started(place)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    loud, quiet = (typed("purge", *more, "--lang", "en", cwd=elsewhere, env=NOWHERE) for more in ([], ["-q"]))
    assert (loud.code, loud.err) == (0, f"Folder: {place}\n")
    assert (quiet.code, quiet.err) == (0, "")
