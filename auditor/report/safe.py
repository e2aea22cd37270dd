"""Data from outside is made harmless before it is shown: control characters, and links that are not links."""

__all__ = ["clean", "pieces", "safe_url", "show_url", "viewable_url"]

import re
import unicodedata
from urllib.parse import urlsplit

_KEPT = "\n\t"
# Marks that turn the direction of what follows, and marks that cannot be seen: a name made of them lies.
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_ADDRESS = re.compile(r"(?<![\w@./:-])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\";]*)?)(?![@\w])")
_GONE = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Replace control, direction and invisible characters by a visible mark; tabs and line ends stay."""
    shown = _UNSEEN.sub(_GONE, text)
    return "".join(_GONE if unicodedata.category(c) in {"Cc", "Cs"} and c not in _KEPT else c for c in shown)


def safe_url(url: str) -> str | None:
    """Return `url` if a page may link to it: http or https with a host and without a user; else None."""
    if re.search(r"[\s\x00-\x1f\x7f\\\"<>]", url) or clean(url) != url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and host and parts.username is None else None


def viewable_url(url: str) -> str | None:
    """Return `url` if a reader's browser can show what the program saw there; None for a call of a network's API."""
    safe = safe_url(url)
    parts = urlsplit(safe) if safe else None
    is_call = parts is None or (parts.hostname or "").startswith("api.") or parts.path.startswith(("/method/", "/api/"))
    return None if is_call else safe


def pieces(text: str) -> list[tuple[str, str | None]]:
    """Split a source's words at the addresses in them, written with ``https://`` or without: (text, link or None)."""
    found: list[tuple[str, str | None]] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        written = match[0].rstrip(".,;:)»")
        url = safe_url(written if "://" in written else f"https://{written}")
        if url is not None:
            found += [(text[at : match.start()], None), (written, url)]
            at = match.start() + len(written)
    return [piece for piece in [*found, (text[at:], None)] if piece[0]]


def show_url(url: str) -> str:
    """Shorten an address for the eye: without scheme, ``www.`` and a trailing slash."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
