"""Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, SeenTwice, blocked, each_page, not_yet
from auditor.checks.finding import SIGNS, Advised, Cell, Finding, Is, Place, Sign

_NOT_IN_FORCE = Sentence("register_link.not_in_force", N_("The rule was not yet in force in this week"))
_FEW = Sentence("register_link.few", N_("{subscribers} subscribers: the rule applies above {least}"))
_SEEN = Sentence("register_link.seen", N_("The register link is in the description"))
_NOT_SEEN = Sentence("register_link.not_seen", N_("No register link seen in the description"))
_TITLE = N_("Register link")
_ABOUT = "{title}: {message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLink(SeenTwice):
    """What decides whether a page needs the link, and whether it is there."""

    subscribers: Annotated[int | None, Is("subscribers", "as the network counts them")] = None
    link_found: Annotated[bool | None, Is("", "the description carries a link to the register")] = None


def _judge(case: Case) -> Iterator[Finding[RegisterLink]]:
    yield from each_page(CHECK, case, lambda case, sight: not_yet(case, sight, _one(case, sight)))


def _one(case: Case, sight: Sight) -> Finding[RegisterLink]:
    least = case.value("register_link_subscribers")
    if case.week.last_day < date.fromisoformat(case.value("register_link_since")):
        return _finding(case, sight, Outcome.INAPPLICABLE, _NOT_IN_FORCE.say())
    obstacle = sight.inside_obstacle(case)
    if obstacle is not None and obstacle.cause is not Cause.PREVIEW_OFF:
        return blocked(CHECK, case, obstacle, sight=sight)
    values = _values(sight)
    if values.subscribers is not None and values.subscribers <= least:
        few = _FEW.say(subscribers=values.subscribers, least=least)
        return _finding(case, sight, Outcome.INAPPLICABLE, few)
    if values.subscribers is None or values.link_found is None:
        unknown = Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
        return blocked(CHECK, case, unknown, sight=sight, values=values)
    if values.link_found:
        return _finding(case, sight, Outcome.PASSED, _SEEN.say())
    if sight.current is not None and sight.current.taken_at < case.week.ends and case.week_over:
        early = Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)  # the owner could still add it
        return blocked(CHECK, case, early, sight=sight, values=values)
    if sight.late:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.SEEN_LATE), sight=sight, values=values)
    if any(look.register_link for look in sight.doubted_since(case)):
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.CONTRADICTION), sight=sight, values=values)
    return _finding(case, sight, Outcome.FAILED, _NOT_SEEN.say())


def _values(sight: Sight) -> RegisterLink:
    if sight.current is None:
        return RegisterLink()
    return RegisterLink(subscribers=sight.current.subscribers, link_found=sight.current.register_link)


def _finding(case: Case, sight: Sight, outcome: Outcome, message: Text) -> Finding[RegisterLink]:
    least, evidence = case.value("register_link_subscribers"), sight.evidence_of(EvidenceKind.PROFILE)
    return CHECK.finding(case, outcome, message, _values(sight), about=sight, threshold=least, evidence=evidence)


# What readers are shown -------------------------------------------------------------------------------------------


def _note(finding: Finding[RegisterLink]) -> Cell | None:
    """Say what is known of the link; where too little was seen of the page, name what that is about."""
    if finding.outcome is Outcome.CANT_TELL:
        partly = finding.cause is Cause.TOO_LITTLE_DATA and finding.values.subscribers is not None
        return Cell(Sign.UNKNOWN, Text(_ABOUT, {"title": Text(_TITLE), "message": finding.message})) if partly else None
    return Cell(SIGNS[finding.outcome], finding.message) if finding.outcome is not Outcome.INAPPLICABLE else None


def _advice(advised: Advised[RegisterLink]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("Put the link to the page's entry in the state register (knd.gov.ru) into its description."))


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
    policy_title=N_("Register link: subscribers above"),
    threshold=lambda value: Text(N_("above {least} subscribers"), {"least": value.number}),
    note=_note,
    advice=_advice,
)
