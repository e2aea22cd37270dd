"""The accounts that a text names or links by an address of a network or an ``@name``, each with its place in it.

Both links behind words and addresses written out are read. Wall posts, share links, private invites and a page's links
to itself are left out.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from auditor.base.address import Address
from auditor.base.networks import networks
from auditor.probes.linked_text import LinkedText
from auditor.search.patterns import pattern
from auditor.search.scouted_page import Passage, PassagePlace

_NETWORKS = networks().values()
_HOSTS = "|".join(re.escape(host) for facts in _NETWORKS for host in sorted(facts.hosts))
_NAMING_HOSTS = "|".join(re.escape(facts.host) for facts in _NETWORKS if facts.name_in_host)
_WRITTEN = re.compile(
    # «Имярек-https://t.me/…»: no blank is needed after a Russian word; inside an address no other address begins.
    r"(?:(?<![\w.@/-])|(?=https?://)(?<![a-z0-9_/=?&%#])|(?<=[а-яё.)»]-))(?:https?://)?"
    rf"(?:(?:www\.|m\.)?(?:{_HOSTS})/[a-z0-9_.+/-]++(?![^\W_])|[a-z][a-z0-9_]{{3,31}}\.(?:{_NAMING_HOSTS})(?![\w.]))",
    re.IGNORECASE,
)
# A mail address has a word before the sign; a name with a dot in it belongs to another network.
_MENTION = re.compile(r"(?<![\w.+/@-])@([a-z][a-z0-9_]{3,31})(?![\w@]|\.\w)", re.IGNORECASE)
_NETWORK_OF_MENTIONS = next(facts for facts in _NETWORKS if facts.at_sign)
_OTHER_NETWORKS = [pattern("elsewhere"), *(facts.spoken_name for facts in _NETWORKS if not facts.at_sign)]
_ITEM = 200
"""Longest distance in characters from one ``@name`` of a list to the next."""


def accounts_in(linked: LinkedText, *, mentions: bool) -> list[tuple[int, Address]]:
    """Return the accounts that a text links or names, each after its offset, in the text's order.

    An address in the words of a link is left out, unless it is surely another page than the link's target. With
    `mentions` every ``@name`` counts as an account of the network that writes names so, without it only next to the
    network's name.
    """
    accounts: dict[tuple[int, Address], None] = {}
    link_spans: list[tuple[range, Address]] = []
    for anchor in linked.anchors:
        address = _link_target(anchor.href)
        if address is not None:
            accounts[anchor.start, address] = None
            link_spans.append((range(anchor.start, anchor.end), address))
    for position, address in _written_in(linked.text, mentions=mentions):
        targets = [led for words, led in link_spans if position in words]
        if not targets or (linked.text[position] != "@" and all(_differ(led, address) for led in targets)):
            accounts[position, address] = None
    return sorted(accounts, key=lambda row: (row[0], row[1].network, row[1].name))


def _differ(left: Address, right: Address) -> bool:
    """Return whether two addresses of one network are surely two pages; an id and a name may be one."""
    return left.network is right.network and left != right and left.number is None and right.number is None


def make_passage(
    place: PassagePlace, linked: LinkedText, own_address: Address, url: str = "", published_at: datetime | None = None
) -> Passage:
    """Return a passage of a page's text with the accounts it names, without the page's `own_address`.

    On a network that does not write names so, an ``@name`` counts only next to the name of the network that does.
    """
    rows = accounts_in(linked, mentions=own_address.network.facts.at_sign)
    links = [row for row in rows if row[1] != own_address]
    addresses, offsets = (tuple(address for _, address in links), tuple(offset for offset, _ in links))
    return Passage(place, linked.text, addresses, offsets, url or own_address.url, published_at)


def _written_in(text: str, *, mentions: bool) -> Iterator[tuple[int, Address]]:
    for match in _WRITTEN.finditer(text):
        address = _parsed(match[0].rstrip(".,-/+"))
        if address is not None:
            yield match.start(), address
    last_end = 0
    for match in _MENTION.finditer(text):
        if mentions or _is_said_to_be_there(text, match.start(), last_end):
            address = _parsed(match[0])
            if address is not None:
                yield match.start(), address
                last_end = match.end()


def _is_said_to_be_there(text: str, position: int, previous_end: int) -> bool:
    """Return whether ``@name`` has the network's name in its line or the line above, or the name before it had.

    `position` is where the name begins, `previous_end` the end of the last one that counted, 0 for none.
    """
    if previous_end and position - previous_end <= _ITEM and not _names_another(text, previous_end, position):
        return True
    line_start = text.rfind("\n", 0, position)
    above_start = text.rfind("\n", 0, len(text[: max(line_start, 0)].rstrip()))
    start = max(0, min(above_start + 1, position - 60), position - _ITEM)
    named = list(_NETWORK_OF_MENTIONS.spoken_name.finditer(text, start, position))
    return bool(named) and not _names_another(text, named[-1].end(), position)


def _names_another(text: str, start: int, end: int) -> bool:
    return any(network.search(text, start, end) for network in _OTHER_NETWORKS)


def _link_target(href: str) -> Address | None:
    """Return the account a link leads to, also through a network's redirect or app; None if it is no account."""
    try:
        url_parts = urlsplit(href.strip())
        targets = [target for facts in _NETWORKS if (target := facts.leads_on(url_parts)) is not None]
        is_of_web = url_parts.scheme in {"http", "https", ""} and bool(url_parts.hostname)
    except ValueError:
        return None
    return _parsed(targets[0]) if targets else _parsed(href) if is_of_web else None


def _parsed(text: str) -> Address | None:
    """Return the account that an address names; None for a post, an invite or a bot."""
    address = Address.read(text)
    if address is None or address.invite or address.bot or address.network.facts.post_owner(text) is not None:
        return None
    return address
