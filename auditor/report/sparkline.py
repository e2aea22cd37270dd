"""A row of weeks in one line of letters: how much was posted, with zero, unknown and another holder told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.audit.document import AuditedOffice, AuditedPast


@dataclass(frozen=True, slots=True)
class Ramp:
    """The letters: `levels` rise from the least to the most that was posted in a week."""

    zero: str
    levels: str
    unknown: str
    other: str

    @property
    def letters(self) -> str:
        """All of them, to be tried at an encoding."""
        return self.zero + self.levels + self.unknown + self.other


BLOCKS = Ramp(zero="▁", levels="▂▃▄▅▆▇█", unknown="░", other="·")
PLAIN = Ramp(zero="_", levels=".:-=+*#", unknown="?", other="/")
"""For outputs whose encoding has no blocks."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of an office. `count` None is "not known"; of an `other` holder's week nothing is drawn."""

    count: int | None
    other: bool = False


def ramp_for(encoding: str) -> Ramp:
    """Return the blocks where `encoding` has every one of them, and else plain letters."""
    try:
        BLOCKS.letters.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def weeks_of(office: AuditedOffice) -> list[Week]:
    """Return posts and reposts of the office's weeks, oldest first; those not of today's holder are marked."""
    now = office.holder.name if office.holder is not None else None
    return [Week(_total(past), other=past.holder != now) for past in office.history]


def _total(past: AuditedPast) -> int | None:
    return None if past.posts is None else past.posts + (past.reposts or 0)


def sparkline(weeks: Sequence[Week], ramp: Ramp) -> str:
    """Return one letter a week. The scale begins at zero and ends at the most of this holder's known weeks."""
    most = max((week.count for week in weeks if week.count is not None and not week.other), default=0)
    return "".join(_letter(week, most, ramp) for week in weeks)


def _letter(week: Week, most: int, ramp: Ramp) -> str:
    if week.other:
        return ramp.other
    if week.count is None:
        return ramp.unknown
    # Rounded up: one post among many is never drawn as none.
    return ramp.levels[-(-week.count * len(ramp.levels) // most) - 1] if week.count else ramp.zero
