"""Secrets: whatever was configured or typed is remembered and taken out of everything that is said or stored.

Every log line, error and stored record passes here. A remembered secret is found as programs write it into a text:
plain, percent-encoded, escaped for JSON, or in base64 wherever it begins. The case of ASCII letters does not matter.
Other encodings, parts of a secret and secrets that were never remembered are not found; nothing is guessed, because a
guess makes holes in evidence. The one exception is the form of VK's keys in text for readers, since an operator may
paste one where it does not belong.
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
"""Bytes. A shorter secret is never looked for. From `_LONG` on it is looked for inside words and in evidence too;
a shorter one only as a word of text for readers: «pass» would make holes in «passed»."""
_VK_KEY = re.compile(rb"(?i:vk[12]\.[a-z]\.)[\w.-]{12,}|(?<![0-9A-Fa-f])[0-9A-Fa-f]{85,86}(?![0-9A-Fa-f])")
"""VK's keys of today, ``vk1.a.…``, and those of before, 85 hexadecimal digits."""

_SECRET_FORM = re.compile(r"\w://[^\s/@]*@|(?i:\b(?:access_token|token|secret|password)\s*[=:])")
"""A login in an address, and a value that is called a secret."""


class Secret(str):
    """A string that does not show itself: it is remembered, and its `repr` is masked."""

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
    """The secrets of this process, and what is looked for because of them."""

    secrets: frozenset[bytes] = frozenset()
    forms: tuple[bytes, ...] = ()
    """Every form of the long ones in lower case, the longest first: a part of one must not hide the rest of it."""
    words: re.Pattern[bytes] | None = None
    """The short ones, as whole words."""

    @classmethod
    def of(cls, secrets: frozenset[bytes]) -> "_SecretPatterns":
        forms = {form.lower() for secret in secrets if len(secret) >= _LONG for form in _encodings(secret)}
        short = b"|".join(re.escape(secret) for secret in sorted(secrets) if len(secret) < _LONG)
        words = re.compile(rb"(?i)(?<![A-Za-z0-9])(?:" + short + rb")(?![A-Za-z0-9])") if short else None
        return cls(secrets, tuple(sorted(forms, key=lambda form: (-len(form), form))), words)


_known = _SecretPatterns()


def remember(*secrets: str | bytes | None) -> None:
    """Look for these from now on; None and what is too short are passed over."""
    global _known  # noqa: PLW0603 - one set for the process, replaced whole, so that threads read the old or the new
    given = {s.strip().encode("utf-8", "surrogatepass") if isinstance(s, str) else s for s in secrets if s}
    new = {secret for secret in given if len(secret) >= _SHORTEST} - _known.secrets
    if new:
        _known = _SecretPatterns.of(_known.secrets | new)


def remember_proxy(address: str | None) -> None:
    """Remember what is secret in a proxy's address: its password, or an MTProxy's secret in the user's place."""
    if not address:
        return
    # Taken apart by hand: a mistyped address has a password too, which no parser would find.
    scheme, _, rest = address.partition("://")
    user, _, password = rest.rpartition("@")[0].partition(":")
    secret = user if scheme.strip().lower() == "mtproxy" else password
    remember(secret, unquote(secret))


def forget_all() -> None:
    """Remember nothing any more: for tests."""
    global _known  # noqa: PLW0603 - as above
    _known = _SecretPatterns()


def redact(text: str) -> str:
    """Return a text for readers without remembered secrets and VK's keys."""
    data = redact_body(text.encode("utf-8", "surrogatepass"))
    if _known.words is not None:
        data = _known.words.sub(_MASKED, data)
    return _VK_KEY.sub(_MASKED, data).decode("utf-8", "surrogatepass")


def may_hold_secret(text: str) -> bool:
    """Tell whether a line typed for publication may hold a secret: it is refused then, so a guess does no harm."""
    return redact(text) != text or _SECRET_FORM.search(text) is not None


def redact_body(data: bytes) -> bytes:
    """Return an answer's body, which is evidence, without remembered secrets; the same object if there is none."""
    for form in _known.forms:
        data = _without(data, form)
    return data


def _without(data: bytes, form: bytes) -> bytes:
    """Return `data` with a mask for each `form`, which is in lower case; the same object if there is none."""
    lower, pieces, start = data.lower(), [], 0
    while (at := lower.find(form, start)) >= 0:
        pieces += [data[start:at], _MASKED]
        start = at + len(form)
    return b"".join((*pieces, data[start:])) if pieces else data


def redact_document(text: str) -> str:
    """Return a JSON document without remembered secrets in its strings; the same if there is none."""
    data = text.encode("utf-8", "surrogatepass")
    if redact_body(data) is data:
        return text
    return json.dumps(_redacted(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact_body(value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    if isinstance(value, int | float) and not isinstance(value, bool):  # a telephone number may be one
        said = redact_body(str(value).encode())
        return value if said == str(value).encode() else said.decode()
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return {_redacted(key): _redacted(item) for key, item in value.items()} if isinstance(value, dict) else value


def _encodings(secret: bytes) -> Iterator[bytes]:
    """Yield a secret as programs write it: as it is or in base64, and each of these escaped or not."""
    for written in (secret, *_in_base64(secret)):
        yield written
        yield quote(written, safe="").encode()
        yield quote(written).encode()
        yield quote_plus(written).encode()
        try:
            text = written.decode()
        except UnicodeDecodeError:  # the key of a session: bytes, which JSON does not hold
            continue
        for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
            yield escaped.encode()
            yield escaped.replace("/", "\\/").encode()


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield what base64 makes of a secret at each of the three places in a group of bytes where it can begin.

    The characters at the edges, which depend on the bytes around it too, are left out.
    """
    for offset, edge in ((0, 0), (1, 2), (2, 3)):
        signs = base64.b64encode(bytes(offset) + secret).rstrip(b"=")
        core = signs[edge : None if (offset + len(secret)) % 3 == 0 else -1]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))
