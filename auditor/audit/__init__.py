"""The week's audit: every office judged by every check, as one document (``audit.json``).

In: a registry, the snapshots of an archive, earlier audits; statements and corrections. Out: an `Audit`. Imports
`auditor.checks`, `auditor.registry` and `auditor.base`, but no archive, no probe and no settings.

A new fact beside the findings goes into `document` (its type) and `describe` (its value); a new figure of the history
into a check's `history_figures`.
"""
