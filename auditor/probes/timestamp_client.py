"""A time stamp of a seal by somebody else's clock: a request of RFC 3161 over HTTP, section 3.4."""

from auditor.probes.http_client import HttpClient
from auditor.probes.target import Clock

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_BEFORE = bytes.fromhex("30390201013031300d060960864801650304020105000420")
"""DER of `TimeStampReq`: version 1, SHA-256, and the hash that follows."""
_AFTER = bytes.fromhex("0101ff")
"""The authority's certificate is asked for: who checks the token needs it."""
_SECONDS, _SIZE = 60.0, 64 * 1024
"""How long an answer may take, and its bytes."""


def stamp_request(seal: str) -> bytes:
    """Return the request for a stamp of a seal, a SHA-256 in hex."""
    return _BEFORE + bytes.fromhex(seal) + _AFTER


def time_stamp(url: str, seal: str, clock: Clock) -> bytes | None:
    """Return the authority's answer, which holds the token; None where none came, or not for this seal.

    Whether the signature is good, and whose it is, is for ``openssl ts -verify`` and whoever trusts the authority.
    """
    web = HttpClient(clock, size=_SIZE)
    try:
        reply = web.post(url, _SECONDS, stamp_request(seal), {"Content-Type": _QUERY, "Accept": _REPLY})
    finally:
        web.close()
    good = reply.failure is None and reply.status == 200 and bytes.fromhex(seal) in reply.body
    return reply.body if good else None
