"""The weeks for programs: CSV with English column codes, decimal points and ISO 8601, in UTC and without a mark.

Two tables a week, an office a row and a post a row; put one under another they are those of all weeks. A column's code
is a contract. An empty cell is "not known", never zero.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice, AuditedPost
from auditor.base.safe import cell
from auditor.base.text import N_, write_time
from auditor.checks import catalogue
from auditor.checks.check import Check
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import UnderPost
from auditor.checks.finding import Place, meanings
from auditor.report.tables.lines import csv_text

OFFICES, POSTS = "offices.csv", "posts.csv"
"""The two tables' files."""

_Row = TypeVar("_Row")
_Written = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Code(Generic[_Row]):
    """A column: its code, what it holds, and how a row fills it. `unit` and `meaning` are keys of the catalogue."""

    code: str
    kind: str
    unit: str
    meaning: str
    value: Callable[[_Row], _Written]


class _Office(NamedTuple):
    audit: Audit
    office: AuditedOffice


class _Post(NamedTuple):
    audit: Audit
    office: AuditedOffice
    url: str
    post: AuditedPost | None
    """None: of the days before the week, with questions of the week under it."""
    under: UnderPost | None
    """The week's questions under it; None where none was seen."""


_TEXT, _NUMBER, _WHOLE_NUMBER = N_("text"), N_("number"), N_("whole number")
_MOMENT, _DAY, _YES_OR_NO = N_("moment, UTC"), N_("day"), N_("true or false")
_OUTCOME, _ADDRESS = N_("passed, failed, cantTell, inapplicable or untested"), N_("address")

# The columns ---------------------------------------------------------------------------------------------------------


_WEEK: tuple[Code[Any], ...] = (
    Code(
        "week", _TEXT, "", N_("ISO week, Monday 00:00 to Sunday 24:00 in the registry's zone"), lambda r: r.audit.week
    ),
    Code("as_of", _MOMENT, "", N_("the moment as of which the week is judged"), lambda r: r.audit.as_of),
    Code("closed", _YES_OR_NO, "", N_("whether the week was over by then"), lambda r: r.audit.closed),
    Code("tool_version", _TEXT, "", N_("the program's version"), lambda r: r.audit.tool_version),
    Code("synthetic", _YES_OR_NO, "", N_("a demonstration: everything is invented"), lambda r: r.audit.synthetic),
    Code("office", _TEXT, "", N_("the office's id in the registry"), lambda r: r.office.id),
    Code("municipality", _TEXT, "", N_("where the office is"), lambda r: r.office.municipality),
    Code("group", _TEXT, "", N_("municipal_head, city_duma, governor or institution"), lambda r: r.office.group),
)
"""What both tables begin with."""


def _verdict_columns() -> tuple[Code[_Office], ...]:
    return (
        Code("title", _TEXT, "", N_("what the office is called"), lambda r: r.office.title),
        Code("bound", _YES_OR_NO, "", N_("whether the directive binds it"), lambda r: r.office.bound),
        Code(
            "holder", _TEXT, "", N_("who held it at the week's end"), lambda r: r.office.holder and r.office.holder.name
        ),
        Code(
            "holder_since",
            _TEXT,
            "",
            N_("the first day in office, as far as it is known: a year, a month or a day"),
            lambda r: r.office.holder and r.office.holder.since,
        ),
        Code("verdict", _OUTCOME, "", N_("the directive's outcome"), lambda r: r.office.verdict),
        Code("verdict_cause", _TEXT, "", N_("why it could not be told"), lambda r: r.office.verdict_cause),
        Code(
            "verdict_reason",
            _TEXT,
            "",
            N_("why it does not apply or was not tested"),
            lambda r: r.office.verdict_reason,
        ),
        Code("change", _TEXT, "", N_("of the practice against the last audited week"), lambda r: r.office.change),
    )


def _check_columns(check: Check[Any]) -> Iterator[Code[_Office]]:
    """Yield what a check says of the person: its outcome, its cause, and each value that is one figure or word."""
    name = check.name
    yield Code(f"{name}.outcome", _OUTCOME, "", check.question, lambda r: _of(r, name, lambda f: f.outcome))
    yield Code(f"{name}.cause", _TEXT, "", N_("why it could not be told"), lambda r: _of(r, name, lambda f: f.cause))
    for key, told in meanings(check.values).items():
        kind = _kind(get_type_hints(check.values)[key])
        if kind is not None:
            yield Code(f"{name}.{key}", kind, told.unit, told.meaning, _value(name, key))


def _value(check: str, key: str) -> Callable[[_Office], _Written]:
    return lambda row: _of(row, check, lambda finding: finding.values.get(key))


def _of(row: _Office, check: str, read: Callable[[AuditedFinding], _Written]) -> _Written:
    finding = row.office.finding(check)
    return read(finding) if finding is not None else None


_KINDS = {bool: _YES_OR_NO, int: _WHOLE_NUMBER, float: _NUMBER, datetime: _MOMENT, date: _DAY}


def _kind(hint: Any) -> str | None:
    """Name what a value is, from its type; None for a list or a record, which no cell holds."""
    types = [one for one in (get_args(hint) if isinstance(hint, UnionType) else (hint,)) if one is not type(None)]
    if any(not isinstance(one, type) or not issubclass(one, (str, *_KINDS)) for one in types):
        return None
    return next((_KINDS[one] for one in types if one in _KINDS), _TEXT)


def office_columns() -> tuple[Code[_Office], ...]:
    """Return the columns of `OFFICES`: the week, the office, and what each check of the person declares."""
    judged = [check for check in catalogue() if check.place is not Place.PAGE]
    return (*_WEEK, *_verdict_columns(), *(column for check in judged for column in _check_columns(check)))


def post_columns() -> tuple[Code[_Post], ...]:
    """Return the columns of `POSTS`."""
    return (
        *_WEEK,
        Code("post", _ADDRESS, "", N_("the post's address"), lambda r: r.url),
        Code("network", _TEXT, "", N_("the network on which it stands"), lambda r: r.post and r.post.network),
        Code("posted_at", _MOMENT, "", N_("when it was published; empty for one of before the week"), _posted),
        Code(
            "in_week", _YES_OR_NO, "", N_("whether it is of the week or of the days before it"), lambda r: bool(r.post)
        ),
        Code("repost", _YES_OR_NO, "", N_("whether it is another's post"), lambda r: r.post and r.post.repost),
        Code("comments", _TEXT, "", N_("open, closed or unknown"), lambda r: r.post and r.post.comments),
        Code(
            "questions",
            _WHOLE_NUMBER,
            N_("questions"),
            N_("of the week that were seen under it"),
            lambda r: r.under and r.under.questions,
        ),
        Code(
            "without_reply",
            _WHOLE_NUMBER,
            N_("questions"),
            N_("of these, due and without an answer"),
            lambda r: r.under and r.under.no_reply_found,
        ),
    )


def _posted(row: _Post) -> _Written:
    return row.post.at if row.post is not None else None


# The files -----------------------------------------------------------------------------------------------------------


def offices_table(audit: Audit) -> str:
    """Return a week's table of offices."""
    return _written(office_columns(), (_Office(audit, office) for office in audit.offices))


def posts_table(audit: Audit) -> str:
    """Return a week's table of own posts: those of the week, and older ones with questions of the week."""
    return _written(post_columns(), (row for office in audit.offices for row in _posts(audit, office)))


def _posts(audit: Audit, office: AuditedOffice) -> Iterator[_Post]:
    answered = office.read(ANSWERED)
    under = {one.url: one for one in (answered.values.posts or () if answered is not None else ())}
    for post in office.posts:
        yield _Post(audit, office, post.url, post, under.pop(post.url, None))
    for url, asked in under.items():
        yield _Post(audit, office, url, None, asked)


def _written(columns: Sequence[Code[_Row]], rows: Iterable[_Row]) -> str:
    head = [column.code for column in columns]
    return csv_text([head, *([_plain(column.value(row)) for column in columns] for row in rows)])


def _plain(value: _Written) -> str:
    """Write a value: `true` and `false`, decimal points, UTC; a text that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return write_time(value)
        case date():
            return value.isoformat()
        case int() | float():
            return str(value)
        case text:
            return cell(text)


def joined(tables: Iterable[str]) -> str:
    """Put tables of weeks one under another; a week may have other columns, which stay empty in the rest."""
    weeks = [csv.DictReader(io.StringIO(table, newline="")) for table in tables]
    columns = dict.fromkeys(code for week in weeks for code in week.fieldnames or ())
    return csv_text([[*columns], *([row.get(code) or "" for code in columns] for week in weeks for row in week)])
