"""The public pages as a route of looks. They need no key, so the route is always there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Route, Snapshot
from auditor.base.text import N_, Text
from auditor.probes.base import Target, Window
from auditor.probes.driver import Driver, Limits
from auditor.probes.looks import Failure, Look
from auditor.probes.plugins import Examined, Opened, Plugin, Wiring, trouble
from auditor.probes.telegram.forms import Card, History, Kind
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.probes.telegram.web.network import WebSettings
from auditor.probes.telegram.web.source import Web
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web as Client
from auditor.registry.models import Control

_SKEW = timedelta(minutes=10)
_AHEAD = N_("this machine's clock is {minutes} minutes ahead of the answer's date: set it right, nothing is judged")
_BEHIND = N_("this machine's clock is {minutes} minutes behind the answer's date: set it right, nothing is judged")


def _open(wiring: Wiring) -> Opened:
    return Opened(_way(wiring), Limits(interval=wiring.settings.of(WebSettings).interval))


def _way(wiring: Wiring) -> WebWay:
    settings = wiring.settings.of(WebSettings)
    return WebWay(Client(wiring.clock, settings.proxy), settings.url)


def _look(target: Target, window: Window) -> Look[Snapshot]:
    return telegram_look(Web(target), target, window)


def _control(control: Control) -> Look[ControlResult]:
    return control_look(Web(Target(control.url)), control)


# Examined ------------------------------------------------------------------------------------------------------------


def _examine(wiring: Wiring) -> Iterator[Examined]:
    """Look at each control's landing page, and at one preview."""
    if not wiring.controls:
        yield Examined("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
    way = _way(wiring)
    driver = Driver(way, wiring.clock, Limits(interval=wiring.settings.of(WebSettings).interval))
    try:
        for control in wiring.controls:
            yield _of_control(wiring, driver, way, control)
        known = next((control for control in wiring.controls if control.exists), None)
        if known is not None:
            page: Any = driver.ask(Web(Target(known.url)).history(None, EvidenceKind.CONTROL))
            ok = Examined("telegram: /s/", "ok", Text(N_("posts can be read without signing in")))
            yield _trouble(wiring, "telegram: /s/", page) if page.cause is not None else ok
    finally:
        way.close()


def _of_control(wiring: Wiring, driver: Driver, way: WebWay, control: Control) -> Examined:
    subject = f"telegram: {control.url}"
    card: Any = driver.ask(Web(Target(control.url)).landing(control.url.asked, EvidenceKind.CONTROL))
    if isinstance(card, Failure):
        return _trouble(wiring, subject, card)
    assert isinstance(card, Card)
    if wiring.live and abs(way.ahead) > _SKEW:
        minutes = abs(way.ahead) // timedelta(minutes=1)
        return Examined(subject, "wrong", Text(_AHEAD if way.ahead > timedelta() else _BEHIND, {"minutes": minutes}))
    if (card.kind is not Kind.MISSING) is control.exists:
        return Examined(subject, "ok", Text(N_("the control came out as it must")))
    return Examined(
        subject, "refused", Text(N_("the control did not come out as it must: nothing seen there is judged"))
    )


def _trouble(wiring: Wiring, subject: str, answer: Failure | History) -> Examined:
    failure = Failure(at=answer.at, cause=answer.cause or Cause.REFUSED) if isinstance(answer, History) else answer
    return trouble(Route.TELEGRAM_PREVIEW, subject, failure, wiring.settings)


PLUGIN = Plugin(route=Route.TELEGRAM_PREVIEW, open=_open, look=_look, control=_control, examine=_examine)
