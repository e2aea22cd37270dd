"""VK as a plug-in: its API with a service key. Without one nothing is sent, and each look says so."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.text import N_, Text
from auditor.probes.base import Clock, Flood, Login, Spent
from auditor.probes.driver import Driver, Limits
from auditor.probes.looks import Ask, Failure, Stored
from auditor.probes.plugins import Line, Opened, Plugin, Wiring, trouble
from auditor.probes.vk.codes import speaks_of_page
from auditor.probes.vk.forms import Items
from auditor.probes.vk.look import ROUTE, control_look, look
from auditor.probes.vk.names import number_in, number_of, page_of, screen_name
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.pages import ScreenName
from auditor.probes.vk.posts import photos_of, wall_page
from auditor.probes.vk.talks import one_comment
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


def _examine(wiring: Wiring) -> Iterator[Line]:
    """Call each method that the looks use once, the last three with the page of a control, and with a post of it."""
    settings, kind = wiring.settings.of(VkSettings), EvidenceKind.CONTROL
    way = VkWay(settings, wiring.clock)
    driver = Driver(way, wiring.clock, Limits(1 / settings.rps, answer=_ANSWER))
    name = next((control.url.name for control in wiring.controls if control.exists), "id1")
    try:
        yield _line(wiring, driver, page_of(name, 1, kind))[0]
        yield _line(wiring, driver, page_of(-1, -1, kind))[0]
        line, stands_for = _line(wiring, driver, screen_name(name, kind))
        yield line
        owner = (number_in(stands_for) if isinstance(stands_for, ScreenName) else 0) or 1
        line, wall = _line(wiring, driver, wall_page(owner, kind, count=1, words=False))
        yield line
        post = wall.first if isinstance(wall, Items) else None
        yield _line(wiring, driver, one_comment(owner, post.id if post else 1, kind))[0]
        yield _line(wiring, driver, photos_of(owner))[0]
    finally:
        way.close()


def _line(wiring: Wiring, driver: Driver, question: Ask[Any]) -> tuple[Line, Stored]:
    """Ask, and return what to say of the method, and the answer.

    An error about the page is an answer all the same: the key may call the method.
    """
    subject, answer = f"vk: {question.call.method}", driver.ask(question)
    if not isinstance(answer, Failure) or speaks_of_page(answer):
        return Line(subject, "ok", Text(N_("answers"))), answer
    line = trouble(ROUTE, subject, answer, wiring.settings)
    if answer.code is not None:
        detail = Text(N_("{reason} (VK error {code})"), {"reason": line.detail, "code": str(answer.code)})
        line = replace(line, detail=detail)
    return line, answer


PLUGIN = Plugin(route=ROUTE, open=_open, look=look, control=control_look, examine=_examine, number_of=number_of)
