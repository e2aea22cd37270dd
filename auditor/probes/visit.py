"""One account's look while it goes on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.probes.base import Answer, Target, Window


@dataclass(slots=True)
class Visit:
    """The answers so far and the facts so far, named as in `Snapshot`."""

    target: Target
    window: Window
    taken_at: datetime
    answers: list[Answer] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
