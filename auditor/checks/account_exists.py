"""Check `account_exists`: whether a confirmed page still exists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Snapshot
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import NO_PAGE, NOT_LOOKED_AT, Case
from auditor.checks.definition import Check
from auditor.checks.finding import Blocker, Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import is_known_elsewhere, may_say_not_found
from auditor.checks.person_judgement import (
    ELSEWHERE,
    blocked_page_findings,
    confirm_failure,
    downgrade_failure,
    page_finding,
    page_findings,
)

_THERE = Sentence("account_exists.there", N_("The confirmed page is there"))
_RENAMED = Sentence("account_exists.moved", N_("The page is there under another address, by its number: {address}"))
_GONE = Sentence(
    "account_exists.gone",
    N_("{address}: by the page's number the network said on {date} that it is not there any more"),
)
_NOT_FOUND = Sentence("account_exists.not_found", N_("No personal page was found in the recorded search"))
_TAKEN_OVER = Sentence(
    "page.taken_over",
    N_("The page under this address has the number {seen}, the one on record is {expected}: it is not judged"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistsValues(Values):
    """Whether a confirmed page exists."""

    exists: bool | None = value_field("", "a confirmed page is there")


def _judge(case: Case) -> Iterator[Finding[ExistsValues]]:
    blocker = case.blocker() or (None if case.pages else Blocker(Outcome.UNTESTED, None, NO_PAGE.fill()))
    if case.blocker() is None and may_say_not_found(case):
        yield _unbound(case, CHECK.finding(case, Outcome.FAILED, _NOT_FOUND.fill(), ExistsValues(exists=None)))
    elif blocker is not None:
        yield CHECK.blocked_finding(case, blocker)
        yield from blocked_page_findings(CHECK, case, blocker)
    else:
        yield _unbound(case, _shielded(case, confirm_failure(case, _finding, cause_if_out_of_reach=Cause.GONE)))
        yield from page_findings(case, _finding)
    for page in case.institution:
        finding = _page_finding(case, page)
        own_finding = page_finding(finding, page)
        yield replace(own_finding, outcome=Outcome.UNTESTED) if finding.outcome is Outcome.UNTESTED else own_finding


def _shielded(case: Case, finding: Finding[ExistsValues]) -> Finding[ExistsValues]:
    """Return the finding; one that fails is `cantTell` while another page is on record or reported elsewhere."""
    if finding.outcome is not Outcome.FAILED or not is_known_elsewhere(case):
        return finding
    return downgrade_failure(finding, Cause.GONE, ELSEWHERE.fill(message=finding.message))


def _unbound(case: Case, finding: Finding[ExistsValues]) -> Finding[ExistsValues]:
    """Return the finding, with a failure of an office that the directive does not bind made `inapplicable`."""
    fails = finding.outcome is Outcome.FAILED and not case.bound
    return replace(finding, outcome=Outcome.INAPPLICABLE) if fails else finding


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[ExistsValues]:
    """Judge pages together: one existing page is enough to pass, and it fails only if all are gone."""
    findings = [_page_finding(case, page) for page in pages]
    order = (Outcome.PASSED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.FAILED)
    return min(findings, key=lambda finding: order.index(finding.outcome))


def _page_finding(case: Case, page: ObservedPage) -> Finding[ExistsValues]:
    if not page.ever_looked or not page.was_looked_at:
        return CHECK.blocked_finding(case, Blocker(Outcome.UNTESTED, None, NOT_LOOKED_AT.fill()))
    evidence = page.evidence(EvidenceKind.PROFILE, EvidenceKind.POSTS)
    gone, snapshot = page.gone_since, _sighting(page)
    if page.contradicted:
        return CHECK.cant_tell(case, Cause.CONTRADICTION, evidence=evidence)
    if gone is not None and gone < case.week.ends:
        message = _GONE.fill(address=page.account.url.url, date=case.local_date(gone))
        return CHECK.finding(case, Outcome.FAILED, message, ExistsValues(exists=False), evidence=evidence)
    if page.banned_since is not None and page.banned_since < case.week.ends:
        return CHECK.cant_tell(case, Cause.BANNED, evidence=evidence)
    if page.is_other_page:
        return CHECK.cant_tell(case, Cause.NOT_AT_ADDRESS, message=_other_page_message(page), evidence=evidence)
    if snapshot is not None:
        message = _THERE.fill() if page.renamed_to is None else _RENAMED.fill(address=page.renamed_to)
        return CHECK.finding(case, Outcome.PASSED, message, ExistsValues(exists=True), evidence=evidence)
    cause = Cause.GONE if gone is not None else page.why_nothing_known
    return CHECK.cant_tell(case, cause, evidence=evidence)


def _sighting(page: ObservedPage) -> Snapshot | None:
    """Return a snapshot in time, by any route, in which the page exists (in the holder's favour), or None."""
    in_time = (look.snapshot for look in page.looks if look.snapshot.taken_at >= page.week_starts and not look.late)
    return next((shot for shot in in_time if shot.exists and shot.cause is not Cause.WRONG_KIND), None)


def _other_page_message(page: ObservedPage) -> Text:
    other_id = next((str(look.snapshot.id) for look in reversed(page.looks_at_other_pages)), "")
    return _TAKEN_OVER.fill(seen=other_id, expected=str(page.page_id))


CHECK = Check(
    name="account_exists",
    order=1,
    section=ReportSection.PAGE,
    title=N_("Page exists"),
    passed=N_("The confirmed page is there"),
    failed=N_("The network says that the confirmed page is gone"),
    title_override=lambda finding: (
        Text(N_("A personal page was not found")) if finding.message.id == _NOT_FOUND.id else None
    ),
    possible_titles=(N_("A personal page was not found"),),
    question=N_("Is the confirmed page still there?"),
    method=N_(
        "The network is asked for the address. Only its own word about the page's number counts as absence, and only "
        "in a run whose control pages came out as they must: a name that is free or another's proves nothing. It fails "
        "where all of a person's pages are gone and no other is reported, for weeks that end after the first look that "
        "said so. A page that the network has blocked may come back: of it nothing is told."
    ),
    values=ExistsValues,
    judge=_judge,
    unrecognised=EvidenceKind.PROFILE,
)
