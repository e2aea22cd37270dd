"""An archive that is filled once, and a copy of it for each test that changes it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.archive import Archive
from tests.archive_samples import fill


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `tests.archive_samples`; it is only read."""
    return fill(tmp_path_factory.mktemp("archive") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(whole, tmp_path / "a"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """One that was just begun."""
    with Archive.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def stored(whole: Path) -> Iterator[Archive]:
    """The one that is only read."""
    with Archive.read(whole) as opened:
        yield opened
