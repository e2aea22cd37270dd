"""Take a filled sheet of answers into the registry, row by row; what is wrong is named by its cell.

Rows that are right are written although others are wrong: an office that made no mistake need not wait for one that
did. A row in which nothing was filled in is left aside, and a sheet that is taken in twice changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from auditor.base.errors import UsageError, text_of
from auditor.base.text import N_, Text, phrase
from auditor.base.weeks import PartialDate
from auditor.registry.answer_sheet import ANSWER_COLUMNS, ANSWERED_NETWORKS, known_answers
from auditor.registry.answers import AnswerError, OfficeAnswer, take_in
from auditor.registry.decisions import may_be_private
from auditor.registry.filled_sheet import FilledSheet, SheetRow
from auditor.registry.lookup import find_offices, pick_office
from auditor.registry.model_reader import invalid
from auditor.registry.models import Office, Registry
from auditor.registry.new_offices import enter_row, is_new_office
from auditor.registry.registry_file import FileEdit, RegistryFile
from auditor.registry.typed_text import (
    CitedSource,
    PageDate,
    plain_text,
    read_date,
    read_name,
    read_page,
    read_page_date,
    read_pages,
    read_source,
    read_staff,
    read_status,
    read_website,
)

READERS: Mapping[str, Callable[[Any], Any]] = {
    "status": read_status,
    "name": read_name,
    "since": read_date,
    "until": read_date,
    **{network.value: partial(read_page, network=network) for network in ANSWERED_NETWORKS},
    **{f"{network.value}_since": read_page_date for network in ANSWERED_NETWORKS},
    "institution": read_pages,
    "website": read_website,
    "staff": read_staff,
    "source": read_source,
    "answered": read_date,
}
"""What reads each answer, by the key of its column."""


def read_answer(key: str, value: Any, today: date) -> Any:
    """Return an answer as read. Raises `AnswerError` if it cannot be understood, or is of a day to come."""
    try:
        if value is True:
            raise invalid("the cell holds TRUE, and not what is asked; write it in words")
        if str(value).startswith("="):
            raise invalid("{text} is a formula without a value; write the value, or save the sheet anew", text=value)
        if may_be_private(plain_text(value)):
            raise invalid("this holds what may be a key, a password or a telephone; the registry is public")
        answer = READERS[key](value)
        if _first_day(answer) > today:
            day = str(getattr(answer, "day", answer))
            raise invalid("{day} is after today, {today}; write what has come true", day=day, today=today)
    except ValueError as error:
        raise AnswerError(key, text_of(error)) from None
    return answer


def _first_day(answer: Any) -> date:
    """Return the first day that an answer may be of; of one that has no day the first of all."""
    day = answer.day if isinstance(answer, PageDate | CitedSource) else answer
    return day.first if isinstance(day, PartialDate) else day if isinstance(day, date) else date.min


def read_answers(values: Mapping[str, Any], today: date) -> tuple[dict[str, Any], list[AnswerError]]:
    """Return the answers of a row by their keys, and what is wrong with the others."""
    answers: dict[str, Any] = {}
    errors: list[AnswerError] = []
    for key, value in values.items():
        if key in READERS and plain_text(value):
            try:
                answers[key] = read_answer(key, value, today)
            except AnswerError as error:
                errors.append(error)
    return answers, errors


def office_answer(answers: Mapping[str, Any]) -> OfficeAnswer:
    """Return answers, by their keys, as one. Raises `AnswerError` if their source or its day is missing."""
    source: CitedSource | None = answers.get("source")
    if source is None:
        raise AnswerError("source", phrase(_NO_SOURCE))
    answered = answers.get("answered")
    day = source.day if answered is None else answered.first if answered.exact else None
    if day is None:
        raise AnswerError("answered", phrase("write the day of the answer, like 01.12.2026"))
    for network in ANSWERED_NETWORKS:
        if f"{network.value}_since" in answers and answers.get(network.value) is None:
            raise AnswerError(network.value, phrase(_NO_PAGE_BESIDE))
    in_order = [network for network in ANSWERED_NETWORKS if network.value in answers]
    dates = {n: date_ for n in in_order if (date_ := answers.get(f"{n.value}_since")) is not None}
    plain = {
        key: answers[key] for key in ("status", "name", "since", "until", "website", "exemption") if key in answers
    }
    lists = {key: answers[key] for key in ("institution", "staff") if key in answers}
    pages = {network: answers[network.value] for network in in_order}
    return OfficeAnswer(source.text, day, pages=pages, page_dates=dates, **plain, **lists)


_NO_PAGE_BESIDE = N_("a day stands beside, and no page; write the page, or take the day out")
_NO_SOURCE = N_("write where this can be checked: письмо № 12 от 01.12.2026, or an address")


# A sheet --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class SheetPlan:
    """What a sheet would change, and what is wrong in it."""

    name: str
    sheet: str
    edits: list[FileEdit] = field(default_factory=list)
    """One for each file of the registry that changes."""
    problems: list[Text] = field(default_factory=list)
    changed: list[Office] = field(default_factory=list)
    without_page: list[Office] = field(default_factory=list)
    """The offices of `changed` of which the answer says that the holder has no page."""
    same_count: int = 0
    """Rows that say nothing new."""
    empty_count: int = 0
    """Rows in which nothing was filled in."""

    def add_problem(self, cell: str, what: Text) -> None:
        """Add a problem of a cell."""
        message = N_("{file}: sheet «{sheet}», cell {cell}: {what}")
        self.problems.append(phrase(message, file=self.name, sheet=self.sheet, cell=cell, what=what))


def plan_sheet(file: RegistryFile, path: Path, sheet: FilledSheet) -> SheetPlan:
    """Return what the rows of a sheet change in the registry. Raises `RegistryError` if that has mistakes."""
    plan, texts, registry = SheetPlan(path.name, sheet.name), dict[Path, str](), file.registry()
    for cell, what in sheet.problems:
        plan.add_problem(cell, what)
    today = file.now.astimezone(registry.zone).date()
    rows_by_office: dict[str, SheetRow] = {}
    edits: dict[Path, FileEdit] = {}
    for row in sheet.rows:
        try:
            is_new = is_new_office(row, registry)
            if is_new:
                edit, office, registry = enter_row(row, registry, file, texts)
                texts[file.path], edits[file.path] = edit.text, edit
                plan.changed.append(office)
            office = _office_of(row, registry, rows_by_office) if not is_new else office
            answer = _answer_of(row, office, today, plan)
            if answer is None:
                plan.empty_count -= is_new
                continue
            draft = take_in(file, texts, office, answer)
        except AnswerError as error:
            plan.add_problem(row.cell(error.key), error.text)
            continue
        except UsageError as error:
            plan.add_problem(row.cell("id"), error.text)
            continue
        if draft.text == texts.get(draft.path, draft.original):
            plan.same_count += 1
            continue
        texts[draft.path] = draft.text
        edits[draft.path] = draft.change(phrase("{path}: written.", path=draft.path))
        plan.changed += [office] if not is_new else []
        plan.without_page += [office] if None in answer.pages.values() and not any(answer.pages.values()) else []
    plan.edits = list(edits.values())
    return plan


def _office_of(row: SheetRow, registry: Registry, rows_by_office: dict[str, SheetRow]) -> Office:
    """Return the office that a row is about. Raises `AnswerError` if that is not clear, or an earlier row has it."""
    values = {key: plain_text(row.values.get(key)) for key in ("id", "municipality")}
    key = "id" if values["id"] else "municipality"
    try:
        office = pick_office(registry, values[key], exact=True)
    except UsageError as error:
        raise AnswerError(key, error.text) from None
    _require_same_office(row, office, registry)
    if rows_by_office.setdefault(office.id, row) is not row:
        first = rows_by_office[office.id].cell(key)
        raise AnswerError(
            key, phrase("{office} stands in {first} already; keep one row", office=office.id, first=first)
        )
    return office


def _require_same_office(row: SheetRow, office: Office, registry: Registry) -> None:
    """Raise `AnswerError` if a row names another office than its code: the answer would be taken for the wrong one."""
    for key in ("municipality", "title"):
        text = plain_text(row.values.get(key))
        if text not in {"", office.municipality, office.title} and all(
            other is not office for other in find_offices(registry, text, exact=True)
        ):
            message = N_("the code {id} is of {place}, {title}, and {cell} says {text}; mend one of them")
            values = {"id": office.id, "place": office.municipality, "title": office.title}
            raise AnswerError("id", phrase(message, **values, cell=row.cell(key), text=repr(text)))


def _answer_of(row: SheetRow, office: Office, today: date, plan: SheetPlan) -> OfficeAnswer | None:
    """Return the answer of a row; None if nothing was filled in, or if a cell is wrong, which is then a problem."""
    if not _is_filled_in(row, known_answers(office, today)):
        plan.empty_count += 1
        return None
    answers, errors = read_answers(row.values, today)
    for error in errors:
        plan.add_problem(row.cell(error.key), error.text)
    if not errors:
        return office_answer(answers)
    if not plain_text(row.values.get("source")):
        plan.add_problem(row.cell("source"), phrase(_NO_SOURCE))
    return None


def _is_filled_in(row: SheetRow, on_record: Mapping[str, str | date]) -> bool:
    """Return whether a row says more than what was written into it."""
    keys = [column.key for column in ANSWER_COLUMNS]
    return any(
        plain_text(row.values.get(key)) and _cell_text(row.values[key]) != _cell_text(on_record.get(key))
        for key in keys
    )


def _cell_text(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime | date) else plain_text(value)
