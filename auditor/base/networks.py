"""The networks that the program looks at and the routes to them, as each declares itself.

There is a folder of `auditor.probes` for each route. Its module ``network`` says what the rest of the program needs to
know: ``ROUTE`` is a `RouteFacts`, and the folder of a network's first route also has ``NETWORK``, a `NetworkFacts`.
Everything else reads these facts and names no network. This room is below the probes and imports none of them; a
module ``network`` imports nothing but base.
"""

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

FACTS_MODULES = {
    "vk": "auditor.probes.vk.vk_network",
    "telegram_preview": "auditor.probes.telegram.web.web_route",
    "telegram_client": "auditor.probes.telegram.client.client_route",
}
"""The module that describes each route, by the route's key. Networks and their routes are shown in this order."""

PLUGIN_MODULES = {
    "vk": "auditor.probes.vk.vk_plugin",
    "telegram_preview": "auditor.probes.telegram.web.web_plugin",
    "telegram_client": "auditor.probes.telegram.client.client_plugin",
}
"""The module that defines the `Plugin` of each route, by the route's key. It is imported when the route is used."""


def _never(_name: str) -> bool:
    return False


def _no_number(_name: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFacts:
    """What is known of a network. A function that is given a name gets it in its normal form."""

    key: str
    """As it is stored and written in the registry: ``vk``."""
    name: str
    """For readers, marked by `N_`."""
    host: str
    """The host of an account's one address: ``vk.com``."""
    other_hosts: frozenset[str] = frozenset()
    """Hosts that lead to the same accounts, without ``www.`` and ``m.``."""
    normalise_name: Callable[[Sequence[str], str], str]
    """Return an account's name in its normal form, given the parts of an address's path and the address as it is shown
    in an error. Raises `ValueError` with a sentence that says how to mend it."""
    keeps_case: bool = False
    """Whether the network is asked for a name as it was written. Case never tells two accounts apart."""
    at_sign: bool = False
    """Whether ``@name`` is an account of this network."""
    name_in_host: bool = False
    """Whether ``NAME.host`` is another form of ``host/NAME``."""
    number: Callable[[str], int | None] = _no_number
    """Return the account's number where its name is one; below zero for a community."""
    looks_up_by_id: bool = False
    """Whether an account is looked for by its number wherever its name leads, so that what is said is said of it."""
    has_communities: bool = False
    """Whether numbers below zero are communities' numbers."""
    is_invite: Callable[[str], bool] = _never
    """Tell whether a name is a private invite: nothing behind it is seen without joining."""
    is_bot: Callable[[str], bool] = _never
    """Tell whether a name can be a program's only."""
    batches_names: bool = False
    """Whether many names can be tried in one request when looking for accounts."""
    custom_name_pattern: re.Pattern[str] = re.compile("(?!)")
    """The names that a person can choose today; an address may be older or bought."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host of the network."""
        return self.other_hosts | {self.host}

    @property
    def example(self) -> str:
        """How to write an address, for an error."""
        return f"https://{self.host}/NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """What is known of a way to look at a network."""

    key: str
    """As it is stored: ``telegram_preview``."""
    network: str
    """The key of the network it leads to."""
    name: str
    """For readers, marked by `N_`."""
    settings: type[Any] | None = None
    """The dataclass of its settings, each field a `settings.setting`; all of them have a default."""
    prefix: str = ""
    """What the names of its settings begin with: ``vk`` for ``AUDITOR_VK_TOKEN``."""
    signed_in: bool = False
    """Whether it looks with an account, and so sees more than the public does."""
    server_url: Callable[[Any], str | None] | None = None
    """Return the address of the server that is asked with its settings; None where nothing is asked. By default the
    network's own."""
    page_requests: tuple[float, float, float] = (8.0, 4.0, 1.5)
    """About how many requests a page takes of which nothing is known yet; in the week after; and again in one week."""
    counts_comments: bool = True
    """Whether a page's history shows how many comments there are under each post: where not, a thread can only be known
    to be unchanged by reading it."""
    asks_for_missing: bool = True
    """Whether a control that must not exist is asked for: not where each look-up of a name is rationed."""


@cache
def networks() -> dict[str, NetworkFacts]:
    """Return the facts of every network by its key."""
    found = [facts for module in _modules() if isinstance(facts := getattr(module, "NETWORK", None), NetworkFacts)]
    return {facts.key: facts for facts in found}


@cache
def routes() -> dict[str, RouteFacts]:
    """Return the facts of every route by its key."""
    found = [facts for module in _modules() if isinstance(facts := getattr(module, "ROUTE", None), RouteFacts)]
    return {facts.key: facts for facts in found}


def _modules() -> list[Any]:
    return [importlib.import_module(module) for module in FACTS_MODULES.values()]
