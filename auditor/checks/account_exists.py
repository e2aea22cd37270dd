"""Is the confirmed account still there?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, SeenTwice, blocked, no_subject, not_yet, say_excuse
from auditor.checks.finding import SIGNS, Advised, Cell, Finding, Is, Place

_THERE = Sentence("account_exists.there", N_("The page is there"))
_MOVED = Sentence(
    "account_exists.moved", N_("The page is there under another address: {address} (by its number, on {date})")
)
_GONE = Sentence(
    "account_exists.gone",
    N_("{address}: by the page's number the network said on {date} that it is not there any more"),
)
_NOT_FOUND = Sentence("account_exists.not_found", N_("The page was not found at {address} on {date}"))
"""What documents before version 0.3.0 say."""


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
    for sight in case.personal if case.standing is None else ():
        finding = _one(case, sight)
        judged = _absent(case, sight, finding) if finding.outcome is Outcome.FAILED else finding
        yield not_yet(case, sight, judged)
    for sight in case.institution:
        yield not_yet(case, sight, _one(case, sight))


def _one(case: Case, sight: Sight) -> Finding[Existence]:
    obstacle = sight.obstacle(case)
    if obstacle is not None:
        values = Existence()
        if sight.current is not None and sight.stranger:
            values = Existence(expected_id=sight.expected_id, seen_id=sight.current.id)
        return blocked(CHECK, case, obstacle, sight=sight, values=values)
    assert sight.current is not None
    exists = bool(sight.current.exists)
    return CHECK.finding(
        case,
        Outcome.PASSED if exists else Outcome.FAILED,
        _message(case, sight, exists=exists),
        Existence(exists=exists, renamed_to=sight.renamed_to),
        about=sight,
        evidence=sight.evidence_of(EvidenceKind.PROFILE, EvidenceKind.POSTS),
    )


def _absent(case: Case, sight: Sight, finding: Finding[Existence]) -> Finding[Existence]:
    """Judge a page that is gone by the person's others: it fails where each of them is gone too, or there is none."""
    excuse = case.excuse(sight)
    if excuse is not None:
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=say_excuse(excuse))
    others = [_one(case, other) for other in case.personal if other is not sight]
    if any(other.outcome is Outcome.PASSED for other in others):
        return replace(finding, outcome=Outcome.INAPPLICABLE)
    elsewhere = case.holder is not None and case.holder.accounts_elsewhere  # on networks that nobody looks at
    if elsewhere or any(other.outcome is not Outcome.FAILED for other in others):
        return replace(finding, outcome=Outcome.CANT_TELL, cause=Cause.GONE)
    return finding


def _message(case: Case, sight: Sight, *, exists: bool) -> Text:
    """Say where the page is, or on what day the network said that it is gone."""
    assert sight.current is not None
    date = case.day_of(sight.current.taken_at)
    if sight.renamed_to is not None:
        return _MOVED.say(address=sight.renamed_to, date=date)
    return _THERE.say() if exists else _GONE.say(address=sight.account.url.url, date=date)


# What readers are shown -------------------------------------------------------------------------------------------


def _note(finding: Finding[Existence]) -> Cell | None:
    if finding.outcome is Outcome.INAPPLICABLE and finding.values.exists is None:
        return None
    return Cell(SIGNS[finding.outcome], finding.message)


def _advice(advised: Advised[Existence]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED and advised.verdict_cause is not Cause.GONE:
        yield Text(N_("A confirmed page is gone: send the address of another, if there is one."))


CHECK = Check(
    name="account_exists",
    order=1,
    place=Place.PAGE,
    title=N_("Page exists"),
    passed=N_("The confirmed page is there"),
    failed=N_("The network says that the confirmed page is gone"),
    question=N_("Is the confirmed page still there?"),
    method=N_(
        "The network is asked for the address. Only its own word about the page's number counts as absence, and only "
        "in a run whose control pages came out as they must: a name that is free or another's proves nothing. Where "
        "the person has another page that is there, one that is gone is no failure. One that was gone before the week "
        "counts as read and empty beside others; where no page is left, nothing is said of the practice."
    ),
    values=Existence,
    judge=_judge,
    note=_note,
    advice=_advice,
    unrecognised=EvidenceKind.PROFILE,
)
