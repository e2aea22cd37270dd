"""Keys and lines from whoever sits there: single keys at a terminal, lines from a pipe."""

import io
import os
import pty
import tty
from collections.abc import Iterator
from contextlib import redirect_stdout

import pytest

from auditor.commands.keypress import ask_key, ask_line
from tests.commands.typed import Screen

KEYS = {"y": "yes", "n": "no", "l": "later", "q": "leave"}


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal from which is read."""
    ours, theirs = pty.openpty()
    tty.setcbreak(theirs)  # or what is typed before the question would be read as a line
    with os.fdopen(theirs, closefd=True) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield ours
    os.close(ours)


PRESSED = {"Y": "y", "н": "y", "\r": "l", "\n": "l", "\x04": "q", "xy": "y", "€y": "y", "😀n": "n", "\x1b[Ay": "y"}


@pytest.mark.parametrize(("pressed", "key"), PRESSED.items())
def test_a_key_is_read_at_a_terminal(pressed: str, key: str, keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Enter, which is the default, on a Russian keyboard too; what is none of them is passed over."""
    more = iter([[1], [1], []])  # of an arrow two characters are to come, whatever the clock says
    monkeypatch.setattr("auditor.commands.keypress.select.select", lambda *_: (next(more), [], []))
    os.write(keyboard, pressed.encode())
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS, default="l") == key
    assert screen.shown.startswith("Decide: ")


def test_what_each_key_means_is_told(keyboard: int) -> None:
    """And the question is asked again."""
    os.write(keyboard, b"?hn")
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS) == "n"
    assert screen.shown.count("Decide: ") == 3
    assert [screen.shown.count(f"{key} — {meaning}") for key, meaning in KEYS.items()] == [2] * 4
    assert screen.shown.endswith("n\n")


@pytest.mark.parametrize(
    ("typed", "key", "questions"), [("  yes\n", "y", 1), ("\n", "l", 1), ("", "q", 1), ("x\nn\n", "n", 2)]
)
def test_of_a_pipe_a_line_is_a_key(typed: str, key: str, questions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first letter; an empty line is the default, the end of the input leaves, a wrong one tells what there is."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS, default="l") == key
    assert screen.shown.count("Decide: ") == questions
    assert screen.shown.endswith("\n")


@pytest.mark.parametrize(("typed", "line"), [("text \n", "text"), ("\n", "offered"), (" \n", "offered"), ("", None)])
def test_a_line_is_read(typed: str, line: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one is what was offered; None is the end of the input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with redirect_stdout(Screen()):
        assert ask_line("Why: ", "offered") == line
