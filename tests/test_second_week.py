"""What a run takes over from the week before turns no cell: it finds what a run that knows nothing finds."""

import tempfile
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from benchmarks.least import CONTROLS, second_week
from benchmarks.least_vk import plain_loop
from benchmarks.second_week import requests_of_second_week
from tests import worlds

_CONTROLS = 5
"""Of VK, one by one: two lists of names, the name that must not be there by itself, a wall and a thread."""


@pytest.mark.parametrize("world", [worlds.alike(channels=4), World.build()], ids=["busy", "demo"])
def test_green_and_red_of_a_second_week_are_those_of_a_cold_one(world: World) -> None:
    """Over the preview, which shows no counts of old talks: it asks what a plain loop asks, and its controls."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        (_, asked, _, _), (_, plain, _, _) = second_week(world, sandbox, Path(folder))
    assert asked <= plain + CONTROLS


def test_talks_on_vk_that_were_read_cost_the_second_week_nothing(tmp_path: Path) -> None:
    """People have talked for a month: beside controls a page costs its wall and the three talks of this week."""
    world = worlds.alike("vk", channels=4)
    with Sandbox(world) as sandbox:
        asked = requests_of_second_week(world, sandbox, tmp_path, sandbox.settings(), "vk")
        plain = plain_loop(sandbox, world, world.now)
    assert asked == _CONTROLS + 4 * (1 + 3)
    assert plain > 5 * asked
