"""What the owner's side's answers give, and what changed between looks: counts that make no verdict."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, ReplyKind, Route, Side, Snapshot
from auditor.checks.given import Given, given_in
from auditor.language.reading import read_comment
from tests.cases import NOW, account, case, day, snapshot, tenure


def said(number: int, hours: float, text: str, identity: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """A comment as the door keeps it."""
    at = day(hours)
    kept = {"author": number, **read_comment(text, identity, at), **fields}
    return Comment(id=number, at=at, side=identity, **kept)


def answer(number: int, hours: float, to: int, text: str, **fields: Any) -> Comment:
    return said(number, hours, text, Side.OWNER, answers=to, **fields)


def look(*comments: Comment, at: datetime = NOW, state: CommentsState = CommentsState.OPEN, **fields: Any) -> Snapshot:
    post = Post(
        id=1, at=day(1), url="https://t.me/perviy_rayon/1", comments_state=state, comments=comments,
        comments_count=len(comments), **fields,
    )  # fmt: skip
    return snapshot(posts=(post,), taken_at=at)


def given(*looks: Snapshot) -> Given:
    what = case([tenure(since="2020-01", accounts=[account()])], *looks, as_of=max(one.taken_at for one in looks))
    return given_in(what, what.personal)


ASKS = "Когда починят фонарь на улице Примерной?"
REPORTS = "На улице Примерной не горит фонарь, темно вторую неделю"


def test_answers_to_questions_and_reports_are_told_by_what_they_give() -> None:
    """One to a thank-you is not among them, and a smiley is none."""
    found = given(
        look(
            said(1, 10, ASKS),
            said(2, 11, REPORTS),
            said(3, 12, "Спасибо большое"),
            said(4, 13, ASKS),
            answer(11, 14, 1, "Фонарь заменили сегодня утром, проверили 12 опор."),
            answer(12, 15, 2, "Обращайтесь в управляющую компанию."),
            answer(13, 16, 3, "И вам спасибо!"),
            answer(14, 17, 4, "👍"),
        )
    )
    assert (found.answers, found.wordless, found.read, found.untold) == (2, 1, 2, 0)
    assert found.kinds == {ReplyKind.SUBSTANCE: 1, ReplyKind.REDIRECT: 1}
    assert (found.dated, found.measured) == (1, 1)


def test_an_answer_counts_once_whatever_looks_saw_it() -> None:
    """And one that only an earlier look saw was given."""
    asked, first, second = (
        said(1, 10, ASKS),
        answer(11, 12, 1, "Заменили лампу."),
        answer(12, 30, 1, "И опору заменили."),
    )
    found = given(look(asked, first, second, at=day(40)), look(asked, second))
    assert found.answers == 2


def test_nearly_equal_answers_are_groups_by_size() -> None:
    """Names and greetings do not tell them apart, other words do."""
    text = "{}, ваше обращение передано в профильный отдел для рассмотрения."
    asked = [said(n, 10 + n, ASKS) for n in range(1, 6)]
    names = ("Ольга", "Пётр", "Здравствуйте, Анна")
    copies = [answer(10 + n, 20 + n, n + 1, text.format(name)) for n, name in enumerate(names)]
    own = [answer(20, 30, 4, "Лампу заменят в четверг."), answer(21, 31, 5, "Опору поставим новую, старая сгнила.")]
    assert given(look(*asked, *copies, *own)).alike == (3,)


def test_rows_of_older_archives_do_not_say_what_an_answer_gives() -> None:
    """Unknown is no zero: they are answers, and are not read."""
    found = given(look(said(1, 10, ASKS), answer(11, 12, 1, "Заменили лампу.", reply=None)))
    assert (found.answers, found.read, found.untold, found.alike) == (1, 0, 0, ())


def test_a_promise_is_overdue_once_its_day_is_over_and_nothing_came_later() -> None:
    """In words, to the same comment; on its day it is not."""
    asked, promise = said(1, 10, ASKS), answer(11, 12, 1, "Разбираемся. Отвечу до четверга.")
    assert promise.reply is not None
    assert promise.reply.term == date(2026, 11, 19)
    later = answer(12, 100, 1, "Лампу заменили.")
    lines = ((asked, promise), (asked, promise, later), (asked, promise, answer(12, 100, 1, "👍")))
    assert [(one.promised, one.overdue) for one in (given(look(*line)) for line in lines)] == [(1, 1), (1, 0), (1, 1)]
    assert given(look(asked, promise, at=datetime(2026, 11, 19, 12, tzinfo=UTC))).overdue == 0


def test_comments_gone_between_two_looks_are_counted_and_not_explained() -> None:
    """Both looks read the thread whole; where one did not, nothing is known."""
    one, two = said(1, 10, ASKS), said(2, 11, "Спасибо")
    assert given(look(one, two, at=day(40)), look(one)).gone == 1
    assert given(look(one, two, at=day(40)), look(one, two)).gone == 0
    assert given(look(one, two)).gone is None
    assert given(look(one, two, at=day(40)), look(one, comments_cause=Cause.THROTTLED)).gone is None


def test_a_comment_that_another_route_does_not_show_is_not_gone() -> None:
    """Two routes may show different threads."""
    other = look(said(1, 10, ASKS)).model_copy(update={"route": Route.TELEGRAM_CLIENT})
    shown = look(said(1, 10, ASKS), said(2, 11, "Спасибо"), at=NOW - timedelta(hours=2))
    assert given(shown, other).gone is None


def test_threads_closed_and_opened_between_looks_are_counted() -> None:
    """A state seen once says nothing of a change."""
    opened, closed = CommentsState.OPEN, CommentsState.CLOSED
    first, then = look(at=day(40), state=opened), look(state=closed)
    assert (given(first, then).threads_closed, given(first, then).threads_opened) == (1, 0)
    back = given(look(at=day(40), state=closed), look(state=opened))
    assert (back.threads_closed, back.threads_opened) == (0, 1)
    assert given(then).threads_closed is None


def test_the_pages_own_reason_for_closing_is_linked() -> None:
    """The post that says it is public."""
    assert given(look(closing=True)).closing_posts == ("https://t.me/perviy_rayon/1",)
    assert given(look()).closing_posts == ()
