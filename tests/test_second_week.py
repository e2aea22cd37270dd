"""What a run takes over from the week before turns no cell: it finds what a run that knows nothing finds."""

import tempfile
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from benchmarks.least import second_week
from tests import worlds


@pytest.mark.parametrize("world", [worlds.busy(channels=4, posts=3, comments=6), World.build()], ids=["busy", "demo"])
def test_green_and_red_of_a_second_week_are_those_of_a_cold_one(world: World) -> None:
    """Over the preview, which does not show that an old talk has grown; and a plain loop asks more."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        (_, asked, _, _), (_, plain, _, _) = second_week(world, sandbox, Path(folder))
    assert plain > asked
