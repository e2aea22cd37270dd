"""A week whose comments were purged is judged again by the record of now, over the whole way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive
from auditor.archive.retention import Cutoffs
from auditor.registry import parse_registry
from auditor.run.collect import RunResult
from auditor.run.judge_week import audit_week
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.pipeline import few, make_week, sandboxed

HOUR = timedelta(hours=1)
EXEMPTION = "exemptions: [{by: губернатор, on: 2026-11-01, until: 2026-12-31, reason: причина, source: сайт}]"
CAME = "  - {name: Имярек Олег Олегович, since: 2026-11-01, known_as_of: 2026-11, sources: [сайт]}"


def outcome(workspace: Workspace, book: str, hours: int) -> tuple[str, str]:
    """Judge the last week by another registry, `hours` later; return the holder and the outcome for their replies."""
    again = replace(workspace, registry=parse_registry(book, "officials.yaml"), as_of=workspace.clock() + hours * HOUR)
    week = again.week(None)
    (office,) = audit_week(again, week, lambda _archive: RunResult(0, {}, again.clock())).audit.offices
    findings = [row for row in office.findings if (row.check, row.account) == ("comments_answered", None)]
    (finding,) = findings
    return office.holder.name if office.holder else "", finding.outcome


def test_a_purged_week_is_judged_again_by_the_record_of_now(tmp_path: Path) -> None:
    """The comments are gone, their figures stay: an exemption bars the red, and it is not another holder's."""
    world = few(World.build(), ["rayon-05"])
    with sandboxed(world, tmp_path) as (sandbox, _):
        workspace = make_week(sandbox, tmp_path, world.now)
    book, holder = world.registry_yaml(), "Имярек Элла Эдуардовна"
    assert outcome(workspace, book, 1) == (holder, "failed")
    with Archive.open(workspace.data) as archive:
        assert archive.purge(Cutoffs(world.now - 365 * 24 * HOUR, world.now + HOUR), world.now + 2 * HOUR).comments
    exempt = book.replace("    known_as_of:", f"    {EXEMPTION}\n    known_as_of:")
    assert outcome(workspace, exempt, 3) == (holder, "inapplicable")
    succeeded = book.replace("    known_as_of: '2026-10-24'", "    until: 2026-10-31") + CAME
    name, came_out = outcome(workspace, succeeded, 4)
    assert name == "Имярек Олег Олегович"
    assert came_out != "failed"
