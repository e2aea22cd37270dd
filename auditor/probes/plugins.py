"""The plug-ins: what each route can do. The rest of the program asks here and names no network.

A route is a folder of this package. Its module ``network`` says what it is (`auditor.base.networks`), its module
``plugin`` defines ``PLUGIN``: how it is opened, played back and examined. `auditor.base.networks` lists the
folders; nothing else needs to know of them.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from auditor.base.networks import PLUGIN_MODULES
from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, ControlResult, Route, Snapshot
from auditor.base.text import Text
from auditor.probes.diagnosis import explain_failure
from auditor.probes.driver import Driver, Limits, Transport
from auditor.probes.protocol import Failure, Look
from auditor.probes.target import Clock, LoginState, Target, Window
from auditor.registry.models import Control


@dataclass(frozen=True, slots=True)
class PluginContext:
    """What a plug-in is given: the settings, the clock, and what the archive holds for it."""

    settings: Settings
    clock: Clock
    data: Path
    """The archive's folder, where a route may keep its sign-in."""
    login: LoginState | None = None
    """What the last run by a sign-in remembers."""
    logins: tuple[LoginState, ...] = ()
    """What each route with a login remembers, the newest first: a route knows its own by `Login.session`."""
    controls: tuple[Control, ...] = ()
    """The registry's controls on the route's network."""
    live: bool = False
    """Whether the clock is the machine's, so that the answers' own dates are held to it."""


@dataclass(frozen=True, slots=True)
class DiagnosisLine:
    """One thing that was examined.

    `state` is ok, unset (an optional key that was not given), refused, unreachable, or wrong (something of ours).
    """

    subject: str | Text
    state: str
    detail: Text


@dataclass(frozen=True, slots=True)
class OpenedRoute:
    """A route that is set up: the way to it, and how fast and how long it may ask."""

    transport: Transport
    limits: Limits = field(default_factory=Limits)
    login: Callable[[Driver], LoginState | None] = lambda driver: None  # noqa: ARG005 - most routes have no login
    """What is to be remembered of a login after a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One route whose looks are generators (`auditor.probes.protocol`)."""

    route: Route
    open: Callable[[PluginContext], OpenedRoute | None]
    """Open the way; None where the operator has not set the route up and needs not be told so."""
    look: Callable[[Target, Window], Look[Snapshot]]
    """Look at an account. The snapshot is without its evidence and vantage, which are added when it is stored."""
    control: Callable[[Control], Look[ControlResult]]
    """Look at an account whose existence is known. The result is without its evidence."""
    diagnose: Callable[[PluginContext], Iterator[DiagnosisLine]]
    """Try each thing that the route does once, and say what came of it."""
    resolve_id: Callable[[str], Look[int | None]] | None = None
    """Find the number of a name, for `Target.numbers`; None where the network needs none.

    With 0 nobody has the name; None: it could not be found out.
    """


@cache
def plugin_of(route: Route) -> Plugin:
    """Return the plug-in of `route`. Its libraries are imported here, not earlier."""
    plugin: Plugin = importlib.import_module(PLUGIN_MODULES[route.value]).PLUGIN
    return plugin


_STATES = {Cause.UNREACHABLE: "unreachable", Cause.BLOCKED: "unreachable", Cause.NO_CREDENTIALS: "unset"}


def diagnosis_line(route: Route, subject: str, failure: Failure, settings: Settings) -> DiagnosisLine:
    """Say why something did not answer, and which setting mends it."""
    state = _STATES.get(failure.cause, "refused")
    if state == "unset" and failure.code is not None:  # there is a key, and the network does not take it
        state = "refused"
    return DiagnosisLine(subject, state, explain_failure(route, failure, settings))
