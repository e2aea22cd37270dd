"""What no look, no post and no comment may do: properties of a page seen once or more, whoever wrote there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Snapshot, Weight
from tests.cases import day, posts, snapshot
from tests.rules.helpers import CLOSED, OPEN, PRACTICE, comment, later, of_office, weighed

RANK = {"failed": 0, "cantTell": 1, "inapplicable": 1, "passed": 2}
SIDES = ["owner", "owner", "body", "unknown"]
IN_TIME = (168 + 1, 168 + 36, 168 + 24 * 13)
TOO_LATE = (168 + 24 * 20, 168 + 24 * 40)
MOMENTS = (60, 120, 168, *IN_TIME, *TOO_LATE)
"""Hours of the week at which it is looked at: in it, in time after it, and too late."""


@dataclass(frozen=True)
class Seen:
    """One look at the page: which comments it shows, and how far it is believed."""

    hours: float
    shown: frozenset[int]
    trusted: bool = True
    nameless: bool = False
    """It does not tell who wrote the comments."""
    extra: int = 0
    """So many posts more than the two with comments."""
    state: CommentsState = OPEN
    cause: Cause | None = None
    """Why the threads could not be read."""
    blind: bool = False
    """It saw nothing of the page."""

    def of(self, world: Sequence[Comment], *more: Post) -> Snapshot:
        """The look, at a page under whose first post the odd comments are and under whose second the even ones."""
        at = day(self.hours)
        if self.blind:
            return snapshot(exists=None, cause=self.cause, id=None, taken_at=at)
        fields = {"comments_state": self.state, "comments_cause": self.cause}
        shown = [one.model_copy(update={"author": None}) if self.nameless else one for one in world]
        line = [
            post.model_copy(update={"comments": tuple(one for one in shown if self._shows(one, post))})
            for post in posts(-30, 2, **fields)
        ]
        others = (*posts(-24 * 60, first_id=90), *posts(*(30, 40, 50)[: self.extra], first_id=10), *more)
        return snapshot(posts=tuple(post for post in (*others, *line) if post.at < at), taken_at=at)

    def _shows(self, one: Comment, post: Post) -> bool:
        return one.id % 2 == post.id % 2 and one.id % 100 in self.shown and one.at <= day(self.hours)


@dataclass(frozen=True)
class World:
    """Some questions, the answers to them, and the looks at both."""

    comments: tuple[Comment, ...]
    looks: tuple[Seen, ...]

    def rank(self, check: str, *more: Comment, to: int = 0, post: Post | None = None) -> int:
        """How good the outcome is; with `more` comments shown by the look `to` alone, with one post more by all."""
        rows = []
        for n, one in enumerate(self.looks):
            look = one.of((*self.comments, *(more if n == to else ())), *([post] if post else []))
            rows.append(weighed(look, Weight.FULL if one.trusted else Weight.FAVOURABLE_ONLY, run=n))
        return RANK[of_office(check, rows, as_of=later(days=60)).outcome]


@st.composite
def threads(draw: st.DrawFn) -> tuple[Comment, ...]:
    """No question, or four to eight by four people, each in its own second; few of them answered, or all."""
    found: list[Comment] = []
    most, since = draw(st.sampled_from([0, 5, 0, 1])), draw(st.sampled_from([3, 3, 150]))
    for number in range(1, draw(st.sampled_from([5, 0, 4, 6, 7, 8, 0])) + 1):
        hours = draw(st.integers(since, 160)) + number / 10 + number / 3600
        found.append(comment(number, "citizen", hours, author=number % 4 + 1))
        if most and draw(st.integers(1, most)) == 1:
            wait, side = (
                (1, "owner") if most == 1 else draw(st.tuples(st.sampled_from([1, 20, 60]), st.sampled_from(SIDES)))
            )
            fields = {"author": 200 + number, "answers": number, "has_words": most == 1 or draw(st.booleans())}
            found.append(comment(100 + number, side, hours + wait + 11 * number / 3600, **fields))
    return tuple(found)


def sights(hours: Sequence[float] = MOMENTS, **fields: Any) -> st.SearchStrategy[Seen]:
    """A look of any moment that shows some or all of it."""
    drawn = {
        "hours": st.sampled_from(hours),
        "shown": st.sampled_from([range(1, 9), range(1, 5), range(1, 6), range(3, 9)]).map(frozenset),
        "trusted": st.booleans(),
        "nameless": st.sampled_from([False, False, False, True]),
        "extra": st.integers(0, 3),
        "state": st.sampled_from([OPEN, OPEN, OPEN, CLOSED, CommentsState.UNKNOWN]),
        "cause": st.sampled_from([None] * 5 + [Cause.THROTTLED]),
    }
    return st.builds(Seen, **drawn | {name: st.just(value) for name, value in fields.items()})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A good look in time, and perhaps one more of any kind."""
    comments = draw(threads())
    state = CLOSED if not comments and draw(st.booleans()) else OPEN
    good = draw(sights(IN_TIME, trusted=True, cause=None, state=state))
    return World(comments, (good, *draw(st.sampled_from([0, 0, 1])) * [draw(sights())]))


def unbelieved() -> st.SearchStrategy[Seen]:
    """A look whose control failed, one too late for the week, one that saw nothing, or could not read a thread."""
    failed = st.sampled_from(list(Cause))
    return (
        sights(trusted=False)
        | sights(TOO_LATE, trusted=True, nameless=True)  # who asked may be learnt late: it is positive evidence
        | failed.flatmap(lambda cause: sights(cause=cause, blind=True))
        | failed.flatmap(lambda cause: sights(cause=cause, shown=frozenset()))
    )


@given(worlds(), unbelieved())
def test_a_look_that_is_not_believed_or_that_failed_turns_nothing_red(world: World, more: Seen) -> None:
    """Errors are not absence: whatever it shows, and whatever it does not."""
    told = replace(world, looks=(*world.looks, more))
    for check in (*PRACTICE, "account_exists"):
        assert told.rank(check) >= min(world.rank(check), 1), check


@given(threads(), st.lists(sights(trusted=False) | sights((60, 120, *TOO_LATE)), min_size=1, max_size=3))
def test_nothing_of_the_practice_fails_without_a_look_in_time(comments: tuple[Comment, ...], looks: list[Seen]) -> None:
    """Nor by looks at the week while it runs."""
    for check in PRACTICE:
        assert World(comments, tuple(looks)).rank(check) > RANK["failed"], check


@given(worlds(), st.integers(1, 8), st.sampled_from(SIDES), st.sampled_from([0.3, 20, 200]))
def test_one_more_answer_in_any_look_never_makes_it_worse(world: World, asked: int, side: str, wait: float) -> None:
    """In time or late, by whoever, in a look that is believed or not: alone or beside others."""
    target = next((c for c in world.comments if c.id == asked), comment(asked, "citizen", 20))
    at = target.at + timedelta(hours=wait, seconds=7)
    answer = Comment(id=300 + target.id, at=at, side=side, author=400, answers=target.id)
    for to in (n for n, look in enumerate(world.looks) if target.id in look.shown):
        assert world.rank("comments_answered", answer, to=to) >= world.rank("comments_answered")


@given(worlds(), st.integers(1, 160), st.integers(1, 6), st.none() | st.integers(1, 8))
def test_a_comment_that_does_not_ask_turns_nothing_red(world: World, hours: int, who: int, to: int | None) -> None:
    """An advertisement, thanks, or a remark to anybody."""
    remark = comment(801, "citizen", hours, says="not", author=who, answers=to)
    assert world.rank("comments_answered", remark) >= min(world.rank("comments_answered"), 1)


@given(worlds(), st.integers(0, 167))
def test_a_post_never_makes_it_worse(world: World, hour: int) -> None:
    """One more post of the week, in each look that could show it."""
    (post,) = posts(hour, first_id=7000, sketch="another")
    for check in ("posts_per_week", "longest_silence"):
        assert world.rank(check, post=post) >= world.rank(check)
