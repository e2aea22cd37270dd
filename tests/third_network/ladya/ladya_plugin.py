"""Ladya as a plug-in: how its requests are sent, what an answer is, and how `auditor doctor` tries it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.base.text import N_, Text
from auditor.probes.driver import Limits, Response
from auditor.probes.http_client import HttpClient, failure_of
from auditor.probes.ladya.ladya_network import LadyaSettings
from auditor.probes.ladya.ladya_source import LadyaSource
from auditor.probes.ladya.responses import UserResponse, user_request
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext, diagnosis_line
from auditor.probes.protocol import Call, Failure, MinimisedResponse

_CAUSES = {"private": Cause.PRIVATE, "removed": Cause.GONE}
"""What Ladya's errors mean; any other one says nothing about a page."""


class LadyaTransport:
    """Sends calls to the server at the address `url`."""

    def __init__(self, http_client: HttpClient, url: str) -> None:
        """Send nothing yet; `http_client` carries the requests."""
        self._http_client, self._url = http_client, url

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call once, and return what came within `seconds`."""
        params = {key: str(value) for key, value in call.params.items()}
        return await self._http_client.get(f"{self._url}/{call.method}", seconds, params)

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return Ladya's JSON object, or why it is none: an error, a redirect elsewhere, a foreign page."""
        failure = failure_of(response)
        if failure is not None:
            return failure
        try:
            document = json.loads(response.body) if response.status == 200 else None
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            return Failure(at=response.at, cause=Cause.BLOCKED)
        if "error" in document:
            return Failure(at=response.at, cause=_CAUSES.get(str(document["error"]), Cause.REFUSED))
        return document

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http_client.aclose()


def _open(context: PluginContext) -> OpenedRoute:
    settings = context.settings.of(LadyaSettings)
    client = HttpClient(context.clock, settings.proxy, ca_bundle=context.settings.ca_bundle)
    return OpenedRoute(LadyaTransport(client, settings.url), Limits(interval=settings.interval))


async def _diagnose(context: PluginContext) -> Sequence[DiagnosisLine]:
    """Return a line for each control."""
    if not context.controls:  # nor, as it may be, any page there
        return [DiagnosisLine("ladya", "unset", Text(N_("the registry names no control, so absence cannot be told")))]
    route, lines = _open(context), list[DiagnosisLine]()
    async with aclosing(route.transport):
        driver = context.open_driver(route.transport, route.limits)
        for control in context.controls:
            response = await driver.fetch(user_request(control.url.name, EvidenceKind.CONTROL))
            lines.append(_line(context, f"ladya: {control.url}", response, exists=control.exists))
    return lines


def _line(context: PluginContext, subject: str, response: MinimisedResponse, *, exists: bool) -> DiagnosisLine:
    if isinstance(response, Failure):
        return diagnosis_line(Route.LADYA, subject, response, context.settings)
    if isinstance(response, UserResponse) and (response.user is not None) is exists:
        return DiagnosisLine(subject, "ok", Text(N_("the control came out as it must")))
    unexpected = N_("the control did not come out as it must: nothing seen there is judged")
    return DiagnosisLine(subject, "refused", Text(unexpected))


PLUGIN = Plugin(route=Route.LADYA, open=_open, source=LadyaSource, diagnose=_diagnose)
