"""Check `account_exists`: whether a confirmed page still exists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import NOT_LOOKED_AT, Case
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.checks.opening_traces import may_say_not_found
from auditor.checks.person_judgement import (
    ELSEWHERE,
    Judge,
    confirm_failure,
    downgrade_failure,
    judge_pages,
    page_finding,
)

_THERE = Sentence(
    "account_exists.there",
    N_("The confirmed page is there"),
    rests_on="The page opened, under the number that was confirmed",
    not_said="Who writes there",
)
_RENAMED = Sentence(
    "account_exists.moved",
    N_("The page is there under another address, by its number: {address}"),
    rests_on="The page's number is seen under another address",
    not_said="Who renamed it, and why",
)
_GONE = Sentence(
    "account_exists.gone",
    N_("{address}: by the page's number the network said on {date} that it is not there any more"),
    rests_on=(
        "The network's own word about the page's number on that day, and in every look since; every other page of"
        " the person is gone too, or there is none"
    ),
    not_said="Who removed it, and why",
    red=True,
)
_NOT_FOUND = Sentence(
    "account_exists.not_found",
    N_("No personal page was found in the recorded search"),
    rests_on=(
        "A recorded search after the last day on VK, Telegram, Odnoklassniki and MAX (a neutral one may be left "
        "out); no press report, no open lead"
    ),
    not_said="That there is no page",
    red=True,
)
_TAKEN_OVER = Sentence(
    "page.taken_over",
    N_("The page under this address has the number {seen}, the one on record is {expected}: it is not judged"),
    rests_on="Another number under the address",
    not_said="Whose page that is",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistsValues(Values):
    """Whether a confirmed page exists."""

    exists: bool | None = value_field("", "a confirmed page is there")


def _judge(case: Case) -> Iterator[Finding[ExistsValues]]:
    blocker = case.blocker() or (None if may_say_not_found(case) else case.no_page)
    yield from judge_pages(CHECK, case, blocker, _finding, _office_finding)
    for page in case.institution:
        finding = _page_finding(case, page)
        own_finding = page_finding(finding, page)
        yield replace(own_finding, outcome=Outcome.UNTESTED) if finding.outcome is Outcome.UNTESTED else own_finding


def _office_finding(case: Case, judge: Judge[ExistsValues]) -> Finding[ExistsValues]:
    """Return the holder's finding, which fails only without another page elsewhere, and where the directive binds."""
    finding = CHECK.finding(case, Outcome.FAILED, _NOT_FOUND.fill(), ExistsValues())
    if case.pages:
        finding = confirm_failure(case, judge, cause_if_out_of_reach=Cause.GONE)
    if finding.outcome is Outcome.FAILED and case.seen_elsewhere:
        return downgrade_failure(finding, Cause.GONE, ELSEWHERE.fill(message=finding.message))
    fails = finding.outcome is Outcome.FAILED and not case.bound
    return replace(finding, outcome=Outcome.INAPPLICABLE) if fails else finding


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[ExistsValues]:
    """Judge pages together: one existing page is enough to pass, and it fails only if all are gone."""
    findings = [_page_finding(case, page) for page in pages]
    order = (Outcome.PASSED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.FAILED)
    return min(findings, key=lambda finding: order.index(finding.outcome))


def _page_finding(case: Case, page: ObservedPage) -> Finding[ExistsValues]:
    if not page.was_looked_at:
        return CHECK.blocked_finding(case, NOT_LOOKED_AT)
    evidence = page.evidence(EvidenceKind.PROFILE, EvidenceKind.POSTS)
    gone = page.gone_since
    if page.contradicted:
        return CHECK.cant_tell(case, Cause.CONTRADICTION, evidence=evidence)
    if gone is not None and gone < case.week.ends:
        message = _GONE.fill(address=page.account.url.url, date=case.local_date(gone))
        return CHECK.finding(case, Outcome.FAILED, message, ExistsValues(exists=False), evidence=evidence)
    if page.banned_since is not None and page.banned_since < case.week.ends:
        return CHECK.cant_tell(case, Cause.BANNED, evidence=evidence)
    if page.is_other_page:
        return replace(
            CHECK.cant_tell(case, Cause.NOT_AT_ADDRESS, evidence=evidence), message=_other_page_message(page)
        )
    if any(_shows_page(look) for look in page.looks):
        message = _THERE.fill() if page.renamed_to is None else _RENAMED.fill(address=page.renamed_to)
        return CHECK.finding(case, Outcome.PASSED, message, ExistsValues(exists=True), evidence=evidence)
    cause = Cause.GONE if gone is not None else page.why_hidden or page.why_no_look_counts
    return CHECK.cant_tell(case, cause, evidence=evidence)


def _shows_page(look: WeightedLook) -> bool:
    """Return whether the page exists in a look in time, by any route: that is in the holder's favour."""
    return look.in_time and bool(look.snapshot.exists) and look.snapshot.cause is not Cause.WRONG_KIND


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
    decided_by_search=True,
    unrecognised=EvidenceKind.PROFILE,
)
