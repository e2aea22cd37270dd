"""Log to the standard error, never a network's response or a secret."""

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
"""Called with what is done, what there is in all, and a few words beside the bar."""
_PACKAGE = Path(__file__).resolve().parent.parent


class _Clean(logging.Formatter):
    """Removes secrets and terminal controls from the finished line, including its stack.

    A message that is a `Text` is written in the reader's language.
    """

    def __init__(self, lang: str) -> None:
        super().__init__("auditor: %(message)s")
        self._translator = Translator(lang)

    def format(self, record: logging.LogRecord) -> str:
        text: object = record.msg
        if isinstance(text, Text):
            record = copy(record)
            record.msg = self._translator.text(text)
        return mark_control_characters(redact(super().format(record)))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's own name for it
        """Write the kind and stack of an exception, without its message, which may quote a citizen."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_frames(error)) if isinstance(error, BaseException) else ""


def set_up_logs(*, verbose: bool = False, quiet: bool = False, lang: str = RUSSIAN) -> None:
    """Log warnings and errors; with `verbose` also progress, with `quiet` only errors.

    HTTP libraries always stay at warnings: their lines quote addresses that contain hashes.
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
    """Describe a defect of this program in one line: its kind and place; with ``-v`` also the stack.

    The exception's message is never repeated: it may quote a network's response.
    """
    verbose = logging.getLogger().isEnabledFor(logging.INFO)
    sentence = _DEFECT if verbose else _DEFECT_SHORT
    text = phrase(sentence, kind=type(error).__name__, place=_location(error))
    line = f"auditor: {_readable_translator(lang).text(text)}"
    return redact("\n".join([*_frames(error), line] if verbose else [line]))


def _readable_translator(lang: str | None) -> Translator:
    """Return the translator of the chosen language, or of English if its catalogue is the defect."""
    try:
        return Translator(choose_language(lang, os.environ))
    except Exception:  # noqa: BLE001 - a damaged catalogue fails in many ways, and each must still end in one line
        return Translator("en")


def guard_process() -> None:
    """Report every uncaught exception, in any thread, in one line."""

    def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        sys.stderr.write(f"{defect(error)}\n")

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None and not isinstance(args.object, CoroutineType):  # one dies with the process
            hook(args.exc_type, args.exc_value, None)

    sys.excepthook = hook
    threading.excepthook = lambda args: hook(args.exc_type, args.exc_value or args.exc_type(), None)
    sys.unraisablehook = unraisable


def _frames(error: BaseException) -> list[str]:
    """Return the stacks of an error and of its causes, the first cause first, without messages."""
    lines: list[str] = []
    visited: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in visited:
        visited.add(id(current))
        stack = "".join(traceback.StackSummary.extract(traceback.walk_tb(current.__traceback__)).format())
        lines[:0] = [*stack.splitlines(), type(current).__name__]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines


def _location(error: BaseException) -> str:
    """Return ``file:line`` of the innermost frame of this program in an error's stack."""
    frames = traceback.extract_tb(error.__traceback__)
    own_frames = [f for f in frames if Path(f.filename).is_relative_to(_PACKAGE)] or list(frames)
    if not own_frames:
        return "?"
    path = Path(own_frames[-1].filename)
    shown = path.relative_to(_PACKAGE.parent) if path.is_relative_to(_PACKAGE) else Path(path.name)
    return f"{shown.as_posix()}:{own_frames[-1].lineno}"
