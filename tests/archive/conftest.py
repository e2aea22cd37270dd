"""An archive that is filled once, and a copy of it for each test that changes it."""

import shutil
from pathlib import Path

import pytest

from tests.archive_samples import fill


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `tests.archive_samples`; it is only read."""
    return fill(tmp_path_factory.mktemp("archive") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(whole, tmp_path / "a"))
