"""Addresses of accounts: every form that people paste becomes one. Addresses of web pages: checked.

``vk.com/x``, ``https://vk.ru/id1``, ``@x``, ``t.me/s/x``, ``t.me/x/12``, trailing slashes and upper case all become
one normal form. Any other host is refused, and so is what is not an account: a wall post, the feed, a share link.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from auditor.base.snapshot import Network

_VK_HOSTS = {"vk.com", "vk.ru"}
_TELEGRAM_HOSTS = {"t.me", "telegram.me", "telegram.dog"}
_BLANKS = " \t\r\n\f\v\u00a0\u200b\u200e\u200f\u2060\ufeff"
_SCHEME = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
_PORT = re.compile(r":(?:80|443)?$")

_VK_NAME = re.compile(r"[a-z0-9_][a-z0-9_.]{1,31}")
_VK_NUMBER = re.compile(r"(id|club|public|event)([0-9]+)")
_LONGEST_NUMBER = 12
"""Digits. VK has given ten of them."""
_VK_CONTENT = re.compile(
    r"(wall|albums|photos|audios|videos|app|tag|write|gim|board|market|gifts)-?[0-9]+"
    r"|[a-z_]+-?[0-9]+_-?[0-9]+.*"  # wall1_2, photo-1_2, topic-1_2, app1_-2
)
# fmt: off
_VK_RESERVED = {
    "feed", "im", "mail", "friends", "groups", "communities", "search", "video", "videos", "audio", "audios",
    "music", "photos", "albums", "clips", "docs", "apps", "games", "services", "settings", "edit", "login", "join",
    "restore", "support", "help", "about", "terms", "privacy", "dev", "jobs", "blog", "mobile", "fave",
    "bookmarks", "stickers", "gifts", "market", "calls", "podcasts", "stories", "wall", "newsfeed",
    "notifications", "ads", "adscreate", "editapp", "vkpay", "vkapps", "badbrowser", "blank", "challenge", "share",
    "away", "oauth", "authorize",
}
# fmt: on
_TELEGRAM_NAME = re.compile(r"[a-z][a-z0-9_]{2,31}")
_TELEGRAM_INVITE = re.compile(r"[A-Za-z0-9_-]{8,64}")
# fmt: off
_TELEGRAM_RESERVED = {
    "share", "c", "proxy", "socks", "joinchat", "addstickers", "addemoji", "addtheme", "addlist", "addstyle",
    "setlanguage", "login", "confirmphone", "bg", "iv", "invoice", "boost", "giftcode", "contact", "msg", "nft",
    "call", "auction", "premium_offer", "stars_topup", "s",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Address:
    """A network and the account's name on it, in normal form: lower case, no scheme, no slashes.

    A Telegram private invite keeps its case: ``+AbC``. A VK number is ``id1`` or ``club1``.
    """

    network: Network
    name: str
    spelling: str = field(default="", compare=False)
    """The name as it was written, if its case differs. Networks ignore case; proxies and caches may not."""

    @property
    def asked(self) -> str:
        """The name to ask a network for."""
        return self.spelling or self.name

    @property
    def number(self) -> int | None:
        """The network's own number if the address is one, like ``id1``; negative for a community, ``club1``."""
        own = _VK_NUMBER.fullmatch(self.name) if self.network is Network.VK else None
        return None if own is None else int(own[2]) * (1 if own[1] == "id" else -1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read any of the pasted forms. Raises `ValueError` with a sentence that says how to correct it."""
        shown = _shown(text)
        bare = text.strip(_BLANKS)
        if bare.startswith("@"):
            return cls._telegram([bare[1:].rstrip("/")], shown)
        host, path = _split(bare, shown)
        if host in _VK_HOSTS:
            return cls(Network.VK, _vk(path, shown))
        if host in _TELEGRAM_HOSTS:
            return cls._telegram(path, shown)
        if "." not in host:
            raise ValueError(f"{shown} names no network; write https://vk.com/NAME or https://t.me/NAME")
        raise ValueError(f"{shown} is not on VK or Telegram; write https://vk.com/NAME or https://t.me/NAME")

    @classmethod
    def _telegram(cls, path: list[str], shown: str) -> Self:
        name = _telegram(path, shown)
        written = next((part for part in map(str.strip, path) if part.casefold() == name), "")
        return cls(Network.TELEGRAM, name, "" if written == name else written)

    @property
    def url(self) -> str:
        """The one address: ``https://vk.com/NAME`` or ``https://t.me/NAME``."""
        return f"https://{'vk.com' if self.network is Network.VK else 't.me'}/{self.name}"

    def __str__(self) -> str:
        """Render as `url`."""
        return self.url

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text, write as text."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe for editors."""
        del schema, handler
        return {"type": "string", "examples": ["https://t.me/name", "https://vk.com/id1"]}


def _shown(text: str) -> str:
    """Quote what was pasted, short and in one line. What may be a phone number is never repeated."""
    if re.search(r"\+\s*[0-9]|%2b", text, re.IGNORECASE):
        return "the address"
    one_line = " ".join(text.split())
    return repr(one_line if len(one_line) <= 60 else one_line[:57] + "…")


def _split(bare: str, shown: str) -> tuple[str, list[str]]:
    """Take an address apart into its host, without ``www.`` and ``m.``, and the parts of its path."""
    rest = re.split(r"[?#]", _SCHEME.sub("", bare), maxsplit=1)[0]
    host, _, path = rest.partition("/")
    if "@" in host or "://" in rest:
        raise ValueError(f"{shown} is not an address of a page; write https://vk.com/NAME or https://t.me/NAME")
    host = _PORT.sub("", host.lower()).rstrip(".")
    host = re.sub(r"^(?:www|m)\.", "", host)
    if host.endswith(".t.me") and host.count(".") == 2:  # NAME.t.me is Telegram's other form of t.me/NAME
        host, path = "t.me", f"{host.removesuffix('.t.me')}/{path}"
    return host, [part for part in unquote(path).split("/") if part.strip(_BLANKS)]


def _vk(path: list[str], shown: str) -> str:
    """Return the normal name of a VK page."""
    if not path:
        raise ValueError(f"{shown} lacks the name of a page; write https://vk.com/NAME")
    name = path[0].strip(_BLANKS).lower()
    numbered = _VK_NUMBER.fullmatch(name)
    if len(path) > 1 or _VK_CONTENT.fullmatch(name) or name in _VK_RESERVED or name.endswith(".php"):
        raise ValueError(f"{shown} is not a page of a person or a community; open its author's page and copy that")
    if numbered:
        if numbered[2].startswith("0") or len(numbered[2]) > _LONGEST_NUMBER:
            raise ValueError(f"{shown} has a number that VK does not give; copy the address from the page again")
        kind = "club" if numbered[1] == "public" else numbered[1]
        return f"{kind}{numbered[2]}"
    if not _VK_NAME.fullmatch(name) or not re.search(r"[a-z]", name):
        raise ValueError(
            f"{shown} is no name VK can have; it is 2 to 32 Latin letters, digits, dots and underscores, not all digits"
        )
    return name


def _telegram(path: list[str], shown: str) -> str:
    """Return the normal name of a Telegram address; for a private invite, ``+`` and its key."""
    if len(path) > 1 and path[0].lower() == "s":
        path = path[1:]
    if not path:
        raise ValueError(f"{shown} lacks the name of a channel; write https://t.me/NAME")
    first, rest = path[0].strip(_BLANKS), path[1:]
    if first.lower() == "joinchat" and rest:
        return _invite(rest[0].strip(_BLANKS), rest[1:], shown)
    if first.startswith("+"):
        return _invite(first[1:], rest, shown)
    name = first.lower()
    story = len(rest) == 2 and rest[0] == "s"
    if name in _TELEGRAM_RESERVED or not all(part.isdecimal() for part in (rest[1:] if story else rest)):
        raise ValueError(f"{shown} is not an address of a channel; open the channel and copy its own address")
    if not _TELEGRAM_NAME.fullmatch(name):
        raise ValueError(
            f"{shown} is no name Telegram can have; it is 3 to 32 Latin letters, digits and underscores, a letter first"
        )
    return name


def _invite(key: str, rest: list[str], shown: str) -> str:
    if key.isdecimal():
        raise ValueError("this is a link to a phone number; write the channel's address, https://t.me/NAME")
    if rest or not _TELEGRAM_INVITE.fullmatch(key):
        raise ValueError(f"{shown} is not a whole invite; copy it again, it looks like https://t.me/+KEY")
    return f"+{key}"


def web_address(text: str) -> str:
    """Return an ``http(s)://`` address without surrounding blanks.

    Raises `ValueError`, as ``what; how to mend it``, if it has another scheme or no host, holds a login, or is not an
    address at all. What may be a password is not repeated.
    """
    bare = text.strip()
    try:
        parts = urlsplit(bare)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if "@" in parts.netloc:
        raise ValueError("the address holds a login; leave out what stands before the @")
    plain = bare.isprintable() and not any(letter.isspace() for letter in bare)
    if parts.scheme not in {"http", "https"} or not host or not plain:
        raise ValueError(f"{_quoted(bare)} is not an address of a page; write it whole, like https://example.org/page")
    return bare


def _quoted(text: str) -> str:
    one_line = " ".join(text.split())
    if "@" in one_line:
        return "this"
    return repr(one_line if len(one_line) <= 60 else one_line[:57] + "…")
