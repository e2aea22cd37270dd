"""What a look was given, as the archive keeps it, and what it saw, as it is stored: live and in a replay alike.

With the stored answers a note is all that a replay needs.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from auditor.base.snapshot import Cause, ControlResult, Evidence, EvidenceKind, Outcome, Route, Snapshot
from auditor.base.text import phrase
from auditor.probes.plugins import Plugin
from auditor.probes.protocol import Failure, Look
from auditor.probes.target import Target, Window
from auditor.registry.models import Control

log = logging.getLogger(__name__)
_TOLERANCE = timedelta(minutes=10)
"""A post may be so much newer than the look: the network's clock is not ours."""

_TRANSIENT_CAUSES = {
    Cause.UNREACHABLE,
    Cause.THROTTLED,
    Cause.BLOCKED,
    Cause.NO_CREDENTIALS,
    Cause.CONTROL_FAILED,
    Cause.UNRECOGNISED_PAGE,
}
"""Causes that are no word of the network about what was asked for."""


class LookInput(BaseModel):
    """What a look at an account or at a control was given."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    target: Target
    window: Window | None = None
    """How far back an account is read; None for a control."""
    exists: bool | None = None
    """Whether a control is known to exist; None for an account."""
    live: bool = False
    """Whether the clock was the machine's: then no post can be of a later moment than the look."""

    def look(self, plugin: Plugin) -> Look[Any]:
        """Begin the look."""
        if self.window is None:
            return plugin.control(Control(url=self.target.address, exists=bool(self.exists)))
        return _track_side_failures(plugin.look(self.target, self.window), is_open=bool(self.target.unknown))

    def to_stored(
        self, seen: Any, route: Route, evidence: tuple[Evidence, ...], at: datetime, vantage: str
    ) -> Snapshot | ControlResult:
        """Return what the look saw as it is stored. None: it broke by a defect of ours, at `at`, and claims nothing."""
        about: dict[str, Any] = {"network": route.network, "route": route, "url": self.target.address.url}
        about["cause"] = Cause.UNRECOGNISED_PAGE
        if self.window is None:
            result: ControlResult = seen or ControlResult(
                **about, expected=bool(self.exists), outcome=Outcome.CANT_TELL
            )
            return result.model_copy(update={"evidence": evidence})
        look: Snapshot = seen or Snapshot(**about, taken_at=at)
        believed = _distrust_future_posts(look) if self.live else look
        return believed.model_copy(update={"evidence": evidence, "vantage": vantage})


def _track_side_failures(look: Look[Snapshot], *, is_open: bool) -> Look[Snapshot]:
    """Go through a look and note whether something was asked for in vain that decides whose words a comment is.

    That may be a part of a talk, or who somebody is; `is_open`: the number of somebody on record.
    """
    answer: Any = None
    while True:
        try:
            question = look.send(answer)
        except StopIteration as end:
            seen: Snapshot = end.value
            return seen.model_copy(update={"sides_open": is_open})
        answer = yield question
        failed = isinstance(answer, Failure) and answer.cause in _TRANSIENT_CAUSES
        is_open = is_open or (failed and question.kind is EvidenceKind.COMMENTS)


def _distrust_future_posts(look: Snapshot) -> Snapshot:
    """Conclude nothing from the posts of a look where some are yet to come: the page or our clock is wrong."""
    if look.posts_cause is not None or all(post.at <= look.taken_at + _TOLERANCE for post in look.posts):
        return look
    log.warning(phrase("{url}: shows posts that are yet to come; nothing is concluded from its posts", url=look.url))
    return look.model_copy(update={"posts_cause": Cause.UNRECOGNISED_PAGE})
