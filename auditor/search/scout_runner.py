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
from auditor.search.scouts.scout import BudgetSpentError, Scout, ScoutResult, Task

log = logging.getLogger(__name__)

TRANSIENT_CAUSES = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.CONTROL_FAILED}
"""What may be over in an hour, and says nothing of what was asked for."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is without bound."""

    requests: int | None = None
    minutes: float | None = None
    one_by_one: int = 70
    """How many names of a person are tried where a name costs a request."""

    def names(self, network: Network) -> int:
        """Return how many names of a person to try on a network: VK takes a thousand in three requests."""
        return _AT_ONCE if network.facts.batches_names else self.one_by_one


class ScoutRunner:
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
        for scout in scouts:
            if budget.requests is not None:
                scout.limit(budget.requests)

    def can_ask(self, scout: Scout, task: Task) -> bool:
        """Tell whether a task is open, the route has not failed at it, and the budget has room.

        Before names are tried or pages read the network's controls are looked at: until a known page was seen, no
        absence is believed.
        """
        if not _open(scout, task) or not self._affords(scout):
            return False
        if task is not Task.SEARCH and scout.batch > 0:
            self._check_controls(scout)
        if task is Task.NAMES:
            return scout.name not in self._failed and _open(scout, task) and self.names_affordable(scout) > 0
        return self._affords(scout)

    def names_affordable(self, scout: Scout) -> int:
        """Return for how many names the budget has room."""
        left = self._left(scout)
        names = scout.batch if left is None else scout.names_affordable(left)
        self.spent |= names == 0
        return names

    def ask(self, scout: Scout, question: Callable[[], ScoutResult], names: int = 0) -> ScoutResult:
        """Ask, and keep the answers. A defect of ours costs this one answer, never the search.

        A route that does not answer for all of so many names is asked for no more.
        """
        try:
            got = question()
        except BudgetSpentError:
            got = ScoutResult(interrupted=True)
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            got = ScoutResult(cause=Cause.UNRECOGNISED_PAGE)
        self.spent |= got.interrupted
        self._archive.searches.save_responses(self._run, got.answers, scout.login)
        if got.tried < names and got.cause is not None:
            self._failed.setdefault(scout.name, got.cause)
        return got

    def _check_controls(self, scout: Scout) -> None:
        """Look at the network's controls, once: the known pages, then, with no bound, those that must be missing."""
        for control in () if scout.name in self._proved else self._controls:
            needed = control.exists or self._budget.requests is None
            if needed and control.url.network is scout.network and scout.name not in self._failed:
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

    def outages(self) -> dict[str, Cause]:
        """Return why routes could not be asked to the end."""
        failed = dict(self._failed)
        for scout in self.scouts.values():
            for door in scout.capabilities():
                if door.cause in TRANSIENT_CAUSES:
                    failed.setdefault(scout.name, door.cause)
        return failed


def _open(scout: Scout, task: Task) -> bool:
    return any(door.task is task and door.open for door in scout.capabilities())
