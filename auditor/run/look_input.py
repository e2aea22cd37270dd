"""The input of a look as the archive keeps it, and its result as it is stored, live and in a replay alike.

A replay needs this input and the stored responses, and nothing else.
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
"""How much newer than the look a post may be: the network's clock is not ours."""


class LookInput(BaseModel):
    """The input of a look at an account or at a control."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    target: Target
    window: Window | None = None
    """How far back an account is read; None for a control."""
    exists: bool | None = None
    """Whether a control is known to exist; None for an account."""
    live: bool = False
    """Whether the clock was the machine's; then no post can be newer than the look."""

    def look(self, plugin: Plugin) -> Look[Any]:
        """Begin the look."""
        if self.window is None:
            return plugin.control(Control(url=self.target.address, exists=bool(self.exists)))
        return _track_side_failures(plugin.look(self.target, self.window), is_open=bool(self.target.unknown))

    def to_stored(
        self, look_result: Any, route: Route, evidence: tuple[Evidence, ...], taken_at: datetime, vantage: str
    ) -> Snapshot | ControlResult:
        """Return a look's result as it is stored.

        `look_result` is None if a defect of ours broke the look, at `taken_at`: what is stored then claims nothing.
        """
        fields: dict[str, Any] = {"network": route.network, "route": route, "url": self.target.address.url}
        fields["cause"] = Cause.UNRECOGNISED_PAGE
        if self.window is None:
            control_result: ControlResult = look_result or ControlResult(
                **fields, expected=bool(self.exists), outcome=Outcome.CANT_TELL
            )
            return control_result.model_copy(update={"evidence": evidence})
        snapshot: Snapshot = look_result or Snapshot(**fields, taken_at=taken_at)
        believed = _distrust_future_posts(snapshot) if self.live else snapshot
        return believed.model_copy(update={"evidence": evidence, "vantage": vantage})


def _track_side_failures(look: Look[Snapshot], *, is_open: bool) -> Look[Snapshot]:
    """Run a look and note whether a request failed on which a comment's side depends: a part of a thread, or an author.

    `is_open`: whether the id of an account on record is unknown already.
    """
    response: Any = None
    while True:
        try:
            request = look.send(response)
        except StopIteration as end:
            snapshot: Snapshot = end.value
            return snapshot.model_copy(update={"sides_open": is_open})
        response = yield request
        if request.kind is EvidenceKind.COMMENTS and isinstance(response, Failure):
            # A response of an unknown form does not pass within a round, but a later version may read it.
            is_open = is_open or response.cause.may_pass or response.cause is Cause.UNRECOGNISED_PAGE


def _distrust_future_posts(snapshot: Snapshot) -> Snapshot:
    """Mark all posts as unrecognised if any is dated after the look: the page or this machine's clock is wrong."""
    if snapshot.posts_cause is not None or all(post.at <= snapshot.taken_at + _TOLERANCE for post in snapshot.posts):
        return snapshot
    log.warning(
        phrase("{url}: shows posts that are yet to come; nothing is concluded from its posts", url=snapshot.url)
    )
    return snapshot.model_copy(update={"posts_cause": Cause.UNRECOGNISED_PAGE})
