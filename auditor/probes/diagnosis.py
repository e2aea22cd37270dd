"""One line for the operator on why a route gave no answer, and which setting mends it.

It tells no network here (no name can be looked up, no way out) from a server that is down (it refuses connections, or
answers with an error of its own) and from a way that is closed from here (silence, a cut connection, a block page).
"""

from dataclasses import fields
from urllib.parse import urlsplit

from auditor.base.networks import RouteFacts, routes
from auditor.base.settings import Settings, a_secret
from auditor.base.snapshot import Cause, Route
from auditor.base.text import N_, Text
from auditor.probes.protocol import Failure

_NO_NETWORK = N_("no network here: {host} is not reached; check the connection, or name a proxy in {proxy}")
_CLOSED = N_("closed from here: {host} is silent or cuts the connection; name a proxy in {proxy}")
_BLOCKED = N_("closed from here: {host} sends a block page or a captcha; name a proxy in {proxy}")
_DOWN = N_("the server is down: {host} refuses connections; try later, or name a proxy in {proxy}")
_ERROR = N_("the server is down: {host} answers with error {code}; try later")
_PROXY = N_("the proxy of {proxy} does not lead to {host}: check it and its password, or name another")
_NO_KEY = N_("no key, or the key may not: set {key}")
_SIGNED_OUT = N_("the session is signed in no more: `auditor login`")
_OTHERS = {
    Cause.THROTTLED: N_("too many requests; try later"),
    Cause.UNRECOGNISED_PAGE: N_("an answer of a form that the program does not know"),
    Cause.CONTROL_FAILED: N_("the answer's date is not this moment: set this machine's clock right"),
}


def explain_failure(route: Route, failure: Failure, settings: Settings) -> Text:
    """Say in one line why nothing can be had over a route, for whoever runs the program."""
    facts = routes()[route.value]
    way = settings.of(facts.settings) if facts.settings is not None else None
    if failure.cause is Cause.NO_CREDENTIALS:
        return Text(_SIGNED_OUT) if facts.signed_in else Text(_NO_KEY, {"key": _key(facts)})
    if failure.cause not in {Cause.UNREACHABLE, Cause.BLOCKED}:
        return Text(_OTHERS.get(failure.cause, N_("refused")))
    asked = facts.server_url(way) if facts.server_url is not None and way is not None else None
    places = {
        "host": urlsplit(asked or "").hostname or facts.key,
        "proxy": f"AUDITOR_{facts.prefix.upper()}_PROXY",
        "code": str(failure.status or failure.code),
    }
    return Text(_sentence(failure, proxied=bool(getattr(way, "proxy", None))), places)


def _sentence(failure: Failure, *, proxied: bool) -> str:
    if failure.cause is Cause.BLOCKED:
        return _BLOCKED
    if not failure.absent and (failure.status or failure.code) is not None:
        return _ERROR
    if proxied:
        return _PROXY
    return {"network": _NO_NETWORK, "name": _NO_NETWORK, "refused": _DOWN}.get(failure.absent, _CLOSED)


def _key(facts: RouteFacts) -> str:
    """Return the setting that holds a route's key."""
    names = (f.name for f in fields(facts.settings) if f.metadata.get("read") is a_secret) if facts.settings else ()
    return f"AUDITOR_{facts.prefix}_{next(iter(names), 'token')}".upper()
