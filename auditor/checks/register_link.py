"""Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import NO_PAGE, NOT_LOOKED_AT, Case
from auditor.checks.check import Check
from auditor.checks.finding import Finding, Is, Obstacle, Place, Values
from auditor.checks.page import Look, Page
from auditor.checks.person import each_page, held_twice, pages_barred

_NOT_IN_FORCE = Sentence("register_link.not_in_force", N_("The rule was not yet in force in this week"))
_FEW = Sentence("register_link.few", N_("{subscribers} subscribers: the rule applies above {least}"))
_SEEN = Sentence("register_link.seen", N_("The link to the state register is in the description"))
NOT_SEEN = Sentence("register_link.not_seen", N_("The link to the state register was not seen in the description"))
_TITLE = N_("Register link")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLink(Values):
    """What decides whether a page needs the link, and whether it is there."""

    subscribers: Annotated[int | None, Is("subscribers", "as the network counts them")] = None
    link_found: Annotated[bool | None, Is("", "the description carries a link to the register")] = None


def _judge(case: Case) -> Iterator[Finding[RegisterLink]]:
    barred = case.bar(exempt=False) or _not_asked(case)
    if barred is not None:
        yield CHECK.barred(case, barred)
        yield from pages_barred(CHECK, case, barred)
        return
    yield held_twice(case, _finding, practice=False)
    yield from each_page(case, _finding)


def _not_asked(case: Case) -> Obstacle | None:
    if not case.pages:
        return Obstacle(Outcome.UNTESTED, None, NO_PAGE.say())
    if case.week.last_day < date.fromisoformat(case.value("register_link_since")):
        return Obstacle(Outcome.INAPPLICABLE, None, _NOT_IN_FORCE.say())
    looked = any(page.looked for page in case.pages)
    return None if looked else Obstacle(Outcome.UNTESTED, None, NOT_LOOKED_AT.say())


def _finding(case: Case, pages: Sequence[Page]) -> Finding[RegisterLink]:
    """Judge pages together: one without the link fails, whatever the others have."""
    order = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED, Outcome.INAPPLICABLE)
    return min((_one(case, page) for page in pages), key=lambda finding: order.index(finding.outcome))


def _one(case: Case, page: Page) -> Finding[RegisterLink]:
    least, seen = case.value("register_link_subscribers"), any(look.seen.register_link for look in _in_time(page))
    found = True if seen else page.newest("register_link")
    values = RegisterLink(subscribers=page.newest("subscribers"), link_found=found)
    evidence = page.evidence(EvidenceKind.PROFILE)
    hidden = Cause.NOT_AT_ADDRESS if page.is_stranger else page.hidden_by
    if not seen and hidden is not None and hidden is not Cause.PREVIEW_OFF:
        return CHECK.cannot_tell(case, hidden, evidence=evidence)
    if values.subscribers is not None and values.subscribers <= least:
        few = _FEW.say(subscribers=values.subscribers, least=least)
        return CHECK.finding(case, Outcome.INAPPLICABLE, few, values, threshold=least, evidence=evidence)
    if values.subscribers is None or values.link_found is None:
        return CHECK.cannot_tell(case, hidden or page.unseen_cause, values, evidence=evidence)
    outcome, said = (Outcome.PASSED, _SEEN) if values.link_found else (Outcome.FAILED, NOT_SEEN)
    return CHECK.finding(case, outcome, said.say(), values, threshold=least, evidence=evidence)


def _in_time(page: Page) -> list[Look]:
    return [look for look in page.looks if look.seen.taken_at >= page.starts and not look.late]


CHECK = Check(
    name="register_link",
    order=8,
    place=Place.PAGE,
    title=_TITLE,
    passed=N_("The link to the state register is in the description"),
    failed=N_("The link to the state register was not seen in the description"),
    question=N_("Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"),
    method=N_(
        "The page's public description is searched for the register's address (knd.gov.ru or gosuslugi.ru/snet). A "
        "shortened link that may lead there leaves the question open. Applies to weeks from 1 November 2024 on."
    ),
    values=RegisterLink,
    judge=_judge,
    policy_key="register_link_subscribers",
    threshold=lambda value: Text(N_("above {least} subscribers"), {"least": value.number}),
)
