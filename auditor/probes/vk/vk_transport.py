"""The transport to VK's API: `vk_calls` makes up a call, `HttpClient` sends it once, `error_codes` explains an error.

What came is a `Response`, which holds neither the key nor VK's echo of the parameters.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditor.base.secrets import remember
from auditor.base.snapshot import Cause
from auditor.probes import http_client
from auditor.probes.driver import Response
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.target import Clock
from auditor.probes.vk.error_codes import NOT_FOUND_CODES, failure_of
from auditor.probes.vk.field_types import read_whole
from auditor.probes.vk.vk_calls import ApiError, make_up_call, read_answer
from auditor.probes.vk.vk_network import VkSettings

_SIZE = 16 * 1024 * 1024
_BATCH_METHODS = frozenset({"users.get", "groups.getById"})
_LIST_METHODS = _BATCH_METHODS | {"utils.resolveScreenName"}
"""Methods whose response may be a bare list."""


class VkTransport:
    """Calls methods of VK's API; without a key nothing is ever sent."""

    def __init__(self, settings: VkSettings, clock: Clock, ca_bundle: Path | None = None) -> None:
        """Take the API's address and its key. Raises `SettingsError` as `HttpClient` does."""
        self._clock, self._host, self._token = clock, settings.api_url.rstrip("/"), settings.token
        self._client = http_client.HttpClient(
            clock, settings.proxy, headers={"User-Agent": "auditor"}, size=_SIZE, ca_bundle=ca_bundle
        )
        remember(settings.token)

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "VkTransport()"

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call to the host of the settings, and return what came within `seconds`."""
        if not self._token:
            now = self._clock()
            return Response(
                now, failure=Failure(at=now, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False)
            )
        path, form, headers = make_up_call(self._token, call.method, call.params)
        return await self._client.post(self._host + path, seconds, form, headers)

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return VK's `response` object, a list as `items`; or the failure that an error or another body means."""
        failure = http_client.failure_of(response)
        if failure is not None:
            return failure
        if response.status != 200 or response.location:
            return Failure(at=response.at, cause=Cause.BLOCKED)  # a redirect leads away from the API
        try:
            document = json.loads(response.body, object_pairs_hook=_unique_keys)
        except (ValueError, RecursionError):
            return Failure(at=response.at, cause=Cause.BLOCKED if _is_html(response) else Cause.UNRECOGNISED_PAGE)
        try:
            value = read_answer(document)
        except ApiError as error:
            code, value = read_whole(error.code), None
            if code in NOT_FOUND_CODES and call.method in _BATCH_METHODS:
                return {"items": []}
            if code is not None:
                return failure_of(code, str(error.error["error_msg"] or ""), response.at)
        if isinstance(value, list) and call.method in _LIST_METHODS:
            return {"items": value}
        return value if isinstance(value, dict) else Failure(at=response.at, cause=Cause.UNRECOGNISED_PAGE)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object's pairs as a dict. Raises `ValueError` for a repeated key, which readers resolve unlike."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key appears twice")
    return result


def _is_html(response: Response) -> bool:
    head = response.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    return head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")) or (
        "text/html" in http_client.header(response, "Content-Type").lower() and b"<" in head
    )
