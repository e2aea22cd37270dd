"""Pages are followed by number: a renamed page keeps its history, a page that took over its name is not judged."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedFinding
from auditor.base.weeks import Week
from auditor.checks import catalogue
from auditor.checks.finding import ReportSection
from auditor.registry import load_registry
from auditor.run.judge_week import judge_week
from auditor.run.plan import targets_of
from auditor.sandbox import Sandbox
from tests import worlds
from tests.bytesearch import everything, find_words
from tests.pipeline import audited, workspace_of
from tests.truth import differences, truth_of


@pytest.fixture(scope="module")
def renamed_runs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run under the names on record, a week later under new names, and a week after that without the client."""
    world, folder = worlds.renamed(), tmp_path_factory.mktemp("known")
    (folder / "client").mkdir()
    with Sandbox(world) as sandbox:
        environ = sandbox.settings(client=folder / "client")
        sandbox.now = world.now - timedelta(weeks=1)
        audited(workspace_of(world, folder, environ, sandbox.now))
        sandbox.now = world.now
        workspace = workspace_of(world, folder, environ, sandbox.now)
        audit = audited(workspace)
        written = find_words(world.strangers, everything(workspace.data))
        sandbox.now = world.now + timedelta(weeks=1)
        sandbox.faults.on("mtproto_down")
        later = audited(replace(workspace, as_of=sandbox.now))
    return SimpleNamespace(world=world, workspace=workspace, audit=audit, written=written, later=later)


def existence(audit: Audit, number: int) -> AuditedFinding:
    """Return the finding of `account_exists` about the first page of an office."""
    office = audit.offices[number - 1]
    finding = office.finding("account_exists", office.accounts[0].url)
    assert finding is not None
    return finding


SEEN_BEFORE = {check.name for check in catalogue() if check.section is ReportSection.PRACTICE} | {"account_exists"}
"""Checks for which an earlier look of the week counts to the person's good; the truth speaks of the last look alone."""


def test_a_renamed_page_is_judged_with_its_history_and_a_lost_one_is_not(renamed_runs: Any) -> None:
    """With a signed-in client every finding equals the world's truth, and each page's new address is told."""
    world, audit = renamed_runs.world, renamed_runs.audit
    rows = [row.split()[:2] for row in differences(audit, truth_of(world))]
    assert [row for row in rows if row[0] not in {"rayon-04", "rayon-08"} or row[1] not in SEEN_BEFORE] == []
    for move in world.moves:
        number = int(move.office.removeprefix("rayon-"))
        page, finding = audit.offices[number - 1].accounts[0], existence(audit, number)
        assert page.url == move.old
        if move.new:
            assert (page.renamed_to, page.id) == (move.new, move.number)
            assert move.new in finding.message
        elif move.network == "vk":  # by its number it is gone, and was there in the week: an earlier look saw it
            assert (finding.outcome, page.renamed_to, page.taken_over_by) == ("passed", None, None)
        else:
            assert (page.renamed_to, page.taken_over_by) == (None, move.taken_by)
            assert {str(move.number), str(move.taken_by)} <= {*finding.params.values()}
            assert page.facts.subscribers is None
    assert (audit.watch.renamed, audit.watch.taken_over) == (5, 1)
    assert renamed_runs.workspace.registry_path.read_text(encoding="utf-8") == world.registry_yaml()


def test_nothing_of_who_took_a_name_is_kept(renamed_runs: Any) -> None:
    """Neither its words in the evidence nor its posts in the archive: a number and that it was there."""
    assert len(renamed_runs.world.strangers) > 8
    assert renamed_runs.written == find_words(renamed_runs.world.strangers, renamed_runs.audit.to_json().encode()) == []
    with Archive.read(renamed_runs.workspace.data) as archive:
        rows = [
            row
            for page_snapshots in archive.snapshots.snapshots(renamed_runs.world.now).values()
            for row in page_snapshots
        ]
    takers = {move.taken_by for move in renamed_runs.world.moves}
    assert {row.snapshot.posts for row in rows if row.snapshot.id in takers} == {()}


def test_while_the_client_is_out_a_channel_known_to_be_renamed_is_not_called_missing(renamed_runs: Any) -> None:
    """The preview finds nobody under the old name; that it is elsewhere was seen before."""
    finding = existence(renamed_runs.later, 2)
    assert (finding.outcome, finding.cause, renamed_runs.later.offices[1].verdict) == ("passed", None, "passed")
    assert renamed_runs.world.moves[0].new in finding.message


def test_the_new_address_once_on_record_has_the_history_of_the_old(renamed_runs: Any, tmp_path: Path) -> None:
    """The operator writes the new address; the opening seen under the old one still counts, and the week too."""
    world, workspace, move, registry_path = (
        renamed_runs.world,
        renamed_runs.workspace,
        renamed_runs.world.moves[0],
        tmp_path / "officials.yaml",
    )
    text = workspace.registry_path.read_text(encoding="utf-8").replace(move.old, move.new)
    registry_path.write_text(text, encoding="utf-8")
    moved_workspace = replace(workspace, registry=load_registry(registry_path))
    with Archive.read(workspace.data) as archive:
        week = Week.parse(world.week, moved_workspace.registry.zone)
        rejudged = judge_week(moved_workspace, archive, week, world.now)
        targets = targets_of(
            moved_workspace.registry,
            week,
            world.now,
            moved_workspace.registry.offices,
            archive.snapshots.snapshots(world.now),
        )
    renamed_target = next(t for t in targets if t.address.url == move.new)
    office_again, office_before = rejudged.offices[1], renamed_runs.audit.offices[1]
    assert (office_again.accounts[0].url, office_again.accounts[0].renamed_to) == (move.new, None)
    assert office_again.accounts[0].facts.opened_at == office_before.accounts[0].facts.opened_at
    rows = [[(f.check, f.outcome, f.cause) for f in office.findings] for office in (office_again, office_before)]
    assert rows[0] == rows[1]
    assert (renamed_target.id, renamed_target.id_seen) == (move.number, True)
