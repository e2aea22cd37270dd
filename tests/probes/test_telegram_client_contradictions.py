"""Answers of Telegram's that no server of ours gives: cut short, contradicting themselves, unreadable. No sockets."""

from datetime import timedelta
from typing import Any

import pytest
from telethon.tl import types

from auditor.base.snapshot import Cause, Post, Side, Snapshot, TraceKind
from tests.cases import NOW
from tests.probes.mtproto import (
    ADMINISTRATOR,
    CHANNEL,
    GROUP,
    NAMED,
    POSTED,
    Telegram,
    message,
    page,
    person,
    plain,
    posted,
)

HISTORY, REPLIES = "messages.getHistory", "messages.getReplies"


def numbers(seen: Snapshot) -> list[int]:
    return [post.id for post in seen.posts]


# Its history ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "cause"),
    [(0, None), (7, Cause.CONTRADICTION), *((odd, Cause.UNRECOGNISED_PAGE) for odd in (None, False, -1))],
)
def test_an_empty_history_is_believed_only_with_its_count(count: int | None, cause: Cause | None) -> None:
    """Nothing where something is counted is no silence."""
    seen = Telegram(getHistory=[posted(count=count)]).look()
    assert (seen.exists, seen.posts_cause, seen.posts) == (True, cause, ())


def test_more_messages_than_are_counted_are_no_whole_history() -> None:
    """The number that says that all were read is wrong itself."""
    seen = Telegram(getHistory=[posted(5, 6, 7, count=2)]).look()
    assert (seen.posts_cause, seen.posts_since) == (Cause.CONTRADICTION, POSTED + timedelta(seconds=5))


def test_a_history_that_goes_round_in_a_circle_is_left() -> None:
    """An offset that is not heeded does not make the look ask for ever."""
    telegram = Telegram(getHistory=[posted(*range(101, 201), count=900)] * 5)
    assert telegram.look().posts_cause is Cause.CONTRADICTION
    assert telegram.methods() == [HISTORY] * 2


def test_a_page_cut_short_is_read_on() -> None:
    """Thirty messages of a hundred and thirty are not the whole history."""
    telegram = Telegram(getHistory=[posted(*range(101, 131), count=130), posted(*range(1, 101), count=130)])
    seen = telegram.look()
    assert (len(seen.posts), seen.posts_cause, seen.posts_since) == (130, None, None)
    assert telegram.asked[2].params["offset_id"] == 101


def test_a_creation_after_its_own_messages_is_none() -> None:
    """Then only the oldest message bounds the opening."""
    seen = Telegram(opened=NOW, getHistory=[posted(5, 6, 7, count=3)]).look()
    assert [trace.kind for trace in seen.traces] == [TraceKind.OLDEST_POST]


def test_a_message_that_cannot_be_read_is_no_deleted_one() -> None:
    """Then the history was not read whole."""
    odd = posted(5, 6, count=2)
    odd["messages"][0]["date"] = None
    seen = Telegram(getHistory=[odd]).look()
    assert (seen.posts_cause, numbers(seen)) == (Cause.UNRECOGNISED_PAGE, [5])


@pytest.mark.parametrize(
    "more", [{"text": "Скидки у соседей. erid: 2VtzqwВыдумано"}, {"media": types.MessageMediaPaidMedia(5, [])}]
)
def test_an_album_goes_with_the_one_part_that_is_marked(more: dict[str, Any]) -> None:
    """Issue 25, item 19: an advertisement and what is paid for are no posts."""
    news, sold = posted(6, 7, count=4, grouped_id=3), posted(5, count=4, grouped_id=4, **more)
    sold["messages"] += posted(4, count=4, grouped_id=4)["messages"]
    assert numbers(Telegram(getHistory=[{**news, "messages": news["messages"] + sold["messages"]}]).look()) == [6]


# Its comments --------------------------------------------------------------------------------------------------------


def commented(count: int) -> Any:
    """The channel's history: one post, with so many comments."""
    return posted(9, count=1, replies=types.MessageReplies(count, 0, comments=True, channel_id=GROUP))


def wrote(number: int, user: int | None, text: str = "Когда починят?", *, to: int = 50) -> types.Message:
    """A message in the thread of the group's message 50; of an anonymous administrator without a `user`."""
    header = types.MessageReplyHeader(reply_to_msg_id=to, reply_to_top_id=50 if to != 50 else None)
    author = types.PeerUser(user) if user is not None else None
    return message(number, text, from_id=author, reply_to=header)


def root() -> types.Message:
    """The copy of post 9 in the group."""
    peer = types.PeerChannel(CHANNEL)
    copied = types.MessageFwdHeader(NOW, from_id=peer, channel_post=9, saved_from_peer=peer, saved_from_msg_id=9)
    return message(50, from_id=peer, fwd_from=copied)


def thread_of(telegram: Telegram) -> Post:
    (post,) = telegram.look().posts
    return post


def test_comments_that_bulk_did_not_show_are_asked_for() -> None:
    """The post counts two, the group shows one: its thread is asked, and both are there."""
    first, second = wrote(51, None), wrote(52, None)
    telegram = Telegram(getHistory=[commented(2), page(first, root())], getReplies=[page(second, first)])
    post = thread_of(telegram)
    assert telegram.methods() == [HISTORY, "channels.getParticipants", HISTORY, REPLIES]
    assert ([comment.id for comment in post.comments], post.comments_cause) == ([51, 52], None)


def test_comments_that_the_post_does_not_count_are_asked_for() -> None:
    """The group may show them all; that it does nothing says."""
    first, uncounted = wrote(51, None), commented(1)
    uncounted["messages"][0]["replies"]["replies"] = False
    telegram = Telegram(getHistory=[uncounted, page(first, root())], getReplies=[page(first)])
    post = thread_of(telegram)
    assert telegram.methods()[-1] == REPLIES
    assert (post.comments_count, post.comments_cause) == (1, None)


def test_an_account_that_is_gone_is_nobodys() -> None:
    """Telegram tells no more than that it was a person's."""
    answered = plain(talked(root()))
    answered["users"][1] = {"_": "User", "id": 902, "deleted": True}
    post = thread_of(Telegram(getHistory=[commented(4), answered]))
    assert [c.side for c in post.comments if c.id == 52] == [Side.UNKNOWN]


@pytest.mark.parametrize("bulk", [True, False])
def test_a_comment_that_cannot_be_read_is_no_deleted_one(bulk: bool) -> None:
    """Then the thread was not read whole, however it was read."""
    odd = plain(page(wrote(52, 901), wrote(51, 901), *([root()] if bulk else ())))
    odd["messages"][0]["date"] = None
    group = odd if bulk else page(root())
    thread = {**odd, "messages": odd["messages"][:2], "count": 2}
    post = thread_of(Telegram(getHistory=[commented(2), group], getReplies=[thread]))
    assert post.comments_cause is Cause.UNRECOGNISED_PAGE


def talked(*first: types.Message) -> Any:
    """A question, a reply by somebody and one by an anonymous administrator, and thanks."""
    rows = [wrote(54, 904, "Спасибо за каток"), wrote(53, None, "К пятнице", to=51), wrote(52, 902, "К субботе", to=51)]
    people = [person(number, f"Имярек{number}") for number in (901, 902, 904)]
    return page(*rows, wrote(51, 901, "Когда починят мост?"), *first, users=people)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("CHAT_ADMIN_REQUIRED", Cause.REFUSED),
        ("CHANNEL_PRIVATE", Cause.PRIVATE),
        ("RPC_CALL_FAIL", Cause.UNREACHABLE),
        ({"_": "X"}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "count": 2, "participants": [{"user_id": ADMINISTRATOR}]}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "count": 0, "participants": []}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "count": False, "participants": [{"user_id": ADMINISTRATOR}]}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "participants": [{"user_id": ADMINISTRATOR}]}, Cause.UNRECOGNISED_PAGE),
        (NAMED, None),
    ],
)
def test_without_the_administrators_a_thread_was_not_read_whole(answer: Any, cause: Cause | None) -> None:
    """Issue 25, item 2: an administrator whom nobody named was a citizen, and the head was silent by his answer.

    What the owner himself wrote stays; whoever asks nothing, or answers somebody, is unknown.
    """
    post = thread_of(Telegram(getHistory=[commented(4), talked(root())], getParticipants=[answer]))
    other = Side.CITIZEN if cause is None else Side.UNKNOWN
    assert post.comments_cause is cause
    sides = {comment.id: comment.side for comment in post.comments}
    assert sides == {51: Side.CITIZEN, 52: other, 53: Side.OWNER, 54: other}
