"""What was seen, when and from where: SQLite with an index of WARC files, one transaction an account."""

__all__ = [
    "Archive",
    "Cutoffs",
    "DamagedError",
    "Entry",
    "Flaw",
    "FlawKind",
    "NoteEntry",
    "Proof",
    "Purged",
    "Record",
    "Seal",
    "StoredControl",
    "StoredLook",
    "StoredSearch",
    "hold_lock",
    "judged_controls",
]

from auditor.archive.index import Entry, NoteEntry
from auditor.archive.opening import hold_lock
from auditor.archive.purge import Cutoffs, Purged
from auditor.archive.seals import Proof, Seal
from auditor.archive.store import Archive, StoredControl, StoredLook, StoredSearch, judged_controls
from auditor.archive.verify import Flaw, FlawKind
from auditor.archive.warc import DamagedError, Record
