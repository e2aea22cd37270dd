"""A VK page's own texts as passages: status, site, description, links, contacts and posts, with the accounts in them.

Both mentions in a text (``[id1|words]``) and links attached to a post are read. A post, shortened:

    {"id": 7, "date": 1790000000, "text": "Глава района: [id5|Анна Имярек]",
     "attachments": [{"type": "link", "link": {"url": "https://t.me/imyarek_anna", "title": "Канал"}}]}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.probes.linked_text import Anchor, LinkedText
from auditor.probes.vk.field_types import as_object, read_whole
from auditor.probes.vk.vk_authors import numbered_names
from auditor.search.scouted_page import Passage, PassagePlace
from auditor.search.scouts import account_links

_MENTION = re.compile(r"\[([^\s\[\]|]{1,200})\|([^\[\]]{0,300})\]")
_NUMBERED = re.compile(r"@?((?:id|club|public|event)[0-9]{1,12})(?::\S*)?")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d\s()–-]{4,}\d")
"""A mail address or a phone number."""

Raw = Mapping[str, Any]


def as_linked_text(text: str, attached: Sequence[tuple[str, str]] = (), *, gap: str = "\n") -> LinkedText:
    """Return a text as VK shows it, with its links.

    `attached` are URL and title of links that are appended, each after a `gap`.
    """
    shown_text, end = "", 0
    anchors: list[Anchor] = []
    for match in _MENTION.finditer(text):
        href = _link_target(match[1])
        if href is not None:
            shown_text += text[end : match.start()]
            anchors.append(Anchor(len(shown_text), len(shown_text) + len(match[2]), href))
            shown_text += match[2]
            end = match.end()
    shown_text += text[end:]
    for url, title in attached:
        shown_text += f"{gap}{title} " if title else gap
        anchors.append(Anchor(len(shown_text), len(shown_text) + len(url), url))
        shown_text += url
    return LinkedText(shown_text, tuple(anchors))


def make_passage(
    place: PassagePlace, text: LinkedText, own_address: Address, url: str = "", published_at: datetime | None = None
) -> Passage:
    """Return a passage; an ``@name`` on VK counts as Telegram's only next to the word Telegram."""
    return account_links.make_passage(
        place, text, own_address=own_address, url=url or own_address.url, published_at=published_at, mentions=False
    )


def objects(value: object) -> Iterator[Raw]:
    """Yield the JSON objects of a list; none if `value` is not a list."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def text_fields(raw: Raw, *keys: str) -> list[str]:
    """Return the texts in some fields that are present and not empty."""
    return [text for key in keys if isinstance(text := raw.get(key), str) and text]


def post_text(raw: Raw) -> Iterator[tuple[LinkedText, bool]]:
    """Yield a post's own text with its attachments, then each post that it copies with a link to that one's wall.

    Each comes with whether it is copied.
    """
    text, attached = "".join(text_fields(raw, "text")), _attached(raw)
    if text or attached:
        yield as_linked_text(text, attached), False
    for copied in objects(raw.get("copy_history")):
        owner = read_whole(copied.get("owner_id"))
        source = [(f"https://vk.com/{numbered_names(owner)[0]}", "")] if owner else []
        yield as_linked_text("".join(text_fields(copied, "text")), [*_attached(copied), *source]), True


def _attached(raw: Raw) -> list[tuple[str, str]]:
    """Return the URL and title of each attached link and community."""
    links = []
    for item in objects(raw.get("attachments")):
        link, group = (as_object(item.get(key)) for key in ("link", "group"))
        group_id = read_whole(group.get("id"))
        if url := "".join(text_fields(link, "url")):
            links.append((url, "".join(text_fields(link, "title"))))
        elif group_id:
            links.append((f"https://vk.com/club{abs(group_id)}", "".join(text_fields(group, "name"))))
    return links


def link_passages(raw: Raw, own_address: Address) -> Iterator[Passage]:
    """Yield a passage for each entry in a community's own list of links."""
    for item in objects(raw.get("links")):
        if isinstance(item.get("url"), str):
            # In one line, as the words beside a link say whose it is.
            yield make_passage(
                PassagePlace.SITE,
                as_linked_text(" ".join(text_fields(item, "name", "desc")), [(item["url"], "")], gap=" "),
                own_address,
            )


def contacts(raw: Raw, own_address: Address) -> Iterator[Passage]:
    """Yield a passage for each contact of a community: description and page, without phone numbers and mail."""
    for item in objects(raw.get("contacts")):
        description = " ".join(_CONTACT.sub("", "".join(text_fields(item, "desc"))).split())
        user_id = read_whole(item.get("user_id"))
        attached = [(f"https://vk.com/id{user_id}", "")] if user_id and user_id > 0 else []
        if description or attached:
            yield make_passage(PassagePlace.CONTACTS, as_linked_text(description, attached, gap=" "), own_address)


def _link_target(target: str) -> str | None:
    """Return the URL behind a mention's target: ``id1``, ``club1:bp-1_2``, or a URL; None if it is no link."""
    numbered = _NUMBERED.fullmatch(target)
    if numbered:
        return f"https://vk.com/{numbered[1]}"
    if re.match(r"https?://", target, re.IGNORECASE):
        return target
    return f"https://{target}" if re.match(r"[\w.-]+\.[a-z]{2,}/", target, re.IGNORECASE) else None
