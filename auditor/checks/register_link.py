"""Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"""

from collections.abc import Iterator
from datetime import date

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, blocked, no_subject
from auditor.checks.finding import Finding
from auditor.registry.models import PolicyValue

_IN_FORCE = date(2024, 11, 1)
"""303-ФЗ binds page owners from this day (norms.md 2)."""


def _judge(case: Case) -> Iterator[Finding]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
    for sight in case.personal:
        yield _one(case, sight)


def _one(case: Case, sight: Sight) -> Finding:
    least = case.value("register_link_subscribers")
    if case.week.last_day < _IN_FORCE:
        return _finding(case, sight, Outcome.INAPPLICABLE, Text(N_("The rule was not yet in force in this week")))
    obstacle = sight.inside_obstacle(case)
    if obstacle is not None and obstacle.cause is not Cause.PREVIEW_OFF:
        return blocked(CHECK, case, obstacle, sight=sight, values={"subscribers": None, "link_found": None})
    assert sight.current is not None
    subscribers, link = sight.current.subscribers, sight.current.register_link
    if subscribers is not None and subscribers <= least:
        words = Text(N_("{subscribers} subscribers: the rule applies above {least}"), _params(subscribers, least))
        return _finding(case, sight, Outcome.INAPPLICABLE, words)
    if subscribers is None or link is None:
        values = {"subscribers": subscribers, "link_found": link}
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=sight, values=values)
    message = N_("The register link is in the description") if link else N_("No register link seen in the description")
    return _finding(case, sight, Outcome.PASSED if link else Outcome.FAILED, Text(message))


def _params(subscribers: int, least: int) -> dict[str, int]:
    return {"subscribers": subscribers, "least": least}


def _finding(case: Case, sight: Sight, outcome: Outcome, message: Text) -> Finding:
    current = sight.current
    return Finding(
        check=CHECK.name,
        outcome=outcome,
        message=message,
        basis=case.basis("register_link_subscribers"),
        values={
            "subscribers": current.subscribers if current else None,
            "link_found": current.register_link if current else None,
        },
        threshold=case.value("register_link_subscribers"),
        network=sight.account.network,
        account=sight.account.url.url,
        evidence=sight.evidence_of("profile"),
    )


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("above {least} subscribers"), {"least": value.value})


CHECK = Check(
    name="register_link",
    order=8,
    title=N_("Register link"),
    passed=N_("The link to the state register is in the description"),
    failed=N_("The link to the state register was not seen in the description"),
    question=N_("Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"),
    method=N_(
        "The page's public description is searched for the register's address (knd.gov.ru or gosuslugi.ru/snet). A "
        "shortened link that may lead there leaves the question open. Applies to weeks from 1 November 2024 on."
    ),
    judge=_judge,
    policy_key="register_link_subscribers",
    threshold=_threshold,
)
