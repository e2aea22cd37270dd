"""What no look may do to the judgement of answers, whatever it shows: properties over threads seen several times."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Comment, CommentsState, Outcome, Post, Route, Side, Snapshot
from tests.cases import WEEK, day, judge_office, posts, snapshot
from tests.test_red_other_looks import again, question, week

_RANK = {Outcome.FAILED: 0, Outcome.CANT_TELL: 1, Outcome.INAPPLICABLE: 1, Outcome.PASSED: 2}
_SIDES = [Side.OWNER, Side.OWNER, Side.BODY, Side.UNKNOWN]
_CHECKS = ("comments_answered", "comments_open", "posts_per_week", "longest_silence")
_MOMENTS = [60, 120, 168, 168 + 36, 168 + 24 * 13, 168 + 24 * 20, 168 + 24 * 40]
"""Hours of the week at which it is looked at: in it, in time after it, and too late."""
_IN_TIME = [168 + 1, 168 + 36, 168 + 24 * 13]


@dataclass(frozen=True)
class Seen:
    """One look at the page: which of its two posts and which of their comments it shows, and how far it is believed."""

    hours: float
    shown: frozenset[int]
    trusted: bool = True
    client: bool = False
    """By the signed-in client, which numbers comments apart."""
    first_alone: bool = False
    """The second post is not shown."""
    nameless: bool = False
    """It does not tell who wrote the comments."""
    extra: int = 0
    """So many posts more than these two."""
    state: CommentsState = CommentsState.OPEN
    cause: Cause | None = None

    @property
    def at(self) -> datetime:
        return day(self.hours)

    def of(self, world: Sequence[Comment]) -> Snapshot:
        """The look, at a page under whose first post the odd comments are and under whose second the even ones."""
        known = [c for c in world if c.id % 100 in self.shown and c.at <= self.at]
        known = [c.model_copy(update={"author": None}) for c in known] if self.nameless else known
        line = again(known, 7) if self.client else tuple(known)
        base = 7 if self.client else 0
        pages = posts(-30, 2, first_id=1, comments_state=self.state, comments_cause=self.cause)
        under: dict[int, tuple[Comment, ...]] = {
            post.id: tuple(c for c in line if (c.id - base) % 2 == post.id % 2) for post in pages
        }
        told: tuple[Post, ...] = tuple(p.model_copy(update={"comments": under[p.id]}) for p in pages)
        told = tuple(p for p in told if p.id == 1 or not self.first_alone)
        route = Route.TELEGRAM_CLIENT if self.client else Route.TELEGRAM_PREVIEW
        more = posts(*(30, 40, 50)[: self.extra], first_id=10, comments_state=self.state)
        told += tuple(post for post in more if post.at < self.at)
        return snapshot(posts=(*posts(-24 * 60, first_id=90), *told), taken_at=self.at, route=route)


@dataclass(frozen=True)
class World:
    """Some questions, the answers to them, and the looks at both."""

    comments: tuple[Comment, ...]
    looks: tuple[Seen, ...]

    def judged(self, check: str = "comments_answered", *more: Comment, to: int | None = None) -> Outcome:
        """The outcome; with `more` comments shown by the look `to` alone."""
        seen = [
            one.of((*self.comments, *more) if number == to else self.comments) for number, one in enumerate(self.looks)
        ]
        doubted = [look for look, one in zip(seen, self.looks, strict=True) if not one.trusted]
        sure = [look for look, one in zip(seen, self.looks, strict=True) if one.trusted]
        return judge_office(check, week(*sure, untrusted=doubted, as_of=WEEK.ends + timedelta(days=60))).outcome


@st.composite
def threads(draw: st.DrawFn) -> tuple[Comment, ...]:
    """No question, or four to eight by four people, each in its own second; few of them answered, or all."""
    found: list[Comment] = []
    most, since = draw(st.sampled_from([0, 5, 0, 1])), draw(st.sampled_from([3, 3, 150]))
    for number in range(1, draw(st.sampled_from([5, 0, 4, 6, 7, 8, 0])) + 1):
        asked = question(number, draw(st.integers(since, 160)), author=number % 4 + 1)
        found.append(asked.model_copy(update={"at": asked.at + timedelta(seconds=number)}))
        if most and draw(st.integers(1, most)) == 1:
            good = most == 1
            hours = 1 if good else draw(st.sampled_from([1, 20, 60, 24 * 30]))
            wait = timedelta(hours=hours, seconds=11 * number)
            side = Side.OWNER if good else draw(st.sampled_from(_SIDES))
            line = Comment(
                id=100 + number,
                at=asked.at + wait,
                side=side,
                author=f"o{number}",
                answers=number,
                has_words=good or draw(st.booleans()),
                deleted=not good and draw(st.integers(0, 5)) == 0,
            )
            found.append(line)
    return tuple(found)


@st.composite
def sights(draw: st.DrawFn, hours: Sequence[float] = tuple(_MOMENTS), **fields: Any) -> Seen:
    """A look of any moment that shows some or all of it."""
    some = st.sampled_from([range(1, 9), range(1, 5), range(1, 6), range(3, 9)]).map(frozenset)
    drawn = {
        "trusted": draw(st.booleans()),
        "client": draw(st.booleans()),
        "nameless": draw(st.integers(0, 3)) == 0,
        "extra": draw(st.integers(0, 3)),
        "first_alone": draw(st.integers(0, 4)) == 0,
        "state": draw(st.sampled_from([CommentsState.OPEN] * 3 + [CommentsState.CLOSED, CommentsState.UNKNOWN])),
        "cause": draw(st.sampled_from([None] * 5 + [Cause.THROTTLED])),
    }
    return Seen(draw(st.sampled_from(hours)), draw(some), **(drawn | fields))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A good look in time, and up to two more of any kind."""
    good = draw(sights(_IN_TIME, trusted=True, cause=None))
    comments = draw(threads())
    shut = not comments and draw(st.booleans())
    good = replace(good, state=CommentsState.CLOSED if shut else CommentsState.OPEN)
    return World(comments, (good, *draw(st.sampled_from([0, 0, 1])) * [draw(sights())]))


def unbelieved() -> st.SearchStrategy[Seen]:
    """A look whose control failed, or one too late for the week."""
    return sights(trusted=False) | sights(hours=(168 + 24 * 20, 168 + 24 * 40), trusted=True)


@given(worlds(), unbelieved())
@settings(max_examples=200, deadline=None)
def test_a_look_that_is_not_believed_turns_nothing_red(world: World, more: Seen) -> None:
    """Whatever it shows, and whatever it does not."""
    told = replace(world, looks=(*world.looks, more))
    for check in _CHECKS:
        assert _RANK[told.judged(check)] >= min(_RANK[world.judged(check)], 1), check


@given(worlds(), st.integers(0, 2), st.integers(1, 8), st.sampled_from(_SIDES), st.sampled_from([0.3, 20, 200]))
@settings(max_examples=200, deadline=None)
def test_one_more_answer_in_any_look_never_makes_it_worse(
    world: World, to: int, asked: int, side: Side, wait: float
) -> None:
    """In time or late, by whoever, in a look that is believed or not: alone or beside others."""
    target = next((c for c in world.comments if c.id == asked), question(asked))
    line = Comment(
        id=300 + target.id,
        at=target.at + timedelta(hours=wait, seconds=7),
        side=side,
        author="more",
        answers=target.id,
    )
    number = min(to, len(world.looks) - 1)
    if target.id not in world.looks[number].shown:
        number = 0
    assert _RANK[world.judged("comments_answered", line, to=number)] >= _RANK[world.judged()]


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_the_same_seen_by_another_route_changes_nothing(world: World) -> None:
    """The good look again, by the route that numbers comments apart: no question is counted twice."""
    (good, *_) = world.looks
    alone, twice = replace(world, looks=(good,)), replace(world, looks=(good, replace(good, client=not good.client)))
    assert twice.judged() is alone.judged()


def test_these_worlds_are_red_and_green() -> None:
    """Else what holds of them would say little. A closed thread is drawn in one of twenty, so there are many draws."""
    count: Counter[tuple[str, str]] = Counter()

    @given(worlds())
    @settings(max_examples=400, deadline=None)
    def look(world: World) -> None:
        count.update((check, world.judged(check).value) for check in _CHECKS)

    look()
    for check in ("comments_answered", "comments_open"):
        assert min(count[check, outcome] for outcome in ("failed", "passed")) >= 3, count
    assert min(count["posts_per_week", outcome] for outcome in ("failed", "passed")) >= 10, count
