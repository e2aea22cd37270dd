"""Which servers may be asked when an address comes from outside: none of this machine's own network."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host, for a port. Raises `OSError` where it has none."""


def resolved(host: str, port: int) -> Sequence[str]:
    """Ask the system. Version 4 comes first: few sites have the other alone, and few machines reach it."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in sorted(rows, key=lambda row: row[0] != socket.AF_INET)]


def is_number(host: str) -> bool:
    """Tell whether a host is a number, in any of the forms that resolvers take: ``127.1``, ``0x7f000001``."""
    return ":" in host or all(
        re.fullmatch(r"0x[0-9a-f]*|\d+", part, re.IGNORECASE) for part in host.rstrip(".").split(".")
    )


def is_public(text: str) -> bool:
    """Tell whether an IP address is of the internet at large: not private, loopback, link-local or reserved."""
    try:
        address: _IP = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _inner(address) or address
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address of version 4 that one of version 6 stands for: mapped, 6to4, Teredo or NAT64."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo is not None else None)


def ascii_host(host: str) -> str:
    """Return a host as it is asked for: ``.рф`` in Latin letters. Raises `UnicodeError` for what can be none."""
    return host.encode("idna").decode("ascii") if not host.isascii() else host


def site_of(url: str) -> str:
    """Return the host by which a site is known: without ``www.``, with a port of its own; empty where there is none.

    A change from http to https is no other site.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        name = ascii_host((parts.hostname or "").casefold()).removeprefix("www.")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    return name if port in {None, 80, 443} else f"{name}:{port}"
