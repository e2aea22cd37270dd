"""One line for the operator: why a route gave no response, and which setting mends it.

It distinguishes no network here (no name resolution, no way out), a server that is down (it refuses connections, or
sends an error of its own), one whose certificate is not trusted here, and a route that is closed from here (silence, a
cut connection, a block page).
"""

from dataclasses import fields
from urllib.parse import urlsplit

from auditor.base.networks import RouteFacts, routes
from auditor.base.settings import Settings, a_secret
from auditor.base.snapshot import Cause, Route
from auditor.base.text import N_, Text
from auditor.probes.protocol import Failure

_NO_NETWORK = N_(
    "no network here: {host} is not reached; check the connection, or name a proxy by {proxy} in auditor.toml"
)
_CLOSED = N_("closed from here: {host} is silent or cuts the connection; name a proxy by {proxy} in auditor.toml")
_BLOCKED = N_("closed from here: {host} sends a block page or a captcha; name a proxy by {proxy} in auditor.toml")
_DOWN = N_("the server is down: {host} refuses connections; try later, or name a proxy by {proxy} in auditor.toml")
_ERROR = N_("the server is down: {host} answers with error {code}; try later")
_PROXY = N_("the proxy of {proxy} does not lead to {host}: check it and its password, or name another")
_CERTIFICATE = N_(
    "the certificate that comes for {host} is not trusted here: set this machine's clock right; if this network or the "
    "server has an authority of its own, name its file by ca_bundle in auditor.toml"
)
_NO_KEY = N_("no key, or the key may not: set {key} in auditor.toml")
_SIGNED_OUT = N_("the session is signed in no more: `auditor login`")
_OTHER_CAUSES = {
    Cause.THROTTLED: N_("too many requests; try later"),
    Cause.UNRECOGNISED_PAGE: N_("an answer of a form that the program does not know"),
    Cause.CONTROL_FAILED: N_("the answer's date is not this moment: set this machine's clock right"),
}


def explain_failure(route: Route, failure: Failure, settings: Settings) -> Text:
    """Return one line that tells the operator why a route gave no response, and which setting mends it."""
    route_facts = routes()[route.value]
    route_settings = settings.of(route_facts.settings) if route_facts.settings is not None else None
    if failure.cause is Cause.NO_CREDENTIALS:
        return Text(_SIGNED_OUT) if route_facts.signed_in else Text(_NO_KEY, {"key": _key_setting(route_facts)})
    if failure.cause not in {Cause.UNREACHABLE, Cause.BLOCKED}:
        return Text(_OTHER_CAUSES.get(failure.cause, N_("refused")))
    server_url = (
        route_facts.server_url(route_settings)
        if route_facts.server_url is not None and route_settings is not None
        else None
    )
    params = {
        "host": urlsplit(server_url or "").hostname or route_facts.key,
        "proxy": f"{route_facts.prefix}_proxy",
        "code": str(failure.status or failure.code),
    }
    return Text(_sentence(failure, proxied=bool(getattr(route_settings, "proxy", None))), params)


def _sentence(failure: Failure, *, proxied: bool) -> str:
    if failure.cause is Cause.BLOCKED:
        return _BLOCKED
    if failure.absent == "certificate":
        return _CERTIFICATE
    if not failure.absent and (failure.status or failure.code) is not None:
        return _ERROR
    if proxied:
        return _PROXY
    return {"network": _NO_NETWORK, "name": _NO_NETWORK, "refused": _DOWN}.get(failure.absent, _CLOSED)


def _key_setting(facts: RouteFacts) -> str:
    """Return the name of the setting that names the file of a route's key."""
    names = (f.name for f in fields(facts.settings) if f.metadata.get("read") is a_secret) if facts.settings else ()
    return f"{facts.prefix}_{next(iter(names), 'token')}_file"
