"""Reports of stored audits: the folder of pages, tables, the feed, a post, a terminal card, notices to the operator.

In: audit documents with the reader's language (`Audit`), withdrawals, and the options of a folder.
Out: (path, bytes) pairs, which `publish` writes, and texts; `templates/` holds every sentence of a page.
Imports audit, checks, and base; no archive, no network, no clock.
A new page goes into `site` with a template, a new figure into `week_facts` or `cards`, a new column into `columns`.
"""
