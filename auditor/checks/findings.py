"""The findings that several checks share: nothing to look at, something in the way, or resting on what was seen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, NN_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, Finding, Is, V, Value, Values

CAUSES = {
    cause: Sentence(f"cause.{cause}", words)
    for cause, words in {
        Cause.UNREACHABLE: N_("The network did not answer from where we looked; this says nothing about the page"),
        Cause.THROTTLED: N_("The network limited our requests; the look will be repeated"),
        Cause.BLOCKED: N_("Instead of the page came a block page or a captcha; this says nothing about the page"),
        Cause.REFUSED: N_("The network refused to show this"),
        Cause.NO_CREDENTIALS: N_("The access key that this needs is missing or does not allow it"),
        Cause.PRIVATE: N_("The page exists, but its owner's settings close it to outsiders"),
        Cause.PREVIEW_OFF: N_("The channel exists, but viewing it without signing in is switched off"),
        Cause.CONTROL_FAILED: N_(
            "The network's control page did not come out as it must, so nothing seen there is judged"
        ),
        Cause.UNRECOGNISED_PAGE: N_("The answer has a form that the program does not know"),
        Cause.TOO_LITTLE_DATA: N_("There is too little data to judge"),
        Cause.NO_THRESHOLD: N_("No norm sets a threshold, so only the numbers are given"),
        Cause.WRONG_KIND: N_("Under this address is a group, a user or a bot, not a channel"),
        Cause.GONE: N_("The confirmed page is not at its address any more"),
        Cause.STALE: N_("The page was not looked at for this week"),
    }.items()
}
"""What each cause means, in a sentence that blames nobody for our not seeing."""

_DISAGREE = Sentence(
    "look.disagree", N_("The two ways of looking disagree: without signing in {preview}, signed in {client}")
)
_NOT_LOOKED_AT = Sentence("look.not_yet", N_("The page has not been looked at yet"))
_VACANT = Sentence("office.vacant", N_("The office is vacant"))
NO_HOLDER = Sentence("office.no_holder", N_("No holder is on record for this week"))
_NO_PAGE = Sentence("office.no_page", N_("No confirmed personal page is on record"))
_DAYS = Sentence("days", *NN_("{n} day", "{n} days"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTwice(Values):
    """The values of a check of what two routes may show differently."""

    seen_by_preview: Annotated[str | None, Is("", "what the look without signing in showed", optional=True)] = None
    seen_by_client: Annotated[str | None, Is("", "what the signed-in client showed", optional=True)] = None


def blocked(
    check: Check[V], case: Case, obstacle: Obstacle, *, sight: Sight | None = None, values: V | None = None
) -> Finding[V]:
    """Make the finding for something that cannot be judged, with its cause; without `values` none is known."""
    shown = check.values() if values is None else values
    if obstacle.conflict is not None and isinstance(shown, SeenTwice):
        shown = replace(shown, seen_by_preview=obstacle.conflict.preview, seen_by_client=obstacle.conflict.client)
    return Finding(
        check=check.name,
        outcome=obstacle.outcome,
        cause=obstacle.cause,
        message=say_obstacle(obstacle),
        basis=check.basis(case.policy),
        values=shown,
        network=sight.account.network if sight else None,
        account=sight.account.url.url if sight else None,
        evidence=sight.evidence if sight else (),
    )


def say_obstacle(obstacle: Obstacle) -> Text:
    """Say in a sentence why something cannot be judged."""
    if obstacle.note is not None:
        return obstacle.note
    if obstacle.conflict is not None:
        return _DISAGREE.say(preview=obstacle.conflict.preview, client=obstacle.conflict.client)
    if obstacle.cause is not None:
        return CAUSES[obstacle.cause].say()
    return _NOT_LOOKED_AT.say()


def no_subject(check: Check[V], case: Case) -> Finding[V] | None:
    """Make the office-level finding where there is nothing to look at, or return None where there is."""
    if case.standing is not None:
        outcome, sentence = case.standing.outcome, _VACANT if case.vacancy else NO_HOLDER
    elif not case.personal:
        outcome, sentence = Outcome.UNTESTED, _NO_PAGE
    else:
        return None
    return Finding(
        check=check.name,
        outcome=outcome,
        message=sentence.say(),
        basis=check.basis(case.policy),
        values=check.values(),
        without_values=True,
    )


def person_and_pages(
    check: Check[V], case: Case, judge: Callable[[Case, Sequence[Sight], Sight | None], Finding[V]]
) -> Iterator[Finding[V]]:
    """Judge the person over all personal pages together, and each page on its own (the last argument, if not None)."""
    nothing = no_subject(check, case)
    if nothing is not None:
        yield nothing
        return
    yield judge(case, case.personal, None)
    for sight in case.personal:
        yield judge(case, (sight,), sight)


def found(
    check: Check[V],
    case: Case,
    outcome: Outcome,
    message: Text,
    *,
    values: V,
    threshold: Value,
    sights: Sequence[Sight],
    kinds: Sequence[EvidenceKind],
    about: Sight | None = None,
    cause: Cause | None = None,
) -> Finding[V]:
    """Make a finding that rests on what was seen of `sights`; its evidence are their answers of these `kinds`."""
    return Finding(
        check=check.name,
        outcome=outcome,
        cause=cause,
        message=message,
        basis=check.basis(case.policy),
        values=values,
        threshold=threshold,
        network=about.account.network if about else None,
        account=about.account.url.url if about else None,
        evidence=tuple(i for sight in sights for i in sight.evidence_of(*kinds)),
    )


def days(count: int) -> Text:
    """Say a number of days with the right form of the word."""
    return _DAYS.say(n=count)
