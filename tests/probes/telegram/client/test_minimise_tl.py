"""What is minimised of Telegram's objects, and how a group's messages become threads: no sockets, invented objects."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st
from telethon.tl import patched, types

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Side
from auditor.probes.driver import Response, minimise_response
from auditor.probes.protocol import Call, Failure, MinimisedResponse, Request
from auditor.probes.telegram.client import minimise_tl
from auditor.probes.telegram.client.minimise_tl import (
    ChannelContext,
    GroupPage,
    ResolvedEntity,
    minimise_comments,
    minimise_entity,
    minimise_group,
    minimise_history,
)
from auditor.probes.telegram.responses import EntityKind, HistoryPage, Message, MessageKind, TelegramCommentPage
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from tests.cases import NOW
from tests.probes.mtproto_memory import ADMINISTRATOR, ADMINISTRATORS, CHANNEL, GROUP, channel, message, page, person
from tests.probes.signed_in import address, target

FormT = TypeVar("FormT", bound=MinimisedResponse)


def context_of(name: str = "primer", **target_fields: Any) -> ChannelContext:
    return ChannelContext(
        name,
        TelegramAuthors.of(target(name, **target_fields)),
        channel_id=CHANNEL,
        group_id=GROUP,
        group_names=("obsuzhdenie",),
    )


MINIMISERS: dict[type[MinimisedResponse], Callable[..., MinimisedResponse]] = {
    ResolvedEntity: minimise_entity,
    HistoryPage: minimise_history,
    TelegramCommentPage: minimise_comments,
    GroupPage: minimise_group,
    MinimisedResponse: minimise_tl.minimise_administrators,
}


def minimised(response: Any, model: type[FormT], context: ChannelContext | None = None) -> FormT | Failure:
    """What a look is sent for an object of Telegram's: as the driver reduces it."""
    raw = response if isinstance(response, Mapping) else json.loads(response.to_json())
    minimiser = partial(MINIMISERS[model], context or context_of())
    request = Request(Call("a.b", {}), model, EvidenceKind.COMMENTS, minimiser=minimiser)
    return minimise_response(request, raw, Response(NOW))


def test_restrictions_of_one_shop_are_nobodys() -> None:
    """What all are refused counts; a phone maker's shelf and a mere warning do not."""
    shelf, warning, refused = ("ios", "terms"), ("all", "sensitive"), ("all", "terms")
    for reasons, restricted in (([shelf], False), ([warning], False), ([warning, refused], True)):
        restrictions = [types.RestrictionReason(*reason, "") for reason in reasons]
        entity = minimised(
            types.messages.Chats([channel(restricted=True, restriction_reason=restrictions)]), ResolvedEntity
        )
        assert entity.restricted is restricted


def test_a_channel_has_many_names_and_no_creation_for_its_members() -> None:
    """Active names count, the one on display first; for a member the date is that of joining."""
    names = [types.Username("Second", active=True), types.Username("gone")]
    entity = minimised(
        types.messages.Chats([channel(name="First", usernames=names, left=False)]), ResolvedEntity, context_of("second")
    )
    assert (entity.handle, entity.bears, entity.created) == ("first", True, None)
    assert minimised(types.messages.Chats([channel(name="gone")]), ResolvedEntity, context_of("second")).bears is False


def test_only_the_kind_is_kept_of_all_but_channels() -> None:
    """No name, no number, no title."""
    for entity, kind in (
        (person(5, username="primer"), EntityKind.USER),
        (person(5, bot=True, bot_info_version=1), EntityKind.BOT),
        (types.Chat(5, "Группа", types.ChatPhotoEmpty(), 3, NOW, 1), EntityKind.GROUP),
        (channel(5, broadcast=False, megagroup=True), EntityKind.GROUP),
    ):
        users, chats = ([entity], []) if isinstance(entity, types.User) else ([], [entity])
        resolved = minimised(
            types.contacts.ResolvedPeer(types.PeerUser(5) if users else types.PeerChannel(5), chats, users),
            ResolvedEntity,
        )
        assert resolved.model_dump(exclude={"bears"}) == ResolvedEntity(at=NOW, kind=kind).model_dump(exclude={"bears"})


def test_an_answer_about_another_is_none() -> None:
    """Of whom nothing came along, or who stands for nobody, nothing is believed."""
    for response in (
        types.contacts.ResolvedPeer(types.PeerChannel(7), [channel()], []),
        types.messages.Chats([]),
        types.messages.Chats([channel(), channel(7)]),
        types.UserEmpty(5),
    ):
        assert minimised(response, ResolvedEntity) == Failure(at=NOW, cause=Cause.UNRECOGNISED_PAGE)


def only_message(response: Any) -> Message:
    history = minimised(response, HistoryPage)
    (post,) = history.messages
    return post


def test_advertisements_and_what_is_paid_for_are_told() -> None:
    """By «erid» in words, links or buttons; «Меридиан» is none."""
    url = types.MessageEntityTextUrl(0, 5, "https://primer.example/?erid=2Vtz")
    button = {"rows": [{"buttons": [{"text": "Сюда", "type": {"url": "https://primer.example/?erid=1"}}]}]}
    paid = types.MessageMediaPaidMedia(5, [])
    with_button = json.loads(page(message(5)).to_json())
    with_button["messages"][0]["reply_markup"] = button
    marked = [
        only_message(page(message(5, entities=[url]))),
        only_message(with_button),
        only_message(page(message(5, text="erid: 2Vtz"))),
    ]
    assert [post.kind for post in marked] == [MessageKind.ADVERTISEMENT] * 3
    assert only_message(page(message(5, media=paid))).kind is MessageKind.PAID
    assert only_message(page(message(5, text="Меридиан"))).is_post is True


def test_a_message_says_whether_people_can_comment() -> None:
    """And how many have."""
    closed, opened = types.MessageReplies(3, 0), types.MessageReplies(3, 0, comments=True)
    posts = [only_message(page(message(5, replies=replies))) for replies in (None, closed, opened)]
    expected = (CommentsState.CLOSED, None), (CommentsState.CLOSED, None), (CommentsState.OPEN, 3)
    assert tuple((post.state, post.comments) for post in posts) == expected


def test_a_page_tells_what_it_lacks() -> None:
    """Places of deleted messages count, an unreadable message is None, another channel's spoils the page."""
    odd = json.loads(page(message(9), patched.MessageEmpty(8, None), message(7)).to_json())
    odd["messages"][0]["date"] = None
    history = minimised(odd, HistoryPage)
    assert (history.raw, history.count, history.before) == (3, 3, 7)
    first, second = history.messages
    assert isinstance(first, Message)
    assert not isinstance(second, Message)
    stranger = message(6)
    stranger.peer_id = types.PeerChannel(999)
    foreign = minimised(page(stranger), HistoryPage)
    assert foreign.cause is Cause.UNRECOGNISED_PAGE


WORDS = st.text("аб1", max_size=3)
MANY = st.lists(st.integers(), max_size=2) | st.dictionaries(WORDS, st.integers(), max_size=2)
READ = ["id", "date", "media", "replies", "fwd_from", "entities", "from_id"]


@given(st.dictionaries(st.sampled_from(READ), st.none() | st.integers() | WORDS | MANY, max_size=3))
def test_strange_fields_are_no_facts(fields: dict[str, Any]) -> None:
    """An answer of a later layer never becomes an absence: each message is read, or unread and counted."""
    for model in (HistoryPage, TelegramCommentPage, GroupPage):
        raw = json.loads(page(message(9, reply_to=types.MessageReplyHeader(reply_to_msg_id=3)), message(8)).to_json())
        raw["messages"][0] |= fields
        page_read = minimised(raw, model)
        if not isinstance(page_read, Failure):
            items = (
                page_read.rows
                if isinstance(page_read, GroupPage)
                else getattr(page_read, "remarks", getattr(page_read, "messages", ()))
            )
            assert len(items) >= (1 if model is GroupPage else 2) or fields.keys() & {"date", "id"}


USER, CHANNELS = types.PeerUser, types.PeerChannel
SIDES = {
    Side.OWNER: [None, CHANNELS(CHANNEL), CHANNELS(GROUP), USER(ADMINISTRATOR), USER(7), USER(11), CHANNELS(79)],
    Side.CITIZEN: [USER(CHANNEL), USER(8)],
    Side.UNKNOWN: [USER(9), USER(10), USER(12), USER(404), CHANNELS(77)],
    Side.BODY: [CHANNELS(78)],
}


def test_who_speaks_for_the_channel() -> None:
    """By number and kind: staff 7 and, by a user name, 11; a namesake of the holder 9, of the page 12; a bot 10.

    A person whose number happens to be the channel's is a person; 55 administers the group; of 404 nothing came. Of the
    channels 77 is on nobody's record, 78 another office's, 79 the holder's second.
    """
    own_pages, others = frozenset({address("vtoroi")}), frozenset({address("sosed")})
    context = context_of(staff=(7, "sotrudnik"), names=("Примеров Имярек Вымыслович",), own=own_pages, others=others)
    context.authors.add_description("Первый район", None)
    assert minimised(ADMINISTRATORS, MinimisedResponse, context) == MinimisedResponse(at=NOW)
    users = [person(n) for n in (CHANNEL, ADMINISTRATOR, 7, 8)]
    users += [person(9, "Имярек", last_name="Примеров"), person(10, bot=True, bot_info_version=1)]
    users += [person(11, username="sotrudnik"), person(12, "Район", last_name="Первый")]
    chats = [channel(), channel(GROUP, "obsuzhdenie", broadcast=False)]
    chats += [channel(77, "chuzhoi"), channel(78, "sosed"), channel(79, "vtoroi")]
    for side, authors in SIDES.items():
        messages = [message(n, from_id=author) for n, author in enumerate(authors, 5)]
        comment_page = minimised(page(*messages, users=users, chats=chats), TelegramCommentPage, context)
        assert [comment and comment.comment.side for comment in comment_page.remarks] == [side] * len(authors)
        assert not [word for word in ("Слова", "Прохожий") if word in comment_page.model_dump_json()]
