"""What is kept of the discussion under a post: comments without who wrote them, and how many there are."""

import re
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState
from auditor.probes.telegram.responses import TelegramComment, TelegramCommentPage
from auditor.probes.telegram.telegram_authors import CommentAuthor, TelegramAuthors
from auditor.probes.telegram.web.comment_page import minimise_older_comments, minimise_widget
from auditor.sandbox.tme import landing_pages
from tests.probes import tme_memory as tme
from tests.probes.tme_memory import (
    NAME,
    PARSING_ERRORS,
    POST,
    POSTED_AT,
    THIRD_AUTHOR,
    closed_widget,
    comment,
    widget,
    with_markup,
)

POST_PATH = f"{NAME}/{POST}"


class RecordingAuthors(TelegramAuthors):
    def __init__(self) -> None:
        super().__init__(handle=NAME)
        self.comments = list[dict[str, Any]]()

    def read_comment(self, author: CommentAuthor, **fields: Any) -> TelegramComment:
        self.comments.append({"author": author, **fields})
        return super().read_comment(author, **fields)


def minimised(page: str, authors: TelegramAuthors | None = None) -> TelegramCommentPage:
    return minimise_widget({"at": POSTED_AT, "html": page}, authors or RecordingAuthors(), POST_PATH)


ASKED = comment(5, 0, "Когда починят", THIRD_AUTHOR)
SOLE = widget([ASKED], 1, "1 comment")
NO_POST = '<div class="tgme_widget_message_error">Post not found</div>'
OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN


def test_a_comment_is_read_without_what_it_quotes() -> None:
    """The hidden template and the quote repeat names and texts; what leads to older ones stays in memory."""
    authors, quoting = (
        RecordingAuthors(),
        comment(5, 0, "Когда починят", tme.FIRST_AUTHOR, reply_target=comment(3, 0, "Чужие слова", THIRD_AUTHOR)),
    )
    words = '<div class="tgme_widget_message_text js-message_reply_text">Чужие слова</div>'
    hidden = f'<div class="tgme_widget_message_reply_template js-reply_tpl">{words}</div>'
    page = minimised(with_markup(widget([quoting], 1, "1 comment"), hidden), authors)
    assert authors.comments == [
        {
            "author": CommentAuthor(("zhitel_1",), "Житель Один"),
            "comment_id": 5,
            "at": POSTED_AT,
            "text": "Когда починят",
            "reply_to": 3,
        }
    ]
    keys = ("1114", "/api/method?api_hash=5a2db0c5a2db0c5a2d")
    assert (authors.page_keys[POST_PATH]["top_msg_id"], authors.page_keys[POST_PATH]["api"]) == keys
    for thing in (page, authors, authors.comments[0]["author"]):
        assert "починят" not in repr(thing)
        assert "Житель" not in repr(thing)


def test_whose_a_comment_is_may_be_lost() -> None:
    """Which is no reason to stop: the author may be of the owner's side."""
    nameless, link = SOLE.replace('href="https://t.me/zhitel_3"', ""), 'a class="tgme_widget_message_author_name"'
    for page in (
        nameless.replace("tgme_widget_message_author accent_color", "x"),
        nameless.replace("Житель Три", "Deleted Account"),
        SOLE.replace(f"<{link}", f"<b{link[1:]}"),
        SOLE.replace("https://t.me/zhitel_3", "tg://user?id=3"),
    ):
        authors = RecordingAuthors()
        minimised(page, authors)
        assert [shown["author"].is_doubtful for shown in authors.comments] == [True]


def test_a_discussion_is_open_closed_or_not_told() -> None:
    """Closed is said in words by the page, never concluded from what is missing."""
    for page, state, cause in [
        (widget([], 0, "Comments"), OPEN, None),
        (widget([]), OPEN, None),
        (re.sub("(?s)<form.*</form>", "", widget([])), OPEN, None),
        (re.sub("(?s)<form.*</form>", "", widget([], 0, "")), OPEN, None),
        (closed_widget(), CLOSED, None),
        (closed_widget("This group can’t be displayed because it violated local laws."), UNKNOWN, Cause.PREVIEW_OFF),
        (landing_pages.document("", NO_POST), UNKNOWN, Cause.TOO_LITTLE_DATA),
        (landing_pages.missing(NAME), UNKNOWN, Cause.THROTTLED),
    ]:
        comment_page = minimised(page)
        assert (comment_page.state, comment_page.cause, comment_page.count) == (
            state,
            cause,
            0 if state is OPEN else None,
        )


def test_another_page_is_no_discussion() -> None:
    """One of a new design, one that was cut short, one about another post; nor is an error of the method empty."""
    for page in (closed_widget("Something new"), SOLE[: SOLE.index("</html>")], SOLE.replace(f'/{POST}"', '/8"')):
        with pytest.raises(ValueError, match="discussion"):
            minimised(page)
    for body in ("", "[]", "{}", '{"ok":false,"comments_html":""}', '{"ok":true}', "[" * 100_000):
        with pytest.raises(PARSING_ERRORS):
            minimise_older_comments({"at": POSTED_AT, "html": body}, RecordingAuthors(), POST_PATH)
