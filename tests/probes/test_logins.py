"""What the runs of one login have learned adds up."""

from dataclasses import replace
from datetime import timedelta

from auditor.probes.base import Flood, Login, Peer, Spent
from auditor.probes.logins import added
from tests.cases import NOW

HOUR = timedelta(hours=1)
OLD = Login(
    "s",
    floods=(Flood("a", NOW + HOUR), Flood("b", NOW), Flood("c", NOW + HOUR)),
    spent=(Spent("a", NOW - HOUR, 2, run=1), Spent("a", NOW - 48 * HOUR, 5, run=0), Spent("a", NOW + HOUR, 3, run=2)),
)
NEW = Login("s", (Peer("primer", 5, 7),), (Flood("c", NOW + 2 * HOUR),), (Spent("a", NOW, 4), Spent("b", NOW, 1)))


def test_calls_add_up_and_floods_last_until_their_end() -> None:
    """A run's own count replaces its earlier one; what is two days old counts no more, nor is later than now."""
    both = added(OLD, NEW, run=3, at=NOW)
    assert (both.session, both.peers) == ("s", NEW.peers)
    assert both.floods == (Flood("a", NOW + HOUR), Flood("c", NOW + 2 * HOUR))
    own = (replace(spent, run=3) for spent in NEW.spent)
    assert both.spent == (Spent("a", NOW - HOUR, 2, run=1), Spent("a", NOW, 3, run=2), *own)


def test_a_run_is_counted_once() -> None:
    """However often it hands its calls over."""
    first = added(None, NEW, run=3, at=NOW)
    for run, counts in ((3, [4, 1]), (4, [4, 1, 4, 1])):
        assert [spent.count for spent in added(first, NEW, run=run, at=NOW).spent] == counts
