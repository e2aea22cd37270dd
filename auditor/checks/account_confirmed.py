"""How is it known that the account is the person's?"""

__all__ = ["CHECK"]

from collections.abc import Iterator

from auditor.checks.case import Case
from auditor.checks.check import Check, no_subject
from auditor.checks.finding import Finding
from auditor.registry.models import Basis
from auditor.snapshot import Outcome
from auditor.text import N_, Text


def _judge(case: Case) -> Iterator[Finding]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
    for sight in case.personal:
        confirmed = sight.account.confirmed
        assert confirmed is not None  # personal sights are confirmed by their definition
        yield Finding(
            check=CHECK.name,
            outcome=Outcome.PASSED,
            message=Text(N_("Confirmed on {date}: {how}"), {"date": confirmed.on, "how": confirmed.how}),
            basis=Basis.CONVENTION,
            values={"confirmed_by": confirmed.by or confirmed.how, "confirmed_on": confirmed.on},
            network=sight.account.network,
            account=sight.account.url.url,
        )


CHECK = Check(
    name="account_confirmed",
    order=2,
    title=N_("Ownership confirmed"),
    passed=N_("It is on record how the page was tied to the person"),
    failed=N_("It is not on record how the page was tied to the person"),
    question=N_("How is it known that the page is this person's?"),
    method=N_(
        "A person confirms an account in the registry, with the date, the reasons and the sources. An account that "
        "nobody has confirmed is not judged and not shown."
    ),
    judge=_judge,
)
