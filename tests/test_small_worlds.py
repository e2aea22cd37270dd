"""Small worlds of one purpose each, looked at over the whole way: every finding is what the world says."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base.snapshot import Outcome
from auditor.base.weeks import Week
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.both_routes import both
from tests.pipeline import audited, sandboxed, session_of
from tests.test_page_identity import known_before, not_asked_again, seen_before
from tests.truth import differences, truth_of

_CHECKS = {"comments_answered", "comments_open"}
_RED = ["rayon-01"]
"""Nobody but citizens has written under his posts."""


@pytest.mark.parametrize("seed", [2022, 7])
def test_each_way_of_being_answered_for_is_judged_as_the_world_says(seed: int, tmp_path: Path) -> None:
    """Issue 11, items 1, 3, 4, 7 and 16: red only where nobody who may be his has answered anybody."""
    world = worlds.answered(seed=seed)
    with sandboxed(world, tmp_path) as (_, session):
        audit = audited(session)
    wrong = [line for line in differences(audit, truth_of(world)) if line.split()[1] in _CHECKS]
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


def test_a_contradiction_is_told(tmp_path: Path) -> None:
    """A photo is a trace, a free name and a ban are no absence, and nothing is red by what another answer denies."""
    world = worlds.contradicting()
    with sandboxed(world, tmp_path) as (_, session):
        assert differences(audited(session), truth_of(world)) == []


@pytest.mark.parametrize("seed", [2022, 7])
def test_each_is_judged_by_what_he_did_in_his_own_time(seed: int, tmp_path: Path) -> None:
    """Not for the time before he came, for an exemption, for a network that the law drove him from, nor on old news."""
    world = worlds.just(seed)
    with sandboxed(world, tmp_path) as (_, session):
        audit = audited(session)
    assert differences(audit, truth_of(world)) == []


def two_weeks(world: World, folder: Path, *, client: bool) -> Audit:
    """Audit the week before and the week of the moves."""
    private = folder / "client"
    private.mkdir()
    with Sandbox(world) as sandbox:
        settings = sandbox.settings(client=private if client else None)
        for weeks in (1, 0):
            sandbox.now = world.now - timedelta(weeks=weeks)
            session = session_of(world, folder, settings, sandbox.now)
            audit = audited(session, Week.last_ended(world.now, session.registry.zone).shift(-weeks))
    return audit


def test_an_audit_with_a_client_follows_every_page_by_its_number(tmp_path: Path) -> None:
    """And judges none that only has the name."""
    world = worlds.renamed()
    wrong = differences(two_weeks(world, tmp_path, client=True), truth_of(world))
    assert [row for row in wrong if not seen_before(row)] == []


def test_an_audit_by_names_alone_judges_nobody_elses_page(tmp_path: Path) -> None:
    """A renamed channel is not found without a client; VK's numbers serve as ever."""
    world = worlds.renamed()
    audit = two_weeks(world, tmp_path, client=False)
    wrong = differences(audit, truth_of(world, names_only={"telegram"}))
    assert [r for r in wrong if not (seen_before(r) or known_before(r) or not_asked_again(r))] == []
