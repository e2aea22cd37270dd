"""Keys and lines from whoever sits there: single keys at a terminal, lines from a pipe."""

import io
import os
import pty
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from threading import Thread
from unittest.mock import Mock

import click
import pytest

from auditor.commands.console import replace_unwritable
from auditor.commands.keypress import ask_key, ask_line, ask_secret
from tests.commands.typed import Person, Screen

KEYS = {"y": "yes", "n": "no", "l": "later", "q": "leave"}
LETTERS = {"y": "д", "n": "н", "l": "п", "q": "в"}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal from which is read."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, closefd=True) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield ours
    os.close(ours)


@pytest.fixture
def press(terminal: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a hand press one key after the other, each once it is waited for: what comes earlier is dropped."""
    getchar = click.getchar

    def pressed(*keys: str) -> None:
        rest = iter(keys)

        def asked() -> str:
            hand = Thread(target=type_awaited, args=(terminal, next(rest)))
            hand.start()
            try:
                return getchar()
            finally:
                hand.join()

        monkeypatch.setattr("click.getchar", asked)

    return pressed


def type_awaited(file: int, text: str, *, within: float = 30) -> None:
    ends = time.monotonic() + within
    while termios.tcgetattr(file)[3] & termios.ICANON and time.monotonic() < ends:
        time.sleep(0.001)
    os.write(file, text.encode())


PRESSED = (
    *(
        ("Y", "y"),
        ("н", "n"),
        ("Д", "y"),
        ("п", "l"),
        ("\r", "l"),
        ("\n", "l"),
        ("\x04", "q"),
        ("xy", "y"),
        ("€y", "y"),
        ("😀n", "n"),
    ),
    (["\x1b[A", "y"], "y"),
    (["nn", "y"], "y"),
)


@pytest.mark.parametrize(("pressed", "key"), PRESSED)
def test_a_key_is_read_at_a_terminal(pressed: str | list[str], key: str, press: Callable[..., None]) -> None:
    """Without Enter, which is the default; a Russian letter is what its word begins with; arrows and pastes pass."""
    press(*pressed)
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS, LETTERS, default="l") == key
    assert screen.shown.startswith("Decide: ")


def test_what_each_key_means_is_told(press: Callable[..., None]) -> None:
    """And the question is asked again."""
    press(*"?hn")
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS, LETTERS, default="l") == "n"
    assert screen.shown.count("Decide: ") == 3
    assert [screen.shown.count(f"{LETTERS[key]} — {meaning}") for key, meaning in KEYS.items()] == [2] * 4
    assert screen.shown.endswith("н\n")


def test_ctrl_c_interrupts_a_question(press: Callable[..., None]) -> None:
    """It is no key of its own."""
    press("\x03")
    with redirect_stdout(Screen()), pytest.raises(KeyboardInterrupt):
        ask_key("Decide: ", KEYS, LETTERS, default="l")


@pytest.mark.parametrize(
    ("typed", "key", "questions"), [("  yes\n", "y", 1), ("\n", "l", 1), ("", "q", 1), ("x\nn\n", "n", 2)]
)
def test_of_a_pipe_a_line_is_a_key(typed: str, key: str, questions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first letter; an empty line is the default, the end of the input leaves, a wrong one tells what there is."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with redirect_stdout(screen := Screen()):
        assert ask_key("Decide: ", KEYS, LETTERS, default="l") == key
    assert screen.shown.count("Decide: ") == questions
    assert screen.shown.endswith("\n")


@pytest.mark.parametrize(("typed", "line"), [("text \n", "text"), ("\n", "offered"), (" \n", "offered"), ("", None)])
def test_a_line_is_read(typed: str, line: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one is what was offered; None is the end of the input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with redirect_stdout(Screen()):
        assert ask_line("Why: ", "offered") == line


def test_a_secret_is_asked_for_beside_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is seen where the output goes to a file, in the letters that there are; Ctrl-D interrupts."""
    monkeypatch.setattr("sys.stdin", Person(lambda: "", terminal=True))
    monkeypatch.setattr("auditor.commands.keypress.getpass", Mock(side_effect=[" sekret ", EOFError]))
    with redirect_stderr(screen := Screen("ascii")), redirect_stdout(out := Screen()):
        replace_unwritable()
        assert ask_secret("Ключ: ") == "sekret"
        with pytest.raises(KeyboardInterrupt):
            ask_secret("Ещё раз: ")
    assert (screen.shown, out.shown) == ("Klyuch: Yeshchyo raz: ", "")


def test_a_secret_is_read_from_a_pipe_as_any_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end is an empty one."""
    monkeypatch.setattr("sys.stdin", io.StringIO("sekret\n"))
    with redirect_stdout(Screen()):
        assert [ask_secret("Ключ: "), ask_secret("Ключ: ")] == ["sekret", ""]
