"""The command line as a whole: the list of commands, and how errors are printed.

A command's module is imported when the command is used, so the list of commands appears at once.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer._click import exceptions
from typer.core import TyperCommand

from auditor.base.errors import AuditorError, RegistryError, UsageError, os_error_text
from auditor.base.i18n import Translator, choose_language
from auditor.base.logs import defect, guard_process
from auditor.base.safe import one_line
from auditor.base.secrets import redact
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo, replace_unwritable
from auditor.commands.help import ReadersContext, requested_language
from auditor.commands.options import CommandGroup, common_options, unknown_name_message

_COMMANDS = {
    "start": "Ask five questions, and set up a folder for the weekly run.",
    "weekly": "Look at every account, judge the week, write the report.",
    "check": "Look at one office's accounts now and print the findings.",
    "report": "Write a week's report from the archive, without network.",
    "next": "Say what is missing or too old, and how to fix it.",
    "discover": "Look for accounts and say whose each may be.",
    "review": "Decide about found pages, a key for each.",
    "accounts": "Write a decision about an account into officials.yaml.",
    "registry": "Check officials.yaml, or print its schema.",
    "doctor": "Say what works now: keys, routes, controls, clock, disk.",
    "login": "Sign in to Telegram, or out.",
    "evidence": "Show, check and pack the stored answers.",
    "letter": "Write a letter to an office from its findings.",
    "purge": "Remove what is older than the settings allow.",
    "demo": "Audit an invented world on this machine.",
}
"""Command name to its line in the list of commands. Each command is `app` in the module of the same name."""
_HELP = ("-h", "--help")
_COMMON = "The common options may stand here too: auditor -h"


class _LazyCommand(TyperCommand):
    """A command whose module is imported when the command is used."""

    def __init__(self, name: str, line: str) -> None:
        super().__init__(name, help=line, rich_markup_mode=None)

    def load(self) -> Any:
        """Return the real command."""
        command = typer.main.get_command(import_module(f"auditor.commands.{self.name}").app)
        command.context_class, command.epilog = ReadersContext, _COMMON
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the command's arguments; the context's command is the real one."""
        return self.load().make_context(info_name, args, parent=parent, **extra)


class _Commands(CommandGroup):
    """All commands. The parser takes the common options from anywhere in the line; the command gets the rest."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"commands": {name: _LazyCommand(name, line) for name, line in _COMMANDS.items()}})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command's name, the command and its arguments; ``-h`` without a command lists the commands."""
        if args[0] in _HELP:
            echo(ctx.get_help())
            raise typer.Exit
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an exception that leaves it carries the requested language as `lang`."""
        try:
            return super().invoke(ctx)
        except BaseException as error:
            error.lang = ctx.params["lang"]  # type: ignore[attr-defined]  # read where the error is printed
            raise


app = typer.Typer(
    name="auditor",
    cls=_Commands,
    context_settings={
        "help_option_names": list(_HELP),
        "allow_interspersed_args": True,
        "ignore_unknown_options": True,
    },
    epilog="`auditor COMMAND -h`: what it takes. "
    "Exit: 0 nothing failed, 1 something did, 2 mistyped, 3 some things could not be told, 4 could not run",
    no_args_is_help=True,
    add_help_option=False,  # otherwise a command's -h would print the help of the whole program
    add_completion=False,
    rich_markup_mode=None,
)
app.callback()(common_options)


def main() -> None:
    """Run the command line. An error becomes lines on the standard error, without secrets."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: the exit code still reports the result
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    guard_process()
    sys.exit(run())


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line `args`, by default the process's own; return the exit code."""
    replace_unwritable()
    return run_guarded(partial(_run_commands, list(sys.argv[1:] if args is None else args)))


def _run_commands(args: list[str]) -> Any:
    """Parse and run the command line; the parser's own `main` ends a broken pipe with 1, as if a finding had failed."""
    try:
        with _commands().make_context("auditor", args) as context:
            return context.command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code


@cache
def _commands() -> Any:
    command = typer.main.get_command(app)
    command.context_class = ReadersContext
    return command


def run_guarded(command: Callable[[], object]) -> int:
    """Run `command`; print the error that it raises, one line per problem, and return the exit code."""
    try:
        code = _flushed(command)
    except exceptions.NoArgsIsHelpError as error:
        return _print_error(f"{error.format_message()}\n", error.exit_code)
    except exceptions.UsageError as error:
        mistyped = UsageError(_usage_message(error))
        mistyped.lang = requested_language(error.ctx)
        return _print_error(_error_lines(mistyped), mistyped.exit_code)
    except AuditorError as error:
        return _print_error(_error_lines(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort) as error:
        return _print_error(_ending_lines(_INTERRUPTED, error), _SIGINT)
    except OSError as error:
        return _output_error(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback may quote a citizen or a key
        return _print_error(f"{defect(error, getattr(error, 'lang', None))}\n", AuditorError.exit_code)
    return code if isinstance(code, int) else 0


_SIGINT, _SIGPIPE = 130, 141
"""Exit codes as shells write them of a process that a signal ended."""
_INTERRUPTED = phrase("interrupted; what was seen until now is kept")


def _ending_lines(text: Text, ended_by: BaseException) -> str:
    """Return the lines for an exception that is no `AuditorError`, with `text` in the requested language."""
    error = AuditorError(text)
    error.lang = getattr(ended_by, "lang", None)
    return _error_lines(error)


def _flushed(command: Callable[[], object]) -> object:
    """Run `command` and flush standard output, so that a failed write is raised here and not at interpreter exit."""
    try:
        return command()
    finally:
        sys.stdout.flush()


def _print_error(lines: str, code: int) -> int:
    """Write `lines` to standard error and return `code`; if that fails too, only the exit code is left."""
    try:
        sys.stderr.write(redact(lines))
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    return code


def _error_lines(error: AuditorError) -> str:
    """Return the lines that report an error, in the reader's language."""
    translator = Translator(choose_language(error.lang, os.environ))
    if isinstance(error, RegistryError):
        return "".join(f"{one_line(translator.text(problem.text))}\n" for problem in error.problems)
    choices = error.choices if isinstance(error, UsageError) else ()
    return "".join(
        f"{line}\n" for line in (f"auditor: {one_line(translator.text(error.text))}", *map(one_line, choices))
    )


# A mistyped line ------------------------------------------------------------------------------------------------------

_MISSING = N_("something is missing: {what}; `{command} -h` lists what can be typed")
_NO_VALUE = N_("{what} needs a value, or takes none; `{command} -h` lists what can be typed")
_NO_NUMBER = N_("{what} takes a number from {least} to {most}")
_TOO_MANY = N_("more was typed than `{command}` takes; `{command} -h` lists what can be typed")


def _usage_message(error: exceptions.UsageError) -> Text:
    """Return what is wrong with a mistyped line; argument values are left out, since one may be a secret."""
    command = error.ctx.command_path if error.ctx else "auditor"
    match error:
        case exceptions.NoSuchOption():
            return unknown_name_message(redact(error.option_name), _options(error.ctx), command)
        case exceptions.MissingParameter():
            return Text(_MISSING, {"what": _name(error.param), "command": command})
        case exceptions.BadOptionUsage():
            return Text(_NO_VALUE, {"what": error.option_name, "command": command})
        case exceptions.BadParameter():
            least, most = (getattr(error.param, end, None) for end in ("min", "max"))
            return Text(_NO_NUMBER, {"what": _name(error.param), "least": least, "most": most or "…"})
        case _ if isinstance(error.cmd, CommandGroup):
            return Text(_MISSING, {"what": "COMMAND", "command": command})
        case _:
            return Text(_TOO_MANY, {"command": command})


def _options(context: Any) -> Iterator[str]:
    """Yield the names of all options that are valid in this context or a parent of it."""
    while context is not None:
        for param in context.command.get_params(context):
            yield from (name for name in param.opts if name.startswith("-"))
        context = context.parent


def _name(param: Any) -> str:
    return str(param.metavar or param.name).upper() if param.param_type_name == "argument" else str(param.opts[0])


# An output that cannot be written -------------------------------------------------------------------------------------

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Error numbers of an output that accepts no more data."""
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}
"""Error numbers of a file or folder that this user may not write, or that is read-only."""


def _output_error(error: OSError) -> int:
    """Print an operating-system error and return the exit code; a closed pipe, as after ``| head``, is no error."""
    if error.errno in _NOT_OURS and error.filename is not None:
        sentence = N_("{path}: {why}; run as whom it belongs to, or name another place")
        return _print_error(
            _ending_lines(phrase(sentence, path=error.filename, why=os_error_text(error)), error),
            AuditorError.exit_code,
        )
    if error.errno not in {*_FULL, errno.EPIPE}:
        return _print_error(f"{defect(error, getattr(error, 'lang', None))}\n", AuditorError.exit_code)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return _SIGPIPE
    sentence = N_("the output cannot be written ({why}); what was stored is kept")
    return _print_error(_ending_lines(phrase(sentence, why=os_error_text(error)), error), AuditorError.exit_code)
