"""VK as a plug-in: its API with a service key. Without one nothing is sent, and each look says so."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.text import N_, Text
from auditor.probes.driver import Driver, Limits
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext, diagnosis_line
from auditor.probes.protocol import Failure, Look, MinimisedResponse, fetch
from auditor.probes.target import CallCount, Clock, FloodWait, LoginState
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.resolve import page_request, resolve_id, screen_name
from auditor.probes.vk.vk_look import ROUTE, vk_control_look, vk_look
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.vk_threads import probe_thread
from auditor.probes.vk.vk_transport import VkTransport
from auditor.probes.vk.wall import photos_of, wall_page

_WALL, _DAILY = "wall.get", 5000
"""The one method with a published limit, and its calls a day."""
_DAY = timedelta(days=1)
_ANSWER = 60.0
_CONTROL = EvidenceKind.CONTROL


def _open(wiring: PluginContext) -> OpenedRoute:
    settings, now = wiring.settings.of(VkSettings), wiring.clock()
    session = _session(settings)
    known = next((login for login in wiring.logins if login.session == session), LoginState(session))
    # What says to be of later was noted by a clock that was wrong, and is held as of now.
    spent = sum(spent.count for spent in known.spent if spent.method == _WALL and now - spent.since < _DAY)
    closed = {flood.method: (flood.until - now).total_seconds() for flood in known.floods if flood.until > now}
    limits = Limits(
        interval=1 / settings.rps,
        calls_left={_WALL: max(0, _DAILY - spent)},
        closed_for={method: min(seconds, _DAY.total_seconds()) for method, seconds in closed.items()},
        response_timeout=_ANSWER,
    )
    return OpenedRoute(
        VkTransport(settings, wiring.clock), limits, lambda driver: _login(session, driver, wiring.clock)
    )


def _session(settings: VkSettings) -> str:
    """Name a key without giving it away."""
    return f"vk-{hashlib.sha256(str(settings.token).encode()).hexdigest()[:16]}"


def _login(session: str, driver: Driver, clock: Clock) -> LoginState:
    """Say what the next run is to know: what this one has called, counted as at its end, and what VK has closed."""
    now, walls = clock(), driver.requests[_WALL]
    floods = (
        FloodWait(method, failure.at + timedelta(seconds=failure.wait))
        for method, (_, failure) in driver.closed.items()
        if failure.wait is not None and failure.cause is Cause.THROTTLED
    )
    return LoginState(
        session,
        floods=tuple(flood for flood in floods if flood.until > now),
        spent=(CallCount(_WALL, now, walls),) if walls else (),
    )


def _examine(wiring: PluginContext) -> Iterator[DiagnosisLine]:
    """Call each method that the looks use once."""
    settings = wiring.settings.of(VkSettings)
    way = VkTransport(settings, wiring.clock)
    driver = Driver(way, wiring.clock, Limits(1 / settings.rps, response_timeout=_ANSWER))
    questions = _questions(next((control.url.name for control in wiring.controls if control.exists), "id1"))
    try:
        question = next(questions)
        while True:
            answer = driver.fetch(question)
            yield _line(f"vk: {question.call.method}", answer, wiring.settings)
            question = questions.send(answer)
    except StopIteration:
        return
    finally:
        way.close()


def _questions(name: str) -> Look[None]:
    """Ask by each method once, by the last three of the page of a name, and of a post found on its wall."""
    yield page_request(name, 1, _CONTROL)
    yield page_request(-1, -1, _CONTROL)
    stands_for = yield from fetch(screen_name(name, _CONTROL))
    owner = (0 if isinstance(stands_for, Failure) else stands_for.number) or 1
    wall = yield from fetch(wall_page(owner, _CONTROL, count=1, words=False))
    post = None if isinstance(wall, Failure) else wall.first
    yield probe_thread(owner, post.id if post else 1, _CONTROL)
    yield photos_of(owner)


def _line(subject: str, answer: MinimisedResponse, settings: Settings) -> DiagnosisLine:
    """Say what came of a call. An error about the page is an answer all the same: the key may call the method."""
    if not isinstance(answer, Failure) or concerns_page(answer):
        return DiagnosisLine(subject, "ok", Text(N_("answers")))
    line = diagnosis_line(ROUTE, subject, answer, settings)
    if answer.code is None:
        return line
    return replace(
        line, detail=Text(N_("{reason} (VK error {code})"), {"reason": line.detail, "code": str(answer.code)})
    )


PLUGIN = Plugin(
    route=ROUTE, open=_open, look=vk_look, control=vk_control_look, diagnose=_examine, resolve_id=resolve_id
)
