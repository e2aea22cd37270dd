"""The connections of one HTTP client: to permitted addresses only, each looked up once and checked before it is used.

httpcore, on which httpx is built, lets its network backend be replaced. This one connects to the very address that was
checked, says which part of a route is absent, and remembers the last bytes read, from which a body that is longer than
it says is known. Time is the caller's: a request has one deadline, and whatever waits here is cancelled by it.
"""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from ssl import SSLCertVerificationError, SSLContext

import httpcore

from auditor.base.snapshot import Cause

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host, for a port. Raises `OSError` if it has none."""
_LOOKUP_SECONDS = 3.0
"""Seconds for name resolution, after which a route counts as absent."""
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


class NoResponseError(Exception):
    """No response will come; carries the fields of the `Failure`, and neither the host's name nor its address."""

    def __init__(self, cause: Cause = Cause.UNREACHABLE, *, absent: str = "", sent: bool = True) -> None:
        """Take the fields of the `Failure`."""
        super().__init__(cause)
        self.cause, self.absent, self.sent = cause, absent, sent


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to the addresses of a host; with `public`, to public ones only."""

    def __init__(self, resolve: Resolve, *, public: bool) -> None:
        """Take the name resolver; nothing is connected yet."""
        self._resolve, self._public = resolve, public
        self._tcp = httpcore.AnyIOBackend()
        self.stream: CheckedStream | None = None
        """The connection that was opened or read last."""

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object, **__: object
    ) -> "CheckedStream":
        """Connect to the first address of `host` that accepts; only addresses that were checked are tried."""
        error_numbers = list[int | None]()
        for address in await self._addresses(host, port, public=self._public):
            try:
                return CheckedStream(await self._tcp.connect_tcp(address, port, timeout), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                error_numbers.append(_error_number(error))
        raise _connect_error(error_numbers)

    async def abort(self) -> None:
        """Close the connection of a failed request, which httpcore does not do in every case."""
        if self.stream is not None:
            await self.stream.aclose()

    async def check(self, host: str) -> None:
        """Raise `NoResponseError` for a host in this machine's network; an unknown host is left to the proxy."""
        try:
            await self._addresses(host, 0, public=True)
        except NoResponseError as error:
            if not error.absent:
                raise

    async def _addresses(self, host: str, port: int, *, public: bool) -> Sequence[str]:
        """Return a host's IP addresses.

        Raises `NoResponseError` if there is none in time, or, with `public`, if one of them is not public.
        """
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                addresses = await self._resolve(host, port)
        except (OSError, ValueError) as error:  # too late is an `OSError`, and an impossible name raises `UnicodeError`
            is_temporary = isinstance(error, TimeoutError) or getattr(error, "errno", None) == socket.EAI_AGAIN
            raise NoResponseError(absent="network" if is_temporary else "name", sent=False) from None
        if public and not all(map(is_public, addresses)):
            raise NoResponseError(Cause.REFUSED, sent=False)
        return addresses


class CheckedStream(httpcore.AsyncNetworkStream):
    """A connection that says of a certificate that it is not trusted, and remembers what was read last."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: CheckedBackend) -> None:
        """Wrap a connection of `backend`."""
        self._stream, self._backend, self.last_chunk, self.reads = stream, backend, b"", 0
        self.aclose, self.get_extra_info = stream.aclose, stream.get_extra_info  # type: ignore[method-assign]
        backend.stream = self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; `reads` counts the reads since then."""
        self.reads = 0
        await self._stream.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read and return the next bytes; empty at the end."""
        self.last_chunk, self._backend.stream = await self._stream.read(max_bytes, timeout), self
        self.reads += 1
        return self.last_chunk

    async def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "CheckedStream":
        """Return a stream that continues this connection over TLS.

        Raises `NoResponseError` for a certificate that is not trusted, before anything of a request is sent.
        """
        try:
            return CheckedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._backend)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, SSLCertVerificationError):
                raise NoResponseError(absent="certificate", sent=False) from None
            raise


def _error_number(error: BaseException | None) -> int | None:
    """Return the system's number of an error that httpcore and anyio have wrapped; None if it has none."""
    while error is not None and getattr(error, "errno", None) is None:
        error = error.__cause__
    return getattr(error, "errno", None)


def _connect_error(error_numbers: Sequence[int | None]) -> Exception:
    """Return why no address could be connected to; absent only if each of them was refused or had no route."""
    if not error_numbers or any(number not in {errno.ECONNREFUSED, *_NO_ROUTE} for number in error_numbers):
        return httpcore.ConnectError("no connection")
    return NoResponseError(absent="refused" if errno.ECONNREFUSED in error_numbers else "network", sent=False)


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses by the system's resolver, IPv4 first: few sites and few machines need IPv6."""
    entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in sorted(entries, key=lambda entry: entry[0] != socket.AF_INET)]


_NEVER_PUBLIC = (
    ipaddress.ip_network("192.0.0.0/24"),  # IETF protocol assignments
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.ip_network("fec0::/10"),  # site-local
)
"""Networks that count as not public, whatever this version of Python's `ipaddress` says of them."""


def is_public(text: str) -> bool:
    """Return whether an IP address is public: not private, loopback, link-local or reserved."""
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _embedded_ipv4(address) or address
    if any(address in network for network in _NEVER_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address embedded in an IPv6 one (mapped, 6to4, Teredo or NAT64), or None."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo is not None else None)
