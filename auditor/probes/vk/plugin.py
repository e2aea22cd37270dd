"""VK as a plug-in: its API with a service key. Without one nothing is sent, and each look says so."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from auditor.base.snapshot import Cause
from auditor.base.text import N_, Text
from auditor.probes.base import Clock, Flood, Login, Spent
from auditor.probes.driver import Driver, Limits
from auditor.probes.looks import Call, Failure
from auditor.probes.plugins import Examined, Opened, Plugin, Wiring, trouble
from auditor.probes.vk.codes import speaks_of_page
from auditor.probes.vk.look import ROUTE, control_look, look
from auditor.probes.vk.names import names
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.way import VkWay

_DAILY = {"wall.get": 5000}
"""Calls a day. Methods that are not named have no published limit."""
_DAY = timedelta(days=1)
_ANSWER = 60.0


def _open(wiring: Wiring) -> Opened:
    settings, now = wiring.settings.of(VkSettings), wiring.clock()
    session = _session(settings)
    known = next((login for login in wiring.logins if login.session == session), Login(session))
    # What says to be of later was noted by a clock that was wrong, and is held as of now.
    spent = {m: sum(s.count for s in known.spent if s.method == m and now - s.since < _DAY) for m in _DAILY}
    closed = {flood.method: (flood.until - now).total_seconds() for flood in known.floods if flood.until > now}
    limits = Limits(
        interval=1 / settings.rps,
        left={method: max(0, most - spent[method]) for method, most in _DAILY.items()},
        closed={method: min(seconds, _DAY.total_seconds()) for method, seconds in closed.items()},
        answer=_ANSWER,
    )
    return Opened(VkWay(settings, wiring.clock), limits, lambda driver: _login(session, driver, wiring.clock))


def _session(settings: VkSettings) -> str:
    """Name a key without giving it away."""
    return f"vk-{hashlib.sha256(str(settings.token).encode()).hexdigest()[:16]}"


def _login(session: str, driver: Driver, clock: Clock) -> Login:
    """Say what the next run is to know: what this one has called, counted as at its end, and what VK has closed."""
    now = clock()
    spent = (Spent(method, now, driver.requests[method]) for method in _DAILY if driver.requests[method])
    floods = (
        Flood(method, failure.at + timedelta(seconds=failure.wait))
        for method, (_, failure) in driver.closed.items()
        if failure.wait is not None and failure.cause is Cause.THROTTLED
    )
    return Login(session, floods=tuple(flood for flood in floods if flood.until > now), spent=tuple(spent))


def _examine(wiring: Wiring) -> Iterator[Examined]:
    """Call each method that the looks use once, the last two with a post found on the way."""
    way = VkWay(wiring.settings.of(VkSettings), wiring.clock)
    name = next((control.url.name for control in wiring.controls if control.exists), "id1")

    def called(method: str, **params: str | int) -> tuple[Examined, dict[str, Any]]:
        return _line(wiring, way, Call(method, params))

    try:
        yield called("users.get", user_ids=name)[0]
        yield called("groups.getById", group_ids="1")[0]
        yield called("utils.resolveScreenName", screen_name=name)[0]
        line, post = called("wall.get", domain=name, count=1)
        yield line
        owner, number = post.get("owner_id", 1), post.get("id", 1)
        yield called("wall.getComments", owner_id=owner, post_id=number, count=1)[0]
        yield called("photos.get", owner_id=owner, album_id="profile", rev=0, count=1)[0]
    finally:
        way.close()


def _line(wiring: Wiring, way: VkWay, call: Call) -> tuple[Examined, dict[str, Any]]:
    """Call a method, and return what to say of it and the first item of its answer.

    An error about the page is an answer all the same: the key may call the method.
    """
    value = way.read(call, way.send(call, _ANSWER))
    if not isinstance(value, Failure) or speaks_of_page(value):
        items = [] if isinstance(value, Failure) else value.get("items")
        first = items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}
        return Examined(f"vk: {call.method}", "ok", Text(N_("answers"))), first
    line = trouble(ROUTE, f"vk: {call.method}", value, wiring.settings)
    if value.code is None:
        return line, {}
    said = Text(N_("{reason} (VK error {code})"), {"reason": line.detail, "code": str(value.code)})
    return replace(line, detail=said), {}


PLUGIN = Plugin(route=ROUTE, open=_open, look=look, control=control_look, examine=_examine, names=names)
