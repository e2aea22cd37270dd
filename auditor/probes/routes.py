"""The routes that the settings open."""

__all__ = ["open_probes"]

from auditor.probes.base import AuthorKey, Clock, Probe
from auditor.settings import Settings


def open_probes(settings: Settings, clock: Clock, author_key: AuthorKey) -> list[Probe]:
    """Return a probe for each route. One whose key is missing is there too: it says so for each account."""
    from auditor.probes.telegram_preview import TelegramPreviewProbe  # noqa: PLC0415 - each brings its own library
    from auditor.probes.vk import VkProbe  # noqa: PLC0415

    return [
        TelegramPreviewProbe(
            settings.telegram_web_url,
            interval=settings.telegram_web_interval,
            proxy=settings.telegram_web_proxy,
            clock=clock,
            author_key=author_key,
            vantage=settings.vantage,
        ),
        VkProbe(
            settings.vk_api_url,
            settings.vk_token,
            rps=settings.vk_rps,
            proxy=settings.vk_proxy,
            clock=clock,
            author_key=author_key,
            vantage=settings.vantage,
        ),
    ]
