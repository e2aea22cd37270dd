"""Publishes what `site` yields: only what was made before is replaced, somebody else's files stay.

``published.json`` names the files that are ours with their digests, the arguments of which they were made, and of each
week what its own pages hang on, so that an unchanged week is not drawn again. Files are replaced one by one, the page
that opens the folder last; a run that is killed is made good by the next.
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

NAME = "published.json"
_STAGED = ".publishing"
_PART = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,255}"
_WEEK = re.compile(r"\d{4}-W\d\d")
_OURS = re.compile(rf"{_PART}(?:/{_PART}){{0,3}}")
"""A path of ours: none leads out of the folder."""


@dataclass(frozen=True, slots=True)
class PublishedFolder:
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


def read_published(out: Path) -> PublishedFolder:
    """Return what is ours in `out`; nothing where there is no such file. Raises `CannotRunError` for a damaged one."""
    try:
        with open_plain(out / NAME) as file:
            told = TypeAdapter(PublishedFolder).validate_json(file.read(), strict=True)
        if all(_OURS.fullmatch(path) for path in told.files) and all(_WEEK.fullmatch(week) for week in told.weeks):
            return told
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
    made: dict[str, Any],
    *,
    drop: Collection[str] = (),
) -> None:
    """Write the pages that `draw` yields into `out`, and remove what was ours and is no more.

    `weeks` are those that may not get lost, by the hash of all that their pages hang on; `draw` is given those that lie
    there and are unchanged, and leaves their own files out. Raises `CannotRunError` where a published week is not among
    `weeks` and not one to `drop`, where one to drop is among them or is not published, where somebody else's file or
    link is in the place of one of ours and where the folder cannot be written.
    """
    with _lock_folder(out):
        before = read_published(out)
        _require_weeks(out, before, weeks, drop)
        done = _unchanged(before, weeks, out)
        kept = {path for week in done for path in before.of_week(week)}
        staged = dict(_stage(draw(done), out))
        files = {path: before.files[path] for path in kept} | staged
        _require_ours(out, before, staged)
        _note(
            out, PublishedFolder({**before.files, **files}, dict.fromkeys(before.weeks, ""), before.made, __version__)
        )
        _replace(out, staged)
        _remove(out, before.files.keys() - files.keys())
        _note(out, PublishedFolder(dict(sorted(files.items())), dict(sorted(weeks.items())), made, __version__))


def _require_weeks(out: Path, before: PublishedFolder, weeks: Collection[str], drop: Collection[str]) -> None:
    for week in drop:
        if week in weeks:
            raise CannotRunError(
                phrase(
                    "--drop-week {week}: the archive holds this week; to take it back, name it "
                    "in corrections.yaml, withdrawn",
                    week=week,
                )
            )
        if week not in before.weeks:
            raise CannotRunError(
                phrase(
                    "--drop-week {week}: this week is not published in {out}; nothing was changed", week=week, out=out
                )
            )
    lost = [week for week in before.weeks if week not in weeks and week not in drop]
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


def _unchanged(before: PublishedFolder, weeks: Mapping[str, str], out: Path) -> list[str]:
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


_NOT_OURS = N_("{place}: is not ours; move it away, or publish into another folder")
_UNLISTED = N_("{place}: is not ours, or {list}, which would say so, is missing; move it away, or publish elsewhere")


def _require_ours(out: Path, before: PublishedFolder, staged: Iterable[str]) -> None:
    """Refuse a file or a link of another's in the place of one of ours, and a folder that is a link."""
    message = _NOT_OURS if before.program else _UNLISTED
    for path in staged:
        if not (out / _STAGED / path).exists():
            continue
        links = [place for place in (out / path).parents if out in place.parents and place.is_symlink()]
        if links or (path not in before.files and os.path.lexists(out / path)):
            place = links[0] if links else out / path
            raise CannotRunError(phrase(message, place=place, list=NAME))


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


def _note(out: Path, told: PublishedFolder) -> None:
    text = {"program": told.program, "made": told.made, "weeks": told.weeks, "files": told.files}
    write_file(out / NAME, json.dumps(text, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _lock_folder(out: Path) -> Iterator[None]:
    """Lock the folder itself, and clear it of what a killed process left: the kernel's lock ends with the process."""
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


def diff_folder(out: Path, made_again: Iterable[tuple[str, bytes]] | None) -> Iterator[tuple[str, str]]:
    """Yield what differs in a published folder, each path with what is wrong.

    ``missing``; ``changed`` since it was published; ``differs``: as it was published, and made otherwise or not at all
    now; ``unknown``: made now, and not published then; ``strange``: somebody else's. Without what is `made_again` the
    files are held against the list alone.
    """
    told = read_published(out)
    again = told.files if made_again is None else {path: digest(body) for path, body in made_again}
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
