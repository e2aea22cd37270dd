"""Make foreign text harmless before it is shown: control characters, deceptive links, spreadsheet formulas."""

import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

from auditor.base.text import shorten

_ALLOWED = "\n\t"
# Characters that change the writing direction or are invisible: a name made of them deceives.
_INVISIBLE = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ADDRESS = re.compile(r"(?<![\w@./:-])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\";]*)?)(?![@\w])")
_PLAIN = re.compile(r"[\t\n -~\u00a0\u00ab\u00bb\u00b7\u2116\u2014\u2013\u2026\u0410-\u044f\u0401\u0451]*")
"""The characters of most texts, none of which is replaced: a shortcut."""
_VISIBLE_MARK = "\N{REPLACEMENT CHARACTER}"
_MARKS = 4
"""Combining marks shown on one letter: more would be drawn over its neighbours."""
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\ufe62\ufe63\ufe66\ufe6b\ufe6a]")
_LONGEST_CELL = 32_000
"""Characters. A spreadsheet cuts a cell at 32,767 or refuses the file."""


def mark_control_characters(text: str) -> str:
    """Replace control, direction and invisible characters by a visible mark; tabs and line ends stay.

    Combining marks beyond the fourth on one letter are left out.
    """
    if _PLAIN.fullmatch(text):
        return text
    shown: list[str] = []
    marks = 0
    for letter in _INVISIBLE.sub(_VISIBLE_MARK, text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MARKS:
            shown.append(_VISIBLE_MARK if category in {"Cc", "Cs"} and letter not in _ALLOWED else letter)
    return "".join(shown)


def is_invisible(letter: str) -> bool:
    """Return whether a character is invisible or controls its display: a control, a direction mark, a line end."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def one_line(text: str) -> str:
    """Mark control characters and replace line ends and tabs by spaces: a foreign name cannot start a line."""
    return mark_control_characters(_BREAKS.sub(" ", text))


def spreadsheet_cell(text: str) -> str:
    """Return a text as a cell of CSV or XLSX that no spreadsheet takes for a formula.

    A text that begins like a formula (``= + - @``, their full-width forms, ``|`` and ``%`` of old programs) gets a
    leading apostrophe. Numbers are written as numbers, not by this function.
    """
    line = shorten(one_line(text), _LONGEST_CELL)
    return f"'{line}" if _FORMULA.match(line) else line


def safe_url(url: str) -> str | None:
    """Return `url` if a page may link to it (http or https, a host, no user, no deceptive host), else None."""
    if re.search(r"[\s\x00-\x1f\x7f\\\"<>]", url) or mark_control_characters(url) != url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    plain = parts.scheme in {"http", "https"} and host and parts.username is None
    return url if plain and host and not _is_deceptive(host) else None


def _is_deceptive(host: str) -> bool:
    """Return whether a host resembles another one: it mixes alphabets, as ``т.me`` with a Cyrillic letter."""
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in host if letter.isalpha()}
    plain = re.fullmatch(r"[\w.:-]+", host) and host == unicodedata.normalize("NFKC", host).casefold()
    return len(scripts) > 1 or not plain


def viewable_url(url: str) -> str | None:
    """Return `url` if a reader's browser can show what the program saw there, else None.

    None for calls of a network's API and for discussion widgets: citizens' comments are never linked.
    """
    safe = safe_url(url)
    parts = urlsplit(safe) if safe else None
    if parts is None or "discussion" in parse_qs(parts.query):
        return None
    is_call = (parts.hostname or "").startswith("api.") or parts.path.startswith(("/method/", "/api/"))
    return None if is_call else safe


def is_local_url(url: str) -> bool:
    """Return whether an address is on this machine: a test server, an invented world."""
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


def split_links(text: str) -> list[tuple[str, str | None]]:
    """Split a text at its addresses, with or without ``https://``, into pairs (text, link or None)."""
    pieces: list[tuple[str, str | None]] = []
    position = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:)»")
        url = safe_url(address if "://" in address else f"https://{address}")
        if url is not None:
            pieces += [(text[position : match.start()], None), (address, url)]
            position = match.start() + len(address)
    return [piece for piece in [*pieces, (text[position:], None)] if piece[0]]


def show_url(url: str) -> str:
    """Return an address for display, without scheme, ``www.`` and a trailing slash.

    A deceptive host is written in punycode, as browsers do: ``xn--r1a.me``.
    """
    shown = re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
    host, slash, rest = shown.partition("/")
    return _to_punycode(host) + slash + rest if not host.isascii() and _is_deceptive(host) else shown


def _to_punycode(host: str) -> str:
    """Write the labels of a host that are not ASCII in punycode, even in an invalid host."""
    labels = host.split(".")
    return ".".join(p if p.isascii() else f"xn--{p.encode('punycode', 'replace').decode()}" for p in labels)
