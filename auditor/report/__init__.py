"""Audit -> HTML, text and the terminal's card. Reads nothing but the audit document."""
