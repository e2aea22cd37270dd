"""What the commands print: text, JSON and progress. No character from outside can steer a terminal."""

import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from auditor.base.i18n import Translator
from auditor.base.text import Text
from auditor.commands.console import (
    echo,
    echo_error,
    echo_json,
    echo_paged,
    progress_bar,
    replace_unwritable,
    warn_of_passing_copy,
)
from auditor.commands.doctor import print_diagnosis
from auditor.probes.plugins import DiagnosisLine
from tests.cases import TOMSK
from tests.commands.typed import Screen, typed
from tests.hostile import STEERING, steers


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal of 40 columns and 5 lines."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "5")
    return Screen(terminal=True)


@pytest.mark.parametrize(
    ("columns", "line", "shown"),
    [
        ("40", f"  {'слово ' * 8}", "  слово слово слово слово слово слово\n    слово слово\n"),
        ("10", f"{'слово ' * 8}".strip(), "слово слово слово слово слово слово\n  слово слово\n"),
        ("40", "x" * 60, "x" * 60 + "\n"),
        ("40", "один\nдва", "один\nдва\n"),
    ],
)
def test_a_terminals_lines_break_between_words(
    columns: str, line: str, shown: str, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under their own first letter; no terminal is narrower than a phone. A pipe gets them as they are."""
    monkeypatch.setenv("COLUMNS", columns)
    with redirect_stdout(screen):
        echo(line)
    with redirect_stdout(pipe := Screen()):
        echo(line)
    assert pipe.shown == f"{line}\n"
    assert [part.rstrip() for part in screen.shown.splitlines()] == shown.splitlines()


@pytest.mark.parametrize(("pager", "lines", "paged"), [("less", 5, True), ("less", 4, False), ("", 99, False)])
def test_a_longer_text_is_shown_from_its_top(
    pager: str, lines: int, paged: bool, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a pager, which adds the last line's end; what is ready for a terminal is shown as it is, in its colours."""
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr("click.echo_via_pager", lambda text, *, color: asked.append((text, color)))
    monkeypatch.setenv("PAGER", pager)
    text = "\x1b[31mстрока\n" * lines
    with redirect_stdout(screen):
        echo_paged(text, safe=True)
    assert (asked, screen.shown) == (([(text[:-1], True)], "") if paged else ([], text))


@pytest.mark.parametrize("letters", ["utf-8", "koi8-r", "ascii"])
def test_a_pager_that_does_not_exist_is_none(letters: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is printed whole, in the letters that there are."""
    monkeypatch.setenv("PAGER", "no-such-pager -x")
    monkeypatch.setenv("LINES", "5")
    text = ("line\n" if letters == "ascii" else "строка\n") * 5
    with redirect_stdout(screen := Screen(letters, terminal=True)):
        echo_paged(text)
    assert screen.shown == text


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_no_text_steers_a_terminal(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what the doctor found, an address just done; nor JSON, whose values stay as is."""
    echo(text)
    echo_paged(text)
    echo_error(text)
    assert steers("".join(capsys.readouterr()).replace("\t", "")) == ""
    echo_json(json.dumps({"text": text}))
    echo_json(json.dumps({"text": text}, ensure_ascii=False))
    printed = capsys.readouterr().out
    assert not re.search("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]", printed)
    halves = printed.partition("}")
    assert json.loads(f"{halves[0]}}}") == json.loads(halves[2]) == {"text": text}
    print_diagnosis(
        [DiagnosisLine(text, "ok", Text("cannot be used: {error}", {"error": text}))], Translator("ru", TOMSK)
    )
    assert steers(capsys.readouterr().out) == ""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("sys.stderr", err := Screen(terminal=True))
    with progress_bar(text, shown=True) as advance:
        advance(1, 2, text)
    assert steers(err.shown.replace("\r", "")) == ""


def test_a_document_is_shown_in_any_letters() -> None:
    """As it is where the output has them."""
    for letters, shown in (("utf-8", '{"имя": 1}'), ("ascii", '{\n  "\\u0438\\u043c\\u044f": 1\n}\n')):
        with redirect_stdout(screen := Screen(letters)):
            echo_json('{"имя": 1}')
        assert screen.shown == shown


COMMANDS = (
    *("-h", "next", "report", "registry check", "registry schema", "letter rayon-04", "purge --dry-run"),
    *("evidence verify", "evidence show rayon-04", "check rayon-04 --offline", "check rayon-04 --offline --json"),
    *("check nobody", "accounts reject t.me/none --how нет --on 2026-11-20"),
)


@pytest.mark.parametrize("letters", ["cp1251", "koi8-r", "latin-1", "ascii"])
def test_an_output_without_our_letters_ends_no_command(letters: str, after: Path, as_of: tuple[str, str]) -> None:
    """What it cannot hold is replaced, on both outputs; lines and exit code are those that it has in any letters."""
    for line in COMMANDS:
        whole = typed(*as_of, *line.split(), cwd=after)
        done = typed(*as_of, *line.split(), cwd=after, out=Screen(letters), err=Screen(letters))
        lines = [(ended.code, len(ended.err.splitlines()), len(ended.out.splitlines())) for ended in (whole, done)]
        assert (line, lines[1][: 2 if "{" in done.out else 3]) == (line, lines[0][: 2 if "{" in done.out else 3])


@pytest.mark.parametrize("line", ["-h", "check -h", "evidence -h", "evidence show -h"])
def test_help_is_in_the_letters_of_the_output(line: str, tmp_path: Path) -> None:
    """Of each command, as all else that is printed."""
    done = typed(*line.split(), cwd=tmp_path, out=Screen("ascii"))
    assert (done.code, done.out[:15]) == (0, "Zapusk: auditor")


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("utf-8", "✓ «Юрий» — № 5, ґ"),
        ("cp1251", "+ «Юрий» — № 5, ґ"),
        ("koi8-r", '+ "Юрий" - N 5, ?'),
        ("latin-1", "+ «Yury» - N 5, ?"),
        ("ascii", '+ "Yury" - N 5, ?'),
    ],
)
def test_what_an_output_cannot_hold_is_replaced_by_what_is_read_alike(
    letters: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs by those of ASCII, Russian by Latin letters, else a question mark; before a pager too."""
    paged: list[str] = []
    monkeypatch.setattr("click.echo_via_pager", lambda text, **_: paged.append(text))
    monkeypatch.setenv("LINES", "1")
    for terminal in (False, True):
        with redirect_stdout(screen := Screen(letters, terminal=terminal)):
            replace_unwritable()
            echo_paged("✓ «Юрий» — № 5, ґ\n")
        assert [screen.shown.removesuffix("\n"), *paged][terminal] == shown
    with redirect_stderr(beside := Screen(letters)):
        replace_unwritable()
        echo_error("✓ «Юрий» — № 5, ґ")
    assert beside.shown == f"{shown}\n"


def test_progress_is_told_where_somebody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the standard error, before the first page has answered."""
    monkeypatch.setenv("TERM", "xterm")
    for shown in (False, True):
        monkeypatch.setattr("sys.stderr", screen := Screen(terminal=True))
        with progress_bar("Смотрим страницы", shown=shown) as advance:
            advance(1, 20, "t.me/primer")
        words = ["Смотрим страницы", "1/20", "t.me/primer"]
        assert [word for word in words if word in screen.shown] == (words if shown else [])


def test_a_copy_that_may_be_removed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What uvx and `pipx run` make stands below a folder marked as a cache; what they install is marked itself."""
    installed = tmp_path / "uv/environment"
    installed.mkdir(parents=True)
    monkeypatch.setattr("sys.prefix", str(installed))
    (installed / "CACHEDIR.TAG").touch()
    warn_of_passing_copy(Translator("en"))
    assert not capsys.readouterr().out
    (installed.parent / "CACHEDIR.TAG").touch()
    warn_of_passing_copy(Translator("en"))
    assert "uv tool install" in capsys.readouterr().out
