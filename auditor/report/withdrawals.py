"""Withdrawn weeks, and what readers are shown of the others: nothing that rests on one of them."""

from collections.abc import Container, Iterable
from datetime import date
from typing import Any, Protocol

from auditor.audit.document import Audit, AuditedOffice, AuditedWeek, Change


class WithdrawalLike(Protocol):
    """That a published week was withdrawn: a notice stands in its place."""

    @property
    def week(self) -> str:
        """``2026-W47``."""

    @property
    def on(self) -> date:
        """The day on which it was withdrawn."""

    @property
    def reason(self) -> str:
        """Why, in a sentence for readers."""


def in_force(withdrawals: Iterable[WithdrawalLike], day: date) -> dict[str, WithdrawalLike]:
    """Return which weeks are withdrawn on a day, the oldest first."""
    return {one.week: one for one in sorted(withdrawals, key=lambda one: one.week) if one.on <= day}


def without_withdrawn(audit: Audit, gone: Container[str]) -> Audit:
    """Return a week's audit as it is shown where the weeks `gone` are withdrawn.

    In the histories nothing is known of them, and a week that was compared with one of them is compared with none.
    """
    alone = audit.previous_week in gone
    uncompared: dict[str, Any] = _UNCOMPARED if alone else {}

    def shown(office: AuditedOffice) -> AuditedOffice:
        history = [AuditedWeek(week=past.week) if past.week in gone else past for past in office.history]
        return office.model_copy(update={"history": history, **uncompared})

    return audit.model_copy(update={"previous_week": None} if alone else {}).map_offices(shown)


_UNCOMPARED: dict[str, Any] = {
    "change": Change.NEUTRAL.value,
    "previous_verdict": None,
    "verdict_change": None,
    "moves": [],
}
"""What an office says where there is no week before."""
