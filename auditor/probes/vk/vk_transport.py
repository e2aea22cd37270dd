"""The way to VK's API: vk_api puts a call together, `Web` sends it once, and an error is read by `codes`.

Left alone vk_api waits for ever, retries "too many requests" without end, asks for a version of 2018 and raises
exceptions that carry the key. Here it sees no answer at all: what came is `Reply`, which holds neither the key nor VK's
echo of the parameters.
"""

import json
from collections.abc import Mapping
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
from auditor.probes.vk.field_types import an_object, whole
from auditor.probes.vk.vk_network import VkSettings

_VERSION = "5.199"
"""The version whose published schema the forms were written against."""
_SIZE = 16 * 1024 * 1024
_OF_MANY = frozenset({"users.get", "groups.getById"})
_LISTS = _OF_MANY | {"utils.resolveScreenName"}
"""Methods whose answer may be a bare list."""


class VkTransport:
    """Calls methods of VK's API. Without a key nothing is ever sent."""

    def __init__(self, settings: VkSettings, clock: Clock) -> None:
        """Take the API's address and its key. Raises `SettingsError` for a bad proxy."""
        self._clock, self._host, self._seconds = clock, settings.api_url.rstrip("/"), 0.0
        self._client = http_client.HttpClient(clock, settings.proxy, headers={"User-Agent": "auditor"}, size=_SIZE)
        remember(settings.token)
        self._api: Any = None
        if settings.token:
            session = SimpleNamespace(post=self._post, headers={})
            self._api = vk_api.VkApi(token=str(settings.token), api_version=_VERSION, config=_no_file, session=session)
            self._api.RPS_DELAY = 0  # the driver keeps the pace

    def __repr__(self) -> str:
        """Show no key."""
        return "VkTransport()"

    def send(self, call: Call, seconds: float) -> Response:
        """Send a call and return what came within so many seconds."""
        if self._api is None:
            now = self._clock()
            return Response(
                now, failure=Failure(at=now, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False)
            )
        self._seconds = seconds
        reply: Response = self._api.method(call.method, dict(call.params))
        return reply

    def _post(self, url: str, values: Mapping[str, Any], headers: Mapping[str, str]) -> SimpleNamespace:
        """Send once, whatever host vk_api names.

        vk_api must never see an error: it would retry without end, or raise an exception that holds the key. So each
        answer is good to it, with our own `Reply` as its content.
        """
        reply = self._client.post(self._host + urlsplit(url).path, self._seconds, values, headers)
        return SimpleNamespace(ok=True, json=lambda: {"response": reply})

    def read(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
        """Return the `response` of an answer, a list as `items`; or what its error or its lack means."""
        failure = http_client.failure_of(reply)
        if failure is not None:
            return failure
        if reply.status != 200 or reply.location:
            return Failure(at=reply.at, cause=Cause.BLOCKED)  # a redirect leads away from the API
        try:
            answer = json.loads(reply.body, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return Failure(at=reply.at, cause=Cause.BLOCKED if _is_html(reply) else Cause.UNRECOGNISED_PAGE)
        error = an_object(an_object(answer).get("error"))
        code = whole(error.get("error_code"))
        if code in NOT_FOUND_CODES and call.method in _OF_MANY:
            return {"items": []}
        if code is not None:
            return failure_of(code, str(error.get("error_msg") or ""), reply.at)
        value = answer.get("response") if isinstance(answer, dict) and "error" not in answer else None
        if isinstance(value, list) and call.method in _LISTS:
            return {"items": value}
        return value if isinstance(value, dict) else Failure(at=reply.at, cause=Cause.UNRECOGNISED_PAGE)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _no_file(*_: object, **__: object) -> None:
    """Keep nothing on disk: by default vk_api writes its keys into the working folder."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object. Raises `ValueError` for one that has a key twice: two readers would see two answers in it."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key appears twice")
    return made


def _is_html(reply: Response) -> bool:
    head = reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    return head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")) or (
        "text/html" in http_client.header(reply, "Content-Type").lower() and b"<" in head
    )
