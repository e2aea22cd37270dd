"""What a week costs after the week before it, beside its forecast, and that it finds what a cold run finds."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.archive import Archive
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.run.weekly import forecast_week
from auditor.sandbox import Sandbox, World
from tests.pipeline import audited, session_of

ZONE = ZoneInfo("Asia/Tomsk")
SERVERS = {Route.VK: "vk", Route.TELEGRAM_PREVIEW: "telegram", Route.TELEGRAM_CLIENT: "MTPROTO"}
"""The sandbox's names of its servers."""


@dataclass(frozen=True, slots=True)
class SecondWeek:
    """The requests of one network in a week after the week before it."""

    asked: int
    planned: int
    """As ``weekly --plan`` has it, between the two."""


def second_week_of(world: World, sandbox: Sandbox, folder: Path, environ: dict[str, str], route: Route) -> SecondWeek:
    """Look at a world in the week before its own and in its own, and return what the second look cost.

    Raises `SystemExit` where it finds any other green or red than a look that knows nothing.
    """
    known, cold = (session_of(world, folder / name, environ, world.now) for name in ("known", "cold"))
    sandbox.now = world.now - timedelta(weeks=1)
    audited(session_of(world, folder / "known", environ, sandbox.now))
    forecasts = forecast_week(known, Week.parse(world.week, ZONE))
    planned = next(forecast.requests for forecast in forecasts if forecast.route is route)
    sandbox.now, before = world.now, len(sandbox.requests)
    audited(known)
    asked = sum(request.network == SERVERS[route] for request in sandbox.requests[before:])
    audited(cold)
    if (told := findings(world, known)) != (whole := findings(world, cold)):
        raise SystemExit(f"found otherwise: {sorted(told ^ whole)}")
    return SecondWeek(asked, planned)


def findings(world: World, session: Session) -> set[tuple[str, ...]]:
    """Return what the week's green and red findings say, judged from an archive without another request."""
    with Archive.read(session.data) as archive:
        audit = judge_week(session, archive, Week.parse(world.week, ZONE), world.now)
    return {
        (office.id, f.check, f.account or "", f.outcome, str(f.cause), _told(f.values))
        for office in audit.offices
        for f in office.findings
        if f.outcome in {"passed", "failed"}
    }


def _told(values: dict[str, Any]) -> str:
    """Write a finding's values but those that two looks tell and one does not; posts come as they were read."""
    posts = sorted(values.get("posts") or (), key=str) if isinstance(values.get("posts"), list) else values.get("posts")
    return json.dumps({**values, "posts": posts}, default=str)
