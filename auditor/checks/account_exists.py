"""Is the confirmed account still there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, SeenTwice, blocked, no_subject
from auditor.checks.finding import SIGNS, Advised, Cell, Finding, Is, Place
from auditor.registry.models import Basis

_THERE = Sentence("account_exists.there", N_("The page is there"))
_MOVED = Sentence(
    "account_exists.moved", N_("The page is there under another address: {address} (by its number, on {date})")
)
_NOT_FOUND = Sentence("account_exists.not_found", N_("The page was not found at {address} on {date}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence(SeenTwice):
    """Whether a page is there, and as which page it is known."""

    exists: Annotated[bool | None, Is("", "the confirmed page is there")] = None
    expected_id: Annotated[int | None, Is("", "the confirmed page's number, where another was seen", optional=True)] = (
        None
    )
    seen_id: Annotated[int | None, Is("", "the number of the page that is at the address now", optional=True)] = None
    renamed_to: Annotated[str | None, Is("", "the address at which the page is now", optional=True)] = None


def _judge(case: Case) -> Iterator[Finding[Existence]]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
    for sight in (*case.personal, *case.institution):
        yield _one(case, sight)


def _one(case: Case, sight: Sight) -> Finding[Existence]:
    obstacle = sight.obstacle(case)
    if obstacle is not None:
        values = Existence()
        if sight.current is not None and sight.stranger and obstacle.cause is Cause.GONE:
            values = Existence(expected_id=sight.expected_id, seen_id=sight.current.id)
        return blocked(CHECK, case, obstacle, sight=sight, values=values)
    assert sight.current is not None
    exists = bool(sight.current.exists)
    return Finding(
        check=CHECK.name,
        outcome=Outcome.PASSED if exists else Outcome.FAILED,
        message=_message(case, sight, exists=exists),
        basis=Basis.CONVENTION,
        values=Existence(exists=exists, renamed_to=sight.renamed_to),
        network=sight.account.network,
        account=sight.account.url.url,
        evidence=sight.evidence_of(EvidenceKind.PROFILE, EvidenceKind.POSTS),
    )


def _message(case: Case, sight: Sight, *, exists: bool) -> Text:
    """Say where the page is. One that is not found may be deleted, hidden or renamed: only the address is spoken of."""
    assert sight.current is not None
    date = case.day_of(sight.current.taken_at)
    if sight.renamed_to is not None:
        return _MOVED.say(address=sight.renamed_to, date=date)
    if exists:
        return _THERE.say()
    return _NOT_FOUND.say(address=sight.account.url.url, date=date)


# What readers are shown -------------------------------------------------------------------------------------------


def _note(finding: Finding[Existence]) -> Cell | None:
    if finding.outcome is Outcome.INAPPLICABLE:
        return None
    return Cell(SIGNS[finding.outcome], finding.message)


def _advice(advised: Advised[Existence]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED and advised.verdict_cause is not Cause.GONE:
        yield Text(N_("A confirmed page is not found at its address: send the new address, if there is one."))


CHECK = Check(
    name="account_exists",
    order=1,
    place=Place.PAGE,
    title=N_("Page exists"),
    passed=N_("The confirmed page is there"),
    failed=N_("The confirmed page was not found"),
    question=N_("Is the confirmed page still there?"),
    method=N_(
        "The network is asked for the address. Only its own positive answer that there is no such page counts as "
        "absence, and only in a run whose control pages came out as they must. A page is known by its number: where "
        "the name is nobody's or another's, VK and the signed-in Telegram client are asked for the number."
    ),
    values=Existence,
    judge=_judge,
    note=_note,
    advice=_advice,
    unrecognised=EvidenceKind.PROFILE,
)
