"""What a look saw, as it is stored: live and in a replay by the same functions."""

import logging
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, ControlResult, Evidence, Outcome, Route, Snapshot
from auditor.run.notes import ControlNote, LookNote

log = logging.getLogger(__name__)
_TOLERANCE = timedelta(minutes=10)
"""A post may be so much newer than the look: the network's clock is not ours."""


def stored_look(
    seen: Snapshot | None, route: Route, note: LookNote, evidence: tuple[Evidence, ...], at: datetime, vantage: str
) -> Snapshot:
    """Return a look as it is stored. None: it broke by a defect of ours, at `at`, and claims nothing."""
    look = seen or Snapshot(
        network=route.network,
        route=route,
        url=note.target.address.url,
        taken_at=at,
        cause=Cause.UNRECOGNISED_PAGE,
    )
    believed = _less_posts_to_come(look) if note.live else look
    return believed.model_copy(update={"evidence": evidence, "vantage": vantage})


def stored_control(
    seen: ControlResult | None, route: Route, note: ControlNote, evidence: tuple[Evidence, ...]
) -> ControlResult:
    """Return a look at a control as it is stored. None: it broke."""
    result = seen or ControlResult(
        network=route.network,
        route=route,
        url=note.control.url.url,
        expected=note.control.exists,
        outcome=Outcome.CANT_TELL,
        cause=Cause.UNRECOGNISED_PAGE,
    )
    return result.model_copy(update={"evidence": evidence})


def _less_posts_to_come(look: Snapshot) -> Snapshot:
    """Conclude nothing from the posts of a look where some are yet to come: the page or our clock is wrong."""
    if look.posts_cause is not None or all(post.at <= look.taken_at + _TOLERANCE for post in look.posts):
        return look
    log.warning("%s: shows posts that are yet to come; nothing is concluded from its posts", look.url)
    return look.model_copy(update={"posts_cause": Cause.UNRECOGNISED_PAGE})
