"""What answers give and whose words posts are in, as readers are shown it: figures without a verdict."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedOffice, AuditedSame, AuditedWording
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, ReplyKind
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.finding import Finding
from auditor.checks.given import Given
from auditor.report.page.html import render_html
from auditor.report.post import render_post
from auditor.report.tables.xlsx_file import render_xlsx
from auditor.report.terminal.card import render_card
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.tables import render_csv
from tests.test_checks_shown import found, text
from tests.test_i18n import FORBIDDEN
from tests.workbook import Book

RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
THIRTEENTH = 12
GIVEN = Given(
    answers=20, wordless=1, read=20,
    kinds={ReplyKind.SUBSTANCE: 9, ReplyKind.INTERIM: 4, ReplyKind.REDIRECT: 3, ReplyKind.ASKS_DETAILS: 1},
    untold=3, dated=6, measured=4, named=8, alike=(4, 2), promised=3, overdue=1, gone=2, threads_closed=1,
    threads_opened=0, closing_posts=("https://t.me/rayon13_glava/7",),
)  # fmt: skip


def finding(**changed: Any) -> Finding[Any]:
    given = replace(GIVEN, **changed)
    return found(ANSWERED, Cause.NO_THRESHOLD, questions=30, due=30, answered_in_time=9, no_reply_found=10, given=given)


def rows(of: Finding[Any]) -> dict[str, str]:
    return {row.label: text(row.said) for row in ANSWERED.rows(of)}


def told(audit: Audit) -> Audit:
    """The sample week with what the thirteenth's answers gave, and two posts of his with the fourth's text."""
    office = audit.offices[THIRTEENTH]
    same = AuditedSame(
        url="https://vk.com/rayon04_glava?w=wall1_5",
        network="vk",
        office=audit.offices[3].id,
        percent=96,
        at=office.posts[0].at,
    )
    posts = [p.model_copy(update={"same_as": same}) if n in {2, 7} else p for n, p in enumerate(office.posts)]
    wording = AuditedWording(own=12, copied=2, wordless=1, reposts=3, reposts_with_words=1)
    findings = [_given(f) if f.check == ANSWERED.name and f.account is None else f for f in office.findings]
    changed = office.model_copy(update={"posts": posts, "wording": wording, "findings": findings})
    return audit.model_copy(
        update={"offices": [changed if one is office else one for one in audit.offices], "synthetic": False}
    )


def _given(one: Any) -> Any:
    return one.model_copy(update={"values": one.values | {"given": finding().values_to_json()["given"]}})


@cache
def week(lang: str = "ru") -> Audit:
    return told(sample_audit(lang))


def office() -> AuditedOffice:
    return week().offices[THIRTEENTH]


def test_what_the_answers_gave_is_told_line_by_line() -> None:
    """The kinds, what they name, the same text, terms, and what became of comments between the looks."""
    assert rows(finding()) == {
        "Kind of answer": "to the point 9, in hand 4, sent to others 3, asks for details 1, not told 3",
        "They name": "a date 6, a number 4, who or where 8, of 20",
        "Same text of the answer": "4 answers, 2 answers",
        "Promised by a day": "3, of them the day is over and no later answer was found: 1",
        "Comment not available": "2, the reason is not known",
        "Comments between the looks": "closed under 1 posts, opened under 0",
        "The page says itself that comments are closed": "https://t.me/rayon13_glava/7",
    }


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({"read": 0, "answers": 20}, "Kind of answer"),
        ({"read": 0, "answers": 0}, "They name"),
        ({"alike": ()}, "Same text of the answer"),
        ({"promised": 0, "overdue": 0}, "Promised by a day"),
        ({"gone": None}, "Comment not available"),
        ({"gone": 0}, "Comment not available"),
        ({"threads_closed": None, "threads_opened": None}, "Comments between the looks"),
        ({"closing_posts": ()}, "The page says itself that comments are closed"),
    ],
)
def test_what_is_not_known_or_not_there_has_no_line(changed: dict[str, Any], left: str) -> None:
    """Unknown is no zero, and a line of zeros says nothing."""
    assert left in rows(finding())
    assert left not in rows(finding(**changed))


def test_columns_are_empty_where_the_answers_were_not_read() -> None:
    """An older archive has answers and does not know what they give."""

    def cells(of: Finding[Any]) -> dict[str, Any]:
        return {column.title: column.value(of) for column in ANSWERED.columns}

    known, old = cells(finding()), cells(finding(read=0))
    assert (known["With a date"], known["With the same text as another answer"]) == (6, 6)
    assert (old["With a date"], old["With the same text as another answer"]) == (None, None)
    assert cells(found(ANSWERED, Cause.STALE))["Answers read"] is None


def test_the_document_gives_back_what_the_answers_gave() -> None:
    """Written as JSON and read again it is the same."""
    read = office().read(ANSWERED)
    assert read is not None
    assert read.values.given == GIVEN


def test_the_card_of_the_page_shows_answers_and_posts_alike() -> None:
    """Both posts are linked: they are public pages of officials."""
    page = LexborHTMLParser(render_html(week(), catalogue=RU))
    card = page.css_first(f"details:has(#o-{office().id})")
    shown = flat(card.text())
    assert "Совпадающий текст ответа4 ответа, 2 ответа" in shown
    assert "по существу 9, в работе 4, направили к другим 3" in shown
    assert "Своими словами — 12 из 17 публикаций и репостов (текст совпадает с чужим: 2)." in shown
    assert "пн 16, 14:00: текст совпадает на 96 % с vk.com/rayon04_glava?w=wall1_5 (Четвёртый)" in shown
    links = {a.attributes["href"] for a in card.css(".copies a")}
    assert links == {office().posts[2].url, office().posts[7].url, "https://vk.com/rayon04_glava?w=wall1_5"}


def flat(shown: str) -> str:
    return re.sub(r"\s+", " ", shown)


def test_the_terminals_card_shows_them() -> None:
    """The same words."""
    shown = flat(render_card(office(), week(), RU, width=100))
    assert "Совпадающий текст ответа: 4 ответа, 2 ответа" in shown
    assert "Комментарий недоступен: 2, причина неизвестна" in shown
    assert "t.me/rayon13_glava/3: текст совпадает на 96 % с vk.com/rayon04_glava?w=wall1_5" in shown


def test_the_tables_have_them() -> None:
    """A column of the week, and a sheet of the posts alike with both addresses."""
    head, *lines = render_csv(week(), catalogue=RU).decode("utf-8-sig").splitlines()
    titles = head.split(";")
    line = next(one for one in lines if "Тринадцатый" in one).split(";")
    row = dict(zip(titles, line, strict=True))
    assert (row["С датой"], row["С совпадающим текстом ответа"], row["Публикаций с совпадающим чужим текстом"]) == (
        "6",
        "6",
        "2",
    )
    texts = Book(render_xlsx(week(), catalogue=RU)).texts
    assert "https://vk.com/rayon04_glava?w=wall1_5" in texts


def test_the_post_tells_of_texts_that_are_alike() -> None:
    """Where there are any: three answers of one text or more, and posts with another's text."""
    few = week().model_copy(update={"offices": [office()]})
    post = render_post(few, catalogue=RU)
    assert "ответов с совпадающим текстом: 4 из 20" in post
    assert "Публикаций, текст которых совпадает с чужим: 2." in post
    none = week().model_copy(update={"offices": [sample_audit().offices[17]]})
    assert "совпада" not in render_post(none, catalogue=RU)


def test_a_long_post_leaves_out_parts_of_the_practice_from_the_end() -> None:
    """The benchmarks first: a line that is too long is not lost as a whole."""
    post = render_post(week(), catalogue=RU)
    assert len(post) <= 1000
    assert "Практика (ориентиры, не обязанность): публикаций за неделю меньше 3" in post


def test_no_word_of_it_blames() -> None:
    """No motive, no insult: what was seen."""
    for shown in (
        render_html(week(), catalogue=RU),
        render_card(office(), week(), RU),
        render_post(week(), catalogue=RU),
    ):
        assert not FORBIDDEN.search(shown)
    assert "отписк" not in render_html(worded(week(), RU), catalogue=RU)


def test_english_says_the_same() -> None:
    """Without a letter of Russian beside the names."""
    shown = flat(render_card(week("en").offices[THIRTEENTH], week("en"), EN, width=100))
    assert "Same text of the answer: 4 answers, 2 answers" in shown
    assert "the text is 96 % the same as in" in shown
