"""The accounts that a text names or links (vk.com, vk.ru, t.me, telegram.me, ``@name``), each with its place in it.

Links are hidden behind words as often as they are written out, so both are read. What is no account stays out: wall
posts, share links, private invites, a page's links to itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from auditor.base.address import Address
from auditor.probes.linked import Marked
from auditor.search.pages import Passage, Place

_WRITTEN = re.compile(
    r"(?<![\w.@/-])(?:https?://)?"
    r"(?:(?:www\.|m\.)?(?:vk\.(?:com|ru)|t\.me|telegram\.(?:me|dog))/[\w.+/-]+|[a-z][a-z0-9_]{3,31}\.t\.me(?![\w.]))",
    re.IGNORECASE | re.ASCII,
)
# Mail has a word before the sign; a name with a dot in it is of another network.
_MENTION = re.compile(r"(?<![\w.+/@-])@([a-z][a-z0-9_]{3,31})(?![\w@]|\.\w)", re.IGNORECASE)
_SPEAKS_OF_TELEGRAM = re.compile(r"(?:telegram|телеграмм?|(?<!\w)(?:тг|tg)(?!\w))[^\n@]{0,40}$", re.IGNORECASE)


def accounts_in(whole: Marked, *, mentions: bool) -> list[tuple[int, Address]]:
    """Return the accounts that a text links or names, with their places, in the text's order.

    A link outweighs its own words. With `mentions`, every ``@name`` is Telegram's; without, only one that follows a
    word that says so.
    """
    found: dict[tuple[int, Address], None] = {}
    taken: list[range] = []
    for anchor in whole.anchors:
        address = _led_to(anchor.href)
        if address is not None:
            found[anchor.start, address] = None
            taken.append(range(anchor.start, anchor.end))
    for place, address in _written_in(whole.text, mentions=mentions):
        if not any(place in words for words in taken):
            found[place, address] = None
    return sorted(found, key=lambda row: (row[0], row[1].network, row[1].name))


def passage(place: Place, whole: Marked, *, own: Address | None, url: str, at: datetime | None = None) -> Passage:
    """Make a passage of Telegram's text, with the accounts it names, `own` left out."""
    links = [row for row in accounts_in(whole, mentions=True) if row[1] != own]
    return Passage(place, whole.text, tuple(a for _, a in links), tuple(n for n, _ in links), url=url, at=at)


def _written_in(text: str, *, mentions: bool) -> Iterator[tuple[int, Address]]:
    for match in _WRITTEN.finditer(text):
        address = _parsed(match[0].rstrip(".,-/+"))
        if address is not None:
            yield match.start(), address
    for match in _MENTION.finditer(text):
        if mentions or _SPEAKS_OF_TELEGRAM.search(text[max(0, match.start() - 60) : match.start()]):
            address = _parsed(match[0])
            if address is not None:
                yield match.start(), address


def _led_to(href: str) -> Address | None:
    """Read where a link leads; VK's own way out of VK is looked through."""
    try:
        parts = urlsplit(href.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme == "tg" and parts.netloc == "resolve":
        return _parsed("@" + next(iter(parse_qs(parts.query).get("domain", [])), ""))
    if parts.scheme not in {"http", "https", ""} or not host:
        return None
    if host in {"vk.com", "vk.ru"} and parts.path.casefold() == "/away.php":
        onward = next(iter(parse_qs(parts.query).get("to", [])), "")
        return _parsed(onward)
    return _parsed(href)


def _parsed(text: str) -> Address | None:
    try:
        address = Address.parse(text)
    except ValueError:
        return None
    return None if address.invite else address
