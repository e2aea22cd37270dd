"""Tables for programs and spreadsheets: plain values, typed cells, no formula; what is not known is empty."""

import json
from datetime import UTC, date, datetime

import pytest

from auditor.audit.document import Audit
from auditor.registry.remarks import Withdrawal
from auditor.report.audit_schema import audit_schema
from auditor.report.columns import POST_COLUMNS, office_columns, post_rows
from auditor.report.tables import _format_plain, csv_rows, data_tables, week_tables
from tests.audit_samples import sample_audit
from tests.hostile import FORMULAS
from tests.report.read_report import RU
from tests.workbook import Book, Cell


def test_a_value_is_written_for_programs() -> None:
    """Points and UTC; a text that a spreadsheet would compute is text."""
    values = (None, True, False, 3, 0.5, datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 22), "слово", "=1+1")
    written = ["", "true", "false", "3", "0.5", "2026-11-22T12:00:00Z", "2026-11-22", "слово", "'=1+1"]
    assert list(map(_format_plain, values)) == written


def test_a_table_is_opened_by_excel_in_its_own_letters(two: list[Audit]) -> None:
    """A byte order mark stands before the first column, and not within what programs read; the README says so."""
    files = {**dict(week_tables(two[0], RU)), **dict(data_tables([*map(csv_rows, two)], two, {}, "CC BY 4.0", RU))}
    tables = {path: body for path, body in files.items() if path.endswith(".csv")}
    assert sorted(tables) == ["data/offices.csv", "data/posts.csv", "offices.csv", "posts.csv"]
    for path, body in tables.items():
        assert (path, body.decode().count("\ufeff")) == (path, 1)
        assert body.startswith("\ufeffweek,".encode())
    assert "UTF-8 с меткой порядка байтов" in files["data/README.txt"].decode()


def test_a_workbooks_cells_are_typed() -> None:
    """Moments in the registry's zone; the directive's outcome alone has a colour; four sheets can be filtered."""
    book = Book(dict(week_tables(sample_audit(), RU))["audit.xlsx"])
    assert len(book.parts) == 4
    heads, *cells = book.rows("Должности")
    codes = [cell.value.rpartition("\n")[2] for cell in heads]
    rows_by_office = {row[codes.index("office")].value: dict(zip(codes, row, strict=True)) for row in cells}
    first = rows_by_office["rayon-01"]
    assert first["as_of"] == Cell("date", datetime(2026, 11, 24, 12), first["as_of"].fill)
    assert first["posts_per_week.posts"].kind == "number"
    assert rows_by_office["rayon-06"]["posts_per_week.posts"].value is None
    fills = {row["verdict"].value: row["verdict"].fill for row in rows_by_office.values()}
    assert len(set(fills.values())) == len(fills) == 5
    assert {row["change"].fill for row in rows_by_office.values()} == {""}
    for name in book.parts:
        assert book.sheet(name).find(".//{*}autoFilter") is not None
        assert book.sheet(name).find(".//{*}pane") is not None
        assert book.sheet(name).find(".//{*}f") is None
    (posts,) = (name for name in book.parts if name not in {"Должности", "Выводы", "Описание"})
    assert len(book.sheet(posts).findall(".//{*}hyperlink")) == len(book.rows(posts)) - 1


@pytest.mark.parametrize("text", [*FORMULAS[::5], "\ufffe", "Ы" * 40_000, "👍" * 20_000, "https://t.me/" + "x" * 3000])
def test_no_text_breaks_a_workbook(text: str) -> None:
    """Neither a formula, nor what XML cannot hold, nor more than a cell takes."""
    office = sample_audit().offices[2]
    named = office.model_copy(update={"municipality": text, "title": text})
    audit = sample_audit().model_copy(update={"offices": [named]})
    _, row, *_ = Book(dict(week_tables(audit, RU))["audit.xlsx"]).rows("Должности")
    texts = [cell.value for cell in row if cell.kind == "text" and isinstance(cell.value, str)]
    assert max(len(shown.encode("utf-16-le")) // 2 for shown in texts) <= 32_767
    assert not [shown for shown in texts if shown[:1] in set("=+-@|%")]


def test_posts_are_the_weeks_own_and_older_ones_with_questions_of_the_week() -> None:
    """An older one has no post's facts, and its questions are known; a post without questions has no figure of them."""
    audit = sample_audit()
    office = audit.offices[0]
    few = office.model_copy(update={"posts": office.posts[1:]})
    all_posts, some = (list(post_rows(audit.model_copy(update={"offices": [o]}))) for o in (office, few))
    assert len(all_posts) == len(some) == len(office.posts)
    assert some[-1].post is None
    codes = {column.code: column for column in POST_COLUMNS}
    assert codes["in_week"].value(some[-1]) is False
    assert codes["questions"].value(some[-1]) == codes["questions"].value(all_posts[0]) == 18
    assert codes["posted_at"].value(some[-1]) == codes["posted_at"].value(all_posts[0])
    assert (codes["network"].value(some[-1]), codes["questions"].value(some[0])) == (None, None)


def test_the_tables_of_all_weeks_come_with_what_they_mean(two: list[Audit]) -> None:
    """Each column, the licence, the weeks, those withdrawn, and the schema of a document, which the documents keep."""
    withdrawal = Withdrawal(week="2026-W45", on=date(2026, 11, 24), reason="Реестр\nбыл неверен.")
    files = dict(data_tables([*map(csv_rows, two)], two, {"2026-W45": withdrawal}, "CC BY 4.0", RU))
    readme = files["data/README.txt"].decode()
    assert readme.startswith("\ufeff")
    for text in ("CC BY 4.0", "2026-W46", "2026-W45: ", "Реестр был неверен.", *(c.code for c in office_columns())):
        assert text in readme
    assert json.loads(files["data/audit.schema.json"]) == audit_schema()


def test_the_schema_describes_each_checks_values() -> None:
    """With unit and meaning; nothing in them leads to another place."""
    schema = audit_schema()
    assert schema["properties"]["schema"] == {"const": "auditor/audit/2"}
    described = schema["$defs"]["AuditedFinding"]["allOf"]
    values = {rule["if"]["properties"]["check"]["const"]: rule["then"]["properties"]["values"] for rule in described}
    assert values.keys() == {check.name for check in sample_audit().checks}
    assert "$ref" not in json.dumps(described)
    assert '"default"' not in json.dumps(described)
    assert values["posts_per_week"]["properties"]["posts"]["description"].startswith("posts: ")
    for finding in (finding for office in sample_audit().offices for finding in office.findings):
        assert finding.values.keys() <= values[finding.check]["properties"].keys()
