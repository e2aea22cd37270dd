"""Fixtures: one filled archive for all tests that only read, and a copy of it for each test that changes it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.archive import Archive
from tests.archive_samples import fill


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the archive of `tests.archive_samples`; tests only read it."""
    return fill(tmp_path_factory.mktemp("archive") / "a")


@pytest.fixture
def data(shared_folder: Path, tmp_path: Path) -> Path:
    """Return the folder of a copy of the filled archive, for a test that changes it."""
    return Path(shutil.copytree(shared_folder, tmp_path / "a"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Yield a new, empty archive that is open for writing."""
    with Archive.open(tmp_path) as new_archive:
        yield new_archive


@pytest.fixture
def shared_archive(shared_folder: Path) -> Iterator[Archive]:
    """Yield the shared filled archive, open for reading."""
    with Archive.read(shared_folder) as filled_archive:
        yield filled_archive
