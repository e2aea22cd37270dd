"""The wordings of norms.md, section 3: those that apply are there, the forbidden ones in nothing that is printed."""

import re
from collections.abc import Iterator

import pytest

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.headline import render_text
from auditor.report.page.html import render_html
from auditor.report.post import render_post
from auditor.report.terminal.card import render_card
from auditor.report.weeks.feed import render_feed
from auditor.report.weeks.page import render_weeks
from auditor.report.weeks.published_weeks import Volume
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.messages import extracted
from tests.tables import render_csv
from tests.test_i18n import FORBIDDEN

RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
FORBIDDEN_ENGLISH = re.compile(
    r"(?<!network )did(n't| not) (answer|reply)|never (answered|replied|opened)|ignor(ed|es|ing)|evad|(?<!no )violat"
    r"|deleted (the|a) comment|cheat|fake|refus(ed|es) to (answer|reply)|hides|law-?break",
    re.IGNORECASE,
)


def printed(audit: Audit, words: Catalogue) -> Iterator[tuple[str, str]]:
    """Everything that a reader can be given of a week, by name."""
    yield "page", render_html(audit, catalogue=words)
    one = audit.model_copy(update={"offices": audit.offices[:1]})
    yield "page of one office", render_html(one, catalogue=words, template="one.html")
    yield "csv", str(render_csv(audit, catalogue=words), "utf-8-sig")
    yield "post", render_post(audit, catalogue=words)
    yield "text", render_text(audit, words)
    yield "feed", render_feed([audit], catalogue=words)
    yield "weeks", render_weeks([Volume(audit.week, audit)], catalogue=words)
    for office in audit.offices:
        yield office.id, render_card(office, audit, words)


@pytest.fixture(scope="module")
def russian() -> dict[str, str]:
    return dict(printed(sample_audit(), RU))


def test_nothing_printed_blames_anybody(russian: dict[str, str]) -> None:
    """No forbidden wording in the page, the files, the post, the feed, the terminal."""
    for name, said in russian.items():
        found = FORBIDDEN.search(said.replace("\N{NO-BREAK SPACE}", " "))
        assert not found, (name, found)


def test_the_english_blames_nobody_either() -> None:
    """Nor do the sentences that the Russian ones are made from, and what the English reader gets."""
    for message in extracted():
        for said in message if isinstance(message, tuple) else (message,):
            assert not FORBIDDEN_ENGLISH.search(said), said
    for name, said in printed(sample_audit("en"), EN):
        assert not FORBIDDEN_ENGLISH.search(said), name


@pytest.mark.parametrize(
    ("complaint", "where", "wording"),
    [
        ("no page", "page", r"[Сс]траница не найдена на \d{2}\.\d{2}\.\d{4}"),
        ("dead page", "page", r"[Пп]убликаций за неделю: \d"),
        ("dead page", "rayon-18", r"за неделю ни одной публикации"),
        ("clones", "rayon-01", r"принадлежность подтверждена: .+; \d{2}\.\d{2}\.\d{4}; "),
        ("closed comments", "page", r"закрыты: \d+ из \d+"),
        ("unanswered questions", "page", r"к моменту проверки ответа владельца не видно"),
        ("unanswered questions", "csv", r"[Кк] моменту проверки ответа владельца не видно"),
        ("deleted comments", "page", r"почему комментарий недоступен: снаружи это не видно"),
        ("clones", "page", r"Принадлежность подтверждена: чем, когда, кем"),
        ("clones", "page", r"принадлежность которых не подтверждена: они не оцениваются"),
        ("bans of critics", "page", r"кого заблокировали и .*снаружи это не видно"),
        ("no score", "page", r"по алфавиту, без оценок и мест"),
        ("analogues", "page", r"отклонение — не нарушение"),
        ("pending", "page", r"срок не истёк"),
        ("too little data", "page", r"мало данных: \d"),
        ("zone", "page", r"Время томское \(МСК\+4\)"),
        ("unknown", "page", r"Это не ноль\."),
    ],
)
def test_the_honest_wording_is_there(russian: dict[str, str], complaint: str, where: str, wording: str) -> None:
    """Each complaint that a check answers is answered in the words that norms.md binds to it."""
    said = " ".join(russian[where].replace("\N{NO-BREAK SPACE}", " ").split())
    assert re.search(wording, said), complaint


def test_a_directive_is_not_called_a_law(russian: dict[str, str]) -> None:
    """«Поручение», never «нарушение закона»: the law is named only where the page says what it does not claim."""
    said = russian["page"].replace("\N{NO-BREAK SPACE}", " ")
    about = {m[0] for m in re.finditer(r"[^.;<>]*закон[^.;<>]*", said)}
    assert about == {"что кто-либо нарушил закон: поручение — не закон"}
