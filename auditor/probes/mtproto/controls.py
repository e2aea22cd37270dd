"""A name that must be there, or must not, and what was seen of it."""

from collections.abc import Sequence
from datetime import datetime

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Answer
from auditor.probes.mtproto.caller import Trouble
from auditor.probes.mtproto.directory import Directory
from auditor.probes.tape import no_answer
from auditor.registry.models import Control


def check(control: Control, directory: Directory, answers: list[Answer]) -> ControlResult:
    """Look whether anybody has the control's name."""
    name = control.url.name
    if name.startswith("+"):
        return result_of(control, None, Cause.PRIVATE, answers)
    try:
        found = directory.find(name, EvidenceKind.CONTROL, answers, full=False)
    except Trouble as trouble:
        return result_of(control, None, trouble.cause, answers)
    return result_of(control, found.card is not None, None, answers)


def unasked(control: Control, cause: Cause, at: datetime) -> Answer:
    """Make the record of a control for which nothing could be asked."""
    return no_answer(EvidenceKind.CONTROL, control.url.url, at=at, cause=cause)


def result_of(control: Control, exists: bool | None, cause: Cause | None, answers: Sequence[Answer]) -> ControlResult:
    """Say how a control came out; `exists` None: it was not seen, for `cause`."""
    seen = Outcome.PASSED if exists == control.exists else Outcome.FAILED
    return ControlResult(
        network=Network.TELEGRAM,
        route=Route.TELEGRAM_CLIENT,
        url=control.url.url,
        expected=control.exists,
        outcome=seen if exists is not None else Outcome.CANT_TELL,
        cause=cause,
        evidence=tuple(a.evidence for a in answers),
    )
