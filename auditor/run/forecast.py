"""About how many requests a run would make now, and how long they take: no network is asked."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.base.snapshot import Route
from auditor.run.collect import OpenRoute
from auditor.run.plan import Plan


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What one route would ask in a run now."""

    route: Route
    accounts: int
    requests: int
    seconds: float


_KINDS = ("first", "next", "again")
"""As `Archive.requests_by_account` and `RouteFacts.page_requests` have them."""


def forecast_of(plan: Plan, routes: Iterable[OpenRoute]) -> Iterator[RouteForecast]:
    """Yield a forecast for each route that is set up.

    A page costs what pages cost in the route's last run of the kind that this one is for it: a first look, the first of
    a week, or another of the same week. Where there was no such run it is a usual page's cost (`RouteFacts`), as much
    more or less as first looks were.
    """
    for plugin, opened in routes:
        route = plugin.route
        known = plan.archive.requests_by_account(route.value, plan.as_of)
        usual = dict(zip(_KINDS, route.facts.page_requests, strict=True))
        share = known.get("first", usual["first"]) / usual["first"]
        kinds = plan.kinds(route)
        requests = math.ceil(sum(known.get(kind, usual[kind] * share) for kind in kinds))
        yield RouteForecast(route, len(kinds), requests, requests * opened.limits.interval)
