"""Where a week's page stands among the others: what lies before it, after it and beside it."""

import re
from dataclasses import dataclass

_WEEK = re.compile(r"\d{4}-W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """The ways out of a page. Every address is relative to it, so that a folder of reports can lie anywhere."""

    previous: str | None = None
    """The nearest week before of which there is a page: ``../2026-W46/index.html``."""
    next: str | None = None
    weeks: str | None = None
    """The page of all weeks."""
    files: tuple[str, ...] = ()
    """The other files that were written beside the page: ``audit.csv``."""

    @property
    def previous_number(self) -> int | None:
        """The number of the week before; None where there is none."""
        return _number(self.previous)

    @property
    def next_number(self) -> int | None:
        """The number of the week after; None where there is none."""
        return _number(self.next)


def _number(href: str | None) -> int | None:
    found = _WEEK.search(href or "")
    return int(found[1]) if found else None
