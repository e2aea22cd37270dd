"""The connections of one HTTP client: bounded by a request's deadline, and to permitted addresses only.

httpx limits the time of a single read, so a server that sends a byte now and then, or "100 Continue" for ever, would
hold a run for days. httpcore, on which httpx is built, lets its network backend be replaced: here each connect,
handshake, read and write gets no more than the rest of the request's time, so no second thread has to watch. Name
resolution alone has no time limit of its own and runs in a thread. (Behind a proxy that is itself reached over TLS, a
read from an https address may take its limit once for each packet of a TLS record.)
"""

import errno
import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ssl import SSLCertVerificationError, SSLContext

import httpcore

from auditor.base.snapshot import Cause

Resolve = Callable[[str, int], Sequence[str]]
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


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens the connections of one request after another; with `public`, to public addresses only."""

    def __init__(self, resolve: Resolve, *, public: bool) -> None:
        """Take the name resolver. Nothing is connected before a deadline is started."""
        self._resolve, self._public = resolve, public
        self._tcp = httpcore.SyncBackend()
        self._deadline = 0.0
        self._stream: DeadlineStream | None = None

    def start_deadline(self, seconds: float) -> None:
        """Start the deadline of the next request, in seconds for connecting, sending and reading together."""
        self._deadline, self._stream = time.monotonic() + seconds, None

    def abort(self) -> None:
        """Close the connection of a failed request, which httpcore does not do in every case."""
        if self._stream is not None:
            self._stream.close()

    def remaining(self, limit: float | None = None) -> float:
        """Return the seconds left for one step, `limit` at most. Raises httpcore's `ReadTimeout` past the deadline."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds if limit is None else min(limit, seconds)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object, **__: object
    ) -> "DeadlineStream":
        """Connect to the first address of `host` that accepts; only addresses that were checked are tried."""
        addresses = self._addresses(host, port, public=self._public)
        error_numbers = list[object]()
        for address in addresses:
            try:
                stream = self._tcp.connect_tcp(address, port, self.remaining(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                error_numbers.append(getattr(error.__cause__, "errno", None))
            else:
                self._stream = DeadlineStream(stream, self)
                return self._stream
        raise _connect_error(error_numbers)

    def check(self, host: str) -> None:
        """Raise `NoResponseError` for a host in this machine's network; an unknown host is left to the proxy."""
        try:
            self._addresses(host, 0, public=True)
        except NoResponseError as error:
            if not error.absent:
                raise

    def _addresses(self, host: str, port: int, *, public: bool) -> Sequence[str]:
        """Return a host's IP addresses.

        Raises `NoResponseError` if there is none in time, or, with `public`, if one of them is not public.
        """
        results: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                results.put(self._resolve(host, port))
            except (OSError, ValueError) as error:  # an impossible name raises `UnicodeError`
                results.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            result = results.get(timeout=self.remaining(_LOOKUP_SECONDS))
        except queue.Empty:
            raise NoResponseError(absent="network", sent=False) from None
        if isinstance(result, Exception):
            is_temporary = isinstance(result, socket.gaierror) and result.errno == socket.EAI_AGAIN
            raise NoResponseError(absent="network" if is_temporary else "name", sent=False)
        if public and not all(map(is_public, result)):
            raise NoResponseError(Cause.REFUSED, sent=False)
        return result


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline of its backend."""

    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend) -> None:
        """Wrap a connection. `last_chunk` holds the bytes of the last read."""
        self._stream, self._backend = stream, backend
        self.last_chunk = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read and return the next bytes; empty at the end."""
        self.last_chunk = self._stream.read(max_bytes, self._backend.remaining(timeout))
        return self.last_chunk

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the whole buffer."""
        self._stream.write(buffer, self._backend.remaining(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "DeadlineStream":
        """Return a stream that continues this connection over TLS.

        Raises `NoResponseError` for a certificate that is not trusted, before anything of a request is sent.
        """
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._backend.remaining(timeout))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, SSLCertVerificationError):
                raise NoResponseError(absent="certificate", sent=False) from None
            raise
        return DeadlineStream(stream, self._backend)

    def get_extra_info(self, info: str) -> object:
        """Return a detail of the socket by httpcore's name for it."""
        return self._stream.get_extra_info(info)


def _connect_error(error_numbers: Sequence[object]) -> Exception:
    """Return why no address could be connected to; absent only if each of them was refused or had no route."""
    if not error_numbers or any(number not in {errno.ECONNREFUSED, *_NO_ROUTE} for number in error_numbers):
        return httpcore.ConnectError("no connection")
    return NoResponseError(absent="refused" if errno.ECONNREFUSED in error_numbers else "network", sent=False)


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses by the system's resolver, IPv4 first: few sites and few machines need IPv6."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
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
