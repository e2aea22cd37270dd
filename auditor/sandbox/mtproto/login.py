"""Signing in and out: a code by phone, a two-step password where it is on, and what a server says of a wrong one."""

import secrets
from typing import TYPE_CHECKING, Any

from telethon.tl import types

from auditor.sandbox.mtproto.crypt import Key, Login
from auditor.sandbox.mtproto.numbers import GENERATOR, PRIME, packed
from auditor.sandbox.mtproto.peers import Failure, Peers
from auditor.sandbox.mtproto.srp import Verifier

if TYPE_CHECKING:
    from auditor.sandbox.server import Sandbox


class SignIn:
    """Answers what belongs to signing in. Each method takes the key over which it was asked."""

    def __init__(self, sandbox: "Sandbox", peers: Peers, dc: int, other_dc: int) -> None:
        """Serve at data centre `dc`; `other_dc` is where an account that has moved is sent."""
        self._sandbox, self._peers, self._dc, self._other = sandbox, peers, dc, other_dc
        self._verifier = Verifier(sandbox.telegram_password)

    def send_code(self, request: Any, key: Key) -> Any:
        """Pretend to send the code."""
        if (request.api_id, request.api_hash) != (self._sandbox.telegram_api_id, self._sandbox.telegram_api_hash):
            raise Failure("API_ID_INVALID")
        self._phone(request.phone_number)
        if "mtproto_phone_migrate" in self._sandbox.faults and self._dc != self._other:
            raise Failure(f"PHONE_MIGRATE_{self._other}", 303)
        key.code_hash = secrets.token_hex(8)
        return types.auth.SentCode(
            types.auth.SentCodeTypeApp(len(self._sandbox.telegram_code)), key.code_hash, timeout=60
        )

    def sign_in(self, request: Any, key: Key) -> Any:
        """Check the code, and let in or ask for the password."""
        self._phone(request.phone_number)
        if not request.phone_code:
            raise Failure("PHONE_CODE_EMPTY")
        if not key.code_hash or request.phone_code_hash != key.code_hash:
            raise Failure("PHONE_CODE_EXPIRED")
        if request.phone_code != self._sandbox.telegram_code:
            raise Failure("PHONE_CODE_INVALID")
        key.code_hash = ""
        if self._sandbox.two_step:
            key.password_due = True
            raise Failure("SESSION_PASSWORD_NEEDED", 401)
        return self._let_in(key)

    def password(self, request: Any, key: Key) -> Any:
        """Return the question by which a client proves that it knows the password."""
        del request
        unknown = types.SecurePasswordKdfAlgoUnknown()
        kdf = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            self._verifier.first_salt, self._verifier.second_salt, GENERATOR, packed(PRIME)
        )
        if not self._sandbox.two_step:
            return types.account.Password(kdf, unknown, secrets.token_bytes(256))
        secret, public = self._verifier.question()
        key.srp = (secrets.randbits(62), secret, public)
        return types.account.Password(
            kdf,
            unknown,
            secrets.token_bytes(256),
            has_password=True,
            current_algo=kdf,
            srp_B=public.to_bytes(256, "big"),
            srp_id=key.srp[0],
        )

    def check_password(self, request: Any, key: Key) -> Any:
        """Let in one who proves that he knows it; the question is spent either way."""
        asked, key.srp = key.srp, None
        if not key.password_due:
            raise Failure("AUTH_KEY_UNREGISTERED", 401)
        if asked is None or getattr(request.password, "srp_id", None) != asked[0]:
            raise Failure("SRP_ID_INVALID")
        if not self._verifier.proves(asked[1], asked[2], request.password.A, request.password.M1):
            raise Failure("PASSWORD_HASH_INVALID")
        key.password_due = False
        return self._let_in(key)

    def log_out(self, request: Any, key: Key) -> Any:
        """End the sign-in of this key."""
        del request
        key.login = None
        return types.auth.LoggedOut()

    def authorizations(self, request: Any, key: Key) -> Any:
        """List this sign-in alone."""
        del request
        since = key.login.since if key.login is not None else self._sandbox.now
        here = types.Authorization(
            0, "sandbox", "synthetic", "1", self._sandbox.telegram_api_id, "auditor", "1", since, self._sandbox.now,
            "127.0.0.1", "", "", current=True,
        )  # fmt: skip
        return types.account.Authorizations(180, [here])

    def _let_in(self, key: Key) -> Any:
        if "mtproto_user_banned" in self._sandbox.faults:
            raise Failure("USER_DEACTIVATED_BAN", 401)
        key.login = Login(self._sandbox.now)
        return types.auth.Authorization(self._peers.me(key.login))

    def _phone(self, number: str) -> None:
        if number.removeprefix("+") != self._sandbox.telegram_phone.removeprefix("+"):
            raise Failure("PHONE_NUMBER_INVALID")
