"""What no look and no comment may do to the judgement of answers: properties over threads seen several times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Comment, CommentsState, Outcome, Post, Side, Snapshot, StoredSnapshot, Weight
from tests.cases import case, day, judge_office, posts, snapshot
from tests.rules.helpers import CLIENT, CLOSED, OPEN, PRACTICE, PREVIEW, comment, in_office, later, weighed

RANK = {Outcome.FAILED: 0, Outcome.CANT_TELL: 1, Outcome.INAPPLICABLE: 1, Outcome.PASSED: 2}
SIDES = ["owner", "owner", "body", "unknown"]
IN_TIME = (168 + 1, 168 + 36, 168 + 24 * 13)
TOO_LATE = (168 + 24 * 20, 168 + 24 * 40)
MOMENTS = (60, 120, 168, *IN_TIME, *TOO_LATE)
"""Hours of the week at which it is looked at: in it, in time after it, and too late."""


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
    state: CommentsState = OPEN
    cause: Cause | None = None
    """Why the threads could not be read."""
    blind: bool = False
    """It saw nothing of the page."""

    def of(self, world: Sequence[Comment]) -> Snapshot:
        """The look, at a page under whose first post the odd comments are and under whose second the even ones."""
        at, route = day(self.hours), CLIENT if self.client else PREVIEW
        if self.blind:
            return snapshot(exists=None, cause=self.cause or Cause.UNREACHABLE, id=None, taken_at=at, route=route)
        line = tuple(p for p in (self._post(1, world), self._post(2, world)) if p.id == 1 or not self.first_alone)
        more = posts(*(30, 40, 50)[: self.extra], first_id=10, comments_state=self.state)
        shown = (*posts(-24 * 60, first_id=90), *line, *more)
        return snapshot(posts=tuple(post for post in shown if post.at < at), taken_at=at, route=route)

    def _post(self, number: int, world: Sequence[Comment]) -> Post:
        """One of the two posts, with what this look shows under it."""
        (post,) = posts(
            -30 if number == 1 else 2, first_id=number, comments_state=self.state, comments_cause=self.cause
        )
        line = (c for c in world if c.id % 2 == number % 2 and c.id % 100 in self.shown and c.at <= day(self.hours))
        return post.model_copy(update={"comments": tuple(self._numbered(c) for c in line)})

    def _numbered(self, one: Comment) -> Comment:
        by = 7 if self.client else 0
        answers = None if one.answers is None else one.answers + by
        author = None if self.nameless else one.author
        return one.model_copy(update={"id": one.id + by, "answers": answers, "author": author})


@dataclass(frozen=True)
class World:
    """Some questions, the answers to them, and the looks at both."""

    comments: tuple[Comment, ...]
    looks: tuple[Seen, ...]

    def judged(self, check: str = "comments_answered", *more: Comment, to: int | None = None) -> Outcome:
        """The outcome; with `more` comments shown by the look `to` alone."""
        rows = [
            self._row(one, (*self.comments, *more) if number == to else self.comments, number)
            for number, one in enumerate(self.looks)
        ]
        return judge_office(check, case([in_office()], *rows, as_of=later(days=60))).outcome

    @staticmethod
    def _row(one: Seen, comments: Sequence[Comment], run: int) -> StoredSnapshot:
        return weighed(one.of(comments), Weight.FULL if one.trusted else Weight.FOR_HIM, run=run)


@st.composite
def threads(draw: st.DrawFn) -> tuple[Comment, ...]:
    """No question, or four to eight by four people, each in its own second; few of them answered, or all."""
    found: list[Comment] = []
    most, since = draw(st.sampled_from([0, 5, 0, 1])), draw(st.sampled_from([3, 3, 150]))
    for number in range(1, draw(st.sampled_from([5, 0, 4, 6, 7, 8, 0])) + 1):
        hours = draw(st.integers(since, 160)) + number / 10 + number / 3600
        found.append(comment(number, "citizen", hours, author=number % 4 + 1))
        if most and draw(st.integers(1, most)) == 1:
            found.append(_answer(draw, number, hours, good=most == 1))
    return tuple(found)


def _answer(draw: st.DrawFn, number: int, hours: float, *, good: bool) -> Comment:
    wait = 1 if good else draw(st.sampled_from([1, 20, 60, 24 * 30]))
    side = "owner" if good else draw(st.sampled_from(SIDES))
    fields = {
        "author": 200 + number,
        "answers": number,
        "has_words": good or draw(st.booleans()),
        "deleted": not good and draw(st.integers(0, 5)) == 0,
    }
    return comment(100 + number, side, hours + wait + 11 * number / 3600, **fields)


@st.composite
def sights(draw: st.DrawFn, hours: Sequence[float] = MOMENTS, **fields: Any) -> Seen:
    """A look of any moment that shows some or all of it."""
    some = st.sampled_from([range(1, 9), range(1, 5), range(1, 6), range(3, 9)]).map(frozenset)
    drawn = {
        "trusted": draw(st.booleans()),
        "client": draw(st.booleans()),
        "nameless": draw(st.integers(0, 3)) == 0,
        "extra": draw(st.integers(0, 3)),
        "first_alone": draw(st.integers(0, 4)) == 0,
        "state": draw(st.sampled_from([OPEN] * 3 + [CLOSED, CommentsState.UNKNOWN])),
        "cause": draw(st.sampled_from([None] * 5 + [Cause.THROTTLED])),
    }
    return Seen(draw(st.sampled_from(hours)), draw(some), **(drawn | fields))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A good look in time, and up to two more of any kind."""
    good = draw(sights(IN_TIME, trusted=True, cause=None))
    comments = draw(threads())
    shut = not comments and draw(st.booleans())
    good = replace(good, state=CLOSED if shut else OPEN)
    return World(comments, (good, *draw(st.sampled_from([0, 0, 1])) * [draw(sights())]))


def unbelieved() -> st.SearchStrategy[Seen]:
    """A look whose control failed, one too late for the week, one that saw nothing, or could not read a thread."""
    failed = st.sampled_from(list(Cause))
    return (
        sights(trusted=False)
        | sights(hours=TOO_LATE, trusted=True)
        | failed.flatmap(lambda cause: sights(cause=cause, blind=True))
        | failed.flatmap(lambda cause: sights(cause=cause)).map(lambda one: replace(one, shown=frozenset()))
    )


def test_who_asked_is_not_learnt_from_a_look_that_is_not_believed() -> None:
    """Five questions in a look that names nobody are of unknown people, whatever an unbelieved look names."""
    asked = tuple(comment(number, "citizen", 20 + number / 10, author=number % 4 + 1) for number in range(1, 6))
    shown = frozenset(range(1, 9))
    world = World(asked, (Seen(169, shown, nameless=True), Seen(60, shown, trusted=False)))
    assert world.judged("comments_answered") is Outcome.CANT_TELL


@given(worlds(), unbelieved())
def test_a_look_that_is_not_believed_or_that_failed_turns_nothing_red(world: World, more: Seen) -> None:
    """Whatever it shows, and whatever it does not."""
    told = replace(world, looks=(*world.looks, more))
    for check in PRACTICE:
        assert RANK[told.judged(check)] >= min(RANK[world.judged(check)], 1), check


@given(worlds(), st.integers(0, 2), st.integers(1, 8), st.sampled_from(SIDES), st.sampled_from([0.3, 20, 200]))
def test_one_more_answer_in_any_look_never_makes_it_worse(
    world: World, to: int, asked: int, side: str, wait: float
) -> None:
    """In time or late, by whoever, in a look that is believed or not: alone or beside others."""
    target = next((c for c in world.comments if c.id == asked), comment(asked, "citizen", 20))
    at = target.at + timedelta(hours=wait, seconds=7)
    line = Comment(id=300 + target.id, at=at, side=Side(side), author=400, answers=target.id)
    number = min(to, len(world.looks) - 1)
    number = number if target.id in world.looks[number].shown else 0
    assert RANK[world.judged("comments_answered", line, to=number)] >= RANK[world.judged()]


@given(worlds(), st.integers(1, 160), st.integers(1, 6), st.none() | st.integers(1, 8))
def test_a_comment_that_does_not_ask_turns_nothing_red(world: World, hours: int, who: int, to: int | None) -> None:
    """An advertisement, thanks, or a remark to anybody."""
    remark = comment(801, "citizen", hours, says="not", author=who, answers=to)
    assert RANK[world.judged("comments_answered", remark, to=0)] >= min(RANK[world.judged()], 1)


@given(worlds())
def test_nothing_is_red_where_anybody_but_citizens_has_written_after_the_first_question(world: World) -> None:
    """In whichever look, and whatever it says."""
    (good, *_) = world.looks
    alone = replace(world, looks=(good,))
    for number in (1, 2):
        line = [c for post in good.of(world.comments).posts if post.id == number for c in post.comments]
        first = min((c.at for c in line if c.says == "asks"), default=None)
        if first is not None and any(c.side != "citizen" and c.at > first for c in line):
            assert alone.judged() is not Outcome.FAILED


@given(worlds())
def test_the_same_seen_again_or_by_another_route_changes_nothing(world: World) -> None:
    """The good look again, an instant later, or by the route that numbers comments apart."""
    (good, *_) = world.looks
    alone = replace(world, looks=(good,)).judged()
    for twin in (good, replace(good, client=not good.client)):
        assert replace(world, looks=(good, twin)).judged() is alone
