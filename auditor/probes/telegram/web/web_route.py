"""The settings and facts of the route over t.me, Telegram's public pages."""

from dataclasses import dataclass

from auditor.base.networks import RouteFacts
from auditor.base.settings import a_proxy, a_url, an_interval, setting
from auditor.base.text import N_
from auditor.probes.telegram.telegram_network import NETWORK


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How t.me is reached."""

    url: str = setting("https://t.me", a_url)
    interval: float = setting(2.0, an_interval)
    """Seconds between requests."""
    proxy: str | None = setting(None, a_proxy)


ROUTE = RouteFacts(
    key="telegram_preview",
    network=NETWORK.key,
    name=N_("Telegram (viewed without signing in)"),
    plugin="auditor.probes.telegram.web.web_plugin",
    settings=WebSettings,
    prefix="telegram_web",
    server_url=lambda settings: settings.url,
    counts_comments=False,
    page_requests=(14.0, 12.0, 1.5),  # without comment counts each thread is read again once a week
    needs=N_("Telegram: no key; where it is closed, a machine or a proxy abroad."),
    proxy_question=N_("4/5 Proxy for Telegram, socks5://host:port or http://host:port (Enter: none):"),
    proxy_unneeded=N_("4/5 Telegram answers without a proxy."),
)
