"""Invented Telegram objects as the client receives them, and a transport that sends prepared responses."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from telethon.tl import types

from auditor.base.snapshot import Snapshot
from auditor.probes.driver import Response
from auditor.probes.protocol import Call
from auditor.probes.target import Window
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.probes.telegram.client.client_transport import ClientTransport
from tests.cases import NOW, WEEK
from tests.probes.every_request import run
from tests.probes.signed_in import target

CHANNEL, GROUP, ADMINISTRATOR = 100, 200, 55
POSTED = WEEK.ends - timedelta(days=2)


def channel(number: int = CHANNEL, name: str | None = "primer", **more: Any) -> types.Channel:
    fields = {"broadcast": True, "left": True, "access_hash": 9, "username": name, **more}
    return types.Channel(number, "Пример", types.ChatPhotoEmpty(), datetime(2020, 1, 1, tzinfo=UTC), **fields)


def person(number: int, first_name: str = "Прохожий", **more: Any) -> types.User:
    return types.User(number, access_hash=1, first_name=first_name, **more)


def message(number: int, text: str = "Слова", **more: Any) -> types.Message:
    sent_at = NOW - timedelta(days=1) + timedelta(minutes=number)
    return types.Message(number, types.PeerChannel(CHANNEL), sent_at, text, **more)


def page(*messages: Any, count: int | None = None, users: Any = (), chats: Any = ()) -> types.messages.ChannelMessages:
    total = len(messages) if count is None else count
    return types.messages.ChannelMessages(0, total, list(messages), [], list(chats), list(users))


ADMINISTRATORS = types.channels.ChannelParticipants(
    1, [types.ChannelParticipantAdmin(ADMINISTRATOR, 0, NOW, types.ChatAdminRights())], [], []
)


class MemoryTelegram(ClientTransport):
    """A transport that resolves every name, and gives each method its prepared responses; a text is an error."""

    def __init__(self, opened: datetime = POSTED - timedelta(days=900), **responses: list[Any]) -> None:
        super().__init__(None, None, lambda: NOW)
        primer_channel = channel()
        primer_channel.date = opened
        chats = [primer_channel, channel(GROUP, "obsuzhdenie", broadcast=False, megagroup=True)]
        card = {"_": "ChatFull", "full_chat": {"id": CHANNEL, "linked_chat_id": GROUP}, "chats": chats}
        self.responses_by_method = {"getFullChannel": [card], "getParticipants": [ADMINISTRATORS], **responses}
        self.calls = list[Call]()

    async def send(self, call: Call, seconds: float) -> Response:
        self.calls.append(call)
        response = self.responses_by_method[call.method.partition(".")[2]].pop(0)
        if isinstance(response, str):
            response = {"error": response, "code": 500 if response == "RPC_CALL_FAIL" else 400, "seconds": None}
        return Response(NOW, 200, json.dumps(response, default=as_json).encode())

    def look(self, **on_record: Any) -> Snapshot:
        looked_at = target("primer", id=CHANNEL, id_seen=True, **on_record)
        return run(PLUGIN.look(looked_at, Window.of(WEEK, NOW)), self).result

    def methods(self) -> list[str]:
        return [call.method for call in self.calls[1:]]


def as_json(thing: Any) -> Any:
    return json.loads(thing.to_json())


def history_page(*numbers: int, count: int | None, **more: Any) -> Any:
    """Return a page of the channel's history, newest first; with a `count` of None it is not a valid page."""
    messages = [message(number, **more) for number in reversed(numbers)]
    for posted_message in messages:
        posted_message.date = POSTED + timedelta(seconds=posted_message.id)
    return {**as_json(page(*messages)), "count": count}


def commented(count: int) -> Any:
    """The channel's history: one post, with so many comments."""
    return history_page(9, count=1, replies=types.MessageReplies(count, 0, comments=True, channel_id=GROUP))


def written(number: int, user: int | None, text: str = "Когда починят?", *, to: int = 50) -> types.Message:
    """A message in the thread of the group's message 50; of an anonymous administrator without a `user`."""
    header = types.MessageReplyHeader(reply_to_msg_id=to, reply_to_top_id=50 if to != 50 else None)
    author = types.PeerUser(user) if user is not None else None
    return message(number, text, from_id=author, reply_to=header)


def root() -> types.Message:
    """The copy of post 9 in the group."""
    peer = types.PeerChannel(CHANNEL)
    copied = types.MessageFwdHeader(NOW, from_id=peer, channel_post=9, saved_from_peer=peer, saved_from_msg_id=9)
    return message(50, from_id=peer, fwd_from=copied)
