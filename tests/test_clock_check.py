"""A wrong clock, here or there, or an old copy of a page misjudges nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.base.answers import keep
from auditor.base.snapshot import EvidenceKind
from auditor.base.weeks import Week
from auditor.probes.clock_check import off_by, said_dates
from auditor.registry import load_registry
from auditor.run.collect import collect
from tests.fault_rows import asked_for
from tests.fault_runs import AMPLE, Bench, Opener
from tests.faulty_server import FaultyServer, Good, Play, changed

ROUTES = ["t.me", "VK"]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def dated(moment: datetime | str) -> Play:
    """Answer as ever, with this date."""
    text = moment if isinstance(moment, str) else format_datetime(moment, usegmt=True)
    return changed(lambda good, url: Good(good.body, good.status, {**good.headers, "Date": text}))


def judged(
    bench: Bench,
    folder: Path,
    route: str,
    *,
    clock: Callable[[], datetime],
    theirs: datetime | str,
    live: bool = True,
    where: str = "every answer",
) -> Audit:
    """Look and judge with our clock and theirs; `live`: ours is the machine's."""
    book = folder / "officials.yaml"
    book.write_text(bench.registry(route), encoding="utf-8")
    registry = load_registry(book)
    week = Week.last_ended(clock(), registry.zone)
    with (
        FaultyServer(bench.answer, dated(theirs), when=asked_for(where)) as server,
        Archive.open(folder / "data") as archive,
    ):
        probes = Opener(route, server.url, AMPLE).open(clock)
        done = collect(archive, registry, week, probes, clock, command="weekly", live=live)
        _, controls = archive.controls(str(week), done.finished_at)
        return make_audit(
            registry,
            week,
            done.finished_at,
            archive.snapshots(done.finished_at),
            controls=controls,
        )


def outcomes(audit: Audit) -> dict[tuple[str, str, str | None], str]:
    return {(o.id, f.check, f.account): f.outcome for o in audit.offices for f in o.findings}


def causes(audit: Audit) -> set[str | None]:
    return {f.cause for o in audit.offices for f in o.findings if f.outcome == "cantTell" and f.account}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("apart", [timedelta(), timedelta(minutes=-8), timedelta(minutes=8)])
def test_clocks_that_agree_change_nothing(bench: Bench, tmp_path: Path, route: str, apart: timedelta) -> None:
    """A few minutes are nobody's fault."""
    now = bench.world.now
    audit = judged(bench, tmp_path, route, clock=lambda: now, theirs=now + apart)
    assert outcomes(audit) == {
        (e.office, e.check, e.account): e.outcome
        for e in bench.world.truth()
        if e.office in {o.id for o in audit.offices}
        and not (e.office == "administration" and str(e.account).startswith("https://t.me/"))
    }, "all but the institution's channel, which these registries leave out"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("ahead", [timedelta(days=7), timedelta(days=400), timedelta(days=-7), timedelta(hours=7)])
def test_a_wrong_clock_of_ours_judges_nobody(
    bench: Bench, tmp_path: Path, route: str, ahead: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    """A week ahead everybody would be silent; the operator is told which clock is how far off."""
    now = bench.world.now
    audit = judged(bench, tmp_path, route, clock=lambda: now + ahead, theirs=now)
    said = {key[1] for key, outcome in outcomes(audit).items() if outcome in {"passed", "failed"}}
    assert said <= {"account_confirmed", "opened_by_deadline"}, "what the registry knows by itself stands"
    assert "failed" not in outcomes(audit).values()
    assert causes(audit) - {"stale"} == {"control_failed"}
    way = "ahead of" if ahead > timedelta() else "behind"
    assert f"{abs(ahead) // timedelta(minutes=1)} minutes {way} the answer's own date" in caplog.text


def test_a_clock_that_was_passed_in_is_not_held_to_the_servers(bench: Bench, tmp_path: Path) -> None:
    """``--as-of`` looks at a week long past over servers of today."""
    now = bench.world.now
    audit = judged(bench, tmp_path, "t.me", clock=lambda: now, theirs=now + timedelta(days=90), live=False)
    assert "failed" in outcomes(audit).values()


def test_an_old_copy_of_a_page_is_not_this_weeks(bench: Bench, tmp_path: Path) -> None:
    """A cache on the way that answers with Monday's page has none of Sunday's posts; the controls came fresh."""
    now = bench.world.now
    audit = judged(bench, tmp_path, "t.me", clock=lambda: now, theirs=now - timedelta(days=6), where="previews")
    assert "failed" not in {o for (_, check, _), o in outcomes(audit).items() if check == "posts_per_week"}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("text", ["", "yesterday", "Tue, 99 Nov 2026 05:00:30 GMT", "0", "\x00"])
def test_a_date_that_is_none_says_nothing(bench: Bench, tmp_path: Path, route: str, text: str) -> None:
    """A server need not tell the time."""
    now = bench.world.now
    audit = judged(bench, tmp_path, route, clock=lambda: now, theirs=text.replace("\x00", "?"))
    assert "control_failed" not in causes(audit)


def test_posts_that_are_yet_to_come_make_a_page_unreadable(bench: Bench, tmp_path: Path) -> None:
    """Their server's clock says ours is right, but the page's times cannot be."""
    early = bench.world.now - timedelta(days=3)
    audit = judged(bench, tmp_path, "t.me", clock=lambda: early, theirs=early)
    strange = {o.id for o in audit.offices for page in o.accounts if page.cause == "unrecognised_page"}
    assert strange
    posts = [f for o in audit.offices for f in o.findings if f.check == "posts_per_week" and o.id in strange]
    assert "failed" not in {f.outcome for f in posts}


@given(st.text(max_size=40))
def test_no_date_breaks_the_reading(text: str) -> None:
    """Whatever a header holds."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    answer = keep(
        EvidenceKind.CONTROL, "https://t.me/x", fetched_at=at, status=200, received=b"", headers=(("Date", text),)
    )
    found = said_dates([answer])
    assert off_by([answer]) is None or found
