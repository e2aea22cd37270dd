"""A `Case`: what a check is given. One office in one week, its pages, and what blocks a judgement of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence
from auditor.base.weeks import Week, day_start
from auditor.checks.causes import OURS
from auditor.checks.finding import Blocker
from auditor.checks.observed_page import ObservedPage
from auditor.registry.holders import Deadline, Holder, has_rival_holder, stale_vacancy, under_review
from auditor.registry.models import SEARCHED, Basis, Exemption, Office, Registry, Vacancy
from auditor.registry.policy import NO_NORM, QUIET_WEEK, Threshold, quiet_days_in

_LATE_LOOK = Threshold(
    key="late_look_days",
    value=14,
    least=0,
    most=3_650,
    wanted=N_("a whole number of days, 0 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней после конца недели: более поздняя проверка не показывает, чего на ней не было",
    label=N_("Last look for a week, days after its end"),
)

_IN_DOUBT = Sentence(
    "office.in_doubt",
    N_("By partly known dates another than the one named may hold the office at the week's end: it is not judged"),
    rests_on="Partly known dates of two tenures, or of a vacancy",
    not_said="Who held the office",
    reason="in_doubt",
)
_STALE = Sentence(
    "office.stale_holder",
    N_("The newest evidence of who holds the office is of {date}: too old to judge anybody by"),
    rests_on="The dates of the sources in the registry",
    not_said="That somebody else holds the office",
)
_UNDATED = Sentence(
    "office.undated_holder",
    N_("No source says when this person held the office: nobody is judged by it"),
    rests_on="The dates of the sources in the registry",
    not_said="That somebody else holds the office",
    short=N_("no source says when this person held the office"),
)
_VACANT = Sentence(
    "office.vacant",
    N_("The office is vacant since {since}"),
    rests_on="An entry of the registry with its source",
    not_said="—",
    reason="vacancy",
)
_NOBODY = Sentence(
    "office.no_holder",
    N_("No holder is on record for this week"),
    rests_on="The registry names nobody for the week",
    not_said="That the office was vacant",
    reason="no_holder",
)
_EXEMPT = Sentence(
    "office.exempt",
    N_("Exempt: {by}; {reason}"),
    rests_on="An entry of the registry: by whom, when, the source",
    not_said="Whether it was deserved",
    reason="exemption",
)
_NO_PAGE = Sentence(
    "office.no_page",
    N_("No confirmed personal page is on record"),
    rests_on="The registry has no confirmed personal page",
    not_said="That there is none",
)
_PAGE_ELSEWHERE = Sentence(
    "office.page_elsewhere",
    N_("The confirmed personal page is on a network where the program does not look"),
    rests_on="A confirmed page on a network that the program does not read",
    not_said="What is on that page",
)
_NOT_LOOKED_AT = Sentence(
    "look.not_yet",
    N_("The page has not been looked at for this week"),
    rests_on="No look at the page is stored",
    not_said=OURS,
    reason="not_looked_at",
)
NOT_LOOKED_AT = Blocker(Outcome.UNTESTED, _NOT_LOOKED_AT.fill())
"""The blocker of a page without a look since the week's start."""


DISTANT_PAST = datetime.min.replace(tzinfo=UTC)
"""A moment before all posts."""


@dataclass(frozen=True, slots=True)
class Case:
    """One office in one week, judged at `as_of`."""

    registry: Registry
    office: Office
    week: Week
    as_of: datetime
    deadline: Deadline
    """The holder's; without a holder the directive's. Without a directive nothing is judged by it."""
    holder: Holder | None = None
    """Who holds the office at the week's end, or at `as_of` in an open week."""
    vacancy: Vacancy | None = None
    exemption: Exemption | None = None
    """The exemption that touches the week."""
    pages: tuple[ObservedPage, ...] = ()
    """The holder's confirmed personal pages."""
    institution: tuple[ObservedPage, ...] = ()
    """The pages of the office itself, not the holder's: only their existence is checked."""
    sides_digest: str = ""
    """Digest of the record that decides today which side a comment's author is on (`auditor.registry.sides_digest`)."""

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.registry.zone

    @property
    def bound(self) -> bool:
        """Whether the directive binds the office."""
        return self.registry.bound(self.office)

    @property
    def judged_until(self) -> datetime:
        """The week's end, or `as_of` if that is earlier: nothing after it is judged."""
        return min(self.week.ends, self.as_of)

    @property
    def closed(self) -> bool:
        """Whether 24 hours have passed since the week's end: until then no `ReportSection.PRACTICE` check fails."""
        return self.week.closed_at(self.as_of)

    @property
    def late_after(self) -> datetime:
        """The last moment at which a look is in time; looks after it are late."""
        return self.week.ends + timedelta(days=self.policy_value("late_look_days"))

    @property
    def day(self) -> date:
        """The day that is judged: the week's last, or that of `as_of` in an open week."""
        return min(self.week.last_day, self.local_date(self.as_of))

    def is_after_week(self, moment: datetime) -> bool:
        """Return whether a moment comes after the week; in an open week all do."""
        return moment >= self.week.ends or self.as_of < self.week.ends

    def local_date(self, moment: datetime) -> date:
        """Return the date of a moment in the office's zone."""
        return moment.astimezone(self.zone).date()

    def policy_value(self, key: str) -> Any:
        """Return the policy's value for `key`."""
        return self.registry.policy[key].value

    @property
    def tenure_start(self) -> datetime | None:
        """When the holder's own time begins: nothing earlier is counted. None if no such day is on record."""
        first_day = self.holder.judged_from if self.holder else None
        return day_start(first_day, self.zone) if first_day is not None else None

    def posts(self, pages: Iterable[ObservedPage], start: datetime | None = None) -> list[Post]:
        """Return the posts and reposts of the holder's time on `pages`, from `start` (default: the week's) on.

        Posts from `judged_until` on are left out.
        """
        begin = max(filter(None, (start or self.week.starts, self.tenure_start)))
        return sorted((p for page in pages for p in page.posts(begin, self.judged_until)), key=lambda p: (p.at, p.url))

    def confirmation_is_stale(self, page: ObservedPage) -> bool:
        """Return whether the page was confirmed as the holder's too long ago."""
        confirmed, valid_days = page.account.confirmed, self.policy_value("confirmation_valid_days")
        return confirmed is not None and under_review(confirmed, self.day, valid_days)

    @property
    def seen_elsewhere(self) -> list[date]:
        """When pages were last seen that are on record, or reported without a judged page, outside our reach.

        A report without a date is of `date.min`.
        """
        if self.holder is None:
            return []
        unwatched = SEARCHED - {page.account.network for page in self.pages}
        reports = [(r.opened_on, r.opened_by) for r in self.holder.reports if r.network in unwatched]
        reported = [max((day.last for day in days if day is not None), default=date.min) for days in reports]
        return [*reported, *(p.confirmed.on for p in self.holder.accounts_elsewhere if p.confirmed is not None)]

    @property
    def has_page_outside_our_reach(self) -> bool:
        """Whether a page outside our reach was seen within `confirmation_valid_days`."""
        oldest = self.day - timedelta(days=self.policy_value("confirmation_valid_days"))
        return any(oldest <= seen_on for seen_on in self.seen_elsewhere)

    def may_hide_own_posts(self, pages: Iterable[ObservedPage], start: datetime) -> bool:
        """Return whether from `start` on the holder may have written on some wall in a name that is not on record."""
        own = [page for page in self.pages if page.account.network.facts.has_communities]
        knows_holder = any(page.account.staff or page.latest_fact("kind") == "profile" for page in own)
        return any(page.may_hide_own_posts(start, knows_holder=knows_holder) for page in pages)

    @property
    def is_quiet(self) -> bool:
        """Whether three or more days of the week are among the policy's `quiet_days`."""
        return len(quiet_days_in(self.registry.policy, self.week.first_day, self.week.last_day)) >= QUIET_WEEK

    # What blocks a judgement -------------------------------------------------------------------------------------

    def blocker(self, *, exemption_blocks: bool = True) -> Blocker | None:
        """Return what blocks every check of this office in this week, or None.

        With `exemption_blocks=False` an exemption is ignored.
        """
        if has_rival_holder(self.office, self.day, self.day):
            return Blocker(Outcome.UNTESTED, _IN_DOUBT.fill())
        day, policy = self.week.last_day, self.registry.policy
        if self.vacancy is not None:
            vacant = Blocker(Outcome.INAPPLICABLE, _VACANT.fill(since=str(self.vacancy.since)))
            return _stale_blocker(stale_vacancy(self.vacancy, day, policy)) or vacant
        if self.holder is None:
            return Blocker(Outcome.UNTESTED, _NOBODY.fill())
        if self.exemption is not None and exemption_blocks:
            return Blocker(Outcome.INAPPLICABLE, _EXEMPT.fill(by=self.exemption.by, reason=self.exemption.reason))
        if self.holder.newest_evidence is None:
            return Blocker(Outcome.CANT_TELL, _UNDATED.fill(), Cause.STALE_HOLDER)
        return _stale_blocker(self.holder.stale_on(day, policy))

    @property
    def no_page(self) -> Blocker | None:
        """What blocks a check that needs a page, where none is on record."""
        is_elsewhere = self.holder is not None and bool(self.holder.accounts_elsewhere)
        sentence = _PAGE_ELSEWHERE if is_elsewhere else _NO_PAGE
        return None if self.pages else Blocker(Outcome.UNTESTED, sentence.fill())

    @property
    def no_look(self) -> Blocker | None:
        """What blocks a check that needs a look, where there was none since the week's start."""
        return None if any(page.was_looked_at for page in self.pages) else NOT_LOOKED_AT


def _stale_blocker(newest: date | None) -> Blocker | None:
    """Return the blocker if the newest evidence of who holds the office is too old, and therefore given."""
    return Blocker(Outcome.CANT_TELL, _STALE.fill(date=newest), Cause.STALE_HOLDER) if newest is not None else None


def evidence_ids(pages: Iterable[ObservedPage], *kinds: EvidenceKind) -> tuple[str, ...]:
    """Return the ids of the stored responses of these kinds behind what was seen of `pages`."""
    return tuple(dict.fromkeys(evidence_id for page in pages for evidence_id in page.evidence(*kinds)))


def why_posts_incomplete(pages: Iterable[ObservedPage], start: datetime, *, even_late: bool = False) -> Cause | None:
    """Return the cause of the first of `pages` whose posts from `start` on were not read in full; None if all were.

    A page that was gone before `start` counts as read and empty; if all of them were gone, the cause is `GONE`.
    """
    pages = tuple(pages)
    cause = next(filter(None, (page.why_posts_incomplete(start, even_late=even_late) for page in pages)), None)
    gone = [page.was_gone_by(start) for page in pages]
    return Cause.GONE if cause is None and gone and all(gone) else cause
