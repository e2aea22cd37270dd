"""What the rest of the program needs to know about Ladya: its addresses, its names, its route."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.base.networks import NetworkFacts, RouteFacts
from auditor.base.settings import a_proxy, a_url, an_interval, setting
from auditor.base.text import N_, phrase

_NAME = re.compile(r"[a-z][a-z0-9_]{3,31}")


def _normalise_name(path: Sequence[str], shown: str) -> str:
    """Return the name in the path of an address."""
    name = path[0].lower() if len(path) == 1 else ""
    if not _NAME.fullmatch(name):
        mistake = "{shown} is not an address of a page; write one like {examples}"
        raise ValueError(phrase(mistake, shown=shown, examples=NETWORK.example))
    return name


@dataclass(frozen=True, slots=True)
class LadyaSettings:
    """How Ladya is reached: `AUDITOR_LADYA_URL` and so on."""

    url: str = setting("https://api.ladya.example", a_url)
    interval: float = setting(1.0, an_interval)
    """Seconds between requests."""
    proxy: str | None = setting(None, a_proxy)


NETWORK = NetworkFacts(
    key="ladya",
    name=N_("Ladya"),
    host="ladya.example",
    normalise_name=_normalise_name,
    custom_name_pattern=_NAME,
    link_pattern=r"(?:www\.)?ladya\.example/\S*",
)
ROUTE = RouteFacts(
    key="ladya",
    network=NETWORK.key,
    name=NETWORK.name,
    plugin="auditor.probes.ladya.ladya_plugin",
    settings=LadyaSettings,
    prefix="ladya",
    server_url=lambda settings: settings.url,
)
