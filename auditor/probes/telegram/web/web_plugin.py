"""The public pages as a route. They need no key, so the route is always available."""

from collections.abc import Sequence
from contextlib import aclosing

from auditor.base.snapshot import EvidenceKind, Route
from auditor.base.text import N_, Text
from auditor.probes.driver import Limits
from auditor.probes.http_client import HttpClient
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext, diagnosis_line
from auditor.probes.protocol import Failure, Request
from auditor.probes.target import Target
from auditor.probes.telegram.responses import EntityCard, EntityKind, HistoryPage
from auditor.probes.telegram.web.web_route import WebSettings
from auditor.probes.telegram.web.web_source import WebSource
from auditor.probes.telegram.web.web_transport import WebTransport

_UNEXPECTED = N_("the control did not come out as it must: nothing seen there is judged")


def _open(context: PluginContext) -> OpenedRoute:
    settings = context.settings.of(WebSettings)
    client = HttpClient(context.clock, settings.proxy, ca_bundle=context.settings.ca_bundle)
    return OpenedRoute(WebTransport(client, settings.url), Limits(interval=settings.interval))


async def _diagnose(context: PluginContext) -> Sequence[DiagnosisLine]:
    """Return a line for each control's landing page, and for one control's preview."""
    if not context.controls:
        return [
            DiagnosisLine("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
        ]
    route, lines = _open(context), list[DiagnosisLine]()
    driver = context.open_driver(route.transport, route.limits)

    async def diagnose_request(
        subject: str, request: Request[EntityCard] | Request[HistoryPage], success: str, *, exists: bool = True
    ) -> None:
        response = await driver.fetch(request)
        if isinstance(response, HistoryPage) and response.cause is not None:
            response = Failure(at=response.at, cause=response.cause)
        if isinstance(response, Failure):
            lines.append(diagnosis_line(Route.TELEGRAM_PREVIEW, subject, response, context.settings))
            return
        is_expected = not isinstance(response, EntityCard) or (response.kind is not EntityKind.MISSING) is exists
        state, text = ("ok", success) if is_expected else ("refused", _UNEXPECTED)
        lines.append(DiagnosisLine(subject, state, Text(text)))

    async with aclosing(route.transport):
        for control in context.controls:
            request = WebSource(Target(control.url)).landing_page(control.url.request_name, EvidenceKind.CONTROL)
            success = N_("the control came out as it must")
            await diagnose_request(f"telegram: {control.url}", request, success, exists=control.exists)
        for control in [candidate for candidate in context.controls if candidate.exists][:1]:
            page = WebSource(Target(control.url)).history_page(None, EvidenceKind.CONTROL)
            await diagnose_request("telegram: /s/", page, N_("posts can be read without signing in"))
    return lines


PLUGIN = Plugin(
    route=Route.TELEGRAM_PREVIEW,
    open=_open,
    source=WebSource,
    diagnose=_diagnose,
)
