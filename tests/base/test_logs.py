"""What is logged, and what a defect or a dying thread leaves on the standard error, quotes nobody."""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from auditor.base.logs import defect, guard_process, set_up_logs
from auditor.base.secrets import remember
from auditor.base.weeks import PartialDate

SECRET = "очень-секретно"


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the process its hooks and its log back."""
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def raised(words: str) -> BaseException:
    """An error with a cause; both quote `words`."""
    try:
        try:
            {}[words]
        except KeyError as first:
            raise ConnectionError(f"proxy said {words}", words) from first
    except ConnectionError as error:
        return error


@pytest.mark.parametrize("verbose", [False, True])
def test_a_log_line_its_arguments_and_its_traceback_hold_no_secret_and_no_answer(
    verbose: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words of an exception are never written, a secret's nowhere; its kind, and that of its cause, are."""
    remember(SECRET)
    set_up_logs(verbose=verbose)
    log, error = logging.getLogger("auditor.test"), raised(f"{SECRET} и слова жителя")
    log.warning("asked %s with %r\x1b[2J", "https://h/?k=" + quote(SECRET), {"key": SECRET})
    log.error("broke", exc_info=error, stack_info=True)
    written = capsys.readouterr().err
    assert written.startswith("auditor: asked")
    assert not [words for words in ("секретно", quote("секретно"), "жителя", "\x1b") if words in written]
    assert written.index("KeyError") < written.index("ConnectionError")
    assert "test_logs.py" in written


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, ["warning", "error"]),
        ({"verbose": True}, ["info", "warning", "error"]),
        ({"quiet": True, "verbose": True}, ["error"]),
    ],
    ids=str,
)
def test_how_much_is_shown(options: dict[str, bool], shown: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Libraries of HTTP say nothing below a warning in any case: their lines quote addresses."""
    set_up_logs(**options)
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("auditor.test"), level)(level)
    logging.getLogger("httpx").info("GET https://h/?hash=1")
    assert capsys.readouterr().err.split() == [word for level in shown for word in ("auditor:", level)]


@pytest.mark.parametrize("verbose", [False, True])
def test_a_defect_is_one_line_of_kind_and_place(verbose: bool) -> None:
    """With -v the way to it, and still none of its words; one with no line of ours has the last of another's."""
    remember(SECRET)
    set_up_logs(verbose=verbose)
    try:
        PartialDate.parse(5)  # type: ignore[arg-type]  # a defect, made on purpose
    except (TypeError, AttributeError) as error:
        line = defect(error)
    assert "Error at auditor/base/weeks.py:" in line
    assert ("File" in line) is verbose
    assert len(line.splitlines()) == 1 or verbose
    line = defect(raised(f"{SECRET}: слова жителя"))
    assert "ConnectionError at test_logs.py:" in line
    assert not [words for words in ("секретно", "жителя") if words in line]
    assert "at an unknown place" in defect(ValueError())


def test_what_a_thread_dies_of_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    """No hook of Python's own prints an exception's words; who stops the program with the keyboard is told nothing."""
    guard_process()
    set_up_logs()

    def work() -> None:
        raise raised("слова жителя")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("слова жителя"), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert "жителя" not in written


def test_a_connection_that_ends_with_the_process_is_no_defect(capsys: pytest.CaptureFixture[str]) -> None:
    """What waits for an answer, and would say goodbye, when a command ends early: its own line has said why."""

    async def connection() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    guard_process()
    waiting = connection()
    waiting.send(None)
    del waiting
    assert capsys.readouterr().err == ""
