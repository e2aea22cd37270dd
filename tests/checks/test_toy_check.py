"""A module that judges and a template that shows make a check: no other file knows of it but a translation."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command import Done, started
from tests.workbook import Book

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
WEEK = "2026-W47"

JUDGED = '''
"""How many of the week's own posts were made at the weekend? A toy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from auditor.base.snapshot import EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, evidence_of, unread_cause
from auditor.checks.check import Check
from auditor.checks.finding import Finding, Is, Past, Place, Values
from auditor.checks.page import Page
from auditor.checks.person import judge_person

_COUNTED = Sentence("weekend_posts.counted", N_("Toy posts at the weekend: {n}"))
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekend(Values):
    """The posts of one weekend."""

    at_weekend: Annotated[int | None, Is("posts", "own posts of Saturday and Sunday")] = None


def _judge(case: Case) -> Iterator[Finding[Weekend]]:
    yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[Page]) -> Finding[Weekend]:
    posts, cause = case.posts(pages), unread_cause(pages, case.week.starts)
    n = sum(post.at.astimezone(case.zone).weekday() >= _SATURDAY for post in posts)
    evidence = evidence_of(pages, EvidenceKind.POSTS)
    if not n and cause is not None:
        return CHECK.cannot_tell(case, cause, evidence=evidence)
    outcome = Outcome.PASSED if n else Outcome.FAILED
    return CHECK.finding(case, outcome, _COUNTED.say(n=n), Weekend(at_weekend=n), evidence=evidence)


def _told(findings: Iterable[Finding[Weekend]]) -> Iterator[Text]:
    yield Text(N_("Toy findings of this report: {n}."), {"n": sum(1 for _ in findings)})


CHECK = Check(
    name="weekend_posts",
    order=4,
    place=Place.PRACTICE,
    title=N_("Toy weekend"),
    passed=N_("Toy: there are posts at the weekend"),
    failed=N_("Toy: there are no posts at the weekend"),
    question=N_("Toy question: are there posts at the weekend?"),
    method=N_("Toy method: posts of Saturday and Sunday are counted."),
    values=Weekend,
    judge=_judge,
    past=(Past("toys", lambda finding: finding.values.at_weekend),),
    told=_told,
)
'''
SHOWN = """{# How weekend_posts is shown: a toy. #}
{% import "checks/other.html" as other %}
{% macro cell(card, finding, most=1) %}
{%- if finding.values.at_weekend is none %}{{ other.untold(finding) }}
{%- else %}{{ finding.values.at_weekend }} {% trans %}toys at the weekend{% endtrans %}{% endif %}
{%- endmacro %}
{% macro card(card, finding) %}{{ cell(card, finding) }}{% endmacro %}
{% macro advice(card, finding) %}
{%- if finding.outcome == "failed" %}<li>{% trans %}Toy advice: post at the weekend.{% endtrans %}</li>{% endif %}
{%- endmacro %}
{% macro note(card, finding) %}{% endmacro %}
"""
TRANSLATION = {
    "Toy weekend": "Игрушечные выходные",
    "Toy posts at the weekend: {n}": "Игрушек в выходные: {n}",
    "Toy advice: post at the weekend.": "Игрушечный совет: пишите в выходные.",
    "toys at the weekend": "игрушек в выходные",
    "own posts of Saturday and Sunday": "игрушки субботы и воскресенья",
    "Toy findings of this report: {n}.": "Игрушечных строк отчёта: {n}.",
    "Toy question: are there posts at the weekend?": "Игрушечный вопрос?",
    "Toy method: posts of Saturday and Sunday are counted.": "Игрушечный метод.",
    "Toy: there are posts at the weekend": "Игрушки есть",
    "Toy: there are no posts at the weekend": "Игрушек нет",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one check more, and a demonstration made by it."""
    house = tmp_path_factory.mktemp("house")
    for name in ("auditor", "templates"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "officials.yaml"):
        shutil.copy(ROOT / name, house / name)
    (house / "auditor/checks/weekend_posts.py").write_text(JUDGED, encoding="utf-8")
    (house / "templates/checks/weekend_posts.html").write_text(SHOWN, encoding="utf-8")
    book = house / "auditor/locales/ru.po"
    entries = "".join(f'\nmsgid "{said}"\nmsgstr "{words}"\n' for said, words in TRANSLATION.items())
    book.write_text(book.read_text(encoding="utf-8") + entries, encoding="utf-8")
    done = run(house, "demo", "--out", house / "demo", "--weeks", "1", "-q")
    assert done.code in {0, 1, 3}, done.err
    return house


def run(house: Path, *arguments: str | Path) -> Done:
    return started(*arguments, cwd=house, env={"PYTHONPATH": str(house), "PYTHONSAFEPATH": "1"})


def report(house: Path, name: str) -> bytes:
    return (house / "demo" / "reports" / WEEK / name).read_bytes()


def test_the_copy_is_what_runs(house: Path) -> None:
    """The document knows the check, its findings with their ids and typed values."""
    document = json.loads(report(house, "audit.json"))
    assert "weekend_posts" in {check["name"] for check in document["checks"]}
    found = [f for o in document["offices"] for f in o["findings"] if f["check"] == "weekend_posts"]
    counted = [f for f in found if f["message_id"] == "weekend_posts.counted"]
    assert counted
    assert all(f["values"]["at_weekend"] == f["params"]["n"] for f in counted)


def test_it_is_on_the_pages(house: Path) -> None:
    """A column of the week, a figure of the card, a piece of advice, a row of the method."""
    week, card, method = (report(house, name).decode() for name in ("index.html", "o/rayon-01.html", "method.html"))
    assert "Игрушечные выходные" in week.split("</thead>")[0]
    assert "игрушек в выходные" in week
    assert "игрушек в выходные" in card
    assert "Игрушечных строк отчёта: " in method
    assert "Игрушечный совет: пишите в выходные." in report(house, "o/rayon-04.html").decode()
    assert "Игрушечный вопрос?" in method
    assert "Игрушечный метод." in method


def test_it_is_on_the_terminals_card(house: Path) -> None:
    """A row of the practice."""
    done = run(
        house, "check", "rayon-01", "--offline", "--registry", house / "demo" / "officials.yaml",
        "--data", house / "demo" / "data", "--as-of", "2026-11-24T12:00+07:00",
    )  # fmt: skip
    assert done.code in {0, 1, 3}, done.err
    row = next(line for line in done.out.splitlines() if "Игрушечные выходные" in line)
    assert "игрушек в выходные" in row


def test_it_is_in_the_tables(house: Path) -> None:
    """Its columns in the CSV and in the workbook, with what they mean."""
    head, *rows = report(house, "offices.csv").decode().splitlines()
    place = head.split(",").index("weekend_posts.at_weekend")
    assert any(row.split(",")[place].isdigit() for row in rows)
    texts = Book(report(house, "audit.xlsx")).texts
    assert "игрушки субботы и воскресенья" in texts
    assert "weekend_posts" in texts


def test_it_speaks_the_readers_language(house: Path) -> None:
    """The stored week is shown in English by the module's own sentences."""
    done = run(
        house, "report", "--week", WEEK, "--lang", "en", "--registry", house / "demo" / "officials.yaml",
        "--data", house / "demo" / "data", "--out", house / "english", "-q",
    )  # fmt: skip
    assert done.code in {0, 1, 3}, done.err
    page = (house / "english" / WEEK / "index.html").read_text(encoding="utf-8")
    assert "Toy weekend" in page
    assert "Игруш" not in page
