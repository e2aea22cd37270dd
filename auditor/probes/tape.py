"""The stored answers of one look, played back in place of the network.

A tape is all that a replay has: what was written of each answer, minimised where it held citizens' words, in the order
in which it was asked for. Of a question that was asked and not answered there is a take as well, so that silence is
played back as silence and never as absence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, Evidence, EvidenceKind
from auditor.probes.base import Answer, keep

NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Take:
    """One stored answer."""

    evidence: Evidence
    body: bytes = field(repr=False)
    told: Mapping[str, str] = field(default_factory=dict)
    """What the record of the look adds (`Answer.told`)."""

    @property
    def silence(self) -> Cause | None:
        """Why no answer came, or None where one did."""
        if self.evidence.status is not None or not self.body.startswith(b'{"no_answer"'):
            return None
        return Cause(json.loads(self.body)[NO_ANSWER])

    @property
    def answer(self) -> Answer:
        """The answer as it was handed over to be kept."""
        return Answer(self.evidence, self.body, told=tuple(self.told.items()))


class Tape:
    """The takes of one look at one account (or control), and the moment at which it began, UTC."""

    def __init__(self, takes: Sequence[Take], at: datetime) -> None:
        """Begin at the first take."""
        self._left = list(takes)
        self.at = at

    def play(self, url: str) -> Take | None:
        """Return the first take of `url` that was not played yet, or None where the tape has none."""
        for number, take in enumerate(self._left):
            if take.evidence.url == url:
                return self._left.pop(number)
        return None

    def clock(self) -> datetime:
        """Return the moment of the look."""
        return self.at

    @property
    def left(self) -> tuple[Take, ...]:
        """What was never played: a replay that went the same way leaves nothing."""
        return tuple(self._left)


def no_answer(kind: EvidenceKind, url: str, *, at: datetime, cause: Cause) -> Answer:
    """Make the record of a question that was asked, or would have been, and not answered, with why."""
    body = json.dumps({NO_ANSWER: cause.value}).encode()
    return keep(kind, url, fetched_at=at, status=None, received=body)
