"""Two modules make a check, one judges and one shows: no other file knows of it but a translation."""

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.checks import catalogue
from auditor.checks.finding import meanings
from tests.command import Done, started
from tests.workbook import Book

ROOT = Path(__file__).parent.parent
WEEK = "2026-W47"
QUOTED = re.compile(r"['\"](\w+)['\"]")

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
    past=(Past("toys", N_("Toys of the past"), lambda finding: finding.values.at_weekend),),
    told=_told,
)
'''
SHOWN = '''
"""How weekend_posts is shown: a toy."""

from collections.abc import Iterable, Iterator

from auditor.base.snapshot import Outcome
from auditor.base.text import N_, Text
from auditor.checks.finding import Finding
from auditor.checks.weekend_posts import Weekend
from auditor.report.checks.shown import SIGNS, Advised, Bar, Cell, Column, Interval, Shown


def _cell(finding: Finding[Weekend]) -> Cell | None:
    n = finding.values.at_weekend
    return None if n is None else Cell(SIGNS[finding.outcome], Text(N_("toys at the weekend")), strong=n, key=n)


def _advice(advised: Advised[Weekend]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("Toy advice: post at the weekend."))


def _interval(finding: Finding[Weekend]) -> Interval | None:
    return Interval(N_("toy share"), 0.25, 0.5, 0.75) if finding.values.at_weekend else None


def _aside(finding: Finding[Weekend]) -> Iterator[Text]:
    yield Text(N_("Toy words below the chart."))


def _post(findings: Iterable[Finding[Weekend]]) -> Text | None:
    return Text(N_("toy offices: {n}"), {"n": sum(1 for _ in findings)})


SHOWN = Shown(
    cell=_cell,
    columns=(Column(N_("Toy posts"), 10, lambda finding: finding.values.at_weekend),),
    standing=N_("Toy: in words"),
    bars=(Bar(N_("toys drawn"), "all", lambda values: values.at_weekend),),
    interval=_interval,
    aside=_aside,
    advice=_advice,
    post=_post,
)
'''
TRANSLATION = {
    "Toy weekend": "Игрушечные выходные",
    "Toy posts at the weekend: {n}": "Игрушек в выходные: {n}",
    "Toy advice: post at the weekend.": "Игрушечный совет: пишите в выходные.",
    "toy offices: {n}": "игрушечных глав: {n}",
    "toys at the weekend": "игрушек в выходные",
    "Toy posts": "Игрушечных постов",
    "toys drawn": "игрушки полосой",
    "toy share": "доля игрушек",
    "Toy words below the chart.": "Игрушечные слова под рисунком.",
    "Toys of the past": "Игрушек в прошлом",
    "Toy findings of this report: {n}.": "Игрушечных строк отчёта: {n}.",
    "Toy: in words": "Игрушки словами",
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
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "officials.yaml"):
        shutil.copy(ROOT / name, house / name)
    for room, module in (("checks", JUDGED), ("report/checks", SHOWN)):
        (house / "auditor" / room / "weekend_posts.py").write_text(module, encoding="utf-8")
    book = house / "auditor" / "locales" / "ru" / "checks.po"
    entries = "".join(
        f'\n{"#, python-brace-format" if "{" in said else "#"}\nmsgid "{said}"\nmsgstr "{words}"\n'
        for said, words in TRANSLATION.items()
    )
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


def test_it_is_on_the_page(house: Path) -> None:
    """A column of the practice, a chart of the card, a piece of advice, a row of the method."""
    practice = report(house, "index.html").decode().split('id="practice"')[1]
    card, method = report(house, "o/rayon-01.html").decode(), report(house, "method.html").decode()
    assert "Игрушечные выходные" in practice.split("</thead>")[0]
    assert "игрушек в выходные" in practice.replace("\xa0", " ").replace("&shy;", "")
    assert "игрушки полосой" in card
    assert "доля игрушек: <b>25–75" in card
    assert "Игрушечные слова под рисунком." in card
    assert "Игрушечных строк отчёта: " in method
    advised = report(house, "o/rayon-04.html").decode()
    assert "Игрушечный совет: пишите в выходные." in advised.replace("\xa0", " ")
    assert "Игрушечный вопрос?" in method
    assert "Игрушечный метод." in method


def test_it_is_on_the_terminals_card(house: Path) -> None:
    """A row of the practice, and its chart."""
    done = run(
        house, "check", "rayon-01", "--offline", "--registry", house / "demo" / "officials.yaml",
        "--data", house / "demo" / "data", "--as-of", "2026-11-24T12:00+07:00",
    )  # fmt: skip
    assert done.code in {0, 1, 3}, done.err
    row = next(line for line in done.out.splitlines() if "Игрушечные выходные" in line)
    assert "игрушек в выходные" in row
    assert "игрушки полосой" in done.out
    assert "Игрушечные слова под рисунком." in done.out


def test_it_is_in_the_tables(house: Path) -> None:
    """Its columns in the CSV and on the workbook's sheet of the practice, its findings and method on theirs."""
    head, *rows = report(house, "audit.csv").decode("utf-8-sig").splitlines()
    titles = head.split(";")
    assert "Игрушки словами" in titles
    place = titles.index("Игрушечных постов")
    assert any(row.split(";")[place].isdigit() for row in rows)
    texts = Book(report(house, "audit.xlsx")).texts
    for said in (
        "Игрушек в прошлом",
        "Игрушечных постов",
        "Игрушки словами",
        "Игрушечные выходные: Игрушечный вопрос?",
        "weekend_posts",
    ):
        assert said in texts


def test_it_is_in_the_post(house: Path) -> None:
    """Its part of the line on the practice."""
    assert "игрушечных глав: " in report(house, "post.txt").decode()


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


def test_no_other_file_was_touched(house: Path) -> None:
    """The copy differs from the program by the two modules and the translation alone."""

    def files(root: Path) -> dict[str, bytes]:
        found = (p for name in ("auditor", "templates") for p in (root / name).rglob("*") if p.is_file())
        return {str(p.relative_to(root)): p.read_bytes() for p in found if "__pycache__" not in p.parts}

    ours, theirs = files(ROOT), files(house)
    assert {name for name in theirs if ours.get(name) != theirs[name]} == {
        "auditor/checks/weekend_posts.py",
        "auditor/report/checks/weekend_posts.py",
        "auditor/locales/ru/checks.po",
    }


def test_no_check_is_known_by_name_where_reports_are_drawn() -> None:
    """No check's name and no key of its values is a string there, so the type checker sees each use."""
    keys = {key for check in catalogue() for key in meanings(check.values) if "_" in key}
    known = keys | {check.name for check in catalogue()}
    modules, pages = (ROOT / "auditor" / "report").rglob("*.py"), (ROOT / "templates").rglob("*.html")
    found = {(path.name, said) for path in modules for said in strings(path) if said in known}
    found |= {(path.name, said) for path in pages for said in QUOTED.findall(path.read_text("utf-8")) if said in known}
    assert found == set()


def strings(path: Path) -> Iterator[str]:
    """Yield each string of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
