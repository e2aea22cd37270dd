"""What a run takes over from the week before turns no cell: it finds what a run that knows nothing finds."""

import tempfile
from pathlib import Path

import pytest

from auditor.base.snapshot import Route
from auditor.sandbox import Sandbox, World
from benchmarks.requests import CONTROLS, plain_loop, second_week
from tests import worlds


@pytest.mark.parametrize("world", [worlds.alike(channels=4), World.build()], ids=["busy", "demo"])
def test_green_and_red_of_a_second_week_are_those_of_a_cold_one(world: World) -> None:
    """Over the preview, which shows no counts of old talks: it asks what a plain loop asks, and its controls."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        week = second_week(world, sandbox, Path(folder), Route.TELEGRAM_PREVIEW)
        plain = plain_loop(sandbox, world, Route.TELEGRAM_PREVIEW)
    assert week.asked <= plain + CONTROLS[Route.TELEGRAM_PREVIEW]


def test_talks_on_vk_that_were_read_cost_the_second_week_nothing(tmp_path: Path) -> None:
    """People have talked for a month: beside controls a page costs its wall and the three talks of this week.

    The plan that is made between the two weeks is within a fifth of that.
    """
    world = worlds.alike("vk", channels=4)
    with Sandbox(world) as sandbox:
        week = second_week(world, sandbox, tmp_path, Route.VK)
    assert week.asked == CONTROLS[Route.VK] + 4 * (1 + 3)
    assert week.planned == pytest.approx(week.asked, rel=0.2)
