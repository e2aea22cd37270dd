"""What was seen, when and from where: SQLite, one transaction an account."""

__all__ = ["Archive", "StoredSearch", "StoredSnapshot", "hold_lock"]

from auditor.archive.lock import hold_lock
from auditor.archive.store import Archive, StoredSearch, StoredSnapshot
