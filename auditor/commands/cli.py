"""The command line as a whole: which commands there are, and what becomes of an error.

A command's module is imported when the command is used, so that help is instant.
"""

import errno
import gc
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from auditor.base.errors import AuditorError, RegistryError, UsageError
from auditor.base.logs import defect, guard_process
from auditor.base.safe import one_line
from auditor.base.secrets import redact
from auditor.base.text import N_, Text
from auditor.commands.console import say

_COMMANDS = {
    "weekly": ("weekly:app", "Look at every account, judge the week, write the report."),
    "check": ("check:app", "Look at one office's accounts now and print the findings."),
    "report": ("report:app", "Write a week's report from the archive, without network."),
    "replay": ("replay:app", "Make a week's audit again from the stored answers."),
    "discover": ("discover:app", "Look for accounts and say whose each may be."),
    "next": ("next:app", "Say what is missing or too old, and what mends it."),
    "review": ("review:app", "Decide about found pages, a key for each."),
    "accounts": ("accounts:app", "Write a decision about an account into officials.yaml."),
    "registry": ("registry:app", "Check officials.yaml, or print what is in it."),
    "evidence": ("evidence:app", "Look at the stored answers that findings rest on."),
    "purge": ("purge:app", "Remove what is older than the settings allow."),
    "doctor": ("doctor:app", "Say what works now: keys, routes, controls, clock, disk."),
    "login": ("login:app", "Sign in to Telegram."),
    "logout": ("login:logout_app", "Sign out of Telegram."),
    "demo": ("demo:app", "Audit an invented world on this machine."),
}
"""By name: where the command is, and its line in the list of commands."""


class _Later(TyperCommand):
    """A command whose module is imported when the command is used."""

    def __init__(self, name: str) -> None:
        place, line = _COMMANDS[name]
        super().__init__(name, help=line, rich_markup_mode=None)
        self._module, self._attribute = place.split(":")

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the command's arguments; the context's command is the real one."""
        module = import_module(f"auditor.commands.{self._module}")
        command = typer.main.get_command(getattr(module, self._attribute))
        return command.make_context(info_name, args, parent=parent, **extra)


class _Commands(TyperGroup):
    """All commands. What typer says of a mistyped line quotes it, so secrets are taken out."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"commands": {name: _Later(name) for name in _COMMANDS}})

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return _redacted(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        return _redacted(super().invoke, ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """List the commands alone: with the two options the help would not fit a small terminal."""
        self.format_commands(ctx, formatter)


def _redacted(parse: Callable[..., object], *args: Any, **kwargs: Any) -> object:
    """Call `parse`; what it says of a mistyped line becomes one line without secrets."""
    try:
        return parse(*args, **kwargs)
    except Exception as error:
        context = getattr(error, "ctx", None)
        if context is None or type(error).__name__ == "NoArgsIsHelpError":  # typer's own errors have the context
            raise
        raise UsageError(_mistyped(error, context.command_path.replace("python -m auditor", "auditor"))) from None


_MISTYPED = {
    "NoSuchOption": (N_("there is no option {what}; `{command} --help` lists what can be typed"), "option_name"),
    "MissingParameter": (N_("something is missing: {what}; `{command} --help` lists what can be typed"), "param"),
    "BadParameter": (N_("{what}; `{command} --help` lists what can be typed"), ""),
}
_NO_COMMAND, _TOO_MANY = re.compile(r"No such command '(.*?)'"), re.compile(r"unexpected extra argument\S* \((.*)\)")


def _mistyped(error: Exception, command: str) -> Text:
    """Say what is wrong with a mistyped line, without what may be a secret in it."""
    said = redact(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    if found := _NO_COMMAND.search(said):
        return Text(N_("there is no command {what}; `auditor --help` lists them"), {"what": found[1]})
    if found := _TOO_MANY.search(said):
        return Text(N_("more was typed than `{command}` takes: {what}"), {"what": found[1], "command": command})
    sentence, named = _MISTYPED.get(type(error).__name__, _MISTYPED["BadParameter"])
    what = getattr(error, named, None) if named else said
    shown = str(getattr(what, "name", what)).upper() if named == "param" else what
    return Text(sentence, {"what": redact(str(shown)) if shown else said, "command": command})


app = typer.Typer(
    name="auditor",
    cls=_Commands,
    help="Checks whether heads of municipalities keep pages and answer people there.",
    epilog="Exit: 0 nothing failed, 1 something did, 2 mistyped, 3 not told, 4 could not run",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from auditor import __version__

        say(f"auditor {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. An error becomes lines on the standard error, without secrets."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever called: the exit code says all the same how it went
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - it ends with the process
    guard_process()
    try:
        sys.exit(run_guarded(_flushed))
    finally:
        gc.freeze()  # to search all that was made for garbage, at the end, takes a quarter of a short command


def _flushed() -> None:
    """Run the command line; what could not be written shows here and not when Python has ended."""
    try:
        app()
    finally:
        sys.stdout.flush()


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Errors of an output that takes no more."""
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors of a file or folder that belongs to somebody else, or that nobody may write."""


def _in_words(error: AuditorError) -> str:
    """Return what an error says, in the language asked for where it is a `Text`; else in English."""
    if error.text is None:
        return str(error)
    from auditor.base.i18n import Catalogue

    typed = " ".join(sys.argv[1:])
    asked = re.search(r"--lang[ =](ru|en)\b", typed)
    lang = asked[1] if asked else os.environ.get("AUDITOR_LANG", "ru")
    return Catalogue(lang if lang in {"ru", "en"} else "ru").text(error.text)


def _tell(line: str) -> None:
    """Write to the standard error; where that is full too, the exit code says alone how it went."""
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def run_guarded(command: Callable[[], object]) -> int:
    """Run `command`; print what it raises, one line a mistake, and return the exit code."""
    try:
        command()
    except RegistryError as error:
        _tell(redact("".join(f"{one_line(str(problem))}\n" for problem in error.problems)))
        return error.exit_code
    except AuditorError as error:
        _tell(redact(f"auditor: {one_line(_in_words(error))}\n"))
        return error.exit_code
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != 130:  # typer turns an interrupt into 130 without a word
            raise
        _tell("auditor: interrupted; what was seen until now is kept\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno in _NOT_OURS and error.filename is not None:
            place, why = one_line(str(error.filename)), error.strerror
            _tell(redact(f"auditor: {place}: {why}; run as whom it belongs to, or name another place\n"))
            return AuditorError.exit_code
        if error.errno not in _FULL:
            _tell(f"{defect(error)}\n")
            return AuditorError.exit_code
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _tell(f"auditor: the output cannot be written ({error.strerror}); what was stored is kept\n")
        return AuditorError.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback may quote a citizen or a key
        _tell(f"{defect(error)}\n")
        return AuditorError.exit_code
    return 0
