"""The tree of errors that reach the user.

::

    AuditorError
    ├── UsageError           the caller asked for something impossible (exit 2)
    │   ├── RegistryError    officials.yaml has mistakes; `.problems` lists them all
    │   └── SettingsError    a setting cannot be read
    └── CannotRunError       the machine does not allow it (exit 4)
        ├── ArchiveError     the archive cannot be opened, read or written
        └── LockedError      another run holds the lock

Failures of a network are *not* here: a probe turns them into a cause inside a snapshot, because an error does not
prove absence, and one account's failure never stops the run.
"""

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from auditor.base.secrets import redact
from auditor.base.text import N_, Text, phrase, verbatim


class AuditorError(Exception):
    """An error shown to the user in one line, without secrets. `exit_code` is the exit code of the command.

    The command line shows `text` in the requested language; `str` of the exception is English.
    """

    exit_code = 4
    lang: str | None = None
    """The language requested on the command line; None if none was requested."""

    def __init__(self, message: Text | str) -> None:
        """Remove secrets at once: an exception may be printed, logged or pickled anywhere."""
        self.text = message if isinstance(message, Text) else verbatim(message)
        super().__init__(redact(str(message)))


class UsageError(AuditorError):
    """The caller asked for something impossible: an unknown week, name or option."""

    exit_code = 2

    def __init__(self, message: Text | str, choices: Iterable[str] = ()) -> None:
        """Keep `choices`, which the caller may have meant: each is shown on a line of its own."""
        super().__init__(message)
        self.choices = tuple(map(redact, choices))


_Read = TypeVar("_Read")


def parse_option(read: Callable[[str], _Read], text: str, *, option: str = "") -> _Read:
    """Return `read(text)`, the value typed for `option`. Raises `UsageError` where `read` raises `ValueError`."""
    try:
        return read(text)
    except ValueError as error:
        message = text_of(error)
        raise UsageError(phrase("{option}: {said}", option=option, said=message) if option else message) from None


def text_of(error: Exception) -> Text:
    """Return the `Text` that an error was raised with; without one, its message verbatim."""
    text = error.text if isinstance(error, AuditorError) else next(iter(error.args), "")
    return text if isinstance(text, Text) else verbatim(str(error))


_REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("this user has no right to it"),
    errno.EPERM: N_("this user has no right to it"),
    errno.EROFS: N_("the disk is read-only"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("this user's share of the disk is full"),
    errno.EFBIG: N_("the file would be larger than allowed"),
    errno.EIO: N_("the disk cannot be read or written"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EEXIST: N_("there is something of this name"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links lead in a circle"),
    errno.EINVAL: N_("it is not a plain file"),
    errno.EMFILE: N_("too many files are open"),
}


def os_error_text(error: OSError) -> Text:
    """Return why the operating system refused a file operation."""
    message = _REASONS.get(error.errno or 0)
    return (
        Text(message) if message else phrase("error {number} of the system", number=error.errno or type(error).__name__)
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: its place, a message, and how to fix it."""

    file: str
    line: int
    message: Text
    fix: Text | None = None
    """None where `message` says it too."""

    @property
    def text(self) -> Text:
        """``file:line: message; fix``; a line of 0 is left out."""
        location = f"{self.file}:{self.line}" if self.line else self.file
        line = phrase("{place}: {what}", place=location, what=self.message)
        return line if self.fix is None else phrase("{what}; {mend}", what=line, mend=self.fix)

    def __str__(self) -> str:
        """Render it in English."""
        return str(self.text)


class RegistryError(UsageError):
    """The registry has mistakes. `problems` holds each of them once, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems`, sorted by line."""
        by_text = {str(problem): problem for problem in problems}
        self.problems = tuple(sorted(by_text.values(), key=lambda p: (p.file, p.line, str(p))))
        super().__init__("\n".join(map(str, self.problems)))


class SettingsError(UsageError):
    """A setting has no value, a wrong one, or names a file that cannot be read."""


class CannotRunError(AuditorError):
    """The machine does not let the command run. Nothing stored is lost."""


class ArchiveError(CannotRunError):
    """The archive cannot be opened, read or written."""


class LockedError(CannotRunError):
    """Another run holds the archive's lock."""
