"""The facts about an office that templates are given: the office, its findings and its history, without words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.change import has_same_holder
from auditor.audit.document import (
    Audit,
    AuditedCorrection,
    AuditedEarlier,
    AuditedEvidence,
    AuditedFinding,
    AuditedOffice,
    AuditedWeek,
)
from auditor.base.i18n import alphabetical, short_place
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue, check_of, directive
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import PostQuestions, is_counted
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection
from auditor.checks.opening_traces import TraceRow
from auditor.checks.posts_per_week import CHECK as POSTS_CHECK

ORDER = ("failed", "cantTell", "untested", "inapplicable", "passed")
"""The order of outcomes in a list of offices: the worst first."""
WEEKS = 26
"""The weeks of a history, the office's own week included."""
_EVIDENCE_ORDER = ["profile", "opening", "posts", "comments", "control", "lead"]
"""The kinds of evidence in reading order."""
KNOWN_OUTCOMES = {"passed", "failed"}


@dataclass(frozen=True, slots=True)
class PastWeek:
    """One of an office's weeks. None is "not known"."""

    week: str
    verdict: str | None = None
    """As in the published audit of that week; without one, as this week's audit quotes it, if it does."""
    posts: int | None = None
    due: int | None = None
    """Questions due an answer; `in_time` and `late` are those of them that were answered."""
    in_time: int | None = None
    late: int | None = None
    other_holder: bool = False
    """Whether another person held the office, so that it is not this holder's record."""
    published: bool = False
    """Whether the office has a card of that week that readers may see."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A time line of whole years."""

    years: range

    def position_of(self, when: date | datetime | PartialDate | str) -> float:
        """Return the position of a day in per cent of the line's width; a partial date counts as its first day."""
        partial = PartialDate.parse(when) if isinstance(when, str) else when
        day = partial.first if isinstance(partial, PartialDate) else partial
        first, end = date(self.years[0], 1, 1), date(self.years[-1] + 1, 1, 1)
        share = (date(day.year, day.month, day.day) - first) / (end - first)
        return round(min(max(share, 0.0), 1.0) * 100, 2)


@dataclass(frozen=True)
class OfficeCard:
    """One office in one week."""

    audit: Audit
    office: AuditedOffice
    previous: AuditedOffice | None = None
    """The same office in the compared week."""
    history: tuple[PastWeek, ...] = ()
    """Oldest first, from the first week with a published audit of the office or a known number of posts."""

    @cached_property
    def findings(self) -> Mapping[str, Finding[Any]]:
        """The findings about the office as a whole, by the check's name."""
        checks = [(check, self.office.read(check)) for check in catalogue()]
        return {check.name: finding for check, finding in checks if finding is not None}

    def finding(self, check: str) -> Finding[Any] | None:
        """Return the finding of a check about the office as a whole."""
        return self.findings.get(check)

    def page_finding(self, check: str, account: str) -> Finding[Any] | None:
        """Return the finding of a check about one page."""
        definition = check_of(check)
        return self.office.read(definition, account) if definition is not None else None

    @property
    def verdict(self) -> Finding[Any] | None:
        """The finding of the directive's check."""
        return self.finding(directive().name)

    @property
    def practice(self) -> list[Check[Any]]:
        """The checks of how the page is kept that have a finding here."""
        return [check for check in practice_checks() if check.name in self.findings]

    @property
    def name(self) -> str:
        """The office's name in a list: its short municipality if it is counted, else its title."""
        return short_place(self.office.municipality) if self.counted else self.office.title

    @property
    def long_name(self) -> str:
        """The office's name on its own page."""
        return self.office.municipality if self.counted else self.office.title

    @cached_property
    def shared_finding(self) -> Finding[Any] | None:
        """The finding that stands for the whole practice if all are alike and none has a figure, else None."""
        findings = [self.findings[check.name] for check in self.practice]
        statements = {(finding.outcome, finding.cause, finding.message.id) for finding in findings}
        has_figures = any(value is not None for finding in findings for value in finding.values_to_json().values())
        return findings[0] if len(statements) == 1 and not has_figures else None

    @property
    def has_page(self) -> bool:
        """Whether a personal page is on record."""
        return any(account.kind == "personal" for account in self.office.accounts)

    @property
    def was_searched(self) -> bool:
        """Whether a recorded search found nothing."""
        return any(search.found == "nothing" for search in self.office.searches)

    @property
    def counted(self) -> bool:
        """Whether the office is counted in the week's figures: bound or, without a directive, a head's."""
        return self.audit.counts(self.office)

    @property
    def last_day(self) -> date | None:
        """The last day that the directive allows the holder; None without a directive."""
        return last_allowed_day(self.audit, self.office.deadline)

    @property
    def counted_from(self) -> AuditedEarlier | None:
        """The earlier tenure that the deadline is counted from, if that affects the outcome; else None."""
        holder = self.office.holder
        act = self.audit.directive
        if holder is None or act is None or not (self.office.bound and holder.earlier and holder.since):
            return None
        if self.office.exemption is not None or self.office.verdict == "passed":
            return None
        days = timedelta(days=_whole_number(self.audit, "newcomer_days") or 0)
        own_deadline = PartialDate.parse(holder.since).last + days
        common_deadline = act.deadline.astimezone(ZoneInfo(self.audit.timezone)).date()
        return holder.earlier[0] if own_deadline >= common_deadline or not self.office.deadline_known else None

    @property
    def change(self) -> str:
        """The change since the compared week.

        ``verdict``, ``improvement``, ``regression``, ``incomparable``, ``neutral``.
        """
        if self.office.verdict_change is not None:
            return "verdict"
        return "incomparable" if self.office.change == "neutral" and self._is_incomparable else self.office.change

    @property
    def _is_incomparable(self) -> bool:
        """Whether the holder changed, or the posts of one of the two weeks are unknown."""
        if self.previous is None or not self.has_page:
            return False
        posts = [office.finding(POSTS_CHECK.name) for office in (self.previous, self.office)]
        known = {post is not None and post.outcome in KNOWN_OUTCOMES for post in posts}
        name = self.office.holder.name if self.office.holder else None
        return len(known) > 1 or not has_same_holder(self.previous, name)

    @property
    def corrections(self) -> list[AuditedCorrection]:
        """The corrections of this week's statements about the office."""
        return [correction for correction in self.audit.corrections if correction.office == self.office.id]

    @property
    def compared_week(self) -> PastWeek | None:
        """The compared week in the history, if the same person held the office then; else None."""
        return next(
            (past for past in self.history if past.week == self.audit.previous_week and not past.other_holder), None
        )

    @property
    def scale(self) -> Scale:
        """The years of the time line: from three before the deadline's to the week's or the last allowed day's."""
        zone, act, last_day = ZoneInfo(self.audit.timezone), self.audit.directive, self.last_day
        ends = self.audit.week_ends.astimezone(zone)
        first, last = (act.deadline.astimezone(zone), last_day) if act and last_day else (ends, ends)
        return Scale(range(first.year - 3, max(ends.year, first.year, last.year) + 1))

    @property
    def traces(self) -> tuple[TraceRow, ...]:
        """The proofs of opening dates, oldest first; only the oldest of each kind, page, network and source."""
        oldest_traces: dict[tuple[str | None, ...], TraceRow] = {}
        for trace in self.verdict.values.traces if self.verdict is not None else ():
            oldest_traces.setdefault((trace.kind, trace.account, trace.network, trace.source), trace)
        return tuple(oldest_traces.values())

    @property
    def checks_with_proof(self) -> list[str]:
        """The checks on the page of proof, which every judged office has."""
        return list(dict.fromkeys(finding.check for finding in self.proof_findings))

    @property
    def proof_findings(self) -> list[AuditedFinding]:
        """The findings on the page of proof, those that fail first.

        These are all that rest on stored responses, and a verdict that rests on the record.
        """
        proved = self.office.proved()
        recorded = {check.name for check in catalogue() if check.decided_by_search}
        shown = (
            finding
            for finding in self.office.findings
            if finding in proved or (finding.check in recorded and self._rests_on_the_record(finding))
        )
        return sorted(shown, key=lambda finding: ORDER.index(finding.outcome))

    def _rests_on_the_record(self, finding: AuditedFinding) -> bool:
        """Return whether a publication or a recorded search alone decides a finding about the office."""
        return finding.account is None and (
            (finding.outcome == "passed" and finding.check == directive().name)
            or (finding.outcome == "failed" and self.was_searched)
        )

    @property
    def evidence(self) -> dict[str, AuditedEvidence]:
        """The evidence of those findings by id: pages first, then traces, posts, comments; each by time."""
        evidence_ids = {name for finding in self.proof_findings for name in finding.evidence}
        rows = sorted(
            (_EVIDENCE_ORDER.index(e.kind), e.at, name)
            for name, e in self.office.evidence.items()
            if name in evidence_ids
        )
        return {name: self.office.evidence[name] for _, _, name in rows}

    def record_count(self, *checks: str) -> int:
        """Return how many stored responses the findings of these checks rest on."""
        return len({name for finding in self.office.findings if finding.check in checks for name in finding.evidence})

    def benchmark(self, check: str) -> int | None:
        """Return the number with which a check compares its figure; None if it has none."""
        definition = check_of(check)
        return benchmark_of(self.audit, definition) if definition is not None else None

    @property
    def posts_without_reply(self) -> list[PostQuestions]:
        """The posts under which no answer of the owner is seen to a question that was due."""
        answered = self.finding(ANSWERED.name)
        posts = answered.values.posts if answered is not None else None
        return [post for post in posts or () if post.no_reply_found]


def _whole_number(audit: Audit, key: str) -> int | None:
    """Return a whole number of the policy; None if it has no such entry."""
    entry = audit.policy.get(key)
    return entry.value if entry is not None and type(entry.value) is int else None


def benchmark_of(audit: Audit, check: Check[Any]) -> int | None:
    """Return the number of an audit's policy with which a check compares its figure; None if it has none."""
    return _whole_number(audit, check.threshold.key) if check.threshold is not None else None


def headline_checks() -> dict[str, Check[Any]]:
    """Return the checks with a figure on the first page, by the key of that figure."""
    return {check.headline.key: check for check in catalogue() if check.headline is not None}


def page_checks() -> list[Check[Any]]:
    """Return the checks of a page, in their order."""
    return [check for check in catalogue() if check.section is ReportSection.PAGE]


def practice_checks() -> list[Check[Any]]:
    """Return the checks of how a page is kept, in their order."""
    return [check for check in catalogue() if check.section is ReportSection.PRACTICE]


def last_allowed_day(audit: Audit, own_deadline: datetime | None = None) -> date | None:
    """Return the last allowed day by a holder's own deadline, else by the directive's; None without a directive."""
    deadline = own_deadline or (audit.directive.deadline if audit.directive is not None else None)
    return (deadline - timedelta(seconds=1)).astimezone(ZoneInfo(audit.timezone)).date() if deadline else None


# A week's cards -------------------------------------------------------------------------------------------------------


def office_cards(audit: Audit, published: Mapping[str, Audit]) -> list[OfficeCard]:
    """Return the cards of a week: the counted offices alphabetically, then the others in the registry's order.

    `published` has the audits that readers may see, by week.
    """
    previous_audit = published.get(audit.previous_week or "")
    previous_offices = {office.id: office for office in previous_audit.offices} if previous_audit is not None else {}
    by_week = {
        week: {o.id: o for o in week_audit.offices} for week, week_audit in published.items() if week <= audit.week
    }
    groups = list(dict.fromkeys(office.group for office in audit.offices))
    offices = sorted(audit.offices, key=lambda office: _sort_key(audit, office, groups))
    return [
        OfficeCard(audit, office, previous_offices.get(office.id), tuple(_history(office, by_week)))
        for office in offices
    ]


def _sort_key(audit: Audit, office: AuditedOffice, groups: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    if audit.counts(office):
        return 0, (*alphabetical(office.municipality), office.id)
    return 1 + groups.index(office.group), ()


def _history(office: AuditedOffice, by_week: Mapping[str, Mapping[str, AuditedOffice]]) -> Iterator[PastWeek]:
    """Yield an office's weeks, from the first with a published audit of it or a known number of posts."""
    begun = False
    holder = office.holder.name if office.holder else None
    for past in office.history[-WEEKS:]:
        stored_office = by_week.get(past.week, {}).get(office.id)
        begun = begun or stored_office is not None or past.posts is not None
        if begun:
            finding = stored_office.read(ANSWERED) if stored_office is not None else None
            counted = finding is not None and is_counted(finding)
            yield PastWeek(
                week=past.week,
                verdict=stored_office.verdict if stored_office is not None else past.verdict,
                posts=past.posts,
                due=past.due,
                in_time=past.in_time,
                late=finding.values.answered_late if finding is not None and counted else None,
                other_holder=past.holder != holder and past != AuditedWeek(week=past.week),
                published=stored_office is not None,
            )
