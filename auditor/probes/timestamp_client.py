"""A timestamp of a seal by an authority's clock: a request of RFC 3161 over HTTP (section 3.4)."""

from contextlib import aclosing

from auditor.base.settings import Settings
from auditor.probes.driver import Response
from auditor.probes.event_loop import run
from auditor.probes.http_client import HttpClient
from auditor.probes.target import Clock

_QUERY_TYPE, _REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
_DER_PREFIX = bytes.fromhex("30390201013031300d060960864801650304020105000420")
"""DER of `TimeStampReq`: version 1, SHA-256, and the hash that follows."""
_DER_SUFFIX = bytes.fromhex("0101ff")
"""DER that requests the authority's certificate, which is needed to check the token."""
_TIMEOUT_SECONDS, _MAX_BYTES = 60.0, 64 * 1024
"""Limits of a response."""


def stamp_request(seal: str) -> bytes:
    """Return the request for a timestamp of a seal, a SHA-256 in hex."""
    return _DER_PREFIX + bytes.fromhex(seal) + _DER_SUFFIX


def time_stamp(settings: Settings, seal: str, clock: Clock) -> bytes | None:
    """Return the response of the settings' authority, which holds the token; None if it is not for this seal.

    The signature is not checked here: ``openssl ts -verify`` does that, for those who trust the authority.
    """
    response = run(_ask(settings, seal, clock))
    is_for_seal = response.failure is None and response.status == 200 and bytes.fromhex(seal) in response.body
    return response.body if is_for_seal else None


async def _ask(settings: Settings, seal: str, clock: Clock) -> Response:
    headers = {"Content-Type": _QUERY_TYPE, "Accept": _REPLY_TYPE}
    async with aclosing(
        HttpClient(clock, settings.stamp_proxy, size=_MAX_BYTES, ca_bundle=settings.ca_bundle)
    ) as client:
        return await client.post(settings.stamp_url, _TIMEOUT_SECONDS, stamp_request(seal), headers)
