"""A week is judged from what the archive holds and stored; earlier ones that have changed by it are judged again."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Outcome
from auditor.base.weeks import Week
from auditor.run.collect import RunResult
from auditor.run.judge_week import WeeklyResult, audit_week, exit_code, judge_week, published_weeks, show_week
from auditor.run.stored_audits import (
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
from tests.cases import NOW, WEEK, account, audit, office, tenure
from tests.pipeline import few, session_of
from tests.run.helpers import HOUR

LAST, BEFORE = "2026-W47", "2026-W46"
HERE = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}


@pytest.fixture
def session(two_weeks: Path, tmp_path: Path) -> Workspace:
    """Of two weeks of one's own, an hour after the last look."""
    shutil.copytree(two_weeks / "data", tmp_path / "data")
    return session_of(few(World.build(past=2)), tmp_path, HERE, NOW + HOUR)


def judged(session: Workspace) -> WeeklyResult:
    """Judge the last week at the session's moment without another look."""
    return audit_week(session, WEEK, lambda _archive: RunResult(0, {}, session.clock()))


def stricter(session: Workspace) -> Workspace:
    """Return the session with a policy by which nobody writes enough."""
    book = session.registry
    wanted = book.policy["posts_per_week"].model_copy(update={"value": 40})
    policy = {**book.policy, "posts_per_week": wanted}
    return replace(session, registry=book.model_copy(update={"policy": policy}))


def outcomes(audit: Any, check: str) -> set[str]:
    """Return how a check came out for the offices."""
    return {f.outcome for office in audit.offices for f in office.findings if f.check == check and f.account is None}


def test_a_week_judged_again_without_news_is_the_same_and_no_other_is_touched(session: Workspace) -> None:
    """Only its moment differs; one office is judged alone as among all. What is contested has its way to the seal."""
    with Archive.read(session.data) as archive:
        first = stored_audit(archive, LAST)
        alone = judge_week(session, archive, WEEK, NOW, session.registry.offices[1:2])
    done = judged(session)
    assert (done.rejudged, done.removed_ids, done.audit.rejudged, done.audit.previous_week) == ((), (), None, BEFORE)
    assert (done.audit.as_of, done.audit.first_as_of) == (session.clock(), first.as_of)
    assert [o.findings for o in done.audit.offices] == [o.findings for o in judged(session).audit.offices]
    assert [o.findings for o in alone.offices] == [done.audit.offices[1].findings]
    offices = done.audit.offices
    proved = {o.id for o in offices if any(answer.proof for answer in o.evidence.values())}
    assert (len(done.audit.seal), proved) == (64, {o.id for o in offices if o.contested()})
    assert proved != {o.id for o in offices}


@pytest.mark.parametrize(("days", "again"), [(14, [BEFORE]), (14.1, [])])
def test_weeks_in_time_that_come_out_otherwise_are_judged_and_stored_again(
    days: float, again: list[str], session: Workspace
) -> None:
    """Here by other rules; the audit names the verdicts that differ. A look is in time for two weeks."""
    ends = Week.parse(BEFORE, session.registry.zone).ends
    done = judged(stricter(replace(session, as_of=ends + timedelta(days=days))))
    assert [other.week for other in done.rejudged] == again
    assert done.audit.rejudged is not None
    once_more = judged(replace(session, as_of=ends + timedelta(days=days, hours=1))).audit.rejudged
    assert once_more is None or once_more.stored_as_of == done.audit.rejudged.stored_as_of
    assert "passed" not in outcomes(done.audit, "posts_per_week")
    with Archive.read(session.data) as archive:
        assert ("passed" not in outcomes(stored_audit(archive, BEFORE), "posts_per_week")) is bool(again)


def test_a_damaged_audit_is_replaced(session: Workspace) -> None:
    """It tells nothing, and stops nothing."""
    replace_audit(session.data, BEFORE, "[1]")
    replace_audit(session.data, LAST, "[1]")
    done = judged(session)
    assert ([other.week for other in done.rejudged], done.removed_ids) == ([BEFORE], ())
    with Archive.read(session.data) as archive:
        assert stored_audit(archive, LAST) is not None


def test_an_office_that_the_registry_has_no_more_is_named(session: Workspace) -> None:
    """Its id may have been changed by mistake."""
    fewer = session.registry.model_copy(update={"offices": session.registry.offices[1:]})
    assert judged(replace(session, registry=fewer)).removed_ids == (session.registry.offices[0].id,)


def test_the_report_of_a_stored_moment_is_the_stored_audit(session: Workspace) -> None:
    """At another moment the week is judged again by the registry of now, and says what differs."""
    with Archive.read(session.data) as archive:
        made = archive.audits.as_of(LAST)
        stored = show_week(stricter(session), archive, WEEK, made)
        now = show_week(stricter(session), archive, WEEK, made + HOUR)
        unheard = show_week(session, archive, WEEK.shift(-9), made)
    assert ("passed" in outcomes(stored, "posts_per_week"), stored.rejudged) == (True, None)
    assert ("passed" in outcomes(now, "posts_per_week"), now.rejudged is not None) == (False, True)
    assert (unheard.looked, unheard.seal) == (False, "")


def test_every_stored_week_is_shown_oldest_first(session: Workspace) -> None:
    """The one that was judged now stands in its own place; weeks of a later moment are not shown."""
    with Archive.read(session.data) as archive:
        now = judge_week(session, archive, WEEK, session.clock())
        shown = published_weeks(session, archive, session.clock(), now)
        early = published_weeks(session, archive, archive.audits.as_of(BEFORE), now)
    assert [audit.week for audit in shown] == [audit.week for audit in early] == [BEFORE, LAST]
    assert (shown[1] is now, len(shown[0].seal)) == (True, 64)


@pytest.mark.parametrize(
    ("told", "code"),
    [((), 0), (("passed", "inapplicable"), 0), (("cantTell",), 3), (("untested",), 3), (("cantTell", "failed"), 1)],
    ids=str,
)
def test_the_exit_code_tells_failed_from_not_told(told: tuple[str, ...], code: int) -> None:
    """1: something failed; 3: nothing failed, but something could not be told."""
    made = audit(office(tenure(since="2020", accounts=[account()])))
    finding = made.offices[0].findings[0]
    findings = [finding.model_copy(update={"outcome": Outcome(outcome)}) for outcome in told]
    assert exit_code(made.map_offices(lambda of: of.model_copy(update={"findings": findings}))) == code


def test_a_seal_is_stamped_where_an_authority_is_set(session: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the seal of the audit that is stored."""
    monkeypatch.setattr("auditor.probes.timestamp_client.time_stamp", lambda _url, seal, _clock: seal.encode())
    seal = judged(replace(session, settings=replace(session.settings, stamp_url="http://127.0.0.1:9"))).audit.seal
    assert stamp_of(session.data, seal) == seal.encode()


def test_the_audits_of_earlier_weeks_are_found(session: Workspace) -> None:
    """By the week, up to a moment; the last one made before a purge, and the registry of the day."""
    zone = session.registry.zone
    with Archive.read(session.data) as archive:
        made = archive.audits.as_of(BEFORE)
        assert previous_audit(archive, WEEK, NOW) == stored_audit(archive, BEFORE)
        assert previous_audit(archive, WEEK, made - HOUR) is None
        assert [audit.week for audit in earlier_audits(archive, WEEK.shift(1), NOW)] == [BEFORE, LAST]
        assert [audit.week for audit in earlier_audits(archive, WEEK, NOW)] == [BEFORE]
        assert before_purge(archive, Week.parse(BEFORE, zone), made) == stored_audit(archive, BEFORE)
        assert before_purge(archive, Week.parse(BEFORE, zone), made - HOUR) is None
        assert stored_audit(archive, LAST, made) is None
        kept = registry_then(archive, LAST)
        assert kept.text == session.registry.text
        assert registry_then(archive, "2026-W40") is None


def test_looks_are_read_whole_from_the_first_week_without_an_audit(session: Workspace) -> None:
    """And four weeks more, or as far back as the policy reads comments."""
    with Archive.read(session.data) as archive:
        book = session.registry
        assert WEEK.starts - whole_since(archive, book, WEEK, NOW) == timedelta(weeks=25 + 4)
        threads = book.policy["thread_days"].model_copy(update={"value": 45})
        wide = book.model_copy(update={"policy": {**book.policy, "thread_days": threads}})
        assert WEEK.starts - whole_since(archive, wide, WEEK, NOW) == timedelta(weeks=25, days=45)
