"""Which question was answered, by whom and when."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from auditor.checks.replies import Thread, counts

from auditor.base.snapshot import Comment, Post, Side

START = datetime(2026, 11, 16, tzinfo=UTC)
END = START + timedelta(days=7)
LATER = END + timedelta(days=2)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def citizen(number: int, hours: float, *, author: str = "a", question: bool = True, **more: object) -> Comment:
    return Comment(
        id=number, at=at(hours), side=Side.CITIZEN, author=author, says="asks" if question else "not", **more
    )


def owner(number: int, hours: float, **more: object) -> Comment:
    return Comment(id=number, at=at(hours), side=Side.OWNER, author="owner", **more)


def read(*comments: Comment, until: datetime = LATER):
    thread = Thread.of(Post(id=1, at=START, url="https://t.me/x/1", comments=comments), until)
    asked = list(thread.questions(START, END))
    shown = sum(counts(c) and START <= c.at < END for c in thread.line)
    return SimpleNamespace(questions=asked, comments=shown, general_answers=len(thread.general_answers(asked)))


def answered(*comments: Comment) -> list[datetime | None]:
    return [question.answered_at for question in read(*comments).questions]


def test_a_reply_answers_the_comment_it_replies_to() -> None:
    """The exact comment, not its neighbour in the thread."""
    assert answered(citizen(1, 1), citizen(2, 2, thread=1), owner(3, 5, reply_to=2, thread=1)) == [None, at(5)]


def test_without_a_target_a_reply_in_a_thread_answers_its_top_comment() -> None:
    """VK: parents_stack names the top comment."""
    assert answered(citizen(1, 1), owner(3, 5, thread=1)) == [at(5)]


def test_a_leading_mention_answers_the_last_earlier_comment_of_that_author() -> None:
    """VK at top level: «[id5|Имя], …»; the author's later comment is not answered by it."""
    line = (
        citizen(1, 1, author="anna"),
        citizen(2, 2, author="boris"),
        citizen(3, 3, author="anna"),
        owner(4, 4, mentions="anna"),
        citizen(5, 5, author="anna"),
    )
    assert answered(*line) == [None, None, at(4), None]


def test_an_owner_comment_that_fits_nothing_is_a_general_answer_and_not_timed() -> None:
    """It is counted apart and answers no question."""
    replies = read(citizen(1, 1), owner(2, 2))
    assert replies.general_answers == 1
    assert replies.questions[0].answered_at is None


def test_a_reply_whose_target_was_deleted_answers_nothing() -> None:
    """It must not fall back to the thread's top comment, which it did not answer."""
    replies = read(citizen(1, 1), owner(3, 5, reply_to=2, thread=1))
    assert replies.questions[0].answered_at is None


def test_a_reply_without_words_is_no_answer() -> None:
    """A smiley or a sticker by the owner leaves the question open."""
    replies = read(citizen(1, 1), owner(2, 2, reply_to=1, has_words=False))
    assert replies.questions[0].answered_at is None
    assert replies.general_answers == 0


def test_another_body_is_kept_apart_from_the_owner() -> None:
    """The neighbour administration's answer is not the head's."""
    other = Comment(id=2, at=at(2), side=Side.BODY, reply_to=1)
    (question,) = read(citizen(1, 1), other).questions
    assert (question.answered_at, question.other_at) == (None, at(2))


def test_stickers_and_deleted_comments_are_not_counted_and_thanks_are_no_question() -> None:
    """`comments` counts citizens' comments with some text; the other figures count questions."""
    replies = read(
        citizen(1, 1, has_text=False, question=False),
        citizen(2, 2, deleted=True),
        citizen(3, 3, question=False),
        citizen(4, 4),
    )
    assert (replies.comments, len(replies.questions)) == (2, 1)


def test_only_comments_written_in_the_week_count_but_a_later_reply_to_them_does() -> None:
    """The week's edges: Monday 00:00 belongs to it, the next Monday 00:00 does not."""
    replies = read(citizen(1, -0.01), citizen(2, 0), citizen(3, 7 * 24), owner(4, 7 * 24 + 5, reply_to=2))
    assert [q.at for q in replies.questions] == [at(0)]
    assert replies.questions[0].answered_at == at(7 * 24 + 5)


def test_a_reply_after_the_reading_moment_is_not_seen() -> None:
    """The clock is passed in: an audit of an earlier moment does not know later replies."""
    (question,) = read(citizen(1, 1), owner(2, 50, reply_to=1), until=at(40)).questions
    assert question.answered_at is None


def test_the_owner_answering_himself_answers_nobody_and_is_no_general_answer() -> None:
    """A correction of one's own reply is neither."""
    replies = read(citizen(1, 1), owner(2, 2, reply_to=1), owner(3, 3, reply_to=2))
    assert replies.general_answers == 0
    assert replies.questions[0].answered_at == at(2)
