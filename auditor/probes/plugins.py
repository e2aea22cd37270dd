"""The plug-ins: what each route can do. The rest of the program asks here and names no network.

A route is a folder of this package. Its module ``network`` says what it is (`auditor.base.networks`), its module
``plugin`` defines ``PLUGIN``: how it is opened, played back and examined. A folder with both is found; nothing else
needs to know of it.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from auditor.base.answers import Answer
from auditor.base.networks import folder_of
from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, ControlResult, Route, Snapshot
from auditor.base.text import N_, Text
from auditor.probes.base import Batch, Clock, Forecast, Login, NotNow, Sighting, Target, Window
from auditor.probes.driver import Driver, Limits, Way
from auditor.probes.looks import Look
from auditor.probes.pacing import Deadline
from auditor.probes.tape import Tape
from auditor.registry.models import Control

_REASONS = {
    Cause.NO_CREDENTIALS: N_("no key, or the key may not"),
    Cause.UNREACHABLE: N_("no answer from here"),
    Cause.THROTTLED: N_("too many requests; try later"),
    Cause.BLOCKED: N_("a block page or a captcha came instead"),
    Cause.REFUSED: N_("refused"),
    Cause.UNRECOGNISED_PAGE: N_("an answer of a form that the program does not know"),
}


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a plug-in is given: the settings, the clock, and what the archive holds for it."""

    settings: Settings
    clock: Clock
    data: Path
    """The archive's folder, where a route may keep its sign-in."""
    login: Login | None = None
    """What the last run by a sign-in remembers."""
    logins: tuple[Login, ...] = ()
    """What each route with a login remembers, the newest first: a route knows its own by `Login.session`."""
    controls: tuple[Control, ...] = ()
    """The registry's controls on the route's network."""
    deadline: Deadline = field(default_factory=Deadline)
    """When nothing more is asked."""
    live: bool = False
    """Whether the clock is the machine's, so that the answers' own dates are held to it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was examined. `state` is ok, refused, unreachable, or wrong (something of ours to mend)."""

    subject: str
    state: str
    detail: Text


class Probe(Protocol):
    """One way to look at one network. No method raises for what a network does: failures become causes."""

    route: Route

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        ...

    def prepare(self, batch: Batch) -> None:
        """Ask at once for what a batch of targets needs, where the network can; the looks at them follow."""
        ...

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account whose existence is known, before anything is judged by this route."""
        ...

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting | NotNow:
        """Look at `target` and return what was seen of it.

        Where a method that it needs is closed for a while: without `wait` put it off (`NotNow`, and nothing is lost of
        what was asked); the route comes back to it last, and then with `wait`.
        """
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class Player(Protocol):
    """Looks at an account again with the answers on a tape. An answer that is not on it counts as `unreachable`."""

    def __call__(self, target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
        """Return what was seen. `trusted`: a control that must exist had been seen in that run, and none had failed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One route."""

    route: Route
    open: Callable[[Wiring], Probe | None]
    """Return a probe; None where the operator has not set the route up and needs not be told so."""
    replay_look: Player
    replay_control: Callable[[Control, Tape], ControlResult]
    """Look at a control again with the answers on a tape."""
    examine: Callable[[Wiring], Iterator[Line]]
    """Try each thing that the route does once, and say what came of it."""
    forecast: Callable[[Wiring, Batch], Forecast] = lambda wiring, batch: Forecast()  # noqa: ARG005 - a route that says nothing
    """Say what it would ask for a batch, from what is known of each target; where nothing is, as of a usual page."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A route that is set up: the way to it, and how fast and how long it may ask."""

    way: Way
    limits: Limits = field(default_factory=Limits)
    login: Callable[[Driver], Login | None] = lambda driver: None  # noqa: ARG005 - most routes have no login
    """What is to be remembered of a login after a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPlugin:
    """One route whose looks are generators (`auditor.probes.looks`)."""

    route: Route
    open: Callable[[Wiring], Opened | None]
    """Open the way; None where the operator has not set the route up and needs not be told so."""
    look: Callable[[Target, Window], Look[Snapshot]]
    """Look at an account. The snapshot is without its evidence and vantage, which are added when it is stored."""
    control: Callable[[Control], Look[ControlResult]]
    """Look at an account whose existence is known. The result is without its evidence."""
    examine: Callable[[Wiring], Iterator[Line]]
    """Try each thing that the route does once, and say what came of it."""
    names: Callable[[Sequence[str]], Look[Mapping[str, int]]] | None = None
    """Find the numbers of many names at once, for `Target.numbers`; None where the network needs none. With 0 nobody has
    a name; a name that could not be found out is left out."""


def plugins() -> Iterator[Plugin]:
    """Yield the plug-in of every route, in the routes' order."""
    return map(plugin_of, Route)


@cache
def plugin_of(route: Route) -> Plugin:
    """Return the plug-in of `route`. Its libraries are imported here, not earlier."""
    plugin: Plugin = importlib.import_module(f"{folder_of(route.value)}.plugin").PLUGIN
    return plugin


_LOOKS = {Route.VK: "vk", Route.TELEGRAM_PREVIEW: "telegram.web", Route.TELEGRAM_CLIENT: "telegram.client"}


@cache
def look_plugin_of(route: Route) -> LookPlugin:
    """Return the plug-in of `route` whose looks are generators, until it is the only one."""
    plugin: LookPlugin = importlib.import_module(f"{__package__}.{_LOOKS[route]}.look_plugin").PLUGIN
    return plugin


def open_probes(wiring: Wiring) -> list[Probe]:
    """Return a probe for each route that is set up."""
    probes = (plugin.open(wiring) for plugin in plugins())
    return [probe for probe in probes if probe is not None]


def trouble(subject: str, cause: Cause) -> Line:
    """Say why something did not answer."""
    state = "unreachable" if cause in {Cause.UNREACHABLE, Cause.BLOCKED} else "refused"
    return Line(subject, state, Text(_REASONS.get(cause, N_("refused"))))
