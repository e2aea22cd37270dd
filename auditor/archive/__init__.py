"""What was seen, when and from where: an SQLite database, and two WARC files for each run.

In: snapshots, controls, stored responses, searches and audits, each written in one transaction.
Out: the same, read by page, week or id; seals and proofs over them; the flaws that `verify` finds.
It may import `auditor.base` only; of `auditor.probes` the models of logins, when one is read or written.
The next kind of data: a table in `schema.sql`, a store beside the four, its hashes in `seals.py`, its age in
`retention.py`, its check in `verify.py`.
"""

from auditor.archive.archive import Archive as Archive
