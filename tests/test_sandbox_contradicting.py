"""Pages about which the network's answers do not agree: nothing turns red by one answer that another contradicts."""

from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.pipeline import audited, session_of
from tests.test_truth import differences


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.contradicting()


@pytest.fixture(scope="module")
def audit(world: World, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return seen_in(world, tmp_path_factory.mktemp("run"))


def seen_in(world: World, folder: Path, *faults: str) -> Audit:
    with Sandbox(world) as sandbox:
        for fault in faults:
            sandbox.faults.on(fault)
        session = session_of(world, folder, sandbox.settings(), world.now)
        return audited(session)


def test_every_finding_is_what_the_world_says(world: World, audit: Audit) -> None:
    """By section 5: a contradiction is told, a photo is a trace, a free name and a ban are no absence."""
    assert differences(audit, world.truth()) == []


def test_a_photo_that_cannot_be_read_leaves_the_opening_unsure(world: World, tmp_path: Path) -> None:
    """The key may not call photos.get: the oldest post is late, and nothing more is known."""
    audit = seen_in(world, tmp_path, "vk_no_photos")
    (verdict,) = [
        f
        for o in audit.offices
        if o.id == "rayon-04"
        for f in o.findings
        if f.check == "opened_by_deadline" and f.account is None
    ]
    assert (verdict.outcome, verdict.cause) == ("cantTell", "too_little_data")
