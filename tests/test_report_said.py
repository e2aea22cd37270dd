"""What the page says where it could be taken for more than is known, or asks for nothing where something would help."""

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.report.checks_shown import advice
from auditor.report.headline import changes, old_word, render_text
from auditor.report.page.asked import asked_posts
from auditor.report.page.dates import date_line
from auditor.report.page.html import render_html
from auditor.report.tables.model import Frame, last_word_in
from auditor.report.terminal.card import render_card
from auditor.report.weeks.sentence import week_sentence
from auditor.report.words import since_of
from tests.audit_samples import remarked, sample_audit
from tests.cases import TOMSK

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def text(node: Any) -> str:
    return " ".join(node.text().split())


def held(audit: Audit, office: str, **holder: Any) -> Audit:
    """The same week with something else on record of one holder."""
    return changed(audit, office, lambda o: {"holder": o.holder and o.holder.model_copy(update=holder)})


def changed(audit: Audit, office: str, make: Any) -> Audit:
    offices = [o.model_copy(update=make(o)) if o.id == office else o for o in audit.offices]
    return audit.model_copy(update={"offices": offices})


def one(audit: Audit, office: str) -> AuditedOffice:
    return next(o for o in audit.offices if o.id == office)


def page_of(audit: Audit) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(audit, catalogue=RU))


@pytest.fixture(scope="module")
def old(audit: Audit) -> Audit:
    """A head in office since May 2022, of whom the newest source is of July 2022."""
    return held(audit, "rayon-03", since="2022-05-31", known_as_of="2022-07")


def test_a_holder_of_old_sources_is_not_shown_as_todays(old: Audit) -> None:
    """Beside the name, in the row, on the card and in the terminal: until when there is word of it."""
    said = "с 31.05.2022, последние сведения 07.2022"
    assert since_of(one(old, "rayon-03"), RU) == said
    page = page_of(old)
    row = next(tr for tr in page.css(".directive tbody tr") if text(tr).startswith("Третий"))
    assert said in text(row)
    assert said in text(page.css_first("details:has(#o-rayon-03) .holder"))
    assert said in " ".join(render_card(one(old, "rayon-03"), old, RU, width=200).split())


def test_what_nobody_has_word_of_is_hatched(old: Audit) -> None:
    """The bar of the office ends with the last word; from there to the week's end it is unknown, and said to be."""
    line = date_line(one(old, "rayon-03"), old, RU)
    assert line is not None
    bar = line.strips[0]
    assert float(bar.end) + float(bar.rest) == pytest.approx(98.67, abs=0.2)
    assert 40 < float(bar.end) < 50
    block = page_of(old).css_first("details:has(#o-rayon-03) .block")
    assert block.css(".strip line.silent")
    assert "занимает ли должность дальше, неизвестно" in text(block)


def test_a_tenure_without_an_end_of_word_is_drawn_to_the_weeks_end(audit: Audit) -> None:
    """Nothing is hatched where the registry says that the office is held."""
    line = date_line(one(audit, "rayon-03"), audit, RU)
    assert line is not None
    assert line.strips[0].rest == ""


def test_the_first_screen_says_how_many_names_are_old(audit: Audit, old: Audit) -> None:
    """One line under the names; none where every holder is known to be in office, or was a year ago."""
    assert old_word(audit, RU) == ""
    assert old_word(held(audit, "rayon-03", known_as_of="2026-08"), RU) == ""
    said = "Сведения о 1 главе старше года: имя могло смениться."
    assert old_word(old, RU) == said
    assert said in text(page_of(old).css_first(".answer"))
    assert old_word(held(old, "rayon-04", since=None, known_as_of="2023"), RU).startswith("Сведения о 2 главах")


def test_a_deadline_that_plays_no_part_is_not_told(audit: Audit) -> None:
    """Where the page was open before taking office, the person's own deadline plays no part and is not told."""
    page = page_of(audit)
    row = next(tr for tr in page.css(".directive tbody tr") if text(tr).startswith("Девятнадцатый"))
    assert "личный срок" not in text(row.css_first(".rests"))
    assert "личный срок" not in text(page.css_first("details:has(#o-rayon-19) .gist"))


def test_a_count_that_is_not_visible_is_not_called_definite(audit: Audit) -> None:
    """«Точно не видно» would be read as "certainly not to be seen"."""
    page = page_of(changed(audit, "rayon-01", _uncounted))
    assert "точное число не видно" in text(page.css_first("details:has(#o-rayon-01) .pages"))


def _uncounted(office: AuditedOffice) -> dict[str, Any]:
    facts = [a.model_copy(update={"facts": a.facts.model_copy(update={"subscribers": None})}) for a in office.accounts]
    return {"accounts": facts}


@pytest.mark.parametrize(
    ("cause", "step"),
    [
        ("private", "закрыта настройками: откройте её для всех"),
        ("wrong_kind", "не канал: пришлите адрес канала"),
        ("preview_off", "без входа отключён: включите его"),
    ],
)
@pytest.mark.parametrize("office", ["rayon-01", "duma-1"])
def test_a_page_that_cannot_be_seen_is_asked_to_be(audit: Audit, office: str, cause: str, step: str) -> None:
    """Whatever the outcome of the directive, and for those whom it does not bind."""
    shut = changed(audit, office, lambda o: {"accounts": [a.model_copy(update={"cause": cause}) for a in o.accounts]})
    steps = advice(one(shut, office), shut, RU)
    assert any(step in said for said in steps)
    assert not any(said.startswith("Ничего") for said in steps)


def test_where_there_was_nowhere_to_ask_nothing_is_counted(audit: Audit) -> None:
    """Closed comments are said, without "0 comments, of them 0 questions" before it."""

    def closed(office: AuditedOffice) -> dict[str, Any]:
        asked = {"comments": 0, "questions": 0, "due": 0, "answered_in_time": 0, "answered_late": 0,
                 "no_reply_found": 0, "pending": 0, "uncertain": 0, "answered_by_body": 0}  # fmt: skip
        new = {
            "comments_open": {"outcome": "failed", "values": {"open": 0, "closed": 3, "unseen": 0}},
            "comments_answered": {
                "outcome": "inapplicable", "cause": None,
                    "message": "Комментарии закрыты под всеми просмотренными публикациями: 3",
                    "message_id": "comments_answered.closed", "params": {"all": 3},
                "values": asked,
            },
        }  # fmt: skip
        return {"findings": [f.model_copy(update=new.get(f.check, {})) for f in office.findings]}

    shown = text(page_of(changed(audit, "rayon-01", closed)).css_first("details:has(#o-rayon-01) .body"))
    assert "Под всеми проверенными публикациями комментарии закрыты: 3" in shown
    assert "Комментариев 0" not in shown


@pytest.mark.parametrize(
    ("unanswered", "pending", "said"),
    [
        (1, 0, "ответа владельца не видно: 1 из 3"),
        (0, 0, "3 вопроса, ответ владельца есть на каждый"),
        (0, 1, "3 вопроса"),
    ],
)
def test_questions_under_a_post_are_all_answered_only_where_none_waits(
    audit: Audit, unanswered: int, pending: int, said: str
) -> None:
    """A question that is not due yet may be without an answer, and no post says that it is among its own."""
    at = "2026-11-17T05:00:00Z"
    post = {"url": "https://vk.com/wall-1_1", "at": at, "questions": 3, "no_reply_found": unanswered}

    def asked(office: AuditedOffice) -> dict[str, Any]:
        values = {"pending": pending, "posts": [post]}
        return {
            "findings": [
                f.model_copy(update={"values": f.values | values}) if f.check == "comments_answered" else f
                for f in office.findings
            ]
        }

    office = one(changed(audit, "rayon-01", asked), "rayon-01")
    assert [row.said for row in asked_posts(office, RU)] == [said]


@pytest.mark.parametrize(
    ("values", "cause", "said"),
    [
        ({"unsure": 0, "pending": 0}, "no_threshold", "видно вопросов: 7, из них с ответом владельца: 5, за 24 ч: 3."),
        ({"unsure": 0, "pending": 2}, "no_threshold",
         "видно вопросов: 7, из них с ответом владельца: 5, за 24 ч: 3 (срок не истёк: 2)."),
        ({"unsure": 2, "pending": 0}, "no_threshold",
         "видно вопросов: 7, из них с ответом владельца: 5, за 24 ч: 3 (с неясными 3–5 из 9)."),
        ({"pending": 0}, "wall_off", "есть ли ответы на вопросы, неизвестно: стена отключена."),
        ({"pending": 0}, "seen_late", "есть ли ответы на вопросы, неизвестно: проверено спустя долгое время."),
        ({"answered_late": None}, "too_little_data", "есть ли ответы на вопросы, неизвестно: мало данных."),
        ({"questions": None}, "no_credentials", "есть ли вопросы и ответы, неизвестно."),
    ],
)  # fmt: skip
def test_an_offices_page_says_whether_the_holder_answers(
    audit: Audit, values: dict[str, Any], cause: str, said: str
) -> None:
    """By what was seen of posts and questions; where whose answers they are is open, or nothing was seen, no number."""
    seen = {"questions": 7, "due": 7, "answered_in_time": 3, "answered_late": 2, **values}

    def asked(office: AuditedOffice) -> dict[str, Any]:
        new = {"comments_answered": {"outcome": "cantTell", "cause": cause, "values": seen},
               "posts_per_week": {"values": {"posts": 4, "reposts": 0, "distinct": 4, "at_least": True}}}  # fmt: skip
        return {"findings": [f.model_copy(update=new.get(f.check, {})) for f in office.findings]}

    week = changed(audit, "rayon-01", asked)
    assert week_sentence(one(week, "rayon-01"), week, RU) == f"На неделе 47 публикаций: не меньше 4; {said}"


def test_an_offices_page_says_why_nothing_is_known_of_the_week(audit: Audit) -> None:
    """Behind a block page there is no number of posts or answers."""
    said = week_sentence(one(audit, "rayon-06"), audit, RU)
    assert said == "Публикации и ответы на неделе 47. Не установлено: заглушка вместо страницы."


def test_no_bracket_stands_in_another(audit: Audit) -> None:
    """The names of whom something changed have their reasons in brackets, and so are not in brackets themselves."""
    for line in render_text(audit, RU).splitlines():
        depth = 0
        for sign in line:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            assert depth < 2, line
    another = changed(audit, "rayon-05", lambda _: {"verdict_change": "record_changed"})
    notes = {n.id: n.note for row in changes(another, RU) for n in row.names}
    assert notes["rayon-05"] == "изменились сведения"


def test_a_vacancy_begins_its_line_with_a_capital(audit: Audit) -> None:
    """What replaces a name begins with a capital letter, as a name does."""
    vacant = next(o for o in audit.offices if o.vacancy is not None)
    assert since_of(vacant, RU).startswith("Вакансия с ")
    card = page_of(audit).css_first(f"details:has(#o-{vacant.id})")
    assert text(card.css_first(".holder")).startswith("Вакансия с ")
    assert "вакансия с" not in text(card)


def test_no_line_of_the_page_ends_with_a_space(audit: Audit) -> None:
    """A validator calls it an error; the long lists of the first screen once did."""
    spread = [o.model_copy(update={"verdict": "untested", "verdict_reason": "no_search"}) for o in audit.offices]
    spread[0] = spread[0].model_copy(update={"verdict_reason": "no_holder"})
    for shown in (audit, audit.model_copy(update={"offices": spread})):
        lines = render_html(shown, catalogue=RU).splitlines()
        assert [line for line in lines if line != line.rstrip()] == []


def test_a_statement_keeps_its_paragraphs(audit: Audit) -> None:
    """The page leaves out line breaks that nobody sees, and none of what an official wrote."""
    words = "Страницу вели.\n\nАдрес сменился."
    spoken = remarked(audit)
    offices = [
        o.model_copy(update={"statements": [s.model_copy(update={"text": words}) for s in o.statements]})
        for o in spoken.offices
    ]
    html = render_html(spoken.model_copy(update={"offices": offices}), catalogue=RU)
    assert f"<bdi>{words}</bdi>" in html
    assert not re.search(r"\n</(?:td|li|div|p)>", html)


def test_the_tables_have_the_last_word_of_a_holder(old: Audit) -> None:
    """A month stays a month there as well."""
    frame = Frame(old, RU)
    assert last_word_in(one(old, "rayon-03"), frame) == "07.2022, день неизвестен"
    assert last_word_in(one(old, "rayon-01"), frame) == "11.2026, день неизвестен"
