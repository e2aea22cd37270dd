"""Telegram's addresses and names, which are the same over both routes."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qs

from auditor.base.networks import NetworkFacts
from auditor.base.text import phrase

_NAME = re.compile(r"[a-z][a-z0-9_]{2,31}")
_INVITE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_POST = re.compile(r"(?:t|telegram)\.(?:me|dog)/(?:s/)?(\w+)/\d+", re.IGNORECASE)
# fmt: off
_RESERVED = {
    "share", "c", "proxy", "socks", "joinchat", "addstickers", "addemoji", "addtheme", "addlist", "addstyle",
    "setlanguage", "login", "confirmphone", "bg", "iv", "invoice", "boost", "giftcode", "contact", "msg", "nft",
    "call", "auction", "premium_offer", "stars_topup", "s",
}
# fmt: on


def _normalise_name(path: Sequence[str], address: str) -> str:
    """Return the name in lower case; for a private invite, ``+`` and its key unchanged.

    Raises `ValueError` with a message for readers where the path names no channel; it quotes `address`, except where
    that is a link to a phone number.
    """
    if len(path) > 1 and path[0].lower() == "s":
        path = path[1:]
    if not path:
        raise ValueError(phrase("{shown} lacks the name of a channel; write https://t.me/NAME", shown=address))
    head, rest = path[0], path[1:]
    if head.lower() == "joinchat" and rest:
        return _normalise_invite(rest[0], rest[1:], address)
    if head.startswith("+"):
        return _normalise_invite(head[1:], rest, address)
    name = head.lower()
    is_story = len(rest) == 2 and rest[0] == "s"
    if name in _RESERVED or not all(part.isdecimal() for part in (rest[1:] if is_story else rest)):
        raise ValueError(
            phrase("{shown} is not an address of a channel; open the channel and copy its own address", shown=address)
        )
    if not _NAME.fullmatch(name):
        raise ValueError(
            phrase(
                "{shown} is no name Telegram can have; it is 3 to 32 Latin letters, digits and "
                "underscores, a letter first",
                shown=address,
            )
        )
    return name


def _normalise_invite(key: str, rest: Sequence[str], address: str) -> str:
    if key.isdecimal():
        raise ValueError(phrase("this is a link to a phone number; write the channel's address, https://t.me/NAME"))
    if rest or not _INVITE.fullmatch(key):
        raise ValueError(
            phrase("{shown} is not a whole invite; copy it again, it looks like https://t.me/+KEY", shown=address)
        )
    return f"+{key}"


def _post_owner(address: str) -> str | None:
    match = _POST.search(address)
    return None if match is None else match[1].lower()


def _leads_on(link: SplitResult) -> str | None:
    """Return the ``@name`` behind a link to the app, ``tg://resolve?domain=NAME``."""
    is_of_app = (link.scheme, link.netloc) == ("tg", "resolve")
    return "@" + next(iter(parse_qs(link.query).get("domain", [])), "") if is_of_app else None


NETWORK = NetworkFacts(
    key="telegram",
    name="Telegram",
    host="t.me",
    other_hosts=frozenset({"telegram.me", "telegram.dog"}),
    normalise_name=_normalise_name,
    spoken_name=re.compile(r"telegram|телеграм|(?<!\w)(?:тг|tg)(?!\w)|t\.me/", re.IGNORECASE),
    post_owner=_post_owner,
    leads_on=_leads_on,
    keeps_case=True,
    at_sign=True,
    name_in_host=True,
    is_invite=lambda name: name.startswith("+"),
    is_bot=lambda name: name.endswith("bot"),
    custom_name_pattern=re.compile(r"(?=.{5,32}$)[a-z](?:_?[a-z0-9])*"),
    link_pattern=r"(?:www\.)?(?:t|telegram)\.me/\S*",
    mention_pattern=r"(?<!\w)@\w+",
)
