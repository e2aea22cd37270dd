"""What may be wrong with a thing that was stored."""

from dataclasses import dataclass
from enum import StrEnum


class FlawKind(StrEnum):
    """What is wrong with a thing that was stored."""

    DATABASE = "database_damaged"
    SCHEMA = "schema_changed"
    LINK_MISSING = "link_missing"
    LINK_CHANGED = "link_changed"
    RUN_MISSING = "run_missing"
    RUN_CHANGED = "run_changed"
    RUN_UNSEALED = "run_unsealed"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"
    ROW_ADDED = "row_added"
    INDEX_CHANGED = "index_changed"
    FILE_MISSING = "file_missing"
    FILE_SHORT = "file_short"
    FILE_CHANGED = "file_changed"
    FILE_UNKNOWN = "file_unknown"
    RECORD_DAMAGED = "record_damaged"
    RECORD_MISSING = "record_missing"
    AUDIT_MISSING = "audit_missing"
    AUDIT_CHANGED = "audit_changed"
    AUDIT_UNSEALED = "audit_unsealed"
    MARK_CHANGED = "mark_changed"
    """The mark of invented data is not as it was when a run was sealed."""
    PURGE_OPEN = "purge_open"
    """A purge was interrupted. Nothing is amiss: the next one goes on."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: a file, a run, a record, a row. `detail` adds what was found, in English."""

    kind: FlawKind
    where: str
    detail: str = ""

    @property
    def harmless(self) -> bool:
        """Tell whether it is worth a word and no more: what was stored is there and unchanged."""
        return self.kind is FlawKind.PURGE_OPEN
