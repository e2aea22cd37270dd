"""A VK page's own texts as passages: status, site, description, links, contacts and posts, with the accounts in them.

VK writes a mention as ``[id1|words]`` and hangs links on a post instead of writing them into its text; both are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.probes.linked import Anchor, Marked
from auditor.probes.vk.answers import WallPost, objects, whole
from auditor.probes.vk.directory import number_name
from auditor.probes.vk.minimise import without_ways_to_call
from auditor.search.pages import Passage, Place
from auditor.search.scouts import accounts_in

_MENTION = re.compile(r"\[([^\s\[\]|]{1,200})\|([^\[\]]{0,300})\]")
_NUMBERED = re.compile(r"@?((?:id|club|public|event)[0-9]{1,12})(?::\S*)?")


def shown(text: str, attached: Sequence[tuple[str, str]] = (), *, gap: str = "\n") -> Marked:
    """Write a text as it is shown, with its links; what is attached to it stands after it, each behind a `gap`."""
    parts: list[str] = []
    anchors: list[Anchor] = []
    size = last = 0
    for match in _MENTION.finditer(text):
        href = _led_to(match[1])
        if href is None:
            continue
        size += _put(parts, text[last : match.start()])
        anchors.append(Anchor(size, size + len(match[2]), href))
        size += _put(parts, match[2])
        last = match.end()
    size += _put(parts, text[last:])
    for url, title in attached:
        size += _put(parts, f"{gap}{title} " if title else gap)
        anchors.append(Anchor(size, size + len(url), url))
        size += _put(parts, url)
    return Marked("".join(parts), tuple(anchors))


def passage(place: Place, text: Marked, own: Address, url: str = "", at: datetime | None = None) -> Passage:
    """Make a passage: an ``@name`` on VK is Telegram's only where Telegram is spoken of."""
    return accounts_in.passage(place, text, own=own, url=url or own.url, at=at, mentions=False)


def of_post(post: WallPost, owner_id: int, own: Address) -> Iterator[Passage]:
    """Give a post's own words with what is attached to it, and after them what it copies and whose that was."""
    url = f"https://vk.com/wall{owner_id}_{post.id}"
    if post.text or post.attached:
        yield passage(Place.POST, shown(post.text, post.attached), own, url, post.at)
    for copied in post.copies:
        attached = list(copied.attached)
        if copied.owner_id is not None:
            attached.append((f"https://vk.com/{number_name(copied.owner_id)}", ""))
        yield passage(Place.POST, shown(copied.text, attached), own, url, post.at)


def named_in(post: WallPost) -> Iterator[tuple[Address, str]]:
    """Give the accounts that a post's own words mention or that are attached to it, each with the words it goes by."""
    text = shown(post.text)
    words = [(anchor.href, text.text[anchor.start : anchor.end]) for anchor in text.anchors]
    for href, title in (*words, *post.attached):
        for _, address in accounts_in.accounts_in(shown("", [(href, "")]), mentions=False):
            yield address, title


def listed(raw: Mapping[str, Any], own: Address) -> Iterator[Passage]:
    """Give a community's own list of links, a passage each."""
    for item in objects(raw.get("links")) or []:
        words = [text for key in ("name", "desc") if isinstance(text := item.get(key), str) and text]
        if isinstance(item.get("url"), str):
            # In one line: whose a link is, is told by the words beside it.
            yield passage(Place.SITE, shown(" ".join(words), [(item["url"], "")], gap=" "), own)


def contacts(raw: Mapping[str, Any], own: Address) -> Iterator[Passage]:
    """Give a community's contacts by their page and post alone: telephone and mail are not read."""
    for item in objects(raw.get("contacts")) or []:
        desc = item.get("desc")
        words = without_ways_to_call(desc) if isinstance(desc, str) else ""
        number = whole(item.get("user_id"))
        attached = [(f"https://vk.com/id{number}", "")] if number and number > 0 else []
        if words or attached:
            yield passage(Place.CONTACTS, shown(words, attached, gap=" "), own)


def _put(parts: list[str], text: str) -> int:
    parts.append(text)
    return len(text)


def _led_to(where: str) -> str | None:
    """Return the address behind a mention: ``id1``, ``club1:bp-1_2``, or an address written out. None for no link."""
    numbered = _NUMBERED.fullmatch(where)
    if numbered:
        return f"https://vk.com/{numbered[1]}"
    if re.match(r"https?://", where, re.IGNORECASE):
        return where
    return f"https://{where}" if re.match(r"[\w.-]+\.[a-z]{2,}/", where, re.IGNORECASE) else None
