"""Print the help of commands in the reader's language.

Typer builds help from the English texts that commands declare and writes all of it through one formatter; the
formatter here translates.
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
"""Typer's own headings and labels."""
_MORE = re.compile(r"^(.*?)(  \[[^]]*\])?$", re.DOTALL)
"""Splits an option's help from what typer appends to it: ``  [default: 5; 1<=x<=26]``."""


_PLACES = (N_("WHO"), N_("OPTIONS"), N_("COMMAND"), N_("ARGS"))
_PLACE = re.compile(r"\b(?:WHO|OPTIONS|COMMAND|ARGS)\b")
"""A placeholder in a usage line for something that the user types."""
_TYPE = re.compile(r"(?<=\w) <[^>]*>$")
"""The Python type that typer prints after an option; the option's help already says what it takes."""


def requested_language(context: Any) -> str | None:
    """Return the value of ``--lang`` if the parser has reached it, else None."""
    return context.find_root().params.get("lang") if context is not None else None


class ReadersContext(Context):
    """A command's context that prints help in the reader's language."""

    def make_formatter(self) -> HelpFormatter:
        """Return the formatter that translates."""
        translator = Translator(choose_language(requested_language(self), os.environ))
        return _TranslatedHelp(translator, self.terminal_width, self.max_content_width)


class _TranslatedHelp(HelpFormatter):
    def __init__(self, translator: Translator, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._translator = translator

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, self._with_placeholders(args), prefix or self._translator.gettext(_WORDS["Usage: "]))

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._translator.gettext(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(map(self._translator.gettext, paragraphs(text))))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(
            [(self._with_placeholders(_TYPE.sub("", name)), self._help_text(text)) for name, text in rows],
            col_max,
            col_spacing,
        )

    def _with_placeholders(self, args: str) -> str:
        return _PLACE.sub(lambda word: self._translator.gettext(word[0]), args)

    def _help_text(self, text: str) -> str:
        match = _MORE.match(text)
        description, extra = (match[1], match[2] or "") if match else (text, "")
        for word in ("required", "default: "):
            extra = extra.replace(word, self._translator.gettext(_WORDS[word]))
        return self._translator.gettext(description) + extra


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, each joined into one line, as in the translation catalogue."""
    yield from (" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


def help_texts(command: Any) -> Iterator[str]:
    """Yield every paragraph in the help of a command and of its subcommands."""
    for text in (command.help, command.epilog, *(param.help for param in command.params if hasattr(param, "help"))):
        yield from paragraphs(text or "")
    for each in getattr(command, "commands", {}).values():
        yield from paragraphs(each.help or "")
        yield from help_texts(each.load() if hasattr(each, "load") else each)
