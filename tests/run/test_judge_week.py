"""A week is judged from the archive and stored; earlier weeks that it changes are judged again."""

import shutil
import weakref
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.snapshot import Cause, Outcome, RunSnapshot
from auditor.base.weeks import Week
from auditor.run.collect import RunResult
from auditor.run.judge_week import WeeklyResult, audit_week, exit_code, judge_week, published_weeks, show_week
from auditor.run.stored_audits import (
    audit_with_stored,
    before_purge,
    earlier_audits,
    previous_audit,
    registry_then,
    stored_audit,
    whole_since,
)
from auditor.run.timestamp_files import stamp_of
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.archive_samples import replace_audit
from tests.audit_samples import sample_audit, sample_registry
from tests.cases import NOW, WEEK, account, audit, case, day, office, posts, snapshot, tenure
from tests.pipeline import few, workspace_of
from tests.run.toy_runs import HOUR

LAST, BEFORE = "2026-W47", "2026-W46"
HERE = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}


@pytest.fixture
def workspace(two_weeks: Path, tmp_path: Path) -> Workspace:
    """Return a workspace on a copy of the two weeks, an hour after the last look."""
    shutil.copytree(two_weeks / "data", tmp_path / "data")
    return workspace_of(few(World.build(past=2)), tmp_path, HERE, NOW + HOUR)


def judge_again(workspace: Workspace) -> WeeklyResult:
    """Judge the last week at the workspace's moment, without another look."""
    return audit_week(workspace, WEEK, lambda _archive: RunResult(0, {}, workspace.clock()))


def stricter(workspace: Workspace) -> Workspace:
    """Return the workspace with a policy by which no page has enough posts."""
    registry = workspace.registry
    threshold = registry.policy["posts_per_week"].model_copy(update={"value": 40})
    policy = {**registry.policy, "posts_per_week": threshold}
    return replace(workspace, registry=registry.model_copy(update={"policy": policy}))


def outcomes(audit: Any, check: str) -> set[str]:
    """Return the outcomes of a check over all offices."""
    return {f.outcome for office in audit.offices for f in office.findings if f.check == check and f.account is None}


def test_a_week_judged_again_without_news_is_the_same_and_no_other_is_touched(workspace: Workspace) -> None:
    """Only its moment differs, and one office alone is judged as among all. What rests on answers has proofs."""
    with Archive.read(workspace.data) as archive:
        first_audit = stored_audit(archive, LAST)
        alone = judge_week(workspace, archive, WEEK, NOW, workspace.registry.offices[1:2])
    result = judge_again(workspace)
    assert (result.rejudged, result.removed_ids, result.audit.rejudged, result.audit.previous_week) == (
        (),
        (),
        None,
        BEFORE,
    )
    assert (result.audit.as_of, result.audit.first_as_of) == (workspace.clock(), first_audit.as_of)
    assert [o.findings for o in result.audit.offices] == [o.findings for o in judge_again(workspace).audit.offices]
    assert [o.findings for o in alone.offices] == [result.audit.offices[1].findings]
    offices = result.audit.offices
    proved = {o.id for o in offices if any(evidence.proof for evidence in o.evidence.values())}
    assert (len(result.audit.seal), proved) == (64, {o.id for o in offices if o.proved()})


def test_all_weeks_name_the_archive_that_they_are_from(workspace: Workspace) -> None:
    """By its first seal, which nothing changes later; another archive has another, though it saw the same."""
    named = set()
    for _ in range(2):
        result = judge_again(workspace)
        with Archive.read(workspace.data) as archive:
            named |= {audit.archive for audit in published_weeks(workspace, archive, NOW + HOUR, result.audit)}
            assert named == {archive.evidence.seals()[0].sha256}


@pytest.mark.parametrize(("days", "rejudged_weeks"), [(14, [BEFORE]), (14.1, [])])
def test_weeks_in_time_that_come_out_otherwise_are_judged_and_stored_again(
    days: float, rejudged_weeks: list[str], workspace: Workspace
) -> None:
    """Here because of other rules; the audit names the verdicts that differ. A look is in time for two weeks."""
    ends = Week.parse(BEFORE, workspace.registry.zone).ends
    result = judge_again(stricter(replace(workspace, as_of=ends + timedelta(days=days))))
    assert list(result.rejudged) == rejudged_weeks
    assert result.audit.rejudged is not None
    once_more = judge_again(replace(workspace, as_of=ends + timedelta(days=days, hours=1))).audit.rejudged
    assert once_more is None or once_more.stored_as_of == result.audit.rejudged.stored_as_of
    assert "passed" not in outcomes(result.audit, "posts_per_week")
    with Archive.read(workspace.data) as archive:
        assert ("passed" not in outcomes(stored_audit(archive, BEFORE), "posts_per_week")) is bool(rejudged_weeks)


def test_a_damaged_audit_is_replaced(workspace: Workspace) -> None:
    """It is ignored, and does not stop the run."""
    replace_audit(workspace.data, BEFORE, "[1]")
    replace_audit(workspace.data, LAST, "[1]")
    result = judge_again(workspace)
    assert (result.rejudged, result.removed_ids) == ((BEFORE,), ())
    with Archive.read(workspace.data) as archive:
        assert stored_audit(archive, LAST) is not None


def test_an_office_that_is_no_longer_in_the_registry_is_named(workspace: Workspace) -> None:
    """Its id may have been changed by mistake."""
    fewer = workspace.registry.model_copy(update={"offices": workspace.registry.offices[1:]})
    assert judge_again(replace(workspace, registry=fewer)).removed_ids == (workspace.registry.offices[0].id,)


def test_the_report_of_a_stored_moment_is_the_stored_audit(workspace: Workspace) -> None:
    """At another moment the week is judged again by today's registry, and its differences are named."""
    with Archive.read(workspace.data) as archive:
        stored_at = archive.audits.as_of(LAST)
        stored = show_week(stricter(workspace), archive, WEEK, stored_at)
        rejudged = show_week(stricter(workspace), archive, WEEK, stored_at + HOUR)
        without_looks = show_week(workspace, archive, WEEK.shift(-9), stored_at)
    assert stored.rejudged is None
    assert "passed" in outcomes(stored, "posts_per_week")
    assert "passed" not in outcomes(rejudged, "posts_per_week")
    assert rejudged.rejudged is not None
    assert (without_looks.looked, without_looks.seal) == (False, "")


def test_every_stored_week_is_shown_oldest_first(workspace: Workspace) -> None:
    """The week judged now takes its own place; weeks of a later moment are not shown."""
    with Archive.read(workspace.data) as archive:
        now = judge_week(workspace, archive, WEEK, workspace.clock())
        shown = list(published_weeks(workspace, archive, workspace.clock(), now))
        early = list(published_weeks(workspace, archive, archive.audits.as_of(BEFORE), now))
    assert [audit.week for audit in shown] == [audit.week for audit in early] == [BEFORE, LAST]
    assert len(shown[0].seal) == 64
    assert shown[1] is now


@pytest.mark.parametrize(
    ("outcome_values", "code"),
    [((), 0), (("passed", "inapplicable"), 0), (("cantTell",), 3), (("untested",), 3), (("cantTell", "failed"), 1)],
    ids=str,
)
def test_the_exit_code_distinguishes_failed_from_undecided(outcome_values: tuple[str, ...], code: int) -> None:
    """1: something failed; 3: nothing failed, but something is undecided."""
    made = audit(office(tenure(since="2020", accounts=[account()])))
    finding = made.offices[0].findings[0]
    findings = [finding.model_copy(update={"outcome": Outcome(outcome)}) for outcome in outcome_values]
    assert exit_code(made.map_offices(lambda of: of.model_copy(update={"findings": findings}))) == code


def test_a_seal_is_stamped_where_an_authority_is_set(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the seal of the stored audit."""
    monkeypatch.setattr("auditor.probes.timestamp_client.time_stamp", lambda _url, seal, _clock: seal.encode())
    seal = judge_again(
        replace(workspace, settings=replace(workspace.settings, stamp_url="http://127.0.0.1:9"))
    ).audit.seal
    assert stamp_of(workspace.data, seal) == seal.encode()


def test_the_audits_of_earlier_weeks_are_found(workspace: Workspace) -> None:
    """By the week, up to a moment; also the last one before a purge, and the registry of the day."""
    zone = workspace.registry.zone
    with Archive.read(workspace.data) as archive:
        stored_at = archive.audits.as_of(BEFORE, first=True)
        assert previous_audit(archive, WEEK, NOW) == stored_audit(archive, BEFORE)
        assert previous_audit(archive, WEEK, stored_at - HOUR) is None
        assert [audit.week for audit in earlier_audits(archive, WEEK.shift(1), NOW)] == [BEFORE, LAST]
        assert [audit.week for audit in earlier_audits(archive, WEEK, NOW)] == [BEFORE]
        assert before_purge(archive, Week.parse(BEFORE, zone), stored_at) == stored_audit(archive, BEFORE, stored_at)
        assert before_purge(archive, Week.parse(BEFORE, zone), stored_at - HOUR) is None
        assert stored_audit(archive, LAST, stored_at) is None
        stored_registry = registry_then(archive, LAST)
        assert stored_registry.text == workspace.registry.text
        assert registry_then(archive, "2026-W40") is None


def test_of_half_a_year_of_audits_one_is_in_memory_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card needs one office of each: the memory must not grow with the weeks, nor with the other offices."""
    whole, audits_read, most = Audit.from_json, list[weakref.ref[Audit]](), 0

    def from_json(text: str) -> Audit:
        nonlocal most
        read = whole(text)
        audits_read.append(weakref.ref(read))
        most = max(most, sum(len(held.offices) for held in (held() for held in audits_read) if held is not None))
        return read

    monkeypatch.setattr(Audit, "from_json", from_json)
    sample = sample_audit()
    with Archive.open(tmp_path) as archive:
        for back in range(1, 27):
            week, made_at = WEEK.shift(-back), NOW - timedelta(weeks=back)
            stored = sample.model_copy(update={"week": str(week), "as_of": made_at})
            archive.audits.save(str(week), made_at, stored.to_stored())
        registry = sample_registry()[0]
        arguments = archive, registry, WEEK, NOW, {}, [], NOW
        alone = audit_with_stored(*arguments, offices=registry.offices[1:2])
        together = audit_with_stored(*arguments)
    assert alone.offices == together.offices[1:2]
    assert len([week for week in alone.offices[0].history if week.verdict]) == 26
    assert most <= 2 * len(sample.offices)


def test_looks_are_read_in_full_from_the_first_week_without_an_audit(workspace: Workspace) -> None:
    """And from four weeks before it, or as far back as the policy reads comments."""
    with Archive.read(workspace.data) as archive:
        registry = workspace.registry
        assert WEEK.starts - whole_since(archive, registry, WEEK, NOW) == timedelta(weeks=25 + 4)
        threads = registry.policy["thread_days"].model_copy(update={"value": 45})
        wide = registry.model_copy(update={"policy": {**registry.policy, "thread_days": threads}})
        assert WEEK.starts - whole_since(archive, wide, WEEK, NOW) == timedelta(weeks=25, days=45)


@pytest.mark.parametrize(("recent_from", "cause"), [(day(-12), None), (None, Cause.TOO_LITTLE_DATA)])
def test_a_look_for_the_week_before_counts_for_the_threads_that_it_read(
    recent_from: datetime | None, cause: Cause | None
) -> None:
    """Those of its last two days; one of auditor 1.0 read none of them, and that it has no comments claims nothing."""
    look = snapshot(taken_at=day(36), posts=posts(10), comments_recent_from=recent_from)
    judged = case([tenure(since="2020", accounts=[account()])], RunSnapshot(str(WEEK.shift(-1)), look))
    assert [post.comments_cause for post in judged.pages[0].looks[0].snapshot.posts] == [cause]
