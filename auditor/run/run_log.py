"""``runs.jsonl``: a line when a run begins and when it ends, for whoever watches the runs."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from auditor.base.errors import os_error_text
from auditor.base.storage_format import format_archive_time
from auditor.base.text import phrase

_NAME = "runs.jsonl"
_log = logging.getLogger(__name__)


def log_run(folder: Path | None, run: int, event: str, logged_at: datetime, fields: Mapping[str, object]) -> None:
    """Append an event to the log in the archive's folder: counts and causes, but no page and no person."""
    if folder is None:
        return
    line = (
        json.dumps({"run": run, "what": event, "at": format_archive_time(logged_at), **fields}, ensure_ascii=False)
        + "\n"
    )
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        with os.fdopen(os.open(folder / _NAME, flags, 0o600), "a", encoding="utf-8") as log:
            log.write(line)
    except OSError as error:  # the run matters more than its log line
        _log.warning(phrase("{name}: not written ({why})", name=_NAME, why=os_error_text(error)))
