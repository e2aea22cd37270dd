"""Asking scouts: within the budget, guarded, and with every answer kept."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.registry.models import Control
from auditor.search.scouts.base import CallResult, Door, Scout, SpentError, Task

log = logging.getLogger(__name__)

PASSING = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.CONTROL_FAILED}
"""What may be over in an hour, and says nothing of what was asked for."""
_AT_ONCE = 1000
_ROOMY = 20
"""Requests left on a route from which on a control that must not be there is asked for too."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is without bound."""

    requests: int | None = None
    minutes: float | None = None
    one_by_one: int = 70
    """How many names of a person are tried where a name costs a request."""

    def names(self, network: Network) -> int:
        """Return how many names of a person to try on a network: VK takes a thousand in three requests."""
        return _AT_ONCE if network.facts.names_at_once else self.one_by_one


class Asker:
    """The scouts of one search. `run` is the archive's number of it."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        scouts: Sequence[Scout],
        budget: Budget,
        controls: Iterable[Control] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count the minutes. `controls` are looked at when a route is first asked for names."""
        self.scouts = {scout.name: scout for scout in scouts}
        self.spent = False
        """The budget ran out, and something is left to ask."""
        self._archive, self._run, self._budget = archive, run, budget
        self._monotonic, self._began = monotonic, monotonic()
        self._failed: dict[str, Cause] = {}
        self._controls = sorted(controls, key=lambda control: not control.exists)
        self._proved: set[str] = set()
        self._open = {(s.name, door.task) for s in scouts for door in s.doors() if door.open}
        for scout in scouts:
            if budget.requests is not None:
                scout.limit(budget.requests)

    def may(self, scout: Scout, task: Task) -> bool:
        """Tell whether a task is open, the route has not failed at it, and the budget has room.

        Before names are tried the network's controls are looked at: until a known page was seen, no absence is
        believed.
        """
        if not _open(scout, task) or (task is Task.NAMES and not self.room(scout)):
            return False
        if task is Task.NAMES:
            self._prove(scout)
            if scout.name in self._failed or not _open(scout, task):
                return False
        return self._affords(scout)

    def room(self, scout: Scout) -> int:
        """Return for how many names the budget has room, and for the control if it was not seen yet."""
        left = self._left(scout)
        if left is None:
            return scout.batch
        names = scout.room(left if scout.name in self._proved else left - 1)
        self.spent |= names == 0
        return names

    def ask(self, scout: Scout, question: Callable[[], CallResult]) -> CallResult:
        """Ask, and keep the answers. A defect of ours costs this one answer, never the search."""
        try:
            got = question()
        except SpentError:
            got = CallResult(cut=True)
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            got = CallResult(cause=Cause.UNRECOGNISED_PAGE)
        self.spent |= got.cut
        self._archive.searches.keep(self._run, got.answers, scout.login)
        return got

    def names(self, scout: Scout, question: Callable[[], CallResult], asked: int) -> CallResult:
        """Ask for `asked` names; a route that does not answer for all of them is not asked for more."""
        got = self.ask(scout, question)
        if got.tried < asked and got.cause is not None:
            self._failed.setdefault(scout.name, got.cause)
        return got

    def read(self, scout: Scout, question: Callable[[], CallResult]) -> CallResult:
        """Ask for a page, as `ask` does; if its absence needs a control to be believed, look at that and ask again."""
        got = self.ask(scout, question)
        if got.cause is not Cause.CONTROL_FAILED or scout.batch == 0 or scout.name in self._proved:
            return got
        self._prove(scout)
        if scout.name in self._failed:
            return got
        return self.ask(scout, question) if self._affords(scout) else CallResult(cut=True)

    def _prove(self, scout: Scout) -> None:
        """Look at the network's controls, once: the known pages, then, if there is room, those that must be missing."""
        if scout.name in self._proved or scout.batch == 0:
            return
        left = self._left(scout)
        roomy = left is None or left >= _ROOMY
        for control in self._controls:
            needed = control.url.network is scout.network and (control.exists or roomy)
            if needed and scout.name not in self._failed:
                if not self._affords(scout):
                    return
                cause = self.ask(scout, partial(scout.control, control)).cause
                if cause is not None:
                    self._failed.setdefault(scout.name, cause)
        self._proved.add(scout.name)

    def _left(self, scout: Scout) -> int | None:
        """Return how many requests a route may still send; None: any number."""
        most = self._budget.requests
        return None if most is None else max(0, most - scout.requests)

    def _affords(self, scout: Scout) -> bool:
        minutes = self._budget.minutes
        late = minutes is not None and self._monotonic() - self._began > minutes * 60
        over = late or self._left(scout) == 0
        self.spent |= over
        return not over

    def namers(self) -> Iterator[tuple[Scout, Network]]:
        """Yield the scouts that can be given names, open or not."""
        for scout in self.scouts.values():
            if scout.network is not None and scout.batch > 0:
                yield scout, scout.network

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
        """Return why routes that were open at the beginning failed later."""
        failed = dict(self._failed)
        for name, doors in self.doors().items():
            for door in doors:
                if door.cause in PASSING and (name, door.task) in self._open:
                    failed.setdefault(name, door.cause)
        return failed


def _open(scout: Scout, task: Task) -> bool:
    return any(door.task is task and door.open for door in scout.doors())
