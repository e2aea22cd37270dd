"""How a holder is judged over all their pages, and each page beside them (docs/dev/design.md, section 5).

Whatever was ever seen of the pages counts in the holder's favour. Against the holder counts only what was read in full,
in time, over a route whose controls passed, on a page whose confirmation is valid, that is not excused, and that
existed before the week. A failure must hold twice: with all pages, and with only those that may be held against the
holder.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import DISTANT_PAST, Case
from auditor.checks.definition import Check
from auditor.checks.finding import Blocker, Finding, Values
from auditor.checks.network_names import NETWORKS
from auditor.checks.observed_page import ObservedPage
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold, stretch_text

_MOVED_DAYS = Threshold(
    key="moved_days",
    value=30,
    least=0,
    most=3_650,
    wanted=N_("a whole number of days, 0 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней публикаций на прежней странице не ждут, если последняя из них сообщает о переезде",
    label=N_("No posts are awaited after a page moved, days"),
)

V = TypeVar("V", bound=Values)
Judge = Callable[[Case, Sequence[ObservedPage]], Finding[V]]
"""Judges some of a holder's pages together, as if there were no others."""
JudgeOffice = Callable[[Case, Judge[V]], Finding[V]]
"""Judges the holder over all pages, by what judges some."""

_MOVED = Sentence(
    "page.moved",
    N_("The page's own last post, of {date}, says that it has moved ({post}): silence or absence there is no fault"),
    rests_on="The page's last own post, and the policy's days or a page on record",
    not_said="That it has moved indeed",
)
_NEUTRAL = Sentence(
    "network.neutral",
    N_("{network}: silence and absence are no fault since {since}: {reason} ({source})"),
    rests_on="An entry of the directive with its day and source",
    not_said="That the page is, or is not, there",
)
_TOOK_OFFICE = Sentence(
    "office.took_office",
    N_("In office since {date}: judged from the next week on"),
    rests_on="The registry's day of taking office",
    not_said="Anything about the week",
)
_START_NOT_EXACT = Sentence(
    "office.start_not_exact",
    N_("The day of taking office is not known exactly: judged after the week of {date}"),
    rests_on="The last day of the month or year of taking office, or of the earliest evidence of the office",
    not_said="The day of taking office",
)
_APPEARED = Sentence(
    "page.appeared",
    N_("The first trace of the page is of {date}: judged from the next week on"),
    rests_on="The earliest trace of the person's pages",
    not_said="That the page was opened on that day",
)
_NEW_PAGES = Sentence(
    "page.new",
    N_("This rests on a page that appeared in this week, and is not held against the person"),
    rests_on="The earliest trace of that page",
    not_said="That the page was opened on that day",
)
_OLD_CONFIRMATION = Sentence(
    "page.old_confirmation",
    N_("It was confirmed too long ago that the page is the person's; until that is done anew nothing fails on it"),
    rests_on="The day of the confirmation",
    not_said="That the page is another's now",
)
ELSEWHERE = Sentence(
    "office.elsewhere",
    N_(
        "A page on another network is on record or reported, and the program does not look there. Seen elsewhere: "
        "{message}"
    ),
    rests_on="A page or a report in the registry of a network on which nothing is looked at",
    not_said="That anything was posted there; red is not said",
)
_QUIET = Sentence(
    "week.quiet",
    N_("Holidays: the week is shown and not judged ({days}; {source}). Seen: {message}"),
    rests_on="Three or more days of the week are holidays by the law named; goes before another sentence",
    not_said="That the silence needs an excuse",
)
_UNBOUND = Sentence(
    "office.unbound",
    N_("The directive does not bind this office: shown, not judged. Seen: {message}"),
    rests_on="The directive names another group of offices; goes before another sentence",
    not_said="That anything was done or left undone",
)
_SO_FAR = Sentence(
    "week.so_far",
    N_("The week is not closed yet. So far: {message}"),
    rests_on="Looks before the week is closed; goes before another sentence",
    not_said="How the week will end",
)


def judge_person(check: Check[V], case: Case, judge: Judge[V]) -> Iterator[Finding[V]]:
    """Yield the findings of a check of the practice: the holder's over all pages, then each page's own.

    The practice is what a holder did in the week (`ReportSection.PRACTICE`): it is not judged in their first week, and
    excuses apply to it (`excuse`).
    """
    blocker = case.blocker() or _first_week_blocker(case) or case.no_page or case.no_look
    for finding in judge_pages(check, case, blocker, judge, office_finding):
        yield finding if blocker is not None else shown_only(case, finding)


def judge_pages(
    check: Check[V], case: Case, blocker: Blocker | None, judge: Judge[V], judge_office: JudgeOffice[V]
) -> Iterator[Finding[V]]:
    """Yield the office's finding, by `judge_office`, then each page's own; with a blocker all are blocked."""
    blocked = check.blocked_finding(case, blocker) if blocker is not None else None
    yield blocked or judge_office(case, judge)
    for page in case.pages:
        yield page_finding(blocked or judge(case, (page,)), page)


def office_finding(case: Case, judge: Judge[V]) -> Finding[V]:
    """Return the finding about the holder over all pages, with every excuse."""
    return _before_closing(case, _excused_by_holidays(case, confirm_failure(case, judge)))


def _excused_by_holidays(case: Case, finding: Finding[V]) -> Finding[V]:
    """Return a finding with a failure in a quiet week made `inapplicable`."""
    if finding.outcome is not Outcome.FAILED or not case.is_quiet:
        return finding
    entry = case.registry.policy["quiet_days"]
    days = ", ".join(map(stretch_text, entry.stretches))
    message = _QUIET.fill(days=days, source=entry.source, message=finding.message)
    return replace(finding, outcome=Outcome.INAPPLICABLE, message=message)


def shown_only(case: Case, finding: Finding[V]) -> Finding[V]:
    """Return a finding; of an office that is not counted its values alone, not judged."""
    if case.registry.counted(case.office) or finding.message.id == _UNBOUND.id:
        return finding
    message = _UNBOUND.fill(message=finding.message)
    return replace(finding, outcome=Outcome.INAPPLICABLE, cause=None, message=message)


def page_finding(finding: Finding[V], page: ObservedPage) -> Finding[V]:
    """Return a finding as a page's own: with its address, and `inapplicable` for `failed` and `untested`.

    A page never fails: only the holder does, and once.
    """
    outcome = finding.outcome if finding.outcome in {Outcome.PASSED, Outcome.CANT_TELL} else Outcome.INAPPLICABLE
    return replace(finding, outcome=outcome, network=page.account.network, account=page.account.url.url)


# What excuses a page ---------------------------------------------------------------------------------------------


def excuse(case: Case, page: ObservedPage) -> Text | None:
    """Return why nothing on the page is held against the holder in this week, or None."""
    for entry in case.registry.neutral_on(case.day):
        if entry.network == page.account.network:
            network = NETWORKS[entry.network].fill()
            return _NEUTRAL.fill(network=network, since=entry.since, reason=entry.reason, source=entry.source)
    return _moved(case, page)


def _moved(case: Case, page: ObservedPage) -> Text | None:
    """Return the move that the page's own last post announces, while it excuses: for some days, or for good.

    For good once the new page is on record on a network that is not neutral: silence is judged there then.
    """
    own_posts = [post for post in case.posts([page], DISTANT_PAST) if not post.repost]
    if not own_posts or not own_posts[-1].moved:
        return None
    last_post, posted_on = own_posts[-1], case.local_date(own_posts[-1].at)
    is_recent = case.day <= posted_on + timedelta(days=case.policy_value("moved_days"))
    is_excused = is_recent or _is_on_record(case, last_post.moved_to, page)
    return _MOVED.fill(date=posted_on, post=last_post.url) if is_excused else None


def _is_on_record(case: Case, network: str | None, old_page: ObservedPage) -> bool:
    """Return whether a page on the network moved to is on record where silence would be judged."""
    neutrals = {str(entry.network) for entry in case.registry.neutral_on(case.day)}
    networks = {str(page.account.network) for page in case.pages if page is not old_page}
    elsewhere = {str(page.network) for page in case.holder.accounts_elsewhere} if case.holder else set()
    judged_networks = (networks | elsewhere) - neutrals
    return bool(judged_networks) if network == "other" else network in judged_networks


# What blocks the practice ----------------------------------------------------------------------------------------


def _first_week_blocker(case: Case) -> Blocker | None:
    """Return the blocker if the holder took office, or their first page appeared, during this week."""
    start = case.tenure_start
    if start is not None and start >= case.week.starts:
        first_day, last_day = case.holder.took_office if case.holder else (None, None)
        message = (_TOOK_OFFICE if first_day == last_day else _START_NOT_EXACT).fill(date=case.local_date(start))
        return Blocker(Outcome.INAPPLICABLE, message)
    traces = [trace for page in case.pages if (trace := page.first_trace(case.zone)) is not None]
    if traces and all(_is_new(case, page) for page in case.pages):
        return Blocker(Outcome.INAPPLICABLE, _APPEARED.fill(date=case.local_date(min(traces))))
    return None


def _is_new(case: Case, page: ObservedPage) -> bool:
    """Return whether the page is known to have appeared in this week or later."""
    trace = page.first_trace(case.zone)
    return trace is not None and trace >= case.week.starts and not page.may_be_older


# A failure holds twice -------------------------------------------------------------------------------------------


def confirm_failure(
    case: Case, judge: Judge[V], *, excuses_apply: bool = True, cause_if_out_of_reach: Cause = Cause.TOO_LITTLE_DATA
) -> Finding[V]:
    """Judge all pages; a failure stands only if the pages that may be held against the holder fail alone as well.

    With `excuses_apply=False` excused pages are judged too, and pages outside our reach do not matter. Otherwise a
    failure is `cantTell` with `cause_if_out_of_reach` if there is a page outside our reach.
    """
    finding = judge(case, case.pages)
    if finding.outcome is not Outcome.FAILED:
        return finding
    excuses = [(page, excuse(case, page) if excuses_apply else None) for page in case.pages]
    counting = [page for page, reason in excuses if reason is None]
    reasons = [reason for _, reason in excuses if reason is not None]
    excused = replace(finding, outcome=Outcome.INAPPLICABLE, message=reasons[0]) if reasons else None
    if excused is not None and not counting:
        return excused
    if excuses_apply and case.has_page_outside_our_reach:
        return downgrade_failure(finding, cause_if_out_of_reach, ELSEWHERE.fill(message=finding.message))
    current = [page for page in counting if not case.confirmation_is_stale(page)]
    judged_pages = [page for page in current if not _is_new(case, page)]
    narrower = judge(case, judged_pages) if judged_pages else None
    if narrower is not None and narrower.outcome is Outcome.FAILED:
        return finding
    if narrower is not None and narrower.outcome is Outcome.CANT_TELL:
        return replace(narrower, values=finding.values)
    if len(current) < len(counting):
        return downgrade_failure(finding, Cause.STALE, _OLD_CONFIRMATION.fill())
    return excused or downgrade_failure(finding, Cause.TOO_LITTLE_DATA, _NEW_PAGES.fill())


def downgrade_failure(finding: Finding[V], cause: Cause, message: Text) -> Finding[V]:
    """Return a failure as `cantTell`, with this cause and message."""
    return replace(finding, outcome=Outcome.CANT_TELL, cause=cause, message=message)


def _before_closing(case: Case, finding: Finding[V]) -> Finding[V]:
    """Return a finding as it is before the week is closed: `cantTell` for `failed`, and its message "so far"."""
    if case.closed or finding.outcome in {Outcome.INAPPLICABLE, Outcome.UNTESTED}:
        return finding
    message = _SO_FAR.fill(message=finding.message)
    if finding.outcome is Outcome.FAILED:
        return downgrade_failure(finding, Cause.TOO_LITTLE_DATA, message)
    return replace(finding, message=message)
