"""Telegram's public pages as a plug-in. They need no key, so the probe is always there.

A replay is the probe itself with the stored answers in the network's place.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Snapshot
from auditor.base.text import N_, Text
from auditor.probes.base import Batch, Forecast, NotNow, Target, Window
from auditor.probes.clock_check import off_by
from auditor.probes.expected import is_new, new_threads, posts_to_read
from auditor.probes.http import Http, HttpConnection
from auditor.probes.plugins import Line, Plugin, Probe, Wiring, trouble
from auditor.probes.tape import Tape
from auditor.probes.tme.network import WebSettings
from auditor.probes.tme.probe import TelegramPreviewProbe, knows_page, talks_to_ask
from auditor.probes.tme.web import PREVIEW, TELEGRAM, ReplayedWeb, Web, tme_connection
from auditor.registry.models import Control

# Played back ---------------------------------------------------------------------------------------------------------

_NEVER_ASKED = "-"
"""In place of a control's name, for a look that did not need one."""


def replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    """Look at `target` again with the answers on `tape`, as a run did that had seen a control (`trusted`) or had not.

    An answer that is not on the tape counts as none: `unreachable`.
    """
    takes = tape.left
    probe = _probe(tape, vantage)
    probe.resume(trusted=_control_in(takes) if trusted else None, stopped=_stopped(target, takes))
    seen = probe.look(target, window)
    assert not isinstance(seen, NotNow)  # it waits
    return seen.snapshot


def replay_control(control: Control, tape: Tape) -> ControlResult:
    """Look at a control again."""
    return _probe(tape).control(control)[0]


def _probe(tape: Tape, vantage: str = "") -> TelegramPreviewProbe:
    nowhere = HttpConnection(interval=0, clock=tape.clock)
    return TelegramPreviewProbe(nowhere, vantage=vantage, web=ReplayedWeb(tape))


def _control_in(takes: tuple[Answer, ...]) -> str:
    """Return the name of the control that the look asked for."""
    urls = (take.evidence.url for take in takes if take.evidence.kind is EvidenceKind.CONTROL)
    paths = (urlsplit(url).path.removeprefix("/s/").removeprefix("/") for url in urls)
    return next(paths, _NEVER_ASKED)


def _stopped(target: Target, takes: tuple[Answer, ...]) -> Cause | None:
    """Return why nothing was asked, or None. Then one silence is stored, under the account's address.

    An account that was asked for in vain has two, the page's and the preview's. An invite has one, which says the same.
    """
    if len(takes) == 1 and takes[0].evidence.url == target.address.url:
        return takes[0].silence
    return None


# Opened and examined -------------------------------------------------------------------------------------------------

_AHEAD = N_("this machine's clock is {minutes} minutes ahead of the answer's date: set it right, nothing is judged")
_BEHIND = N_("this machine's clock is {minutes} minutes behind the answer's date: set it right, nothing is judged")


def _open(wiring: Wiring) -> Probe:
    connection = tme_connection(wiring.settings, wiring.clock).until(wiring.deadline)
    return TelegramPreviewProbe(connection, vantage=wiring.settings.vantage)


def _examine(wiring: Wiring) -> Iterator[Line]:
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


def _forecast(wiring: Wiring, batch: Batch) -> Forecast:
    """Say what a batch takes: of a new channel its page, its opening, 20 messages a preview; a widget a talk."""
    controls = [c for c in batch.controls if c.url.network is TELEGRAM]
    there = sum(c.exists for c in controls)
    new = [target for target in batch.targets if not knows_page(target, wiring.clock())]
    read = [target for target in batch.targets if target.full]
    talks = {t.address: new_threads(t, batch.window) + talks_to_ask(t, batch.window, wiring.clock()) for t in read}
    told = Counter(page.cause or page.posts_cause for t in batch.targets if (page := t.known.page) is not None)
    more = sum(max(0, math.ceil(posts_to_read(target, batch.window) / 20) - 1) for target in read)
    methods = {
        # A name that is free is believed to be by a control, and a preview that is off by the page itself.
        "/NAME": len(new)
        + len(controls)
        + sum(map(is_new, read))
        + told[Cause.NOT_AT_ADDRESS]
        + told[Cause.PREVIEW_OFF],
        "/s/NAME": len(batch.targets)
        - told[Cause.WRONG_KIND]
        + more
        + there
        + sum(_OPENING for target in read if is_new(target)),
        "/NAME/ID?embed": round(sum(talks.values())) + min(there, 1),
    }
    return Forecast(methods, sum(methods.values()) * wiring.settings.of(WebSettings).interval)


_OPENING = 2
"""Previews by which the day of a channel's opening is found, where it is not known yet."""
PLUGIN = Plugin(
    route=PREVIEW,
    open=_open,
    replay_look=replay_look,
    replay_control=replay_control,
    examine=_examine,
    forecast=_forecast,
)
