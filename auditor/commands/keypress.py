"""Read keys and lines from the user: single keys at a terminal, lines from a pipe."""

import os
import select
import sys
import termios
import tty
from collections.abc import Mapping

_LAYOUT = dict(zip("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm", strict=True))
"""Letters of the Russian keyboard layout to the Latin letters on the same keys."""
_END = "\x04"


def ask_key(prompt: str, keys: Mapping[str, str], default: str = "") -> str:
    """Ask until one of `keys` is pressed, and return it; Enter counts as `default`, the end of input as ``q``."""
    _write(prompt)
    while True:
        key = _next_key()
        if key in {_END, ""}:
            _write("\n")
            return "q"
        key = default if key in "\r\n" else _LAYOUT.get(key.lower(), key.lower())
        if key in keys:
            _write(f"{key}\n" if sys.stdin.isatty() else "\n")
            return key
        if not sys.stdin.isatty() or key in {"?", "h"}:
            _write("".join(f"\n  {name} — {meaning}" for name, meaning in keys.items()) + f"\n{prompt}")


def ask_line(prompt: str, default: str = "") -> str | None:
    """Ask for a line and return it, or `default` if it is empty; None at the end of input."""
    _write(prompt)
    line = sys.stdin.readline()
    if not line:
        _write("\n")
        return None
    return line.strip() or default


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _next_key() -> str:
    """Return one key, or from a pipe the first character of the next line; empty at the end of input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip()[:1] or "\n" if line else ""
    handle = sys.stdin.fileno()
    saved = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSADRAIN)
        return _read_key(handle)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, saved)


def _read_key(handle: int) -> str:
    """Return one UTF-8 character; of an arrow or function key only the escape, without the bytes that follow."""
    first_byte = os.read(handle, 1)
    if first_byte == b"\x1b":
        while select.select([handle], [], [], 0.02)[0]:
            os.read(handle, 1)
        return "\x1b"
    extra_bytes = 1 if first_byte >= b"\xc0" else 0
    extra_bytes += (first_byte >= b"\xe0") + (first_byte >= b"\xf0")
    return (first_byte + b"".join(os.read(handle, 1) for _ in range(extra_bytes))).decode("utf-8", "replace")
