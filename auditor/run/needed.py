"""Which of a run's requests were needed: what it would have asked, had it known beforehand where something is new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from auditor.base.answers import Answer
from auditor.base.snapshot import Evidence
from auditor.probes.known import Known

_TOO_MANY = frozenset({420, 429})
"""HTTP's status and Telegram's code for too many requests."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The requests of one route that had to be made: the controls, one a page, and each that told something new.

    Answers that came in one request have its moment and hash alike, so they count once. Not needed were what failed and
    was asked again, and what the archive had word for word.
    """

    _requests: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        """Count them."""
        return len(self._requests)

    def add_control(self, answers: Sequence[Answer]) -> None:
        """Add what a control takes."""
        self._add(came(answers))

    def add_look(self, answers: Sequence[Answer], known: Known) -> None:
        """Add what a look takes, where so much was `known` before it: one request even if nothing was new."""
        seen = came(answers)
        old = {(one.url, one.stored_sha256) for one in known.evidence}
        self._add([one for one in seen if (one.url, one.stored_sha256) not in old] or seen[:1])

    def _add(self, seen: Iterable[Evidence]) -> None:
        self._requests.update(hash((one.sha256, one.fetched_at)) for one in seen)


def came(answers: Iterable[Answer]) -> list[Evidence]:
    """Return which answers came: not a silence, nor a network's word that it cannot or will not answer now."""
    seen = [answer.evidence for answer in answers if answer.silence is None]
    return [one for one in seen if one.status is None or (one.status < 500 and one.status not in _TOO_MANY)]
