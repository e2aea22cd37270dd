"""A VK page's own texts as passages: status, site, description, links, contacts and posts, with the accounts in them.

VK writes a mention as ``[id1|words]`` and hangs links on a post instead of writing them into its text; both are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.probes.linked_text import Anchor, LinkedText
from auditor.probes.vk.field_types import an_object, whole
from auditor.probes.vk.vk_anonymiser import numbered_names
from auditor.search.scouted_page import Passage, PassagePlace
from auditor.search.scouts import account_links

_MENTION = re.compile(r"\[([^\s\[\]|]{1,200})\|([^\[\]]{0,300})\]")
_NUMBERED = re.compile(r"@?((?:id|club|public|event)[0-9]{1,12})(?::\S*)?")
_CALL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d\s()–-]{4,}\d")
"""A mail address or a telephone number."""

Raw = Mapping[str, Any]


def shown(text: str, attached: Sequence[tuple[str, str]] = (), *, gap: str = "\n") -> LinkedText:
    """Write a text as it is shown, with its links; what is attached to it stands after it, each behind a `gap`."""
    written, last = "", 0
    anchors: list[Anchor] = []
    for match in _MENTION.finditer(text):
        href = _link_target(match[1])
        if href is not None:
            written += text[last : match.start()]
            anchors.append(Anchor(len(written), len(written) + len(match[2]), href))
            written += match[2]
            last = match.end()
    written += text[last:]
    for url, title in attached:
        written += f"{gap}{title} " if title else gap
        anchors.append(Anchor(len(written), len(written) + len(url), url))
        written += url
    return LinkedText(written, tuple(anchors))


def passage(place: PassagePlace, text: LinkedText, own: Address, url: str = "", at: datetime | None = None) -> Passage:
    """Make a passage: an ``@name`` on VK is Telegram's only where Telegram is spoken of."""
    return account_links.passage(place, text, own=own, url=url or own.url, at=at, mentions=False)


def objects(value: object) -> Iterator[Raw]:
    """Give the objects of a list."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def text_fields(raw: Raw, *keys: str) -> list[str]:
    """Return the texts in some fields, those that are there."""
    return [text for key in keys if isinstance(text := raw.get(key), str) and text]


def post_text(raw: Raw) -> Iterator[tuple[LinkedText, bool]]:
    """Give a post's own words with what is attached to it, and after them, marked so, what it copies and whose."""
    text, attached = "".join(text_fields(raw, "text")), _attached(raw)
    if text or attached:
        yield shown(text, attached), False
    for copied in objects(raw.get("copy_history")):
        owner = whole(copied.get("owner_id"))
        source = [(f"https://vk.com/{numbered_names(owner)[0]}", "")] if owner else []
        yield shown("".join(text_fields(copied, "text")), [*_attached(copied), *source]), True


def _attached(raw: Raw) -> list[tuple[str, str]]:
    """Return the addresses of attached links and communities, each with its title."""
    attached = []
    for item in objects(raw.get("attachments")):
        link, group = (an_object(item.get(key)) for key in ("link", "group"))
        number = whole(group.get("id"))
        if url := "".join(text_fields(link, "url")):
            attached.append((url, "".join(text_fields(link, "title"))))
        elif number:
            attached.append((f"https://vk.com/club{abs(number)}", "".join(text_fields(group, "name"))))
    return attached


def link_passages(raw: Raw, own: Address) -> Iterator[Passage]:
    """Give a community's own list of links, a passage each."""
    for item in objects(raw.get("links")):
        if isinstance(item.get("url"), str):
            # In one line: whose a link is, is told by the words beside it.
            yield passage(
                PassagePlace.SITE, shown(" ".join(text_fields(item, "name", "desc")), [(item["url"], "")], gap=" "), own
            )


def contacts(raw: Raw, own: Address) -> Iterator[Passage]:
    """Give a community's contacts by their page and post alone: telephone and mail are not read."""
    for item in objects(raw.get("contacts")):
        words = " ".join(_CALL.sub("", "".join(text_fields(item, "desc"))).split())
        number = whole(item.get("user_id"))
        attached = [(f"https://vk.com/id{number}", "")] if number and number > 0 else []
        if words or attached:
            yield passage(PassagePlace.CONTACTS, shown(words, attached, gap=" "), own)


def _link_target(where: str) -> str | None:
    """Return the address behind a mention: ``id1``, ``club1:bp-1_2``, or an address written out. None for no link."""
    numbered = _NUMBERED.fullmatch(where)
    if numbered:
        return f"https://vk.com/{numbered[1]}"
    if re.match(r"https?://", where, re.IGNORECASE):
        return where
    return f"https://{where}" if re.match(r"[\w.-]+\.[a-z]{2,}/", where, re.IGNORECASE) else None
