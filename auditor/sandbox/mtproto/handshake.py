"""The key exchange of one connection: from three plain questions to a key that only both sides know."""

import secrets
import time
from collections.abc import Callable
from hashlib import sha1
from typing import Any

from telethon.crypto import AES
from telethon.crypto import AuthKey as TheirKey
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.tl import functions, types

from auditor.sandbox.mtproto.numbers import GENERATOR, PRIME, ServerKey, packed, small_prime


class Handshake:
    """Answers the plain messages of one connection; `found` is called with each key that comes out."""

    def __init__(self, key: ServerKey, found: Callable[[bytes], object]) -> None:
        """Prove to be the holder of `key`."""
        self._key, self._found = key, found
        self._nonce = self._server_nonce = self._new_nonce = 0
        self._secret = 0

    def answer(self, data: bytes) -> bytes:
        """Return the answer to one plain message. Raises `ValueError` for what does not belong to an exchange."""
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
        product = small_prime(31) * small_prime(31)
        return types.ResPQ(self._nonce, self._server_nonce, packed(product), [self._key.fingerprint])

    def _parameters(self, request: Any) -> Any:
        with BinaryReader(self._key.decrypt(request.encrypted_data)[20:]) as reader:
            inner = reader.tgread_object()
        if inner.nonce != self._nonce or inner.server_nonce != self._server_nonce:
            raise ValueError("a key exchange with foreign numbers inside")
        self._new_nonce = inner.new_nonce
        self._secret = secrets.randbits(2048)
        told = types.ServerDHInnerData(
            self._nonce,
            self._server_nonce,
            GENERATOR,
            packed(PRIME),
            packed(pow(GENERATOR, self._secret, PRIME)),
            int(time.time()),
        )
        data = bytes(told)
        hashed = sha1(data).digest() + data  # noqa: S324 - MTProto's own
        hashed += secrets.token_bytes(-len(hashed) % 16)
        return types.ServerDHParamsOk(self._nonce, self._server_nonce, AES.encrypt_ige(hashed, *self._temporary()))

    def _finish(self, request: Any) -> Any:
        with BinaryReader(AES.decrypt_ige(request.encrypted_data, *self._temporary())[20:]) as reader:
            theirs = reader.tgread_object()
        key = packed(pow(int.from_bytes(theirs.g_b, "big"), self._secret, PRIME))
        self._found(key)
        proof = TheirKey(key).calc_new_nonce_hash(self._new_nonce, 1)
        return types.DhGenOk(self._nonce, self._server_nonce, proof)

    def _temporary(self) -> tuple[bytes, bytes]:
        key, vector = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return key, vector
