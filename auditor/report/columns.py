"""The columns of the CSV files and the workbook, described once for both and for the README beside the data.

A column's code is a contract; its description is in the reader's language. None, "not known" or "does
not apply", stays empty: it is never zero. The columns of HTML tables are in the templates.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints

from auditor.audit.document import Audit, AuditedFinding, AuditedHolder, AuditedOffice, AuditedPost
from auditor.base.snapshot import Outcome
from auditor.base.text import N_
from auditor.checks import catalogue
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import PostQuestions
from auditor.checks.definition import Check
from auditor.checks.finding import ReportSection, meanings

_Row = TypeVar("_Row")
CellValue = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column(Generic[_Row]):
    """A column: its code, its type, and the function that reads its value. `unit` and `meaning` are catalogue keys."""

    code: str
    kind: str
    unit: str
    meaning: str
    value: Callable[[_Row], CellValue]


class OfficeRow(NamedTuple):
    """An office in a week."""

    audit: Audit
    office: AuditedOffice


class PostRow(NamedTuple):
    """A post of an office in a week."""

    audit: Audit
    office: AuditedOffice
    url: str
    post: AuditedPost | None
    """None for a post before the week that has questions of the week under it."""
    questions: PostQuestions | None
    """The week's questions under it; None if none were seen."""


class FindingRow(NamedTuple):
    """A finding about an office in a week."""

    audit: Audit
    office: AuditedOffice
    finding: AuditedFinding


def _from_post(read: Callable[[AuditedPost], CellValue]) -> Callable[[PostRow], CellValue]:
    return lambda row: read(row.post) if row.post is not None else None


def _from_questions(read: Callable[[PostQuestions], CellValue]) -> Callable[[PostRow], CellValue]:
    return lambda row: read(row.questions) if row.questions is not None else None


def _from_holder(read: Callable[[AuditedHolder], CellValue]) -> Callable[[OfficeRow], CellValue]:
    return lambda row: read(row.office.holder) if row.office.holder is not None else None


TEXT, NUMBER, WHOLE = N_("text"), N_("number"), N_("whole number")
MOMENT, DAY, YES_OR_NO = N_("moment, UTC"), N_("day"), "true, false"
OUTCOME, ADDRESS = ", ".join(Outcome), N_("address")
_WHY = N_("why it could not be told")

_WEEK: tuple[Column[Any], ...] = (
    Column(
        "week", TEXT, "", N_("ISO week, Monday 00:00 to Sunday 24:00 in the registry's zone"), lambda r: r.audit.week
    ),
    Column("as_of", MOMENT, "", N_("the moment as of which the week is judged"), lambda r: r.audit.as_of),
    Column("closed", YES_OR_NO, "", N_("whether the week was over by then"), lambda r: r.audit.closed),
    Column("tool_version", TEXT, "", N_("the program's version"), lambda r: r.audit.tool_version),
    Column("synthetic", YES_OR_NO, "", N_("a demonstration: everything is invented"), lambda r: r.audit.synthetic),
    Column("office", TEXT, "", N_("the office's id in the registry"), lambda r: r.office.id),
    Column("municipality", TEXT, "", N_("where the office is"), lambda r: r.office.municipality),
    Column("group", TEXT, "", "municipal_head, city_duma, governor, institution", lambda r: r.office.group),
)
"""The first columns of every table."""
_VERDICT: tuple[Column[OfficeRow], ...] = (
    Column("title", TEXT, "", N_("what the office is called"), lambda r: r.office.title),
    Column("bound", YES_OR_NO, "", N_("whether the directive binds it"), lambda r: r.office.bound),
    Column("holder", TEXT, "", N_("who held it at the week's end"), _from_holder(lambda holder: holder.name)),
    Column(
        "holder_since",
        TEXT,
        "",
        N_("the first day in office, as far as it is known: a year, a month or a day"),
        _from_holder(lambda holder: holder.since),
    ),
    Column("verdict", OUTCOME, "", N_("the directive's outcome"), lambda r: r.office.verdict),
    Column("verdict_cause", TEXT, "", _WHY, lambda r: r.office.verdict_cause),
    Column(
        "verdict_reason", TEXT, "", N_("why it does not apply or was not tested"), lambda r: r.office.verdict_reason
    ),
    Column("change", TEXT, "", N_("of the practice against the last audited week"), lambda r: r.office.change),
)
POST_COLUMNS: tuple[Column[PostRow], ...] = (
    *_WEEK,
    Column("post", ADDRESS, "", N_("the post's address"), lambda r: r.url),
    Column("network", TEXT, "", N_("the network on which it stands"), _from_post(lambda post: post.network)),
    Column(
        "posted_at",
        MOMENT,
        "",
        N_("when it was published"),
        lambda r: r.post.at if r.post is not None else r.questions.at if r.questions is not None else None,
    ),
    Column("in_week", YES_OR_NO, "", N_("whether it is of the week or of the days before it"), lambda r: bool(r.post)),
    Column("repost", YES_OR_NO, "", N_("whether it is another's post"), _from_post(lambda post: post.repost)),
    Column("comments", TEXT, "", "open, closed, unknown", _from_post(lambda post: post.comments)),
    Column(
        "questions",
        WHOLE,
        N_("questions"),
        N_("of the week that were seen under it"),
        _from_questions(lambda questions: questions.questions),
    ),
    Column(
        "without_reply",
        WHOLE,
        N_("questions"),
        N_("of these, due and without an answer"),
        _from_questions(lambda questions: questions.no_reply_found),
    ),
)
FINDINGS: tuple[Column[FindingRow], ...] = (
    *_WEEK,
    Column("check", TEXT, "", N_("the check's name"), lambda r: r.finding.check),
    Column(
        "account",
        ADDRESS,
        "",
        N_("the page that it is about; empty: the office as a whole"),
        lambda r: r.finding.account,
    ),
    Column("outcome", OUTCOME, "", N_("how it came out"), lambda r: r.finding.outcome),
    Column("cause", TEXT, "", _WHY, lambda r: r.finding.cause),
    Column("basis", TEXT, "", "norm, analogue, convention", lambda r: r.finding.basis),
    Column("message", TEXT, "", N_("what was found, in a sentence"), lambda r: r.finding.message),
    Column("evidence", WHOLE, "", N_("stored answers that it rests on"), lambda r: len(r.finding.evidence)),
)


def office_columns() -> tuple[Column[OfficeRow], ...]:
    """Return the columns of the offices: the week, the office, and the values of each check about the person."""
    person_checks = [check for check in catalogue() if check.section is not ReportSection.PAGE]
    return (*_WEEK, *_VERDICT, *(column for check in person_checks for column in _check_columns(check)))


def _check_columns(check: Check[Any]) -> Iterator[Column[OfficeRow]]:
    """Yield the columns of a check about the person: its outcome, its cause, and each value that fits a cell."""
    name = check.name
    yield Column(f"{name}.outcome", OUTCOME, "", check.question, lambda r: _from_finding(r, name, lambda f: f.outcome))
    yield Column(f"{name}.cause", TEXT, "", _WHY, lambda r: _from_finding(r, name, lambda f: f.cause))
    for key, value_meaning in meanings(check.values).items():
        kind = _cell_type(get_type_hints(check.values)[key])
        if kind is not None:
            yield Column(f"{name}.{key}", kind, value_meaning.unit, value_meaning.meaning, _finding_value(name, key))


def _finding_value(check: str, key: str) -> Callable[[OfficeRow], CellValue]:
    return lambda row: _from_finding(row, check, lambda finding: finding.values.get(key))


def _from_finding(row: OfficeRow, check: str, read: Callable[[AuditedFinding], CellValue]) -> CellValue:
    finding = row.office.finding(check)
    return read(finding) if finding is not None else None


_KINDS = {bool: YES_OR_NO, int: WHOLE, float: NUMBER, datetime: MOMENT, date: DAY}


def _cell_type(hint: Any) -> str | None:
    """Return the name of a value's type; None for a list or a record, which fits no cell."""
    types = [
        member for member in (get_args(hint) if isinstance(hint, UnionType) else (hint,)) if member is not type(None)
    ]
    if any(not isinstance(member, type) or not issubclass(member, (str, *_KINDS)) for member in types):
        return None
    return next((_KINDS[member] for member in types if member in _KINDS), TEXT)


# The rows -------------------------------------------------------------------------------------------------------------


def office_rows(audit: Audit) -> Iterator[OfficeRow]:
    """Yield a week's offices."""
    return (OfficeRow(audit, office) for office in audit.offices)


def post_rows(audit: Audit) -> Iterator[PostRow]:
    """Yield the posts of a week, and older ones with questions of the week."""
    for office in audit.offices:
        answered = office.read(ANSWERED)
        questions_by_url = {
            post_questions.url: post_questions
            for post_questions in (answered.values.posts or () if answered is not None else ())
        }
        for post in office.posts:
            yield PostRow(audit, office, post.url, post, questions_by_url.pop(post.url, None))
        for url, post_questions in questions_by_url.items():
            yield PostRow(audit, office, url, None, post_questions)


def finding_rows(audit: Audit) -> Iterator[FindingRow]:
    """Yield a week's findings."""
    return (FindingRow(audit, office, finding) for office in audit.offices for finding in office.findings)
