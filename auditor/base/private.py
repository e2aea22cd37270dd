"""Folders that are for their owner alone, whatever the machine's umask."""

from pathlib import Path


def make_private(folder: Path) -> None:
    """Make `folder`, and whatever is missing above it, mode 0700; one that is there is left as it is.

    `Path.mkdir` gives its mode to the last folder alone. Raises `OSError`.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory")
