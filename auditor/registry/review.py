"""How old a confirmation is. An account can change hands, so an old one is to be made again; until then it holds."""

from datetime import date

from auditor.registry.models import Confirmation


def days_since(confirmation: Confirmation, day: date) -> int | None:
    """Return whole days from a confirmation to `day`; None where it was made later, so that none can be counted."""
    days = (day - confirmation.on).days
    return days if days >= 0 else None


def under_review(confirmation: Confirmation, day: date, valid_days: int) -> bool:
    """Tell whether a confirmation is older than `valid_days` on `day`; on the last of them it still is not."""
    days = days_since(confirmation, day)
    return days is not None and days > valid_days
