"""Read addresses of accounts, in every form that people paste, and check addresses of web pages.

``vk.com/x``, ``https://vk.ru/id1``, ``@x``, ``t.me/s/x``, ``t.me/x/12``, trailing slashes and upper case all become
one normal form. Other hosts are refused, and so are addresses of no account: a wall post, the feed, a share link.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from auditor.base.snapshot import Network
from auditor.base.text import phrase, shorten

_BLANKS = " \t\r\n\f\v\u00a0\u200b\u200e\u200f\u2060\ufeff"
_SCHEME = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
_PORT = re.compile(r":(?:80|443)?$")


@dataclass(frozen=True, slots=True)
class Address:
    """A network and the account's name on it, in normal form: lower case, no scheme, no slashes.

    A Telegram private invite keeps its case: ``+AbC``. A VK number is ``id1`` or ``club1``.
    """

    network: Network
    name: str
    as_written: str = field(default="", compare=False)
    """The name as it was written, if its case differs. Networks ignore case; proxies and caches may not do so."""

    @property
    def request_name(self) -> str:
        """The name to request from a network."""
        return self.as_written or self.name

    @property
    def number(self) -> int | None:
        """The network's own id if the name is one, like ``id1``; negative for a community, ``club1``; else None."""
        return self.network.facts.number(self.name)

    @property
    def invite(self) -> bool:
        """Whether it is a private invite: its content is visible to members only."""
        return self.network.facts.is_invite(self.name)

    @property
    def bot(self) -> bool:
        """Whether only a bot can have this name."""
        return self.network.facts.is_bot(self.name)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read any pasted form. Raises `ValueError` with a sentence that says how to correct it."""
        shown = _shown(text)
        bare = text.strip(_BLANKS)
        if bare.startswith("@"):
            return cls._on(_at_sign_network(), [bare[1:].rstrip("/").strip(_BLANKS)], shown)
        host, path = _split(bare, shown)
        for network in Network:
            if host in network.facts.hosts:
                return cls._on(network, path, shown)
        if "." not in host:
            raise ValueError(
                phrase("{shown} names no network; write one like {examples}", shown=shown, examples=_examples())
            )
        names = ", ".join(network.facts.name for network in Network)
        raise ValueError(
            phrase(
                "{shown} is on none of {names}; write one like {examples}",
                shown=shown,
                names=names,
                examples=_examples(),
            )
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read any pasted form; None if it is not the address of an account."""
        try:
            return cls.parse(text)
        except ValueError:
            return None

    @classmethod
    def _on(cls, network: Network, path: list[str], shown: str) -> Self:
        name = network.facts.normalise_name(path, shown)
        as_written = next((part for part in path if part.casefold() == name), name)
        return cls(network, name, as_written if network.facts.keeps_case and as_written != name else "")

    @property
    def url(self) -> str:
        """The address in normal form: ``https://vk.com/NAME`` or ``https://t.me/NAME``."""
        return f"https://{self.network.facts.host}/{self.name}"

    def __str__(self) -> str:
        """Render as `url`."""
        return self.url

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text, write as text."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe for editors."""
        return {"type": "string", "examples": ["https://t.me/name", "https://vk.com/id1"]}


def _shown(text: str) -> str:
    """Quote the pasted text, shortened and in one line. A possible phone number is never repeated."""
    if re.search(r"\+\s*[0-9]|%2b", text, re.IGNORECASE):
        return "the address"
    return _quoted(text)


def _split(bare: str, shown: str) -> tuple[str, list[str]]:
    """Split an address into its host, without ``www.`` and ``m.``, and the parts of its path."""
    rest = re.split(r"[?#]", _SCHEME.sub("", bare), maxsplit=1)[0]
    host, _, path = rest.partition("/")
    if "@" in host or "://" in rest:
        raise ValueError(
            phrase("{shown} is not an address of a page; write one like {examples}", shown=shown, examples=_examples())
        )
    host = _PORT.sub("", host.lower()).rstrip(".")
    host = re.sub(r"^(?:www|m)\.", "", host)
    for network in Network:
        name = host.removesuffix(f".{network.facts.host}")
        if network.facts.name_in_host and name != host and "." not in name:
            host, path = network.facts.host, f"{name}/{path}"
    parts = (part.strip(_BLANKS) for part in unquote(path).split("/"))
    return host, [part for part in parts if part]


def _at_sign_network() -> Network:
    return next(network for network in Network if network.facts.at_sign)


def _examples() -> str:
    return ", ".join(network.facts.example for network in Network)


def web_address(text: str) -> str:
    """Return an ``http(s)://`` address without surrounding blanks.

    Raises `ValueError`, as ``mistake; how to mend it``, if it has another scheme or no host, holds a login, or is not
    an address at all. A possible password is not repeated.
    """
    bare = text.strip()
    try:
        parts = urlsplit(bare)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if "@" in parts.netloc:
        raise ValueError(phrase("the address holds a login; leave out what stands before the @"))
    plain = bare.isprintable() and not any(letter.isspace() for letter in bare)
    if parts.scheme not in {"http", "https"} or not host or not plain:
        shown = "this" if "@" in bare else _quoted(bare)  # a password may stand before it
        raise ValueError(
            phrase("{shown} is not an address of a page; write it whole, like https://example.org/page", shown=shown)
        )
    return bare


def _quoted(text: str) -> str:
    return repr(shorten(" ".join(text.split()), 60))
