"""Logs and defects are told in lines that hold no secret, steer no terminal and quote no network's answer."""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from auditor.base.i18n import _translations
from auditor.base.logs import defect, guard_process, set_up_logs
from auditor.base.secrets import Secret
from auditor.base.text import Text
from tests.hostile import STEERING, steers

WORDS = "слова жителя"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, hooks = (root.handlers[:], root.level), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    (root.handlers[:], root.level) = before
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def failing() -> ValueError:
    """A defect with a cause, both of which quote what nobody may see."""
    try:
        try:
            {}[WORDS]
        except KeyError as error:
            raise ValueError(WORDS) from error
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    ("options", "shown"),
    [({}, "WE"), ({"verbose": True}, "IWE"), ({"quiet": True}, "E"), ({"verbose": True, "quiet": True}, "E")],
)
def test_as_much_is_logged_as_asked(options: dict[str, Any], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On the standard error; of libraries that quote addresses warnings alone."""
    set_up_logs(**options)
    log = logging.getLogger("auditor.test")
    for level, letter in ((logging.INFO, "I"), (logging.WARNING, "W"), (logging.ERROR, "E")):
        log.log(level, letter)
    logging.getLogger("httpx").info("https://example.org/hash")
    output = capsys.readouterr()
    assert output.err.splitlines() == [f"auditor: {letter}" for letter in shown]
    assert output.out == ""


def test_a_text_is_logged_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    """What a person is to read, as the errors."""
    for lang in ("ru", "en"):
        set_up_logs(lang=lang)
        logging.getLogger("auditor.test").warning(Text("there is no such file"))
    assert capsys.readouterr().err == "auditor: такого файла нет\nauditor: there is no such file\n"


def test_a_log_holds_no_secret_and_no_message_of_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor what steers a terminal. What failed is told by kinds and places, causes first."""
    Secret("sekret/klyuch")
    set_up_logs()
    log = logging.getLogger("auditor.test")
    log.warning("asked %s with %r", f"https://h/?k={quote('sekret/klyuch', safe='')}", {"key": "sekret/klyuch"})
    log.error("key sekret/klyuch", exc_info=failing(), stack_info=True)
    log.warning("the archive %s is new", "".join(STEERING.values()))
    output = capsys.readouterr().err
    assert steers(output.replace("\t", "")) == ""
    assert not [word for word in ("sekret", "klyuch", WORDS) if word in output]
    assert output.index("KeyError") < output.index("ValueError")
    assert "test_logs.py" in output


def test_a_defect_is_told_in_a_line_with_its_kind_and_place() -> None:
    """Its stack is told only to who asked for more; the program's own place, not a library's or a test's behind it."""
    set_up_logs()
    (line,) = defect(failing(), "en").splitlines()
    assert "ValueError at test_logs.py:" in line
    assert "ValueError at ?;" in defect(ValueError(WORDS), "en")
    assert "ValueError, test_logs.py:" in defect(failing())
    with pytest.raises(AttributeError) as raised:
        defect(None)
    assert "auditor/base/logs.py:" in defect(raised.value)
    set_up_logs(verbose=True)
    lines = defect(failing()).splitlines()
    assert "KeyError" in lines
    assert WORDS not in "\n".join(lines)


def test_a_damaged_catalogue_is_told_in_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What cannot be translated is said all the same, in one line."""
    (tmp_path / "ru.mo").write_bytes(b"cut")
    monkeypatch.setattr("auditor.base.i18n._LOCALES", tmp_path)
    monkeypatch.setattr("auditor.base.i18n._translations", _translations.__wrapped__)
    assert defect(ValueError(), "ru").startswith("auditor: a defect, ValueError at ?;")


def test_what_nobody_caught_becomes_a_line_in_every_thread(capsys: pytest.CaptureFixture[str]) -> None:
    """An interrupt is no defect, nor is a connection that waits for an answer when the process ends."""
    set_up_logs()
    guard_process()
    sys.excepthook(ValueError, failing(), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    first, second = capsys.readouterr().err.splitlines()
    assert "ValueError" in first
    assert "ZeroDivisionError" in second
    assert WORDS not in first

    async def connection() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    waiting = connection()
    waiting.send(None)
    del waiting
    assert capsys.readouterr().err == ""
