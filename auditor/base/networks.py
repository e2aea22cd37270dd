"""The networks that the program looks at and the routes to them, as each declares itself.

Each route has a folder in `auditor.probes`. A module there whose name ends in ``_network`` or ``_route`` declares what
the rest of the program needs to know: ``ROUTE``, a `RouteFacts`, and for the first route of a network also ``NETWORK``,
a `NetworkFacts`. All other code reads these facts and names no network. This package is below the probes: it finds
these modules when they are first needed, and they import nothing but base. Networks and their routes are shown in the
order of `Network` and `Route`.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import SplitResult


def _never(_name: str) -> bool:
    return False


def _no_number(_name: str) -> int | None:
    return None


def _no_text(_address: Any) -> str | None:
    return None


def _no_name(_number: int) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFacts:
    """Facts about a network. Functions that take a name get it in its normal form."""

    key: str
    """As it is stored and written in the registry: ``vk``."""
    name: str
    """For readers, marked by `N_`."""
    host: str
    """The host of an account's address in normal form: ``vk.com``."""
    other_hosts: frozenset[str] = frozenset()
    """Hosts that lead to the same accounts, without ``www.`` and ``m.``."""
    normalise_name: Callable[[Sequence[str], str], str]
    """Return an account's name in its normal form. Its arguments are the parts of an address's path and the address as
    an error shows it. Raises `ValueError` with a sentence that says how to mend it."""
    keeps_case: bool = False
    """Whether requests use a name as it was written. Case never distinguishes two accounts."""
    at_sign: bool = False
    """Whether ``@name`` is an account of this network."""
    name_in_host: bool = False
    """Whether ``NAME.host`` is another form of ``host/NAME``."""
    number: Callable[[str], int | None] = _no_number
    """Return the account's id where its name is one, negative for a community; else None."""
    name_of: Callable[[int], str | None] = _no_name
    """Return the name that an account has by its id, whatever other name it has; None where an id is no address."""
    people_search: str = ""
    """The address of the network's own search of people, with ``{query}``; empty where it has none on the web."""
    looks_up_by_id: bool = False
    """Whether an account with a known id is requested by id, so that the response is about it whatever its name."""
    has_communities: bool = False
    """Whether negative ids are those of communities."""
    is_invite: Callable[[str], bool] = _never
    """Return whether a name is a private invite, whose content is visible to members only."""
    is_bot: Callable[[str], bool] = _never
    """Return whether only a bot can have the name."""
    spoken_name: re.Pattern[str] = re.compile("(?!)")
    """How people write the network's name in a text, or an address on it."""
    post_owner: Callable[[str], str | None] = _no_text
    """Return the name of the account on whose page a post is, by the post's address; None for any other address."""
    leads_on: Callable[[SplitResult], str | None] = _no_text
    """Return where a link really leads: behind the network's own redirect, or its app's link; None for any other."""
    batches_names: bool = False
    """Whether many names can be tried in one request when looking for accounts."""
    custom_name_pattern: re.Pattern[str] = re.compile("(?!)")
    """Names that a person can choose today; an existing address may be older or bought."""
    link_pattern: str = "(?!)"
    """How an address of it begins and goes on in a text, without a scheme: a regular expression."""
    mention_pattern: str = "(?!)"
    """How a text on it mentions an account, names and ids removed: a regular expression."""
    russian_name: str = ""
    """What a search of the web calls it, if not by `name`."""

    @property
    def hosts(self) -> frozenset[str]:
        """Every host of the network."""
        return self.other_hosts | {self.host}

    @property
    def example(self) -> str:
        """An example of an address, for error messages."""
        return f"https://{self.host}/NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """Facts about a route: a way to look at a network."""

    key: str
    """As it is stored: ``telegram_preview``."""
    network: str
    """The key of the network it leads to."""
    name: str
    """For readers, marked by `N_`."""
    plugin: str
    """The full name of the module that defines its `Plugin`; it is imported when the route is used."""
    settings: type[Any] | None = None
    """The dataclass of its settings; each field is a `settings.setting` with a default."""
    prefix: str = ""
    """The prefix of its settings' names: ``vk`` for ``AUDITOR_VK_TOKEN``."""
    many_keys: bool = False
    """Whether a key of another kind than the one in the settings may allow methods that this one does not."""
    signed_in: bool = False
    """Whether it looks through a signed-in account, which sees more than the public does."""
    server_url: Callable[[Any], str | None] | None = None
    """Return, for its settings, the address of the server that receives its requests, or None if it sends none. By
    default the network's own server."""
    page_requests: tuple[float, float, float] = (8.0, 8.0, 2.0)
    """About how many requests a page takes, three numbers: at its first look, at the first look of a later week, and at
    another look of the same week. `collect_week.forecast_week` uses them where no earlier run was measured."""
    counts_comments: bool = True
    """Whether a page's history shows the number of comments under each post; if not, only reading a thread shows
    whether it changed."""
    asks_for_missing: bool = True
    """Whether the control that must not exist is requested; False where look-ups of names are rationed."""
    needs: str = ""
    """What `auditor start` says that looks by it need, marked by `N_`; empty if it does not try it."""
    key_question: str = ""
    """How `auditor start` asks for its setting ``token``, marked by `N_`; empty where it does not ask."""
    key_objection: str = ""
    """What is said of an answer that cannot be such a key, marked by `N_`."""
    proxy_question: str = ""
    """How `auditor start` asks for its setting ``proxy`` if it does not answer without, marked by `N_`."""
    proxy_unneeded: str = ""
    """What is said if it answers without a proxy, marked by `N_`."""


@cache
def networks() -> dict[str, NetworkFacts]:
    """Return the facts of every network by its key."""
    network_facts = [
        facts for module in _modules() if isinstance(facts := getattr(module, "NETWORK", None), NetworkFacts)
    ]
    return {facts.key: facts for facts in network_facts}


@cache
def routes() -> dict[str, RouteFacts]:
    """Return the facts of every route by its key."""
    route_facts = [facts for module in _modules() if isinstance(facts := getattr(module, "ROUTE", None), RouteFacts)]
    return {facts.key: facts for facts in route_facts}


@cache
def _modules() -> tuple[Any, ...]:
    package = importlib.import_module("auditor.probes")
    names = (module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    return tuple(importlib.import_module(name) for name in names if name.endswith(("_network", "_route")))
