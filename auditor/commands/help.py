"""Print the help of commands in the reader's language.

Commands declare English texts, and click adds its own; all of it is written by one formatter, which translates.
"""

import os
import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click

from auditor.base.i18n import Translator, choose_language
from auditor.base.text import N_
from auditor.commands.console import echo

_CLICKS = (
    *(N_("Usage:"), N_("Positional arguments"), N_("Options"), N_("Commands")),
    *(N_("default: "), N_("Show this message and exit.")),
)
"""What click itself writes, for the catalogue."""
_MORE = re.compile(r"^(.*?)(  \[[^]]*\])?$", re.DOTALL)
"""Splits an option's help from what click appends to it: ``  [default: 5; 1<=x<=26]``."""
_PLACES = (N_("WHO"), N_("OPTIONS"), N_("COMMAND"), N_("ARGS"))
_PLACE = re.compile(r"\b(?:WHO|OPTIONS|COMMAND|ARGS)\b")
"""A placeholder in a usage line for something that the user types."""
_TYPE = re.compile(r"(?<=\w) (?:TEXT|PATH|INTEGER|FLOAT)(?: RANGE)?$")
"""The type that click prints after an option; the option's help already says what it takes."""


def requested_language(context: click.Context | None) -> str | None:
    """Return the value of ``--lang`` if the parser has reached it, else None."""
    return context.find_root().params.get("lang") if context is not None else None


class _TranslatedHelp(click.HelpFormatter):
    def __init__(self, translator: Translator, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._translator = translator

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        prefix = prefix or f"{self._translator.gettext('Usage:')} "
        super().write_usage(prog, self._with_placeholders(args), prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._translator.gettext(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(map(self._translator.gettext, paragraphs(text))))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
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
        default = "default: "
        return self._translator.gettext(description) + extra.replace(default, self._translator.gettext(default))


class _ReadersContext(click.Context):
    """A command's context that prints help in the reader's language."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter that translates."""
        translator = Translator(choose_language(requested_language(self), os.environ))
        return _TranslatedHelp(translator, self.terminal_width, self.max_content_width)


def _show_help(context: click.Context, _param: click.Parameter, value: object) -> None:
    if value and not context.resilient_parsing:
        echo(context.get_help())
        context.exit()


class ReadersCommand(click.Command):
    """A command whose help, and whose errors, are in the reader's language."""

    context_class = _ReadersContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, which prints in the letters of the output."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the line. An error says in which command it is, and in which language it was typed to be answered."""
        typed_lang = re.search(r"(?:^|\0)--lang[=\0]([^\0]+)", "\0".join(args))
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            if typed_lang:
                ctx.params.setdefault("lang", typed_lang[1])
            raise


class ReadersGroup(ReadersCommand, click.Group):
    """A group of such commands, listed as they were declared, each with the first paragraph of its help."""

    command_class = ReadersCommand

    def lines(self) -> dict[str, str]:
        """Return the line of each command in the list of commands, by its name."""
        return {name: next(paragraphs(command.help or "")) for name, command in self.commands.items()}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines().items()))


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, each joined into one line, as in the translation catalogue."""
    yield from (" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


def help_texts(command: click.Command) -> Iterator[str]:
    """Yield every paragraph in the help of a command and of its subcommands."""
    shown = (getattr(param, "help", None) for param in command.params)
    for text in (command.help, command.epilog, *shown):
        yield from paragraphs(text or "")
    if isinstance(command, ReadersGroup):
        yield from command.lines().values()
        context = click.Context(command)
        for name in command.lines():
            yield from help_texts(command.get_command(context, name) or command)
