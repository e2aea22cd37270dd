"""A run asks little more than the least that the world allows, and next to nothing again (`benchmarks.requests`)."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.base import Window
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import PostKind
from benchmarks.requests import ZONE, counted, least
from tests import worlds

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.mark.parametrize(
    ("route", "most"), [(Route.VK, 1.17), (Route.TELEGRAM_PREVIEW, 1.15), (Route.TELEGRAM_CLIENT, 1.1)]
)
def test_a_cold_week_is_near_the_least(route: Route, most: float, tmp_path: Path) -> None:
    """Of the invented week, by each route; a wall of VK that is flooded is asked thrice."""
    world = World.build()
    with Sandbox(world) as sandbox:
        assert counted(world, tmp_path, sandbox, world.now, route) <= most * least(world, route)


def test_the_same_week_again_takes_one_preview_a_channel(tmp_path: Path) -> None:
    """No discussion is asked for but the control's, nor any page of somebody who answers."""
    world = worlds.alike(channels=4)
    with Sandbox(world) as sandbox:
        pages(world, sandbox, tmp_path, world.now)
        previews, others = pages(world, sandbox, tmp_path, world.now + HOUR)
    assert max(previews.values()) == 1
    assert others == 1


def test_the_next_week_of_a_channel_takes_its_page_and_the_discussions_of_the_window(tmp_path: Path) -> None:
    """And at most the landing page: the preview does not tell which discussion has grown since."""
    before = worlds.busy(channels=3, posts=3, comments=6)
    world = worlds.busy(channels=3, posts=3, comments=6)
    channels = [a for a in world.accounts if a.network == "telegram" and a.group_name and "control" not in a.name]
    for account in channels:
        last = max(p.id for p in account.posts)
        for number, day in enumerate((1, 3, 5), 1):
            account.posts.append(_post(account.posts[-1], last + number, world.ends + timedelta(days=day, hours=10)))
    with Sandbox(world) as sandbox:
        counted(world, tmp_path, sandbox, before.now, Route.TELEGRAM_PREVIEW)
        done = len(sandbox.requests)
        counted(world, tmp_path, sandbox, before.now + WEEK, Route.TELEGRAM_PREVIEW)
        asked = Counter(name_of(r.path) for r in sandbox.requests[done:] if r.network == "telegram")
    window = Window.of(Week.parse(world.week, ZONE).shift(1), before.now + WEEK)
    for account in channels:
        under = [p for p in account.posts if window.comments_from <= p.at < window.ends and p.kind is PostKind.OWN]
        assert asked[account.name.lower()] <= 2 + len(under), asked


def _post(like: object, number: int, at: datetime) -> object:
    return type(like)(at, f"Вымышленная новость номер {number}", id=number, copy_id=10_000 + number)  # type: ignore[call-arg]


def name_of(path: str) -> str:
    return path.removeprefix("/s").strip("/").split("/")[0].lower()


def pages(world: World, sandbox: Sandbox, folder: Path, now: datetime) -> tuple[Counter[str], int]:
    """Count a run's previews by name, and its discussions."""
    before = len(sandbox.requests)
    counted(world, folder, sandbox, now, Route.TELEGRAM_PREVIEW)
    asked = [r for r in sandbox.requests[before:] if r.network == "telegram"]
    return Counter(name_of(r.path) for r in asked if r.path.startswith("/s/")), sum(
        "discussion" in r.query for r in asked
    )
