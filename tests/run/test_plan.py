"""Which accounts a run looks at, in which order, and what each look is given and may leave out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause, EvidenceKind, Network, Outcome, Route, Snapshot, Trace, TraceKind
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Response, record_response
from auditor.probes.protocol import Call, Failure, MinimisedResponse, Request
from auditor.probes.target import VERSION, Target
from auditor.probes.telegram.responses import HistoryPage
from auditor.registry.models import Account, AccountKind
from auditor.run.plan import RunPlan, targets_of, window_of
from auditor.run.stored_audits import stored_audit
from auditor.sandbox import World
from tests.archive_samples import begun, control
from tests.cases import NOW, WEEK, account, address, office, registry, tenure
from tests.pipeline import audited, few, sandboxed
from tests.run.toy_runs import (
    ANSWERED,
    BEFORE_WEEK,
    END,
    IN_WEEK,
    MONDAY,
    THURSDAY,
    comment,
    post,
    registry_of,
    snapshot_at,
)


def test_a_run_looks_back_as_far_as_the_policy_judges() -> None:
    """Comments under posts of `thread_days`, and posts for longer than `silence_days`."""
    offices, days = registry(), {"thread_days": 30, "silence_days": 60}
    policy = {key: offices.policy[key].model_copy(update={"value": value}) for key, value in days.items()}
    window = window_of(offices.model_copy(update={"policy": offices.policy | policy}), WEEK, NOW)
    assert WEEK.starts - window.comments_from == timedelta(days=30)
    assert WEEK.starts - window.posts_from > timedelta(days=60) < window.ends - window.gap_from


def test_a_look_knows_the_holders_other_pages_institution_and_name() -> None:
    """A reply from another confirmed page of the holder is the owner's; leads belong to nobody."""
    own_page, other, lead = account(), account(Network.VK, "perviy"), account(Network.VK, "lead", confirmed=False)
    body, neighbour_page = (
        Account(url=address(Network.VK, name), kind=AccountKind.INSTITUTION) for name in ("administraciya", "sosedi")
    )
    neighbour = office(accounts=[neighbour_page]).model_copy(update={"id": "b"})
    offices = registry(office(tenure(since="2020", accounts=[own_page, other, lead]), accounts=[body]), neighbour)
    targets = {target.address: target for target in targets_of(offices, WEEK, NOW, offices.offices)}
    target = targets[own_page.url]
    assert (target.own, target.institution, target.names) == ({other.url}, {body.url}, ("Имярек Анна Андреевна",))
    assert target.others == {own_page.url, other.url, body.url, neighbour_page.url}
    assert not targets[body.url].full
    assert {target.version for target in targets.values()} == {VERSION}


def store(archive: Archive, *looks: Snapshot, passed: bool = True, responses: Sequence[StoredResponse] = ()) -> None:
    """Store each look in a run of its own, with a control and with `responses`."""
    for look in looks:
        run = begun(archive, look.taken_at)
        result = control(Outcome.PASSED if passed else Outcome.FAILED)
        fields = {"network": look.network, "route": look.route, "wall": True}
        archive.snapshots.save_control(run, result.model_copy(update=fields), ())
        archive.snapshots.save(run, str(WEEK), look, responses)
        archive.finish_run(run, look.taken_at)


PREVIEW = Route.TELEGRAM_PREVIEW
PAGES = ("perviy_rayon", "vtoroy_rayon", "tretiy_rayon")
BOOK = registry_of(Network.TELEGRAM, PAGES)


def planned(archive: Archive, as_of: datetime = MONDAY) -> RunPlan:
    """Plan a run for all pages."""
    return RunPlan.of(archive, BOOK, WEEK, as_of, BOOK.offices)


def first_of(plan: RunPlan) -> Target:
    """Return the target of a look at the first page."""
    (target,) = (target for target in plan.targets(PREVIEW) if target.address.name == PAGES[0])
    return target


def order(plan: RunPlan) -> list[str]:
    """Return the pages in the order of the plan."""
    return [target.address.name for target in plan.targets(PREVIEW)]


@pytest.mark.parametrize(
    ("passed", "changes", "skip", "number"),
    [
        (True, {}, {5: 2}, 9),
        (False, {}, {}, None),
        (True, {"exists": None, "id": None}, {}, None),
        (True, {"posts_cause": Cause.GONE}, {}, 9),
    ],
    ids=str,
)
def test_the_plan_trusts_looks_whose_controls_came_out_right(
    passed: bool, changes: dict[str, Any], skip: dict[int, int], number: int | None, tmp_path: Path
) -> None:
    """Others, those of another route, or of another page under the address, spare nothing and give no id."""
    plain = first_of(planned(Archive.read(tmp_path / "none")))
    look = snapshot_at(END, ANSWERED, url=f"https://t.me/{PAGES[0]}", id=9, sides=plain.sides)
    with Archive.open(tmp_path) as archive:
        store(archive, look.model_copy(update=changes), passed=passed)
        target = first_of(planned(archive))
        assert (target.skip, target.id) == (skip, number)
        assert [t.skip for t in planned(archive).targets(Route.TELEGRAM_CLIENT)] == [{}, {}, {}]


def test_page_ids_are_requested_for_unknown_names(tmp_path: Path) -> None:
    """Of pages and of staff, by name in lower case; an account that is recorded by its id needs no request."""
    page = account(Network.VK, "perviy").model_copy(update={"staff": [5, "Pomoshnik"]})
    offices = registry(office(tenure(since="2020", accounts=[page, account(Network.VK, "id77"), account()])))
    look = snapshot_at(END, network=Network.VK, route=Route.VK, url="https://vk.com/perviy", id=7)
    with Archive.open(tmp_path) as archive:
        first_ids = RunPlan.of(archive, offices, WEEK, MONDAY).page_ids(Network.VK)
        store(archive, look)
        later_ids = RunPlan.of(archive, offices, WEEK, MONDAY).page_ids(Network.VK)
    assert first_ids == ({}, frozenset({"perviy", "pomoshnik"}))
    assert later_ids == ({"perviy": 7}, frozenset({"pomoshnik"}))


OPENING = Request(Call("preview", {"before": 21}), HistoryPage, EvidenceKind.OPENING)
FAILED = Failure(at=END, cause=Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize(
    ("precision", "response", "is_known"),
    [
        ("exact", None, True),
        ("not_later_than", None, False),
        ("not_later_than", HistoryPage(at=END), True),
        ("not_later_than", FAILED, False),
        ("not_later_than", HistoryPage(at=END, cause=Cause.THROTTLED), False),
    ],
    ids=str,
)
def test_an_opening_that_a_route_has_found_is_not_looked_for_again(
    precision: str, response: MinimisedResponse | None, is_known: bool, tmp_path: Path
) -> None:
    """Found exactly, or by all its requests; failed ones are repeated, whatever the status. Subscribers stay."""
    responses = () if response is None else (record_response(OPENING, response, Response(END, 200, b"<html>")),)
    about = {
        "opened_at": BEFORE_WEEK,
        "opened_precision": precision,
        "evidence": tuple(response.evidence for response in responses),
    }
    trace = Trace(kind=TraceKind.OLDEST_POST, at=BEFORE_WEEK)
    with Archive.open(tmp_path) as archive:
        for traces in ((), (trace,)):
            look = snapshot_at(END, url=f"https://t.me/{PAGES[0]}", subscribers=5012, traces=traces, **about)
            store(archive, look, responses=responses if traces else ())
            target = first_of(planned(archive))
            assert (target.opening_known, target.subscribers) == (is_known and bool(traces), 5012)


def test_what_was_looked_at_longest_ago_comes_first_and_a_look_cut_off_counts(tmp_path: Path) -> None:
    """A page that takes longer than any budget does not starve the others."""
    with Archive.open(tmp_path) as archive:
        assert order(planned(archive)) == list(PAGES)
        store(archive, *(snapshot_at(THURSDAY, url=f"https://t.me/{name}") for name in PAGES[:2]))
        assert order(planned(archive)) == [PAGES[2], *PAGES[:2]]
        archive.snapshots.mark_interrupted({(PREVIEW.value, f"https://t.me/{PAGES[2]}")}, THURSDAY + timedelta(hours=1))
        assert order(planned(archive)) == list(PAGES)


def test_a_question_whose_time_to_reply_has_run_out_comes_before_all(tmp_path: Path) -> None:
    """Only a look can show whether it got a reply."""
    unanswered = post(7, IN_WEEK, comment(70, IN_WEEK))
    with Archive.open(tmp_path) as archive:
        store(archive, snapshot_at(IN_WEEK + timedelta(hours=1), url=f"https://t.me/{PAGES[0]}"))
        store(archive, snapshot_at(IN_WEEK + timedelta(hours=2), unanswered, url=f"https://t.me/{PAGES[1]}"))
        due = IN_WEEK + timedelta(hours=BOOK.policy["reply_within_hours"].number)
        assert order(planned(archive, due)) == [PAGES[1], PAGES[2], PAGES[0]]
        assert order(planned(archive, due - timedelta(seconds=1))) == [PAGES[2], PAGES[0], PAGES[1]]


def test_a_look_is_the_first_the_next_weeks_or_one_again(tmp_path: Path) -> None:
    """By the looks of its route: the forecast of a run distinguishes these kinds."""
    with Archive.open(tmp_path) as archive:
        store(archive, *(snapshot_at(END, url=f"https://t.me/{name}") for name in PAGES[:2]))
        assert planned(archive).kinds(PREVIEW) == ["again", "again", "first"]
        assert planned(archive).kinds(Route.TELEGRAM_CLIENT) == ["first"] * 3
        assert RunPlan.of(archive, BOOK, WEEK.shift(1), MONDAY, BOOK.offices).kinds(PREVIEW) == [
            "next",
            "next",
            "first",
        ]


def test_what_a_run_takes_over_changes_no_cell(two_weeks: Path, tmp_path: Path) -> None:
    """A run that continues from the previous week finds what a run without any archive finds."""
    with sandboxed(few(World.build(past=2)), tmp_path) as (_, workspace):
        cold = audited(workspace)
    with Archive.read(two_weeks / "data") as archive:
        warm = stored_audit(archive, cold.week)
    assert [[(f.check, f.account, f.outcome) for f in office.findings] for office in warm.offices] == [
        [(f.check, f.account, f.outcome) for f in office.findings] for office in cold.offices
    ]
