"""VK as a plug-in: its API with a service key. Without a key nothing is sent, and each look gets that as its cause."""

import hashlib
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.base.text import N_, NP_, Text
from auditor.probes.driver import Driver, Limits
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext, diagnosis_line
from auditor.probes.protocol import Failure, Look, MinimisedResponse, ModelT_co, Request, fetch
from auditor.probes.target import CallCount, Clock, FloodWait, LoginState
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.resolve import page_request, resolve_id, screen_name
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.vk_source import VkSource
from auditor.probes.vk.vk_threads import probe_thread
from auditor.probes.vk.vk_transport import VkTransport
from auditor.probes.vk.wall import photos_of, wall_page

_WALL, _DAILY = "wall.get", 5000
"""The only method with a published limit, and its calls a day."""
_DAY = timedelta(days=1)
_RESPONSE_SECONDS = 60.0
_CONTROL = EvidenceKind.CONTROL


def _open(context: PluginContext) -> OpenedRoute:
    settings, now = context.settings.of(VkSettings), context.clock()
    session = _session_name(settings)
    login_state = next((login for login in context.logins if login.session == session), LoginState(session))
    # Calls dated in the future were noted by a wrong clock, and count as made now.
    spent = sum(spent.count for spent in login_state.spent if spent.method == _WALL and now - spent.since < _DAY)
    closed = {flood.method: (flood.until - now).total_seconds() for flood in login_state.floods if flood.until > now}
    limits = Limits(
        interval=1 / settings.rps,
        calls_left={_WALL: max(0, _DAILY - spent)},
        closed_for={method: min(seconds, _DAY.total_seconds()) for method, seconds in closed.items()},
        response_timeout=_RESPONSE_SECONDS,
    )
    transport = VkTransport(settings, context.clock, context.settings.ca_bundle)
    return OpenedRoute(transport, limits, lambda driver: _login(session, driver, context.clock))


def _session_name(settings: VkSettings) -> str:
    """Return a name for the key's login, which does not reveal the key."""
    return f"vk-{hashlib.sha256(str(settings.token).encode()).hexdigest()[:16]}"


def _login(session: str, driver: Driver, clock: Clock) -> LoginState:
    """Return what the next run must know: this run's calls, dated at its end, and the methods that VK has closed."""
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


async def _diagnose(context: PluginContext) -> Sequence[DiagnosisLine]:
    """Call once each method that the looks use, and return a line for each."""
    settings = context.settings.of(VkSettings)
    limits = Limits(1 / settings.rps, response_timeout=_RESPONSE_SECONDS)
    name = next((control.url.name for control in context.controls if control.exists), "id1")
    async with aclosing(VkTransport(settings, context.clock, context.settings.ca_bundle)) as transport:
        lines = list[DiagnosisLine]()
        await context.open_driver(transport, limits).finish(_diagnosis_look(name, context.settings, lines))
    return lines


def _diagnosis_look(name: str, settings: Settings, lines: list[DiagnosisLine]) -> Look[None]:
    """Call each method, the last three for the page with `name` and the first post on its wall, and add the lines."""

    def ask(request: Request[ModelT_co]) -> Look[ModelT_co | Failure]:
        response = yield from fetch(request)
        lines.append(_line_of_response(f"vk: {request.call.method}", response, settings))
        return response

    yield from ask(page_request(name, 1, _CONTROL))
    yield from ask(page_request(-1, -1, _CONTROL))
    name_owner = yield from ask(screen_name(name, _CONTROL))
    owner = (0 if isinstance(name_owner, Failure) else name_owner.page_id) or 1
    wall = yield from ask(wall_page(owner, _CONTROL, count=1, with_text=False))
    post = None if isinstance(wall, Failure) else wall.first
    yield from ask(probe_thread(owner, post.id if post else 1, _CONTROL))
    yield from ask(photos_of(owner))


def _line_of_response(subject: str, response: MinimisedResponse, settings: Settings) -> DiagnosisLine:
    """Return the line for a call's response. An error about the page is ok: the key may call the method."""
    if not isinstance(response, Failure) or concerns_page(response):
        return DiagnosisLine(subject, "ok", Text(NP_("the network", "answers")))
    line = diagnosis_line(Route.VK, subject, response, settings)
    if response.code is None:
        return line
    return replace(
        line, detail=Text(N_("{reason} (VK error {code})"), {"reason": line.detail, "code": str(response.code)})
    )


PLUGIN = Plugin(route=Route.VK, open=_open, source=VkSource, diagnose=_diagnose, resolve_id=resolve_id)
