"""What the commands print: text, JSON and progress. No character from outside can steer a terminal."""

import json
import pydoc
import re
from contextlib import redirect_stdout

import pytest

from auditor.base.i18n import Translator
from auditor.base.text import Text
from auditor.commands.console import echo, echo_json, echo_paged, progress_bar
from auditor.commands.doctor import print_diagnosis
from auditor.probes.plugins import DiagnosisLine
from tests.cases import TOMSK
from tests.commands.typed import Screen
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


@pytest.mark.parametrize(
    ("pager", "lines", "paged"), [("less", 5, True), ("less", 4, False), ("", 99, False), ("no-such-pager -x", 5, True)]
)
def test_a_longer_text_is_shown_from_its_top(
    pager: str, lines: int, paged: bool, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a pager, of one's own choice or of Python's; what is ready for a terminal is shown as it is."""
    asked: list[str] = []
    monkeypatch.setattr(pydoc, "pager", asked.append)
    monkeypatch.setenv("PAGER", pager)
    text = "\x1b[31mстрока\n" * lines
    with redirect_stdout(screen):
        echo_paged(text, safe=True)
    assert (asked, screen.shown) == (([text], "") if paged else ([], text))


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_no_text_steers_a_terminal(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what the doctor found, an address just done; nor JSON, whose values stay as is."""
    echo(text)
    echo_paged(text)
    assert steers(capsys.readouterr().out.replace("\t", "")) == ""
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


def test_progress_is_told_where_somebody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the standard error, before the first page has answered."""
    monkeypatch.setenv("TERM", "xterm")
    for shown in (False, True):
        monkeypatch.setattr("sys.stderr", screen := Screen(terminal=True))
        with progress_bar("Смотрим страницы", shown=shown) as advance:
            advance(1, 20, "t.me/primer")
        assert [word in screen.shown for word in ("Смотрим страницы", "1/20", "t.me/primer")] == [shown] * 3
