"""Calls scouts within the budget, catches their failures, and stores every response."""

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

_BATCHED_NAMES = 1000


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may cost: requests for each route, minutes in all; None is unlimited."""

    requests: int | None = None
    minutes: float | None = None
    one_by_one: int = 70
    """How many names of a person are tried where a name costs a request."""

    def names(self, network: Network) -> int:
        """Return how many names of a person to try on a network: VK takes a thousand in three requests."""
        return _BATCHED_NAMES if network.facts.batches_names else self.one_by_one


class ScoutRunner:
    """The scouts of one search, with the budget they share and the routes that failed."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        scouts: Sequence[Scout],
        budget: Budget,
        controls: Iterable[Control] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count the minutes. `run` is the archive's number of the search.

        A network's `controls` are looked at before its first names are tried or its first page is read.
        """
        self.scouts = {scout.name: scout for scout in scouts}
        self.spent = False
        """Whether the budget ran out before everything was asked."""
        self._archive, self._run, self._budget = archive, run, budget
        self._monotonic, self._started = monotonic, monotonic()
        self._failed: dict[str, Cause] = {}
        self._controls = sorted(controls, key=lambda control: not control.exists)
        self._checked: set[str] = set()
        for scout in scouts:
            if budget.requests is not None:
                scout.limit(budget.requests)

    def can_ask(self, scout: Scout, task: Task) -> bool:
        """Return whether a task is open, the route has not failed at it, and the budget has room.

        Before names are tried or pages read, the network's controls are looked at: absence is believed only on a route
        that shows a page known to exist.
        """
        if not _is_open(scout, task) or not self._affords(scout):
            return False
        if task is not Task.SEARCH and scout.batch > 0:
            self._check_controls(scout)
        if task is Task.NAMES:
            return scout.name not in self._failed and _is_open(scout, task) and self.names_affordable(scout) > 0
        return self._affords(scout)

    def names_affordable(self, scout: Scout) -> int:
        """Return how many names the rest of the budget allows in one call."""
        remaining = self._remaining(scout)
        names = scout.batch if remaining is None else scout.names_affordable(remaining)
        self.spent |= names == 0
        return names

    def ask(self, scout: Scout, request: Callable[[], ScoutResult], names: int = 0) -> ScoutResult:
        """Send a request of a scout and store its responses. An exception costs this one result, not the search.

        A route that fails before all `names` of the call were tried is not asked for names again.
        """
        try:
            result = request()
        except BudgetSpentError:
            result = ScoutResult(interrupted=True)
        except Exception as error:  # noqa: BLE001 - the message is left out, it might quote a page
            log.error("%s: %s", scout.name, type(error).__name__)  # noqa: TRY400
            result = ScoutResult(cause=Cause.UNRECOGNISED_PAGE)
        self.spent |= result.interrupted
        self._archive.searches.save_responses(self._run, result.responses, scout.login)
        if result.tried < names and result.cause is not None:
            self._failed.setdefault(scout.name, result.cause)
        return result

    def _check_controls(self, scout: Scout) -> None:
        """Look at the network's controls, once: first existing pages, then, if requests are unlimited, missing ones."""
        for control in () if scout.name in self._checked else self._controls:
            is_needed = control.exists or self._budget.requests is None
            if is_needed and control.url.network is scout.network and scout.name not in self._failed:
                if not self._affords(scout):
                    return
                cause = self.ask(scout, partial(scout.control, control)).cause
                if cause is not None:
                    self._failed.setdefault(scout.name, cause)
        self._checked.add(scout.name)

    def _remaining(self, scout: Scout) -> int | None:
        """Return how many requests a route may still send; None if unlimited."""
        max_requests = self._budget.requests
        return None if max_requests is None else max(0, max_requests - scout.requests)

    def _affords(self, scout: Scout) -> bool:
        minutes = self._budget.minutes
        late = minutes is not None and self._monotonic() - self._started > minutes * 60
        over = late or self._remaining(scout) == 0
        self.spent |= over
        return not over

    def namers(self) -> Iterator[tuple[Scout, Network]]:
        """Yield the scouts that can try names, each with its network, whether open now or not."""
        for scout in self.scouts.values():
            if scout.network is not None and scout.batch > 0:
                yield scout, scout.network

    def reader(self, address: Address | str) -> Scout | None:
        """Return an open scout that can read a page, or None."""
        network = address.network if isinstance(address, Address) else None
        readers = (s for s in self.scouts.values() if s.network is network and _is_open(s, Task.READ))
        return next(readers, None)

    def outages(self) -> dict[str, Cause]:
        """Return why routes failed or are closed for now, by the scout's name."""
        capabilities = ((name, row.cause) for name, scout in self.scouts.items() for row in scout.capabilities())
        # A route without a key did not fail: it was not set up.
        closed = ((name, cause) for name, cause in capabilities if cause is not Cause.NO_CREDENTIALS)
        return {name: cause for name, cause in closed if cause is not None and cause.may_pass} | self._failed


def _is_open(scout: Scout, task: Task) -> bool:
    return any(capability.task is task and capability.open for capability in scout.capabilities())
