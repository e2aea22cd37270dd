"""The routes that the settings open."""

__all__ = ["open_probes", "open_scouts"]

from collections.abc import Collection
from pathlib import Path

from auditor.probes.base import AuthorKey, Clock, Login, Probe
from auditor.probes.scouting import Scout
from auditor.registry.address import Address
from auditor.settings import Settings


def open_probes(
    settings: Settings, clock: Clock, author_key: AuthorKey, *, session: Path, login: Login | None = None
) -> list[Probe]:
    """Return a probe for each route.

    VK is there without its key too, and says so for each account. The signed-in client is there only with a
    `session`: without one Telegram has its public pages. `login` is what the last run by a session remembers.
    """
    from auditor.probes.telegram_preview import TelegramPreviewProbe  # noqa: PLC0415 - each brings its own library
    from auditor.probes.vk import VkProbe  # noqa: PLC0415

    probes: list[Probe] = [
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
    if settings.telegram_session is not None or session.exists():
        from auditor.probes.telegram_client import TelegramClientProbe  # noqa: PLC0415

        probes.append(
            TelegramClientProbe(
                api_id=settings.telegram_api_id,
                api_hash=settings.telegram_api_hash,
                session=session,
                proxy=settings.telegram_proxy,
                dc=settings.telegram_dc,
                public_key=settings.telegram_public_key,
                clock=clock,
                author_key=author_key,
                login=login,
                vantage=settings.vantage,
                interval=settings.telegram_web_interval,
            )
        )
    return probes


def open_scouts(
    settings: Settings, clock: Clock, *, session: Path, own: Collection[Address], login: Login | None = None
) -> list[Scout]:
    """Return a scout for each route, those that bring most for a request first.

    A route without its key is there too and says what the key would open. `own` are the addresses on record: what is
    kept of other pages is minimised.
    """
    from auditor.probes.telegram_preview.scout import TelegramPreviewScout  # noqa: PLC0415 - as above
    from auditor.probes.vk.scout import VkScout  # noqa: PLC0415
    from auditor.probes.website import WebsiteScout  # noqa: PLC0415

    scouts: list[Scout] = [
        WebsiteScout(
            clock=clock,
            interval=settings.website_interval,
            proxy=settings.website_proxy,
            allow_local=settings.website_local,
        ),
        VkScout(settings.vk_api_url, settings.vk_token, clock=clock, rps=settings.vk_rps, proxy=settings.vk_proxy),
        TelegramPreviewScout(
            settings.telegram_web_url,
            interval=settings.telegram_web_interval,
            proxy=settings.telegram_web_proxy,
            clock=clock,
            own=own,
        ),
    ]
    if settings.telegram_session is not None or session.exists():
        from auditor.probes.telegram_client.scout import TelegramClientScout  # noqa: PLC0415

        scouts.append(
            TelegramClientScout(
                api_id=settings.telegram_api_id,
                api_hash=settings.telegram_api_hash,
                session=session,
                proxy=settings.telegram_proxy,
                dc=settings.telegram_dc,
                public_key=settings.telegram_public_key,
                clock=clock,
                login=login,
                own=own,
                interval=settings.telegram_web_interval,
            )
        )
    return scouts
