"""Keys that clients hold, and the encryption of messages with them (MTProto 2.0)."""

import secrets
import struct
import time
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1, sha256

from telethon.crypto import AES
from telethon.network.mtprotostate import MTProtoState


@dataclass(eq=False, slots=True)
class Login:
    """A signed-in account behind one key; the access hashes it is given are void behind another."""

    since: datetime
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))


@dataclass(eq=False, slots=True)
class Key:
    """One authorisation key: who has it, and what was agreed over it."""

    data: bytes
    salt: int = field(default_factory=lambda: int.from_bytes(secrets.token_bytes(8), "little", signed=True))
    login: Login | None = None
    code_hash: str = ""
    """Of the sign-in that is under way."""
    password_due: bool = False
    srp: "tuple[int, int, int] | None" = None
    """The password's question that is open: its id, the secret exponent, the public number."""
    sessions: "dict[int, Session]" = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        """How packets name it."""
        return _key_id(self.data)


def _key_id(data: bytes) -> bytes:
    """Return the eight bytes by which packets name a key."""
    return sha1(data).digest()[-8:]  # noqa: S324 - MTProto's own


class Keys:
    """The keys that one data centre knows; they live as long as the sandbox runs."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[bytes, Key] = {}

    def add(self, data: bytes) -> Key:
        """Remember a key."""
        return self._known.setdefault(_key_id(data), Key(data))

    def get(self, name: bytes) -> Key | None:
        """Return the key behind an id, or None."""
        return self._known.get(name)

    def forget(self) -> None:
        """Forget all of them, as a server does with keys it has dropped."""
        self._known.clear()


@dataclass(slots=True)
class Session:
    """One session over a key: numbers of the messages that the server sends."""

    id: int
    _last: int = 0
    _content: int = 0

    def message_id(self, kind: int) -> int:
        """Return the next id; `kind` is 1 for an answer, 3 for anything else."""
        number = (int(time.time() * 2**32) & ~3) | kind
        if number <= self._last:
            number = (self._last & ~3) + 4 + kind
        self._last = number
        return number

    def sequence(self, *, content: bool) -> int:
        """Return the next sequence number."""
        number = self._content * 2 + content
        self._content += content
        return number


@dataclass(frozen=True, slots=True)
class Incoming:
    """One decrypted message."""

    salt: int
    session: int
    id: int
    sequence: int
    body: bytes


def decrypt(key: Key, packet: bytes) -> Incoming:
    """Open a client's packet. Raises `ValueError` where it was not made with this key."""
    check, sealed = packet[8:24], packet[24 : 24 + ((len(packet) - 24) & ~15)]  # a transport's own padding left out
    plain = AES.decrypt_ige(sealed, *MTProtoState._calc_key(key.data, check, True))  # noqa: SLF001 - 6.2's piece
    if sha256(key.data[88:120] + plain).digest()[8:24] != check:
        raise ValueError("a packet that its key does not fit")
    salt, session, number, sequence, length = struct.unpack_from("<qqqii", plain)
    return Incoming(salt, session, number, sequence, plain[32 : 32 + length])


def encrypt(key: Key, session: Session, number: int, sequence: int, body: bytes) -> bytes:
    """Seal a message for the client."""
    plain = struct.pack("<qqqii", key.salt, session.id, number, sequence, len(body)) + body
    plain += secrets.token_bytes(12 + -(len(plain) + 12) % 16)
    check = sha256(key.data[96:128] + plain).digest()[8:24]
    sealed = AES.encrypt_ige(plain, *MTProtoState._calc_key(key.data, check, False))  # noqa: SLF001 - as above
    return key.id + check + bytes(sealed)
