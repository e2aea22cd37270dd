"""Data from outside is made harmless before it is shown: control characters, and links that are not links."""

__all__ = ["clean", "safe_url", "show_url"]

import re
import unicodedata
from urllib.parse import urlsplit

_KEPT = "\n\t"
# Marks that turn the direction of what follows, and marks that cannot be seen: a name made of them lies.
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
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


def show_url(url: str) -> str:
    """Shorten an address for the eye: without scheme, ``www.`` and a trailing slash."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
