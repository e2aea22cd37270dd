"""Signing in and out: a code by phone, a two-step password if it is on, and the errors for wrong ones."""

import secrets
from functools import cached_property
from typing import Any

from telethon.password import compute_digest, sha256, xor
from telethon.tl import types

from auditor.sandbox.mtproto.auth_keys import GENERATOR, PRIME, SandboxKey, SignedInAccount, encode_number
from auditor.sandbox.mtproto.peers import Peers, RpcError
from auditor.sandbox.state import SandboxState


class SignIn:
    """Responds to the methods of signing in. Each takes the key over which it was called."""

    def __init__(self, state: SandboxState, peers: Peers) -> None:
        """Accept the one account of `state`."""
        self._state, self._peers = state, peers
        self._verifier = _Verifier(state.telegram_password)

    def send_code(self, request: Any, _key: SandboxKey) -> Any:
        """Pretend to send the code."""
        if (request.api_id, request.api_hash) != (self._state.telegram_api_id, self._state.telegram_api_hash):
            raise RpcError("API_ID_INVALID")
        self._check_phone(request.phone_number)
        kind = types.auth.SentCodeTypeApp(len(self._state.telegram_code))
        return types.auth.SentCode(kind, secrets.token_hex(8), timeout=60)

    def sign_in(self, request: Any, key: SandboxKey) -> Any:
        """Check the code, and sign in or ask for the password."""
        self._check_phone(request.phone_number)
        if request.phone_code != self._state.telegram_code:
            raise RpcError("PHONE_CODE_INVALID")
        if self._state.two_step:
            raise RpcError("SESSION_PASSWORD_NEEDED", 401)
        return self._let_in(key)

    def password(self, key: SandboxKey) -> Any:
        """Return the challenge by which a client proves that it knows the password."""
        kdf, unknown = self._verifier.algorithm, types.SecurePasswordKdfAlgoUnknown()
        key.srp = _, public = self._verifier.challenge()
        return types.account.Password(
            kdf,
            unknown,
            secrets.token_bytes(256),
            has_password=True,
            current_algo=kdf,
            srp_B=_to_256_bytes(public),
            srp_id=1,
        )

    def check_password(self, request: Any, key: SandboxKey) -> Any:
        """Sign in a client that meets the challenge, which is void afterwards in any case."""
        challenge, key.srp = key.srp, None
        if challenge is None or not self._verifier.proves(*challenge, request.password.A, request.password.M1):
            raise RpcError("PASSWORD_HASH_INVALID")
        return self._let_in(key)

    def log_out(self, key: SandboxKey) -> Any:
        """End the sign-in of this key."""
        key.login = None
        return types.auth.LoggedOut()

    def authorizations(self, key: SandboxKey) -> Any:
        """List this sign-in alone."""
        since = key.login.since if key.login is not None else self._state.now
        authorization = types.Authorization(
            0, "sandbox", "synthetic", "1", self._state.telegram_api_id, "auditor", "1", since, self._state.now,
            "127.0.0.1", "", "", current=True,
        )  # fmt: skip
        return types.account.Authorizations(180, [authorization])

    def _let_in(self, key: SandboxKey) -> Any:
        if "mtproto_user_banned" in self._state.faults:
            raise RpcError("USER_DEACTIVATED_BAN", 401)
        key.login = SignedInAccount(self._state.now)
        return types.auth.Authorization(self._peers.me(key.login))

    def _check_phone(self, number: str) -> None:
        if number.removeprefix("+") != self._state.telegram_phone.removeprefix("+"):
            raise RpcError("PHONE_NUMBER_INVALID")


# The two-step password -----------------------------------------------------------------------------------------------


def _to_256_bytes(number: int) -> bytes:
    return number.to_bytes(256, "big")


class _Verifier:
    """The server's verifier of a password (SRP-6a).

    It is two salts and the generator to a power derived from the password.
    """

    def __init__(self, password: str) -> None:
        """Keep `password`; the verifier is derived when first needed."""
        self._password = password
        self.algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            secrets.token_bytes(8), secrets.token_bytes(16), GENERATOR, encode_number(PRIME)
        )

    @cached_property
    def value(self) -> int:
        """The verifier."""
        return int.from_bytes(compute_digest(self.algorithm, self._password), "big")

    def challenge(self) -> tuple[int, int]:
        """Draw a secret exponent and the public number that goes with it."""
        factor = int.from_bytes(sha256(_to_256_bytes(PRIME), _to_256_bytes(GENERATOR)), "big")
        secret = secrets.randbits(2048)
        return secret, (factor * self.value + pow(GENERATOR, secret, PRIME)) % PRIME

    def proves(self, secret: int, public: int, client_public: bytes, proof: bytes) -> bool:
        """Return whether `proof` shows that the client knows the password."""
        number = int.from_bytes(client_public, "big")
        if not 1 < number < PRIME - 1:
            return False
        mixed = int.from_bytes(sha256(_to_256_bytes(number), _to_256_bytes(public)), "big")
        shared = sha256(_to_256_bytes(pow(number * pow(self.value, mixed, PRIME), secret, PRIME)))
        both, salts = (
            xor(sha256(_to_256_bytes(PRIME)), sha256(_to_256_bytes(GENERATOR))),
            (self.algorithm.salt1, self.algorithm.salt2),
        )
        expected = sha256(both, *map(sha256, salts), _to_256_bytes(number), _to_256_bytes(public), shared)
        return secrets.compare_digest(expected, proof)
