"""Is the confirmed account still there?"""

__all__ = ["CHECK"]

from collections.abc import Iterator

from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, blocked, no_subject
from auditor.checks.finding import Finding
from auditor.registry.models import Basis
from auditor.snapshot import Outcome
from auditor.text import N_, Text


def _judge(case: Case) -> Iterator[Finding]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
    for sight in (*case.personal, *case.institution):
        yield _one(case, sight)


def _one(case: Case, sight: Sight) -> Finding:
    obstacle = sight.obstacle(case)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=sight, values={"exists": None})
    assert sight.current is not None
    exists = bool(sight.current.exists)
    message = N_("The page is there") if exists else N_("The page was not found on {date}")
    return Finding(
        check=CHECK.name,
        outcome=Outcome.PASSED if exists else Outcome.FAILED,
        message=Text(message, {"date": sight.current.taken_at.astimezone(case.registry.zone).date()}),
        basis=Basis.CONVENTION,
        values={"exists": exists},
        network=sight.account.network,
        account=sight.account.url.url,
        evidence=sight.evidence_of("profile", "posts"),
    )


CHECK = Check(
    name="account_exists",
    order=1,
    title=N_("Page exists"),
    passed=N_("The confirmed page is there"),
    failed=N_("The confirmed page was not found"),
    question=N_("Is the confirmed page still there?"),
    method=N_(
        "The network is asked for the address. Only its own positive answer that there is no such page counts as "
        "absence, and only in a run whose control pages came out as they must."
    ),
    judge=_judge,
)
