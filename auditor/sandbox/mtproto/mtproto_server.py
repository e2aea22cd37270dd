"""The server and its connections: packets in, responses out."""

import asyncio
import gzip
import logging
import os
import secrets
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from telethon.crypto import AuthKey
from telethon.extensions import BinaryReader
from telethon.sessions import SQLiteSession
from telethon.tl import TLObject, functions, types
from telethon.tl.core import GzipPacked, MessageContainer, RpcResult

from auditor.sandbox.mtproto.auth_keys import (
    Handshake,
    Incoming,
    MtprotoSession,
    SandboxKey,
    SandboxKeys,
    SignedInAccount,
    decrypt,
    encrypt,
    server_key,
)
from auditor.sandbox.mtproto.methods import Methods, method_name
from auditor.sandbox.mtproto.packets import PacketStream
from auditor.sandbox.mtproto.peers import RpcError
from auditor.sandbox.ports import Port
from auditor.sandbox.state import SandboxState

_VECTOR = 0x1CB5C415
_UNKNOWN_KEY = struct.pack("<i", -404)
_BAD_SALT = 48
_WRAPPERS = (
    functions.InvokeWithLayerRequest,
    functions.InitConnectionRequest,
    functions.InvokeWithoutUpdatesRequest,
    functions.InvokeAfterMsgRequest,
    functions.InvokeAfterMsgsRequest,
)
_SERVICE = (types.MsgsAck, types.MsgsStateInfo, functions.RpcDropAnswerRequest, types.HttpWait)
_log = logging.getLogger(__name__)


class _Connection:
    """Serves one client until either side ends it."""

    def __init__(
        self,
        state: SandboxState,
        keys: SandboxKeys,
        methods: Methods,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Serve the client behind `streams` with the keys and methods of one data centre."""
        self._state, self._keys, self._methods = state, keys, methods
        reader, self._writer = streams
        self._handshake, self._transport = Handshake(keys.add), PacketStream(reader)
        self._cut_next = False

    async def serve(self) -> None:
        """Respond to packets until the client goes or a fault cuts the connection, which the caller closes."""
        with suppress(Exception):  # whatever comes in ends this connection only
            while "mtproto_down" not in self._state.faults and await self._packet(await self._transport.read()):
                pass

    async def _packet(self, packet: bytes) -> bool:
        """Respond to one packet; return whether the connection stays open."""
        faults = self._state.faults
        if "mtproto_down" in faults:
            return False
        if "mtproto_hangs" in faults:
            await asyncio.Event().wait()
        if packet[:8] == bytes(8):
            return await self._plain(packet)
        if faults.spend("mtproto_key_forgotten", 1):
            self._keys.clear()
        key = self._keys.get(packet[:8])
        if key is None:
            return await self._send(_UNKNOWN_KEY)
        return await self._message(key, decrypt(key, packet))

    async def _plain(self, packet: bytes) -> bool:
        (length,) = struct.unpack_from("<i", packet, 16)
        body = self._handshake.answer(packet[20 : 20 + length])
        number = (int(time.time() * 2**32) & ~3) | 1
        return await self._send(struct.pack("<qqi", 0, number, len(body)) + body)

    async def _send(self, packet: bytes) -> bool:
        framed = self._transport.write(packet)
        if self._cut_next:
            self._cut_next = False
            self._writer.write(framed[: len(framed) // 2])
            await self._writer.drain()
            await asyncio.sleep(0.02)
            return False
        self._writer.write(framed)
        await self._writer.drain()
        return True

    # Messages ----------------------------------------------------------------------------------------------------

    async def _message(self, key: SandboxKey, message: Incoming) -> bool:
        """Respond to one encrypted message with any number of requests in it."""
        changed = self._state.faults.spend("mtproto_bad_salt", 1)
        if changed:
            key.salt ^= 0x5A
        session, answers = key.sessions.get(message.session), []
        fresh = session is None and message.salt == 0 and not changed
        if session is None:
            session = key.sessions[message.session] = MtprotoSession(message.session)
            answers.append((3, bytes(types.NewSessionCreated(message.id, message.session, key.salt))))
        if message.salt != key.salt and not fresh:
            bad_salt = types.BadServerSalt(message.id, message.sequence, _BAD_SALT, key.salt)
            return await self._reply(key, session, [(3, bytes(bad_salt))])
        for number, body in _unpack(message.id, message.body):
            answers += self._answers(key, number, body)
        return await self._reply(key, session, answers) if answers else True

    def _answers(self, key: SandboxKey, number: int, body: bytes) -> list[tuple[int, bytes]]:
        try:
            with BinaryReader(body) as reader:
                request = reader.tgread_object()
            if isinstance(request, _SERVICE):
                return []
            if isinstance(request, functions.PingRequest | functions.PingDelayDisconnectRequest):
                return [(1, bytes(types.Pong(number, request.ping_id)))]
            answer = self._call(key, request)
        except RpcError as failure:
            answer = bytes(types.RpcError(failure.code, failure.word))
        except Exception as error:  # noqa: BLE001 - a closed socket would make the client reconnect without end
            _log.warning("a handler failed: %r", error)
            answer = bytes(types.RpcError(500, "SANDBOX_HANDLER_FAILED"))
        return [(1, struct.pack("<Iq", RpcResult.CONSTRUCTOR_ID, number) + answer)]

    def _call(self, key: SandboxKey, request: Any) -> bytes:
        while isinstance(request, _WRAPPERS):
            request = request.query
        name = method_name(request)
        self._state.log_method(name)
        answer = _serialise(self._methods.call(request, key))
        if name in {"messages.getHistory", "messages.getReplies"}:
            self._cut_next = self._state.faults.spend("mtproto_drop_mid_page", 1)
        return answer

    async def _reply(self, key: SandboxKey, session: MtprotoSession, answers: list[tuple[int, bytes]]) -> bool:
        """Send some responses as one message: one alone, several in a container."""
        sealed = [(session.message_id(kind), session.sequence(content=True), body) for kind, body in answers]
        if len(sealed) == 1:
            return await self._send(encrypt(key, session, *sealed[0]))
        body = struct.pack("<Ii", MessageContainer.CONSTRUCTOR_ID, len(sealed))
        body += b"".join(struct.pack("<qii", number, seq, len(content)) + content for number, seq, content in sealed)
        return await self._send(encrypt(key, session, session.message_id(3), session.sequence(content=False), body))


def _unpack(number: int, body: bytes) -> list[tuple[int, bytes]]:
    """Return the messages in a gzip or a container, each with its id."""
    (kind,) = struct.unpack_from("<I", body)
    if kind == GzipPacked.CONSTRUCTOR_ID:
        with BinaryReader(body[4:]) as reader:
            return _unpack(number, gzip.decompress(reader.tgread_bytes()))
    if kind != MessageContainer.CONSTRUCTOR_ID:
        return [(number, body)]
    (count,), offset, messages = struct.unpack_from("<i", body, 4), 8, []
    for _ in range(count):
        inner, _, length = struct.unpack_from("<qii", body, offset)
        messages += _unpack(inner, body[offset + 16 : offset + 16 + length])
        offset += 16 + length
    return messages


def _serialise(value: Any) -> bytes:
    if isinstance(value, list):
        return struct.pack("<Ii", _VECTOR, len(value)) + b"".join(map(_serialise, value))
    assert isinstance(value, TLObject)
    return bytes(value)


HOME_DC = 2
"""The number of this data centre."""


class MtprotoServer:
    """Serves clients on one port."""

    def __init__(self, state: SandboxState) -> None:
        """Take a port, and draw the process's key if there is none yet."""
        self._state, self._keys = state, SandboxKeys()
        self.port = Port(self._serve_client)
        self._methods = Methods(state, HOME_DC, self.port.number)
        server_key()

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Connection(self._state, self._keys, self._methods, (reader, writer)).serve()

    def make_session(self, path: Path) -> Path:
        """Write a signed-in Telethon session file at ``….session``, readable by its owner only; return its path."""
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        data = b"\x01" + secrets.token_bytes(255)
        self._keys.add(data).login = SignedInAccount(self._state.now)
        session = SQLiteSession(str(path))
        session.set_dc(HOME_DC, "127.0.0.1", self.port.number)
        session.auth_key = AuthKey(data)
        session.save()
        session.close()
        return path
