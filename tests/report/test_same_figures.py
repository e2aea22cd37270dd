"""Every form of a week says the figures of its document: pages, card, post, feed, CSV and workbook are read back."""

import csv
import io
import json
import re
from collections import Counter
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedOffice
from auditor.report.site import card_page, office_page
from auditor.report.week_facts import measures
from tests.pages import card
from tests.report.read_report import RU, Files, page, text_of
from tests.workbook import Book

SHOWN = {
    "passed": ("✓", "соблюдено"),
    "failed": ("✕", "не соблюдено"),
    "cantTell": ("?", "не установлено"),
    "inapplicable": ("—", "не применяется"),
    "untested": ("○", "не проверялось"),
}
POSTS, ANSWERS = "Публикации за неделю", "Ответы на вопросы"


def values(office: AuditedOffice, check: str) -> dict[str, Any]:
    """What was found of the office as a whole."""
    finding = office.finding(check)
    return dict(finding.values) if finding else {}


def table(files: Files, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[path].decode("utf-8-sig"))))


def sheet(files: Files, week: str, name: str) -> list[dict[str, Any]]:
    """A sheet's rows by the columns' codes."""
    heads, *rows = ([cell.value for cell in row] for row in Book(files[f"{week}/audit.xlsx"]).rows(name))
    codes = [head.rpartition("\n")[2] for head in heads]
    return [dict(zip(codes, row, strict=True)) for row in rows]


def test_the_tables_of_offices_say_the_document_cell_by_cell(two: list[Audit], drawn: Files) -> None:
    """CSV of the week and of all weeks, and the workbook: every outcome, cause and value of every check."""
    for audit in two:
        assert Audit.from_json(drawn[f"{audit.week}/audit.json"]) == audit
        rows = table(drawn, f"{audit.week}/offices.csv")
        assert [row for row in table(drawn, "data/offices.csv") if row["week"] == audit.week] == rows
        for office, row, cell in zip(audit.offices, rows, sheet(drawn, audit.week, "Должности"), strict=True):
            assert [(cells["office"], cells["verdict"]) for cells in (row, cell)] == [(office.id, office.verdict)] * 2
            for column in (column for column in row if "." in column):
                check, _, key = column.partition(".")
                value = values(office, check).get(key)
                if key in {"outcome", "cause"}:
                    value = getattr(office.finding(check), key, None)
                written = json.dumps(value) if isinstance(value, bool | int | float) else value or ""
                assert row[column] == written, (office.id, column)
                assert isinstance(cell[column], datetime) or (cell[column] or "") == (value or ""), column
        expected = [(o.id, f.check, f.account, f.outcome, f.cause) for o in audit.offices for f in o.findings]
        findings = sheet(drawn, audit.week, "Выводы")
        assert [(r["office"], r["check"], r["account"], r["outcome"], r["cause"]) for r in findings] == expected


def test_the_tables_of_posts_add_up_to_the_figures(two: list[Audit], drawn: Files) -> None:
    """No post that was counted is missing, none is there that was not; so too of questions, and of the workbook."""
    for audit in two:
        rows = table(drawn, f"{audit.week}/posts.csv")
        assert [row for row in table(drawn, "data/posts.csv") if row["week"] == audit.week] == rows
        cells = [(cell["post"], cell["questions"]) for cell in sheet(drawn, audit.week, "Публикации")]
        assert cells == [(row["post"], float(row["questions"]) if row["questions"] else None) for row in rows]
        for office in audit.offices:
            office_rows = [row for row in rows if row["office"] == office.id]
            kinds = Counter(row["repost"] for row in office_rows if row["in_week"] == "true")
            posts, opened = values(office, "posts_per_week"), values(office, "comments_open")
            if posts.get("posts") is not None:
                assert (kinds["false"], kinds["true"]) == (posts["posts"], posts["reposts"]), office.id
            if opened.get("open") is not None:
                assert kinds.total() == opened["open"] + opened["closed"] + opened["unseen"], office.id
            answered = values(office, "comments_answered")
            for column, key in (("questions", "questions"), ("without_reply", "no_reply_found")):
                assert sum(int(row[column] or 0) for row in office_rows) == (answered.get(key) or 0), (office.id, key)


def facts(office_page_html: LexborHTMLParser) -> dict[str, str]:
    """The figures of the practice on an office's page, by what each is called."""
    terms = office_page_html.css(".facts > div")
    return {text_of(t.css_first("dt")).partition(" · ")[0]: text_of(t.css_first("dd")) for t in terms}


def printed(text: str) -> dict[str, str]:
    """The same on the card of a terminal."""
    return dict(re.findall(r"(?m)^  [✓▽?—○] ([^:\n]+): (.*)", re.sub(r"\n {4,}", " ", text)))


def test_an_office_has_one_set_of_figures(two: list[Audit], drawn: Files) -> None:
    """On its lasting page, on the week's card and in a terminal; what is not known is no number."""
    audit = two[1]
    for office in audit.offices:
        posts, answered, answers = values(office, "posts_per_week"), values(office, "comments_answered"), None
        if answered.get("due") and office.finding("comments_answered").cause in {
            None,
            "no_threshold",
            "too_little_data",
        }:
            answers = rf"{answered['answered_in_time'] + answered['answered_late']} из {answered['due']}\b"
        least, distinct = "от " if posts.get("at_least") else "", posts.get("distinct")
        paths = (card_page(audit.week, office.id), office_page(office.id))
        shown = [facts(page(drawn, path)) for path in paths]
        for figures in (*shown, printed(card(audit.model_copy(update={"offices": [office]}), RU))):
            if not figures:  # one sentence speaks for all of it
                assert (distinct, answers) == (None, None)
                continue
            assert re.match(r"(?!(от )?\d)" if distinct is None else rf"{least}{distinct}(?!\d)", figures[POSTS])
            assert re.match(answers or r"(?!\d)", figures[ANSWERS])


def figures_of(audit: Audit) -> list[tuple[int, int]]:
    week_measures = measures(audit)
    return [(measure.n, measure.of) for measure in (week_measures[key] for key in ("opened", "posting", "answered"))]


def test_the_first_screen_the_post_and_the_feed_count_as_the_week_does(two: list[Audit], drawn: Files) -> None:
    """The measures, the sentences, the groups of the list; the weeks in the feed newest first."""
    home = page(drawn, "index.html")
    matches = [re.match(r"(\d+) из (\d+)", text_of(big)) for big in home.css(".big")]
    assert [(int(m[1]), int(m[2])) for m in matches if m] == figures_of(two[1])
    for group in home.css(".heads tbody"):
        word, _, number = text_of(group.css_first("[scope=rowgroup]")).partition(" — ")
        (outcome,) = (outcome for outcome, shown in SHOWN.items() if shown[1] == word)
        assert int(number) == getattr(two[1].summary, outcome) == len(group.css("th[scope=row]"))
    entries = [text_of(entry) for entry in LexborHTMLParser(drawn["feed.xml"].decode()).css("entry")]
    for entry, audit in zip(reversed(entries), two, strict=True):
        post, (_, posts, answered) = drawn[f"{audit.week}/post.txt"].decode(), figures_of(audit)
        for outcome, (sign, word) in SHOWN.items():
            n = getattr(audit.summary, outcome)
            assert re.search(rf"^{re.escape(sign)} {word} — {n}\b", post, re.MULTILINE)
            assert f"{sign} {n} {word}: " in entry
        assert f"Неделя {int(audit.week[-2:])}, " in entry
        assert re.search(rf"\b{posts[0]} из {posts[1]} глав", post)
        answers = rf"Ответ владельца страницы виден на {answered[0]} вопрос\w* жителей из {answered[1]}\b"
        assert re.search(answers, post)
        assert re.search(answers, entry)
