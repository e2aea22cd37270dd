"""Look at invented worlds, judge them, and compare every finding with the world's truth."""

from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base.snapshot import Cause, Outcome
from auditor.checks import catalogue
from auditor.sandbox import World
from tests import worlds
from tests.pipeline import audited, sandboxed
from tests.truth import differences, truth_of

ELSEWHERE = {"seen_late", "contradiction", "stale_holder", "stale", "unproved_identity", "wall_off", "control_failed"}
ELSEWHERE |= {"no_credentials"}
"""Causes that a world of their own shows, or the tables of rules."""


SEEDS = pytest.mark.parametrize("seed", [2022, pytest.param(7, marks=pytest.mark.thorough)])


def audit_of(world: World, folder: Path, *faults: str) -> Audit:
    """Look at a world and return the audit of its week."""
    with sandboxed(world, folder, *faults) as (_, workspace):
        return audited(workspace)


@SEEDS
def test_every_finding_of_every_office_equals_the_truth(seed: int, tmp_path: Path) -> None:
    """Whatever the seed: other texts, numbers and days, the same outcomes."""
    world = World.build(seed=seed)
    assert differences(audit_of(world, tmp_path), truth_of(world)) == []


@SEEDS
def test_each_way_of_being_answered_for_is_judged_as_the_world_says(seed: int, tmp_path: Path) -> None:
    """Red only where nobody who may speak for the holder has answered anybody."""
    world = worlds.answered(seed=seed)
    audit = audit_of(world, tmp_path)
    assert differences(audit, truth_of(world)) == []
    findings = {office.id: office.finding("comments_answered") for office in audit.offices}
    assert [name for name, finding in findings.items() if finding and finding.outcome == Outcome.FAILED] == ["rayon-01"]


@pytest.mark.parametrize("network", ["vk", pytest.param("telegram", marks=pytest.mark.thorough)])
def test_with_a_failed_control_nothing_seen_by_its_route_is_judged(network: str, tmp_path: Path) -> None:
    """Nothing turns green or red by it, and the other network is judged as ever."""
    world = World.build()
    audit = audit_of(world, tmp_path, f"{network}_control")
    assert {c.outcome for c in audit.controls if c.network == network} != {"passed"}
    truth = {(row.office, row.check, row.account): row for row in truth_of(world)}
    pairs = [(f, truth[o.id, f.check, f.account]) for o in audit.offices for f in o.findings]
    assert [f for f, e in pairs if f.outcome in {"passed", "failed"} and f.outcome != e.outcome] == []
    of_pages = [(f, e) for f, e in pairs if f.account is not None]
    assert [f for f, e in of_pages if f.network != network and (f.outcome, f.cause) != (e.outcome, e.cause)] == []
    unsure = {(f.check, f.cause) for f, e in of_pages if f.network == network and f.outcome != e.outcome}
    assert ("comments_answered", "control_failed") in unsure


def test_the_truth_shows_every_outcome_and_cause_over_every_office_and_check() -> None:
    """At least 25 offices; what is a state of a whole route is shown by the other tests here."""
    truth = truth_of(World.build())
    assert {row.outcome for row in truth} == {outcome.value for outcome in Outcome}
    shown_causes = {row.cause for row in truth} - {None}
    assert {cause.value for cause in Cause} - shown_causes == ELSEWHERE
    assert len({row.office for row in truth}) >= 25
    assert {row.check for row in truth} == {check.name for check in catalogue()}
