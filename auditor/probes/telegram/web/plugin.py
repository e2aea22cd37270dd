"""The public pages as a route of looks. They need no key, so the route is always there."""

from collections.abc import Iterator

from auditor.base.snapshot import EvidenceKind, Route
from auditor.base.text import N_, Text
from auditor.probes.base import Target
from auditor.probes.driver import Driver, Limits
from auditor.probes.looks import Ask, Failure
from auditor.probes.plugins import Examined, Opened, Plugin, Wiring, trouble
from auditor.probes.telegram.forms import Card, History, Kind
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.probes.telegram.web.network import WebSettings
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web

_WRONG = N_("the control did not come out as it must: nothing seen there is judged")


def _open(wiring: Wiring) -> Opened:
    settings = wiring.settings.of(WebSettings)
    return Opened(WebWay(Web(wiring.clock, settings.proxy), settings.url), Limits(interval=settings.interval))


def _examine(wiring: Wiring) -> Iterator[Examined]:
    """Look at each control's landing page, and at one preview."""
    if not wiring.controls:
        yield Examined("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
    opened = _open(wiring)
    driver = Driver(opened.way, wiring.clock, opened.limits, live=wiring.live)

    def examined(subject: str, question: Ask[Card] | Ask[History], said: str, *, exists: bool = True) -> Examined:
        answer = driver.ask(question)
        if isinstance(answer, History) and answer.cause is not None:
            answer = Failure(at=answer.at, cause=answer.cause)
        if isinstance(answer, Failure):
            return trouble(Route.TELEGRAM_PREVIEW, subject, answer, wiring.settings)
        right = not isinstance(answer, Card) or (answer.kind is not Kind.MISSING) is exists
        return Examined(subject, "ok" if right else "refused", Text(said if right else _WRONG))

    try:
        for control in wiring.controls:
            question = WebSource(Target(control.url)).landing(control.url.asked, EvidenceKind.CONTROL)
            said = N_("the control came out as it must")
            yield examined(f"telegram: {control.url}", question, said, exists=control.exists)
        for control in [control for control in wiring.controls if control.exists][:1]:
            page = WebSource(Target(control.url)).history(None, EvidenceKind.CONTROL)
            yield examined("telegram: /s/", page, N_("posts can be read without signing in"))
    finally:
        opened.way.close()


PLUGIN = Plugin(
    route=Route.TELEGRAM_PREVIEW,
    open=_open,
    look=lambda target, window: telegram_look(WebSource(target), target, window),
    control=lambda control: control_look(WebSource(Target(control.url)), control),
    examine=_examine,
)
