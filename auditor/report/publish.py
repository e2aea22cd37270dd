"""Publishes what `site` yields: only what was made before is replaced, somebody else's files stay.

``published.json`` names the files that are ours with their digests, the arguments of which they were made, and of each
week what its own pages hang on, so that an unchanged week is not drawn again. Files are replaced one by one, the page
that opens the folder last; a run that is killed is made good by the next.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.base.errors import CannotRunError
from auditor.base.files import open_plain, remove_scraps, write_file

NAME = "published.json"
_STAGED = ".publishing"


@dataclass(frozen=True, slots=True)
class Published:
    """What lies in a folder and is ours."""

    files: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each file, by its path."""
    weeks: Mapping[str, str] = field(default_factory=dict)
    """Of each published week the hash of all that its own pages hang on."""
    made: dict[str, Any] = field(default_factory=dict)
    """The arguments: ``as_of``, ``lang``, ``week`` and what the settings say of the folder."""
    program: str = ""

    def of_week(self, week: str) -> list[str]:
        """Return the paths of a week's own files."""
        return [path for path in self.files if path.startswith(f"{week}/")]


def read_published(out: Path) -> Published:
    """Return what is ours in `out`; nothing where there is no such file. Raises `CannotRunError` for a damaged one."""
    try:
        with open_plain(out / NAME) as file:
            told = json.loads(file.read())
        return Published(files=told["files"], weeks=told["weeks"], made=told["made"], program=told["program"])
    except FileNotFoundError:
        return Published()
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRunError(
            f"{out / NAME}: cannot be read, so it is not known which files are ours; publish into an empty folder"
        ) from None


def publish(
    draw: Callable[[Collection[str]], Iterable[tuple[str, bytes]]],
    out: Path,
    weeks: Mapping[str, str],
    made: dict[str, Any],
    *,
    drop: str = "",
) -> None:
    """Write the pages that `draw` yields into `out`, and remove what was ours and is no more.

    `weeks` are those of the pages, by the hash of all that they hang on; `draw` is given those that lie there and are
    unchanged, and leaves their own files out. Raises `CannotRunError` where a published week is not among `weeks` and
    is not the one to `drop`, where that one is among them, where somebody else's file is in the place of one of ours
    and where the folder cannot be written.
    """
    if drop in weeks:
        raise CannotRunError(
            f"--drop-week {drop}: the archive holds this week; to take it back, name it in corrections.yaml, withdrawn"
        )
    with _alone(out):
        before = read_published(out)
        for week in before.weeks:
            if week not in weeks and week != drop:
                raise CannotRunError(
                    f"{out}: week {week} is published and the archive does not hold it; nothing was changed. To take "
                    f"it away: auditor report --drop-week {week}"
                )
        done = _unchanged(before, weeks, out)
        kept = {path for week in done for path in before.of_week(week)}
        staged = dict(_stage(draw(done), out))
        files = {path: before.files[path] for path in kept} | staged
        _require_ours(out, before, staged)
        _note(out, Published({**before.files, **files}, {}, before.made, __version__))
        _replace(out, staged)
        _remove(out, before.files.keys() - files.keys())
        _note(out, Published(dict(sorted(files.items())), dict(sorted(weeks.items())), made, __version__))


def _unchanged(before: Published, weeks: Mapping[str, str], out: Path) -> list[str]:
    """Return the published weeks that hang on the same as before, and whose files are as they were."""
    same = [week for week, key in weeks.items() if before.weeks.get(week) == key]
    return [week for week in same if all(_is(out / path, before.files[path]) for path in before.of_week(week))]


def _is(path: Path, told: str) -> bool:
    return path.is_file() and digest(path.read_bytes()) == told


def digest(body: bytes) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(body).hexdigest()


def _stage(pages: Iterable[tuple[str, bytes]], out: Path) -> Iterator[tuple[str, str]]:
    """Write what has changed beside the published files, and yield every path with its digest."""
    for path, body in pages:
        told = digest(body)
        if not _is(out / path, told):
            staged = out / _STAGED / path
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(body)
        yield path, told


def _require_ours(out: Path, before: Published, staged: Iterable[str]) -> None:
    for path in staged:
        if path not in before.files and (out / path).exists() and (out / _STAGED / path).exists():
            raise CannotRunError(f"{out / path}: is not ours; move it away, or publish into another folder")


def _replace(out: Path, staged: Iterable[str]) -> None:
    """Put the staged files in their places, in their order: what leads to others comes last."""
    for path in staged:
        if (out / _STAGED / path).is_file():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / _STAGED / path).chmod(0o644)
            (out / _STAGED / path).replace(out / path)


def _remove(out: Path, paths: Iterable[str]) -> None:
    """Remove what was ours, and the folders that are empty then."""
    for path in paths:
        (out / path).unlink(missing_ok=True)
        for folder in (out / path).parents:
            if folder == out or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


def _note(out: Path, told: Published) -> None:
    text = {"program": told.program, "made": told.made, "weeks": told.weeks, "files": told.files}
    write_file(out / NAME, json.dumps(text, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Lock the folder itself, and clear it of what a killed process left: the kernel's lock ends with the process."""
    try:
        with ExitStack() as closing:
            out.mkdir(parents=True, exist_ok=True)
            folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
            closing.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
            remove_scraps(out)
            closing.callback(_clear, out / _STAGED)
            _clear(out / _STAGED)
            yield
    except OSError as error:
        raise CannotRunError(f"the report cannot be written to {out}: {error.strerror or error}") from error


def _clear(staged: Path) -> None:
    for path in sorted(staged.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if staged.is_dir():
        staged.rmdir()


# The folder against the archive --------------------------------------------------------------------------------------


def compare(out: Path, made_again: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Yield what differs in a published folder, each path with what is wrong.

    ``missing``; ``changed`` since it was published; ``differs``: as it was published, and made otherwise or not at all
    now; ``unknown``: made now, and not published then; ``strange``: somebody else's.
    """
    told = read_published(out)
    again = {path: digest(body) for path, body in made_again}
    for path, published in sorted(told.files.items()):
        if not (out / path).is_file():
            yield path, "missing"
        elif not _is(out / path, published):
            yield path, "changed"
        elif again.get(path) != published:
            yield path, "differs"
    yield from ((path, "unknown") for path in sorted(again.keys() - told.files.keys()))
    lying = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_symlink() or not path.is_dir()}
    yield from ((path, "strange") for path in sorted(lying - told.files.keys() - {NAME}))
