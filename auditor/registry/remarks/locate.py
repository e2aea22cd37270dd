"""Where what is said to the reports lies: beside the registry, or where a setting says."""

import os
from pathlib import Path

from auditor.base.errors import UsageError


def locate_remarks(asked: Path | None, registry: Path, name: str) -> Path | None:
    """Return the file that a setting asked for, else `name` beside the registry, else None.

    Raises `UsageError` where one that was asked for does not exist: a report without it would hide a reply.
    """
    if asked is not None:
        if not asked.exists():
            raise UsageError(f"there is no file {str(asked)!r}, which the settings name for {name}; check the path")
        return asked
    path = registry.parent / name
    return path if os.path.lexists(path) else None  # a broken link is told of, not passed over
