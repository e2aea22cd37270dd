"""The Telegram preview probe: public channels over t.me, without credentials."""

__all__ = ["TelegramPreviewProbe"]

from auditor.probes.tme.probe import TelegramPreviewProbe
