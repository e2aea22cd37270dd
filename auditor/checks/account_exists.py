"""Is the confirmed account still there?"""

from collections.abc import Iterator

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, blocked, no_subject
from auditor.checks.finding import Finding, Value
from auditor.registry.models import Basis


def _judge(case: Case) -> Iterator[Finding]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
    for sight in (*case.personal, *case.institution):
        yield _one(case, sight)


def _one(case: Case, sight: Sight) -> Finding:
    obstacle = sight.obstacle(case)
    if obstacle is not None:
        stranger = sight.current is not None and sight.stranger and obstacle.cause is Cause.GONE
        numbers = {"expected_id": sight.expected_id, "seen_id": sight.current.id} if stranger and sight.current else {}
        return blocked(CHECK, case, obstacle, sight=sight, values={"exists": None, **numbers})
    assert sight.current is not None
    exists = bool(sight.current.exists)
    values: dict[str, Value] = {"exists": exists}
    if sight.renamed_to is not None:
        values["renamed_to"] = sight.renamed_to
    return Finding(
        check=CHECK.name,
        outcome=Outcome.PASSED if exists else Outcome.FAILED,
        message=_message(case, sight, exists=exists),
        basis=Basis.CONVENTION,
        values=values,
        network=sight.account.network,
        account=sight.account.url.url,
        evidence=sight.evidence_of("profile", "posts"),
    )


def _message(case: Case, sight: Sight, *, exists: bool) -> Text:
    """Say where the page is. One that is not found may be deleted, hidden or renamed: only the address is spoken of."""
    assert sight.current is not None
    date = case.day_of(sight.current.taken_at)
    if sight.renamed_to is not None:
        words = N_("The page is there under another address: {address} (by its number, on {date})")
        return Text(words, {"address": sight.renamed_to, "date": date})
    if exists:
        return Text(N_("The page is there"))
    return Text(N_("The page was not found at {address} on {date}"), {"address": sight.account.url.url, "date": date})


CHECK = Check(
    name="account_exists",
    order=1,
    title=N_("Page exists"),
    passed=N_("The confirmed page is there"),
    failed=N_("The confirmed page was not found"),
    question=N_("Is the confirmed page still there?"),
    method=N_(
        "The network is asked for the address. Only its own positive answer that there is no such page counts as "
        "absence, and only in a run whose control pages came out as they must. A page is known by its number: where "
        "the name is nobody's or another's, VK and the signed-in Telegram client are asked for the number."
    ),
    judge=_judge,
)
