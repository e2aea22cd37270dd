"""Which reds the numbers of a policy never let come: a registry may hold such numbers, and is told."""

from datetime import date, timedelta

from auditor.base.text import N_, Text, phrase
from auditor.checks import catalogue
from auditor.registry.models import Policy
from auditor.registry.policy import LEAP_YEAR, QUIET_WEEK, quiet_days_in

_LATE = N_(
    "posts, silence and open comments can hardly be a red: late_look_days is 0, so a look counts only in the instant "
    "of the week's end"
)
_QUIET = N_("nothing of the practice can be a red: each week has three days of quiet_days")


def unreachable_reds(policy: Policy) -> list[Text]:
    """Return a sentence for each check, and for the practice, that can never be `failed` by the policy's numbers."""
    own_reasons = [check.never_red(policy) for check in catalogue() if check.never_red is not None]
    late = phrase(_LATE) if policy["late_look_days"].number == 0 else None
    quiet = phrase(_QUIET) if _is_always_quiet(policy) else None
    return [reason for reason in (late, quiet, *own_reasons) if reason is not None]


def _is_always_quiet(policy: Policy) -> bool:
    """Return whether each week of a leap year has three quiet days."""
    mondays = [date(LEAP_YEAR, 1, 1) + timedelta(weeks=number) for number in range(53)]  # 1 January 2024 is a Monday
    return all(len(quiet_days_in(policy, monday, monday + timedelta(days=6))) >= QUIET_WEEK for monday in mondays)
