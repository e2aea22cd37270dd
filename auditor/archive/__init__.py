"""What was seen, when and from where: SQLite and two WARC files a run, one transaction an account."""

from auditor.archive.archive import Archive as Archive
