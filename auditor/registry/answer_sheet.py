"""The sheet in which offices answer: one row an office, with what is on record filled in.

Its headings are Russian, as the keys of officials.yaml are English: a part of the format. A column is found by its
heading and a row by the office's code, so that columns may be moved and rows sorted. `COLUMNS` defines the sheet once.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from auditor.base.files import write_file
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry.holders import Holder, holder_on, vacancy_on
from auditor.registry.models import Account, AnyNetworkKey, Office, OtherAccount, OtherNetwork, Registry
from auditor.registry.typed_text import ACTING, HEAD, LEVELS, NO_PAGE, VACANT

SHEET = "Ответы"
_GUIDE = "Как заполнять"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the key of its answer, its heading, and how to fill it in."""

    key: str
    heading: str
    help: str = ""
    width: int = 20
    choices: tuple[str, ...] = ()
    is_date: bool = False
    is_locked: bool = False
    """Whether it says which office the row is about, and is not to be changed."""


ANSWERED_NETWORKS: Mapping[AnyNetworkKey, str] = {
    Network.VK: "ВКонтакте",
    Network.TELEGRAM: "Telegram",
    OtherNetwork.OK: "Одноклассники",
    OtherNetwork.MAX: "MAX",
}
"""The networks that an office is asked about, by their names in the headings."""
_DAY_HELP = "01.02.2024; если день не известен — «февраль 2024» или «2024»."
_TAKEN_HELP = f"{_DAY_HELP} Если страница перешла от прежнего главы — «перешла 01.02.2024»."


def _page_columns() -> Iterator[SheetColumn]:
    for network, name in ANSWERED_NETWORKS.items():
        text = f"Адрес личной страницы главы, не страницы администрации. Страницы нет — «{NO_PAGE}»."
        yield SheetColumn(network.value, f"{name}: личная страница", text, 28)
        yield SheetColumn(f"{network.value}_since", f"{name}: с какого дня", _TAKEN_HELP, 14, is_date=True)


COLUMNS = (
    SheetColumn("id", "Код", "По нему строка находит свою должность в реестре: не меняйте.", 16, is_locked=True),
    SheetColumn("municipality", "Муниципалитет", width=24, is_locked=True),
    SheetColumn("title", "Должность", width=28, is_locked=True),
    SheetColumn("status", "Кто занимает", "Выберите из списка.", 12, (HEAD, ACTING, VACANT)),
    SheetColumn("name", "ФИО", "Фамилия, имя и отчество полностью, фамилия — первой.", 30),
    SheetColumn("since", "С какого дня", f"С какого дня в должности: {_DAY_HELP}", 14, is_date=True),
    SheetColumn("until", "Последний день прежнего", f"Если глава сменился: {_DAY_HELP}", 14, is_date=True),
    *_page_columns(),
    SheetColumn("institution", "Страницы администрации", "Адреса через пробел или с новой строки.", 30),
    SheetColumn("website", "Официальный сайт", "Адрес целиком: https://example.org. Сайта нет — «нет».", 26),
    SheetColumn(
        "staff", "Кто отвечает от имени главы", "Адреса страниц тех, кто отвечает за главу. Отвечает сам — «сам».", 26
    ),
    SheetColumn("source", "Источник", "Письмо администрации № 12 от 01.12.2026 — или адрес в сети.", 30),
    SheetColumn("answered", "Дата ответа", "Пусто — дата письма из «Источника».", 14, is_date=True),
)
LEVEL = SheetColumn("group", "Уровень", "Выберите из списка: так в реестр вносят новую должность.", 22, tuple(LEVELS))
"""A column that only a sheet of new offices has: without it no slip of the pen makes an office."""
ANSWER_COLUMNS = tuple(column for column in COLUMNS if not column.is_locked)


# Writing --------------------------------------------------------------------------------------------------------------


def write_answer_sheet(registry: Registry, offices: Iterable[Office], path: Path, today: date) -> None:
    """Write the sheet to send to `offices`, with what is on record on `today`. Raises `OSError`."""
    write_file(path, answer_sheet(registry, offices, today))


def answer_sheet(registry: Registry, offices: Iterable[Office], today: date) -> bytes:
    """Return the workbook to send to `offices`, with what is on record on `today`."""
    return _workbook(
        registry, [known_answers(office, today) for office in offices], COLUMNS, datetime.combine(today, time.min)
    )


def _workbook(
    registry: Registry, rows: Sequence[Mapping[str, str | date]], columns: Sequence[SheetColumn], created: datetime
) -> bytes:
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook needs it

    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(stream, options) as book:
        book.set_properties({"created": created})
        _write_answers(book, rows, columns)
        _write_guide(book, registry, columns)
    return stream.getvalue()


def new_offices_sheet(registry: Registry, today: date, rows: int = 40) -> bytes:
    """Return the workbook in which new offices are entered: empty, with a column for the level."""
    columns = [*(replace(column, is_locked=False) for column in COLUMNS[:3]), LEVEL, *COLUMNS[3:]]
    return _workbook(registry, [{}] * rows, columns, datetime.combine(today, time.min))


def _write_answers(book: Any, rows: Sequence[Mapping[str, str | date]], columns: Sequence[SheetColumn]) -> None:
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#f1efea", "bottom": 2, "text_wrap": True, "valign": "top"})
    sheet.set_row(0, 48)
    for index, column in enumerate(columns):
        sheet.write(0, index, column.heading, head)
        sheet.set_column(index, index, column.width, _cell_format(book, column))
        if column.help:
            sheet.write_comment(0, index, column.help, {"x_scale": 2})
        if column.choices:
            sheet.data_validation(
                1, index, max(len(rows), 1), index, {"validate": "list", "source": list(column.choices)}
            )
    for number, row in enumerate(rows, 1):
        for index, column in enumerate(columns):
            sheet.write(number, index, row.get(column.key), _cell_format(book, column))
    sheet.freeze_panes(1, 2)
    sheet.protect(options={"format_columns": True, "format_rows": True, "format_cells": True})
    _set_paper(sheet)


def _cell_format(book: Any, column: SheetColumn) -> Any:
    look = {"bg_color": "#f1efea"} if column.is_locked else {"locked": False}
    number = {"num_format": "dd.mm.yyyy", "align": "left"} if column.is_date else {"num_format": "@"}
    return book.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#cccccc", **look, **number}
    )


def _set_paper(sheet: Any) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_guide(book: Any, registry: Registry, columns: Sequence[SheetColumn]) -> None:
    """Write the sheet that tells how to fill in each column."""
    sheet = book.add_worksheet(_GUIDE)
    text, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    lines = [(registry.region.name if registry.region else "", _INTRODUCTION)]
    lines += [(column.heading, column.help) for column in columns if column.help]
    for number, (heading, help_text) in enumerate(lines):
        sheet.write(number, 0, heading, bold)
        sheet.write(number, 1, help_text, text)
    _set_paper(sheet)


_INTRODUCTION = (
    "Каждая строка листа «Ответы» — одна должность. Что известно, уже вписано: исправьте, если неверно, и допишите, "
    "чего нет. Чего не знаете, оставьте пустым. Телефонов и адресов почты не пишите: реестр открыт для всех."
)


def known_answers(office: Office, today: date) -> dict[str, str | date]:
    """Return what is on record of an office on `today`, as the cells of its row by their keys."""
    row: dict[str, str | date] = {"id": office.id, "municipality": office.municipality, "title": office.title}
    row["institution"] = "\n".join(str(page.url) for page in office.listed if page.judged)
    row["website"] = office.website or ""
    holder, vacancy = holder_on(office, today), vacancy_on(office, today)
    if vacancy is not None:
        row |= {"status": VACANT, "since": date_cell(vacancy.since)}
    if holder is not None:
        row |= _holder_cells(holder)
    return {key: value for key, value in row.items() if value != ""}


def _holder_cells(holder: Holder) -> dict[str, str | date]:
    tenure = holder.tenure
    pages: list[Account | OtherAccount] = [*holder.judged_accounts, *holder.accounts_elsewhere]
    return {
        "status": ACTING if tenure.acting else HEAD,
        "name": tenure.name,
        "since": date_cell(tenure.since),
        **{page.network.value: str(page.url) for page in reversed(pages) if page.network in ANSWERED_NETWORKS},
        "staff": "\n".join(_staff_address(page, staff) for page in holder.accounts for staff in page.staff),
    }


def _staff_address(page: Account, staff: int | str) -> str:
    """Return the address of an account that answers at a page; of one known by its number, the number."""
    return str(staff) if isinstance(staff, int) else f"https://{page.network.facts.host}/{staff}"


def date_cell(day: PartialDate | None) -> str | date:
    """Return a date as a cell holds it: a whole day as one, a month as ``02.2024``, a year; empty for None."""
    if day is None:
        return ""
    return day.first if day.exact else ".".join(reversed(str(day).split("-")))
