"""Properties of judging that hold for every look, post and comment (section 5), tried by hypothesis."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Snapshot, Weight
from tests.cases import day, posts, snapshot
from tests.rules.rule_rows import CLOSED, OPEN, PRACTICE, comment, later, of_office, weighed

RANK = {"failed": 0, "cantTell": 1, "inapplicable": 1, "passed": 2}
SIDES = ["owner", "owner", "body", "unknown"]
IN_TIME = (168 + 1, 168 + 36, 168 + 24 * 13)
TOO_LATE = (168 + 24 * 20, 168 + 24 * 40)
MOMENTS = (60, 120, 168, *IN_TIME, *TOO_LATE)
"""When looks are made, in hours after the week's start: within the week, in time after it, and too late."""


@dataclass(frozen=True)
class RuleLook:
    """One look at the page: which comments it shows, and how far it is trusted."""

    hours: float
    shown: frozenset[int]
    trusted: bool = True
    nameless: bool = False
    """Whether the comments are shown without their authors."""
    extra: int = 0
    """Number of posts beside the two with comments, at most three."""
    state: CommentsState = OPEN
    cause: Cause | None = None
    """Why the threads could not be read."""
    blind: bool = False
    """Whether the look saw nothing of the page."""

    def of(self, comments: Sequence[Comment], *added_posts: Post) -> Snapshot:
        """Return the snapshot of a page with odd comments under its first post and even ones under its second."""
        taken_at = day(self.hours)
        if self.blind:
            return snapshot(exists=None, cause=self.cause, id=None, taken_at=taken_at)
        fields = {"comments_state": self.state, "comments_cause": self.cause}
        visible_comments = [
            comment.model_copy(update={"author": None}) if self.nameless else comment for comment in comments
        ]
        commented_posts = [
            post.model_copy(
                update={"comments": tuple(comment for comment in visible_comments if self._shows(comment, post))}
            )
            for post in posts(-30, 2, **fields)
        ]
        others = (*posts(-24 * 60, first_id=90), *posts(*(30, 40, 50)[: self.extra], first_id=10), *added_posts)
        return snapshot(
            posts=tuple(post for post in (*others, *commented_posts) if post.at < taken_at), taken_at=taken_at
        )

    def _shows(self, comment: Comment, post: Post) -> bool:
        return comment.id % 2 == post.id % 2 and comment.id % 100 in self.shown and comment.at <= day(self.hours)


@dataclass(frozen=True)
class RuleWorld:
    """Questions, replies to them, and the looks at both."""

    comments: tuple[Comment, ...]
    looks: tuple[RuleLook, ...]

    def rank(self, check: str, *added_comments: Comment, look_number: int = 0, added_post: Post | None = None) -> int:
        """Return the outcome's `RANK`. Look `look_number` alone shows the added comments, each look the post."""
        rows = []
        for n, rule_look in enumerate(self.looks):
            look = rule_look.of(
                (*self.comments, *(added_comments if n == look_number else ())), *([added_post] if added_post else [])
            )
            rows.append(weighed(look, Weight.FULL if rule_look.trusted else Weight.FAVOURABLE_ONLY, run=n))
        return RANK[of_office(check, rows, as_of=later(days=60)).outcome]


@st.composite
def threads(draw: st.DrawFn) -> tuple[Comment, ...]:
    """Draw no question or four to eight by four citizens, each in its own second, with few or all of them answered."""
    comments: list[Comment] = []
    most, since = draw(st.sampled_from([0, 5, 0, 1])), draw(st.sampled_from([3, 3, 150]))
    for number in range(1, draw(st.sampled_from([5, 0, 4, 6, 7, 8, 0])) + 1):
        hours = draw(st.integers(since, 160)) + number / 10 + number / 3600
        comments.append(comment(number, "citizen", hours, author=number % 4 + 1))
        if most and draw(st.integers(1, most)) == 1:
            wait, side = (
                (1, "owner") if most == 1 else draw(st.tuples(st.sampled_from([1, 20, 60]), st.sampled_from(SIDES)))
            )
            fields = {"author": 200 + number, "answers": number, "has_words": most == 1 or draw(st.booleans())}
            comments.append(comment(100 + number, side, hours + wait + 11 * number / 3600, **fields))
    return tuple(comments)


def sights(hours: Sequence[float] = MOMENTS, **fields: Any) -> st.SearchStrategy[RuleLook]:
    """Return a strategy for looks at any of `hours`, each showing some or all comments."""
    drawn = {
        "hours": st.sampled_from(hours),
        "shown": st.sampled_from([range(1, 9), range(1, 5), range(1, 6), range(3, 9)]).map(frozenset),
        "trusted": st.booleans(),
        "nameless": st.sampled_from([False, False, False, True]),
        "extra": st.integers(0, 3),
        "state": st.sampled_from([OPEN, OPEN, OPEN, CLOSED, CommentsState.UNKNOWN]),
        "cause": st.sampled_from([None] * 5 + [Cause.THROTTLED]),
    }
    return st.builds(RuleLook, **drawn | {name: st.just(value) for name, value in fields.items()})


@st.composite
def worlds(draw: st.DrawFn) -> RuleWorld:
    """Draw a world with a full look in time, and perhaps one more look of any kind."""
    comments = draw(threads())
    state = CLOSED if not comments and draw(st.booleans()) else OPEN
    good = draw(sights(IN_TIME, trusted=True, cause=None, state=state))
    return RuleWorld(comments, (good, *draw(st.sampled_from([0, 0, 1])) * [draw(sights())]))


def unbelieved() -> st.SearchStrategy[RuleLook]:
    """Return a strategy for looks from which nothing may fail: a failed control, too late, blind, threads unread."""
    failed = st.sampled_from(list(Cause))
    return (
        sights(trusted=False)
        | sights(TOO_LATE, trusted=True, nameless=True)  # who asked may be learnt late: it is positive evidence
        | failed.flatmap(lambda cause: sights(cause=cause, blind=True))
        | failed.flatmap(lambda cause: sights(cause=cause, shown=frozenset()))
    )


@given(worlds(), unbelieved())
def test_a_look_that_is_not_believed_or_that_failed_turns_nothing_red(world: RuleWorld, added_look: RuleLook) -> None:
    """Errors are not absence: whatever it shows, and whatever it does not."""
    with_look = replace(world, looks=(*world.looks, added_look))
    for check in (*PRACTICE, "account_exists"):
        assert with_look.rank(check) >= min(world.rank(check), 1), check


@given(threads(), st.lists(sights(trusted=False) | sights((60, 120, *TOO_LATE)), min_size=1, max_size=3))
def test_nothing_of_the_practice_fails_without_a_look_in_time(
    comments: tuple[Comment, ...], looks: list[RuleLook]
) -> None:
    """Nor by looks at the week while it runs."""
    for check in PRACTICE:
        assert RuleWorld(comments, tuple(looks)).rank(check) > RANK["failed"], check


@given(worlds(), st.integers(1, 8), st.sampled_from(SIDES), st.sampled_from([0.3, 20, 200]))
def test_one_more_answer_in_any_look_never_makes_it_worse(
    world: RuleWorld, question_id: int, side: str, wait: float
) -> None:
    """In time or late, by whoever, in a look that is believed or not: alone or beside others."""
    question = next((c for c in world.comments if c.id == question_id), comment(question_id, "citizen", 20))
    replied_at = question.at + timedelta(hours=wait, seconds=7)
    reply = Comment(id=300 + question.id, at=replied_at, side=side, author=400, answers=question.id)
    for look_number in (n for n, look in enumerate(world.looks) if question.id in look.shown):
        assert world.rank("comments_answered", reply, look_number=look_number) >= world.rank("comments_answered")


@given(worlds(), st.integers(1, 160), st.integers(1, 6), st.none() | st.integers(1, 8))
def test_a_comment_that_does_not_ask_turns_nothing_red(
    world: RuleWorld, hours: int, author_id: int, to: int | None
) -> None:
    """An advertisement, thanks, or a remark to anybody."""
    remark = comment(801, "citizen", hours, says="not", author=author_id, answers=to)
    assert world.rank("comments_answered", remark) >= min(world.rank("comments_answered"), 1)


@given(worlds(), st.integers(0, 167))
def test_a_post_never_makes_it_worse(world: RuleWorld, hour: int) -> None:
    """One more post of the week, in each look that could show it."""
    (post,) = posts(hour, first_id=7000, sketch="another")
    for check in ("posts_per_week", "longest_silence"):
        assert world.rank(check, added_post=post) >= world.rank(check)
