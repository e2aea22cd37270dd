"""Telegram: one look over two sources, the public pages (`web`) and the signed-in client (`client`)."""
