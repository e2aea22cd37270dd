"""Names whose existence is known: until one was seen, and while it is still seen, "missing" may be believed."""

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Answer
from auditor.probes.tme.landing import Kind
from auditor.probes.tme.web import Web
from auditor.registry.models import Control

EXISTING = {Kind.CHANNEL, Kind.PRIVATE, Kind.GROUP, Kind.USER, Kind.BOT}


class Controls:
    """The controls of one run over t.me."""

    def __init__(self, web: Web) -> None:
        """Ask through `web`."""
        self._web = web
        self._known: str | None = None
        self.failed = False
        """Whether one was seen otherwise than it must be: then nothing is believed."""

    @property
    def trusted(self) -> str | None:
        """The name of a control that was seen in this run, unless another control failed."""
        return None if self.failed else self._known

    def know(self, name: str | None) -> None:
        """Take a control of that name as seen."""
        self._known = name

    def look(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be.

        An account that must exist and is shown as missing means a throttled client: the control has failed.
        """
        answers: list[Answer] = []
        exists, cause = self._stands(control.url.asked, answers)
        if exists is None:
            outcome = Outcome.CANT_TELL
        else:
            outcome = Outcome.PASSED if exists == control.exists else Outcome.FAILED
        if control.exists and outcome is Outcome.PASSED:
            self._known = self._known or control.url.asked
        elif outcome is Outcome.FAILED:
            self.failed = True
        result = ControlResult(
            network=Network.TELEGRAM,
            route=Route.TELEGRAM_PREVIEW,
            url=control.url.url,
            expected=control.exists,
            outcome=outcome,
            cause=cause,
            evidence=tuple(a.evidence for a in answers),
        )
        return result, tuple(answers)

    def still(self, answers: list[Answer], *, retry: bool = True) -> Cause | None:
        """Ask anew for a control that was seen; return None while it is shown, else why no stub is to be believed."""
        if self.trusted is None:
            return Cause.CONTROL_FAILED
        seen = self._web.landing(self.trusted, EvidenceKind.CONTROL, answers, retry=retry)
        if seen.page is not None and seen.page.kind in EXISTING:
            return None
        return seen.cause or Cause.THROTTLED

    def _stands(self, name: str, answers: list[Answer]) -> tuple[bool | None, Cause | None]:
        """Tell whether anything stands under `name`."""
        landing = self._web.landing(name, EvidenceKind.CONTROL, answers)
        if landing.page is not None:
            return landing.page.kind in EXISTING, None
        if name.startswith("+"):
            return None, landing.cause
        history = self._web.history(name, None, EvidenceKind.CONTROL, answers, retry=False)
        if history.page is not None and history.page.messages:
            return True, None
        return None, landing.cause
