"""The command line as a whole: how it is run, and how errors are printed."""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import click
from click.exceptions import Exit, NoArgsIsHelpError

from auditor.base.errors import AuditorError, RegistryError, UsageError, os_error_text
from auditor.base.i18n import Translator, choose_language
from auditor.base.logs import defect, guard_process
from auditor.base.safe import one_line
from auditor.base.secrets import redact
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import replace_unwritable
from auditor.commands.help import ReadersGroup, requested_language
from auditor.commands.options import program


def main() -> None:
    """Run the command line. An error becomes lines on the standard error, without secrets."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller: the exit code still reports the result
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):  # unbuffered: what a pipe has no room for is lost
        sys.stdout = open(sys.stdout.fileno(), "w", encoding=sys.stdout.encoding, closefd=False)  # noqa: SIM115
    guard_process()
    sys.exit(run())


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line `args`, by default the process's own; return the exit code."""
    replace_unwritable()
    return run_guarded(partial(_run_commands, list(sys.argv[1:] if args is None else args)))


def _run_commands(args: list[str]) -> object:
    """Parse and run the command line; the parser's own `main` ends a broken pipe with 1, as if a finding had failed.

    An exception that leaves a command carries the requested language as `lang`.
    """
    try:
        with program.make_context("auditor", args) as context:
            try:
                return program.invoke(context)
            except BaseException as error:
                error.lang = requested_language(context)  # type: ignore[attr-defined]  # read where it is printed
                raise
    except Exit as ended:
        return ended.exit_code


def run_guarded(command: Callable[[], object]) -> int:
    """Run `command`; print the error that it raises, one line per problem, and return the exit code."""
    try:
        code = _flushed(command)
    except NoArgsIsHelpError as error:
        return _print_error(f"{error.format_message()}\n", error.exit_code)
    except click.UsageError as error:
        mistyped = UsageError(_usage_message(error))
        mistyped.lang = requested_language(error.ctx)
        return _print_error(_error_lines(mistyped), mistyped.exit_code)
    except AuditorError as error:
        return _print_error(_error_lines(error), error.exit_code)
    except KeyboardInterrupt as error:
        text = next((arg for arg in error.args if isinstance(arg, Text)), _INTERRUPTED)
        return _print_error(_ending_lines(text, error), _SIGINT)
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
    _add_to_job_page(lines, code)
    try:
        sys.stderr.write(redact(lines))
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    return code


def _add_to_job_page(lines: str, code: int) -> None:
    """Where this runs as a job of GitHub's: add why it could not run to the job's page, as a block of code."""
    if (page := os.environ.get(_JOB_PAGE)) and code in {UsageError.exit_code, AuditorError.exit_code}:
        with suppress(OSError), Path(page).open("a", encoding="utf-8") as file:
            file.write("".join(f"\n    {line}" for line in redact(lines).splitlines()) + "\n")


_JOB_PAGE = "GITHUB_STEP_SUMMARY"


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


_UNKNOWN = N_("there is no {what}; `{command} -h` lists what can be typed")
_LIKE = N_("there is no {what}; did you mean {near}? `{command} -h` lists what can be typed")


def _usage_message(error: click.UsageError) -> Text:
    """Return what is wrong with a mistyped line; argument values are left out, since one may be a secret."""
    command = error.ctx.command_path if error.ctx else "auditor"
    match error:
        case click.NoSuchCommand():
            valid_names = error.cmd.lines() if isinstance(error.cmd, ReadersGroup) else ()
            return _unknown_name_message(error.command_name, valid_names, command)
        case click.NoSuchOption():
            return _unknown_name_message(redact(error.option_name), _options(error.ctx), command)
        case click.MissingParameter():
            return Text(_MISSING, {"what": _name(error.param), "command": command})
        case click.BadOptionUsage():
            return Text(_NO_VALUE, {"what": error.option_name, "command": command})
        case click.BadParameter():
            least, most = (getattr(error.param and error.param.type, end, None) for end in ("min", "max"))
            return Text(_NO_NUMBER, {"what": _name(error.param), "least": least, "most": most or "…"})
        case _ if isinstance(error.cmd, ReadersGroup):
            return Text(_MISSING, {"what": Text("COMMAND"), "command": command})
        case _:
            return Text(_TOO_MANY, {"command": command})


def _unknown_name_message(name: str, valid_names: Iterable[str], command: str) -> Text:
    """Return a message that `name` is no command or option, with the most similar of `valid_names` if one is close."""
    near = get_close_matches(name, valid_names, n=1)
    return Text(_LIKE if near else _UNKNOWN, {"what": name, "near": next(iter(near), ""), "command": command})


def _options(context: click.Context | None) -> Iterator[str]:
    """Yield the names of all options that are valid in this context or a parent of it."""
    while context is not None:
        for param in context.command.get_params(context):
            yield from (name for name in param.opts if name.startswith("-"))
        context = context.parent


def _name(param: click.Parameter | None) -> Text | str:
    """Return the name of a parameter as help prints it; that of an argument may be translated."""
    if param is None:
        return "?"
    return Text(param.human_readable_name) if isinstance(param, click.Argument) else param.opts[0]


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
