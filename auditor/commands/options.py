"""Declare the program, and the options and arguments that its commands share.

The common options may come before a command or after it; if one is given twice, the last counts. A command gets them
as its first argument, and what it returns is the exit code::

    @program.command()
    @week_option
    @click.pass_obj
    def report(common: Common, week: str | None) -> int:
        workspace = common.open()
"""

import os
import sys
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor import __version__
from auditor.base.errors import UsageError
from auditor.base.i18n import languages
from auditor.base.safe import one_line
from auditor.base.text import N_, phrase
from auditor.commands.console import echo, echo_error, progress_bar
from auditor.commands.help import ReadersGroup

if TYPE_CHECKING:
    from auditor.base.i18n import Translator
    from auditor.base.logs import Progress
    from auditor.registry.lookup import UnclearOfficeError
    from auditor.registry.models import Office
    from auditor.run.workspace import Workspace

COMMANDS = {
    "start": "Ask five questions, and set up a folder for the weekly run.",
    "weekly": "Look at every account, judge the week, write the report.",
    "check": "Look at one office's accounts now and print the findings.",
    "report": "Write a week's report from the archive, without network.",
    "next": "Say what is missing or too old, and how to fix it.",
    "discover": "Look for accounts and say whose each may be.",
    "review": "Decide about found pages, a key for each.",
    "accounts": "Write a decision about an account into officials.yaml.",
    "registry": "Check officials.yaml, list its offices, or fill it in.",
    "doctor": "Say what works now: keys, routes, controls, clock, disk.",
    "login": "Sign in to Telegram, or out.",
    "evidence": "Show, check and pack the stored answers.",
    "letter": "Write a letter to an office from its findings.",
    "purge": "Remove what is older than the settings allow.",
    "ci": "Keep the archive in a repository, for its weekly job.",
    "demo": "Audit an invented world on this machine.",
}
"""Command name to its line in the list of commands. Each command is declared in the module of the same name."""
_HELP = ("-h", "--help")
_COMMON = "The common options may stand here too: auditor -h"


_NO_OFFICE = N_("{path}: no office is in it yet; enter the first by `auditor registry fill --new`")
_F = TypeVar("_F", bound=Callable[..., object])


def _joined(_context: click.Context, _param: click.Parameter, words: tuple[str, ...]) -> str:
    return " ".join(words)


def words_argument(
    name: str, help_text: str, *, required: bool = False, metavar: str | None = None
) -> Callable[[_F], _F]:
    """Return a decorator for an argument of one or several words, which the command gets joined with blanks."""
    return click.argument(name, nargs=-1, required=required, metavar=metavar, help=help_text, callback=_joined)


def _known_language(_context: click.Context, _param: click.Parameter, lang: str | None) -> str | None:
    if lang in {None, *languages()}:
        return lang
    message = N_("there is no language {lang}; there are {languages}")
    raise UsageError(phrase(message, lang=repr(lang), languages=", ".join(languages())))


who_argument = words_argument(
    "who", "An office's id, its title, a municipality or a holder's name, in any case.", required=True
)
"""One office: `Workspace.office` looks it up."""
exact_who_argument = words_argument(
    "who", "An office's id, its title, a municipality or a whole family name, no part of one.", required=True
)
week_option = click.option("--week", help="2026-W47; by default the last week that has ended.")


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

    def open(self, *, publishes: bool = False, writes: Collection[str] = (), needs_office: bool = False) -> "Workspace":
        """Set up logging, read settings and registry, and return the workspace. Raises `UsageError` for a bad option.

        If the command `publishes`, the language is Russian unless ``--lang`` was given, whatever the system's is.
        Unless somebody named what it `writes`, ``registry`` or ``data``, it asks first. A registry without an office is
        refused where the command `needs_office`.
        """
        from auditor.commands.ask_place import ask_place, print_folder
        from auditor.run.workspace import open_workspace

        self.set_up_logs()
        workspace = open_workspace(
            registry=self.registry,
            data=self.data,
            out=self.out,
            as_of=self.as_of,
            lang=self.lang,
            publishes=publishes,
        )
        if not self.quiet:
            print_folder(workspace)
        if needs_office and not workspace.registry.offices:
            raise UsageError(phrase(_NO_OFFICE, path=workspace.registry_path.name))
        if not (workspace.home.is_named or all(map(self._names, writes))):
            ask_place(workspace)
        choose = partial(_choose_office, translator=workspace.translator) if sys.stdin.isatty() else None
        return replace(workspace, choose=choose)

    def _names(self, option: str) -> bool:
        """Return whether an option or its variable was given; ``auditor.toml`` is a matter of its folder."""
        variable = os.environ.get(f"AUDITOR_{option.upper()}", "")
        return getattr(self, option) is not None or bool(variable.strip())

    def progress(self, title: str, *, wanted: bool = True) -> AbstractContextManager["Progress"]:
        """Show a progress bar if standard error is a terminal, unless ``--quiet`` is given or it is not `wanted`."""
        return progress_bar(title, shown=wanted and not self.quiet and sys.stderr.isatty())


def _choose_office(unclear: "UnclearOfficeError", translator: "Translator") -> "Office":
    """Ask which of several offices is meant, by its number. Raises `UsageError` if none is chosen."""
    from auditor.registry.lookup import office_line

    echo_error(one_line(translator.text(unclear.text)))
    for number, office in enumerate(unclear.offices, 1):
        echo_error(one_line(f"{number:3} {office_line(office)}"))
    sys.stderr.write(translator.gettext(N_("Number, or Enter for none: ")))
    sys.stderr.flush()
    reply_text = sys.stdin.readline().strip()
    if reply_text not in map(str, range(1, len(unclear.offices) + 1)):
        raise UsageError(phrase("no office was chosen"))
    return unclear.offices[int(reply_text) - 1]


class _Program(ReadersGroup):
    """All commands. The parser takes the common options from anywhere in the line; the command gets the rest.

    A command's module is imported when the command is used, so the list of commands appears at once.
    """

    group_class = ReadersGroup

    def lines(self) -> dict[str, str]:
        """Return the line of each command in the list of commands, by its name."""
        return COMMANDS

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return the command, or None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        import_module(f"auditor.commands.{cmd_name}")
        command = self.commands[cmd_name]
        command.epilog = _COMMON
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command's name, the command and its arguments; ``-h`` without a command lists the commands."""
        if args[0] in _HELP:
            echo(ctx.get_help())
            ctx.exit()
        if args[0].startswith("-"):
            raise click.NoSuchOption(args[0], ctx=ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Program,
    context_settings={
        "help_option_names": list(_HELP),
        "allow_interspersed_args": True,
        "ignore_unknown_options": True,
    },
    epilog="`auditor COMMAND -h`: what it takes. "
    "Exit: 0 nothing failed, 1 something did, 2 mistyped, 3 some things could not be told, 4 could not run",
    add_help_option=False,  # otherwise a command's -h would print the help of the whole program
)
@click.option("--registry", type=Path, help="The registry, officials.yaml.")
@click.option("--data", type=Path, help="Folder of the archive.")
@click.option("--out", type=Path, help="Folder of the reports.")
@click.option("--as-of", help="Judge as of this moment, 2026-11-24T12:00+07:00.")
@click.option("--lang", callback=_known_language, help="Language of what is said, such as ru or en.")
@click.option("--verbose", "-v", is_flag=True, help="Say more on the standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.version_option(__version__, message="auditor %(version)s", help="Print the version and leave.")
@click.pass_context
def program(context: click.Context, /, **typed: Any) -> None:
    """Check whether heads of municipalities keep pages and answer people there."""
    context.obj = Common(**typed)
