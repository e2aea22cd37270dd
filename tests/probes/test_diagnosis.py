"""One line says why a route gave no response, and which setting mends it."""

import time
from pathlib import Path

from auditor.base.i18n import Translator
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.probes.diagnosis import explain_failure
from auditor.probes.driver import Limits, Response
from auditor.probes.event_loop import run
from auditor.probes.plugins import PluginContext, diagnosis_line
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.vk.resolve import screen_name
from tests.cases import NOW

VK, T_ME, CLIENT = Route.VK, Route.TELEGRAM_PREVIEW, Route.TELEGRAM_CLIENT
VK_PROXY, WEB_PROXY, CLIENT_PROXY = ({f"{name}_PROXY": "http://h:1"} for name in ("VK", "TELEGRAM_WEB", "TELEGRAM"))


def test_one_line_says_why_and_what_mends_it() -> None:
    """For each route, with a proxy and without, in both languages; an unreachable host and one that refuses differ."""
    for route, failure, environ, beginning in [
        (VK, {"absent": "network"}, {}, "no network here: api.vk.ru is not reached"),
        (VK, {"absent": "refused"}, {}, "the server is down: api.vk.ru refuses connections"),
        (VK, {}, {}, "closed from here: api.vk.ru is silent"),
        (VK, {"absent": "proxy", "status": 407}, {}, "closed from here: api.vk.ru is silent"),
        (VK, {"absent": "proxy"}, VK_PROXY, "the proxy of vk_proxy does not lead to api.vk.ru"),
        (VK, {"absent": "certificate"}, VK_PROXY, "the certificate that comes for api.vk.ru is not trusted here"),
        (T_ME, {"code": 502}, {}, "the server is down: t.me answers with error 502"),
        (T_ME, {"status": 503}, WEB_PROXY, "the server is down: t.me answers with error 503"),
        (T_ME, {"cause": Cause.BLOCKED}, {}, "closed from here: t.me sends a block page"),
        (T_ME, {}, WEB_PROXY, "the proxy of telegram_web_proxy does not lead to t.me"),
        (CLIENT, {"absent": "refused"}, CLIENT_PROXY, "the proxy of telegram_proxy does not lead to"),
        (CLIENT, {"cause": Cause.NO_CREDENTIALS}, {}, "the session is signed in no more: `auditor login`"),
        (VK, {"cause": Cause.NO_CREDENTIALS}, {}, "no key, or the key may not: set vk_token_file in auditor.toml"),
        (VK, {"cause": Cause.REFUSED}, {}, "refused"),
        (VK, {"cause": Cause.THROTTLED}, {}, "too many requests; try later"),
        (T_ME, {"cause": Cause.UNRECOGNISED_PAGE}, {}, "an answer of a form that the program does not know"),
        (T_ME, {"cause": Cause.CONTROL_FAILED}, {}, "the answer's date is not this moment"),
    ]:
        options = {"VK_TOKEN": "vk1.a.invented", "TELEGRAM_API_ID": "1"} | environ
        loaded = load_settings({f"AUDITOR_{name}": value for name, value in options.items()}, Path())
        failed = Failure.model_validate({"at": NOW, "cause": Cause.UNREACHABLE} | failure)
        message = explain_failure(route, failed, loaded)
        english, russian = (Translator(lang).text(message) for lang in ("en", "ru"))
        assert english.startswith(beginning)
        assert russian != english
        diagnosed = diagnosis_line(route, "it", failed, loaded)
        if failed.absent == "certificate":
            assert diagnosed.state == "wrong"
            continue
        state = {Cause.UNREACHABLE: "unreachable", Cause.BLOCKED: "unreachable", Cause.NO_CREDENTIALS: "unset"}
        assert (diagnosed.state, diagnosed.detail) == (state.get(failed.cause, "refused"), message)
        assert diagnosis_line(route, "it", failed.model_copy(update={"code": 5}), loaded).state != "unset"


class Busy:
    """A network that asks everybody to come back in a minute."""

    async def send(self, _call: Call, _seconds: float) -> Response:
        """Answer at once."""
        return Response(NOW, 503)

    def read(self, _call: Call, response: Response) -> Failure:
        """Return what a busy network amounts to."""
        return Failure(at=response.at, cause=Cause.THROTTLED, act=FailureAction.RETRY, wait=60)

    async def aclose(self) -> None:
        """Do nothing."""


def test_a_diagnosis_waits_for_no_network_that_asks_for_a_minute() -> None:
    """It says so; a run would wait."""
    context = PluginContext(load_settings({}, Path()), lambda: NOW, Path(), patience=1)
    began = time.monotonic()
    driver = context.open_driver(Busy(), Limits(interval=0))
    response = run(driver.fetch(screen_name("nebylovo", EvidenceKind.CONTROL)))
    assert response.cause == Cause.THROTTLED
    assert time.monotonic() - began < 5
