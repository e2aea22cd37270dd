"""The networks' limits over whole runs, by a clock that nobody waits for (`benchmarks.days`)."""

import pytest

from auditor.base.snapshot import Route
from auditor.probes.vk import plugin as vk
from benchmarks.days import DAY, book_of, runs


def test_no_24_hours_hold_more_walls_than_a_day_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten pages at five walls a day, the control's among them, in three runs a day apart."""
    monkeypatch.setitem(vk.DAILY, "wall.get", 5)
    pages, wire = runs(10, book_of(10), Route.VK, days=3)
    assert pages >= 4
    assert wire.most(DAY.total_seconds(), walls=True) == 5
    assert wire.most(1.0, walls=False) <= 3


def test_the_preview_is_asked_every_two_seconds() -> None:
    """However many channels there are, three requests never come within less than six seconds of the first."""
    pages, wire = runs(4, book_of(4), Route.TELEGRAM_PREVIEW)
    assert pages == 2
    assert wire.most(6.0, walls=False) <= 3
    span = wire.asked[-1][0] - wire.asked[0][0]
    assert span <= 1.1 * 2.0 * (len(wire.asked) - 1)


def test_the_client_looks_up_few_names() -> None:
    """That of the control and those of two channels, 75 seconds apart: the network's ration, which tests lift."""
    pages, wire = runs(4, book_of(4), Route.TELEGRAM_CLIENT)
    assert pages == 2
    assert 150 <= wire.asked[-1][0] - wire.asked[0][0] < 200
