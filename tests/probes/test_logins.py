"""What the runs of one login have learned adds up."""

from dataclasses import replace
from datetime import timedelta

from auditor.probes.login_state import merge_login_states
from auditor.probes.target import CallCount, FloodWait, LoginState, Peer
from tests.cases import NOW

HOUR = timedelta(hours=1)
OLD = LoginState(
    "s",
    floods=(FloodWait("a", NOW + HOUR), FloodWait("b", NOW), FloodWait("c", NOW + HOUR)),
    spent=(
        CallCount("a", NOW - HOUR, 2, run=1),
        CallCount("a", NOW - 48 * HOUR, 5, run=0),
        CallCount("a", NOW + HOUR, 3, run=2),
    ),
)
NEW = LoginState(
    "s", (Peer("primer", 5, 7),), (FloodWait("c", NOW + 2 * HOUR),), (CallCount("a", NOW, 4), CallCount("b", NOW, 1))
)


def test_calls_add_up_and_floods_last_until_their_end() -> None:
    """A run's own count replaces its earlier one; what is two days old counts no more, nor is later than now."""
    both = merge_login_states(OLD, NEW, run=3, at=NOW)
    assert (both.session, both.peers) == ("s", NEW.peers)
    assert both.floods == (FloodWait("a", NOW + HOUR), FloodWait("c", NOW + 2 * HOUR))
    own = (replace(spent, run=3) for spent in NEW.spent)
    assert both.spent == (CallCount("a", NOW - HOUR, 2, run=1), CallCount("a", NOW, 3, run=2), *own)


def test_a_run_is_counted_once() -> None:
    """However often it hands its calls over."""
    first = merge_login_states(None, NEW, run=3, at=NOW)
    for run, counts in ((3, [4, 1]), (4, [4, 1, 4, 1])):
        assert [spent.count for spent in merge_login_states(first, NEW, run=run, at=NOW).spent] == counts
