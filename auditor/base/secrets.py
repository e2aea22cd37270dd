"""Remember configured and typed secrets, and mask them in everything that is printed or stored.

Every log line, error and stored record passes through here. A remembered secret is found as programs write it into a
text: plain, percent-encoded, escaped for JSON, or in base64 at any offset. The case of ASCII letters does not matter.
Other encodings, parts of a secret and secrets that were never remembered are not found: guessing would make holes in
evidence. The one exception is the form of VK's keys in text for readers, since an operator may paste one in the wrong
place.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, quote_plus, unquote

MASK = "[secret]"
_MASKED = MASK.encode()
_SHORTEST, _LONG = 4, 8
"""Bytes. A shorter secret is never masked. From `_LONG` on it is masked inside words and in evidence too; a shorter one
only as a whole word of text for readers: «pass» would make holes in «passed»."""
_VK_KEY = re.compile(rb"(?i:vk[12]\.[a-z]\.)[\w.-]{12,}|(?<![0-9A-Fa-f])[0-9A-Fa-f]{85,86}(?![0-9A-Fa-f])")
"""VK's keys: today's, ``vk1.a.…``, and the former ones of 85 hexadecimal digits."""

_SECRET_FORM = re.compile(r"\w://[^\s/@]*@|(?i:\b(?:access_token|token|secret|password)\s*[=:])")
"""A login in an address, and a value labelled as a secret."""


class Secret(str):
    """A secret string: it is remembered, and its `repr` is masked."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Remember `text`."""
        remember(text)
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        """Mask."""
        return "Secret('***')"


@dataclass(frozen=True, slots=True)
class _SecretPatterns:
    """The secrets of this process, and the patterns that find them."""

    secrets: frozenset[bytes] = frozenset()
    forms: tuple[bytes, ...] = ()
    """Every encoding of the long secrets in lower case, the longest first, so that no shorter one leaves a rest."""
    words: re.Pattern[bytes] | None = None
    """The short secrets, as whole words."""

    @classmethod
    def of(cls, secrets: frozenset[bytes]) -> "_SecretPatterns":
        forms = {form.lower() for secret in secrets if len(secret) >= _LONG for form in _encodings(secret)}
        short = b"|".join(re.escape(secret) for secret in sorted(secrets) if len(secret) < _LONG)
        words = re.compile(rb"(?i)(?<![A-Za-z0-9])(?:" + short + rb")(?![A-Za-z0-9])") if short else None
        return cls(secrets, tuple(sorted(forms, key=lambda form: (-len(form), form))), words)


_patterns = _SecretPatterns()


def remember(*secrets: str | bytes | None) -> None:
    """Mask these from now on; None and secrets that are too short are ignored."""
    global _patterns  # noqa: PLW0603 - one set for the process, replaced whole, so that threads read the old or the new
    given = {s.strip().encode("utf-8", "surrogatepass") if isinstance(s, str) else s for s in secrets if s}
    new = {secret for secret in given if len(secret) >= _SHORTEST} - _patterns.secrets
    if new:
        _patterns = _SecretPatterns.of(_patterns.secrets | new)


def remember_proxy(address: str | None) -> None:
    """Remember the secret in a proxy's address: its password, or an MTProxy's secret in place of the user."""
    if not address:
        return
    # Split by hand: a mistyped address has a password too, which a URL parser might miss.
    scheme, _, rest = address.partition("://")
    user, _, password = rest.rpartition("@")[0].partition(":")
    secret = user if scheme.strip().lower() == "mtproxy" else password
    remember(secret, unquote(secret))


def forget_all() -> None:
    """Forget all secrets; for tests."""
    global _patterns  # noqa: PLW0603 - as above
    _patterns = _SecretPatterns()


def redact(text: str) -> str:
    """Return a text for readers without remembered secrets and VK's keys."""
    data = redact_body(text.encode("utf-8", "surrogatepass"))
    if _patterns.words is not None:
        data = _patterns.words.sub(_MASKED, data)
    return _VK_KEY.sub(_MASKED, data).decode("utf-8", "surrogatepass")


def may_hold_secret(text: str) -> bool:
    """Return whether a line typed for publication may hold a secret; it is only refused, so guessing is harmless."""
    return redact(text) != text or _SECRET_FORM.search(text) is not None


def redact_body(data: bytes) -> bytes:
    """Return a response body, which is evidence, without remembered secrets; the same object if it has none."""
    for form in _patterns.forms:
        data = _mask(data, form)
    return data


def _mask(data: bytes, form: bytes) -> bytes:
    """Return `data` with a mask for each `form`, which is in lower case; the same object if there is none."""
    lower, pieces, start = data.lower(), [], 0
    while (index := lower.find(form, start)) >= 0:
        pieces += [data[start:index], _MASKED]
        start = index + len(form)
    return b"".join((*pieces, data[start:])) if pieces else data


def redact_document(text: str) -> str:
    """Return a JSON document without remembered secrets; the same text if it has none."""
    data = text.encode("utf-8", "surrogatepass")
    if redact_body(data) is data:
        return text
    return json.dumps(_redacted(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact_body(value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    if isinstance(value, int | float) and not isinstance(value, bool):  # a telephone number may be one
        redacted = redact_body(str(value).encode())
        return value if redacted == str(value).encode() else redacted.decode()
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return {_redacted(key): _redacted(item) for key, item in value.items()} if isinstance(value, dict) else value


def _encodings(secret: bytes) -> Iterator[bytes]:
    """Yield a secret in each encoding: plain and in base64, each of these also escaped."""
    for form in (secret, *_in_base64(secret)):
        yield form
        yield quote(form, safe="").encode()
        yield quote(form).encode()
        yield quote_plus(form).encode()
        try:
            text = form.decode()
        except UnicodeDecodeError:  # the key of a session: binary, so never in JSON
            continue
        for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
            yield escaped.encode()
            yield escaped.replace("/", "\\/").encode()


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield the base64 of a secret at each of the three offsets in a group of three bytes.

    The characters at the edges, which also depend on the surrounding bytes, are left out.
    """
    for offset, edge in ((0, 0), (1, 2), (2, 3)):
        signs = base64.b64encode(bytes(offset) + secret).rstrip(b"=")
        core = signs[edge : None if (offset + len(secret)) % 3 == 0 else -1]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
