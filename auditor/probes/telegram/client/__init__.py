"""Telegram as a signed-in client: exact dates, and comments at a hundred a request."""
