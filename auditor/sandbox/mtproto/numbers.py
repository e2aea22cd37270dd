"""The numbers of the key exchange: Telegram's prime, a server key of this process, and how both are written."""

import base64
import math
import secrets
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha1

from telethon.tl import TLObject

GENERATOR = 3
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC92513"
    "9543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC4988"
    "0708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4"
    "B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
    "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
"""The safe prime that Telegram's servers use; clients know it and need not test it."""

_EXPONENT = 65537
_SMALL = math.prod(n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


def packed(number: int) -> bytes:
    """Write a positive number big-endian without leading zeros, as Telethon does for keys as well."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def small_prime(bits: int) -> int:
    """Draw a prime of exactly `bits` bits whose two topmost are set.

    A probable prime by Fermat's test to base 2: enough for a key that lives as long as this process.
    """
    while True:
        start = secrets.randbits(bits) | (0b11 << (bits - 2)) | 1
        for number in range(start, min(start + 4000, 1 << bits), 2):
            if math.gcd(number, _SMALL) in {1, number} and pow(2, number - 1, number) == 1:
                return number


@dataclass(frozen=True)
class ServerKey:
    """The server's RSA key: clients encrypt the first secret with its public half."""

    modulus: int
    private: int

    @cached_property
    def fingerprint(self) -> int:
        """The last eight bytes of the SHA-1 of modulus and exponent, as TL writes them."""
        written = TLObject.serialize_bytes(packed(self.modulus)) + TLObject.serialize_bytes(packed(_EXPONENT))
        return int.from_bytes(sha1(written).digest()[-8:], "little", signed=True)  # noqa: S324 - MTProto's own

    @cached_property
    def pem(self) -> str:
        """The public half as PKCS#1 PEM."""
        body = base64.encodebytes(_der(0x30, _integer(self.modulus) + _integer(_EXPONENT))).decode().replace("\n", "")
        lines = [body[place : place + 64] for place in range(0, len(body), 64)]
        return "\n".join(["-----BEGIN RSA PUBLIC KEY-----", *lines, "-----END RSA PUBLIC KEY-----", ""])

    def decrypt(self, block: bytes) -> bytes:
        """Undo a client's encryption: 255 bytes, the first 20 of them a SHA-1."""
        return pow(int.from_bytes(block, "big"), self.private, self.modulus).to_bytes(256, "big")[1:]


@cache
def server_key() -> ServerKey:
    """Return this process's key; the first call draws it, which takes some tenths of a second."""
    while True:
        first, second = small_prime(1024), small_prime(1024)
        order = (first - 1) * (second - 1)
        if first != second and math.gcd(order, _EXPONENT) == 1:
            return ServerKey(first * second, pow(_EXPONENT, -1, order))


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = packed(len(content))
    length = bytes([len(content)]) if len(content) < 0x80 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + content
