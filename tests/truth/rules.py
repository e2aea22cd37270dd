"""The expected finding of each check about an office and its pages; each check's module of tests has its `TRUTH`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib import import_module

from auditor.checks import catalogue
from tests.rules.rule_rows import PRACTICE
from tests.truth.record import AccountTruth, Expected, OfficeTruth, Value


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """The expected finding of one check."""

    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """Pages of a holder, judged together as if there were no others."""

    office: OfficeTruth
    accounts: Sequence[AccountTruth]
    now: datetime
    ends: datetime

    @property
    def readable_accounts(self) -> list[AccountTruth]:
        """Return the accounts whose posts were read."""
        return [a for a in self.accounts if a.cause is None]

    @property
    def obstacle(self) -> str | None:
        """Return why the first unreadable account could not be read, or None."""
        return next((a.cause for a in self.accounts if a.cause is not None), None)


def cannot(cause: str) -> ExpectedFinding:
    """Return a finding that cannot be told."""
    return ExpectedFinding("cantTell", cause)


@dataclass(frozen=True, slots=True)
class Truth:
    """How the findings of one check are derived from what a story records."""

    judge: Callable[[Subject], ExpectedFinding]
    """Return the finding about some pages."""
    of_office: Callable[[OfficeTruth], ExpectedFinding] | None = None
    """Return the finding about an office, where pages do not decide it: it is never blocked."""
    without_page: Callable[[OfficeTruth], ExpectedFinding] = lambda _: ExpectedFinding("untested")
    blocked_by_exemption: bool = True
    of_institutions: bool = False
    """Whether the pages of the office itself are judged too."""


@cache
def truths() -> Mapping[str, Truth]:
    """Return the truth of every check by its name: `TRUTH` of its module of tests."""
    return {check.name: import_module(f"tests.checks.test_{check.name}").TRUTH for check in catalogue()}


_OUTCOME_BY_STANDING = {"exempt": "inapplicable", "vacant": "inapplicable", "no_holder": "untested"}
"""The outcome of every check, by an office's standing."""


def expect(office: OfficeTruth, now: datetime, ends: datetime) -> Iterator[Expected]:
    """Yield every finding of one office at `now`, of the week that ended at `ends`."""
    for check, truth in truths().items():
        blocker, judge = _blocker(office, check), truth.judge
        rows = [(None, _of_office(office, truth, blocker, Subject(office, office.accounts, now, ends)))]
        rows += [(a, _of_page(judge(Subject(office, [a], now, ends)), blocker)) for a in office.accounts]
        is_practice = check in PRACTICE and office.accounts and blocker is None
        if not office.bound and (is_practice or rows[0][1].outcome == "failed"):
            rows = [(page, replace(finding, outcome="inapplicable", cause=None)) for page, finding in rows]
        for page in office.institutions if truth.of_institutions else ():
            rows.append((page, _of_page(judge(Subject(office, [page], now, ends)), None)))
        for page, finding in rows:
            yield Expected(
                office.office, check, page.url if page else None, finding.outcome, finding.cause, finding.values
            )


def _of_office(
    office: OfficeTruth, truth: Truth, blocker: ExpectedFinding | None, all_pages: Subject
) -> ExpectedFinding:
    """Return the office's finding: of all its pages, or for lack of one."""
    if truth.of_office is not None:
        return truth.of_office(office)
    if blocker is not None or office.accounts:
        return blocker or truth.judge(all_pages)
    return truth.without_page(office)


def _blocker(office: OfficeTruth, check: str) -> ExpectedFinding | None:
    """Return the finding that replaces a judgement, or None."""
    if office.standing == "exempt" and not truths()[check].blocked_by_exemption:
        return None
    if office.standing != "held":
        return ExpectedFinding(_OUTCOME_BY_STANDING[office.standing])
    return ExpectedFinding("inapplicable") if check in PRACTICE and office.accounts and office.began else None


def _of_page(finding: ExpectedFinding, blocker: ExpectedFinding | None) -> ExpectedFinding:
    """Return a page's own finding: passed where it alone would pass, or why it cannot be told; never failed."""
    if blocker is not None:
        finding = replace(blocker, values=finding.values if "opened_at" in finding.values else {})
    return (
        finding if finding.outcome in {"passed", "cantTell"} else ExpectedFinding("inapplicable", None, finding.values)
    )
