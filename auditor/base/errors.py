"""What can go wrong, as one small tree.

::

    AuditorError
    ├── UsageError           the caller asked for something impossible (exit 2)
    │   ├── RegistryError    officials.yaml has mistakes; `.problems` lists them all
    │   └── SettingsError    a setting cannot be read
    └── CannotRunError       the machine does not allow it (exit 4)
        ├── ArchiveError     the archive cannot be opened, read or written
        └── LockedError      another run holds the lock

A network's failure is *not* here: a probe turns it into a cause inside a snapshot, because an error is not
absence and one account's failure never stops the run.
"""

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from auditor.base.secrets import redact
from auditor.base.text import N_, Text, phrase, verbatim


class AuditorError(Exception):
    """What auditor tells its user in one line, without secrets. `exit_code` is the command's.

    The command line shows its text in the language asked for; as an exception it speaks English.
    """

    exit_code = 4
    lang: str | None = None
    """The language that the command was asked to speak; None where it was not."""

    def __init__(self, said: Text | str) -> None:
        """Take out secrets at once: an exception may be printed, logged or pickled anywhere."""
        self.text = said if isinstance(said, Text) else verbatim(said)
        super().__init__(redact(str(said)))


class UsageError(AuditorError):
    """The caller asked for something impossible: an unknown week, name or option."""

    exit_code = 2

    def __init__(self, said: Text | str, choices: Iterable[str] = ()) -> None:
        """Keep what the caller may have meant: each is shown on a line of its own."""
        super().__init__(said)
        self.choices = tuple(map(redact, choices))


_Read = TypeVar("_Read")


def parse_option(read: Callable[[str], _Read], text: str, *, option: str = "") -> _Read:
    """Read what somebody typed, as the value of an `option`. Raises `UsageError` where `read` raises `ValueError`."""
    try:
        return read(text)
    except ValueError as error:
        said = text_of(error)
        raise UsageError(phrase("{option}: {said}", option=option, said=said) if option else said) from None


def text_of(error: Exception) -> Text:
    """Return what an error says, as a text: its own words where it was given none."""
    said = error.text if isinstance(error, AuditorError) else next(iter(error.args), "")
    return said if isinstance(said, Text) else verbatim(str(error))


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
    """Return why the machine refused something."""
    known = _REASONS.get(error.errno or 0)
    return Text(known) if known else phrase("error {number} of the system", number=error.errno or type(error).__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: where, what, and how to mend it."""

    file: str
    line: int
    message: Text
    fix: Text | None = None
    """None where `what` says it too."""

    @property
    def text(self) -> Text:
        """``file:line: what; how to mend it``; line 0 is none."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        line = phrase("{place}: {what}", place=place, what=self.message)
        return line if self.fix is None else phrase("{what}; {mend}", what=line, mend=self.fix)

    def __str__(self) -> str:
        """Render it in English."""
        return str(self.text)


class RegistryError(UsageError):
    """The registry has mistakes. All of them are in `problems`, each once, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems`, sorted by line."""
        each = {str(problem): problem for problem in problems}
        self.problems = tuple(sorted(each.values(), key=lambda p: (p.file, p.line, str(p))))
        super().__init__("\n".join(map(str, self.problems)))


class SettingsError(UsageError):
    """A setting has no value, a wrong one, or names a file that cannot be read."""


class CannotRunError(AuditorError):
    """The machine does not let the command run. Nothing that was stored is lost."""


class ArchiveError(CannotRunError):
    """The archive cannot be opened, read or written."""


class LockedError(CannotRunError):
    """Another run holds the archive's lock."""
