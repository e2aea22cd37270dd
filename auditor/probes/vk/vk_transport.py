"""The transport to VK's API: vk_api builds a call, `HttpClient` sends it once, `error_codes` explains an error.

By itself vk_api waits for ever, retries "too many requests" without end, uses an API version of 2018 and raises
exceptions that contain the key. Here it never sees a response: what came is a `Response`, which holds neither the key
nor VK's echo of the parameters.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import vk_api

from auditor.base.secrets import remember
from auditor.base.snapshot import Cause
from auditor.probes import http_client
from auditor.probes.driver import Response
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.target import Clock
from auditor.probes.vk.error_codes import NOT_FOUND_CODES, failure_of
from auditor.probes.vk.field_types import as_object, read_whole
from auditor.probes.vk.vk_network import VkSettings

_VERSION = "5.199"
"""The API version by whose published schema the models were written."""
_SIZE = 16 * 1024 * 1024
_BATCH_METHODS = frozenset({"users.get", "groups.getById"})
_LIST_METHODS = _BATCH_METHODS | {"utils.resolveScreenName"}
"""Methods whose response may be a bare list."""


class VkTransport:
    """Calls methods of VK's API; without a key nothing is ever sent."""

    def __init__(self, settings: VkSettings, clock: Clock, ca_bundle: Path | None = None) -> None:
        """Take the API's address and its key. Raises `SettingsError` as `HttpClient` does."""
        self._clock, self._host, self._seconds = clock, settings.api_url.rstrip("/"), 0.0
        self._client = http_client.HttpClient(
            clock, settings.proxy, headers={"User-Agent": "auditor"}, size=_SIZE, ca_bundle=ca_bundle
        )
        remember(settings.token)
        self._api: Any = None
        if settings.token:
            session = SimpleNamespace(post=self._post, headers={})
            self._api = vk_api.VkApi(token=str(settings.token), api_version=_VERSION, config=_no_file, session=session)
            self._api.RPS_DELAY = 0  # the driver keeps the pace

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "VkTransport()"

    def send(self, call: Call, seconds: float) -> Response:
        """Send a call and return what came within `seconds`."""
        if self._api is None:
            now = self._clock()
            return Response(
                now, failure=Failure(at=now, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False)
            )
        self._seconds = seconds
        response: Response = self._api.method(call.method, dict(call.params))
        return response

    def _post(self, url: str, values: Mapping[str, Any], headers: Mapping[str, str]) -> SimpleNamespace:
        """Send once, to the host of the settings whatever host vk_api names.

        vk_api must never see an error: it would retry without end, or raise an exception that holds the key. So every
        response looks successful to it, with our own `Response` as its content.
        """
        response = self._client.post(self._host + urlsplit(url).path, self._seconds, values, headers)
        return SimpleNamespace(ok=True, json=lambda: {"response": response})

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
        error = as_object(as_object(document).get("error"))
        code = read_whole(error.get("error_code"))
        if code in NOT_FOUND_CODES and call.method in _BATCH_METHODS:
            return {"items": []}
        if code is not None:
            return failure_of(code, str(error.get("error_msg") or ""), response.at)
        value = document.get("response") if isinstance(document, dict) and "error" not in document else None
        if isinstance(value, list) and call.method in _LIST_METHODS:
            return {"items": value}
        return value if isinstance(value, dict) else Failure(at=response.at, cause=Cause.UNRECOGNISED_PAGE)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _no_file(*_: object, **__: object) -> None:
    """Store no configuration: by default vk_api writes its keys into the working folder."""


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
