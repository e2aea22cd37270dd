"""Two routes to one channel: the better of each, and a disagreement told as one."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.sights import merge
from auditor.base.snapshot import Cause, Comment, CommentsState, Outcome, Route, Side, StoredSnapshot, Weight
from auditor.registry.models import AccountKind
from tests.cases import WEEK, account, day, office, opened, posts, snapshot, tenure, traced
from tests.test_audit import audit

OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN


def preview(**fields: Any):
    return snapshot(**fields)


def client(**fields: Any):
    return snapshot(route=Route.TELEGRAM_CLIENT, **fields)


def joined(one, other):
    return merge(one, other, WEEK.starts, WEEK.ends)


def made(*looks, trusted=(True, True)):
    rows = [
        StoredSnapshot(str(WEEK), look, weight=Weight.FULL if ok else Weight.FOR_HIM)
        for look, ok in zip(looks, trusted, strict=False)
    ]
    return audit(office(tenure(since="2020", accounts=[account()])), seen=rows).offices[0]


def test_either_route_stands_alone_where_the_other_saw_nothing() -> None:
    """Unreachable or without a key, it takes nothing from the other."""
    blind = {"exists": None, "cause": Cause.UNREACHABLE, "id": None}
    for one, other, route in (
        (preview(posts=posts(1, 2, 3)), client(**blind), Route.TELEGRAM_PREVIEW),
        (preview(**blind), client(posts=posts(1, 2, 3)), Route.TELEGRAM_CLIENT),
    ):
        view = joined(one, other)
        assert view is not None
        assert (len(view.snapshot.posts), set(view.routes.values()), view.conflicts) == (3, {route}, {})
    assert joined(None, None) is None


def test_existence_and_kind_are_the_previews_and_the_rest_is_the_clients() -> None:
    """Each fact names its route."""
    view = joined(preview(subscribers=None, **traced("2022-07-01")), client(subscribers=120, **opened("2021-10-12")))
    assert view is not None
    assert view.routes["exists"] is Route.TELEGRAM_PREVIEW
    assert {view.routes[f] for f in ("subscribers", "opened_at", "posts", "comments")} == {Route.TELEGRAM_CLIENT}
    assert view.snapshot.subscribers == 120
    assert view.conflicts == {}


def test_a_channel_whose_preview_is_off_is_read_by_the_client() -> None:
    """The preview's cause does not outlive the other route's sight."""
    one = made(preview(posts_cause=Cause.PREVIEW_OFF), client(posts=posts(1, 2, 3), **opened("2021-10-12")))
    found = one.finding("posts_per_week")
    assert found is not None
    assert (found.outcome, found.values["posts"], one.verdict) == (Outcome.PASSED, 3, Outcome.PASSED)
    assert one.accounts[0].routes["posts"] == "telegram_client"


def test_a_distrusted_preview_leaves_the_client_to_judge() -> None:
    """Only when no route of the network is left does its failed control count."""
    looks = preview(**opened("2023-01-01")), client(posts=posts(1, 2, 3), **opened("2021-10-12"))
    assert made(*looks, trusted=(False, True)).verdict == Outcome.PASSED
    late = preview(**opened("2023-01-01")), client(posts=posts(1, 2), **opened("2023-01-01"))
    both = made(*late, trusted=(False, False))
    assert (both.verdict, both.verdict_cause) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)
    assert both.finding("posts_per_week").cause == Cause.CONTROL_FAILED
    assert made(*looks, trusted=(False, False)).verdict == Outcome.PASSED  # what was seen is a trace


@pytest.mark.parametrize(
    ("here", "there"),
    [({"id": 1}, {"id": 2}), ({"kind": "channel"}, {"kind": "group"})],
)
def test_two_pages_under_one_name_are_judged_as_neither(here: dict, there: dict) -> None:
    """Another number, another kind: cannot tell, with both values."""
    one = made(preview(**here), client(**there))
    for check, about in (("account_exists", "https://t.me/perviy_rayon"), ("posts_per_week", None)):
        found = one.finding(check, about)
        assert found is not None
        assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
        assert (found.values["seen_by_preview"], found.values["seen_by_client"]) == tuple(
            str(next(iter(values.values()))) for values in (here, there)
        )


def test_a_page_missing_on_one_route_and_read_by_the_other_is_there() -> None:
    """What is read counts."""
    one = made(preview(exists=False, id=None), client(posts=posts(1, 2, 3)))
    assert one.finding("account_exists", "https://t.me/perviy_rayon").outcome == Outcome.PASSED
    assert one.finding("posts_per_week").outcome == Outcome.PASSED


def test_other_posts_in_the_week_are_a_disagreement_and_very_young_ones_are_not() -> None:
    """A post made between the two looks may rightly be in one of them only."""
    differ = made(preview(posts=posts(1)), client(posts=posts(1, 2)))
    found = differ.finding("posts_per_week")
    assert found is not None
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
    assert (found.values["seen_by_preview"], found.values["seen_by_client"]) == ("1", "2")
    assert made(preview(posts=posts(1, 2)), client(posts=posts(1, 2, 3))).finding("posts_per_week").outcome == "passed"
    early = day(60)
    view = joined(
        preview(posts=posts(1, 2), taken_at=early),
        client(posts=posts(1, 2, 59.9), taken_at=early + timedelta(minutes=2)),
    )
    assert view is not None
    assert view.conflicts == {}


def test_two_exact_openings_that_are_not_one_date_are_told_and_not_judged() -> None:
    """Both after the deadline, and still nobody is called late by a disagreement."""
    one = made(preview(**opened("2023-01-01")), client(**opened("2023-05-01")))
    found = one.finding("opened_by_deadline")
    assert found is not None
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
    assert {"seen_by_preview", "seen_by_client"} <= set(found.values)
    assert made(preview(**opened("2021-01-01")), client(**opened("2021-01-01"))).verdict == Outcome.PASSED


def test_comments_are_taken_from_whichever_look_could_read_them() -> None:
    """And a post that one look calls open and the other closed is neither."""
    talk = (Comment(id=9, at=day(5), side=Side.CITIZEN, says="asks"),)
    view = joined(
        preview(posts=posts(1, comments_state=OPEN, comments=talk) + posts(2, comments_state=OPEN, first_id=2)),
        client(
            posts=posts(1, comments_cause=Cause.THROTTLED) + posts(2, comments_state=CLOSED, first_id=2),
        ),
    )
    assert view is not None
    first, second = view.snapshot.posts
    assert (first.comments, first.comments_cause, first.comments_state) == (talk, None, OPEN)
    assert (second.comments_state, second.comments_cause) == (UNKNOWN, Cause.CONTRADICTION)


def test_another_page_under_a_confirmed_name_is_not_judged() -> None:
    """The name passed to another number: neither its silence nor its opening is the head's."""
    old = StoredSnapshot("2026-W46", preview(id=1, **opened("2021-10-12")))
    new = StoredSnapshot(str(WEEK), preview(id=2, posts=posts(1), **opened("2024-10-12")))
    rows = [old, new]
    one = audit(office(tenure(since="2020", accounts=[account()])), seen=rows).offices[0]
    for check in ("account_exists", "posts_per_week", "longest_silence"):
        found = one.finding(check, "https://t.me/perviy_rayon" if check == "account_exists" else None)
        assert found is not None
        assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS)
    assert one.verdict == Outcome.PASSED
    assert one.accounts[0].facts.subscribers is None


def test_a_worse_look_of_the_same_week_does_not_push_out_a_whole_one() -> None:
    """The wall was read on Monday and throttled on Tuesday; a page gone only after the week was there in it."""
    whole, cut = preview(posts=posts(1, 2, 3)), preview(posts_cause=Cause.THROTTLED)
    assert made(whole, cut).finding("posts_per_week").outcome == Outcome.PASSED
    for after in (cut, preview(exists=False)):
        assert made(whole, after).finding("account_exists", "https://t.me/perviy_rayon").outcome == Outcome.PASSED


def test_a_page_gone_in_the_week_is_that_weeks_and_its_posts_are_those_seen_before() -> None:
    """The network says so by the page's number before the week's end."""
    there, gone = preview(posts=posts(1, 2), taken_at=day(50)), preview(exists=False, taken_at=day(100))
    after = preview(exists=False)
    one = made(there, gone, after)
    assert one.finding("account_exists", "https://t.me/perviy_rayon").outcome == Outcome.FAILED
    few = one.finding("posts_per_week")
    assert (few.outcome, few.cause) == (Outcome.CANT_TELL, Cause.GONE)
    enough = made(there.model_copy(update={"posts": posts(1, 2, 3)}), gone, after)
    assert enough.finding("posts_per_week").outcome == Outcome.PASSED


def test_an_institutions_page_beside_a_person_is_shown_and_only_asked_whether_it_exists() -> None:
    """It does not satisfy the directive."""
    page = account().model_copy(update={"kind": AccountKind.INSTITUTION, "confirmed": None})
    one = audit(
        office(tenure(since="2020", accounts=[page])),
        seen=[StoredSnapshot(str(WEEK), preview(**opened("2021-10-12")))],
    ).offices[0]
    assert one.verdict == Outcome.UNTESTED
    assert [f.check for f in one.findings if f.account] == ["account_exists"]


def test_two_looks_are_judged_at_the_moment_of_the_earlier_one() -> None:
    """The client read the talk an hour before the preview came: what was answered in between was not seen by it."""
    asked_at = WEEK.ends - timedelta(hours=1)
    talk = (Comment(id=9, at=asked_at, side=Side.CITIZEN, says="asks"),)
    page = posts(100, comments_state=OPEN, comments=talk)
    early = client(posts=page, taken_at=asked_at + timedelta(hours=23, minutes=30))
    late = preview(posts=posts(100, comments_state=OPEN), taken_at=asked_at + timedelta(hours=24, minutes=30))
    found = made(late, early).finding("comments_answered")
    assert found is not None
    assert (found.values["pending"], found.values["no_reply_found"]) == (1, 0)
