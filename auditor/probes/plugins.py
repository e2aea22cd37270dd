"""The plug-ins: what each route can do. The rest of the program comes here and names no network.

A route is a folder of this package with two modules: one describes the network and the route to
`auditor.base.networks`, and names the other, which defines ``PLUGIN``: how the route is opened, looked over and
diagnosed. A new route also needs, in `auditor.base.snapshot`, a member of `Route`.
"""

import importlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, ControlResult, Route, Snapshot
from auditor.base.text import Text
from auditor.probes.diagnosis import explain_failure
from auditor.probes.driver import Driver, Limits, Transport
from auditor.probes.look import look_at_control, look_at_page
from auditor.probes.protocol import Failure, Look
from auditor.probes.source import Source
from auditor.probes.target import Clock, LoginState, Target, Window
from auditor.registry.models import Control

PATIENCE = 12.0
"""With it a diagnosis ends in 15 seconds."""


@dataclass(frozen=True, slots=True)
class PluginContext:
    """Arguments of a plug-in: the settings, the clock, and what the archive holds for the route."""

    settings: Settings
    clock: Clock
    data: Path
    """The archive's folder, where a route may keep its session file."""
    login: LoginState | None = None
    """What the last run with this route's login remembers."""
    logins: tuple[LoginState, ...] = ()
    """What each login remembers, newest first; a route recognises its own by `LoginState.session`."""
    controls: tuple[Control, ...] = ()
    """The registry's controls on the route's network."""
    live: bool = False
    """Whether the clock is the machine's, so that the dates of responses are compared with it."""
    patience: float = PATIENCE
    """Seconds for which `Plugin.diagnose` waits for a route's first response."""

    def open_driver(self, transport: Transport, limits: Limits) -> Driver:
        """Return a driver for a diagnosis: as a run's, but it gives up a silent route after its first request.

        Nor does it wait longer in all than `patience`, whatever the network asks for.
        """
        patience = self.patience
        hurried = replace(
            limits,
            first_timeout=patience,
            response_timeout=min(limits.response_timeout, patience),
            max_silence=patience / 2,
            max_total_wait=patience,
        )
        return Driver(transport, self.clock, hurried, live=self.live)


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """The result of one attempt.

    `state` is ok, unset (an optional key was not given), refused, unreachable, or wrong (a mistake on this machine).
    """

    subject: str | Text
    state: str
    detail: Text


@dataclass(frozen=True, slots=True)
class OpenedRoute:
    """A route that is set up: its transport and its limits."""

    transport: Transport
    limits: Limits = field(default_factory=Limits)
    login: Callable[[Driver], LoginState | None] = lambda driver: None  # noqa: ARG005 - most routes have no login
    """Returns what the archive is to remember of the login after a run; None if there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One route whose looks are generators (`auditor.probes.protocol`)."""

    route: Route
    open: Callable[[PluginContext], OpenedRoute | None]
    """Opens the route; None if the operator has not set it up and need not hear of it."""
    source: Callable[[Target], Source]
    """Returns what a look at a target asks of the network (`auditor.probes.source`)."""
    diagnose: Callable[[PluginContext], Coroutine[Any, Any, Sequence[DiagnosisLine]]]
    """Tries once each thing that the route does, and returns a line for each; a closed route is not asked again."""
    resolve_id: Callable[[str], Look[int | None]] | None = None
    """Resolves a name to its id, for `Target.numbers`; None where the network needs no ids.

    The look returns 0 if no page has the name, and None if that could not be found out.
    """

    def look(self, target: Target, window: Window) -> Look[Snapshot]:
        """Look at an account. The snapshot lacks evidence and vantage, which are added when it is stored."""
        return look_at_page(self.source(target), window)

    def control(self, control: Control) -> Look[ControlResult]:
        """Look at an account whose existence is known. The result lacks its evidence."""
        return look_at_control(self.source(Target(control.url, full=False)), control)


@cache
def plugin_of(route: Route) -> Plugin:
    """Return the plug-in of `route`, whose libraries are imported only now."""
    plugin: Plugin = importlib.import_module(route.facts.plugin).PLUGIN
    return plugin


_STATES = {Cause.UNREACHABLE: "unreachable", Cause.BLOCKED: "unreachable", Cause.NO_CREDENTIALS: "unset"}


def diagnosis_line(route: Route, subject: str, failure: Failure, settings: Settings) -> DiagnosisLine:
    """Return a line that says why `subject` failed, and which setting mends it."""
    state = _STATES.get(failure.cause, "refused")
    if state == "unset" and failure.code is not None:  # there is a key, and the network does not take it
        state = "refused"
    if failure.absent == "certificate":
        state = "wrong"
    return DiagnosisLine(subject, state, explain_failure(route, failure, settings))
