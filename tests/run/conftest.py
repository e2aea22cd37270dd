"""Two weeks of seven offices, judged and stored: made once and only read; a test that changes them copies them."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from tests.pipeline import few, make_week


@pytest.fixture(scope="session")
def two_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with registry and archive of 2026-W46 and 2026-W47, each looked at on the Tuesday after it."""
    folder, world = tmp_path_factory.mktemp("two-weeks"), few(World.build(past=2))
    with Sandbox(world) as sandbox:
        for now in (world.now - timedelta(weeks=1), world.now):
            make_week(sandbox, folder, now)
    return folder
