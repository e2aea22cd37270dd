"""The accounts that a text names or links (vk.com, vk.ru, t.me, telegram.me, ``@name``), each with its place in it.

Links are hidden behind words as often as they are written out, so both are read. What is no account stays out: wall
posts, share links, private invites, a page's links to itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from auditor.base.address import Address
from auditor.probes.linked_text import LinkedText
from auditor.search.scouted_page import Passage, PassagePlace

_WRITTEN = re.compile(
    # «Имярек-https://t.me/…»: after a Russian word no blank is needed, and within an address none begins.
    r"(?:(?<![\w.@/-])|(?=https?://)(?<![a-z0-9_/=?&%#])|(?<=[а-яё.)»]-))(?:https?://)?"
    r"(?:(?:www\.|m\.)?(?:vk\.(?:com|ru)|t\.me|telegram\.(?:me|dog))/[a-z0-9_.+/-]++(?![^\W_])|[a-z][a-z0-9_]{3,31}\.t\.me(?![\w.]))",
    re.IGNORECASE,
)
# Mail has a word before the sign; a name with a dot in it is of another network.
_MENTION = re.compile(r"(?<![\w.+/@-])@([a-z][a-z0-9_]{3,31})(?![\w@]|\.\w)", re.IGNORECASE)
_TELEGRAM_WORD = re.compile(r"telegram|телеграм|(?<!\w)(?:тг|tg)(?!\w)|t\.me/", re.IGNORECASE)
_OTHER_NETWORK = re.compile(
    r"instagram|инстаграм|одноклассник|(?<!\w)(?:ok|ок)\.ru|twitter|твиттер|youtube|(?<!\w)(?:vk|вк)(?!\w)|контакт|почт|mail",
    re.IGNORECASE,
)
_POST = re.compile(r"(?:t|telegram)\.(?:me|dog)/(?:s/)?\w+/\d+", re.IGNORECASE)
_ITEM = 200
"""Characters from one ``@name`` of a list to the next, at most."""


def accounts_in(whole: LinkedText, *, mentions: bool) -> list[tuple[int, Address]]:
    """Return the accounts that a text links or names, with their places, in the text's order.

    A link outweighs its own words, unless they are another address; then both are there. With `mentions`, every
    ``@name`` is Telegram's; without, only where Telegram is spoken of.
    """
    found: dict[tuple[int, Address], None] = {}
    taken: list[tuple[range, Address]] = []
    for anchor in whole.anchors:
        address = _link_target(anchor.href)
        if address is not None:
            found[anchor.start, address] = None
            taken.append((range(anchor.start, anchor.end), address))
    for place, address in _written_in(whole.text, mentions=mentions):
        leads = [led for words, led in taken if place in words]
        if not leads or (whole.text[place] != "@" and all(_differ(led, address) for led in leads)):
            found[place, address] = None
    return sorted(found, key=lambda row: (row[0], row[1].network, row[1].name))


def _differ(one: Address, other: Address) -> bool:
    """Tell whether two addresses of a network are surely two pages: a number may be a name's."""
    return one.network is other.network and one != other and one.number is None and other.number is None


def passage(
    place: PassagePlace, whole: LinkedText, *, own: Address, url: str, at: datetime | None = None, mentions: bool = True
) -> Passage:
    """Make a passage of a page's text, with the accounts it names, the page itself, `own`, left out."""
    links = [row for row in accounts_in(whole, mentions=mentions) if row[1] != own]
    return Passage(place, whole.text, tuple(a for _, a in links), tuple(n for n, _ in links), url=url, at=at)


def _written_in(text: str, *, mentions: bool) -> Iterator[tuple[int, Address]]:
    for match in _WRITTEN.finditer(text):
        address = _parsed(match[0].rstrip(".,-/+"))
        if address is not None:
            yield match.start(), address
    counted = 0
    for match in _MENTION.finditer(text):
        if mentions or _of_telegram(text, match.start(), counted):
            address = _parsed(match[0])
            if address is not None:
                yield match.start(), address
                counted = match.end()


def _of_telegram(text: str, at: int, counted: int) -> bool:
    """Tell whether ``@name`` is Telegram's: after its name in the line, under a line with it, or on in such a list."""
    if counted and at - counted <= _ITEM and not _OTHER_NETWORK.search(text, counted, at):
        return True
    line = text.rfind("\n", 0, at)
    above = text.rfind("\n", 0, len(text[: max(line, 0)].rstrip()))
    named = list(_TELEGRAM_WORD.finditer(text, max(0, min(above + 1, at - 60), at - _ITEM), at))
    return bool(named) and not _OTHER_NETWORK.search(text, named[-1].end(), at)


def _link_target(href: str) -> Address | None:
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
    """Read an address; what leads to a post, an invite or a bot is no page of a person."""
    address = Address.read(text)
    return None if address is None or address.invite or address.bot or _POST.search(text) else address
