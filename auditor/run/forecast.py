"""About how many requests a run would make now, and how long they take: no network is asked."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.base.snapshot import Route
from auditor.probes.plugins import Opened
from auditor.run.plan import Plan


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What one route would ask in a run now."""

    route: Route
    accounts: int
    requests: int
    seconds: float


def forecast_of(plan: Plan, routes: Iterable[tuple[Route, Opened]]) -> Iterator[RouteForecast]:
    """Yield a forecast for each route that is set up: its requests by account of late, times its accounts.

    A route that has not made a run yet is reckoned by a usual page (`RouteFacts.page_requests`).
    """
    for route, opened in routes:
        accounts = len(plan.left(route))
        by_account = plan.archive.requests_by_account(route.value, plan.as_of)
        requests = math.ceil(accounts * (route.facts.page_requests if by_account is None else by_account))
        yield RouteForecast(route, accounts, requests, requests * opened.limits.interval)
