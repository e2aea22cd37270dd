"""Reports of stored audits: the folder of pages, tables, the feed, a post, a terminal card, notices to the operator.

In: audit documents with the reader's language (`Audit`), withdrawals, and the options of a folder.
Out: (path, bytes) pairs, which `publish` writes, and texts. `templates/` holds the sentences of the pages,
except for the messages of findings, causes and to-dos, which come from the checks.
Imports audit, checks, and base; no archive, no network, no clock.
A new page goes into `site` with a template, a new figure into `week_facts` or `cards`, a new column into `columns`;
the columns of HTML tables are written by hand in `week.html`, `home.html` and `weeks.html`.
"""
