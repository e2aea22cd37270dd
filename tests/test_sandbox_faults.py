"""The first rule under fire: no fault of a network, at whatever moment of a run, makes a cell red or green."""

from pathlib import Path

import pytest

from auditor.sandbox import FAULTS, World
from tests.pipeline import audited, sandboxed

WAITING = {"vk_hangs", "telegram_hangs"}
"""These last as long as a probe's time-outs."""


@pytest.mark.parametrize("after", [0, 25])
@pytest.mark.parametrize("fault", sorted(set(FAULTS) - WAITING))
def test_no_fault_turns_a_cell_red_or_green(fault: str, after: int, tmp_path: Path) -> None:
    """Whatever is said to have failed or passed fails or passes in truth, from the first request or in mid-run."""
    world = World.build()
    truth = {(e.office, e.check, e.account): e.outcome for e in world.truth()}
    with sandboxed(world, tmp_path) as (sandbox, session):
        sandbox.faults.on(fault, after=after)
        audit = audited(session)
    judged = {(o.id, f.check, f.account): f.outcome for o in audit.offices for f in o.findings}
    wrong = {key: said for key, said in judged.items() if said in {"passed", "failed"} and truth[key] != said}
    assert wrong == {}
    assert judged.keys() == truth.keys()
