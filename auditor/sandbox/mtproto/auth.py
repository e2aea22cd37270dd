"""Signing in and out: a code by phone, a two-step password where it is on, and what a server says of a wrong one."""

import secrets
from functools import cached_property
from typing import Any

from telethon.password import compute_digest, sha256, xor
from telethon.tl import types

from auditor.sandbox.mtproto.auth_keys import GENERATOR, PRIME, SandboxKey, SignedInAccount, packed
from auditor.sandbox.mtproto.peers import Peers, RpcError
from auditor.sandbox.state import SandboxState


class SignIn:
    """Answers what belongs to signing in. Each method takes the key over which it was asked."""

    def __init__(self, state: SandboxState, peers: Peers) -> None:
        """Let `state`'s one account in."""
        self._state, self._peers = state, peers
        self._verifier = _Verifier(state.telegram_password)

    def send_code(self, request: Any, _key: SandboxKey) -> Any:
        """Pretend to send the code."""
        if (request.api_id, request.api_hash) != (self._state.telegram_api_id, self._state.telegram_api_hash):
            raise RpcError("API_ID_INVALID")
        self._phone(request.phone_number)
        kind = types.auth.SentCodeTypeApp(len(self._state.telegram_code))
        return types.auth.SentCode(kind, secrets.token_hex(8), timeout=60)

    def sign_in(self, request: Any, key: SandboxKey) -> Any:
        """Check the code, and let in or ask for the password."""
        self._phone(request.phone_number)
        if request.phone_code != self._state.telegram_code:
            raise RpcError("PHONE_CODE_INVALID")
        if self._state.two_step:
            raise RpcError("SESSION_PASSWORD_NEEDED", 401)
        return self._let_in(key)

    def password(self, key: SandboxKey) -> Any:
        """Return the question by which a client proves that it knows the password."""
        kdf, unknown = self._verifier.algorithm, types.SecurePasswordKdfAlgoUnknown()
        key.srp = _, public = self._verifier.question()
        return types.account.Password(
            kdf, unknown, secrets.token_bytes(256), has_password=True, current_algo=kdf, srp_B=_wide(public), srp_id=1
        )

    def check_password(self, request: Any, key: SandboxKey) -> Any:
        """Let in a client that proves it; the question is spent either way."""
        asked, key.srp = key.srp, None
        if asked is None or not self._verifier.proves(*asked, request.password.A, request.password.M1):
            raise RpcError("PASSWORD_HASH_INVALID")
        return self._let_in(key)

    def log_out(self, key: SandboxKey) -> Any:
        """End the sign-in of this key."""
        key.login = None
        return types.auth.LoggedOut()

    def authorizations(self, key: SandboxKey) -> Any:
        """List this sign-in alone."""
        since = key.login.since if key.login is not None else self._state.now
        here = types.Authorization(
            0, "sandbox", "synthetic", "1", self._state.telegram_api_id, "auditor", "1", since, self._state.now,
            "127.0.0.1", "", "", current=True,
        )  # fmt: skip
        return types.account.Authorizations(180, [here])

    def _let_in(self, key: SandboxKey) -> Any:
        if "mtproto_user_banned" in self._state.faults:
            raise RpcError("USER_DEACTIVATED_BAN", 401)
        key.login = SignedInAccount(self._state.now)
        return types.auth.Authorization(self._peers.me(key.login))

    def _phone(self, number: str) -> None:
        if number.removeprefix("+") != self._state.telegram_phone.removeprefix("+"):
            raise RpcError("PHONE_NUMBER_INVALID")


# The two-step password -----------------------------------------------------------------------------------------------


def _wide(number: int) -> bytes:
    return number.to_bytes(256, "big")


class _Verifier:
    """What the server keeps of a password, never the password itself (SRP-6a).

    That is two salts and the generator to a power derived from it.
    """

    def __init__(self, password: str) -> None:
        """Derive it once, when first asked."""
        self._password = password
        self.algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            secrets.token_bytes(8), secrets.token_bytes(16), GENERATOR, packed(PRIME)
        )

    @cached_property
    def value(self) -> int:
        """The verifier."""
        return int.from_bytes(compute_digest(self.algorithm, self._password), "big")

    def question(self) -> tuple[int, int]:
        """Draw a secret exponent and the public number that goes with it."""
        factor = int.from_bytes(sha256(_wide(PRIME), _wide(GENERATOR)), "big")
        secret = secrets.randbits(2048)
        return secret, (factor * self.value + pow(GENERATOR, secret, PRIME)) % PRIME

    def proves(self, secret: int, public: int, theirs: bytes, proof: bytes) -> bool:
        """Tell whether `proof` shows that the client knows the password."""
        number = int.from_bytes(theirs, "big")
        if not 1 < number < PRIME - 1:
            return False
        mixed = int.from_bytes(sha256(_wide(number), _wide(public)), "big")
        shared = sha256(_wide(pow(number * pow(self.value, mixed, PRIME), secret, PRIME)))
        both, salts = xor(sha256(_wide(PRIME)), sha256(_wide(GENERATOR))), (self.algorithm.salt1, self.algorithm.salt2)
        expected = sha256(both, *map(sha256, salts), _wide(number), _wide(public), shared)
        return secrets.compare_digest(expected, proof)
