"""The one place where secrets are taken out: every log line, every error and every stored record passes it.

Two nets. What was configured or typed is *remembered* the moment it is read, and found in every form that programs
write text in: plain, percent-encoded, escaped for JSON, HTML or Python, hex, base64 at any offset. What was never told
to us is known by its *shape*: keys of VK, values named ``access_token`` and the like, passwords in addresses,
authorisation headers, telephone numbers.

Case does not matter (of ASCII letters), nor what cannot be seen between the signs: spaces of no width, a terminal's
colours. Of a long remembered key a piece of twelve signs is found in what is for eyes, as a cut line leaves one; in a
body only the whole. Not found: a secret written backwards, in base32, in base64 of UTF-16, with other letters' case
than ASCII's changed, or broken by line ends or visible signs; and what has no shape and was never told to us.

Bodies of answers are evidence, so only what cannot be anything else goes out of them: remembered secrets of some
length, and keys. A telephone in a mayor's post is the mayor's.
"""

__all__ = ["MASK", "forget", "redact", "redact_body", "redact_document", "remember", "remember_proxy"]

import base64
import json
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

MASK = "[secret]"
_MASKED = MASK.encode()
_SHORTEST, _STRONG = 4, 8
"""Shorter than the first a secret is not looked for: it would be found everywhere. From the second on it is looked
for in the middle of words and in evidence too."""
_LONG_TEXT = 4096
_BLOCK, _PIECE = 6, 12
"""Any piece of that many signs holds a whole block, counted from the secret's beginning; so blocks are looked for."""
_KEY = re.compile(rb"(?=.*\d)(?=.*[A-Za-z])[\w.=+/-]{24,}", re.ASCII)
"""What is made by chance: a piece of it is nowhere else. A pass-phrase's may be a word."""
_PHONE = re.compile(rb"\+?\d[\d ()-]{7,}")

_lock = threading.Lock()
_secrets: set[bytes] = set()


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is looked for, made of the secrets that are known; longer ones first: a part of one hides no rest of it."""

    all: re.Pattern[bytes] | None
    strong: re.Pattern[bytes] | None
    needles: frozenset[bytes]
    phones: re.Pattern[bytes] | None
    keys: tuple[bytes, ...]

    @classmethod
    @lru_cache(maxsize=4)  # who learns the same secrets again, as every probe of a process does, need not wait again
    def of(cls, secrets: frozenset[bytes]) -> "_Patterns":
        known = sorted(secrets, key=lambda s: (-len(s), s))
        strong = [s for s in known if len(s) >= _STRONG]
        phones = [s for s in strong if _PHONE.fullmatch(s)]
        return cls(
            _pattern(known),
            _pattern(strong),
            frozenset(_canonical(needle).lower() for s in strong for needle in _plain_forms(s)),
            re.compile(b"|".join(map(_telephone, phones))) if phones else None,
            tuple(s.lower() for s in strong if _KEY.fullmatch(s)),
        )


_made: _Patterns | None = None
"""Made when first needed after a secret was learned: several come one after another."""


def _patterns() -> _Patterns:
    global _made  # noqa: PLW0603 - one set for the process, as the secrets are the process's
    made = _made
    if made is None:
        with _lock:
            made = _made = _Patterns.of(frozenset(_secrets))
    return made


def _learn(secrets: set[bytes]) -> None:
    global _made  # noqa: PLW0603 - as above
    _secrets.update(secrets)
    _made = None


def remember(*secrets: str | bytes | None) -> None:
    """Know these from here on; None and what is too short is passed over."""
    given = {s.strip().encode("utf-8", "surrogatepass") if isinstance(s, str) else s for s in secrets if s}
    with _lock:
        new = {s for s in given if len(s) >= _SHORTEST} - _secrets
        if new:
            _learn(new)


def remember_proxy(address: str | None) -> None:
    """Know what is secret in a proxy's address: its password, or the secret that stands in a user's place."""
    if not address:
        return
    # By hand: what is mistyped has a password too, which no parser would find.
    scheme, _, rest = address.partition("://")
    user, _, password = rest.rpartition("@")[0].partition(":")
    secret = user if scheme.strip().lower() == "mtproxy" else password
    remember(secret, unquote(secret))


def forget() -> None:
    """Know nothing any more: for tests."""
    with _lock:
        _secrets.clear()
        _learn(set())


def redact(text: str) -> str:
    """Return a text for eyes without secrets: all that are remembered, and whatever has the shape of one."""
    data = _without_pieces(_known(text.encode("utf-8", "surrogatepass"), strong=False))
    return _shaped(data, _SHAPES).decode("utf-8", "surrogatepass")


def redact_body(data: bytes) -> bytes:
    """Return an answer's body without secrets; the same object where there is none."""
    clean = _shaped(_known(data, strong=True), _KEYS)
    return data if clean == data else clean


def redact_document(text: str) -> str:
    """Return a JSON document without secrets in its strings; the same where there is none."""
    if redact_body(text.encode("utf-8", "surrogatepass")) == text.encode("utf-8", "surrogatepass"):
        return text
    return json.dumps(_walked(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return redact_body(value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    if isinstance(value, list):
        return [_walked(item) for item in value]
    return {_walked(key): _walked(item) for key, item in value.items()} if isinstance(value, dict) else value


# What is remembered ----------------------------------------------------------------------------------------------


def _pattern(secrets: Iterable[bytes]) -> re.Pattern[bytes] | None:
    forms = [form for secret in secrets for form in _forms(secret)]
    return re.compile(b"|".join(forms)) if forms else None


def _known(data: bytes, *, strong: bool) -> bytes:
    pattern = _patterns().strong if strong else _patterns().all
    if pattern is None or (strong and len(data) > _LONG_TEXT and not _suspected(data)):
        return data
    return pattern.sub(_MASKED, data)


def _suspected(data: bytes) -> bool:
    """Tell cheaply whether a long body may hold a secret, before each of its bytes is tried as one's beginning."""
    plain, known = _canonical(data).lower(), _patterns()
    return any(n in plain for n in known.needles) or (known.phones is not None and bool(known.phones.search(data)))


def _plain_forms(secret: bytes) -> Iterator[bytes]:
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


def _canonical(data: bytes) -> bytes:
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


def _forms(secret: bytes) -> Iterator[bytes]:
    """Yield a pattern for each way in which a secret may be written."""
    try:
        whole = _UNSEEN.join(map(_character, secret.decode()))
    except UnicodeDecodeError:  # a key of a session: bytes, not text
        whole = b"".join(_byte(b) for b in secret)
    if len(secret) < _STRONG:
        yield rb"(?<![A-Za-z0-9])" + whole + rb"(?![A-Za-z0-9])"
        return
    yield b"(?i:" + whole + b")"
    if _PHONE.fullmatch(secret):
        yield _telephone(secret)
    yield b"(?i:" + secret.hex().encode() + b")"
    for before, core, after in _cores(secret):
        alphabet = rb"(?:[A-Za-z0-9+/_-]|%2[BbFf])"
        body = b"".join(_sextet(c) for c in core)
        yield (alphabet + b"?" if before else b"") + body + (alphabet + b"?(?:=|%3[Dd])*" if after else b"")


def _telephone(number: bytes) -> bytes:
    """Return the pattern of a number however its digits are set apart; a Russian one is dialled by 8 as well."""
    digits = re.findall(rb"\d", number)
    if digits[0] in b"78" and len(digits) == _OF_A_RUSSIAN_NUMBER:
        digits[0] = b"[78]"
    return rb"(?:\+|%2[Bb])?" + rb"(?:[\s().-]|%20|%28|%29)*".join(digits)


_OF_A_RUSSIAN_NUMBER = 11


def _without_pieces(data: bytes) -> bytes:
    """Mask the pieces of long keys: what a line holds that was cut at its end or at its beginning."""
    lower, spans = data.lower(), []
    for key in _patterns().keys:
        for start in range(0, len(key) - _BLOCK + 1, _BLOCK):
            at = lower.find(key[start : start + _BLOCK])
            while at >= 0:
                first, last = _stretched(lower, at, key, start)
                spans += [(first, last)] if last - first >= _PIECE else []
                at = lower.find(key[start : start + _BLOCK], at + 1)
    clean, end = b"", 0
    for first, last in sorted(set(spans)):
        if first >= end:
            clean += data[end:first] + _MASKED
        end = max(end, last)
    return clean + data[end:]


def _stretched(text: bytes, at: int, key: bytes, start: int) -> tuple[int, int]:
    """Return how far text and key agree around a block that both have."""
    first, last = at, at + _BLOCK
    while first > 0 and start > 0 and text[first - 1] == key[start - 1]:
        first, start = first - 1, start - 1
    while last < len(text) and start + last - first < len(key) and text[last] == key[start + last - first]:
        last += 1
    return first, last


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


# What is known by its shape --------------------------------------------------------------------------------------

_QUOTE = rb"(?:\\*[\"']|&quot;|&#34;)?"
_IS = _QUOTE + rb"\s*(?:=|:|%(?:25)*3[DdAa])\s*" + _QUOTE
_VALUE = rb"[^\s\"'<>&;,()\[\]{}\\]+"
_ALWAYS = rb"access_token|refresh_token|service_token|api_hash|client_secret|auth_key|phone_code_hash"

_KEYS = (
    re.compile(rb"()(?i:vk[12]\.[a-z]\.)[\w.-]{12,}"),
    re.compile(rb"()(?<![0-9A-Fa-f])[0-9A-Fa-f]{85,86}(?![0-9A-Fa-f])"),  # VK's keys of old
    re.compile(rb"((?i:\b(?:" + _ALWAYS + rb"))" + _IS + rb")" + _VALUE),
    # VK repeats a call's parameters in its errors as {"key": …, "value": …}.
    re.compile(rb"((?:" + _ALWAYS + rb")\\*[\"']\s*,\s*\\*[\"']value\\*[\"']\s*:\s*\\*[\"'])[^\"'\\]+"),
    re.compile(rb"((?i:\b(?:bearer|basic))\s+)[A-Za-z0-9+/_=.~-]{12,}"),
)
_SHAPES = (
    *_KEYS,
    re.compile(
        rb"((?i:\b(?:proxy-)?authorization|\b(?:set-)?cookie)" + _QUOTE + rb"\s*[:=,]\s*" + _QUOTE + rb")[^\r\n\"']+"
    ),
    re.compile(rb"(\w://)[^\s/@\"'<>?#\[\]]+(?=@)"),
    re.compile(rb"(\w%3[Aa]%2[Ff]%2[Ff])(?:(?!%2[Ff])[^\s/@\"'<>?#&])+?(?=@|%40)"),
    re.compile(rb"((?i:\b(?:token|secret|password|passwd|phone(?:_number)?))" + _IS + rb")" + _VALUE),
    re.compile(rb"()(?:(?<![\w.:+-])\+|%2[Bb])[1-9][ ()-]{0,2}\d(?:[ ()-]{0,2}\d){8,9}\d{0,4}(?!\d)"),  # a telephone
    re.compile(rb"()(?<![\w-])1[\w-]{200,}={0,2}"),  # a session of Telethon as a string
)


def _shaped(data: bytes, shapes: Iterable[re.Pattern[bytes]]) -> bytes:
    for shape in shapes:
        data = shape.sub(rb"\g<1>" + _MASKED, data)
    return data
