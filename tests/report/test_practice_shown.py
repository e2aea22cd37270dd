"""How an office's practice is shown: numbers that add up, silence as large in grey as in red, what is not judged."""

import re
from datetime import date
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.audit.localise import localise
from tests.audit_samples import sample_audit
from tests.pages import card, folder
from tests.report.read_report import RU, page, text_of

DISTRICT, SEAT = "rayon-03", "duma-1"
ANSWERED, POSTS, OPEN = "comments_answered", "posts_per_week", "comments_open"
COUNTS = {"questions": 7, "due": 7, "askers": 5, "answered_in_time": 0, "answered_late": 0, "no_reply_found": 7}
SILENT = COUNTS | {"long_unanswered": 7, "pending": 0, "uncertain": 0, "posts": []}


def week_of(office_id: str, check: str, values: dict[str, Any] | None = None, **fields: Any) -> Audit:
    """The invented week of one office, with other values and fields of the finding of a check."""

    def other(finding: AuditedFinding) -> AuditedFinding:
        if finding.check != check or finding.account is not None:
            return finding
        return finding.model_copy(update={"values": finding.values | (values or {}), **fields})

    def changed(office: AuditedOffice) -> AuditedOffice:
        return office.model_copy(update={"findings": [other(finding) for finding in office.findings]})

    audit = sample_audit()
    offices = [changed(office) for office in audit.offices if office.id == office_id]
    return localise(audit.model_copy(update={"offices": offices}), RU)


def shown(audit: Audit, selector: str = "main") -> str:
    """What the only office's page says."""
    return text_of(page(folder([audit], RU), f"o/{audit.offices[0].id}/index.html").css_first(selector))


def cell(audit: Audit, label: str) -> str:
    """What the week's table says of a check."""
    cells = page(folder([audit], RU), f"{audit.week}/index.html").css(".rows td.cell")
    return next(text for text in map(text_of, cells) if text.startswith(label)).partition(": ")[2]


GREY = [
    ("failed", None),
    ("cantTell", "no_threshold"),
    ("cantTell", "unproved_identity"),
    ("cantTell", "too_little_data"),
]


@pytest.mark.parametrize(("outcome", "cause"), GREY)
def test_silence_stands_as_large_in_grey_as_in_red(outcome: str, cause: str | None) -> None:
    """«0 из 7» of the questions that have waited long, whatever keeps it from being red."""
    audit = week_of(DISTRICT, ANSWERED, SILENT, outcome=outcome, cause=cause)
    assert cell(audit, "Ответы на вопросы").startswith("0 из 7")
    assert "Ответы на вопросы: 0 из 7" in card(audit, RU).replace("\N{NO-BREAK SPACE}", " ")
    assert '<span class="num">0 из 7</span>' in folder([audit], RU)["index.html"].decode()


def test_a_young_question_does_not_make_silence_larger() -> None:
    """Of nine questions due the seven that have waited long are counted."""
    audit = week_of(DISTRICT, ANSWERED, SILENT | {"questions": 9, "due": 9}, outcome="cantTell", cause="no_threshold")
    assert cell(audit, "Ответы на вопросы").startswith("0 из 7")


def test_the_numbers_of_questions_add_up() -> None:
    """Asked are those answered in time, later, without an answer, too early to tell and uncertain."""
    counts = {"questions": 15, "answered_in_time": 4, "answered_late": 3, "no_reply_found": 5, "due": 12}
    audit = week_of(DISTRICT, ANSWERED, counts | {"pending": 1, "uncertain": 2, "long_unanswered": 5})
    rows = page(folder([audit], RU), f"o/{DISTRICT}/index.html").css("#questions tbody tr")
    figures = {text_of(row.css_first("th")): int(text_of(row.css_first("td"))) for row in rows}
    assert (list(figures.values()), sum(figures.values())) == ([4, 3, 5, 1, 2], 15)


def test_what_is_no_citizens_question_is_printed_apart() -> None:
    """What organisations ask, and what was left out as an advertisement; nothing where there is none."""
    audit = week_of(DISTRICT, ANSWERED, {"organisation_questions": 2, "advertisements": 6})
    for text in (shown(audit), card(audit, RU)):
        assert re.search(r"[Вв]опросов организаций: 2; реклама, не вопросы: 6", " ".join(text.split()))
    assert "еклама, не вопросы" not in shown(week_of(DISTRICT, ANSWERED))


def test_an_office_that_is_not_bound_shows_its_figures_without_a_verdict() -> None:
    """Its posts and its answers are counted as everybody's, and nothing is asked of it."""
    audit = week_of(SEAT, ANSWERED, COUNTS | {"long_unanswered": 0, "answered_late": 4, "no_reply_found": 3})
    assert audit.offices[0].finding(POSTS).outcome == "inapplicable"
    assert cell(audit, "Ответы на вопросы") == "4 из 7"
    assert "2" in cell(audit, "Публикации")
    text = shown(audit)
    assert "показано, не оценивается" in text
    assert "ориентиру" not in text
    assert text.count("не обращено") == 0
    assert "Что изменит оценку" not in text
    assert "показано, не оценивается" in " ".join(card(audit, RU).split())


def test_a_week_of_holidays_says_why_it_is_not_judged() -> None:
    """The days and the article stand on the page and on the card."""
    params = {"days": "x", "source": "y", "message": "z"}
    fields = {"outcome": "inapplicable", "cause": None, "message_id": "week.quiet", "params": params}
    audit = week_of(DISTRICT, POSTS, **fields)
    for text in (shown(audit), card(audit, RU)):
        assert "Новогодние дни (01.01–08.01)" in text
        assert re.search(r"стать[яи] 112", text)
    assert "праздничные дни: показано, не оценивается" in cell(audit, "Публикации")


def test_a_first_week_says_why_closed_comments_cannot_be_told() -> None:
    """The sample's twentieth has a post whose comments were seen closed days after it."""
    params = {"open": 0, "closed": 3, "all": 3}
    fields = {"outcome": "cantTell", "cause": "too_little_data", "message_id": "comments_open.closed_later"}
    audit = week_of(DISTRICT, OPEN, {"open": 0, "closed": 0, "unseen": 3}, params=params, **fields)
    assert cell(audit, "Комментарии") == "о закрытых комментариях можно судить со второй недели"
    assert "о закрытых комментариях можно судить со второй недели" in shown(audit)


def test_a_page_taken_over_names_the_day() -> None:
    """From which it is this holder's, on the page and on the card."""
    audit = week_of(DISTRICT, POSTS)
    (office,) = audit.offices
    account = office.accounts[0].model_copy(update={"since": date(2026, 2, 1)})
    audit = audit.model_copy(update={"offices": [office.model_copy(update={"accounts": [account]})]})
    for text in (shown(audit), card(audit, RU)):
        assert "страница этого главы с 01.02.2026" in " ".join(text.split())


def test_days_late_say_that_they_leave_the_grace_out() -> None:
    """Once, beside the days."""
    assert shown(week_of(DISTRICT, POSTS)).count("без допуска") == 1


def test_a_page_that_gave_no_answer_was_not_looked_at() -> None:
    """«Проверено» is what was seen: a moment beside «сеть не ответила» would say that it was."""
    audit = week_of(DISTRICT, POSTS)
    (office,) = audit.offices
    facts = office.accounts[0].facts.model_copy(update={"exists": None})
    account = office.accounts[0].model_copy(update={"facts": facts, "cause": "unreachable", "seen_at": None})
    silent = audit.model_copy(update={"offices": [office.model_copy(update={"accounts": [account]})]})
    assert "проверено 24.11.2026" in shown(audit)
    assert "проверено 24.11.2026" not in shown(silent)
    assert "сеть не ответила" in shown(silent)
