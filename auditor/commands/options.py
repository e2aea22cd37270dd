"""Declare the options and arguments that commands share, and the typer applications that commands are built on.

The common options may come before a command or after it; if one is given twice, the last counts. A command gets them
from its context::

    @app.command()
    def report(context: typer.Context, week: Week = None) -> None:
        common: Common = context.obj
        workspace = common.open()
"""

import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from auditor import __version__
from auditor.base.errors import UsageError
from auditor.base.i18n import languages
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo, progress_bar
from auditor.commands.help import ReadersContext, paragraphs

if TYPE_CHECKING:
    from auditor.base.logs import Progress
    from auditor.run.workspace import Workspace

Who = Annotated[
    list[str], typer.Argument(metavar="WHO", help="An office's id, a municipality or a holder's name, in any case.")
]
"""One office, in one or several words; `Workspace.office` looks it up by the words joined with blanks."""
ExactWho = Annotated[
    str,
    typer.Argument(metavar="WHO", help="An office's id, a municipality or a whole family name, no part of one."),
]
Week = Annotated[str | None, typer.Option("--week", help="2026-W47; by default the last week that has ended.")]


@dataclass(frozen=True, slots=True)
class Common:
    """The common options as typed. A command ignores those that do not concern it."""

    registry: Path | None = None
    data: Path | None = None
    out: Path | None = None
    as_of: str | None = None
    lang: str | None = None
    verbose: bool = False
    quiet: bool = False

    def set_up_logs(self) -> None:
        """Set up logging with the requested language and amount of output."""
        from auditor.base import logs
        from auditor.base.i18n import choose_language

        logs.set_up_logs(verbose=self.verbose, quiet=self.quiet, lang=choose_language(self.lang, os.environ))

    def open(self, *, publishes: bool = False) -> "Workspace":
        """Set up logging, read settings and registry, and return the workspace. Raises `UsageError` for a bad option.

        If the command `publishes`, the language is Russian unless ``--lang`` was given, whatever the system's is.
        """
        from auditor.run.workspace import open_workspace

        if self.lang not in {None, *languages()}:
            message = N_("there is no language {lang}; there are {languages}")
            raise UsageError(phrase(message, lang=repr(self.lang), languages=", ".join(languages())))
        self.set_up_logs()
        return open_workspace(
            registry=self.registry,
            data=self.data,
            out=self.out,
            as_of=self.as_of,
            lang=self.lang,
            publishes=publishes,
        )

    def progress(self, title: str, *, wanted: bool = True) -> AbstractContextManager["Progress"]:
        """Show a progress bar if standard error is a terminal, unless ``--quiet`` is given or it is not `wanted`."""
        return progress_bar(title, shown=wanted and not self.quiet and sys.stderr.isatty())


def _print_version(wanted: bool) -> None:
    if wanted:
        echo(f"auditor {__version__}")
        raise typer.Exit


def common_options(
    context: typer.Context,
    registry: Annotated[Path | None, typer.Option("--registry", help="The registry, officials.yaml.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the archive.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the reports.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Judge as of this moment, 2026-11-24T12:00+07:00.")
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="Language of what is said, such as ru or en.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on the standard error.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback prints it
        bool, typer.Option("--version", is_eager=True, help="Print the version and leave.", callback=_print_version)
    ] = False,
) -> None:
    """Check whether heads of municipalities keep pages and answer people there."""
    context.obj = Common(registry, data, out, as_of, lang, verbose, quiet)


class CommandGroup(TyperGroup):
    """A group of commands; the error for an unknown command names the most similar one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command's name, the command and its arguments. Raises `UsageError` for an unknown name."""
        name = args[0]
        if name not in self.commands:
            valid_names = (
                [opt for param in self.params for opt in param.opts] if name.startswith("-") else self.commands
            )
            raise UsageError(unknown_name_message(name, valid_names, ctx.command_path))
        command = self.commands[name]
        command.context_class = ReadersContext
        return name, command, args[1:]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer calls it so
        """Write the list of commands, each with the first paragraph of its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, next(paragraphs(each.help or ""))) for name, each in self.commands.items()])


_UNKNOWN = N_("there is no {what}; `{command} -h` lists what can be typed")
_LIKE = N_("there is no {what}; did you mean {near}? `{command} -h` lists what can be typed")


def unknown_name_message(name: str, valid_names: Iterable[str], command: str) -> Text:
    """Return a message that `name` is no command or option, with the most similar of `valid_names` if one is close."""
    near = get_close_matches(name, valid_names, n=1)
    return Text(_LIKE if near else _UNKNOWN, {"what": name, "near": next(iter(near), ""), "command": command})


def single() -> typer.Typer:
    """Return an empty typer application for a single command."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def group(help_text: str) -> typer.Typer:
    """Return an empty typer application for a group of commands."""
    return typer.Typer(
        cls=CommandGroup, help=help_text, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )
