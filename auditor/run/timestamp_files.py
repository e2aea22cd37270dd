"""The time stamps of seals: files in the archive's folder that are proofs by themselves and covered by no seal."""

from pathlib import Path

from auditor.base.files import make_private, write_file


def _stamp_path(folder: Path, seal: str) -> Path:
    return folder / "stamps" / f"{seal}.tsr"


def keep_stamp(folder: Path, seal: str, token: bytes) -> None:
    """Keep the time stamp of a seal. Raises `OSError`."""
    make_private(_stamp_path(folder, seal).parent)
    write_file(_stamp_path(folder, seal), token, mode=0o600)


def stamp_of(folder: Path | None, seal: str) -> bytes | None:
    """Return the time stamp of a seal, or None."""
    path = _stamp_path(folder, seal) if folder is not None and seal else None
    return path.read_bytes() if path is not None and path.is_file() else None
