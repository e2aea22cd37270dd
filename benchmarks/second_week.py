"""What a week costs after the week before it, and that it finds what a run finds that knows nothing."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.archive import Archive
from auditor.base.weeks import Week
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.sandbox import Sandbox, World
from tests.pipeline import audited, session_of

ZONE = ZoneInfo("Asia/Tomsk")


def requests_of_second_week(
    world: World, sandbox: Sandbox, folder: Path, environ: dict[str, str], network: str = "telegram"
) -> int:
    """Look at a world in the week before its own and in its own, and return how many requests the second look made.

    Raises `SystemExit` where it finds any other green or red than a look that knows nothing.
    """
    known, cold = (session_of(world, folder / name, environ, world.now) for name in ("known", "cold"))
    sandbox.now = world.now - timedelta(weeks=1)
    audited(session_of(world, folder / "known", environ, sandbox.now))
    sandbox.now, before = world.now, len(sandbox.requests)
    audited(known)
    asked = sum(request.network == network for request in sandbox.requests[before:])
    audited(cold)
    if (told := findings(world, known)) != (whole := findings(world, cold)):
        raise SystemExit(f"found otherwise: {sorted(told ^ whole)}")
    return asked


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
