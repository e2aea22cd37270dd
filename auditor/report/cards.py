"""What a template is given of an office: the office, its findings and its history. No word is said here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

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
from auditor.checks.comments_answered import is_counted
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection
from auditor.checks.opening_traces import TraceRow
from auditor.checks.posts_per_week import CHECK as POSTS

ORDER = ("failed", "cantTell", "untested", "inapplicable", "passed")
"""The outcomes as a list of offices has them: the worst first, the best last."""
WEEKS = 26
"""So many weeks a history has, the office's own week the last of them."""
_EVIDENCE = ["profile", "opening", "posts", "comments", "control", "lead"]
"""The kinds of answers as one would read them."""
KNOWN = {"passed", "failed"}


@dataclass(frozen=True, slots=True)
class PastWeek:
    """One of an office's weeks. None is "not known"."""

    week: str
    verdict: str | None = None
    """None: no audit of that week is published."""
    posts: int | None = None
    due: int | None = None
    """Questions that were due an answer; of them those answered in time, and later."""
    in_time: int | None = None
    late: int | None = None
    other: bool = False
    """Another held the office: it is not this holder's record."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A line of whole years."""

    years: range

    def at(self, when: date | datetime | str) -> float:
        """Return the place of a day in per cent of the line's width; a date known in part counts as its first day."""
        day = PartialDate.parse(when).first if isinstance(when, str) else when
        first, end = date(self.years[0], 1, 1), date(self.years[-1] + 1, 1, 1)
        share = (date(day.year, day.month, day.day) - first) / (end - first)
        return round(min(max(share, 0.0), 1.0) * 100, 2)


@dataclass(frozen=True)
class OfficeCard:
    """One office in one week."""

    audit: Audit
    office: AuditedOffice
    previous: AuditedOffice | None = None
    """The same office in the week that this one is compared with."""
    history: tuple[PastWeek, ...] = ()
    """Oldest first; it begins with the first week of which anything is known."""

    @cached_property
    def findings(self) -> Mapping[str, Finding[Any]]:
        """What was found of the office as a whole, by the check's name."""
        checks = [(check, self.office.read(check)) for check in catalogue()]
        return {check.name: finding for check, finding in checks if finding is not None}

    def finding(self, check: str) -> Finding[Any] | None:
        """Return the finding of the check of this name about the office as a whole."""
        return self.findings.get(check)

    def page_finding(self, check: str, account: str) -> Finding[Any] | None:
        """Return the finding of the check of this name about one page."""
        known = check_of(check)
        return self.office.read(known, account) if known is not None else None

    @property
    def verdict(self) -> Finding[Any] | None:
        """What was found of the directive."""
        return self.finding(directive().name)

    @property
    def practice(self) -> list[Check[Any]]:
        """The checks of how the page is kept, those of this document."""
        return [check for check in practice_checks() if check.name in self.findings]

    @property
    def name(self) -> str:
        """What the office is called in a list: its municipality, or its title where it has none of its own."""
        return short_place(self.office.municipality) if self.office.bound else self.office.title

    @property
    def long_name(self) -> str:
        """What its own page calls it."""
        return self.office.municipality if self.office.bound else self.office.title

    @cached_property
    def shared_finding(self) -> Finding[Any] | None:
        """The one finding that speaks for all of the practice, where all say the same and none has a figure."""
        found = [self.findings[check.name] for check in self.practice]
        told = {(finding.outcome, finding.cause, finding.message.id) for finding in found}
        known = any(value is not None for finding in found for value in finding.values_to_json().values())
        return found[0] if len(told) == 1 and not known else None

    @property
    def has_page(self) -> bool:
        """Whether a personal page is on record."""
        return any(account.kind == "personal" for account in self.office.accounts)

    @property
    def was_searched(self) -> bool:
        """Whether a recorded search found nothing."""
        return any(search.found == "nothing" for search in self.office.searches)

    @property
    def last_day(self) -> date:
        """The last day that the directive allows the holder."""
        return last_moment(self.office.deadline or self.audit.directive.deadline, self.audit)

    @property
    def counted_from(self) -> AuditedEarlier | None:
        """The tenure that the deadline is counted from, where it is an earlier one and that decides something."""
        holder = self.office.holder
        if holder is None or not (self.office.bound and holder.earlier and holder.since):
            return None
        if self.office.exemption is not None or self.office.verdict == "passed":
            return None
        days = timedelta(days=_whole(self.audit, "newcomer_days") or 0)
        own = PartialDate.parse(holder.since).last + days
        common = self.audit.directive.deadline.astimezone(ZoneInfo(self.audit.timezone)).date()
        return holder.earlier[0] if own >= common or not self.office.deadline_known else None

    @property
    def change(self) -> str:
        """What became of the office since the week before.

        ``verdict``, ``improvement``, ``regression``, ``incomparable``, ``neutral``.
        """
        if self.office.verdict_change is not None:
            return "verdict"
        return "incomparable" if self.office.change == "neutral" and self._incomparable else self.office.change

    @property
    def _incomparable(self) -> bool:
        """Whether another held the office then, or the posts of one of the two weeks are not known."""
        if self.previous is None or not self.has_page:
            return False
        held = [office.holder.name if office.holder else "" for office in (self.previous, self.office)]
        posts = [office.finding(POSTS.name) for office in (self.previous, self.office)]
        return held[0] != held[1] or len({post is not None and post.outcome in KNOWN for post in posts}) > 1

    @property
    def corrections(self) -> list[AuditedCorrection]:
        """The corrections of what this week said of the office."""
        return [correction for correction in self.audit.corrections if correction.office == self.office.id]

    @property
    def earlier(self) -> PastWeek | None:
        """The week that this one is compared with."""
        return next((past for past in self.history if past.week == self.audit.previous_week and not past.other), None)

    @property
    def scale(self) -> Scale:
        """The years that the line of dates shows: from three before the deadline's to the week's."""
        zone = ZoneInfo(self.audit.timezone)
        deadline, ends = self.audit.directive.deadline.astimezone(zone), self.audit.week_ends.astimezone(zone)
        return Scale(range(deadline.year - 3, max(ends.year, deadline.year, self.last_day.year) + 1))

    @property
    def traces(self) -> tuple[TraceRow, ...]:
        """What dates the opening of a page, oldest first; of one kind, page and source the oldest alone."""
        first: dict[tuple[str | None, ...], TraceRow] = {}
        for trace in self.verdict.values.traces if self.verdict is not None else ():
            first.setdefault((trace.kind, trace.account, trace.network, trace.source), trace)
        return tuple(first.values())

    @property
    def checks_with_proof(self) -> list[str]:
        """The checks whose findings have a page of proof: those contested, and those that fail by a recorded search."""
        failed = [found.check for found in self.office.findings if found.outcome == "failed" and self.was_searched]
        return list(dict.fromkeys([*(found.check for found in self.office.contested()), *failed]))

    @property
    def proof_findings(self) -> list[AuditedFinding]:
        """The findings on the page of proof."""
        contested = self.office.contested()
        return [
            f
            for f in self.office.findings
            if f in contested or (f.outcome == "failed" and f.check in self.checks_with_proof)
        ]

    @property
    def evidence(self) -> dict[str, AuditedEvidence]:
        """The stored answers that those rest on: pages first, then traces, posts, comments; by time."""
        named = {name for finding in self.proof_findings for name in finding.evidence}
        rows = sorted(
            (_EVIDENCE.index(e.kind), e.at, name) for name, e in self.office.evidence.items() if name in named
        )
        return {name: self.office.evidence[name] for _, _, name in rows}

    def records(self, *checks: str) -> int:
        """Return how many stored answers the findings of these checks rest on."""
        return len({name for found in self.office.findings if found.check in checks for name in found.evidence})

    def benchmark(self, check: str) -> int | None:
        """Return the number that a check holds its figure against."""
        known = check_of(check)
        return _whole(self.audit, known.policy_key or "") if known is not None else None


def _whole(audit: Audit, key: str) -> int | None:
    """Return a whole number of the policy; None where it has none."""
    entry = audit.policy.get(key)
    return entry.value if entry is not None and type(entry.value) is int else None


def practice_checks() -> list[Check[Any]]:
    """Return the checks of how a page is kept, in their order."""
    return [check for check in catalogue() if check.section is ReportSection.PRACTICE]


def last_moment(deadline: datetime, audit: Audit) -> date:
    """Return the last day allowed: `deadline` is the first moment that is too late."""
    return (deadline - timedelta(seconds=1)).astimezone(ZoneInfo(audit.timezone)).date()


# A week's cards -------------------------------------------------------------------------------------------------------


def office_cards(audit: Audit, published: Mapping[str, Audit]) -> list[OfficeCard]:
    """Return the cards of a week: the bound offices by the alphabet, then the others as the registry has them.

    `published` are the weeks that a reader can be shown, by name.
    """
    before = published.get(audit.previous_week or "")
    earlier = {office.id: office for office in before.offices} if before is not None else {}
    by_week = {week: {o.id: o for o in other.offices} for week, other in published.items() if week <= audit.week}
    groups = list(dict.fromkeys(office.group for office in audit.offices))
    offices = sorted(audit.offices, key=lambda office: _place(office, groups))
    return [OfficeCard(audit, office, earlier.get(office.id), tuple(_history(office, by_week))) for office in offices]


def _place(office: AuditedOffice, groups: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    return (
        (0, (*alphabetical(office.municipality), office.id)) if office.bound else (1 + groups.index(office.group), ())
    )


def _history(office: AuditedOffice, by_week: Mapping[str, Mapping[str, AuditedOffice]]) -> Iterator[PastWeek]:
    """Yield an office's weeks from the first of which anything is known."""
    begun = False
    holder = office.holder.name if office.holder else None
    for past in office.history[-WEEKS:]:
        stored = by_week.get(past.week, {}).get(office.id)
        begun = begun or stored is not None or past.posts is not None
        if begun:
            found = stored.read(ANSWERED) if stored is not None else None
            counted = found is not None and is_counted(found)
            yield PastWeek(
                week=past.week,
                verdict=stored.verdict if stored is not None else past.verdict,
                posts=past.posts,
                due=past.due,
                in_time=past.in_time,
                late=found.values.answered_late if found is not None and counted else None,
                other=past.holder != holder and past != AuditedWeek(week=past.week),
            )
