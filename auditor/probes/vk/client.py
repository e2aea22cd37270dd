"""The one place that speaks to VK: vk_api puts a call together, `Http` sends it, and what came is read here.

Left alone vk_api waits for ever, retries "too many requests" without end, asks for a version of 2018, sends True as a
word and raises exceptions that carry the key. Here a call returns `VkAnswer` or `VkFailure` and raises nothing for what
the network does; neither holds the key or VK's echo of the parameters.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import vk_api

from auditor.base.secrets import redact, remember
from auditor.base.settings import Settings
from auditor.base.snapshot import Cause
from auditor.probes.base import Clock, Login
from auditor.probes.http import Http, HttpConnection, Reply
from auditor.probes.limits import Limits
from auditor.probes.pacing import Breaker
from auditor.probes.vk.errors import Act, Exchange, Param, Rule, VkAnswer, VkFailure, rule_for
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.quotas import FORBIDDEN, Quotas

_API_VERSION = "5.199"
"""The version whose published schema this probe was written against."""

_OWN = "https://api.vk.com"
"""What stands on record for a test server."""
EXECUTE = "execute"
"""The method that makes many calls in one."""
_NOT_OF_VK = re.compile(r"[\w.-]{24,}|\S*@\S+|\[[^]]*\]|\+?\d[\d\s()-]{4,}\d|[^\x20-\x7e]+")
"""What VK's own messages, which are plain English, have no use for: what may be a key, a person, a way to call one."""
_LIMITS = Limits(read=20.0, total=60.0, size=16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class _Came:
    """What a reply says: a value, or the rule of its failure, with VK's own code and words where there are any."""

    value: Any = field(default=None, repr=False)
    rule: Rule | None = None
    code: int | None = None
    said: str = field(default="", repr=False)
    errors: Any = field(default=None, repr=False)
    """What ``execute`` tells of calls that failed."""


_SILENCE = Rule(Act.RETRY, Cause.UNREACHABLE, tries=2)
_BLOCK_PAGE = Rule(Act.GIVE_UP, Cause.BLOCKED)
_NO_ANSWER_OF_VK = Rule(Act.GIVE_UP, Cause.UNRECOGNISED_PAGE)


class _Unread:
    """An answer as vk_api sees it: always good, with our own `Reply` as its content, for `VkClient` to read.

    vk_api must never see an error: it would retry without end, or raise an exception that holds the key.
    """

    ok = True

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def json(self) -> dict[str, Reply]:
        return {"response": self._reply}


class _Session:
    """What vk_api takes for a session of requests: it posts through our `Http`, whatever host vk_api names."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.headers: dict[str, str] = {}

    def post(self, url: str, values: Mapping[str, Any], headers: Mapping[str, str]) -> _Unread:
        """Send once: only the body tells whether a failure is worth another try."""
        return _Unread(self._http.post(urlsplit(url).path, values, headers=headers, retry=False))


def _api(token: str, http: Http) -> Any:
    api = vk_api.VkApi(token=token, api_version=_API_VERSION, config=_no_file, session=_Session(http))
    api.RPS_DELAY = 0  # `Pace` does it
    return api


def _no_file(*_: object, **__: object) -> None:
    """Keep nothing on disk: by default vk_api writes its keys into the working folder."""


def vk_connection(settings: Settings, clock: Clock) -> HttpConnection:
    """Return the way to VK's API that the settings name."""
    way = settings.of(VkSettings)
    return HttpConnection(url=way.api_url, interval=1 / way.rps, proxy=way.proxy, clock=clock, limits=_LIMITS)


class VkClient:
    """Calls methods of VK's API, evenly paced, with capped retries, and remembers what will not answer in this run."""

    def __init__(
        self, connection: HttpConnection, token: str | None, *, breaker: Breaker, logins: Iterable[Login] = ()
    ) -> None:
        """Take the API's address and a key; without `token` nothing is ever sent.

        `logins` are what earlier runs have stored of their keys' quotas.
        """
        self._http = Http(connection, headers={"User-Agent": "auditor"})
        self._host = self._http.on_record(_OWN)
        self._interval = connection.interval
        self._clock = connection.clock
        self._breaker = breaker
        self._stopped: dict[str, VkFailure] = {}
        self._answered: set[str] = set()
        self._refused: defaultdict[str, set[object]] = defaultdict(set)
        """The owners of the pages for which a method did not answer; None: it was no question about a page."""
        self.quotas = Quotas(token, connection.clock, logins)
        remember(token)
        self._api = _api(str(token), self._http) if token else None

    def __repr__(self) -> str:
        """Say how much was asked; the key is not shown."""
        return f"VkClient(sent={self.requests})"

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        return self._http.requests

    def limit(self, most: int) -> None:
        """Send at most `most` requests: beyond them a call raises `SpentError`."""
        self._http.limit(most)

    def call(self, method: str, **params: Param) -> VkAnswer | VkFailure:
        """Call `method`. Raises nothing for what the network does."""
        stopped = self.no_use(method)
        if stopped is not None:
            return replace(stopped, exchange=Exchange(self.url_of(method, params), self._clock(), None, b""))
        attempt = 1
        while True:
            came, exchange = self._try(method, params)
            rule = came.rule
            if rule is None:
                self.answered(method)
                return VkAnswer(exchange, came.value, came.errors)
            if not self.again(rule, attempt):
                return self.failed(method, params, rule, came.code, exchange)
            attempt += 1

    def answered(self, method: str) -> None:
        """Note that a method has answered: that it refuses another page does not close it any more."""
        self._answered.add(method)

    def failed(
        self, method: str, params: Mapping[str, Param], rule: Rule, code: int | None, exchange: Exchange
    ) -> VkFailure:
        """Make the failure of a call that is not tried again, and stop the route or the method where it says so."""
        if rule.act is Act.STOP_ROUTE:
            self._breaker.stop(rule.cause)
        elif rule.act is Act.STOP_METHOD and self._closes(method, params, rule):
            self._stop(method, rule, code)
        return VkFailure(code, rule.act, rule.cause, rule.fact, exchange)

    def again(self, rule: Rule, attempt: int) -> bool:
        """Wait as a failure's rule says before try number `attempt` + 1; False where it is not worth another."""
        wait = rule.wait if rule.paces is None else rule.paces * self._interval
        return rule.act is Act.RETRY and attempt < rule.tries and self._http.again(attempt, wait)

    def closed(self, method: str) -> datetime | None:
        """Return until when VK has closed a method to this key, or None."""
        return self.quotas.closed(method)

    def has_room(self, method: str) -> bool:
        """Tell whether today's calls of a method are not all spent, after a wait where it opens soon."""
        full = self.quotas.full(method)
        if full is not None:
            self._http.rest((full - self._clock()).total_seconds())
        return self.quotas.full(method) is None

    def _closes(self, method: str, params: Mapping[str, Param], rule: Rule) -> bool:
        """Tell whether a failure closes its method: a limit does, a refusal only where the method answers nobody."""
        if rule.cause is Cause.THROTTLED:
            return True
        refused = self._refused[method]
        refused.add(params.get("owner_id"))
        return method not in self._answered and (None in refused or len(refused) >= rule.pages)

    def _stop(self, method: str, rule: Rule, code: int | None) -> None:
        """Call `method` no more, as the rule of its failure says: for a while, or in this run."""
        if rule.cause is Cause.THROTTLED:
            self.quotas.close(method)
        elif method == EXECUTE:
            self.quotas.close(method, FORBIDDEN)
        self._stopped[method] = VkFailure(code, rule.act, rule.cause, sent=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def no_use(self, method: str) -> VkFailure | None:
        """Return the failure of a call that is not worth sending: no key, a stopped route, a stopped method."""
        if self._api is None:
            return VkFailure(None, Act.STOP_ROUTE, Cause.NO_CREDENTIALS, sent=False)
        if self._breaker.cause is not None:
            return VkFailure(None, Act.STOP_ROUTE, self._breaker.cause, sent=False)
        stopped = self._stopped.get(method)
        if stopped is not None and stopped.cause is not Cause.THROTTLED:
            return stopped
        if self.quotas.closed(method) is None:
            return None
        return stopped or VkFailure(None, Act.STOP_METHOD, Cause.THROTTLED, sent=False)

    def url_of(self, method: str, params: Mapping[str, Param]) -> str:
        """Return the address of a question on the host that is asked, without the key."""
        return url_of(method, params, self._host)

    def _try(self, method: str, params: Mapping[str, Param]) -> tuple[_Came, Exchange]:
        assert self._api is not None
        self.quotas.count(method)
        reply: Reply = self._api.method(method, {name: plain(value) for name, value in params.items()})
        url, came = self.url_of(method, params), _read(reply)
        if came.rule is _SILENCE:
            return came, Exchange(url, reply.fetched_at, None, b"")
        return came, Exchange(url, reply.fetched_at, reply.status, reply.body, came.said, reply.headers or ())


def _read(reply: Reply) -> _Came:
    by_status = _by_status(reply)
    if by_status is not None:
        return _Came(rule=by_status)
    try:
        data = json.loads(reply.body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return _Came(rule=_BLOCK_PAGE if _is_html(reply) else _NO_ANSWER_OF_VK)
    code, message = error_of(data.get("error") if isinstance(data, dict) else None)
    if code is not None:
        said = shortened(message)  # the rule is that of the words that are kept, so that a replay reads the same
        return _Came(rule=rule_for(code, said), code=code, said=said)
    if not isinstance(data, dict) or "error" in data or "response" not in data:
        return _Came(rule=_NO_ANSWER_OF_VK)
    return _Came(data["response"], errors=data.get("execute_errors"))


def _by_status(reply: Reply) -> Rule | None:
    """Return the rule where the HTTP status says enough; None for 200, with which VK's own errors come too."""
    status = reply.status
    if status is not None and (300 <= status < 400 or status == 451):
        return _BLOCK_PAGE  # a redirect leads away from the API
    if status is None or reply.broke_off:
        return _SILENCE
    if status == 429:
        return Rule(Act.RETRY, Cause.THROTTLED, wait=reply.retry_after)
    if status >= 500:
        return Rule(Act.RETRY, Cause.UNREACHABLE, wait=reply.retry_after)
    return None if status == 200 else Rule(Act.GIVE_UP, Cause.REFUSED)


def shortened(message: str) -> str:
    """Shorten VK's words about an error, without the key and without anything that looks like one or like a person."""
    return _NOT_OF_VK.sub("[…]", redact(message))[:200]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object. Raises `ValueError` for one that has a key twice: two readers would see two answers in it."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key appears twice")
    return made


def url_of(method: str, params: Mapping[str, Param], host: str = _OWN) -> str:
    """Return the address of a question on the host that was asked, without the key."""
    written = {name: plain(value) for name, value in params.items()}
    return f"{host}/method/{method}?{urlencode({**written, 'v': _API_VERSION})}"


def plain(value: Param) -> str | int:
    """Write a parameter as VK reads it: 1 for True, a list joined by commas."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value


def _is_html(reply: Reply) -> bool:
    head = reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    return head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")) or (
        "text/html" in reply.content_type.lower() and b"<" in head
    )


def error_of(error: object) -> tuple[int | None, str]:
    """Read the code and the words of an error; without a code it is none."""
    if not isinstance(error, dict):
        return None, ""
    code, message = error.get("error_code"), error.get("error_msg")
    if isinstance(code, bool) or not isinstance(code, int | float) or not math.isfinite(code):
        return None, ""
    return int(code), message if isinstance(message, str) else ""
