"""What a command takes, in the reader's language.

Typer builds the help of what the code declares, and writes all of it by a formatter: that one translates. So a
command says its help in English where it is declared, as everything else.
"""

import os
import re
from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Any

from typer._click.core import Context
from typer._click.formatting import HelpFormatter

from auditor.base.i18n import Translator, choose_language
from auditor.base.text import N_

_WORDS = {
    "required": N_("required"),
    "default: ": N_("default: "),
    "Usage: ": N_("Usage: "),
    "Arguments": N_("Arguments"),
    "Options": N_("Options"),
    "Commands": N_("Commands"),
    "Show this message and exit.": N_("Show this message and exit."),
}
"""Typer's own words."""
_MORE = re.compile(r"^(.*?)(  \[[^]]*\])?$", re.DOTALL)
"""The help of an option, and what typer adds: ``  [default: 5; 1<=x<=26]``."""


_PLACES = (N_("WHO"), N_("OPTIONS"), N_("COMMAND"), N_("ARGS"))
_PLACE = re.compile(r"\b(?:WHO|OPTIONS|COMMAND|ARGS)\b")
"""What stands for something that is to be typed."""
_TYPE = re.compile(r"(?<=\w) <[^>]*>$")
"""Python's type of a value: what it may be, the help says."""


def requested_language(context: Any) -> str | None:
    """Return what was typed as ``--lang``, so far as the line was read."""
    return context.find_root().params.get("lang") if context is not None else None


class ReadersContext(Context):
    """A context of a command whose help is in the reader's language."""

    def make_formatter(self) -> HelpFormatter:
        """Return what writes the help."""
        words = Translator(choose_language(requested_language(self), os.environ))
        return _TranslatedHelp(words, self.terminal_width, self.max_content_width)


class _TranslatedHelp(HelpFormatter):
    def __init__(self, words: Translator, width: int | None, most: int | None) -> None:
        super().__init__(width=width, max_width=most)
        self._words = words

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, self._typed(args), prefix or self._words.gettext(_WORDS["Usage: "]))

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._words.gettext(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(map(self._words.gettext, paragraphs(text))))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(
            [(self._typed(_TYPE.sub("", name)), self._row(text)) for name, text in rows], col_max, col_spacing
        )

    def _typed(self, args: str) -> str:
        return _PLACE.sub(lambda word: self._words.gettext(word[0]), args)

    def _row(self, text: str) -> str:
        found = _MORE.match(text)
        said, more = (found[1], found[2] or "") if found else (text, "")
        for word in ("required", "default: "):
            more = more.replace(word, self._words.gettext(_WORDS[word]))
        return self._words.gettext(said) + more


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, each in one line: so they stand in the catalogue."""
    yield from (" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


def help_texts(command: Any) -> Iterator[str]:
    """Yield all that the help of a command and of those below it says."""
    for text in (command.help, command.epilog, *(param.help for param in command.params if hasattr(param, "help"))):
        yield from paragraphs(text or "")
    for each in getattr(command, "commands", {}).values():
        yield from paragraphs(each.help or "")
        yield from help_texts(each.whole() if hasattr(each, "whole") else each)
