"""A certificate that is not trusted is told as that, and every HTTPS route trusts the file of the settings."""

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from auditor.base.settings import load_settings
from auditor.base.snapshot import Route
from auditor.probes.driver import Response, Transport
from auditor.probes.event_loop import run
from auditor.probes.plugins import PluginContext, plugin_of
from auditor.probes.protocol import Call
from auditor.probes.timestamp_client import time_stamp
from auditor.search.scouts.website import open_scout
from tests.cases import NOW
from tests.probes.https_server import CERTIFICATE, https_server
from tests.probes.vk_memory import control

SEAL = "ab" * 32


def context(url: str, ca_bundle: str) -> PluginContext:
    """The settings of a run whose every server is at `url`."""
    servers = dict.fromkeys(("VK_API_URL", "TELEGRAM_WEB_URL", "STAMP_URL"), url)
    given = servers | {"VK_TOKEN": "invented-key", "WEBSITE_LOCAL": "yes", "CA_BUNDLE": ca_bundle}
    settings = load_settings({f"AUDITOR_{name}": value for name, value in given.items()}, Path())
    return PluginContext(settings, lambda: NOW, Path(), controls=(control("id1", exists=True),))


def answers(transport: Transport, url: str) -> bool:
    async def send() -> Response:
        async with aclosing(transport):
            return await transport.send(Call("users.get", {"url": url, "path": "/"}), 5)

    return run(send()).status == 200


ROUTES: dict[str, Callable[[PluginContext, str], bool]] = {
    "vk": lambda made, url: answers(plugin_of(Route.VK).open(made).transport, url),
    "t.me": lambda made, url: answers(plugin_of(Route.TELEGRAM_PREVIEW).open(made).transport, url),
    "official sites": lambda made, url: answers(open_scout(made, ())._transport, url),
    "time stamps": lambda made, _: time_stamp(made.settings, SEAL, lambda: NOW) is not None,
}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_trusts_the_authority_of_the_settings(route: str) -> None:
    """Of an office whose network reads along, or of a state whose certificates no browser brings."""
    with https_server(bytes.fromhex(SEAL)) as url:
        assert [ROUTES[route](context(url, ca_bundle), url) for ca_bundle in ("", str(CERTIFICATE))] == [False, True]


@pytest.mark.parametrize("route", [Route.VK, Route.TELEGRAM_PREVIEW])
def test_the_doctor_tells_a_certificate_from_a_block(route: Route) -> None:
    """It is to be mended here, by the clock or the file; a proxy would not help."""
    with https_server() as url:
        line = run(plugin_of(route).diagnose(context(url, "")))[0]
    assert line.state == "wrong"
    assert "ca_bundle" in line.detail.message
    assert "proxy" not in line.detail.message
