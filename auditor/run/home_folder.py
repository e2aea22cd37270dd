"""The folder whose ``auditor.toml`` and ``officials.yaml`` a command uses, and whether somebody named it.

It is the folder in which the command runs, if that has an ``auditor.toml``; else the one in ``AUDITOR_HOME``; else the
one that the last ``auditor start`` set up; else, named by nobody, the folder in which the command runs.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from auditor.base.errors import UsageError
from auditor.base.files import own_folder, write_file
from auditor.base.text import N_, phrase

SETTINGS_FILE = "auditor.toml"
REGISTRY_FILE = "officials.yaml"
VARIABLE = "AUDITOR_HOME"


@dataclass(frozen=True, slots=True)
class HomeFolder:
    """A folder; `is_named` is False if a command that writes has to ask first."""

    folder: Path
    is_named: bool = True


def find_home(environ: Mapping[str, str], current_folder: Path) -> HomeFolder:
    """Return the folder that a command in `current_folder` uses. Raises `UsageError` if AUDITOR_HOME is no folder."""
    variable, started = environ.get(VARIABLE, "").strip(), last_started()
    if (current_folder / SETTINGS_FILE).exists():
        return HomeFolder(current_folder)
    if variable:
        return HomeFolder(_existing(variable, current_folder))
    if started is None:
        return HomeFolder(current_folder, is_named=False)
    # Two registries may be meant where the current folder has one too.
    return HomeFolder(started, is_named=not (current_folder / REGISTRY_FILE).exists())


def _existing(text: str, current_folder: Path) -> Path:
    with suppress(RuntimeError, ValueError, OSError):  # unknown home, invalid character, loop of links
        folder = (current_folder / Path(text).expanduser()).resolve()
        if folder.is_dir():
            return folder
    raise UsageError(phrase("{variable}: {text} is no folder; mend it or unset it", variable=VARIABLE, text=repr(text)))


def require_set_up(folder: Path) -> None:
    """Raise `UsageError` if a folder that AUDITOR_HOME names has neither settings nor a registry."""
    if any((folder / name).exists() for name in (SETTINGS_FILE, REGISTRY_FILE)):
        return
    message = N_("{variable}: {folder} has no auditor.toml; name the folder of `auditor start`, or unset it")
    raise UsageError(phrase(message, variable=VARIABLE, folder=repr(str(folder))))


def last_started() -> Path | None:
    """Return the folder that the last ``auditor start`` set up, if its ``auditor.toml`` is still there."""
    record = _record()
    with suppress(OSError, ValueError):
        folder = Path(record.read_text(encoding="utf-8").strip() if record is not None else "")
        if folder.is_absolute() and (folder / SETTINGS_FILE).exists():
            return folder
    return None


def remember_started(folder: Path) -> None:
    """Record that ``auditor start`` set up `folder`; without a writable home folder it has to be named each time."""
    record = _record()
    with suppress(OSError):
        if record is not None:
            record.parent.mkdir(parents=True, exist_ok=True)
            write_file(record, f"{folder}\n")


def _record() -> Path | None:
    own = own_folder(platformdirs.user_config_path)
    return own / "folder" if own is not None else None
