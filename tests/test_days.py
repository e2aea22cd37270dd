"""A week's looks at a registry that is too large for a day, by a clock that nobody waits for (`benchmarks.days`)."""

import pytest

from auditor.probes.mtproto import signed_in
from auditor.probes.vk import quotas
from benchmarks.days import CLIENT, DAY, book_of, runs


@pytest.mark.parametrize("route", ["VK, `execute`", "VK"])
def test_what_a_day_does_not_hold_is_looked_at_on_the_next(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten pages at five walls a day, the control's among them: three runs, and never more than five in 24 hours."""
    monkeypatch.setitem(quotas.DAILY, "wall.get", 5)
    pages, days, wire = runs(10, book_of(10), route)
    assert (pages, days) == (10, 3)
    assert wire.most(DAY.total_seconds(), walls=True) <= 5
    assert wire.most(1.0, walls=False) <= 3


def test_the_preview_is_asked_every_two_seconds() -> None:
    """However many channels there are, three requests never come within less than six seconds of the first."""
    pages, days, wire = runs(4, book_of(4), "t.me")
    assert (pages, days) == (2, 1)
    assert wire.most(6.0, walls=False) <= 3
    span = wire.asked[-1][0] - wire.asked[0][0]
    assert span <= 1.1 * 2.0 * (len(wire.asked) - 1)


def test_the_client_looks_up_a_name_each_half_minute() -> None:
    """That of the control and those of two channels: the network's own ration, which a server for tests lifts."""
    pages, days, wire = runs(4, book_of(4), CLIENT)
    assert (pages, days) == (2, 1)
    assert 60 <= wire.asked[-1][0] - wire.asked[0][0] < 90


def test_what_the_clients_ration_does_not_hold_is_looked_at_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour is enough for the control and one name of two: the second run does not look at the first again."""
    monkeypatch.setattr(signed_in, "_RESOLVES_APART", 1000.0)
    pages, days, wire = runs(4, book_of(4), CLIENT)
    first = [at for at, _ in wire.asked if at < wire.asked[0][0] + DAY.total_seconds() / 2]
    assert (pages, days) == (2, 2)
    assert len(wire.asked) - len(first) <= len(first)
