"""The options and arguments that several commands share, each declared once, and what a command is made with.

The common options may stand before a command or after it; of one that is given twice the last counts. A command gets
them from its context::

    @app.command()
    def report(context: typer.Context, week: Week = None) -> None:
        common: Common = context.obj
        session = common.open()
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
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo, progress_bar
from auditor.commands.help import ReadersContext, paragraphs

if TYPE_CHECKING:
    from auditor.base.logs import Progress
    from auditor.run.workspace import Workspace

Who = Annotated[
    list[str], typer.Argument(metavar="WHO", help="An office's id, a municipality or a holder's name, in any case.")
]
"""It may be several words; `Common.open` gives a session that looks an office up by them joined."""
ExactWho = Annotated[
    str,
    typer.Argument(metavar="WHO", help="An office's id, a municipality or a whole family name, no part of one."),
]
Week = Annotated[str | None, typer.Option("--week", help="2026-W47; by default the last week that has ended.")]


@dataclass(frozen=True, slots=True)
class Common:
    """The common options as typed. A command ignores those that mean nothing to it."""

    registry: Path | None = None
    data: Path | None = None
    out: Path | None = None
    as_of: str | None = None
    lang: str | None = None
    verbose: bool = False
    quiet: bool = False

    def set_up_logs(self) -> None:
        """Log as much as was asked for."""
        from auditor.base import logs
        from auditor.base.i18n import choose_language

        logs.set_up_logs(verbose=self.verbose, quiet=self.quiet, lang=choose_language(self.lang, os.environ))

    def open(self, *, publishes: bool = False) -> "Workspace":
        """Read settings and registry, and set the logs up. Raises `UsageError` for what cannot be read.

        What a command `publishes` is Russian unless another language was asked for, whatever the system speaks.
        """
        from auditor.run.workspace import open_workspace

        if self.lang not in {None, "ru", "en"}:
            raise UsageError(phrase("there is no language {lang}; choose ru or en", lang=repr(self.lang)))
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
        """Show a progress bar where somebody sees it, and where there is something to wait for (`wanted`)."""
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
    lang: Annotated[str | None, typer.Option("--lang", help="Language of what is said: ru or en.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on the standard error.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback prints it
        bool, typer.Option("--version", is_eager=True, help="Print the version and leave.", callback=_print_version)
    ] = False,
) -> None:
    """Check whether heads of municipalities keep pages and answer people there."""
    context.obj = Common(registry, data, out, as_of, lang, verbose, quiet)


class CommandGroup(TyperGroup):
    """A group of commands; a name that none of them has is told with the likeliest one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command's name, the command and the words after it."""
        name = args[0]
        if name not in self.commands:
            known = [opt for param in self.params for opt in param.opts] if name.startswith("-") else self.commands
            raise UsageError(unknown(name, known, ctx.command_path))
        command = self.commands[name]
        command.context_class = ReadersContext
        return name, command, args[1:]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer calls it so
        """List the commands, each with the first paragraph of its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, next(paragraphs(each.help or ""))) for name, each in self.commands.items()])


_UNKNOWN = N_("there is no {what}; `{command} -h` lists what can be typed")
_LIKE = N_("there is no {what}; did you mean {near}? `{command} -h` lists what can be typed")


def unknown(name: str, known: Iterable[str], command: str) -> Text:
    """Say that a command or an option does not exist, and which one it resembles most."""
    near = get_close_matches(name, known, n=1)
    return Text(_LIKE if near else _UNKNOWN, {"what": name, "near": next(iter(near), ""), "command": command})


def single() -> typer.Typer:
    """Return an empty application for one command."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def group(help_text: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        cls=CommandGroup, help=help_text, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )
