"""Asking scouts: within the budget, guarded, and with every answer kept."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network, Outcome
from auditor.probes.pacing import SpentError
from auditor.registry.models import Control
from auditor.search.scouts.base import Door, Haul, Scout, Task

log = logging.getLogger(__name__)

PASSING = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.CONTROL_FAILED}
"""What may be over in an hour, and says nothing of what was asked for."""
_ROOMY = 20
"""Requests left on a route from which on a control that must not be there is asked for too, and one before reading."""


_AT_ONCE, _OF_MANY = 1000, 50


def names_to_try(one_by_one: int) -> dict[Network, int]:
    """Return how many names of a person to try on each network.

    VK takes a thousand in three requests; where a name costs a request, `one_by_one` are tried.
    """
    return {network: _AT_ONCE if network.facts.names_at_once else one_by_one for network in Network}


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is without bound.

    `names`: how many names of a person are tried on a network (`names_to_try`).
    """

    requests: int | None = None
    minutes: float | None = None
    names: dict[Network, int] = field(default_factory=lambda: names_to_try(_OF_MANY))


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
        """The budget ran out."""
        self.waiting = False
        """Something is left that the next search can ask with the same budget."""
        self.wanting: dict[str, int] = {}
        """Routes on which something needs more requests than the whole budget has, and how many at least."""
        self._archive, self._run, self._budget = archive, run, budget
        self._monotonic, self._began = monotonic, monotonic()
        self._failed: dict[str, Cause] = {}
        self._controls = sorted(controls, key=lambda control: not control.exists)
        self._proved: set[str] = set()
        self._open = {(s.name, door.task) for s in scouts for door in s.doors() if door.open}
        for scout in scouts:
            if budget.requests is not None:
                scout.limit(budget.requests)

    def left(self, scout: Scout) -> int | None:
        """Return how many requests a route may still send; None: any number."""
        most = self._budget.requests
        return None if most is None else max(0, most - scout.requests)

    def may(self, scout: Scout, task: Task, cost: int = 1) -> bool:
        """Tell whether a task is open, the route has not failed at it, and the budget has room for `cost` requests.

        The network's controls are looked at first, the known pages before the others: until one was seen, no absence
        is believed. A small budget is not spent on a control before a mere reading, which concludes nothing from one.
        """
        if not _open(scout, task):
            return False
        if task is Task.NAMES and not self.room(scout):
            return False
        if task is Task.NAMES or (task is Task.READ and self._roomy(scout)):
            self._prove(scout)
        if task is Task.NAMES and (scout.name in self._failed or not _open(scout, task)):
            return False
        return self._affords(scout, cost)

    def room(self, scout: Scout) -> int:
        """Return how many names may be asked for now, and the control if it was not seen yet; 0 is noted."""
        left = self.left(scout)
        if left is None:
            return scout.batch
        found = scout.room(left if scout.name in self._proved else left - 1)
        if found == 0:
            self.lack(scout, next(n for n in count(1) if scout.room(n) > 0) + 1)
        return found

    def lack(self, scout: Scout, requests: int) -> None:
        """Note that something waits for `requests` more requests, in the next search or with a larger budget."""
        self.spent = True
        most = self._budget.requests
        if most is not None and requests > most:
            self.wanting[scout.name] = max(requests, self.wanting.get(scout.name, 0))
        else:
            self.waiting = True

    def ask(self, scout: Scout, question: Callable[[], Haul]) -> Haul:
        """Ask, and keep the answers; where the budget ends it the caller says what is lacking.

        A defect of ours costs this one answer, never the search.
        """
        try:
            haul = question()
        except SpentError:
            return Haul(cut=True)
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            return Haul(cause=Cause.UNRECOGNISED_PAGE)
        self._archive.keep(self._run, haul.answers)
        return haul

    def read(self, scout: Scout, question: Callable[[], Haul]) -> Haul:
        """Ask for a page, as `ask` does; if its absence needs a control to be believed, look at that and ask again."""
        haul = self.ask(scout, question)
        if haul.cause is not Cause.CONTROL_FAILED or scout.name in self._proved:
            return haul
        self._prove(scout)
        if scout.name in self._failed:
            return haul
        return self.ask(scout, question) if self._affords(scout) else Haul(cut=True)

    def names_failed(self, scout: Scout, cause: Cause | None) -> None:
        """Remember why names could not be asked to the end; a page or a search that failed is that one alone."""
        if cause is not None:
            self._failed.setdefault(scout.name, cause)

    def _prove(self, scout: Scout) -> None:
        """Look at the network's controls, once."""
        if scout.name in self._proved or scout.network is None or scout.batch == 0:
            return
        for control in self._controls:
            needed = control.exists or self._roomy(scout)
            if control.url.network is scout.network and needed and scout.name not in self._failed:
                if not self._affords(scout):
                    return
                self._check(scout, control)
        self._proved.add(scout.name)

    def _roomy(self, scout: Scout) -> bool:
        left = self.left(scout)
        return left is None or left >= _ROOMY

    def _affords(self, scout: Scout, cost: int = 1) -> bool:
        left, minutes = self.left(scout), self._budget.minutes
        over = left is not None and left < cost
        late = minutes is not None and self._monotonic() - self._began > minutes * 60
        if over:
            self.lack(scout, cost)
        self.spent |= late
        self.waiting |= late
        return not (over or late)

    def _check(self, scout: Scout, control: Control) -> None:
        try:
            result, answers = scout.control(control)
        except SpentError:
            self.lack(scout, (self._budget.requests or 0) + 1)
            return
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
        """Return why routes that were open at the beginning failed later."""
        found = dict(self._failed)
        for name, doors in self.doors().items():
            for door in doors:
                if door.cause in PASSING and (name, door.task) in self._open:
                    found.setdefault(name, door.cause)
        return found


def _open(scout: Scout, task: Task) -> bool:
    return any(door.task is task and door.open for door in scout.doors())
