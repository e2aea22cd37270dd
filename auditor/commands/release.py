"""Keep the archive as one encrypted file of a draft release of a repository.

The next file is uploaded beside the one that was taken back, and only when it has come back whole does the earlier one
go. Nobody but those who may write to the repository sees a draft's files; age encrypts them all the same, with a key
that the release does not hold. ``gh`` speaks with the server: it has the token, and knows how to find a draft.
"""

import json
import re
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pyrage

from auditor.archive.connection import FILE
from auditor.base.archive_lock import hold_lock, make_private_folder
from auditor.base.errors import CannotRunError, SettingsError
from auditor.base.files import write_file
from auditor.base.safe import one_line
from auditor.base.secrets import Secret
from auditor.base.text import N_, phrase

_NAME = re.compile(r"archive-\d{8}T\d{6}Z-([0-9a-f]{32})\.age")
"""A file of the release: its moment, by which the newest is known, and the beginning of its SHA-256."""
_LEFT_OUT = re.compile(r"lock|taken\.json|.*\.session(-journal)?|.*\.part(\..*)?")
"""Files of an archive that stay on the machine: locks, sessions of accounts, what a killed process left."""
_TAKEN = "taken.json"
"""Names the files that the release had when the archive was taken from it: whatever else is there, another run put."""

_NO_GH = N_("`gh`, GitHub's program, is missing here; install it")
_GH = N_("release {tag}: `gh release {command}` failed ({why}); try again later")
_NO_RELEASE = N_("the repository has no release {tag}, and so no archive; for a first run say so (`auditor ci begin`)")
_NO_ARCHIVE = N_("release {tag} holds no archive; for a first run say so (`auditor ci begin`)")
_HAS_ARCHIVE = N_("release {tag} holds an archive already ({name}); this is no first run")
_DATA = N_("{data}: there is an archive already, and the release's would replace it; name another folder with --data")
_DAMAGED = N_("release {tag}: {name} is not what was put there; nothing was changed. Try again, then remove that file")
_WRONG_KEY = N_("release {tag}: the key of the archive does not open {name}; nothing was changed")
_NOT_TAKEN = N_("{data}: this archive was not taken from the release; `auditor ci take` or `auditor ci begin` first")
_OTHER_RUN = N_(
    "release {tag}: another run has put its archive there ({name}); this one's is not put beside it, run again"
)
_NO_KEY = N_(
    "no key of the archive: make it the repository's secret ARCHIVE_KEY, at home name its file in archive_key_file; "
    "without it the archive is neither opened nor kept"
)
_BAD_KEY = N_("the key of the archive (secret ARCHIVE_KEY, archive_key_file) is none of age: AGE-SECRET-KEY-1…")


def new_key() -> Secret:
    """Return a new key for the archive."""
    return Secret(str(pyrage.x25519.Identity.generate()))


@dataclass(frozen=True, slots=True)
class Release:
    """The draft release of this name, which holds the archive as one file."""

    tag: str
    key: Secret | None

    def begin(self, data: Path) -> None:
        """Make the release if it is not there, for an archive that is not there yet.

        Raises `CannotRunError` if it holds one.
        """
        self._identity()
        files = self._files() if self._exists() else None
        if complete := _complete(files or {}):
            self._refuse(_HAS_ARCHIVE, name=complete[-1])
        if files is None:
            self._gh("create", "--draft", "--title", self.tag, "--notes", _NOTES)
        _write_taken(data, files or {})

    def take(self, data: Path, *, first: bool = False) -> str:
        """Put the release's archive into the folder `data`; return the file's name.

        With `first` a release that holds none is made, and the name is empty: only a person says that none is missing.
        Raises `CannotRunError` if there is none, if it is damaged or the key does not open it; `data` stays as it was.
        """
        self._identity()
        if (data / FILE).exists():
            raise CannotRunError(phrase(_DATA, data=data))
        exists = self._exists()
        files = self._files() if exists else {}
        if not (complete := _complete(files)):
            if first:
                self.begin(data)
                return ""
            self._refuse(_NO_ARCHIVE if exists else _NO_RELEASE)
        make_private_folder(data)
        with self._downloaded(complete[-1], data.absolute().parent) as packed:
            _unpack(packed, data)
        _write_taken(data, files)
        return complete[-1]

    def keep(self, data: Path, now: datetime) -> str:
        """Put the archive in `data` there in place of the one that was taken; return the file's name.

        Raises `CannotRunError` if another run has put its own there since, or the file does not come back whole. What
        was there before then stays.
        """
        identity = self._identity()
        if not (data / _TAKEN).exists():
            raise CannotRunError(phrase(_NOT_TAKEN, data=data))
        with TemporaryDirectory(dir=data.absolute().parent) as place, hold_lock(data):
            packed, encrypted = Path(place, "archive.tar"), Path(place, "archive.age")
            _pack(data, packed)
            with packed.open("rb") as plain, encrypted.open("wb") as sealed:
                pyrage.encrypt_io(plain, sealed, [identity.to_public()])
            named = encrypted.rename(Path(place, f"archive-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_sum(encrypted)}.age"))
            self._require_no_other(data)
            self._gh("upload", str(named))
            self._verify(named.name, _sum(packed), Path(place), data)
        for name in self._files():
            if name != named.name:
                self._gh("delete-asset", name, "--yes")
        _write_taken(data, [named.name])
        return named.name

    def _verify(self, name: str, packed_sum: str, place: Path, data: Path) -> None:
        """Take the uploaded file back and compare; remove it if it differs, or if another run has put one beside it."""
        try:
            with self._downloaded(name, place) as packed:
                if _sum(packed) != packed_sum:
                    self._refuse(_DAMAGED, name=name)
            self._require_no_other(data, name)
        except CannotRunError:
            self._gh("delete-asset", name, "--yes")
            raise

    def _require_no_other(self, data: Path, own: str = "") -> None:
        """Raise `CannotRunError` if the release has a file that was not there when the archive was taken."""
        taken = json.loads((data / _TAKEN).read_text(encoding="utf-8"))
        if others := self._files().keys() - {*taken, own}:
            self._refuse(_OTHER_RUN, name=max(others))

    @contextmanager
    def _downloaded(self, name: str, place: Path) -> Iterator[Path]:
        """Download a file into a folder of its own in `place`, decrypt it, and yield the path of the tar."""
        with TemporaryDirectory(dir=place, prefix="taken-") as folder:
            encrypted, packed = Path(folder, name), Path(folder, "archive.tar")
            self._gh("download", "--pattern", name, "--dir", folder)
            match = _NAME.fullmatch(name)
            if match is None or _sum(encrypted) != match[1]:
                self._refuse(_DAMAGED, name=name)
            try:
                with encrypted.open("rb") as sealed, packed.open("wb") as plain:
                    pyrage.decrypt_io(sealed, plain, [self._identity()])
            except pyrage.DecryptError:
                self._refuse(_WRONG_KEY, name=name)
            yield packed

    def _identity(self) -> pyrage.x25519.Identity:
        if not self.key:
            raise SettingsError(phrase(_NO_KEY))
        try:
            return pyrage.x25519.Identity.from_str(self.key)
        except pyrage.IdentityError:
            raise SettingsError(phrase(_BAD_KEY)) from None

    def _exists(self) -> bool:
        releases = json.loads(_gh(self.tag, "list", "--limit", "1000", "--json", "tagName"))
        return any(release["tagName"] == self.tag for release in releases)

    def _files(self) -> dict[str, str]:
        """Return all files of the release, each with its state: ``uploaded``, or ``starter`` where a run was killed."""
        assets = json.loads(self._gh("view", "--json", "assets"))["assets"]
        return {asset["name"]: asset["state"] for asset in assets}

    def _gh(self, command: str, *arguments: str) -> str:
        return _gh(self.tag, command, self.tag, *arguments)

    def _refuse(self, message: str, **params: object) -> NoReturn:
        raise CannotRunError(phrase(message, tag=self.tag, **params))


_NOTES = "Зашифрованный архив программы auditor. Не публикуйте и не удаляйте: следующая проверка начинает с него."


def _gh(tag: str, command: str, *arguments: str) -> str:
    """Run ``gh release COMMAND``; return what it prints. Raises `CannotRunError`: an error is never an absence."""
    try:
        line = ["gh", "release", command, *arguments]
        done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, and our own words
    except FileNotFoundError:
        raise CannotRunError(phrase(_NO_GH)) from None
    if done.returncode:
        why = one_line(done.stderr.strip())[:200] or str(done.returncode)
        raise CannotRunError(phrase(_GH, tag=tag, command=command, why=why))
    return done.stdout


def _complete(files: Mapping[str, str]) -> list[str]:
    """Return the names of the archives that were uploaded to their end, the newest last."""
    return sorted(name for name, state in files.items() if state == "uploaded" and _NAME.fullmatch(name))


def _write_taken(data: Path, names: Iterable[str]) -> None:
    make_private_folder(data)
    write_file(data / _TAKEN, json.dumps(sorted(names)), mode=0o600)


def _unpack(packed: Path, data: Path) -> None:
    """Put the files of a tar into `data`; the database comes last, since what is without it is no archive."""
    unpacked = packed.with_suffix("")
    with tarfile.open(packed) as tar:
        tar.extractall(unpacked, filter="data")
    for path in sorted(unpacked.iterdir(), key=lambda path: path.name == FILE):
        path.replace(data / path.name)


def _pack(data: Path, packed: Path) -> None:
    """Write the files of an archive into a tar, in the order of their names."""
    with tarfile.open(packed, "w") as tar:
        for path in sorted(data.rglob("*")):
            if path.is_file() and not _LEFT_OUT.fullmatch(path.name):
                tar.add(path, path.relative_to(data))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:32]
