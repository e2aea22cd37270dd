"""Telegram without signing in: the pages that t.me shows to everyone."""
