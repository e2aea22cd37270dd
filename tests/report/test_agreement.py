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
from tests.report.reading import RU, Files, page, said
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
    found = office.finding(check)
    return dict(found.values) if found else {}


def table(files: Files, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[path].decode())))


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
            assert [(one["office"], one["verdict"]) for one in (row, cell)] == [(office.id, office.verdict)] * 2
            for column in (column for column in row if "." in column):
                check, _, key = column.partition(".")
                known = values(office, check).get(key)
                if key in {"outcome", "cause"}:
                    known = getattr(office.finding(check), key, None)
                written = json.dumps(known) if isinstance(known, bool | int | float) else known or ""
                assert row[column] == written, (office.id, column)
                assert isinstance(cell[column], datetime) or (cell[column] or "") == (known or ""), column
        told = [(o.id, f.check, f.account, f.outcome, f.cause) for o in audit.offices for f in o.findings]
        findings = sheet(drawn, audit.week, "Выводы")
        assert [(r["office"], r["check"], r["account"], r["outcome"], r["cause"]) for r in findings] == told


def test_the_tables_of_posts_add_up_to_the_figures(two: list[Audit], drawn: Files) -> None:
    """No post that was counted is missing, none is there that was not; so too of questions, and of the workbook."""
    for audit in two:
        rows = table(drawn, f"{audit.week}/posts.csv")
        assert [row for row in table(drawn, "data/posts.csv") if row["week"] == audit.week] == rows
        cells = [(cell["post"], cell["questions"]) for cell in sheet(drawn, audit.week, "Публикации")]
        assert cells == [(row["post"], float(row["questions"]) if row["questions"] else None) for row in rows]
        for office in audit.offices:
            mine = [row for row in rows if row["office"] == office.id]
            kinds = Counter(row["repost"] for row in mine if row["in_week"] == "true")
            told, opened = values(office, "posts_per_week"), values(office, "comments_open")
            if told.get("posts") is not None:
                assert (kinds["false"], kinds["true"]) == (told["posts"], told["reposts"]), office.id
            if opened.get("open") is not None:
                assert kinds.total() == opened["open"] + opened["closed"] + opened["unseen"], office.id
            asked = values(office, "comments_answered")
            for column, key in (("questions", "questions"), ("without_reply", "no_reply_found")):
                assert sum(int(row[column] or 0) for row in mine) == (asked.get(key) or 0), (office.id, key)


def facts(shown: LexborHTMLParser) -> dict[str, str]:
    """The figures of the practice on an office's page, by what each is called."""
    terms = shown.css(".facts > div")
    return {said(t.css_first("dt")).partition(" · ")[0]: said(t.css_first("dd")) for t in terms}


def printed(text: str) -> dict[str, str]:
    """The same on the card of a terminal."""
    return dict(re.findall(r"(?m)^  [✓▽?—○] ([^:\n]+): (.*)", re.sub(r"\n {4,}", " ", text)))


def test_an_office_has_one_set_of_figures(two: list[Audit], drawn: Files) -> None:
    """On its lasting page, on the week's card and in a terminal; what is not known is no number."""
    audit = two[1]
    for office in audit.offices:
        posts, asked, answers = values(office, "posts_per_week"), values(office, "comments_answered"), None
        if asked.get("due") and office.finding("comments_answered").cause in {None, "no_threshold", "too_little_data"}:
            answers = rf"{asked['answered_in_time'] + asked['answered_late']} из {asked['due']}\b"
        least, known = "от " if posts.get("at_least") else "", posts.get("distinct")
        paths = (card_page(audit.week, office.id), office_page(office.id))
        shown = [facts(page(drawn, path)) for path in paths]
        for told in (*shown, printed(card(audit.model_copy(update={"offices": [office]}), RU))):
            if not told:  # one sentence speaks for all of it
                assert (known, answers) == (None, None)
                continue
            assert re.match(r"(?!(от )?\d)" if known is None else rf"{least}{known}(?!\d)", told[POSTS])
            assert re.match(answers or r"(?!\d)", told[ANSWERS])


def figures_of(audit: Audit) -> list[tuple[int, int]]:
    found = measures(audit)
    return [(one.n, one.of) for one in (found.opened, found.posting, found.answered)]


def test_the_first_screen_the_post_and_the_feed_count_as_the_week_does(two: list[Audit], drawn: Files) -> None:
    """The measures, the sentences, the groups of the list; the weeks in the feed newest first."""
    home = page(drawn, "index.html")
    told = [re.match(r"(\d+) из (\d+)", said(big)) for big in home.css(".big")]
    assert [(int(m[1]), int(m[2])) for m in told if m] == figures_of(two[1])
    for group in home.css(".heads tbody"):
        word, _, number = said(group.css_first("[scope=rowgroup]")).partition(" — ")
        (outcome,) = (outcome for outcome, shown in SHOWN.items() if shown[1] == word)
        assert int(number) == getattr(two[1].summary, outcome) == len(group.css("th[scope=row]"))
    entries = [said(entry) for entry in LexborHTMLParser(drawn["feed.xml"].decode()).css("entry")]
    for entry, audit in zip(reversed(entries), two, strict=True):
        post, (_, posts, asked) = drawn[f"{audit.week}/post.txt"].decode(), figures_of(audit)
        for outcome, (sign, word) in SHOWN.items():
            n = getattr(audit.summary, outcome)
            assert re.search(rf"^{re.escape(sign)} {word} — {n}\b", post, re.MULTILINE)
            assert f"{sign} {n} {word}: " in entry
        assert f"Неделя {int(audit.week[-2:])}, " in entry
        assert re.search(rf"\b{posts[0]} из {posts[1]} глав", post)
        answers = rf"Ответ виден на {asked[0]} вопрос\w* жителей из {asked[1]}\b"
        assert re.search(answers, post)
        assert re.search(answers, entry)
