"""What VK's word about a name comes to, and whether that word is believed.

"There is no such page" is believed only once a control, an account known to exist, was seen in the same run. It is
never believed of a number: VK shows a deleted page by its number as `deactivated`, an answer without it is odd.
"""

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Answer, Clock
from auditor.probes.pacing import Breaker
from auditor.probes.tape import no_answer
from auditor.probes.vk.answers import Owner
from auditor.probes.vk.client import VkFailure
from auditor.probes.vk.directory import Directory, Resolution
from auditor.probes.vk.errors import Act, Fact
from auditor.probes.vk.filing import filed
from auditor.registry.models import Control


class Controls:
    """Looks at accounts whose existence is known, and remembers whether one that exists was seen."""

    def __init__(self, directory: Directory, breaker: Breaker, *, has_key: bool, clock: Clock) -> None:
        """Ask through `directory`; `breaker` is the route's."""
        self.seen = False
        self.pages: list[Owner] = []
        """The pages of controls that were seen to exist."""
        self._directory = directory
        self._breaker = breaker
        self._has_key = has_key
        self._clock = clock

    def shut(self) -> Cause | None:
        """Return why nothing is asked at all."""
        return self._breaker.cause if self._has_key else Cause.NO_CREDENTIALS

    def note(self, cause: Cause | None, failure: VkFailure | None) -> None:
        """Tell the breaker how an account ended; what was not asked says nothing of the route."""
        if failure is None or failure.act is Act.PAGE:
            self._breaker.note(None)
        elif failure.sent and failure.act is not Act.STOP_METHOD:
            self._breaker.note(cause)

    def look(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account known to exist, or known not to."""
        outcome, cause = Outcome.CANT_TELL, self.shut()
        if cause is not None:
            unasked = no_answer(EvidenceKind.CONTROL, control.url.url, at=self._clock(), cause=cause)
            answers: tuple[Answer, ...] = (unasked,)
        else:
            found = self._directory.resolve([control.url.name])[0]
            exists, cause = existence(found, trusted=True)
            answers = kept(found, EvidenceKind.CONTROL)
            if exists is not None:
                outcome, cause = (Outcome.PASSED if exists is control.exists else Outcome.FAILED), None
            if exists is True and control.exists:
                self.seen = True
                self.pages += [found.owner] if found.owner is not None else []
            self.note(cause, found.failure)
        result = ControlResult(
            network=Network.VK,
            route=Route.VK,
            url=control.url.url,
            expected=control.exists,
            outcome=outcome,
            cause=cause,
            evidence=tuple(a.evidence for a in answers),
        )
        return result, answers


def existence(found: Resolution, *, trusted: bool, numbered: bool = False) -> tuple[bool | None, Cause | None]:
    """Say whether a page exists and what stands in the way of judging it. True and False are VK's own words.

    `numbered`: the page was asked for by a number that is known to be its own.
    """
    if found.failure is not None:
        return None, found.failure.cause
    if found.kind is not None:
        return None, Cause.WRONG_KIND
    if found.fact is Fact.GONE or (found.owner is not None and found.owner.gone):
        return False, Cause.GONE
    if found.fact is Fact.PRIVATE or (found.owner is not None and found.owner.id > 0 and found.owner.closed):
        return True, Cause.PRIVATE
    if found.owner is not None:
        return True, None
    if found.missing and not trusted:
        return None, Cause.CONTROL_FAILED
    if found.missing:
        return (None, Cause.UNRECOGNISED_PAGE) if numbered else (False, Cause.GONE)
    return None, Cause.BLOCKED if found.fact is Fact.CONTENT_BLOCKED else Cause.REFUSED


def kept(found: Resolution, kind: EvidenceKind) -> tuple[Answer, ...]:
    """Make evidence of the answers about a name; what several names share is told apart by its fragment."""
    return tuple(filed(kind, asked.exchange, asked.stored, asked.about) for asked in found.asked)
