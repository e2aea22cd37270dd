"""What a run saw of a route decides what its looks count for."""

import pytest
from pydantic import ValidationError

from auditor.base.snapshot import (
    CommentsState,
    ControlResult,
    Network,
    Outcome,
    Post,
    Route,
    RouteSeen,
    Snapshot,
    Weight,
    routes_seen_by,
    seen_under,
    with_run,
)
from tests.cases import NOW, posts, snapshot

WELL, LOST, PHANTOM, FAILED = "passed", "cantTell", (False, "failed", None, None), (True, "failed", True, None)


@pytest.mark.parametrize(
    ("controls", "shows_posts", "weight"),
    [
        ([], False, Weight.FOR_HIM),  # without a control nobody knows
        ([(True, WELL, True, None)], False, Weight.FULL),
        ([(True, WELL, None, None)], False, Weight.FULL),
        ([(True, WELL, False, None)], False, Weight.FOR_HIM),  # no wall at all was shown
        ([(True, WELL, False, None)], True, Weight.FULL),  # some page showed one
        ([(True, WELL, False, None), (True, WELL, True, None)], False, Weight.FULL),
        ([(True, WELL, True, None), (True, LOST, None, None)], False, Weight.FOR_HIM),
        ([(True, WELL, True, None), FAILED], True, Weight.FOR_HIM),
        ([(True, WELL, True, None), PHANTOM], True, Weight.NONE),  # what does not exist was seen
        ([(False, WELL, None, None), (True, WELL, True, None)], False, Weight.FULL),
    ],
)
def test_controls_decide_what_a_look_counts_for(
    controls: list[tuple[bool, str, bool | None, bool | None]], shows_posts: bool, weight: Weight
) -> None:
    """All came out right and a wall was shown; a page that cannot exist and was seen takes every weight."""
    assert RouteSeen.of(controls, posts=shows_posts).weight is weight


@pytest.mark.parametrize(
    ("of_control", "of_page", "work"),
    [(None, False, False), (False, False, False), (True, False, True), (None, True, True)],
)
def test_a_route_that_showed_a_thread_can_tell_closed_ones(of_control: bool | None, of_page: bool, work: bool) -> None:
    """Of a control's post or of any page's."""
    assert RouteSeen.of([(True, WELL, True, of_control)], threads=of_page).threads_work is work


def test_each_run_and_route_is_weighed_alone() -> None:
    """A look of a run that asked no control counts for its owner alone."""
    control = ControlResult(
        network=Network.TELEGRAM,
        route=Route.TELEGRAM_PREVIEW,
        url="https://t.me/telegram",
        expected=True,
        outcome=Outcome.PASSED,
        wall=False,
    )
    empty, shown = snapshot(), snapshot(posts=posts(1, comments_state=CommentsState.OPEN))
    looks = [(1, "2026-W46", empty), (2, "2026-W47", shown), (3, "2026-W47", shown)]
    seen = routes_seen_by(looks, [(1, control), (2, control)])
    rows = with_run(looks, seen)
    assert [(row.run, row.week, row.weight, row.trusted) for row in rows] == [
        (1, "2026-W46", Weight.FOR_HIM, False),
        (2, "2026-W47", Weight.FULL, True),
        (3, "2026-W47", Weight.FOR_HIM, False),
    ]
    assert with_run([(4, "2026-W47", shown)], seen)[0].weight is Weight.FOR_HIM


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], False),
        ([snapshot(id=None)], False),
        ([snapshot(id=6)], False),
        ([snapshot(id=5)], True),
        ([snapshot(id=5, renamed_to="https://t.me/primer")], True),
        ([snapshot(id=5, renamed_to="https://t.me/drugoy")], False),
    ],
)
def test_a_number_counts_only_where_it_was_seen(seen: list[Snapshot], expected: bool) -> None:
    """One that never was under the address may be a slip of the registry."""
    assert seen_under("https://t.me/primer", 5, seen) is expected


def test_an_error_of_a_form_quotes_nothing() -> None:
    """What it was given might be a citizen's words; times without a zone and beyond the calendar are refused."""
    for wrong in ({"at": "слова жителя"}, {"at": "2026-11-22T12:00:00"}, {"at": "9999-12-31T23:59:59-23:00"}):
        with pytest.raises(ValidationError) as refused:
            Post.model_validate({"id": 1, "url": "https://t.me/primer/1", **wrong})
        assert str(wrong["at"]) not in str(refused.value)
    assert Post(id=1, at=NOW, url="").comments_state is CommentsState.UNKNOWN
