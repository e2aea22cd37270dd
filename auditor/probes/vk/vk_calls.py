"""VK's methods by vk_api, the client that their users know: it makes up a call, and says what an answer is.

vk_api sends and reads in one go, waits by the wall clock, asks again without end and reads captchas of a form that VK
has given up. What it knows of VK is here taken without these: it is asked twice, each time as a client that has sent
nothing yet. To make up a call, it posts where what it would send is noted; to read an answer, where what came is
returned. Between the two the request is sent as any other, by the run's event loop and within its time.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import vk_api

from auditor.base.secrets import Secret

ApiError = vk_api.ApiError
"""An error of VK's, with its `code` and, in `error`, its message."""
_VERSION = "5.199"
"""The API version by whose published schema the models were written."""


class _OneCall(vk_api.VkApi):  # type: ignore[misc]  # it has no types
    """A client of vk_api that calls once, and its session too: whatever it posts, the answer is `document`."""

    RPS_DELAY = 0

    def __init__(self, document: object, token: Secret | None = None) -> None:
        super().__init__(token=token and str(token), api_version=_VERSION, config=_no_file, session=self)
        self.error_handlers.clear()  # of captchas, too many requests, codes by telephone: each error is raised
        self.document = document

    def post(self, url: str, values: dict[str, Any], headers: dict[str, str]) -> SimpleNamespace:
        """Note what is to be sent, and return the answer."""
        self.posted = urlsplit(url).path, values, headers
        return SimpleNamespace(ok=True, json=lambda: self.document)


def make_up_call(token: Secret, method: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return a call's path, form and headers, with the key and the version."""
    client = _OneCall({"response": None}, token)
    client.method(method, dict(params))
    return client.posted


def read_answer(document: object) -> Any:
    """Return the response in VK's answer; None if it has none. Raises `ApiError` for an error.

    The exception holds the error's code and message, and neither a key nor the parameters, which VK repeats.
    """
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        document = {"error": {key: error.get(key) for key in ("error_code", "error_msg")}}
    client = _OneCall(document)
    try:
        return client.method("")
    except (KeyError, TypeError):
        return None
    finally:
        client.http = client.document = None  # it is its own session: what citizens wrote would outlive the call


def _no_file(*_: object, **__: object) -> None:
    """Store no configuration: by default vk_api writes its keys into the working folder."""
