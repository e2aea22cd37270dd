"""Read keys and lines from the user: single keys at a terminal, lines from a pipe.

What was pressed before a key is asked for is dropped, so that it decides nothing that was not shown.
"""

import sys
from collections.abc import Mapping
from getpass import getpass

import click


def ask_key(prompt: str, keys: Mapping[str, str], letters: Mapping[str, str], default: str) -> str:
    """Ask until one of `keys` is pressed, and return it; Enter counts as `default`, the end of input as ``q``.

    `letters`: the letter of the reader's language for each key. It is shown; both are understood.
    """
    keys_by_letter = {letters[key]: key for key in keys}
    _write(prompt)
    while True:
        key = _next_key()
        if not key:
            _write("\n")
            return "q"
        key = default if key in "\r\n" else keys_by_letter.get(key.lower(), key.lower())
        if key in keys:
            _write(f"{letters[key]}\n" if sys.stdin.isatty() else "\n")
            return key
        if not sys.stdin.isatty() or key in {"?", "h"}:
            _write("".join(f"\n  {letters[name]} — {meaning}" for name, meaning in keys.items()) + f"\n{prompt}")


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


def ask_secret(prompt: str) -> str:
    """Ask for a line that a terminal does not show, and return it. Raise `KeyboardInterrupt` at Ctrl-D."""
    if not sys.stdin.isatty():
        return ask_line(prompt) or ""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    try:
        return getpass("").strip()
    except EOFError:
        raise KeyboardInterrupt from None


def _next_key() -> str:
    """Return what a key sends, or from a pipe the first character of the next line; empty at the end of input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip()[:1] or "\n" if line else ""
    try:
        return click.getchar()
    except EOFError:
        return ""
