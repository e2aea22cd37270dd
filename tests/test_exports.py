"""The week as tables and as a post: the same figures as the document's, typed, and never more than was seen."""

import csv
import io
import re
from datetime import datetime
from itertools import pairwise

import pytest

from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice, AuditedPast, AuditedStatement
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.commands.publish import USUAL, pick_formats
from auditor.report.post import LONGEST, render_post
from auditor.report.tables.xlsx_file import render_xlsx
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.tables import render_csv
from tests.test_i18n import FORBIDDEN
from tests.workbook import NS, Book, Cell

RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
DIRECTIVE, DATES, PRACTICE, PAGES, FINDINGS, STATEMENTS, WEEKS, METHOD = SHEETS = (
    "Поручение",
    "Даты",
    "Практика ведения",
    "Страницы",
    "Выводы",
    "Заявления",
    "Недели",
    "Методика",
)


@pytest.fixture(scope="module")
def audit() -> Audit:
    """The sample week with three weeks before it, a statement and a correction."""
    week = sample_audit()
    past = [
        AuditedPast(week="2026-W45"),
        AuditedPast(week="2026-W46", verdict="failed", holder="Имярек Прежний", posts=0, reposts=1, due=3, in_time=2),
        AuditedPast(week="2026-W47", verdict="failed", posts=3, reposts=0),
    ]
    statement = AuditedStatement(
        week="2026-W47", text="страница велась", who="пресс-служба", on="2026-11-23", source="https://example.invalid/s"
    )
    offices = [
        o.model_copy(update={"history": past, "statements": [statement]}) if o.id == "rayon-03" else o
        for o in week.offices
    ]
    correction = AuditedCorrection(
        number=2, week="2026-W47", office="rayon-03", text="дата исправлена", on="2026-11-25"
    )
    return week.model_copy(update={"offices": offices, "corrections": [correction], "version": 2})


@pytest.fixture(scope="module")
def book(audit: Audit) -> Book:
    return Book(render_xlsx(audit, catalogue=RU))


@pytest.fixture(scope="module")
def lines(audit: Audit) -> list[dict[str, str]]:
    return rows_of(render_csv(audit, catalogue=RU), ";")


def rows_of(content: bytes, delimiter: str) -> list[dict[str, str]]:
    """The CSV as its readers see it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def table(book: Book, name: str) -> list[dict[str, Cell]]:
    """A sheet's rows by its heads; above the heads stands the notice that the week is invented."""
    notice, heads, *rows = book.rows(name)
    assert "вымышлены" in notice[0].value
    return [dict(zip((cell.value for cell in heads), row, strict=True)) for row in rows]


def of(rows: list[dict], place: str) -> dict:
    """The row of one district."""
    return next(row for row in rows if getattr(row["Муниципалитет"], "value", row["Муниципалитет"]) == place)


def test_the_workbook_has_its_sheets_in_order(book: Book) -> None:
    """The directive first and apart from the practice; the method with it."""
    assert list(book.parts) == list(SHEETS)


def test_each_bound_office_has_a_row_with_its_outcome_in_words(book: Book, audit: Audit) -> None:
    """As many as the document counts, alphabetically, none of the others among them."""
    rows = table(book, DIRECTIVE)
    assert len(rows) == audit.summary.bound == 20
    words = [row["Итог"].value for row in rows]
    assert words.count("✕ не соблюдено") == audit.summary.failed
    assert words.count("? не установлено") == audit.summary.cantTell
    names = [row["Муниципалитет"].value.replace("ё", "е") for row in rows]
    assert names == sorted(names)


def test_dates_are_dates_and_days_are_numbers(book: Book) -> None:
    """A spreadsheet can sort and count them; the last day allowed is a day, not the first moment too late."""
    row = of(table(book, DATES), "Третий район")
    assert row["Открыта"] == Cell("date", datetime(2023, 2, 14), row["Открыта"].fill)
    assert row["Последний день срока"].value == datetime(2022, 5, 31)
    assert (
        row["Дней после срока (до срока — меньше 0)"].kind,
        row["Дней после срока (до срока — меньше 0)"].value,
    ) == ("number", 259)
    assert of(table(book, DATES), "Первый район")["Дней после срока (до срока — меньше 0)"].value == -231


def test_a_date_that_is_not_exact_gives_no_number_of_days(book: Book) -> None:
    """It says that it is not later than its day, and leaves the number empty."""
    row = of(table(book, DATES), "Девятый район")
    assert row["Точность даты"].value == "не позднее этого дня"
    assert row["Открыта"].kind == "date"
    assert row["Дней после срока (до срока — меньше 0)"].kind == "empty"


def test_a_month_of_taking_office_is_never_a_day(book: Book, lines: list[dict[str, str]]) -> None:
    """A spreadsheet would make 09.2020 the first of September."""
    assert of(table(book, DATES), "Первый район")["В должности с"].value == "09.2020, день неизвестен"
    assert of(lines, "Первый район")["В должности с"] == "09.2020, день неизвестен"
    assert of(table(book, DATES), "Седьмой район")["В должности с"].kind == "date"


def test_what_was_not_seen_is_empty_and_said_in_words(book: Book, lines: list[dict[str, str]]) -> None:
    """No figure of a page that could not be seen, in either file; its cause is shown beside it."""
    seen = ("Своих публикаций", "Репостов", "Дней с последней публикации", "Вопросов", "Ответ в срок")
    row = of(table(book, PRACTICE), "Шестой район")
    assert {row[name].kind for name in seen} == {"empty"}
    assert row["Публикации: словами"].value == "не установлено: заглушка вместо страницы"
    assert {of(lines, "Шестой район")[name] for name in seen} == {""}
    assert of(lines, "Шестой район")["Причина"] == "заглушка вместо страницы"


def test_a_zero_of_what_was_half_seen_is_no_figure(audit: Audit) -> None:
    """Where one post of the week could not be seen, none closed is not known."""

    def half(office: AuditedOffice) -> AuditedOffice:
        unseen = {"outcome": "cantTell", "cause": "too_little_data", "values": {"open": 7, "closed": 0, "unseen": 1}}
        found = [f.model_copy(update=unseen) if f.check == "comments_open" else f for f in office.findings]
        return office.model_copy(update={"findings": found})

    week = audit.model_copy(update={"offices": [half(office) for office in audit.offices]})
    row = of(rows_of(render_csv(week, catalogue=RU), ";"), "Третий район")
    heads = ("открытыми комментариями", "закрытыми комментариями")
    assert [row[f"Публикаций с {head}"] for head in heads] == ["7", ""]
    assert row["Публикаций, где этого не видно"] == "1"


def test_no_post_is_a_zero(book: Book) -> None:
    """Seen and empty is a figure."""
    row = of(table(book, PRACTICE), "Восемнадцатый район")
    assert (row["Своих публикаций"].kind, row["Своих публикаций"].value) == ("number", 0)


def test_closed_comments_are_no_questions_counted(book: Book) -> None:
    """Where nobody could ask there is no zero of questions, and none of replies."""
    row = of(table(book, PRACTICE), "Восьмой район")
    assert row["Публикаций с закрытыми комментариями"].value == 9
    assert row["Вопросов"].kind == row["К моменту проверки ответа владельца не видно"].kind == "empty"
    assert "комментарии закрыты" in row["Ответы: словами"].value


def test_practice_is_never_met_or_not_met(book: Book, audit: Audit) -> None:
    """Analogues and conventions bind nobody: they have their own words and no colour."""
    said = {cell.value for row in table(book, PRACTICE) for cell in row.values()}
    assert "ниже ориентира" in said
    assert not [word for word in said if re.search(r"\bсоблюдено|наруш", str(word))]
    assert not {cell.fill for row in table(book, PRACTICE) for cell in row.values()} & {"FFA3231A", "FFDBE9F4"}
    practice = [row for row in table(book, FINDINGS) if row["Основание"].value != "норма"]
    assert {row["Итог"].value for row in practice} & {"в ориентире", "ниже ориентира", "да"}
    assert not [row for row in practice if "соблюдено" in row["Итог"].value]


def test_colour_stands_with_the_word_alone(book: Book) -> None:
    """Red is never without «не соблюдено»."""
    for name in (DIRECTIVE, FINDINGS, WEEKS):
        for row in table(book, name):
            for head, cell in row.items():
                assert cell.fill != "FFA3231A" or (head, cell.value) == ("Итог", "✕ не соблюдено")


def test_all_findings_and_pages_are_there(book: Book, audit: Audit) -> None:
    """One row each, with a link to each page."""
    assert len(table(book, FINDINGS)) == sum(len(office.findings) for office in audit.offices)
    assert len(table(book, PAGES)) == sum(len(office.accounts) for office in audit.offices)
    linked = {link.get("Target") for link in book.xml("xl/worksheets/_rels/sheet4.xml.rels")}
    assert linked == {account.url for office in audit.offices for account in office.accounts}


def test_a_week_that_nobody_judged_is_empty(book: Book) -> None:
    """A missing week has no figures and says so; another holder's week is another's."""
    missing, before, now = (row for row in table(book, WEEKS) if row["Муниципалитет"].value == "Третий район")
    assert (missing["Итог"].kind, missing["Своих публикаций"].kind) == ("empty", "empty")
    assert "проверки этой недели в архиве нет" in missing["Пояснение"].value
    assert before["Понедельник"].value == datetime(2026, 11, 9)
    assert (before["Своих публикаций"].value, before["Ответ в срок"].value) == (0, 2)
    assert "другой человек" in before["Пояснение"].value
    assert now["Вопросов с истёкшим сроком"].kind == "empty"


def test_a_statement_and_a_correction_stand_beside_the_outcome(book: Book) -> None:
    """They change nothing in it."""
    row = of(table(book, DIRECTIVE), "Третий район")
    assert row["Итог"].value == "✕ не соблюдено"
    assert row["Заявление"].value == "Заявление от 23.11.2026"
    said = of(table(book, STATEMENTS), "Третий район")
    assert (said["Кто"].value, said["Заявление"].value) == ("пресс-служба", "страница велась")
    assert row["Исправления"].value == "№ 2"


def test_the_first_sheet_is_printed_on_one_page_across(book: Book) -> None:
    """Nor does its type get smaller than seven points for it: all its columns together are as wide as the paper."""
    sheet = book.sheet(DIRECTIVE)
    assert sheet.find("m:pageSetup", NS).get("fitToWidth", "1") == "1"
    widths = [
        (int(c.get("max")) - int(c.get("min")) + 1) * float(c.get("width")) for c in sheet.iterfind(".//m:col", NS)
    ]
    assert sum(widths) < 210  # characters of ten points, of which A4 across holds 147


def test_a_statement_of_ten_thousand_letters_makes_no_row_higher(audit: Audit) -> None:
    """Its words are on their own sheet: no cell of the first one holds more than a few lines."""
    long = AuditedStatement(week="2026-W47", text="слово " * 1700, who="пресс-служба", on="2026-11-23", source="s")
    offices = [office.model_copy(update={"statements": [long] * 3}) for office in audit.offices]
    book = Book(render_xlsx(audit.model_copy(update={"offices": offices}), catalogue=RU))
    assert max(len(str(cell.value)) for row in table(book, DIRECTIVE) for cell in row.values()) < 250
    assert len(table(book, STATEMENTS)) == 3 * len(offices)


def test_a_book_of_very_many_offices_has_the_same_cells(book: Book, audit: Audit) -> None:
    """Its rows leave the memory as they are written, a hundred offices at once, and none is lost between them."""
    more = [office for _ in range(5) for office in audit.offices]
    large = Book(render_xlsx(audit.model_copy(update={"offices": more}), catalogue=RU))
    for name in (DIRECTIVE, STATEMENTS):
        few, many = ([tuple(row.items()) for row in table(one, name)] for one in (book, large))
        assert sorted(many, key=str) == sorted(few * 5, key=str)


def test_the_method_says_what_the_figures_rest_on(book: Book, audit: Audit) -> None:
    """Thresholds with basis and source, what was left out, controls, limits, the version."""
    rows = [[cell.value for cell in row.values()] for row in table(book, METHOD)]
    parts = [row[0] for row in rows]
    assert parts.count("Проверки") == len(audit.checks)
    assert parts.count("Ориентиры и сроки") == len(audit.policy)
    assert parts.count("Контрольные страницы") == len(audit.controls)
    posts = next(row for row in rows if row[1] == "Публикаций за неделю, не меньше")
    assert posts[2:4] == [3, "аналог"]
    check = next(row for row in rows if str(row[1]).startswith("Публикации за неделю:"))
    known = next(c for c in audit.checks if c.name == "posts_per_week")
    assert check[5] == f"{known.left_out} из {known.applies}"
    assert ["Отчёт", "Версия отчёта", 2] in [row[:3] for row in rows]
    assert any("вымышлены" in str(row[2]) for row in rows)
    assert any("Не утверждается" in str(row[1]) for row in rows)


def test_the_head_stays_in_sight_and_filters(book: Book) -> None:
    """Frozen, filtered, repeated on each printed page, A4 across."""
    for name in book.parts:
        sheet = book.sheet(name)
        assert sheet.find(".//m:pane", NS).get("ySplit") == "2"
        assert sheet.find("m:autoFilter", NS) is not None
        page = sheet.find("m:pageSetup", NS)
        assert (page.get("paperSize"), page.get("orientation")) == ("9", "landscape")
    defined = [d.get("name") for d in book.xml("xl/workbook.xml").iterfind(".//m:definedName", NS)]
    assert defined.count("_xlnm.Print_Titles") == len(book.parts)


def test_no_formula_is_in_the_workbook(book: Book) -> None:
    """Nothing is computed when it is opened."""
    assert not [name for name in book.parts if book.sheet(name).find(".//m:f", NS) is not None]


def test_the_same_audit_gives_the_same_bytes(audit: Audit) -> None:
    """Neither file holds anything of the clock, and the workbook's own date is that of the audit."""
    assert render_xlsx(audit, catalogue=RU) == render_xlsx(audit, catalogue=RU)
    assert render_csv(audit, catalogue=RU) == render_csv(audit, catalogue=RU)
    book = Book(render_xlsx(audit, catalogue=RU))
    assert {info.date_time for info in book.zip.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2026-11-24T05:00:00Z" in book.zip.read("docProps/core.xml").decode()


def test_the_russian_csv_opens_by_a_double_click(audit: Audit, lines: list[dict[str, str]]) -> None:
    """A mark of UTF-8, semicolons, CRLF, decimal commas, the reader's dates in the registry's zone."""
    content = render_csv(audit, catalogue=RU)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == len(audit.offices) + 1
    row = of(lines, "Третий район")
    assert (row["На момент"], row["Открыта"]) == ("24.11.2026 12:00", "14.02.2023")
    shares = [line["Доля в срок, не меньше, %"] for line in lines]
    assert [share for share in shares if re.fullmatch(r"\d+,\d+", share)]
    assert not [share for share in shares if "." in share]


def test_the_deadline_of_the_act_is_a_date_on_the_sheet_of_the_method(book: Book) -> None:
    """As on the sheet of the directive."""
    row = next(row for row in table(book, METHOD) if row["Что"].value == "Последний день срока")
    assert (row["Значение"].kind, row["Значение"].value) == ("date", datetime(2022, 5, 31))


def test_the_english_csv_follows_english_custom(audit: Audit) -> None:
    """Commas part, points are decimal, days begin with the year."""
    row = next(r for r in rows_of(render_csv(audit, catalogue=EN), ",") if r["Municipality"] == "Третий район")
    assert (row["As of"], row["Opened"], row["Outcome"]) == ("2026-11-24 12:00", "2023-02-14", "✕ not met")


def test_the_csv_holds_every_office_in_one_row(audit: Audit, lines: list[dict[str, str]]) -> None:
    """Those that the directive does not bind too, and they have no outcome of it."""
    assert [line["Код должности"] for line in lines][-2:] == ["duma-1", "duma-2"]
    assert len(lines) == len(audit.offices)
    assert {line["Итог"] for line in lines if line["Поручение распространяется"] == "нет"} == {"вне поручения"}
    assert {line["Вымышлено"] for line in lines} == {"да"}


def test_tables_blame_nobody(audit: Audit, book: Book) -> None:
    """None of the wordings that are never written."""
    assert not FORBIDDEN.search(render_csv(audit, catalogue=RU).decode())
    assert not [text for text in book.texts if FORBIDDEN.search(text)]


def test_the_post_says_how_many_who_and_why(audit: Audit) -> None:
    """Of how many; by name; the cause of what could not be told; the change; that it is invented; no more than fits."""
    post = render_post(audit, catalogue=RU, address="https://example.invalid/reports")
    assert len(post) <= LONGEST
    shown = post.splitlines()
    assert shown[0] == "Страницы глав в социальных сетях: неделя 47, 16.11.2026–22.11.2026"
    assert "вымышлены" in shown[1]
    assert shown[2] == "Поручение соблюдено у 8 глав из 20, не соблюдено у 3, не установлено у 5, ещё 4 — вне оценки."
    assert "✕ не соблюдено — 3: Двадцатый, Пятый, Третий" in shown
    assert "Шестой (заглушка вместо страницы)" in post
    assert "• С недели 46: другой итог — 5: изменились сведения: Двадцатый, Третий" in post
    assert "https://example.invalid/reports/2026-W47/index.html" in post
    assert not FORBIDDEN.search(post)


def test_the_post_calls_practice_no_duty(audit: Audit) -> None:
    """The figures of the practice are told as benchmarks, with of how many."""
    (line,) = [line for line in render_post(audit, catalogue=RU).splitlines() if line.startswith("Практика")]
    found = [
        f for o in audit.offices if o.bound and (f := o.finding("posts_per_week")) and f.outcome in {"passed", "failed"}
    ]
    few = sum(f.outcome == "failed" for f in found)
    assert line.startswith(
        f"Практика (ориентиры, не обязанность): публикаций за неделю меньше 3: у {few} из {len(found)}"
    )


SIGNS, LONG = "✕?○✓—•▲▼◇", re.compile(r"\S+ ы+")


@pytest.mark.parametrize("length", [1, 40, 80, 120])
def test_the_post_drops_parts_in_one_order_in_each_language(audit: Audit, length: int) -> None:
    """What the shorter of the two has lost, the longer one has lost too."""
    offices = [
        office.model_copy(update={"municipality": f"{office.municipality} {'ы' * length}"}) for office in audit.offices
    ]
    long = audit.model_copy(update={"offices": offices})
    posts = [render_post(long, catalogue=words) for words in (RU, EN)]
    assert max(map(len, posts)) <= LONGEST
    russian, english = (
        {
            (line[0], name)
            for line in post.splitlines()
            for name in ("", *re.findall(r"\S+ ы+", line))
            if line[0] in SIGNS
        }
        for post in posts
    )
    assert russian <= english or english <= russian


def test_without_a_public_address_there_is_no_link(audit: Audit) -> None:
    """Nothing is made up."""
    assert "http" not in render_post(audit, catalogue=RU)


def test_a_broken_control_is_in_the_post() -> None:
    """Whoever reads only the post learns that a network could not be judged."""
    assert "на этой неделе не проверен" in render_post(sample_audit(broken=True), catalogue=RU)


@pytest.mark.parametrize("length", [7, 40, 400, 2000])
def test_names_that_do_not_fit_are_counted(audit: Audit, length: int) -> None:
    """However many and long they are: no name is cut, who failed comes before the others, and what is left is said."""
    offices = [
        office.model_copy(
            update={"id": f"o{n}", "municipality": f"Р{n:03d}" + "ы" * length, "verdict": "failed", "bound": True}
        )
        for n, office in enumerate(audit.offices[:1] * 200)
    ]
    summary = audit.summary.model_copy(
        update={"bound": 200, "failed": 200, "passed": 0, "cantTell": 0, "inapplicable": 0, "untested": 0}
    )
    post = render_post(audit.model_copy(update={"offices": offices, "summary": summary}), catalogue=RU)
    assert len(post) <= LONGEST
    (line,) = [line for line in post.splitlines() if line.startswith("✕")]
    names = re.findall(r"Р\d{3}ы+", line)
    assert {len(name) for name in names} <= {4 + length}
    if names:
        assert line.endswith(f" и ещё {200 - len(names)}")
    else:
        assert line == "✕ не соблюдено — 200"
    assert all(a < b for a, b in pairwise(names))


def test_formats_are_picked_by_name() -> None:
    """One or several, in lists or repeated; nothing asked is the usual ones; another name is told in a line."""
    assert pick_formats([]) == USUAL
    assert pick_formats(["csv, html", "txt"]) == ("html", "csv", "txt")
    assert pick_formats(["all"]) == ("html", "json", "csv", "xlsx", "pdf", "txt", "offices", "posts")
    with pytest.raises(UsageError, match=r"no format 'docx'; choose among html, .*, or all"):
        pick_formats(["html,docx"])


def test_a_moment_is_kept_in_whole_seconds(audit: Audit) -> None:
    """As a document has it: the workbook made at once held a part of a second that the next one could not know."""
    made = Audit.model_validate(audit.model_dump(by_alias=True) | {"as_of": audit.as_of.replace(microsecond=556_789)})
    assert render_xlsx(made, catalogue=RU) == render_xlsx(Audit.from_json(made.to_json()), catalogue=RU)
