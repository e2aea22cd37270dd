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

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from auditor.base.secrets import redact


class AuditorError(Exception):
    """What auditor tells its user in one line, without secrets. `exit_code` is the command's.

    It is said in English, or by an `auditor.base.text.Text`, which the command line shows in the language asked for.
    """

    exit_code = 4
    lang: str | None = None
    """The language that the command was asked to speak; None where it was not."""

    def __init__(self, *said: object) -> None:
        """Take out secrets at once: an exception may be printed, logged or pickled anywhere."""
        self.text: Any = said[0] if said and hasattr(said[0], "message") else None
        plain = (str(part) if part is self.text else part for part in said)
        super().__init__(*(redact(part) if isinstance(part, str) else part for part in plain))


class UsageError(AuditorError):
    """The caller asked for something impossible: an unknown week, name or option."""

    exit_code = 2


_Read = TypeVar("_Read")


def typed(read: Callable[[str], _Read], text: str, *, option: str = "") -> _Read:
    """Read what somebody typed, as the value of an `option`. Raises `UsageError` where `read` raises `ValueError`."""
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{option} {error}".strip()) from None


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: where, what, and how to mend it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        """Render as ``file:line: what; how to mend it``."""
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


class RegistryError(UsageError):
    """The registry has mistakes. All of them are in `problems`, each once, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems`, sorted by line."""
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.what)))
        super().__init__("\n".join(map(str, self.problems)))


class SettingsError(UsageError):
    """A setting has no value, a wrong one, or names a file that cannot be read."""


class CannotRunError(AuditorError):
    """The machine does not let the command run. Nothing that was stored is lost."""


class ArchiveError(CannotRunError):
    """The archive cannot be opened, read or written."""


class LockedError(CannotRunError):
    """Another run holds the archive's lock."""
