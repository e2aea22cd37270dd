"""The server's side of the two-step password: it knows a verifier, never the password it was asked with (SRP-6a)."""

import secrets
from functools import cached_property
from hashlib import pbkdf2_hmac, sha256

from auditor.sandbox.mtproto.numbers import GENERATOR, PRIME

_ROUNDS = 100_000


def _hash(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def _wide(number: int) -> bytes:
    return number.to_bytes(256, "big")


class Verifier:
    """What is kept of one password: two salts and the generator to a power derived from it."""

    def __init__(self, password: str) -> None:
        """Derive it once, when first asked."""
        self._password = password.encode()
        self.first_salt, self.second_salt = secrets.token_bytes(8), secrets.token_bytes(16)

    @cached_property
    def value(self) -> int:
        """The verifier."""
        inner = _hash(self.second_salt, _hash(self.first_salt, self._password, self.first_salt), self.second_salt)
        slow = pbkdf2_hmac("sha512", inner, self.first_salt, _ROUNDS)
        power = int.from_bytes(_hash(self.second_salt, slow, self.second_salt), "big")
        return pow(GENERATOR, power, PRIME)

    def question(self) -> tuple[int, int]:
        """Draw a secret exponent and the public number that goes with it."""
        factor = int.from_bytes(_hash(_wide(PRIME), _wide(GENERATOR)), "big")
        secret = secrets.randbits(2048)
        return secret, (factor * self.value + pow(GENERATOR, secret, PRIME)) % PRIME

    def proves(self, secret: int, public: int, theirs: bytes, proof: bytes) -> bool:
        """Tell whether `proof` shows that the client knows the password."""
        number = int.from_bytes(theirs, "big")
        if not 1 < number < PRIME - 1:
            return False
        mixed = int.from_bytes(_hash(_wide(number), _wide(public)), "big")
        shared = _hash(_wide(pow(number * pow(self.value, mixed, PRIME), secret, PRIME)))
        first, second = _hash(_wide(PRIME)), _hash(_wide(GENERATOR))
        both = bytes(a ^ b for a, b in zip(first, second, strict=True))
        expected = _hash(both, _hash(self.first_salt), _hash(self.second_salt), _wide(number), _wide(public), shared)
        return secrets.compare_digest(expected, proof)
