"""The public pages as a route of looks. They need no key, so the route is always there."""

from collections.abc import Iterator

from auditor.base.snapshot import EvidenceKind, Route
from auditor.base.text import N_, Text
from auditor.probes.driver import Driver, Limits
from auditor.probes.http_client import HttpClient
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext, diagnosis_line
from auditor.probes.protocol import Failure, Request
from auditor.probes.target import Target
from auditor.probes.telegram.responses import EntityCard, EntityKind, HistoryPage
from auditor.probes.telegram.telegram_look import control_look, telegram_look
from auditor.probes.telegram.web.web_route import WebSettings
from auditor.probes.telegram.web.web_source import WebSource
from auditor.probes.telegram.web.web_transport import WebTransport

_WRONG = N_("the control did not come out as it must: nothing seen there is judged")


def _open(wiring: PluginContext) -> OpenedRoute:
    settings = wiring.settings.of(WebSettings)
    return OpenedRoute(
        WebTransport(HttpClient(wiring.clock, settings.proxy), settings.url), Limits(interval=settings.interval)
    )


def _examine(wiring: PluginContext) -> Iterator[DiagnosisLine]:
    """Look at each control's landing page, and at one preview."""
    if not wiring.controls:
        yield DiagnosisLine("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
    opened = _open(wiring)
    driver = Driver(opened.transport, wiring.clock, opened.limits, live=wiring.live)

    def examined(
        subject: str, question: Request[EntityCard] | Request[HistoryPage], said: str, *, exists: bool = True
    ) -> DiagnosisLine:
        answer = driver.fetch(question)
        if isinstance(answer, HistoryPage) and answer.cause is not None:
            answer = Failure(at=answer.at, cause=answer.cause)
        if isinstance(answer, Failure):
            return diagnosis_line(Route.TELEGRAM_PREVIEW, subject, answer, wiring.settings)
        right = not isinstance(answer, EntityCard) or (answer.kind is not EntityKind.MISSING) is exists
        return DiagnosisLine(subject, "ok" if right else "refused", Text(said if right else _WRONG))

    try:
        for control in wiring.controls:
            question = WebSource(Target(control.url)).landing(control.url.request_name, EvidenceKind.CONTROL)
            said = N_("the control came out as it must")
            yield examined(f"telegram: {control.url}", question, said, exists=control.exists)
        for control in [control for control in wiring.controls if control.exists][:1]:
            page = WebSource(Target(control.url)).history_page(None, EvidenceKind.CONTROL)
            yield examined("telegram: /s/", page, N_("posts can be read without signing in"))
    finally:
        opened.transport.close()


PLUGIN = Plugin(
    route=Route.TELEGRAM_PREVIEW,
    open=_open,
    look=lambda target, window: telegram_look(WebSource(target), target, window),
    control=lambda control: control_look(WebSource(Target(control.url)), control),
    diagnose=_examine,
)
