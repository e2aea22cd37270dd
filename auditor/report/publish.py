"""Publish drawn files into a folder; files there that were not published before are neither changed nor removed.

``published.json`` lists the published files with their digests, the arguments they were made from, the seal, a digest
of remarks and settings and one of what drew them, and for each week a hash of everything its own pages depend on, so
that an unchanged week is not drawn again.
Files are replaced one by one, the front page last; the next run repairs a folder left by a killed one.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from auditor import __version__
from auditor.base.errors import CannotRunError, os_error_text
from auditor.base.files import open_plain, remove_scraps, write_file
from auditor.base.text import N_, phrase
from auditor.report.drawing import drawing_digest

NAME = "published.json"
_STAGED = ".publishing"
_PART = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,255}"
_WEEK = re.compile(r"\d{4}-W\d\d")
_OWN_PATH = re.compile(rf"{_PART}(?:/{_PART}){{0,3}}")
"""A published path, which cannot lead out of the folder."""


@dataclass(frozen=True, slots=True)
class PublishedFolder:
    """What was published in a folder."""

    files: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each file, by its path."""
    weeks: Mapping[str, str] = field(default_factory=dict)
    """By week, the hash of everything that its own pages depend on."""
    made: dict[str, Any] = field(default_factory=dict)
    """The arguments ``as_of``, ``lang`` and ``week``, the seal, and the digest of remarks and settings."""
    program: str = ""
    """The version of the program."""
    drawing: str = ""
    """`drawing_digest` of the program that drew the files; empty for auditor 1.0, which did not record it."""

    @property
    def drawn_by(self) -> str:
        """The version that drew the files, with the beginning of their drawing's digest, for readers."""
        return f"{self.program}+{self.drawing[:12]}" if self.drawing else self.program

    def of_week(self, week: str) -> list[str]:
        """Return the paths of a week's own files."""
        return [path for path in self.files if path.startswith(f"{week}/")]


def read_published(out: Path) -> PublishedFolder:
    """Return what was published in `out`, empty without a list. Raises `CannotRunError` for a damaged list."""
    try:
        with open_plain(out / NAME) as file:
            published = TypeAdapter(PublishedFolder).validate_json(file.read(), strict=True)
        if all(_OWN_PATH.fullmatch(path) for path in published.files) and all(
            _WEEK.fullmatch(week) for week in published.weeks
        ):
            return published
    except FileNotFoundError:
        return PublishedFolder()
    except (OSError, ValueError):
        pass
    raise CannotRunError(
        phrase(
            "{out}: cannot be read, so it is not known which files are ours; publish into an empty folder",
            out=out / NAME,
        )
    )


def publish(
    draw: Callable[[Collection[str]], Iterable[tuple[str, bytes]]],
    out: Path,
    weeks: Mapping[str, str],
    recipe: dict[str, Any],
    *,
    drop: Collection[str] = (),
) -> None:
    """Write the pages that `draw` yields into `out`, and remove published files that are not made any more.

    `weeks` has, by week, the hash of everything its pages depend on. `draw` is given the unchanged weeks and leaves out
    their own files. Raises `CannotRunError` if a published week is neither in `weeks` nor in `drop`, if one in `drop`
    is in `weeks` or not published, if a foreign file or link is in the place of a published one, or if the folder
    cannot be written.
    """
    program = __version__, drawing_digest()
    with _lock_folder(out):
        previous = read_published(out)
        _require_weeks(out, previous, weeks, drop)
        unchanged = _unchanged(previous, weeks, out)
        retained_paths = {path for week in unchanged for path in previous.of_week(week)}
        drawn_paths = dict(_stage(draw(unchanged), out))
        files = {path: previous.files[path] for path in retained_paths} | drawn_paths
        _refuse_foreign_files(out, previous, drawn_paths)
        # First list old and new files as ours, with no week valid, so that a killed run can be repaired.
        _write_list(
            out,
            PublishedFolder({**previous.files, **files}, dict.fromkeys(previous.weeks, ""), previous.made, *program),
        )
        _replace(out, drawn_paths)
        _remove(out, previous.files.keys() - files.keys())
        _write_list(out, PublishedFolder(dict(sorted(files.items())), dict(sorted(weeks.items())), recipe, *program))


def _require_weeks(out: Path, previous: PublishedFolder, weeks: Collection[str], drop: Collection[str]) -> None:
    for week in drop:
        if week in weeks:
            raise CannotRunError(
                phrase(
                    "--drop-week {week}: the archive holds this week; to take it back, name it "
                    "in corrections.yaml, withdrawn",
                    week=week,
                )
            )
        if week not in previous.weeks:
            raise CannotRunError(
                phrase(
                    "--drop-week {week}: this week is not published in {out}; nothing was changed", week=week, out=out
                )
            )
    lost = [week for week in previous.weeks if week not in weeks and week not in drop]
    if lost:
        raise CannotRunError(
            phrase(
                "{out}: published, and not in the archive as of this moment: {lost}; nothing was changed. To take away "
                "what is lost: auditor report {list}",
                out=out,
                lost=", ".join(lost),
                list=" ".join(f"--drop-week {week}" for week in [*drop, *lost]),
            )
        )


def _unchanged(previous: PublishedFolder, weeks: Mapping[str, str], out: Path) -> list[str]:
    """Return the published weeks whose hash and files have not changed."""
    same = [week for week, key in weeks.items() if previous.weeks.get(week) == key]
    return [
        week for week in same if all(_has_digest(out / path, previous.files[path]) for path in previous.of_week(week))
    ]


def _has_digest(path: Path, expected_digest: str) -> bool:
    return path.is_file() and digest(path.read_bytes()) == expected_digest


def digest(body: bytes) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(body).hexdigest()


def _stage(pages: Iterable[tuple[str, bytes]], out: Path) -> Iterator[tuple[str, str]]:
    """Write changed files into the staging folder, and yield every path with its digest."""
    for path, body in pages:
        file_digest = digest(body)
        if not _has_digest(out / path, file_digest):
            staged = out / _STAGED / path
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(body)
        yield path, file_digest


_NOT_OURS = N_("{place}: is not ours; move it away, or publish into another folder")
_UNLISTED = N_("{place}: is not ours, or {list}, which would say so, is missing; move it away, or publish elsewhere")


def _refuse_foreign_files(out: Path, previous: PublishedFolder, drawn_paths: Iterable[str]) -> None:
    """Refuse a foreign file or link in the place of a published file, and a folder that is a link."""
    message = _NOT_OURS if previous.program else _UNLISTED
    for path in drawn_paths:
        if not (out / _STAGED / path).exists():
            continue
        links = [place for place in (out / path).parents if out in place.parents and place.is_symlink()]
        if links or (path not in previous.files and os.path.lexists(out / path)):
            place = links[0] if links else out / path
            raise CannotRunError(phrase(message, place=place, list=NAME))


def _replace(out: Path, drawn_paths: Iterable[str]) -> None:
    """Move the staged files into place in the order in which they were drawn."""
    for path in drawn_paths:
        if (out / _STAGED / path).is_file():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / _STAGED / path).chmod(0o644)
            (out / _STAGED / path).replace(out / path)


def _remove(out: Path, paths: Iterable[str]) -> None:
    """Remove published files, and the folders that become empty."""
    for path in paths:
        (out / path).unlink(missing_ok=True)
        for folder in (out / path).parents:
            if folder == out or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


def _write_list(out: Path, published: PublishedFolder) -> None:
    text = {"program": published.program, "drawing": published.drawing, "made": published.made}
    text |= {"weeks": published.weeks, "files": published.files}
    write_file(out / NAME, json.dumps(text, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _lock_folder(out: Path) -> Iterator[None]:
    """Lock the folder, which ends with the process, and remove the leftovers of a killed one."""
    try:
        with ExitStack() as closing:
            out.mkdir(parents=True, exist_ok=True)
            folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
            closing.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
            remove_scraps(out / NAME)
            closing.callback(_clear, out / _STAGED)
            _clear(out / _STAGED)
            yield
    except OSError as error:
        raise CannotRunError(
            phrase("the report cannot be written to {out}: {why}", out=out, why=os_error_text(error))
        ) from error


def _clear(staged: Path) -> None:
    if staged.is_symlink():
        raise CannotRunError(phrase(_NOT_OURS, place=staged))
    if staged.is_dir():
        shutil.rmtree(staged)


# The folder against the archive --------------------------------------------------------------------------------------


def diff_folder(out: Path, rebuilt: Iterable[tuple[str, bytes]] | None) -> Iterator[tuple[str, str]]:
    """Yield each path that differs in a published folder, with the kind of difference.

    ``missing``; ``changed`` since it was published; ``differs``: unchanged, but rebuilt otherwise or not at all;
    ``unknown``: rebuilt but never published; ``strange``: not in the list. Without `rebuilt`, files are compared only
    with the list.
    """
    recorded = read_published(out)
    rebuilt_digests = recorded.files if rebuilt is None else {path: digest(body) for path, body in rebuilt}
    for path, recorded_digest in sorted(recorded.files.items()):
        if not (out / path).is_file():
            yield path, "missing"
        elif not _has_digest(out / path, recorded_digest):
            yield path, "changed"
        elif rebuilt_digests.get(path) != recorded_digest:
            yield path, "differs"
    yield from ((path, "unknown") for path in sorted(rebuilt_digests.keys() - recorded.files.keys()))
    present_paths = {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    yield from ((path, "strange") for path in sorted(present_paths - recorded.files.keys() - {NAME}))
