"""Telegram's public pages as a plug-in. They need no key, so the probe is always there."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Snapshot
from auditor.base.text import N_, Text
from auditor.probes.base import AuthorKey, Target, Window
from auditor.probes.clock_check import off_by
from auditor.probes.http import Http
from auditor.probes.plugins import Line, Plugin, Probe, Wiring, trouble
from auditor.probes.tape import Tape
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.probes.tme.replay import replay_control, replay_look
from auditor.probes.tme.web import PREVIEW, Web, tme_connection
from auditor.registry.models import Control

_AHEAD = N_("this machine's clock is {minutes} minutes ahead of the answer's date: set it right, nothing is judged")
_BEHIND = N_("this machine's clock is {minutes} minutes behind the answer's date: set it right, nothing is judged")


class _PublicPages:
    route = PREVIEW

    def open(self, wiring: Wiring, author_key: AuthorKey) -> Probe:
        return TelegramPreviewProbe(
            tme_connection(wiring.settings, wiring.clock), author_key=author_key, vantage=wiring.settings.vantage
        )

    def replay_look(self, target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
        return replay_look(target, window, tape, trusted=trusted, vantage=vantage)

    def replay_control(self, control: Control, tape: Tape) -> ControlResult:
        return replay_control(control, tape)

    def examine(self, wiring: Wiring) -> Iterator[Line]:
        """Look at each control's landing page, and at one preview."""
        if not wiring.controls:
            yield Line("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
        http = Http(tme_connection(wiring.settings, wiring.clock))
        try:
            yield from _lines(Web(http), wiring.controls, live=wiring.live)
        finally:
            http.close()


def _lines(web: Web, controls: Sequence[Control], *, live: bool) -> Iterator[Line]:
    for control in controls:
        yield _control(web, control, live=live)
    known = next((control.url.name for control in controls if control.exists), None)
    if known is not None:
        seen = web.history(known, None, EvidenceKind.CONTROL, [], retry=False)
        if seen.page is not None:
            yield Line("telegram: /s/", "ok", Text(N_("posts can be read without signing in")))
        else:
            yield trouble("telegram: /s/", seen.cause or Cause.REFUSED)


def _control(web: Web, control: Control, *, live: bool) -> Line:
    answers: list[Answer] = []
    subject = f"telegram: {control.url}"
    seen = web.landing(control.url.name, EvidenceKind.CONTROL, answers, retry=False)
    if seen.page is None:
        return trouble(subject, seen.cause or Cause.UNRECOGNISED_PAGE)
    apart = off_by(answers) if live else None
    if apart is not None:
        minutes = abs(apart) // timedelta(minutes=1)
        return Line(subject, "wrong", Text(_AHEAD if apart > timedelta() else _BEHIND, {"minutes": minutes}))
    exists = seen.page.kind.value != "missing"
    if exists is control.exists:
        return Line(subject, "ok", Text(N_("the control came out as it must")))
    return Line(subject, "refused", Text(N_("the control did not come out as it must: nothing seen there is judged")))


PLUGIN: Plugin = _PublicPages()
