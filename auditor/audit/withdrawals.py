"""Withdrawn weeks, and other weeks without the figures of withdrawn ones."""

from collections.abc import Container, Iterable
from datetime import date
from typing import Any

from auditor.audit.document import Audit, AuditedOffice, AuditedWeek, Change
from auditor.registry.remarks import Withdrawal

__all__ = ["Withdrawal", "in_force", "without_withdrawn"]


def in_force(withdrawals: Iterable[Withdrawal], day: date) -> dict[str, Withdrawal]:
    """Return the withdrawals in force on a day, by week, the oldest first."""
    return {
        withdrawal.week: withdrawal
        for withdrawal in sorted(withdrawals, key=lambda item: item.week)
        if withdrawal.on <= day
    }


def without_withdrawn(audit: Audit, withdrawn_weeks: Container[str]) -> Audit:
    """Return a week's audit as readers see it after `withdrawn_weeks` were withdrawn.

    Histories have no figures of them, and a week compared with one of them is compared with none.
    """
    compares_with_withdrawn = audit.previous_week in withdrawn_weeks
    uncompared: dict[str, Any] = _UNCOMPARED if compares_with_withdrawn else {}

    def adjusted(office: AuditedOffice) -> AuditedOffice:
        history = [AuditedWeek(week=past.week) if past.week in withdrawn_weeks else past for past in office.history]
        return office.model_copy(update={"history": history, **uncompared})

    return audit.model_copy(update={"previous_week": None} if compares_with_withdrawn else {}).map_offices(adjusted)


_UNCOMPARED: dict[str, Any] = {
    "change": Change.NEUTRAL.value,
    "previous_verdict": None,
    "verdict_change": None,
    "moves": [],
}
"""The comparison of an office without a previous week."""
