"""Merging what the runs of one login have learned."""

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
    """A run's count replaces its earlier one; counts two days old are dropped, and none is dated after now."""
    merged = merge_login_states(OLD, NEW, run=3, at=NOW)
    assert (merged.session, merged.peers) == ("s", NEW.peers)
    assert merged.floods == (FloodWait("a", NOW + HOUR), FloodWait("c", NOW + 2 * HOUR))
    own_counts = (replace(call_count, run=3) for call_count in NEW.spent)
    assert merged.spent == (CallCount("a", NOW - HOUR, 2, run=1), CallCount("a", NOW, 3, run=2), *own_counts)


def test_a_run_is_counted_once() -> None:
    """Merging a run's state again does not count its calls twice."""
    merged_once = merge_login_states(None, NEW, run=3, at=NOW)
    for run, counts in ((3, [4, 1]), (4, [4, 1, 4, 1])):
        assert [
            call_count.count for call_count in merge_login_states(merged_once, NEW, run=run, at=NOW).spent
        ] == counts
