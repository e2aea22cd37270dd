"""Which comment a comment answers, at the door and in rows of older archives."""

from datetime import UTC, datetime, timedelta
from typing import Any

from auditor.base.reply_targets import reply_targets, with_addressees, with_reply_targets
from auditor.base.snapshot import Comment, Intent, Side

START = datetime(2026, 11, 16, tzinfo=UTC)


def comment_of(number: int, *, by: Side = Side.CITIZEN, **more: Any) -> Comment:
    return Comment(id=number, at=START + timedelta(hours=number), side=by, **more)


def test_what_a_comment_answers_is_resolved_and_whom_it_addresses_is_let_go() -> None:
    """The comment it replies to, else the thread's top comment, else the addressed author's last question."""
    owner = {"by": Side.OWNER, "author": 2}
    replies = [
        comment_of(3, **owner, mentions=1),
        comment_of(4, **owner, thread=1),
        comment_of(5, **owner, thread=1, reply_to=2),
    ]
    comments = with_reply_targets(
        [comment_of(1, author=1, says="asks"), comment_of(2, author=1), *replies, comment_of(6, **owner)]
    )
    assert [comment.answers for comment in comments] == [None, None, 1, 1, 2, None]
    assert {comment.mentions for comment in comments} == {None}
    assert with_reply_targets(comments) == comments


def test_an_author_who_asked_nothing_is_answered_in_his_last_comment() -> None:
    """Only what came earlier can be answered, and what is shown; a question that was deleted is none any more."""
    comments = [
        comment_of(1, author=1),
        comment_of(2, author=1),
        comment_of(3, author=2, mentions=1),
        comment_of(4, author=1),
    ]
    assert reply_targets(comments) == {3: 2}
    with_deleted = [comment_of(1, author=1, says="asks", deleted=True), *comments[1:]]
    assert reply_targets(with_deleted) == {3: 2}
    assert reply_targets([comment_of(1), comment_of(3, thread=1, reply_to=2)]) == {}, (
        "nor does it answer the thread's top comment"
    )


def test_who_answers_another_citizen_asks_him() -> None:
    """The words ask; the thread says whom. A remark of one's own leads on to whom that answers."""
    line = with_addressees(
        [
            comment_of(1, author=1, says="asks"),
            comment_of(2, author=2, says="asks", answers=1),
            comment_of(3, author=1, says="unsure", answers=1),
            comment_of(4, by=Side.OWNER, author=9, answers=1),
            comment_of(5, author=2, says="asks", answers=4),
            comment_of(6, author=2, says="reports", answers=2),
        ]
    )
    said_by = [comment.says for comment in line]
    assert said_by == [Intent.ASKS, Intent.NOT, Intent.UNSURE, None, Intent.ASKS, Intent.NOT]
    assert {comment.rule for comment in line} == {"", "addressee.reply"}


def test_an_answer_to_whom_nobody_knows_asks_the_owner() -> None:
    """Only positive evidence takes a question away from whom it may be meant for."""
    unknown = (
        comment_of(1, says="asks", deleted=True),
        comment_of(2, author=1, says="asks", answers=1),
        comment_of(3, author=1, says="asks", answers=77),
        comment_of(4, by=Side.UNKNOWN, author=2, says="asks"),
        comment_of(5, author=1, says="asks", answers=4),
    )
    assert all(comment.says is Intent.ASKS for comment in with_addressees(unknown))
