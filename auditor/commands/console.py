"""Print text, JSON and progress, with every character that could control a terminal made visible.

An output in other letters than UTF-8 gets what it can hold.
"""

import codecs
import io
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click

from auditor.base.i18n import Translator
from auditor.base.safe import mark_control_characters, one_line
from auditor.base.text import N_

_STEERING = r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
_READABLE = "auditor.readable"
_STAND_INS = str.maketrans(
    {"✓": "+", "✕": "x", "○": "o", "▽": "v", "«": '"', "»": '"', "—": "-", "–": "-", "·": "-", "№": "N", "\xa0": " "}
)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what is written for characters that an encoding lacks: ASCII signs, Latin letters, else a question mark.

    It is an error handler of `codecs`.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_STAND_INS)
    latin = str(import_module("iuliia").WIKIPEDIA.translate(text))  # it carries no types, and few terminals need it
    return latin.encode("ascii", "replace").decode(), error.end


codecs.register_error(_READABLE, _stand_in)


def replace_unwritable() -> None:
    """Let both outputs replace the characters that their encoding lacks; otherwise writing them is an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_READABLE)


def echo(text: str) -> None:
    """Print text that may contain foreign words, with control characters marked; wrap at words on a terminal."""
    sys.stdout.write(_wrapped(mark_control_characters(text)) + "\n")
    sys.stdout.flush()


def echo_error(text: str) -> None:
    """Print text on the standard error, as `echo` does on the output."""
    sys.stderr.write(mark_control_characters(text) + "\n")
    sys.stderr.flush()


def _wrapped(text: str) -> str:
    """Return the text with its lines wrapped between words if the output is a terminal, else unchanged."""
    if not sys.stdout.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, _NARROWEST)
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


_NARROWEST = 40
"""Columns of the narrowest terminal that lines are wrapped for."""


def echo_paged(text: str, *, safe: bool = False) -> None:
    """Print a longer text, through a pager if the output is a terminal with fewer lines than the text.

    PAGER names the pager; empty means none, and one that does not exist is none.
    `safe`: the text is ready for a terminal, colours included; otherwise its control characters are marked.
    """
    shown = text if safe else _wrapped(mark_control_characters(text))
    fits = shown.count("\n") < shutil.get_terminal_size().lines
    if fits or not (sys.stdout.isatty() and os.environ.get("PAGER", "less")):
        sys.stdout.write(shown)
        return
    os.environ.setdefault("LESS", "FRX")  # less quits on one screen, keeps the text on it and passes colours through
    letters = sys.stdout.encoding
    if letters.lower().startswith("utf"):
        os.environ.setdefault("LESSCHARSET", "utf-8")
    click.echo_via_pager(shown.encode(letters, _READABLE).decode(letters).removesuffix("\n"), color=safe)


def echo_json(text: str) -> None:
    """Print a JSON document; characters that would control a terminal, or that it cannot encode, are escaped."""
    shown = re.sub(_STEERING, lambda match: f"\\u{ord(match[0]):04x}", text)
    try:
        shown.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        shown = json.dumps(json.loads(text), indent=2) + "\n"
    sys.stdout.write(shown)
    sys.stdout.flush()


def _ignore_progress(_done: int, _total: int, _label: str) -> None:
    return


@contextmanager
def progress_bar(title: str, *, shown: bool) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function to call with what is done, what there is in all, and a few words beside the bar.

    The bar is drawn on standard error; nothing is printed unless `shown`.
    """
    if not shown:
        yield _ignore_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[label]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(one_line(title), total=None, label="")

        def advance(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, label=one_line(label))

        yield advance


_PASSING = N_(
    "This copy of the program stands in a cache (uvx, pipx run) and may be removed; no command `auditor` stays. "
    "For a weekly run install it from the same address: uv tool install …, or pipx install …"
)


def warn_of_passing_copy(translator: Translator) -> None:
    """Print that the program runs from a folder below one marked as a cache, if it does."""
    if any((folder / "CACHEDIR.TAG").exists() for folder in Path(sys.prefix).parents):
        echo(translator.gettext(_PASSING))
