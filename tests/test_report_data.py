"""The weeks as data for programs: tables with codes for columns, and the schema of ``audit.json``."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.schema import audit_schema
from auditor.report.tables.data import office_columns, post_columns
from auditor.report.weeks.lasting import lasting_pages
from tests.audit_samples import sample_audit
from tests.command import auditor
from tests.tables import joined, render_offices, render_posts


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(table, newline="")))


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def test_each_row_says_of_which_office_and_week_it_is(audit: Audit) -> None:
    """An office a row, in the document's order; its outcomes are those of the document."""
    told = rows(render_offices(audit))
    assert [(row["week"], row["office"], row["verdict"]) for row in told] == [
        (audit.week, office.id, office.verdict) for office in audit.offices
    ]
    for row, office in zip(told, audit.offices, strict=True):
        found = office.finding("posts_per_week")
        assert row["posts_per_week.outcome"] == (found.outcome if found else "")


def test_unknown_is_empty_and_a_zero_is_a_zero(audit: Audit) -> None:
    """Decimal points, `true` and `false`, UTC: what any program reads."""
    for row, office in zip(rows(render_offices(audit)), audit.offices, strict=True):
        for finding in office.findings:
            for key, value in finding.values.items() if finding.network is None else ():
                code = f"{finding.check}.{key}"
                if code in row:
                    assert row[code] == _plain(value), code


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_each_own_post_is_a_row_and_one_of_before_the_week_says_so(audit: Audit) -> None:
    """With the week's questions that were seen under it."""
    told = rows(render_posts(audit))
    posts = [(office.id, post.url) for office in audit.offices for post in office.posts]
    assert [(row["office"], row["post"]) for row in told if row["in_week"] == "true"] == posts
    answered = [office.finding("comments_answered") for office in audit.offices]
    under = {one["url"]: one for found in answered if found for one in found.values.get("posts") or ()}
    assert {row["post"]: row["questions"] for row in told if row["questions"]} == {
        url: str(one["questions"]) for url, one in under.items()
    }


def test_weeks_with_other_columns_are_put_one_under_another() -> None:
    """A column that a week does not have stays empty there."""
    assert joined(["week,a\n1,x\n", "week,b,a\n2,y,\n"]) == "week,a,b\n1,x,\n2,,y\n"


def test_tables_put_together_are_each_of_them(audit: Audit) -> None:
    """Nothing of a row is lost."""
    for table in (render_offices(audit), render_posts(audit)):
        assert joined([table]) == table
        assert rows(joined([table, table])) == rows(table) * 2


@pytest.mark.parametrize("columns", [office_columns(), post_columns()])
def test_each_column_has_a_code_of_its_own_and_a_meaning_in_both_languages(columns: Any) -> None:
    """Codes are English words, so that a program needs no reader's language."""
    words, codes = Catalogue("ru"), [column.code for column in columns]
    assert len(set(codes)) == len(codes)
    assert all(code.isascii() and code.replace(".", "_").isidentifier() for code in codes)
    assert [c.code for c in columns if words.gettext(c.meaning) == c.meaning] == []


def test_a_text_that_looks_like_a_formula_is_none(audit: Audit) -> None:
    """People open these files in a spreadsheet too."""
    office = audit.offices[0].model_copy(update={"municipality": "=1+1"})
    told = rows(render_offices(audit.model_copy(update={"offices": [office]})))
    assert told[0]["municipality"] == "'=1+1"


def test_the_document_is_valid_by_its_schema_and_a_wrong_one_is_not(audit: Audit) -> None:
    """Values are held to what their check declares."""
    schema = audit_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker, document = jsonschema.Draft202012Validator(schema), json.loads(audit.to_json())
    assert [error.message for error in checker.iter_errors(document)] == []
    finding = next(
        f for o in document["offices"] for f in o["findings"] if f["check"] == "posts_per_week" and f["values"]
    )
    finding["values"]["posts"] = "many"
    assert not checker.is_valid(document)


def test_a_command_prints_the_schema(tmp_path: Path) -> None:
    """For whoever reads `audit.json` by a program."""
    printed = auditor("registry", "schema", "audit", cwd=tmp_path).out
    assert json.loads(printed)["title"] == "audit.json"


def test_the_tables_of_all_weeks_lie_beside_a_page_that_describes_each_column(tmp_path: Path) -> None:
    """Of a week that has no table beside its page, the table is made of its document."""
    audit = sample_audit()
    older = audit.model_copy(update={"week": "2026-W46"})
    for one in (older, audit):
        (tmp_path / one.week).mkdir()
        (tmp_path / one.week / "audit.json").write_text(one.to_json(), encoding="utf-8")
        (tmp_path / one.week / "index.html").touch()
    (tmp_path / audit.week / "offices.csv").write_text(render_offices(audit), encoding="utf-8")
    pages = lasting_pages(tmp_path, catalogue=Catalogue("ru"))
    made = {path: content if isinstance(content, str) else content.decode() for path, content in pages}
    told = rows(made["data/offices.csv"])
    assert [row["week"] for row in told] == [older.week] * len(older.offices) + [audit.week] * len(audit.offices)
    page = LexborHTMLParser(made["data/index.html"])
    described = [cell.text() for cell in page.css("table.columns tbody th")]
    assert described == [column.code for column in (*office_columns(), *post_columns())]
    links = {link.attributes["href"] for link in page.css("a")}
    assert {"offices.csv", "posts.csv", "audit.schema.json"} <= links
    assert "CC BY 4.0" in page.body.text()
