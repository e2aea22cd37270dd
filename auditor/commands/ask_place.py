"""Name the folder that a command uses, and ask before it writes where nobody named one."""

import sys
from pathlib import Path

from auditor.base.errors import UsageError
from auditor.base.text import N_, phrase
from auditor.commands.accounts import agreed
from auditor.commands.console import echo_error
from auditor.run.workspace import Workspace

_FOLDER = N_("Folder: {folder}")
_PLACE = N_("No auditor.toml is here. Registry: {registry}. Archive: {data}. Reports: {out}. Go on with these? [y/N] ")
_NAME_IT = N_(
    "no auditor.toml is here, so this would use the registry {registry}, the archive {data} and the folder {out}; run "
    "it in the folder of `auditor start`, or name that by AUDITOR_HOME, or give --registry and --data"
)


def print_folder(workspace: Workspace) -> None:
    """Name the folder on standard error if it is not the current one."""
    if workspace.home.folder != Path.cwd():
        echo_error(workspace.translator.translate(_FOLDER, folder=str(workspace.home.folder)))


def ask_place(workspace: Workspace) -> None:
    """Name registry, archive and folder, and ask. Raises `UsageError` for a no, and if nobody is at a terminal."""
    registry, data, out = (str(path.absolute()) for path in (workspace.registry_path, workspace.data, workspace.out))
    question = workspace.translator.translate(_PLACE, registry=registry, data=data, out=out)
    if not (sys.stdin.isatty() and agreed(question)):
        raise UsageError(phrase(_NAME_IT, registry=registry, data=data, out=out))
