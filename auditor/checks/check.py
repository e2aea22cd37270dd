"""A check's own description, and the findings every check shares."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, NN_, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.finding import Finding, Value
from auditor.registry.models import Basis, PolicyValue


@dataclass(frozen=True, slots=True)
class Check:
    """One question, with its texts, its threshold and what that rests on. The page's method is made from these."""

    name: str
    order: int
    title: str
    """The subject in two or three words."""
    passed: str
    failed: str
    """The two titles of its outcomes, each a plain statement (norms.md 3: honest wording)."""
    question: str
    method: str
    """How it is measured, with formula and units; what is left out."""
    judge: Callable[[Case], Iterable[Finding]]
    policy_key: str | None = None
    """The policy's key that holds its threshold, basis and source."""
    own_basis: Basis | None = None
    """What the check itself rests on, where that is not its threshold's basis."""
    threshold: Callable[[PolicyValue], Text] | None = field(default=None)
    """The threshold in words."""

    def basis(self, policy: Mapping[str, PolicyValue]) -> Basis:
        """Return what the check rests on."""
        if self.own_basis is not None or self.policy_key is None:
            return self.own_basis or Basis.CONVENTION
        return policy[self.policy_key].basis


_CAUSE_SENTENCES = {
    Cause.UNREACHABLE: N_("The network did not answer from where we looked; this says nothing about the page"),
    Cause.THROTTLED: N_("The network limited our requests; the look will be repeated"),
    Cause.BLOCKED: N_("Instead of the page came a block page or a captcha; this says nothing about the page"),
    Cause.REFUSED: N_("The network refused to show this"),
    Cause.NO_CREDENTIALS: N_("The access key that this needs is missing or does not allow it"),
    Cause.PRIVATE: N_("The page exists, but its owner's settings close it to outsiders"),
    Cause.PREVIEW_OFF: N_("The channel exists, but viewing it without signing in is switched off"),
    Cause.CONTROL_FAILED: N_("The network's control page did not come out as it must, so nothing seen there is judged"),
    Cause.UNRECOGNISED_PAGE: N_("The answer has a form that the program does not know"),
    Cause.TOO_LITTLE_DATA: N_("There is too little data to judge"),
    Cause.NO_THRESHOLD: N_("No norm sets a threshold, so only the numbers are given"),
    Cause.WRONG_KIND: N_("Under this address is a group, a user or a bot, not a channel"),
    Cause.GONE: N_("The confirmed page is not at its address any more"),
    Cause.STALE: N_("The page was not looked at for this week"),
}
"""What each cause means, in a sentence that blames nobody for our not seeing."""


def blocked(
    check: Check,
    case: Case,
    obstacle: Obstacle,
    *,
    sight: Sight | None = None,
    values: Mapping[str, Value] | None = None,
) -> Finding:
    """Make the finding for something that cannot be judged, with its cause."""
    shown = dict(values or {})
    if obstacle.conflict is not None:
        shown |= {"seen_by_preview": obstacle.conflict.preview, "seen_by_client": obstacle.conflict.client}
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
    conflict = obstacle.conflict
    if obstacle.note is not None:
        return obstacle.note
    if conflict is not None:
        words = N_("The two ways of looking disagree: without signing in {preview}, signed in {client}")
        return Text(words, {"preview": conflict.preview, "client": conflict.client})
    if obstacle.cause is not None:
        return Text(_CAUSE_SENTENCES[obstacle.cause])
    return Text(N_("The page has not been looked at yet"))


def no_subject(check: Check, case: Case) -> Finding | None:
    """Make the office-level finding where there is nothing to look at, or return None where there is."""
    if case.standing is not None:
        outcome = case.standing.outcome
        words = N_("The office is vacant") if case.vacancy else N_("No holder is on record for this week")
    elif not case.personal:
        outcome, words = Outcome.UNTESTED, N_("No confirmed personal page is on record")
    else:
        return None
    return Finding(check.name, outcome, Text(words), check.basis(case.policy))


def person_and_pages(
    check: Check, case: Case, judge: Callable[[Case, Sequence[Sight], Sight | None], Finding]
) -> Iterator[Finding]:
    """Judge the person over all personal pages together, and each page on its own (the last argument, if not None)."""
    nothing = no_subject(check, case)
    if nothing is not None:
        yield nothing
        return
    yield judge(case, case.personal, None)
    for sight in case.personal:
        yield judge(case, (sight,), sight)


def obstacle_among(sights: Iterable[Sight], case: Case, since: datetime | None = None) -> Obstacle | None:
    """Return why the first of `sights` that cannot be judged from `since` on cannot be, or None."""
    return next((obstacle for s in sights if (obstacle := s.posts_obstacle(case, since)) is not None), None)


def found(
    check: Check,
    case: Case,
    outcome: Outcome,
    message: Text,
    *,
    values: Mapping[str, Value],
    threshold: Value,
    sights: Sequence[Sight],
    kinds: Sequence[str],
    about: Sight | None = None,
    cause: Cause | None = None,
) -> Finding:
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


_DAYS = NN_("{n} day", "{n} days")


def days(count: int) -> Text:
    """Say a number of days with the right form of the word."""
    return Text(_DAYS[0], {"n": count}, plural=_DAYS[1], count=count)
