"""Answers of Telegram's that are well formed and cannot be: whatever they tell, no more is claimed than was read."""

import json
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, Side
from tests.looks.test_telegram_pages_look import (
    AT,
    NAME,
    POST,
    TALK,
    plain_site,
    taken,
    talked_site,
    thread,
)
from tests.telegram_site import comment, discussion, landing

ALL, QUESTION = "".join(TALK.values()), TALK[30]


def page(comments: str, count: int | None, heading: str = "Comments", before: int | None = None) -> str:
    """The widget under the post, whose heading need not agree with its script."""
    return discussion(f"{NAME}/{POST}", comments, count, before=before).replace(f"{count} comments", heading)


@pytest.mark.parametrize(
    ("widget", "older", "cause"),
    [
        (page(ALL, 5, "5 comments"), None, None),
        (page(ALL, 5, "Something new"), None, None),
        (page(ALL, None, "5 comments"), None, None),
        (page("", None), None, None),
        (page("", None, "Something new"), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, None), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, -1), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, 10**30), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, 0), None, Cause.CONTRADICTION),
        (page(QUESTION, 1, "5 comments"), None, Cause.CONTRADICTION),
        (page(ALL, 4, "4 comments"), None, Cause.CONTRADICTION),
        (page(ALL + QUESTION, 6, "6 comments"), None, Cause.CONTRADICTION),
        (page(QUESTION, 1, "1 comment", before=30), {"comments_html": ""}, Cause.CONTRADICTION),
        (page(QUESTION, 1, "1 comment", before=30), {"comments_html": QUESTION}, Cause.CONTRADICTION),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30]}, Cause.UNRECOGNISED_PAGE),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30], "comments_cnt": False}, Cause.UNRECOGNISED_PAGE),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30], "comments_cnt": 2}, None),
    ],
)
def test_a_thread_is_whole_only_as_it_is_counted(widget: str, older: Any, cause: Cause | None) -> None:
    """Without a number that can be read nothing says that no comment is missing."""
    site = talked_site()
    site.routes |= {f"/{NAME}/{POST}": widget, "/api/method": json.dumps(older)}
    post = thread(taken(site).seen)
    assert (post.comments_state, post.comments_cause) == (CommentsState.OPEN, cause)


@pytest.mark.parametrize(
    "reply",
    [
        comment(31, AT, "Починим к пятнице", name="Deleted Account", reply_to=30),
        TALK[31].replace("<a", "<b"),
        TALK[31].replace("<a", TALK[30][TALK[30].index("<a") : TALK[30].index("</a>")] + "</a><a", 1),
    ],
)
def test_whose_a_reply_is_may_be_lost(reply: str) -> None:
    """He is gone, his link is none, or there are two of him: he may have been of the owner's side."""
    site = talked_site()
    site.routes[f"/{NAME}/{POST}"] = page(QUESTION + reply, 2, "2 comments")
    assert [c.side for c in thread(taken(site).seen).comments] == [Side.CITIZEN, Side.UNKNOWN]


def test_a_thread_that_names_no_post_is_not_this_ones() -> None:
    """An open one leads to its post."""
    site = talked_site()
    site.routes[f"/{NAME}/{POST}"] = page(ALL, 5, "5 comments").replace(f"https://t.me/{NAME}/{POST}", "#")
    assert thread(taken(site).seen).comments_cause is Cause.UNRECOGNISED_PAGE


def test_a_description_that_is_not_there_says_nothing_of_the_register() -> None:
    """It may be empty, or have another place than it had; one that is read has the link or not."""
    site = plain_site(counters="12.5K subscribers")
    for words, link in {"": None, "Приём по средам": False, "https://knd.gov.ru/license?id=1": True}.items():
        site.routes[f"/{NAME}"] = landing(NAME, "12 512 subscribers", description=words)
        assert taken(site).seen.register_link is link
