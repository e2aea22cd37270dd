"""What a run writes down of each look: what it was to look at, and in which order the answers came.

With the answers themselves it is all that a replay needs. A note holds what the registry says in public, moments and
ids of answers; nothing that anybody wrote.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from auditor.base.address import Address
from auditor.base.snapshot import Network, Route
from auditor.probes.base import Answer, Target, Window
from auditor.registry.models import Control


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _SeenWindow(_Model):
    """How far back the look was to read (`Window`), UTC."""

    starts: AwareDatetime
    ends: AwareDatetime
    posts_from: AwareDatetime
    gap_from: AwareDatetime
    comments_from: AwareDatetime


class _SeenTarget(_Model):
    """The account to look at (`Target`). `address` is as it was asked for: networks ignore case, addresses keep it."""

    address: str
    full: bool = True
    staff: tuple[int | str, ...] = ()
    others: tuple[str, ...] = ()
    id: int | None = None
    id_seen: bool = False


class _Note(_Model):
    route: Route
    url: str
    week: str
    taken_at: AwareDatetime
    evidence: tuple[str, ...] = ()
    """The ids of the answers, in the order in which they came."""
    told: dict[str, dict[str, str]] = {}
    """What the answers' bodies do not say (`Answer.told`), by id."""
    live: bool = False
    """Whether the clock was the machine's, so that an answer of another moment was not believed."""


class LookNote(_Note):
    """Of a look at an account. `trusted`: a control known to exist had been seen before in the run, and none failed."""

    target: _SeenTarget
    window: _SeenWindow
    trusted: bool

    def wanted(self) -> tuple[Target, Window]:
        """Return what was to be looked at, and how far back."""
        seen = self.target
        target = Target(
            Address.parse(seen.address),
            seen.full,
            seen.staff,
            frozenset(Address.parse(other) for other in seen.others),
            seen.id,
            seen.id_seen,
        )
        return target, Window(**dict(self.window))


class ControlNote(_Note):
    """Of a look at a control. `address` is as it was asked for; `expected` is whether it must exist."""

    address: str
    expected: bool

    def wanted(self) -> Control:
        """Return the control."""
        return Control(url=Address.parse(self.address), exists=self.expected)


def note_of_look(
    route: Route,
    target: Target,
    window: Window,
    answers: Iterable[Answer],
    *,
    week: str,
    taken_at: datetime,
    trusted: bool,
    live: bool = False,
) -> LookNote:
    """Write down a look that was taken at `taken_at`."""
    kept = tuple(answers)
    seen = _SeenTarget(
        address=_asked(target.address),
        full=target.full,
        staff=target.staff,
        others=tuple(sorted(_asked(other) for other in target.others)),
        id=target.id,
        id_seen=target.id_seen,
    )
    span = _SeenWindow(
        starts=window.starts,
        ends=window.ends,
        posts_from=window.posts_from,
        gap_from=window.gap_from,
        comments_from=window.comments_from,
    )
    return LookNote(
        route=route,
        url=target.address.url,
        week=week,
        taken_at=taken_at,
        evidence=tuple(answer.evidence.id for answer in kept),
        told=_told(kept),
        target=seen,
        window=span,
        trusted=trusted,
        live=live,
    )


def note_of_control(
    route: Route,
    control: Control,
    answers: Iterable[Answer],
    *,
    week: str,
    taken_at: datetime,
    live: bool = False,
) -> ControlNote:
    """Write down a look at a control that began at `taken_at`."""
    kept = tuple(answers)
    return ControlNote(
        route=route,
        url=control.url.url,
        week=week,
        taken_at=taken_at,
        evidence=tuple(answer.evidence.id for answer in kept),
        told=_told(kept),
        address=_asked(control.url),
        expected=control.exists,
        live=live,
    )


def _told(answers: Iterable[Answer]) -> dict[str, dict[str, str]]:
    return {answer.evidence.id: dict(answer.told) for answer in answers if answer.told}


def _asked(address: Address) -> str:
    host = "vk.com" if address.network is Network.VK else "t.me"
    return f"https://{host}/{address.asked}"
