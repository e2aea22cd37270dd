"""Looks as generators: every route the same way."""
