"""The settings and facts of the second route to Telegram: a signed-in client."""

from dataclasses import dataclass
from pathlib import Path

from auditor.base.networks import RouteFacts
from auditor.base.secrets import Secret
from auditor.base.settings import a_path, a_secret, a_text, an_id, an_interval, any_proxy, setting
from auditor.base.text import N_
from auditor.probes.telegram.telegram_network import NETWORK


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """The account that looks, and how Telegram's data centres are reached."""

    api_id: int | None = setting(None, an_id)
    api_hash: Secret | None = setting(None, a_secret)
    session: Path | None = setting(None, a_path)
    """Telethon's session file; by default in the archive's folder."""
    proxy: str | None = setting(None, any_proxy)
    """SOCKS5, HTTP or MTProxy."""
    dc: str | None = setting(None, a_text)
    """A test server's data centre: ``2@127.0.0.1:PORT``."""
    public_key: Path | None = setting(None, a_path)
    """The test server's key, a PKCS#1 PEM file."""
    interval: float = setting(1.0, an_interval)
    """Seconds between requests. Lookups by name have a limit of their own."""


ROUTE = RouteFacts(
    key="telegram_client",
    network=NETWORK.key,
    name=N_("Telegram (client)"),
    plugin="auditor.probes.telegram.client.client_plugin",
    settings=ClientSettings,
    server_url=lambda settings: (
        None if settings.api_id is None else f"tcp://{(settings.dc or '@telegram.org').partition('@')[2]}"
    ),
    prefix="telegram",
    signed_in=True,
    page_requests=(6.0, 5.0, 2.5),  # a first look, the first of a later week, another of the same week
    # Lookups by name are rationed, and a missing name cannot be remembered (docs/dev/sources.md, Telegram).
    asks_for_missing=False,
)
