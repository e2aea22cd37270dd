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

import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from auditor.base.redact_forms import PHONE, STRONG, canonical, forms, plain_forms, telephone

MASK = "[secret]"
_MASKED = MASK.encode()
_SHORTEST = 4
"""Shorter than this a secret is not looked for: it would be found everywhere."""
_LONG_TEXT = 4096
_BLOCK, _PIECE = 6, 12
"""Any piece of that many signs holds a whole block, counted from the secret's beginning; so blocks are looked for."""
_KEY = re.compile(rb"(?=.*\d)(?=.*[A-Za-z])[\w.=+/-]{24,}", re.ASCII)
"""What is made by chance: a piece of it is nowhere else. A pass-phrase's may be a word."""

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
        strong = [s for s in known if len(s) >= STRONG]
        phones = [s for s in strong if PHONE.fullmatch(s)]
        return cls(
            _pattern(known),
            _pattern(strong),
            frozenset(canonical(needle).lower() for s in strong for needle in plain_forms(s)),
            re.compile(b"|".join(map(telephone, phones))) if phones else None,
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
    found = [form for secret in secrets for form in forms(secret)]
    return re.compile(b"|".join(found)) if found else None


def _known(data: bytes, *, strong: bool) -> bytes:
    pattern = _patterns().strong if strong else _patterns().all
    if pattern is None or (strong and len(data) > _LONG_TEXT and not _suspected(data)):
        return data
    return pattern.sub(_MASKED, data)


def _suspected(data: bytes) -> bool:
    """Tell cheaply whether a long body may hold a secret, before each of its bytes is tried as one's beginning."""
    plain, known = canonical(data).lower(), _patterns()
    return any(n in plain for n in known.needles) or (known.phones is not None and bool(known.phones.search(data)))


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
