"""Heads who are answered for in every way that a rule tells apart, looked at over the whole way."""

from pathlib import Path

import pytest

from auditor.base.snapshot import Outcome
from tests import worlds
from tests.pipeline import audited, sandboxed
from tests.test_both_routes import both
from tests.test_truth import differences

_CHECKS = {"comments_answered", "comments_open"}
_RED = ["rayon-01"]
"""Nobody but citizens has written under his posts."""


@pytest.mark.parametrize("seed", [2022, 7])
def test_each_way_of_being_answered_for_is_judged_as_the_world_says(seed: int, tmp_path: Path) -> None:
    """Issue 11, items 1, 3, 4, 7 and 16: red only where nobody who may be his has answered anybody."""
    world = worlds.answered(seed=seed)
    with sandboxed(world, tmp_path) as (_, session):
        audit = audited(session)
    wrong = [line for line in differences(audit, world.truth()) if line.split()[1] in _CHECKS]
    assert wrong == []
    failed = [
        (office.id, found.check)
        for office in audit.offices
        for found in office.findings
        if found.check in _CHECKS and found.outcome == Outcome.FAILED
    ]
    assert failed == [(office, "comments_answered") for office in _RED]


def test_a_linked_groups_administrator_is_the_owners_side_where_telegram_names_him(tmp_path: Path) -> None:
    """Issue 11, item 21: over the signed-in client his answers count, and nothing says who he is."""
    world = worlds.answered()
    audit, requests = both(world, tmp_path)
    office = next(one for one in audit.offices if one.id == "rayon-12")
    found = office.finding("comments_answered")
    assert found is not None
    assert (found.outcome, found.values["answered_in_time"]) == (Outcome.PASSED, 6)
    assert requests["channels.getParticipants"] > 0
    stored = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and "client" not in p.parts)
    assert b"otvechaev" not in stored
