"""Keys: the server's own, the exchange that agrees on one with a client, and encryption with it (MTProto 2.0)."""

import math
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha1, sha256
from typing import Any

import rsa
from telethon.crypto import AES
from telethon.crypto import AuthKey as TheirKey
from telethon.crypto.rsa import _compute_fingerprint
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions, types

# Numbers, and the server's key ---------------------------------------------------------------------------------------

GENERATOR = 3
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC92513"
    "9543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC4988"
    "0708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4"
    "B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
    "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
"""The safe prime of Telegram's servers; clients know it and need not test it."""

_EXPONENT = 65537
_SMALL = math.prod(n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


def encode_number(number: int) -> bytes:
    """Return a positive number big-endian without leading zeros, as Telethon writes keys."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _small_prime(bits: int) -> int:
    """Draw a prime of exactly `bits` bits whose two topmost are set.

    A probable prime by Fermat's test to base 2: enough for a key that lives as long as this process.
    """
    while True:
        start = secrets.randbits(bits) | (0b11 << (bits - 2)) | 1
        for number in range(start, min(start + 4000, 1 << bits), 2):
            if math.gcd(number, _SMALL) in {1, number} and pow(2, number - 1, number) == 1:
                return number


@cache
def server_key() -> rsa.PrivateKey:
    """Return this process's key; the first call draws it, which takes some tenths of a second."""
    while True:
        first, second = _small_prime(1024), _small_prime(1024)
        order = (first - 1) * (second - 1)
        if first != second and math.gcd(order, _EXPONENT) == 1:
            return rsa.PrivateKey(first * second, _EXPONENT, pow(_EXPONENT, -1, order), first, second)


def public_key_pem() -> str:
    """Return the public half of the key as PKCS#1 PEM: clients encrypt the first secret with it."""
    key = server_key()
    return str(rsa.PublicKey(key.n, key.e).save_pkcs1().decode())


def _rsa_decrypt(block: bytes) -> bytes:
    """Decrypt a client's block with the server's key: 255 bytes, the first 20 of them a SHA-1."""
    key = server_key()
    return pow(int.from_bytes(block, "big"), key.d, key.n).to_bytes(256, "big")[1:]


# Clients' keys, and messages sealed with them ------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class SignedInAccount:
    """An account signed in over one key; its access hashes are invalid over another."""

    since: datetime
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))


@dataclass(eq=False, slots=True)
class SandboxKey:
    """One authorisation key, with its sign-in, its open challenge and its sessions."""

    data: bytes
    salt: int = field(default_factory=lambda: int.from_bytes(secrets.token_bytes(8), "little", signed=True))
    login: SignedInAccount | None = None
    srp: tuple[int, int] | None = None
    """The open password challenge: the secret exponent and the public number."""
    sessions: "dict[int, MtprotoSession]" = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        """Its id in packets."""
        return _key_id(self.data)


def _key_id(data: bytes) -> bytes:
    """Return the eight bytes that identify a key in packets."""
    return sha1(data).digest()[-8:]  # noqa: S324 - MTProto's own


class SandboxKeys(dict[bytes, SandboxKey]):
    """The keys of one data centre by id; they last as long as the sandbox runs."""

    def add(self, data: bytes) -> SandboxKey:
        """Remember a key."""
        return self.setdefault(_key_id(data), SandboxKey(data))


@dataclass(slots=True)
class MtprotoSession:
    """One session over a key: the ids and sequence numbers of the server's messages."""

    id: int
    _last: int = 0
    _content: int = 0

    def message_id(self, kind: int) -> int:
        """Return the next message id; `kind` is 1 for a response, 3 for other messages."""
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


def decrypt(key: SandboxKey, packet: bytes) -> Incoming:
    """Decrypt a client's packet. Raises `ValueError` if it was made with another key."""
    check, sealed = packet[8:24], packet[24 : 24 + ((len(packet) - 24) & ~15)]  # without the transport's own padding
    plain = AES.decrypt_ige(sealed, *MTProtoState._calc_key(key.data, check, True))  # noqa: SLF001 - 6.2's piece
    if sha256(key.data[88:120] + plain).digest()[8:24] != check:
        raise ValueError("a packet that its key does not fit")
    salt, session, number, sequence, length = struct.unpack_from("<qqqii", plain)
    return Incoming(salt, session, number, sequence, plain[32 : 32 + length])


def encrypt(key: SandboxKey, session: MtprotoSession, number: int, sequence: int, body: bytes) -> bytes:
    """Encrypt a message for the client."""
    plain = struct.pack("<qqqii", key.salt, session.id, number, sequence, len(body)) + body
    plain += secrets.token_bytes(12 + -(len(plain) + 12) % 16)
    check = sha256(key.data[96:128] + plain).digest()[8:24]
    sealed = AES.encrypt_ige(plain, *MTProtoState._calc_key(key.data, check, False))  # noqa: SLF001 - as above
    return key.id + check + bytes(sealed)


# The exchange --------------------------------------------------------------------------------------------------------


class Handshake:
    """Responds to the plain messages of one connection; `on_key` is called with each agreed key."""

    def __init__(self, on_key: Callable[[bytes], object]) -> None:
        """Begin without a key."""
        self._on_key = on_key
        self._nonce = self._server_nonce = self._new_nonce = 0
        self._secret = 0

    def answer(self, data: bytes) -> bytes:
        """Return the response to one plain message. Raises `ValueError` for one that is not part of a key exchange."""
        with BinaryReader(data) as reader:
            request = reader.tgread_object()
        if isinstance(request, functions.ReqPqRequest | functions.ReqPqMultiRequest):
            return bytes(self._begin(request))
        if request.nonce != self._nonce or request.server_nonce != self._server_nonce:
            raise ValueError("a key exchange with foreign numbers")
        if isinstance(request, functions.ReqDHParamsRequest):
            return bytes(self._parameters(request))
        if isinstance(request, functions.SetClientDHParamsRequest):
            return bytes(self._finish(request))
        raise ValueError("a plain message that belongs to no key exchange")

    def _begin(self, request: Any) -> Any:
        self._nonce = request.nonce
        self._server_nonce = int.from_bytes(secrets.token_bytes(16), "little", signed=True)
        product = _small_prime(31) * _small_prime(31)
        return types.ResPQ(
            self._nonce, self._server_nonce, encode_number(product), [_compute_fingerprint(server_key())]
        )

    def _parameters(self, request: Any) -> Any:
        with BinaryReader(_rsa_decrypt(request.encrypted_data)[20:]) as reader:
            inner = reader.tgread_object()
        self._new_nonce = inner.new_nonce
        self._secret = secrets.randbits(2048)
        server_data = types.ServerDHInnerData(
            self._nonce,
            self._server_nonce,
            GENERATOR,
            encode_number(PRIME),
            encode_number(pow(GENERATOR, self._secret, PRIME)),
            int(time.time()),
        )
        data = bytes(server_data)
        hashed = sha1(data).digest() + data  # noqa: S324 - MTProto's own
        hashed += secrets.token_bytes(-len(hashed) % 16)
        return types.ServerDHParamsOk(self._nonce, self._server_nonce, AES.encrypt_ige(hashed, *self._temporary()))

    def _finish(self, request: Any) -> Any:
        with BinaryReader(AES.decrypt_ige(request.encrypted_data, *self._temporary())[20:]) as reader:
            client_data = reader.tgread_object()
        key = encode_number(pow(int.from_bytes(client_data.g_b, "big"), self._secret, PRIME))
        self._on_key(key)
        proof = TheirKey(key).calc_new_nonce_hash(self._new_nonce, 1)
        return types.DhGenOk(self._nonce, self._server_nonce, proof)

    def _temporary(self) -> tuple[bytes, bytes]:
        key, vector = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return key, vector
