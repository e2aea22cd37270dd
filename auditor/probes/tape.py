"""What a look leaves behind, so that it can be made again: its note and the tape of its answers.

A note says what was to be looked at and in which order the answers came. It holds what the registry says in public,
moments and ids of answers; nothing that anybody wrote. A tape is all that a replay has in place of the network: what
was written of each answer, minimised where it held citizens' words.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from auditor.base.answers import Answer
from auditor.base.snapshot import Route
from auditor.probes.base import AskedAddress, Target, Window
from auditor.registry.models import Control


class _Note(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

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

    target: Target
    window: Window
    trusted: bool


class ControlNote(_Note):
    """Of a look at a control. `address` is as it was asked for; `expected` is whether it must exist."""

    address: AskedAddress
    expected: bool

    @property
    def control(self) -> Control:
        """What was looked at."""
        return Control(url=self.address, exists=self.expected)


def note_of_look(
    route: Route,
    target: Target,
    window: Window,
    answers: Sequence[Answer],
    *,
    week: str,
    taken_at: datetime,
    trusted: bool,
    live: bool = False,
) -> LookNote:
    """Write down a look that was taken at `taken_at`."""
    return LookNote(
        route=route,
        url=target.address.url,
        week=week,
        taken_at=taken_at,
        evidence=_ids(answers),
        told=_told(answers),
        live=live,
        target=target,
        window=window,
        trusted=trusted,
    )


def note_of_control(
    route: Route, control: Control, answers: Sequence[Answer], *, week: str, taken_at: datetime, live: bool = False
) -> ControlNote:
    """Write down a look at a control that began at `taken_at`."""
    return ControlNote(
        route=route,
        url=control.url.url,
        week=week,
        taken_at=taken_at,
        evidence=_ids(answers),
        told=_told(answers),
        live=live,
        address=control.url,
        expected=control.exists,
    )


def _ids(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(answer.evidence.id for answer in answers)


def _told(answers: Sequence[Answer]) -> dict[str, dict[str, str]]:
    return {answer.evidence.id: dict(answer.told) for answer in answers if answer.told}


def _question(url: str) -> str:
    """Return what was asked of a server of the web: the address without its host."""
    scheme, _, rest = url.partition("://")
    return rest.partition("/")[2] if scheme in {"http", "https"} else url


class Tape:
    """The stored answers of one look at one account (or control), and the moment at which it began, UTC."""

    def __init__(self, answers: Sequence[Answer], at: datetime) -> None:
        """Begin at the first answer."""
        self._left = list(answers)
        self.at = at

    def play(self, url: str) -> Answer | None:
        """Return the first answer of `url` that was not played yet, or None where the tape has none.

        The host is that which was asked then, and need not be the one of `url`.
        """
        for number, answer in enumerate(self._left):
            if _question(answer.evidence.url) == _question(url):
                return self._left.pop(number)
        return None

    def clock(self) -> datetime:
        """Return the moment of the look."""
        return self.at

    @property
    def left(self) -> tuple[Answer, ...]:
        """What was never played: a replay that went the same way leaves nothing."""
        return tuple(self._left)
