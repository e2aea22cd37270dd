"""Offices times checks: the week's audit."""
