"""The routes that the settings open."""

from pathlib import Path

from auditor.base.settings import Settings
from auditor.probes.base import AuthorKey, Clock, Login, Probe


def open_probes(
    settings: Settings, clock: Clock, author_key: AuthorKey, *, session: Path, login: Login | None = None
) -> list[Probe]:
    """Return a probe for each route.

    VK is there without its key too, and says so for each account. The signed-in client is there only with a
    `session`: without one Telegram has its public pages. `login` is what the last run by a session remembers.
    """
    from auditor.probes.tme.probe import TelegramPreviewProbe  # noqa: PLC0415 - each brings its own library
    from auditor.probes.tme.web import tme_connection  # noqa: PLC0415
    from auditor.probes.vk.client import vk_connection  # noqa: PLC0415
    from auditor.probes.vk.probe import VkProbe  # noqa: PLC0415

    probes: list[Probe] = [
        TelegramPreviewProbe(tme_connection(settings, clock), author_key=author_key, vantage=settings.vantage),
        VkProbe(vk_connection(settings, clock), settings.vk_token, author_key=author_key, vantage=settings.vantage),
    ]
    if settings.telegram_session is not None or session.exists():
        from auditor.probes.mtproto.place import Connection  # noqa: PLC0415
        from auditor.probes.mtproto.probe import TelegramClientProbe  # noqa: PLC0415

        probes.append(
            TelegramClientProbe(
                Connection(
                    settings.telegram_api_id,
                    settings.telegram_api_hash,
                    session,
                    settings.telegram_proxy,
                    settings.telegram_dc,
                    settings.telegram_public_key,
                    settings.telegram_web_interval,
                ),
                clock=clock,
                author_key=author_key,
                login=login,
                vantage=settings.vantage,
            )
        )
    return probes
