"""Offices times checks: the document, its sums and its changes."""

import json
from dataclasses import replace
from datetime import timedelta

from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.base.snapshot import Cause, ControlResult, Network, Outcome, Route, StoredSnapshot
from auditor.checks import catalogue
from auditor.registry.models import Group
from tests.cases import NOW, WEEK, account, day, office, opened, posts, registry, search, snapshot, tenure, traced


def audit(*offices, seen=(), previous=None, **more) -> Audit:
    rows: dict[str, list[StoredSnapshot]] = {}
    for row in seen:
        stored = row if isinstance(row, StoredSnapshot) else StoredSnapshot(str(WEEK), row, trusted=True)
        rows.setdefault(stored.snapshot.url, []).append(stored)
    return make_audit(registry(*offices), WEEK, NOW, rows, previous=previous, **more)


def head(**fields):
    return office(tenure(since="2020", accounts=[account()], **fields))


def test_the_document_has_every_key_that_others_rely_on() -> None:
    """DESIGN.md section 9, key by key, at each level."""
    made = json.loads(audit(head(), seen=[snapshot(**opened("2021-10-12"))]).to_json())
    levels = [made, made["offices"][0], made["offices"][0]["accounts"][0]]
    levels += [levels[2]["facts"], made["offices"][0]["findings"][0]]
    wanted = [
        "schema as_of week week_starts week_ends timezone closed tool_version directive policy summary offices",
        "id municipality title group bound holder verdict accounts findings change",
        "network url kind id confirmed snapshot_at facts",
        "exists verified subscribers opened_at opened_precision comments",
        "check network account outcome cause basis message values threshold evidence",
    ]
    for level, keys in zip(levels, wanted, strict=True):
        assert set(keys.split()) <= set(level)
    assert made["schema"] == "auditor/audit/1"
    assert made["as_of"].endswith("Z")
    assert set(made["policy"]["posts_per_week"]) >= {"value", "basis", "source"}


def test_every_check_has_its_finding_about_every_office() -> None:
    """An empty registry entry too: nothing is left out in silence."""
    made = audit(head(), office(), office(group=Group.CITY_DUMA))
    for one in made.offices:
        assert {f.check for f in one.findings} == {check.name for check in catalogue()}


def test_the_summary_counts_bound_offices_and_adds_up() -> None:
    """The Duma is outside the count."""
    lost = office(tenure(since="2020", searches=[search("2026-11-18")]))
    made = audit(head(), lost, office(), office(group=Group.CITY_DUMA), seen=[snapshot(**opened("2021-10-12"))])
    assert made.summary.model_dump() == {
        "bound": 3,
        "passed": 1,
        "failed": 1,
        "cantTell": 0,
        "inapplicable": 0,
        "untested": 1,
    }


def test_a_good_look_is_not_pushed_out_by_a_failed_one_of_the_same_week() -> None:
    """Monday saw the week whole, Tuesday was throttled."""
    good = snapshot(posts=posts(1, 2, 3), taken_at=WEEK.ends + timedelta(hours=3))
    bad = snapshot(exists=None, cause=Cause.THROTTLED)
    made = audit(head(), seen=[good, bad]).offices[0]
    found = made.finding("posts_per_week")
    assert found is not None
    assert found.values["posts"] == 3


def test_last_weeks_look_is_stale_for_posts_and_still_dates_the_opening() -> None:
    """An opening date does not age; a count does."""
    before = snapshot(**opened("2021-10-12"), posts=posts(-40), taken_at=day(-1))
    old = StoredSnapshot("2026-W46", before, trusted=True)
    made = audit(head(), seen=[old]).offices[0]
    assert made.verdict == Outcome.PASSED
    found = made.finding("posts_per_week")
    assert found is not None
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.STALE)
    assert made.days is None


def test_a_look_of_a_run_with_a_failed_control_shows_a_trace_and_no_more() -> None:
    """No facts come from it, nothing fails by it, and the date that it saw is no exact one."""
    row = StoredSnapshot(str(WEEK), snapshot(**opened("2023-10-12"), posts=posts(1)), trusted=False)
    made = audit(head(), seen=[row]).offices[0]
    assert (made.verdict, made.verdict_cause) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)
    assert made.accounts[0].facts.exists is None
    assert made.accounts[0].facts.opened_precision == "not_later_than"
    phantom = audit(head(), seen=[replace(row, phantom=True)]).offices[0]
    assert phantom.accounts[0].facts.opened_at is None


def test_days_add_up_to_the_weeks_posts() -> None:
    """By the calendar of the registry's zone."""
    made = audit(head(), seen=[snapshot(posts=posts(0, 23.9, 24, 167) + posts(50, repost=True, first_id=9))]).offices[0]
    assert made.days is not None
    assert [(d.posts, d.reposts) for d in made.days] == [(2, 0), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert len(made.posts) == 5


def test_every_finding_names_evidence_that_the_office_lists() -> None:
    """No id leads nowhere."""
    made = audit(head(), seen=[snapshot(**traced("2021-10-12"), posts=posts(1))])
    for one in made.offices:
        for found in one.findings:
            assert set(found.evidence) <= set(one.evidence)


def test_controls_are_printed_as_they_came_out() -> None:
    """Expected and seen side by side."""
    control = ControlResult(
        network=Network.VK, route=Route.VK, url="https://vk.com/id1", expected=True, outcome=Outcome.FAILED
    )
    (made,) = audit(head(), controls=[control]).controls
    assert (made.network, made.expected, made.outcome) == ("vk", True, "failed")


def test_the_same_input_gives_the_same_bytes() -> None:
    """The clock is passed in and nothing else is read."""
    seen = [snapshot(**opened("2021-10-12"), posts=posts(1, 2))]
    assert audit(head(), seen=seen).to_json() == audit(head(), seen=seen).to_json()
