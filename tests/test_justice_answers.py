"""What no change for the better may do to the judgement of answers: properties over invented threads."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Comment, CommentsState, Outcome, Post, Side, Snapshot
from tests.cases import account, case, day, judge_office, posts, snapshot, tenure

_RANK = {Outcome.FAILED: 0, Outcome.CANT_TELL: 1, Outcome.INAPPLICABLE: 1, Outcome.PASSED: 2}
_SIDES = [Side.OWNER, Side.OWNER, Side.BODY, Side.UNKNOWN, Side.BODY]


@dataclass(frozen=True)
class Line:
    """Some comments under one post."""

    comments: tuple[Comment, ...]

    def judged(self, *more: Comment, looks: tuple[Snapshot, ...] = ()) -> Outcome:
        seen = snapshot(posts=(_post((*self.comments, *more)),))
        person = [tenure(since="2020", accounts=[account()])]
        return judge_office("comments_answered", case(person, *looks, seen)).outcome


def _post(comments: tuple[Comment, ...]) -> Post:
    (post,) = posts(0, comments_state=CommentsState.OPEN, first_id=9)
    return post.model_copy(update={"comments": comments})


@st.composite
def lines(draw: st.DrawFn) -> Line:
    comments = []
    for number in range(1, draw(st.integers(1, 9)) + 1):
        hours = draw(st.integers(1, 160))
        who = f"a{draw(st.integers(1, 6))}"
        comments.append(
            Comment(
                id=number,
                at=day(hours),
                side=Side.CITIZEN,
                author=who,
                says=draw(st.sampled_from(["asks", "not"])),
            )
        )
        if draw(st.integers(0, 3)) == 0:
            wait, side = draw(st.integers(1, 60)), draw(st.sampled_from(_SIDES))
            words = draw(st.booleans())
            comments.append(Comment(id=500 + number, at=day(hours + wait), side=side, answers=number, has_words=words))
    return Line(tuple(comments))


@given(lines(), st.integers(1, 160), st.integers(1, 8), st.none() | st.integers(1, 9))
def test_a_comment_that_does_not_ask_turns_nothing_red(line: Line, hours: int, who: int, to: int | None) -> None:
    """An advertisement, thanks, or a remark to anybody."""
    told = {comment.id for comment in line.comments}
    remark = Comment(id=900, at=day(hours), side=Side.CITIZEN, author=f"a{who}", answers=to if to in told else None)
    assert _RANK[line.judged(remark)] >= min(_RANK[line.judged()], 1)


@given(lines(), st.integers(0, 260), st.sampled_from(list(Cause)))
def test_a_failed_look_turns_nothing_red(line: Line, hours: int, cause: Cause) -> None:
    """Neither one that saw nothing, nor one that could not read the thread, before the good one or after it."""
    nothing = snapshot(exists=None, cause=cause, taken_at=day(hours))
    unread = snapshot(posts=(replace_cause(_post(()), cause),), taken_at=day(hours))
    for look in (nothing, unread):
        assert _RANK[line.judged(looks=(look,))] >= min(_RANK[line.judged()], 1)


def replace_cause(post: Post, cause: Cause) -> Post:
    return post.model_copy(update={"comments_cause": cause})


@given(lines(), st.integers(1, 9), st.integers(0, 60), st.sampled_from(_SIDES), st.booleans())
def test_one_more_answer_never_makes_it_worse(line: Line, to: int, wait: int, side: Side, general: bool) -> None:
    """By whoever, to whomever, in time or late, or to all at once."""
    target = next((comment for comment in line.comments if comment.id == to), line.comments[0])
    answer = Comment(
        id=901, at=day((target.at - day()).total_seconds() / 3600 + wait + 0.5), side=side,
        answers=None if general else target.id,
    )  # fmt: skip
    assert _RANK[line.judged(answer)] >= _RANK[line.judged()]


@given(lines())
def test_nothing_is_red_where_anybody_of_his_has_answered(line: Line) -> None:
    """Of his side, his institution, or somebody who cannot be told from him."""
    answered = any(c.side in {*_SIDES} - {Side.BODY} for c in line.comments)
    assert not (answered and line.judged() is Outcome.FAILED)


@given(lines())
def test_the_same_seen_twice_gives_the_same(line: Line) -> None:
    """Another look that shows the same changes nothing."""
    assert line.judged(looks=(snapshot(posts=(_post(line.comments),)),)) is line.judged()
