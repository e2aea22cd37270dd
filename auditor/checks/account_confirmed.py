"""How is it known that the account is the person's?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, days, each_page
from auditor.checks.finding import Finding, Is, Place, Values
from auditor.registry.models import Basis, PolicyValue, days_since

_CONFIRMED = Sentence("account_confirmed.confirmed", N_("Confirmed on {date}: {how}"))
_STALE = Sentence(
    "account_confirmed.stale",
    N_("Confirmed on {date}: {how}. That was {days} ago: whether the page is still the person's has to be asked anew"),
)
_REVIEWED = Sentence(
    "account_confirmed.under_review",
    N_("Confirmed on {date}: {how}. That was {days} ago: it is under review, and holds until then"),
)
"""What documents before version 0.3.0 say of an old confirmation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership(Values):
    """How a page was tied to the person."""

    confirmed_by: Annotated[str | None, Is("", "who confirmed it; where nobody is named, how it was done")] = None
    confirmed_on: Annotated[date | None, Is("day", "when it was confirmed")] = None
    confirmed_days_ago: Annotated[int | None, Is("days", "from the confirmation to the day that is judged")] = None
    under_review: Annotated[bool | None, Is("", "older than the policy's confirmation_valid_days")] = None


def _judge(case: Case) -> Iterator[Finding[Ownership]]:
    yield from each_page(CHECK, case, _one)


def _one(case: Case, sight: Sight) -> Finding[Ownership]:
    confirmed = sight.account.confirmed
    assert confirmed is not None  # personal sights are confirmed by their definition
    stale, ago = case.under_review(confirmed), days_since(confirmed, case.day)
    how = confirmed.how
    message = _CONFIRMED.say(date=confirmed.on, how=how)
    if stale:
        message = _STALE.say(date=confirmed.on, how=how, days=days(ago or 0))
    return CHECK.finding(
        case,
        Outcome.CANT_TELL if stale else Outcome.PASSED,
        message,
        Ownership(
            confirmed_by=confirmed.by or how,
            confirmed_on=confirmed.on,
            confirmed_days_ago=ago,
            under_review=stale,
        ),
        about=sight,
        cause=Cause.STALE if stale else None,
        threshold=case.value("confirmation_valid_days"),
    )


def _threshold(value: PolicyValue) -> Text:
    return Text(
        N_("valid for {days}; after that nothing of the practice fails on it alone"), {"days": days(value.number)}
    )


CHECK = Check(
    name="account_confirmed",
    order=2,
    place=Place.PAGE,
    title=N_("Ownership confirmed"),
    passed=N_("It is on record how the page was tied to the person"),
    failed=N_("It is not on record how the page was tied to the person"),
    question=N_("How is it known that the page is this person's?"),
    method=N_(
        "A person confirms an account in the registry, with the date, the reasons and the sources. An account that "
        "nobody has confirmed is not judged and not shown. On old confirmations alone nothing of the practice "
        "fails; what the pages show counts to the person's good. Whether such a page is there, was opened in time and "
        "carries the register link is judged as ever."
    ),
    values=Ownership,
    judge=_judge,
    policy_key="confirmation_valid_days",
    policy_title=N_("A confirmation is fresh for, days"),
    own_basis=Basis.CONVENTION,
    threshold=_threshold,
)
