"""The weeks before, as judged then or as a later look shows them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedOffice, AuditedPast
from auditor.audit.judge import make_audit
from auditor.base.snapshot import Cause, Network, Route, Snapshot, StoredSnapshot, Weight
from tests.cases import NOW, WEEK, account, office, opened, posts, registry, snapshot, tenure

MONDAY = -168.0
"""A week earlier, in hours."""
OPENED = opened("2021-10-12")
NAME = "Имярек Анна Андреевна"


def judged(*looks: Snapshot | StoredSnapshot, earlier: Sequence[Audit] = (), people: Any = None) -> AuditedOffice:
    """The one invented office in the week, after these looks."""
    rows: dict[str, list[StoredSnapshot]] = {}
    for one in looks:
        row = one if isinstance(one, StoredSnapshot) else StoredSnapshot(str(WEEK), one)
        rows.setdefault(row.snapshot.url, []).append(row)
    tenures = people or [tenure(since="2020", accounts=[account()])]
    book = registry(office(*tenures))
    return make_audit(book, WEEK, NOW, rows, earlier=earlier).offices[0]


def stored(back: int, outcome: str = "passed", holder: str = NAME, **values: int) -> Audit:
    """The audit of so many weeks before; `values` are those of its posts and of its questions."""
    audit = make_audit(registry(office(tenure(since="2020"))), WEEK, NOW, {})
    (seat,) = audit.offices
    assert seat.holder is not None
    told = {"outcome": outcome, "cause": "too_little_data" if outcome == "cantTell" else None}
    kept = {"posts_per_week": {"posts", "distinct", "reposts"}, "comments_answered": {"due", "answered_in_time"}}
    findings = [
        found.model_copy(update={**told, "values": {key: value for key, value in values.items() if key in kept[check]}})
        for check in kept
        if (found := seat.finding(check)) is not None
    ]
    named = seat.holder.model_copy(update={"name": holder})
    then = seat.model_copy(update={"verdict": "failed", "holder": named, "findings": findings})
    return audit.model_copy(update={"week": str(WEEK.shift(-back)), "offices": [then]})


def week_of(office: AuditedOffice, back: int) -> AuditedPast:
    return next(past for past in office.history if past.week == str(WEEK.shift(-back)))


def test_a_history_is_26_weeks_with_this_one_last() -> None:
    """Each named once, in order, whatever is known of it."""
    made = judged(snapshot(**OPENED, posts=posts(5, 30, 60)))
    assert [past.week for past in made.history] == [str(WEEK.shift(n)) for n in range(-25, 1)]
    last = made.history[-1]
    assert (last.verdict, last.holder, last.posts, last.from_look) == (made.verdict, NAME, 3, False)


def test_a_week_that_was_audited_stands_as_it_was_judged_then() -> None:
    """Even where a later look shows other posts; by the number that is held against the threshold."""
    told = stored(3, posts=5, distinct=4, reposts=1, due=7, answered_in_time=2)
    past = week_of(judged(snapshot(**OPENED, posts=posts(5)), earlier=[told]), 3)
    week = str(WEEK.shift(-3))
    assert past == AuditedPast(week=week, verdict="failed", holder=NAME, posts=4, reposts=1, due=7, in_time=2)
    open_week = stored(1, "cantTell", posts=2, due=5, answered_in_time=3)
    past = week_of(judged(snapshot(**OPENED), earlier=[open_week]), 1)
    assert (past.posts, past.due) == (None, 5), "an open week's count is not the week's"


def test_the_same_text_on_two_networks_is_one_publication_in_every_week() -> None:
    """In this one, and in one counted later."""
    pages = [account(), account(Network.VK, "perviy")]
    twice = [post.model_copy(update={"sketch": f"k{post.id}"}) for post in posts(5, MONDAY + 3)]
    made = judged(
        snapshot(**OPENED, posts=twice),
        snapshot(**OPENED, posts=twice, url=pages[1].url.url, network=Network.VK, route=Route.VK),
        people=[tenure(since="2020", accounts=pages)],
    )
    assert made.finding("posts_per_week").values["posts"] == 2
    assert [(week_of(made, n).posts, week_of(made, n).from_look) for n in (0, 1)] == [(1, False), (1, True)]


BACK = WEEK.starts + timedelta(hours=4 * MONDAY)
SEEN = {
    "posts": (
        snapshot(**OPENED, posts=posts(5, MONDAY + 3, MONDAY + 9, 3 * MONDAY + 1), posts_since=BACK),
        [2, None, None, None],
    ),
    "a quiet week": (snapshot(**OPENED, posts=posts(5, 3 * MONDAY + 1), posts_since=BACK), [0, None]),
    "not reached wholly": (
        snapshot(**OPENED, posts=posts(5, 2 * MONDAY + 2), posts_since=WEEK.starts + timedelta(hours=2 * MONDAY + 1)),
        [0, None],
    ),
    "posts not read": (snapshot(**OPENED, posts_cause=Cause.THROTTLED), [None, None]),
    "closed": (snapshot(**OPENED, cause=Cause.PRIVATE), [None, None]),
    "not seen": (snapshot(**OPENED, exists=None, cause=Cause.BLOCKED), [None, None]),
    "doubted": (
        StoredSnapshot(str(WEEK), snapshot(**OPENED, posts=posts(MONDAY + 1)), weight=Weight.FOR_HIM),
        [None, None],
    ),
}


@pytest.mark.parametrize(("look", "counts"), SEEN.values(), ids=SEEN.keys())
def test_a_week_that_nobody_audited_is_counted_in_a_full_look_that_reaches_back_over_all_of_it(
    look: Any, counts: list[int | None]
) -> None:
    """Else it is unknown and not zero; more than 14 days later nobody knows what was deleted since."""
    made = judged(look)
    assert [week_of(made, n).posts for n in range(1, len(counts) + 1)] == counts
    assert [week_of(made, n).from_look for n in range(1, len(counts) + 1)] == [n is not None for n in counts]
    assert week_of(made, 1).verdict is None


def test_another_page_under_the_name_shows_no_week_before() -> None:
    """The confirmed page's number is known from its own looks."""
    first = StoredSnapshot(str(WEEK.shift(-2)), snapshot(**OPENED, taken_at=NOW - timedelta(weeks=2)))
    made = judged(first, snapshot(**OPENED, id=1500000999, posts=posts(MONDAY + 1)))
    assert week_of(made, 1).posts is None


def test_a_predecessors_weeks_bear_the_predecessors_name_and_posts() -> None:
    """Another person's record is not the holder's, and the week of taking office is judged of nobody."""
    mine, other = account(), account(name="prezhniy")
    people = [
        tenure("Имярек Борис Борисович", since="2019", until="2026-11-08", accounts=[other]),
        tenure(since="2026-11-09", accounts=[mine]),
    ]
    then = snapshot(**OPENED, url=other.url.url, posts=posts(2 * MONDAY + 1), taken_at=WEEK.shift(-2).ends)
    now = snapshot(**OPENED, posts=posts(MONDAY + 1, 2 * MONDAY + 5, 2 * MONDAY + 6))
    made = judged(StoredSnapshot(str(WEEK.shift(-2)), then), now, people=people)
    assert [(week_of(made, n).holder, week_of(made, n).posts) for n in (1, 2)] == [
        ("Имярек Анна Андреевна", None),
        ("Имярек Борис Борисович", 1),
    ]


# The whole way -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office_of(five_weeks: Path) -> dict[str, AuditedOffice]:
    text = (five_weeks / "reports" / "2026-W47" / "audit.json").read_text(encoding="utf-8")
    return {one.id: one for one in Audit.from_json(text).offices}


def test_the_demonstrations_history_equals_what_its_weeks_said(
    five_weeks: Path, office_of: dict[str, AuditedOffice]
) -> None:
    """Each audited week's own finding and verdict, no bound as a number, nothing judged of the missed week."""
    for week in ("2026-W43", "2026-W44", "2026-W46", "2026-W47"):
        then = json.loads((five_weeks / "reports" / week / "audit.json").read_text(encoding="utf-8"))
        for one in then["offices"]:
            past = next(p for p in office_of[one["id"]].history if p.week == week)
            found = [f for f in one["findings"] if f["check"] == "posts_per_week" and f["account"] is None]
            whole = [f["outcome"] != "cantTell" and not f["values"].get("at_least") for f in found]
            told = [f["values"].get("distinct") if told else None for f, told in zip(found, whole, strict=True)]
            assert (past.verdict, [past.posts]) == (one["verdict"], told)
    missed = [next(p for p in one.history if p.week == "2026-W45") for one in office_of.values()]
    assert {p.verdict for p in missed} == {None}
    assert sum(p.from_look and bool(p.posts) for p in missed) > 5


def test_the_demonstration_shows_a_hindered_week_a_silence_and_a_change_of_holder(
    office_of: dict[str, AuditedOffice],
) -> None:
    """VK answered with a captcha in one week; the seventh was silent for two; the nineteenth changed hands."""
    hindered = next(p for p in office_of["rayon-02"].history if p.week == "2026-W44")
    assert (hindered.posts, hindered.verdict) == (None, "passed")
    assert {p.posts for p in office_of["rayon-04"].history} <= {0, None}
    successor = office_of["rayon-19"]
    assert successor.holder is not None
    before = successor.history[-2]
    assert before.holder != successor.holder.name
    assert before.posts
