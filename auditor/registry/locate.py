"""Which registry a command reads (DESIGN.md section 7)."""

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from auditor.base.errors import UsageError
from auditor.base.packaged import packaged

_NAME = "officials.yaml"


def locate_registry(explicit: Path | str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the first of ``--registry``, ``AUDITOR_REGISTRY``, ``./officials.yaml``, the user's own, the packaged one.

    `explicit` is what ``--registry`` was given. Relative paths are from `cwd`. Raises `UsageError` where one that was
    asked for by name does not exist: another registry in its place would judge other people.
    """
    for asked, by in ((explicit, "--registry"), (environ.get("AUDITOR_REGISTRY"), "AUDITOR_REGISTRY")):
        if asked is None or not str(asked).strip():
            continue
        path = cwd / Path(asked).expanduser()
        if not path.is_file():
            raise UsageError(f"there is no registry {str(asked)!r} ({by}); check the path")
        return path
    own = platformdirs.user_config_path("auditor", appauthor=False) / _NAME
    for path in (cwd / _NAME, own):
        if path.is_file():
            return path
    return packaged(_NAME)
