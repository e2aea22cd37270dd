"""Asking scouts: within the budget, guarded, and with every answer kept."""

__all__ = ["Asker", "Budget"]

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.archive import Archive
from auditor.probes.scouting import Door, Haul, Scout, Task
from auditor.registry.address import Address
from auditor.registry.models import Control
from auditor.snapshot import Cause, Network, Outcome

log = logging.getLogger(__name__)

_PASSING = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.CONTROL_FAILED}


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is without bound.

    `names`: so many names of a person are tried on a network. VK takes a thousand in three requests, t.me one in one.
    """

    requests: int | None = None
    minutes: float | None = None
    names: dict[Network, int] = field(default_factory=lambda: {Network.VK: 1000, Network.TELEGRAM: 50})


class Asker:
    """The scouts of one search. `run` is the archive's number of it."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        scouts: Sequence[Scout],
        budget: Budget,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count the minutes."""
        self.scouts = {scout.name: scout for scout in scouts}
        self.spent = False
        """The budget ran out."""
        self._archive, self._run, self._budget = archive, run, budget
        self._monotonic, self._began = monotonic, monotonic()
        self._failed: dict[str, Cause] = {}
        self._open = {(s.name, door.task) for s in scouts for door in s.doors() if door.open}

    def may(self, scout: Scout, task: Task) -> bool:
        """Tell whether a task is open, the route has not failed at it, and the budget is not spent."""
        if (task is Task.NAMES and scout.name in self._failed) or not _open(scout, task):
            return False
        most, minutes = self._budget.requests, self._budget.minutes
        over = most is not None and scout.requests >= most
        late = minutes is not None and self._monotonic() - self._began > minutes * 60
        self.spent |= over or late
        return not (over or late)

    def ask(self, scout: Scout, question: Callable[[], Haul]) -> Haul:
        """Ask, and keep the answers. A defect of ours costs this one answer, never the search."""
        try:
            haul = question()
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            return Haul(cause=Cause.UNRECOGNISED_PAGE)
        self._archive.keep(self._run, haul.answers)
        return haul

    def names_failed(self, scout: Scout, cause: Cause | None) -> None:
        """Remember why names could not be asked to the end; a page or a search that failed is that one alone."""
        if cause is not None:
            self._failed.setdefault(scout.name, cause)

    def check(self, controls: Iterable[Control]) -> None:
        """Look at each network's controls, the known pages first: until one was seen, no absence is believed."""
        for control in sorted(controls, key=lambda c: not c.exists):
            for scout in self.namers():
                if control.url.network is scout.network and self.may(scout, Task.NAMES):
                    self._check(scout, control)

    def _check(self, scout: Scout, control: Control) -> None:
        try:
            result, answers = scout.control(control)
        except Exception as error:  # noqa: BLE001 - as in `ask`
            log.error("%s: control: %s", scout.name, type(error).__name__)  # noqa: TRY400
            self.names_failed(scout, Cause.UNRECOGNISED_PAGE)
            return
        self._archive.keep(self._run, answers)
        if result.outcome is not Outcome.PASSED:
            self.names_failed(scout, Cause.CONTROL_FAILED if result.outcome is Outcome.FAILED else result.cause)

    def namers(self) -> Iterator[Scout]:
        """Yield the scouts that can be given names, open or not."""
        for scout in self.scouts.values():
            if scout.network is not None and scout.batch > 0:
                yield scout

    def reader(self, address: Address | str) -> Scout | None:
        """Return a scout that can read a page, or None."""
        network = address.network if isinstance(address, Address) else None
        able = (s for s in self.scouts.values() if s.network is network and _open(s, Task.READ))
        return next(able, None)

    def doors(self) -> dict[str, tuple[Door, ...]]:
        """Return what each route can do now."""
        return {name: scout.doors() for name, scout in self.scouts.items()}

    def requests(self) -> dict[str, int]:
        """Return how many requests each route has sent."""
        return {name: scout.requests for name, scout in self.scouts.items()}

    def outages(self) -> dict[str, Cause]:
        """Return why routes that were open at the beginning failed on the way."""
        found = dict(self._failed)
        for name, doors in self.doors().items():
            for door in doors:
                if door.cause in _PASSING and (name, door.task) in self._open:
                    found.setdefault(name, door.cause)
        return found


def _open(scout: Scout, task: Task) -> bool:
    return any(door.task is task and door.open for door in scout.doors())
