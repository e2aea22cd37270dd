"""Which accounts a run looks at, in which order, and what each look is told and may leave out."""

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
from auditor.probes.target import Target
from auditor.probes.telegram.responses import HistoryPage
from auditor.registry.models import Account, AccountKind
from auditor.run.plan import RunPlan, targets_of, window_of
from auditor.run.stored_audits import stored_audit
from auditor.sandbox import World
from tests.archive_samples import begun, control
from tests.cases import NOW, WEEK, account, address, office, registry, tenure
from tests.pipeline import audited, few, sandboxed
from tests.run.helpers import ANSWERED, END, MONDAY, OLDER, OWN, THURSDAY, book_of, comment, post, shown


def test_a_run_looks_back_as_far_as_the_policy_judges() -> None:
    """Comments under posts of `thread_days`, and posts for longer than `silence_days`."""
    book, days = registry(), {"thread_days": 30, "silence_days": 60}
    policy = {key: book.policy[key].model_copy(update={"value": value}) for key, value in days.items()}
    window = window_of(book.model_copy(update={"policy": book.policy | policy}), WEEK, NOW)
    assert WEEK.starts - window.comments_from == timedelta(days=30)
    assert WEEK.starts - window.posts_from > timedelta(days=60) < window.ends - window.gap_from


def test_a_look_knows_the_holders_other_pages_his_institution_and_his_name() -> None:
    """Whoever answers from another confirmed page of his is the owner; leads are nobody's."""
    mine, other, lead = account(), account(Network.VK, "perviy"), account(Network.VK, "lead", confirmed=False)
    body, near = (
        Account(url=address(Network.VK, name), kind=AccountKind.INSTITUTION) for name in ("administraciya", "sosedi")
    )
    neighbour = office(accounts=[near]).model_copy(update={"id": "b"})
    book = registry(office(tenure(since="2020", accounts=[mine, other, lead]), accounts=[body]), neighbour)
    targets = {target.address: target for target in targets_of(book, WEEK, NOW, book.offices)}
    seen = targets[mine.url]
    assert (seen.own, seen.institution, seen.names) == ({other.url}, {body.url}, ("Имярек Анна Андреевна",))
    assert seen.others == {mine.url, other.url, body.url, near.url}
    assert not targets[body.url].full


def stored(archive: Archive, *looks: Snapshot, passed: bool = True, answers: Sequence[StoredResponse] = ()) -> None:
    """Store each look in a run of its own, with a control and with `answers`."""
    for look in looks:
        run = begun(archive, look.taken_at)
        result = control(Outcome.PASSED if passed else Outcome.FAILED)
        seen = {"network": look.network, "route": look.route, "wall": True}
        archive.snapshots.save_control(run, result.model_copy(update=seen), ())
        archive.snapshots.save(run, str(WEEK), look, answers)
        archive.finish_run(run, look.taken_at)


PREVIEW = Route.TELEGRAM_PREVIEW
PAGES = ("perviy_rayon", "vtoroy_rayon", "tretiy_rayon")
BOOK = book_of(Network.TELEGRAM, PAGES)


def planned(archive: Archive, as_of: datetime = MONDAY) -> RunPlan:
    """Plan a run for all pages."""
    return RunPlan.of(archive, BOOK, WEEK, as_of, BOOK.offices)


def first_of(plan: RunPlan) -> Target:
    """Return what a look at the first page is told."""
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
    """Others, of another route, or of another page under the address, spare nothing and tell no number."""
    plain = first_of(planned(Archive.read(tmp_path / "none")))
    look = shown(END, ANSWERED, url=f"https://t.me/{PAGES[0]}", id=9, sides=plain.sides)
    with Archive.open(tmp_path) as archive:
        stored(archive, look.model_copy(update=changes), passed=passed)
        target = first_of(planned(archive))
        assert (target.skip, target.id) == (skip, number)
        assert [t.skip for t in planned(archive).targets(Route.TELEGRAM_CLIENT)] == [{}, {}, {}]


def test_numbers_are_wanted_of_the_names_that_are_not_known(tmp_path: Path) -> None:
    """Of pages and of staff, by name in lower case; who is on record by a number has one."""
    page = account(Network.VK, "perviy").model_copy(update={"staff": [5, "Pomoshnik"]})
    book = registry(office(tenure(since="2020", accounts=[page, account(Network.VK, "id77"), account()])))
    look = shown(END, network=Network.VK, route=Route.VK, url="https://vk.com/perviy", id=7)
    with Archive.open(tmp_path) as archive:
        before = RunPlan.of(archive, book, WEEK, MONDAY).numbers(Network.VK)
        stored(archive, look)
        after = RunPlan.of(archive, book, WEEK, MONDAY).numbers(Network.VK)
    assert before == ({}, frozenset({"perviy", "pomoshnik"}))
    assert after == ({"perviy": 7}, frozenset({"pomoshnik"}))


OPENING = Request(Call("preview", {"before": 21}), HistoryPage, EvidenceKind.OPENING)
FAILED = Failure(at=END, cause=Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize(
    ("precision", "answer", "known"),
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
    precision: str, answer: MinimisedResponse | None, known: bool, tmp_path: Path
) -> None:
    """Exactly, or by all that it asked; what failed is asked again, whatever its status. Subscribers are told on."""
    kept = () if answer is None else (record_response(OPENING, answer, Response(END, 200, b"<html>")),)
    about = {"opened_at": OLDER, "opened_precision": precision, "evidence": tuple(one.evidence for one in kept)}
    trace = Trace(kind=TraceKind.OLDEST_POST, at=OLDER)
    with Archive.open(tmp_path) as archive:
        for traces in ((), (trace,)):
            look = shown(END, url=f"https://t.me/{PAGES[0]}", subscribers=5012, traces=traces, **about)
            stored(archive, look, answers=kept if traces else ())
            target = first_of(planned(archive))
            assert (target.opening_known, target.subscribers) == (known and bool(traces), 5012)


def test_what_was_looked_at_longest_ago_comes_first_and_a_look_cut_off_counts(tmp_path: Path) -> None:
    """One page that is longer than every budget starves nobody."""
    with Archive.open(tmp_path) as archive:
        assert order(planned(archive)) == list(PAGES)
        stored(archive, *(shown(THURSDAY, url=f"https://t.me/{name}") for name in PAGES[:2]))
        assert order(planned(archive)) == [PAGES[2], *PAGES[:2]]
        archive.snapshots.mark_interrupted({(PREVIEW.value, f"https://t.me/{PAGES[2]}")}, THURSDAY + timedelta(hours=1))
        assert order(planned(archive)) == list(PAGES)


def test_a_question_whose_time_to_reply_has_run_out_comes_before_all(tmp_path: Path) -> None:
    """Only a look can tell what became of it."""
    asked = post(7, OWN, comment(70, OWN))
    with Archive.open(tmp_path) as archive:
        stored(archive, shown(OWN + timedelta(hours=1), url=f"https://t.me/{PAGES[0]}"))
        stored(archive, shown(OWN + timedelta(hours=2), asked, url=f"https://t.me/{PAGES[1]}"))
        due = OWN + timedelta(hours=BOOK.policy["reply_within_hours"].number)
        assert order(planned(archive, due)) == [PAGES[1], PAGES[2], PAGES[0]]
        assert order(planned(archive, due - timedelta(seconds=1))) == [PAGES[2], PAGES[0], PAGES[1]]


def test_a_look_is_the_first_the_next_weeks_or_one_again(tmp_path: Path) -> None:
    """By the looks of its route: a run's forecast tells these apart."""
    with Archive.open(tmp_path) as archive:
        stored(archive, *(shown(END, url=f"https://t.me/{name}") for name in PAGES[:2]))
        assert planned(archive).kinds(PREVIEW) == ["again", "again", "first"]
        assert planned(archive).kinds(Route.TELEGRAM_CLIENT) == ["first"] * 3
        assert RunPlan.of(archive, BOOK, WEEK.shift(1), MONDAY, BOOK.offices).kinds(PREVIEW) == [
            "next",
            "next",
            "first",
        ]


def test_what_a_run_takes_over_turns_no_cell(two_weeks: Path, tmp_path: Path) -> None:
    """After the week before a run finds what a run finds that knows nothing."""
    with sandboxed(few(World.build(past=2)), tmp_path) as (_, session):
        cold = audited(session)
    with Archive.read(two_weeks / "data") as archive:
        warm = stored_audit(archive, cold.week)
    assert [[(f.check, f.account, f.outcome) for f in office.findings] for office in warm.offices] == [
        [(f.check, f.account, f.outcome) for f in office.findings] for office in cold.offices
    ]
