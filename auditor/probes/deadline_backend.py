"""Connections of one client: within the time that is left, to addresses that may be asked, and absences named.

httpx has time limits for one read; a server that sends a byte now and then, or "100 Continue" for ever, would hold a
run for days. httpcore, on which httpx stands, lets its sockets be replaced: here each connect, handshake, read and
write gets no more than what is left of the request's time, so no second thread has to watch. Only looking up a name
has no time limit of its own and is done aside. (Through a proxy that is itself spoken to by TLS, a read of an https
address may take its limit for each packet of one TLS record.)
"""

import errno
import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ssl import SSLContext

import httpcore

from auditor.base.snapshot import Cause

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host, for a port. Raises `OSError` if it has none."""
_LOOK_UP = 3.0
"""Seconds that looking up a name may take: a route that is not there is told no later."""
_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


class NoResponseError(Exception):
    """There will be no answer, as a `Failure` says it; neither name nor address is shown."""

    def __init__(self, cause: Cause = Cause.UNREACHABLE, *, absent: str = "", sent: bool = True) -> None:
        """Keep why."""
        super().__init__(cause)
        self.cause, self.absent, self.sent = cause, absent, sent


class DeadlineBackend(httpcore.NetworkBackend):
    """Makes the connections of one request after another. `public`: to no address that is not public."""

    def __init__(self, resolve: Resolve, *, public: bool) -> None:
        """Take how names are looked up. Nothing is connected before a request begins."""
        self._resolve, self._public = resolve, public
        self._tcp = httpcore.SyncBackend()
        self._ends = 0.0
        self._opened: DeadlineStream | None = None

    def start_deadline(self, seconds: float) -> None:
        """Give the request that begins so many seconds."""
        self._ends, self._opened = time.monotonic() + seconds, None

    def abort(self) -> None:
        """Hang up what was connected for a request that failed: not everything in httpcore does."""
        if self._opened is not None:
            self._opened.close()

    def remaining(self, most: float | None = None) -> float:
        """Return how many seconds one step may take. Raises httpcore's `ReadTimeout` at the end."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if most is None else min(most, left)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object, **__: object
    ) -> "DeadlineStream":
        """Connect to the first address of `host` that takes it: those that were checked, and none looked up later."""
        addresses = self._addresses(host, port, public=self._public)
        reasons = list[object]()
        for address in addresses:
            try:
                line = self._tcp.connect_tcp(address, port, self.remaining(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                reasons.append(getattr(error.__cause__, "errno", None))
            else:
                self._opened = DeadlineStream(line, self)
                return self._opened
        raise _reason(reasons)

    def check(self, host: str) -> None:
        """Raise `NoAnswerError` for a host of this machine's network; one without an address here is the proxy's."""
        try:
            self._addresses(host, 0, public=True)
        except NoResponseError as error:
            if not error.absent:
                raise

    def _addresses(self, host: str, port: int, *, public: bool) -> Sequence[str]:
        """Look up a host, for as long as one may take. Raises `NoAnswerError` for none, and for one not `public`."""
        answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answer.put(self._resolve(host, port))
            except (OSError, ValueError) as error:  # a name that can be none is a `UnicodeError`
                answer.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            found = answer.get(timeout=self.remaining(_LOOK_UP))
        except queue.Empty:
            raise NoResponseError(absent="network", sent=False) from None
        if isinstance(found, Exception):
            again = isinstance(found, socket.gaierror) and found.errno == socket.EAI_AGAIN
            raise NoResponseError(absent="network" if again else "name", sent=False)
        if public and not all(map(is_public, found)):
            raise NoResponseError(Cause.REFUSED, sent=False)
        return found


class DeadlineStream(httpcore.NetworkStream):
    """A connection that keeps to its wire's time."""

    def __init__(self, line: httpcore.NetworkStream, wire: DeadlineBackend) -> None:
        """Wrap a connection. `piece` is what was read last."""
        self._line, self._wire = line, wire
        self.piece = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read a piece."""
        self.piece = self._line.read(max_bytes, self._wire.remaining(timeout))
        return self.piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._line.write(buffer, self._wire.remaining(timeout))

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "DeadlineStream":
        """Go on over TLS."""
        return DeadlineStream(
            self._line.start_tls(ssl_context, server_hostname, self._wire.remaining(timeout)), self._wire
        )

    def get_extra_info(self, info: str) -> object:
        """Tell what httpcore wants to know of the socket."""
        return self._line.get_extra_info(info)


def _reason(errors: Sequence[object]) -> Exception:
    """Return why no address could be connected to: absence only where each said so at once."""
    if not errors or any(number not in {errno.ECONNREFUSED, *_NO_WAY} for number in errors):
        return httpcore.ConnectError("no connection")
    return NoResponseError(absent="refused" if errno.ECONNREFUSED in errors else "network", sent=False)


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Ask the system. Version 4 comes first: few sites have the other alone, and few machines reach it."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in sorted(rows, key=lambda row: row[0] != socket.AF_INET)]


_NEVER = (
    ipaddress.ip_network("192.0.0.0/24"),  # the protocols' own
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4
    ipaddress.ip_network("fec0::/10"),  # a site's own
)
"""Never asked, whatever a version of Python thinks of them."""


def is_public(text: str) -> bool:
    """Tell whether an IP address is public: not private, loopback, link-local or reserved."""
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _inner(address) or address
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside an IPv6 one: mapped, 6to4, Teredo or NAT64."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo is not None else None)
