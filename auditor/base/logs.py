"""Logs go to the standard error and never hold a network's answer or a secret."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from copy import copy
from pathlib import Path
from types import CoroutineType, TracebackType

from auditor.base.i18n import RUSSIAN, Translator, choose_language
from auditor.base.safe import mark_control_characters
from auditor.base.secrets import redact
from auditor.base.text import N_, Text, phrase

Progress = Callable[[int, int, str], None]
"""Called with accounts done, accounts in all, and the address just done."""
_OURS = Path(__file__).resolve().parent.parent


class _Clean(logging.Formatter):
    """Takes secrets and terminal controls out of the finished line, including its stack.

    A message that is a text is written in the reader's language.
    """

    def __init__(self, lang: str) -> None:
        super().__init__("auditor: %(message)s")
        self._words = Translator(lang)

    def format(self, record: logging.LogRecord) -> str:
        text: object = record.msg
        if isinstance(text, Text):
            record = copy(record)
            record.msg = self._words.text(text)
        return mark_control_characters(redact(super().format(record)))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's own name for it
        """Write its kind and where it came from, without its message, which may quote a citizen."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_frames(error)) if isinstance(error, BaseException) else ""


def set_up_logs(*, verbose: bool = False, quiet: bool = False, lang: str = RUSSIAN) -> None:
    """Show warnings; with `verbose` what is being done; with `quiet` errors alone.

    The HTTP libraries stay at warnings in any case: their lines quote addresses with hashes in them.
    """
    level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Clean(lang))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("httpx", "httpcore", "urllib3", "requests", "vk_api", "telethon", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


_DEFECT = N_("a defect, {kind} at {place}; what was stored is kept")
_DEFECT_SHORT = N_("a defect, {kind} at {place}; what was stored is kept; -v shows the way to it, which a report needs")


def defect(error: BaseException, lang: str | None = None) -> str:
    """Describe a defect of this program in a line: its kind and place; with ``-v``, also the stack.

    An exception's message is never repeated: it may quote a network's answer.
    """
    verbose = logging.getLogger().isEnabledFor(logging.INFO)
    message = _DEFECT if verbose else _DEFECT_SHORT
    said = phrase(message, kind=type(error).__name__, place=_place(error))
    line = f"auditor: {Translator(choose_language(lang, os.environ)).text(said)}"
    return redact("\n".join([*_frames(error), line] if verbose else [line]))


def guard_process() -> None:
    """Turn every uncaught exception, in any thread, into one line too."""

    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        sys.stderr.write(f"{defect(error)}\n")

    def unraisable(told: "sys.UnraisableHookArgs") -> None:
        if told.exc_value is not None and not isinstance(told.object, CoroutineType):  # one dies with the process
            hook(told.exc_type, told.exc_value, None)

    sys.excepthook = hook
    threading.excepthook = lambda told: hook(told.exc_type, told.exc_value or told.exc_type(), None)
    sys.unraisablehook = unraisable


def _frames(error: BaseException) -> list[str]:
    """Return the stack of an error and of its causes, by files and lines."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        stack = "".join(traceback.StackSummary.extract(traceback.walk_tb(current.__traceback__)).format())
        lines[:0] = [*stack.splitlines(), type(current).__name__]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines


def _place(error: BaseException) -> str:
    """Return the last line of this program in an error's stack."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_OURS)] or list(frames)
    if not ours:
        return "?"
    path = Path(ours[-1].filename)
    shown = path.relative_to(_OURS.parent) if path.is_relative_to(_OURS) else Path(path.name)
    return f"{shown.as_posix()}:{ours[-1].lineno}"
