"""The first rule under fire: no fault of a network, at whatever moment of a run, makes a cell red or green."""

from pathlib import Path

import pytest

from auditor.sandbox import FAULTS, World
from tests.pipeline import audited, few, sandboxed
from tests.truth import truth_of

ASKED = sorted(name for name in FAULTS if not name.startswith(("mtproto", "website")) and not name.endswith("_hangs"))
"""Faults of the routes that a run without a client asks. Those that hang last as long as an answer may take:
`tests/test_faulty_runs.py` has them, with a budget. Those of a client are in `tests/probes/test_both_routes.py`."""


@pytest.mark.parametrize("after", [0, 9])
@pytest.mark.parametrize("fault", ASKED)
def test_no_fault_turns_a_cell_red_or_green(fault: str, after: int, tmp_path: Path) -> None:
    """Whatever is said to have failed or passed fails or passes in truth, from the first request or in mid-run."""
    world = few(World.build())
    truth = {(e.office, e.check, e.account): e.outcome for e in truth_of(world)}
    with sandboxed(world, tmp_path) as (sandbox, session):
        sandbox.faults.on(fault, after=after)
        audit = audited(session)
        assert len(sandbox.requests) > after
    judged = {(o.id, f.check, f.account): f.outcome for o in audit.offices for f in o.findings}
    wrong = {key: said for key, said in judged.items() if said in {"passed", "failed"} and truth[key] != said}
    assert wrong == {}
    assert judged.keys() == truth.keys()
