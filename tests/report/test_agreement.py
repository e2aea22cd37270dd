"""Every form of a week says the figures of its document: pages, card, post, feed, CSV and workbook are read back."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.site import card_page, office_page
from auditor.report.week import measures
from tests.cases import TOMSK
from tests.pages import card
from tests.report.reading import Files, page, said
from tests.workbook import Book

RU = Catalogue("ru", TOMSK)
SHOWN = {
    "passed": ("✓", "соблюдено"),
    "failed": ("✕", "не соблюдено"),
    "cantTell": ("?", "не установлено"),
    "inapplicable": ("—", "не применяется"),
    "untested": ("○", "не проверялось"),
}
POSTS, ANSWERS = "Публикации за неделю", "Ответы на вопросы"
Office = Mapping[str, Any]


def documents(files: Files) -> Iterator[tuple[str, list[Office]]]:
    """Every week with its offices."""
    for path in sorted(path for path in files if path.endswith("/audit.json")):
        yield path.partition("/")[0], json.loads(files[path])["offices"]


def finding(office: Office, check: str) -> Mapping[str, Any]:
    """What was found of the office as a whole; nothing where the check was left out."""
    found = [f for f in office["findings"] if f["check"] == check and f["account"] is None]
    return found[0] if found else {"outcome": None, "cause": None, "values": {}}


def answered(office: Office) -> tuple[int, int] | None:
    """The questions with an answer, and those due, where the week has a count of them."""
    told = finding(office, "comments_answered")["values"]
    counted = finding(office, "comments_answered")["cause"] in {None, "no_threshold", "too_little_data"}
    return (told["answered_in_time"] + told["answered_late"], told["due"]) if counted and told.get("due") else None


def table(files: Files, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[path].decode())))


def sheet(files: Files, week: str, name: str) -> list[dict[str, Any]]:
    """A sheet's rows by the columns' codes."""
    heads, *rows = ([cell.value for cell in row] for row in Book(files[f"{week}/audit.xlsx"]).rows(name))
    codes = [head.rpartition("\n")[2] for head in heads]
    return [dict(zip(codes, row, strict=True)) for row in rows]


def test_the_tables_of_offices_say_the_document_cell_by_cell(drawn: Files) -> None:
    """CSV of the week and of all weeks, and the workbook: every outcome, cause and value of every check."""
    for week, offices in documents(drawn):
        rows = table(drawn, f"{week}/offices.csv")
        assert [row for row in table(drawn, "data/offices.csv") if row["week"] == week] == rows
        cells = sheet(drawn, week, "Должности")
        for office, row, cell in zip(offices, rows, cells, strict=True):
            assert [(one["office"], one["verdict"]) for one in (row, cell)] == [(office["id"], office["verdict"])] * 2
            for column in (column for column in row if "." in column):
                check, _, key = column.partition(".")
                found = finding(office, check)
                known = found[key] if key in {"outcome", "cause"} else found["values"].get(key)
                written = json.dumps(known) if isinstance(known, bool | int | float) else known or ""
                assert row[column] == written, (office["id"], column)
                assert isinstance(cell[column], datetime) or (cell[column] or "") == (known or ""), column
        told = [(o["id"], f["check"], f["account"], f["outcome"], f["cause"]) for o in offices for f in o["findings"]]
        findings = sheet(drawn, week, "Выводы")
        assert [(r["office"], r["check"], r["account"], r["outcome"], r["cause"]) for r in findings] == told


def test_the_tables_of_posts_add_up_to_the_figures(drawn: Files) -> None:
    """No post that was counted is missing, none is there that was not; so too of questions, and of the workbook."""
    for week, offices in documents(drawn):
        rows = table(drawn, f"{week}/posts.csv")
        assert [row for row in table(drawn, "data/posts.csv") if row["week"] == week] == rows
        cells = [(cell["post"], cell["questions"]) for cell in sheet(drawn, week, "Публикации")]
        assert cells == [(row["post"], float(row["questions"]) if row["questions"] else None) for row in rows]
        for office in offices:
            mine = [row for row in rows if row["office"] == office["id"]]
            kinds = Counter(row["repost"] for row in mine if row["in_week"] == "true")
            told, opened = finding(office, "posts_per_week")["values"], finding(office, "comments_open")["values"]
            if told.get("posts") is not None:
                assert (kinds["false"], kinds["true"]) == (told["posts"], told["reposts"]), office["id"]
            if opened.get("open") is not None:
                assert kinds.total() == opened["open"] + opened["closed"] + opened["unseen"], office["id"]
            asked = finding(office, "comments_answered")["values"]
            for column, key in (("questions", "questions"), ("without_reply", "no_reply_found")):
                assert sum(int(row[column] or 0) for row in mine) == (asked.get(key) or 0), (office["id"], key)


def facts(shown: LexborHTMLParser) -> dict[str, str]:
    """The figures of the practice on an office's page, by what each is called."""
    terms = shown.css(".facts > div")
    return {said(t.css_first("dt")).partition(" · ")[0]: said(t.css_first("dd")) for t in terms}


def printed(text: str) -> dict[str, str]:
    """The same on the card of a terminal."""
    lines = re.sub(r"\n {4,}", " ", text).splitlines()
    rows = (re.match(r"  [✓▽?—○] ([^:]+): (.*)", line) for line in lines)
    return {row[1]: row[2] for row in rows if row}


def check_figures(told: dict[str, str], office: Office) -> None:
    """Hold what a page or a card says of the practice against the document; what is not known is no number."""
    posts, answers = finding(office, "posts_per_week")["values"], answered(office)
    least, known = "от " if posts.get("at_least") else "", posts.get("distinct")
    if not told:  # one sentence speaks for all of it
        assert (known, answers) == (None, None)
        return
    assert re.match(r"(?!(от )?\d)" if known is None else rf"{least}{known}(?!\d)", told[POSTS])
    assert re.match(r"{} из {}\b".format(*answers) if answers else r"(?!\d)", told[ANSWERS])


def test_an_office_has_one_set_of_figures(drawn: Files) -> None:
    """On its lasting page, on the week's card and in a terminal, for every office and week."""
    newest = max(week for week, _ in documents(drawn))
    for week, offices in documents(drawn):
        audit = Audit.from_json(drawn[f"{week}/audit.json"])
        for office in offices:
            paths = [card_page(week, office["id"]), *([office_page(office["id"])] if week == newest else [])]
            for path in paths:
                check_figures(facts(page(drawn, path)), office)
            alone = audit.model_copy(update={"offices": [o for o in audit.offices if o.id == office["id"]]})
            check_figures(printed(card(alone, RU)), office)


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
