"""The ways in which programs write a secret into a text, as patterns and as the plain words that these come to."""

import base64
import re
from collections.abc import Iterator

STRONG = 8
"""From so many bytes on a secret is looked for in the middle of words and in evidence too."""
PHONE = re.compile(rb"\+?\d[\d ()-]{7,}")


def plain_forms(secret: bytes) -> Iterator[bytes]:
    """Yield what `canonical` leaves of a secret in each way of writing it."""
    yield secret
    yield secret.hex().encode()
    for _, core, _ in _cores(secret):
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


_ESCAPE = re.compile(
    rb"%(?:25)*([0-9A-Fa-f]{2})|\\+(?:U0000|u)00([0-9A-Fa-f]{2})|\\+x([0-9A-Fa-f]{2})|\\+(?:u|U[0-9A-Fa-f]{4})[0-9A-Fa-f]{4}"
    rb"|&#0*(\d{1,7});|&#[xX]0*([0-9A-Fa-f]{1,6});|&(amp|lt|gt|quot|apos);|[\x80-\xff]+"
)
_COLOUR = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")
_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}


def canonical(data: bytes) -> bytes:
    """Undo every way of escaping and leave the ASCII signs alone; backslashes go, and a plus is a space."""
    before = b""
    while before != data:
        before, data = data, _ESCAPE.sub(_unescaped, data)
    return _COLOUR.sub(b"", data).replace(b"\\", b"").replace(b"+", b" ")


def _unescaped(found: re.Match[bytes]) -> bytes:
    percent, wide, byte, decimal, hexadecimal, named = found.groups()
    number = percent or wide or byte or hexadecimal
    code = int(decimal) if decimal else int(number, 16) if number else 0x80
    return bytes([code]) if code < 0x80 else _NAMED.get(named or b"", b"")


def forms(secret: bytes) -> Iterator[bytes]:
    """Yield a pattern for each way in which a secret may be written."""
    try:
        whole = _UNSEEN.join(map(_character, secret.decode()))
    except UnicodeDecodeError:  # a key of a session: bytes, not text
        whole = b"".join(_byte(b) for b in secret)
    if len(secret) < STRONG:
        yield rb"(?<![A-Za-z0-9])" + whole + rb"(?![A-Za-z0-9])"
        return
    yield b"(?i:" + whole + b")"
    if PHONE.fullmatch(secret):
        yield telephone(secret)
    yield b"(?i:" + secret.hex().encode() + b")"
    for before, core, after in _cores(secret):
        alphabet = rb"(?:[A-Za-z0-9+/_-]|%2[BbFf])"
        body = b"".join(_sextet(c) for c in core)
        yield (alphabet + b"?" if before else b"") + body + (alphabet + b"?(?:=|%3[Dd])*" if after else b"")


def telephone(number: bytes) -> bytes:
    """Return the pattern of a number however its digits are set apart; a Russian one is dialled by 8 as well."""
    digits = re.findall(rb"\d", number)
    if digits[0] in b"78" and len(digits) == _OF_A_RUSSIAN_NUMBER:
        digits[0] = b"[78]"
    return rb"(?:\+|%2[Bb])?" + rb"(?:[\s().-]|%20|%28|%29)*".join(digits)


_OF_A_RUSSIAN_NUMBER = 11


def _cores(secret: bytes) -> Iterator[tuple[bool, bytes, bool]]:
    """Yield what base64 makes of `secret` wherever it begins among other bytes.

    The signs at its edges that tell of its neighbours too are left out; whether there are any is told beside it.
    """
    for offset, edge in ((0, 0), (1, 2), (2, 3)):
        signs = base64.b64encode(bytes(offset) + secret).rstrip(b"=")
        after = (offset + len(secret)) % 3 != 0
        yield offset > 0, signs[edge : -1 if after else None], after


def _sextet(sign: int) -> bytes:
    if sign == ord("+"):
        return rb"(?:[+-]|%2[Bb])"
    if sign == ord("/"):
        return rb"(?:\\*/|_|%2[Ff])"
    return bytes([sign])


def _hex(number: int, width: int = 2) -> bytes:
    """Write a number in hex of either case."""
    return b"".join(b"[%c%c]" % (d, d - 32) if d >= 97 else bytes([d]) for d in f"{number:0{width}x}".encode())


def _character(sign: str) -> bytes:
    """Return the pattern of one character of a secret."""
    raw, code = sign.encode("utf-8", "surrogatepass"), ord(sign)
    ways = [rb"\\*" + re.escape(raw) if sign in "\"'/" else rb"\\+" if sign == "\\" else re.escape(raw)]
    ways.append(b"".join(rb"%(?:25)*" + _hex(b) for b in raw))
    units = [int.from_bytes(sign.encode("utf-16-be")[i : i + 2], "big") for i in range(0, 2 + 2 * (code > 0xFFFF), 2)]
    ways.append(b"".join(rb"\\+u" + _hex(unit, 4) for unit in units))
    ways.append(b"".join(rb"\\+x" + _hex(b) for b in raw))
    ways.append(rb"\\+U" + _hex(code, 8))
    if 0x80 <= code < 0x100:
        ways.append(rb"\\+x" + _hex(code))
    ways += [b"&#0*%d;" % code, b"&#[xX]0*" + _hex(code, 1) + b";"]
    ways += [b"&" + name + b";" for name, value in _NAMED.items() if value == raw]
    ways += [rb"\+"] if sign == " " else []
    return b"(?:" + b"|".join(ways) + b")"


_UNSEEN = (
    rb"(?:\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad|\x1b\[[0-9;]*[A-Za-z]"
    rb"|\\+u(?:200[b-f]|2060|feff|00ad)|\\+(?:u001b|x1b)\[[0-9;]*[A-Za-z])*"
)
"""What may stand between a secret's signs and cannot be seen, as it is or as JSON and Python write it."""


def _byte(value: int) -> bytes:
    """Return the pattern of one byte of a secret that is no text."""
    ways = [re.escape(bytes([value])), b"%" + _hex(value), rb"\\+x" + _hex(value)]
    ways += [rb"\\+" + _LETTERS.get(value, re.escape(bytes([value])))] if value in b"\t\n\r'\"\\" else []
    return b"(?:" + b"|".join(ways) + b")"


_LETTERS = {9: b"t", 10: b"n", 13: b"r"}
