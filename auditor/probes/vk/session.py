"""vk_api puts a call of VK's API together, and our client sends it.

Left alone vk_api waits for ever, asks again without end, asks for a version of 2018, keeps keys on disk and raises
exceptions that carry them. So it is given a session whose answers are always good: what came is read elsewhere.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import vk_api

from auditor.probes.driver import Reply
from auditor.probes.web import Web

VERSION = "5.199"
"""The version whose published schema the forms were written against."""
HEADERS = {"User-Agent": "auditor"}
"""What goes with every call: no browser asks here."""
SIZE = 16 * 1024 * 1024
"""Bytes of an answer: a thousand comments with their authors."""


class _Unread:
    """An answer as vk_api sees it: never an error, over which it would ask again or raise the key."""

    ok = True

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def json(self) -> dict[str, Reply]:
        return {"response": self._reply}


class Session:
    """What vk_api takes for a session of requests: it posts to the server of the settings, whatever host is named."""

    def __init__(self, web: Web, server: str, token: str) -> None:
        """Prepare to ask `server`, ``https://api.vk.ru``, with a key. Nothing is sent yet."""
        self.headers: dict[str, str] = {}
        self._web, self._server, self._seconds = web, server, 0.0
        self._api: Any = vk_api.VkApi(token=token, api_version=VERSION, config=_no_file, session=self)
        self._api.RPS_DELAY = 0  # the driver paces

    def __repr__(self) -> str:
        """Show no key."""
        return f"Session({self._server})"

    def call(self, method: str, params: Mapping[str, str | int], seconds: float) -> Reply:
        """Call a method once, and return what came within so many seconds."""
        self._seconds = seconds
        reply: Reply = self._api.method(method, dict(params))
        return reply

    def post(self, url: str, values: Mapping[str, Any], headers: Mapping[str, str]) -> _Unread:
        """Send what vk_api has put together."""
        return _Unread(self._web.post(self._server + urlsplit(url).path, self._seconds, values, headers))

    def close(self) -> None:
        """Close the connections."""
        self._web.close()


def _no_file(*_: object, **__: object) -> None:
    """Keep nothing on disk: by default vk_api writes its keys into the working folder."""
