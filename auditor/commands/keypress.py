"""Read keys and lines from the user: single keys at a terminal, lines from a pipe."""

import os
import select
import sys
import termios
import tty
from collections.abc import Mapping

_LAYOUT = dict(zip("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm", strict=True))
"""A Russian keyboard's letters, by the Latin ones on the same keys."""
_END = "\x04"


def ask_key(question: str, keys: Mapping[str, str], default: str = "") -> str:
    """Ask until one of `keys` is pressed, and return it; Enter is `default`, the end of input is ``q``."""
    _say(question)
    while True:
        key = _key()
        if key in {_END, ""}:
            _say("\n")
            return "q"
        key = default if key in "\r\n" else _LAYOUT.get(key.lower(), key.lower())
        if key in keys:
            _say(f"{key}\n" if sys.stdin.isatty() else "\n")
            return key
        if not sys.stdin.isatty() or key in {"?", "h"}:
            _say("".join(f"\n  {one} — {meaning}" for one, meaning in keys.items()) + f"\n{question}")


def ask_line(question: str, default: str = "") -> str | None:
    """Ask for a line; an empty one is `default`. None: the end of input."""
    _say(question)
    line = sys.stdin.readline()
    if not line:
        _say("\n")
        return None
    return line.strip() or default


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _key() -> str:
    """Return one key; of a pipe, the first character of the next line. Empty: the end of input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip()[:1] or "\n" if line else ""
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSADRAIN)
        return _read_key(handle)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _read_key(handle: int) -> str:
    """Read one character of UTF-8; what an arrow or another key sends behind an escape is passed over."""
    first = os.read(handle, 1)
    if first == b"\x1b":
        while select.select([handle], [], [], 0.02)[0]:
            os.read(handle, 1)
        return "\x1b"
    more = 1 if first >= b"\xc0" else 0
    more += (first >= b"\xe0") + (first >= b"\xf0")
    return (first + b"".join(os.read(handle, 1) for _ in range(more))).decode("utf-8", "replace")
