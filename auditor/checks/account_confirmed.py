"""Check `account_confirmed`: on what evidence the page is held to be the holder's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case
from auditor.checks.definition import Check, days
from auditor.checks.finding import Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_pages
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold

_VALID = Threshold(
    key="confirmation_valid_days",
    value=365,
    least=1,
    most=3_650,
    wanted=N_("a whole number of days, 1 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="после этого принадлежность страницы нужно подтвердить заново",
    label=N_("A confirmation is fresh for, days"),
    words=lambda value: Text(N_("valid for {days}; after that nothing fails on it"), {"days": days(value.number)}),
)

_CONFIRMED = Sentence(
    "account_confirmed.confirmed",
    N_("Confirmed on {date}: {how}"),
    rests_on="A person's entry in the registry, with its day and reason",
    not_said="That the network says so",
)
_STALE = Sentence(
    "account_confirmed.stale",
    N_("Confirmed on {date}: {how}. That is too long ago: whether the page is still the person's has to be asked anew"),
    rests_on="The confirmation is older than the policy allows",
    not_said="That the page is another's now",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedValues(Values):
    """How a page was tied to the person, and when."""

    confirmed_by: str | None = value_field("", "how it was tied to the person")
    confirmed_on: date | None = value_field("day", "when it was confirmed")


def _judge(case: Case) -> Iterator[Finding[ConfirmedValues]]:
    yield from judge_pages(CHECK, case, case.blocker() or case.no_page, _finding, lambda *_: _finding(case, case.pages))


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[ConfirmedValues]:
    page = min(pages, key=case.confirmation_is_stale)
    confirmed, stale = page.account.confirmed, case.confirmation_is_stale(page)
    assert confirmed is not None  # a personal page that is judged is confirmed
    return CHECK.finding(
        case,
        Outcome.CANT_TELL if stale else Outcome.PASSED,
        (_STALE if stale else _CONFIRMED).fill(date=confirmed.on, how=confirmed.how),
        ConfirmedValues(confirmed_by=confirmed.how, confirmed_on=confirmed.on),
        cause=Cause.STALE if stale else None,
        threshold=case.policy_value("confirmation_valid_days"),
    )


CHECK = Check(
    name="account_confirmed",
    order=2,
    section=ReportSection.PAGE,
    title=N_("Ownership confirmed"),
    passed=N_("It is on record how the page was tied to the person"),
    failed=N_("It is not on record how the page was tied to the person"),
    question=N_("How is it known that the page is this person's?"),
    method=N_(
        "A person confirms an account in the registry, with the date, the reasons and the sources. An account that "
        "nobody has confirmed is not judged and not shown. On old confirmations alone nothing fails; what the pages "
        "show counts to the person's good."
    ),
    values=ConfirmedValues,
    judge=_judge,
    threshold=_VALID,
    own_basis=Basis.CONVENTION,
)
