"""Telegram as a signed-in client: exact dates, and comments at a hundred a request."""

__all__ = ["TelegramClientProbe"]

from auditor.probes.mtproto.probe import TelegramClientProbe
