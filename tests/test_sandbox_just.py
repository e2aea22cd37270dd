"""Heads whom a careless rule would wrong, or let off, over the whole way of the data."""

from pathlib import Path

import pytest

from auditor.sandbox import Sandbox
from tests import worlds
from tests.pipeline import audited, session_of
from tests.test_truth import differences


@pytest.mark.parametrize("seed", [2022, 7])
def test_each_is_judged_by_what_he_did_in_his_own_time(seed: int, tmp_path: Path) -> None:
    """Not for the time before he came, for an exemption, for a network that the law drove him from, nor on old news."""
    world = worlds.just(seed)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        audit = audited(session_of(world, tmp_path, sandbox.settings(), world.now))
    assert differences(audit, world.truth()) == []
