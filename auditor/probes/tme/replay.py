"""A look at t.me made again from its stored answers: the probe itself, with the answers in the network's place."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from auditor.base.answers import Answer
from auditor.base.secrets import redact
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Snapshot
from auditor.probes.base import Target, Window
from auditor.probes.http import HttpConnection, Reply
from auditor.probes.tape import Tape
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.probes.tme.talks import older_url
from auditor.probes.tme.web import CANONICAL, Played
from auditor.registry.models import Control

_NEVER_ASKED = "-"
"""Stands for a control's name where the look did not need it."""


class _Answers:
    """The stored answers of one look, asked as `Http` is. What was never stored was never answered."""

    host = "t.me"
    requests = 0

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def get(self, path: str, params: Mapping[str, str] | None = None, *, retry: bool = True) -> Reply:
        del retry
        return self._reply(f"{CANONICAL}{path}" + (f"?{urlencode(params)}" if params else ""))

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        del path
        return self._reply(older_url(form))

    def close(self) -> None:
        pass

    def _reply(self, url: str) -> Played:
        take = self._tape.play(redact(url))
        if take is None:
            return Played(self._tape.at, cause=Cause.UNREACHABLE)
        if take.silence is not None:
            return Played(take.evidence.fetched_at, cause=take.silence, take=take)
        came = take.told.get("came")
        return Played(
            take.evidence.fetched_at,
            take.evidence.status,
            take.body,
            location=take.told.get("location"),
            cause=Cause(came) if came is not None else None,
            take=take,
        )


def replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    """Look at `target` again with the answers on `tape`, as a run did that had seen a control (`trusted`) or had not.

    An answer that is not on the tape counts as none: `unreachable`.
    """
    takes = tape.left
    probe = _probe(tape, vantage)
    probe.resume(trusted=_control_in(takes) if trusted else None, stopped=_stopped(target, takes))
    return probe.look(target, window).snapshot


def replay_control(control: Control, tape: Tape) -> ControlResult:
    """Look at a control again."""
    return _probe(tape).control(control)[0]


def _probe(tape: Tape, vantage: str = "") -> TelegramPreviewProbe:
    nowhere = HttpConnection(interval=0, clock=tape.clock)
    return TelegramPreviewProbe(nowhere, author_key=_nobody, vantage=vantage, http=_Answers(tape))


def _nobody(identity: str) -> str:
    """Know no author: stored comments bear their keyed hash already."""
    del identity
    return ""


def _control_in(takes: tuple[Answer, ...]) -> str:
    """Return the name of the control that the look asked for."""
    urls = (take.evidence.url for take in takes if take.evidence.kind is EvidenceKind.CONTROL)
    paths = (urlsplit(url).path.removeprefix("/s/").removeprefix("/") for url in urls)
    return next(paths, _NEVER_ASKED)


def _stopped(target: Target, takes: tuple[Answer, ...]) -> Cause | None:
    """Return why nothing was asked: then a single silence stands under the account's address.

    One that was asked for in vain has two, the page's and the preview's; of an invite, the one says the same.
    """
    if len(takes) == 1 and takes[0].evidence.url == target.address.url:
        return takes[0].silence
    return None
