"""Audits -> pages, tables, feed, post and the terminal's card. It judges nothing, and reads nothing that it wrote."""
