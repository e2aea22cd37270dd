"""Make looks and comments by hand, judge them, and write a rule as a table.

A rule of section 5 is a table: each entry is a sentence and a `Row` of looks with the expected finding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial as partial_of
from importlib import import_module
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.audit.make_audit import NO_RUNS, StoredAudits, make_audit
from auditor.base.snapshot import (
    Comment,
    CommentsState,
    Network,
    Post,
    Route,
    RunSnapshot,
    Snapshot,
    Trace,
    TraceKind,
    Weight,
)
from auditor.base.weeks import Week
from auditor.checks import catalogue
from auditor.checks.case import Case
from auditor.checks.finding import ReportSection
from auditor.registry.models import (
    Account,
    AccountKind,
    Confirmation,
    Exemption,
    Neutral,
    Office,
    OtherAccount,
    Tenure,
)
from tests.cases import (
    NOW,
    TOMSK,
    WEEK,
    account,
    by_page,
    case,
    day,
    judge,
    office,
    partial,
    posts,
    registry,
    snapshot,
    tenure,
)

AUTHORS = {"owner": 901, "body": 902, "unknown": 903, "citizen": 904}
CHECKS = tuple(check.name for check in catalogue())
PRACTICE = tuple(check.name for check in catalogue() if check.section is ReportSection.PRACTICE)
WITHOUT_ANSWERS = tuple(name for name in PRACTICE if name != "comments_answered")

OPEN, CLOSED = CommentsState.OPEN, CommentsState.CLOSED
PREVIEW, CLIENT = Route.TELEGRAM_PREVIEW, Route.TELEGRAM_CLIENT

LITTLE, NUMBERS = ("cantTell", "too_little_data"), ("cantTell", "no_threshold")
RED, NOTHING = ("failed", None), ("inapplicable", None)
CASE = {"policy", "pages", "person", "as_of", "neutral", "week", "accounts", "threads_work", "group"}
"""Fields of a row that belong to the case; every other field is a value of the finding."""


@dataclass(frozen=True)
class FindingSummary:
    """The parts of a finding that rows compare: outcome, cause and values, without its sentence."""

    outcome: str
    cause: str | None
    values: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """Return the cause of a `cantTell`, else the outcome."""
        return self.cause or self.outcome


def finding_summary(finding: Any) -> FindingSummary:
    """Return the parts of a finding that rows compare."""
    cause = None if finding.cause is None else str(finding.cause)
    return FindingSummary(str(finding.outcome), cause, finding.values_to_json())


def all_of(check: str, looks: Sequence[Snapshot | RunSnapshot], **options: Any) -> list[FindingSummary]:
    """Judge an office whose one holder took office in 2019; return the office's finding, then that of each page."""
    neutral, holder = options.pop("neutral", False), options.pop("person", None) or in_office(*options.pop("pages", ()))
    judged_case = case([holder], *looks, **options)
    return [
        finding_summary(finding) for finding in judge(check, neutral_telegram(judged_case) if neutral else judged_case)
    ]


def of_office(check: str, looks: Sequence[Snapshot | RunSnapshot], **options: Any) -> FindingSummary:
    """Return the office's own finding of `all_of`."""
    return all_of(check, looks, **options)[0]


@dataclass(frozen=True)
class Row:
    """Looks at a holder's pages, the case around them, and the expected finding."""

    verdict: str | None
    """The expected outcome, or the cause of a `cantTell`; None where only the values are compared."""
    looks: Sequence[Snapshot | RunSnapshot]
    fields: Mapping[str, Any]

    def holds(self, check: str) -> None:
        """Judge the row, and assert that the finding is as expected."""
        summary = of_office(check, self.looks, **{k: v for k, v in self.fields.items() if k in CASE})
        values = {name: value for name, value in self.fields.items() if name not in CASE}
        assert self.verdict in {None, summary.verdict, summary.outcome}
        assert {name: summary.values[name] for name in values} == values


def row(verdict: str | None, *looks: Snapshot | RunSnapshot, **fields: Any) -> Row:
    """Return a row; `fields` are those of the case in `CASE`, and values of the finding by their names."""
    return Row(verdict, looks, fields)


def table(rows: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Parametrise a test with rows; each is named by its sentence."""
    return pytest.mark.parametrize("row", rows.values(), ids=rows.keys())


def each(verdict: str, *looks: Any, checks: Sequence[str] = PRACTICE, **fields: Any) -> dict[str, Row]:
    """Return a row for each check, by its name. A look may be a function of the check's name that returns one."""
    return {c: row(verdict, *(look(c) if callable(look) else look for look in looks), **fields) for c in checks}


def by_check(rows: Mapping[str, Mapping[str, Row]]) -> pytest.MarkDecorator:
    """Parametrise a test with each row and each of its checks."""
    cases = [pytest.param(c, case_row, id=f"{name}: {c}") for name, of in rows.items() for c, case_row in of.items()]
    return pytest.mark.parametrize(("check", "row"), cases)


def in_office(*pages: Account, **fields: Any) -> Tenure:
    """Return a tenure since September 2019, with one channel or with `pages`."""
    return tenure(**{"since": "2019-09", "accounts": list(pages) or [account()]} | fields)


def channel(*page_posts: Post, at: datetime = NOW, **fields: Any) -> Snapshot:
    """Return a look at a channel that was opened in 2021 and shows `page_posts`."""
    return snapshot(**{"posts": page_posts, "taken_at": at, **exactly("2021-10-12T12:00"), **fields})


def profile(*page_posts: Post, at: datetime = NOW, **fields: Any) -> Snapshot:
    """Return a look at a VK profile."""
    base = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 77, "kind": "profile"}
    return snapshot(**{**base, "posts": page_posts, "taken_at": at, **fields})


def vk_page() -> Account:
    """Return the account on record for the page of `profile`."""
    return account(Network.VK, "perviy")


BOTH = [account(), vk_page()]
"""A channel and a profile of one person."""


def confirmed(page: Account, on: str, of: str | None = None) -> Account:
    """Return the page, confirmed on the day `on` by a source of the day `of`."""
    proof = Confirmation(on=date.fromisoformat(on), of=partial(of), how="письмо", sources=["https://example.invalid/c"])
    return page.model_copy(update={"confirmed": proof})


def stale(page: Account) -> Account:
    """Return the page, confirmed more than a year before the week's end."""
    return confirmed(page, "2025-11-21")


def fresh(page: Account) -> Account:
    """Return the page, confirmed after the week; its confirmation is then no evidence of the page's age."""
    return confirmed(page, "2026-11-23")


def elsewhere(of: str | None = "2024-01-01") -> OtherAccount:
    """Return a page on a network that the program does not read, confirmed by a source of the day `of`."""
    proof = Confirmation(on=date(2026, 9, 1), of=partial(of), how="по источнику", sources=["https://example.invalid/s"])
    return OtherAccount(url="https://ok.ru/imyarek", kind=AccountKind.PERSONAL, confirmed=proof)


def weighed(look: Snapshot, weight: Weight = Weight.FULL, *, run: int = 0, made_for: Week = WEEK) -> RunSnapshot:
    """Return a look as the archive returns it, with its weight and the number of its run."""
    return RunSnapshot(str(made_for), look, weight=weight, run=run, comments_readable=True)


def local(text: str) -> datetime:
    """Return a moment in the office's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=TOMSK)


def dated(text: str, kind: TraceKind, precision: str) -> dict[str, Any]:
    """Return a snapshot's fields for a page dated by one trace."""
    trace = Trace(kind=kind, at=local(text))
    return {"opened_at": trace.at, "opened_precision": precision, "traces": (trace,)}


exactly = partial_of(dated, kind=TraceKind.CREATED, precision="exact")
not_later = partial_of(dated, kind=TraceKind.OLDEST_POST, precision="not_later_than")
"""Snapshot fields of a page opened at exactly that moment, and of one whose oldest post is of that moment."""


def head(number: int, *pages: Account, **fields: Any) -> Office:
    """Return one of several offices, each with a holder of its own."""
    person = in_office(*pages, name=f"Имярек Номер {number}", **fields)
    return office(person).model_copy(update={"id": f"rayon-{number:02d}", "municipality": f"{number}-й район"})


def document(*offices: Office, looks: Sequence[Snapshot], week: Week = WEEK, previous: Audit | None = None) -> Audit:
    """Judge the offices two days after the week; each look was made for the last week that had ended by then."""
    run_snapshots = (weighed(look, made_for=Week.last_ended(look.taken_at, TOMSK)) for look in looks)
    snapshots = by_page(sorted(run_snapshots, key=lambda run_snapshot: run_snapshot.snapshot.taken_at))
    as_of, stored = week.ends + timedelta(days=2), StoredAudits(previous=previous)
    return make_audit(registry(*offices), week, as_of, snapshots, NO_RUNS, stored)


def post(number: int, *comments: Comment, hours: float = 1, **fields: Any) -> Post:
    """Return a post with its complete thread, `hours` after the week's start."""
    (bare_post,) = posts(hours, first_id=number, **{"comments_state": OPEN} | fields)
    return bare_post.model_copy(update={"comments": comments})


def comment(number: int, side: str, hours: float, **fields: Any) -> Comment:
    """Return a comment of a side, `hours` after the week's start; a citizen's author is its number by default."""
    fields_of_side = {"author": number, "says": "asks" if side == "citizen" else None, "has_five_words": False} | fields
    return Comment(id=number, at=day(hours), side=side, **fields_of_side)


def asked(count: int, *, people: int | None = None, hours: float = 20) -> tuple[Comment, ...]:
    """Return `count` questions by `people` citizens (None: each by another), from `hours` after the week's start on."""
    author_count = people or count
    return tuple(comment(n, "citizen", hours + n / 10, author=(n - 1) % author_count + 1) for n in range(1, count + 1))


def replies(side: str, *to: int, after: float = 3, hours: float = 20, **fields: Any) -> tuple[Comment, ...]:
    """Return a reply of a side to each question `to` that `asked` made, `after` hours later."""
    common = {"author": AUTHORS[side], "answers": None} | fields
    return tuple(comment(100 + n, side, hours + n / 10 + after, **{**common, "answers": n}) for n in to)


OLD = posts(-24 * 20, first_id=90)
"""A post 20 days before the week."""


def failing(check: str) -> tuple[Post, ...]:
    """Return posts by which a check of the practice fails: `FAILING` of its module of tests; of another, too few."""
    return import_module(f"tests.checks.test_{check if check in PRACTICE else PRACTICE[0]}").FAILING


FIVE = asked(5)
ALL = replies("owner", 1, 2, 3, 4, 5)
ANSWERED = (*FIVE, *ALL)
"""Five people's questions, the owner's replies to all of them, and both."""


def usual_posts(*comments: Comment) -> tuple[Post, ...]:
    """Return enough open posts, with the comments under the first of the week."""
    return (*OLD, post(1, *comments), *(post(number, hours=number) for number in (2, 3, 4)))


def passing(check: str) -> tuple[Post, ...]:
    """Return posts by which a check of the practice passes: `PASSING` of its module of tests, or the usual ones."""
    return getattr(import_module(f"tests.checks.test_{check}"), "PASSING", usual_posts())


def bad(weight: Weight = Weight.FULL, page: Any = channel, **fields: Any) -> Callable[[str], RunSnapshot]:
    """Return a function of a check's name that returns a look by which the check fails."""
    return lambda check: weighed(page(*failing(check), **fields), weight)


def good(weight: Weight = Weight.FULL, page: Any = channel, **fields: Any) -> Callable[[str], RunSnapshot]:
    """Return a function of a check's name that returns a look by which the check passes."""
    return lambda check: weighed(page(*passing(check), **fields), weight)


def exemption(*, on: str, until: str | None = None) -> Exemption:
    """Return an exemption with its source."""
    details = {"by": "губернатор", "reason": "вымышленная причина", "source": "https://example.invalid/exemption"}
    return Exemption(on=partial(on), until=partial(until), **details)


def neutral_telegram(judged_case: Case) -> Case:
    """Return the case with a directive by which Telegram is neutral from 1 June 2025 on."""
    reason = {"reason": "вымышленный закон", "source": "https://example.invalid/l"}
    neutral = Neutral(network=Network.TELEGRAM, since=date(2025, 6, 1), **reason)
    directive = judged_case.registry.directive.model_copy(update={"neutral": [neutral]})
    return replace(judged_case, registry=judged_case.registry.model_copy(update={"directive": directive}))


def later(**span: float) -> datetime:
    """Return the moment that long after the week's end."""
    return WEEK.ends + timedelta(**span)
