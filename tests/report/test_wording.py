"""The wordings of docs/dev/sources.md: those that apply are there, the forbidden ones in nothing that is printed."""

import re
from collections.abc import Iterator

import pytest

from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from tests.audit_samples import sample_audit
from tests.golden.words import words as words_of
from tests.pages import card, folder
from tests.report.read_report import EN, RU, Files
from tests.wording import FORBIDDEN, FORBIDDEN_ENGLISH


def printed(files: Files, audit: Audit, words: Translator) -> Iterator[tuple[str, str]]:
    """Everything that a reader can be given of a week, by name."""
    for path, body in files.items():
        name = path.replace(f"{audit.week}/index.html", "week.html").removeprefix(f"{audit.week}/")
        if path.endswith(".html"):
            yield name, words_of(body.decode())
        elif path.endswith((".txt", ".xml")):
            yield name, body.decode()
    for office in audit.offices:
        yield f"card {office.id}", card(audit.model_copy(update={"offices": [office]}), words)


@pytest.fixture(scope="module")
def russian(two: list[Audit], drawn: Files) -> dict[str, str]:
    return {name: text.replace("\N{NO-BREAK SPACE}", " ") for name, text in printed(drawn, two[1], RU)}


def test_nothing_printed_blames_anybody(russian: dict[str, str]) -> None:
    """No forbidden wording in the pages, the files, the post, the feed, the terminal, in either language."""
    assert [name for name, text in russian.items() if FORBIDDEN.search(text)] == []
    audit = sample_audit("en")
    english = printed(folder([audit], EN), audit, EN)
    assert [name for name, text in english if FORBIDDEN_ENGLISH.search(text)] == []


WORDINGS = [
    ("no page", "week.html", r"[Сс]траница не найдена на \d{2}\.\d{2}\.\d{4}"),
    ("dead page", "o/rayon-18.html", r"[Пп]убликаций за неделю не видно"),
    ("closed comments", "week.html", r"закрыты: \d+ из \d+"),
    ("unanswered questions", "o/rayon-03.html", r"ответа владельца не видно"),
    ("deleted comments", "method.html", r"почему комментарий недоступен: снаружи это не видно"),
    ("clones", "method.html", r"принадлежность которых не подтверждена: они не оцениваются"),
    ("bans of critics", "method.html", r"кого заблокировали и .*снаружи это не видно"),
    ("no score", "week.html", r"[Пп]о алфавиту, без оценок и мест"),
    ("too little data", "week.html", r"мало данных: \d"),
]


@pytest.mark.parametrize(("complaint", "where", "wording"), WORDINGS)
def test_the_honest_wording_is_there(russian: dict[str, str], complaint: str, where: str, wording: str) -> None:
    """Each complaint that a check answers is answered in the words that docs/dev/sources.md binds to it."""
    assert re.search(wording, " ".join(russian[where].split())), complaint


def test_a_directive_is_not_called_a_law(russian: dict[str, str]) -> None:
    """«Поручение», never «нарушение закона»: the law is named only where the method says what is not claimed."""
    for name, text in russian.items():
        if name.endswith(".html"):
            about = {m[0].strip() for m in re.finditer(r"[^.;<>\n]*закон[^.;<>\n]*", text)}
            assert about <= {"что кто-либо нарушил закон: поручение — не закон"}, name
