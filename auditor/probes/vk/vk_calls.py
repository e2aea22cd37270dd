"""VK's methods by vk_api, the client that their users know: it makes up a call, and says what an answer is.

vk_api sends and reads in one go, waits by the wall clock, asks again without end and reads captchas of a form that VK
has given up. What it knows of VK is here taken without these: it is asked twice, each time as a client that has sent
nothing yet. To make up a call, it posts on a session that notes what it would send; to read an answer, on a session
that returns what came. Between the two the request is sent as any other, by the run's event loop and within its time.
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


Posted = tuple[str, dict[str, Any], dict[str, str]]
"""The path, the form and the headers of a call."""


class _Session:
    """What vk_api takes for a session of `requests`: whatever is posted, the answer is `document`."""

    def __init__(self, document: Any = None) -> None:
        self.document = document
        self.posted: Posted = "", {}, {}

    def post(self, url: str, values: dict[str, Any], headers: dict[str, str]) -> SimpleNamespace:
        """Note what is to be sent, and return the answer."""
        self.posted = urlsplit(url).path, values, headers
        return SimpleNamespace(ok=True, json=lambda: self.document)


def make_up_call(token: Secret, method: str, params: Mapping[str, Any]) -> Posted:
    """Return a call with the key and the version."""
    session = _Session({"response": None})
    _client(session, str(token)).method(method, dict(params))
    return session.posted


def read_answer(document: Any) -> Any:
    """Return the response in VK's answer. Raises `ApiError` for an error, and `ValueError` if it is neither.

    The exception holds the error's code and message, and neither a key nor the parameters, which VK repeats.
    """
    try:
        return _client(_Session(_without_echo(document))).method("")
    except (KeyError, TypeError):
        raise ValueError("neither a response nor an error") from None


def _without_echo(document: Any) -> Any:
    """Return an answer with an error's code and message alone."""
    if not isinstance(document, dict) or not isinstance(document.get("error"), dict):
        return document
    return {"error": {key: document["error"].get(key) for key in ("error_code", "error_msg")}}


def _client(session: _Session, token: str | None = None) -> Any:
    client = vk_api.VkApi(token=token, api_version=_VERSION, config=_no_file, session=session)
    client.RPS_DELAY = 0
    client.error_handlers.clear()  # of captchas, too many requests, codes by telephone: each error is raised
    return client


def _no_file(*_: object, **__: object) -> None:
    """Store no configuration: by default vk_api writes its keys into the working folder."""
