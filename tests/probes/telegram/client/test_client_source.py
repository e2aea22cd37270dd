"""One channel as the client asks about it: answers cut short or contradicting themselves, and a group in threads."""

from copy import deepcopy
from typing import Any

import pytest
from telethon.tl import types

from auditor.base.snapshot import Cause, CommentsState, Post, Side, TraceKind
from auditor.probes.telegram.client.minimise_tl import ResolvedEntity
from auditor.probes.telegram.responses import EntityKind
from tests.cases import NOW
from tests.probes.mtproto_memory import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    GROUP,
    MemoryTelegram,
    as_json,
    channel,
    commented,
    history_page,
    message,
    page,
    person,
    root,
    written,
)

HISTORY, REPLIES = "messages.getHistory", "messages.getReplies"


CIRCLE = history_page(*range(101, 201), count=900)
ODD = history_page(5, 6, count=2)
ODD["messages"][0]["date"] = None


def test_a_history_is_whole_only_as_it_is_counted() -> None:
    """Nothing where something is counted is no silence; a page cut short is read on, and a circle is left."""
    for responses, post_count, cause, requests in [
        # An empty one is asked for in another way before it is believed.
        ([history_page(count=0), history_page(count=0)], 0, None, 2),
        ([history_page(count=0), history_page(5, count=1)], 0, Cause.CONTRADICTION, 2),
        ([history_page(count=0), history_page(count=3)], 0, Cause.CONTRADICTION, 2),
        ([history_page(count=0), "CHANNEL_PRIVATE"], 0, Cause.PRIVATE, 2),
        ([history_page(count=7)], 0, Cause.CONTRADICTION, 1),
        *(([history_page(count=odd)], 0, Cause.UNRECOGNISED_PAGE, 1) for odd in (None, -1)),
        ([history_page(5, 6, 7, count=2)], 3, Cause.CONTRADICTION, 1),
        ([CIRCLE] * 5, 100, Cause.CONTRADICTION, 2),
        ([history_page(*range(101, 131), count=130), history_page(*range(1, 101), count=130)], 130, None, 2),
        ([ODD], 1, Cause.UNRECOGNISED_PAGE, 1),
    ]:
        telegram = MemoryTelegram(getHistory=deepcopy(responses))
        snapshot = telegram.look()
        assert (snapshot.exists, len(snapshot.posts), snapshot.posts_cause) == (True, post_count, cause)
        assert telegram.methods() == [HISTORY] * requests
        assert post_count != 130 or (snapshot.posts_since, telegram.calls[2].params["offset_id"]) == (None, 101)


def test_a_creation_after_its_own_messages_is_none() -> None:
    """Then only the oldest message bounds the opening."""
    snapshot = MemoryTelegram(opened=NOW, getHistory=[history_page(5, 6, 7, count=3)]).look()
    assert [trace.kind for trace in snapshot.traces] == [TraceKind.OLDEST_POST]


def test_an_album_goes_with_the_one_part_that_is_marked() -> None:
    """An advertisement and what is paid for are no posts."""
    for more in [{"text": "Скидки у соседей. erid: 2VtzqwВыдумано"}, {"media": types.MessageMediaPaidMedia(5, [])}]:
        news, sold = history_page(6, 7, count=4, grouped_id=3), history_page(5, count=4, grouped_id=4, **more)
        sold["messages"] += history_page(4, count=4, grouped_id=4)["messages"]
        snapshot = MemoryTelegram(getHistory=[{**news, "messages": news["messages"] + sold["messages"]}]).look()
        assert [post.id for post in snapshot.posts] == [6]


def thread_of(telegram: MemoryTelegram) -> Post:
    (post,) = telegram.look().posts
    return post


def test_comments_that_bulk_did_not_show_are_asked_for() -> None:
    """The post counts more than the group shows, or counts nothing that can be read: its thread is asked."""
    first, second, uncounted = written(51, None), written(52, None, to=51), commented(1)
    uncounted["messages"][0]["replies"]["replies"] = False
    both = [(51, None), (52, 51)]
    for history, thread, comments in ((commented(2), page(second, first), both), (uncounted, page(first), both[:1])):
        telegram = MemoryTelegram(getHistory=[history, page(first, root())], getReplies=[thread])
        post = thread_of(telegram)
        assert telegram.methods() == [HISTORY, "channels.getParticipants", HISTORY, REPLIES]
        assert [(comment.id, comment.reply_to) for comment in post.comments] == comments
        assert (post.comments_count, post.comments_cause) == (len(comments), None)


def test_an_account_that_is_gone_is_nobodys() -> None:
    """Telegram tells no more than that it was a person's."""
    group_page = as_json(discussed(root()))
    group_page["users"][1] = {"_": "User", "id": 902, "deleted": True}
    post = thread_of(MemoryTelegram(getHistory=[commented(4), group_page]))
    assert [c.side for c in post.comments if c.id == 52] == [Side.UNKNOWN]


def test_a_comment_that_cannot_be_read_is_no_deleted_one() -> None:
    """Then the thread was not read whole, however it was read."""
    for bulk in [True, False]:
        odd = as_json(page(written(52, 901), written(51, 901), *([root()] if bulk else ())))
        odd["messages"][0]["date"] = None
        group = odd if bulk else page(root())
        thread = {**odd, "messages": odd["messages"][:2], "count": 2}
        post = thread_of(MemoryTelegram(getHistory=[commented(2), group], getReplies=[thread]))
        assert post.comments_cause is Cause.UNRECOGNISED_PAGE


def discussed(*first: types.Message) -> Any:
    """A question, a reply by somebody and one by an anonymous administrator, and thanks."""
    rows = [
        written(54, 904, "Спасибо за каток"),
        written(53, None, "К пятнице", to=51),
        written(52, 902, "К субботе", to=51),
    ]
    people = [person(number, f"Имярек{number}") for number in (901, 902, 904)]
    return page(*rows, written(51, 901, "Когда починят мост?"), *first, users=people)


def test_without_the_administrators_a_thread_was_not_read_whole() -> None:
    """An administrator who is not named would be a citizen, and the head silent in spite of the administrator's reply.

    What the owner wrote stays; authors who ask nothing, or reply to somebody, are unknown.
    """
    for response, cause in [
        ("CHAT_ADMIN_REQUIRED", Cause.REFUSED),
        ("CHANNEL_PRIVATE", Cause.PRIVATE),
        ("RPC_CALL_FAIL", Cause.UNREACHABLE),
        ({"_": "X"}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "count": 2, "participants": [{"user_id": ADMINISTRATOR}]}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "count": 0, "participants": []}, Cause.UNRECOGNISED_PAGE),
        ({"_": "X", "participants": [{"user_id": ADMINISTRATOR}]}, Cause.UNRECOGNISED_PAGE),
        (ADMINISTRATORS, None),
    ]:
        post = thread_of(MemoryTelegram(getHistory=[commented(4), discussed(root())], getParticipants=[response]))
        others_side = Side.CITIZEN if cause is None else Side.UNKNOWN
        assert post.comments_cause is cause
        sides = {comment.id: comment.side for comment in post.comments}
        assert sides == {51: Side.CITIZEN, 52: others_side, 53: Side.OWNER, 54: others_side}


def test_staff_on_record_by_id_leave_no_author_in_doubt() -> None:
    """The client shows authors' ids, so whoever is not among the staff on record is a citizen."""
    (post,) = MemoryTelegram(getHistory=[commented(4), discussed(root())]).look(staff=(902,)).posts
    sides = {comment.id: comment.side for comment in post.comments}
    assert sides == {51: Side.CITIZEN, 52: Side.OWNER, 53: Side.OWNER, 54: Side.CITIZEN}


BAKERY, BOT, NOT_SHOWN = 905, 906, types.PeerChannel(907)


def test_what_an_organisation_asks_is_told_apart() -> None:
    """A channel or a group that is not on record keeps what it asks; a bot is neither (issue 38, item 29)."""
    peers = [types.PeerUser(901), types.PeerChannel(BAKERY), types.PeerUser(BOT), NOT_SHOWN, types.PeerUser(999), None]
    rows = [
        message(51 + n, "Когда починят?", from_id=peer, reply_to=written(1, 1).reply_to) for n, peer in enumerate(peers)
    ]
    people, bakery = [person(901), person(BOT, bot=True)], channel(BAKERY, "bulochnaya")
    group_page = page(*rows[::-1], root(), users=people, chats=[bakery])
    post = thread_of(MemoryTelegram(getHistory=[commented(6), group_page]))
    facts = {c.id: (c.side, c.organisation, c.question) for c in post.comments}
    assert facts == {
        51: (Side.CITIZEN, False, True),
        52: (Side.UNKNOWN, True, True),
        53: (Side.UNKNOWN, None, True),
        54: (Side.UNKNOWN, True, True),
        55: (Side.UNKNOWN, False, True),
        56: (Side.OWNER, None, False),
    }
    assert {c.id: c.has_five_words for c in post.comments if c.side is not Side.OWNER} == dict.fromkeys(
        range(51, 56), False
    )


@pytest.mark.parametrize(("linked", "state"), [(GROUP, CommentsState.OPEN), (None, CommentsState.CLOSED)])
def test_the_network_says_whether_people_can_comment(linked: int | None, state: CommentsState) -> None:
    """By the discussion group that is linked to the channel, or by none (item 22)."""
    telegram = MemoryTelegram(getHistory=[history_page(5, count=1)])
    telegram.responses_by_method["getFullChannel"][0]["full_chat"]["linked_chat_id"] = linked
    snapshot = telegram.look()
    assert (snapshot.page_comments, snapshot.unattributed) == (state, ())
    restricted = ResolvedEntity(at=NOW, kind=EntityKind.CHANNEL)
    assert restricted.has_group is None, "what auditor 1.0 stored does not say so"


def test_a_post_with_a_picture_a_video_or_a_document_says_so() -> None:
    """A link's preview is none; what this layer does not know is unknown, and so is a repost's (item 23)."""
    photo, nothing = types.MessageMediaPhoto(photo=types.PhotoEmpty(1)), types.MessageMediaEmpty()
    page_preview = types.MessageMediaWebPage(types.WebPageEmpty(1))
    repost = {"media": photo, "fwd_from": types.MessageFwdHeader(NOW, from_name="Имярек")}
    for more, has_media in [
        ({"media": photo}, True),
        ({"media": types.MessageMediaDocument()}, True),
        ({"media": page_preview}, False),
        ({"media": nothing}, False),
        ({}, False),
        ({"media": types.MessageMediaUnsupported()}, None),
        (repost, None),
    ]:
        (post,) = MemoryTelegram(getHistory=[history_page(5, count=1, **more)]).look().posts
        assert post.has_media is has_media
        (post,) = MemoryTelegram(getHistory=[history_page(5, count=1, **more)]).look(version=1).posts
        assert post.has_media is None


def test_an_album_bears_what_any_of_its_parts_bears() -> None:
    """Of one that holds a part that this layer does not know, nothing is known."""
    photo, unknown = types.MessageMediaPhoto(), types.MessageMediaUnsupported()
    for parts, has_media in [((None, photo), True), ((unknown, photo), True), ((None, unknown), None)]:
        rows = [history_page(6 - n, count=2, grouped_id=3, media=media) for n, media in enumerate(parts)]
        album = {**rows[0], "messages": rows[0]["messages"] + rows[1]["messages"]}
        (post,) = MemoryTelegram(getHistory=[album]).look().posts
        assert post.has_media is has_media
